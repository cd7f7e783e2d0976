/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/link.h"
#include "proto/tp.h"

/*
 * DS2 in K-bus frames (kbus.md 4.4), over a link that has those: the tester is 3F, the
 * first byte of a message stands where the command does. Messages of up to 64 bytes.
 * -ENOMEM.
 */
_must_check_ int tp_kbus_open(struct link *l, struct tp **ret_tp);
