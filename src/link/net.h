/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/* TCP connections, for the links that go over one. */

/*
 * The descriptor of a connection to ADDRESS: SCHEME ("tcp://"), then HOST:PORT or [IPV6]:PORT;
 * it is tried for 5 s. -EINVAL: ADDRESS is not of that form, or CLK is virtual;
 * -EADDRNOTAVAIL: no such host; -ECANCELED; what connect() says.
 */
_must_check_ int net_connect(const char *address, const char *scheme, struct clock *clk);

/* All N bytes, as a byte link does it; -ETIMEDOUT after 1 s. */
_must_check_ int net_send(int fd, struct clock *clk, const uint8_t *bytes, size_t n);

/* Up to MAX bytes, as a byte link does it. */
_must_check_ int net_recv(int fd, struct clock *clk, uint8_t *ret, size_t max, nsec_t deadline);
