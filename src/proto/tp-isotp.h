/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/link.h"
#include "proto/tp.h"

/*
 * ISO-TP as BMW has it (can.md 2.1), over a frame link: requests from 6F1 with the module's
 * address first, padded with 00; answers from 600 plus the module, with F1 first; our flow
 * control says BS 0, STmin 0. -ENOMEM.
 */
_must_check_ int tp_isotp_open(struct link *l, struct tp **ret_tp);
