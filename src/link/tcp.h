/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What every connection of ours has: each telegram goes out at once, and a far end whose
 * machine or network is gone is noticed within half a minute. Where a part of that is not to
 * be had, the connection is slower, or waits longer.
 */
void tcp_set_options(int fd);
