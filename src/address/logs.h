/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/log-format.h"

/*
 * Every format of logs that the program knows: those of link/, and the one whose frames
 * only proto/ understands. It is here because link/ includes nothing but base/.
 * NULL-terminated, candump first.
 */
extern const struct log_format *const address_logs[];
