/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/log-format.h"

/*
 * K-bus frames as lines of hexadecimal bytes, with or without a time and words before
 * them: what loggers of the K-bus write, and the logs of NavCoder. A frame never crosses
 * a line's end; where a line is more than one frame, each counts. A frame whose XOR is
 * wrong, or that is too long to be carried, is a fault.
 */
extern const struct log_format kbus_log;
