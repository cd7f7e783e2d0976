/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "proto/tp.h"

/*
 * BMW-FAST telegrams over a byte link (proto/bmwfast.h), one module at a time; the tester
 * is F1. Echoes of our own telegrams are not heard. No functional addresses: their format
 * byte is not in can.md 2.3. The byte link stays the caller's. -ENOMEM.
 */
_must_check_ int tp_bmwfast_open(struct bytelink *bytes, struct tp **ret_tp);
