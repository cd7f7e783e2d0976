/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/session.h"

/* What goes wrong with a Lawicel adapter (slcan:), in words. */

/* Say what R means, of opening it or of receiving. False, and nothing said: nothing special. */
bool trouble_slcan(const struct session *s, int r);

/* Say what was lost and damaged, if anything was. */
void trouble_slcan_noise(const struct session *s);

/* Why nothing came over it, in WHY; false: it has frames. */
bool trouble_slcan_silence(const struct session *s, char *why, size_t size);
