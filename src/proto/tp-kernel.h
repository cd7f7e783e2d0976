/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proto/tp.h"

/*
 * As tp_isotp_open(), by the kernel's CAN_ISOTP sockets (can.md 4) on the interface
 * IFNAME: our own is checked against it. It does not say when an answer begins, hears
 * nothing beside, and has no functional addresses. -ENODEV: no such interface; -ENOMEM.
 * The first request tells that the kernel has no CAN_ISOTP: -EPROTONOSUPPORT.
 */
_must_check_ int tp_kernel_open(const char *ifname, struct clock *clk, struct tp **ret_tp);
