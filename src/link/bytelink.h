/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * A wire that carries bytes and understands none of them: a serial port, a network
 * connection, memory. What the bytes mean is up to proto/.
 */
struct bytelink;

/* What a serial port counted since it was opened. */
struct bytelink_errors {
	unsigned int parity, framing, overrun, breaks;
};

/* How a serial port is to be set. */
struct bytelink_line {
	unsigned int baud;	/* any */
	bool even_parity;	/* 8E1, and damaged bytes are marked; else 8N1 */
	bool dtr, rts;		/* the lines as they shall be while it is open */
};

/* What the far end of a serial cable says by its modem lines. */
enum bytelink_modem {
	BYTELINK_CTS = 1 << 0,	/* some K-bus interfaces: the bus is free (adapters.md 2) */
	BYTELINK_DSR = 1 << 1,	/* K+DCAN cables: terminal 15 (adapters.md 1.2) */
	BYTELINK_DCD = 1 << 2,
	BYTELINK_RI = 1 << 3,
};

/* What a kind of byte link does. One file of src/link/ each. */
struct bytelink_ops {
	/* See bytelink_send(), bytelink_recv(). */
	int (*send)(struct bytelink *b, const uint8_t *bytes, size_t n);
	int (*recv)(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline);
	/* NULL: it does not count. See bytelink_errors(). */
	int (*errors)(struct bytelink *b, struct bytelink_errors *ret);
	/* NULL: no serial port. See bytelink_set(), bytelink_break(), bytelink_modem(). */
	int (*set)(struct bytelink *b, const struct bytelink_line *line);
	int (*set_break)(struct bytelink *b, bool on);
	int (*modem)(struct bytelink *b, unsigned int *ret);
	/* NULL: nobody knows. See bytelink_far_baud(). */
	int (*far_baud)(struct bytelink *b);
	/* Called once, last; frees the link. */
	void (*close)(struct bytelink *b);
};

/* First member of every kind's own struct. */
struct bytelink {
	const struct bytelink_ops *ops;
	struct clock *clk;
	const char *name;	/* what messages call it */
	bool is_virtual;	/* no car can be behind it (DESIGN 6) */
	bool marks;		/* received bytes have marks in them: link/parmrk.h */
	nsec_t slack;		/* what comes may be so late: for the limits of an echo, of a first answer */
};

/*
 * How late a port hands on what it received, where low latency could not be set (adapters.md
 * 1.3): an FTDI chip's 16 ms, and the USB's. Networks have this, too. Behind a simulated
 * car's pty is another process, which says something when it gets to run: own choice.
 */
#define BYTELINK_SLACK (20 * NSEC_PER_MSEC)
#define BYTELINK_SLACK_SIM NSEC_PER_SEC

/*
 * Hand over all N bytes. -ETIMEDOUT: the far end takes nothing; -ENODEV: it is gone;
 * -ECANCELED after a signal. Only transports call this, with what the safety gate gave them.
 */
_must_check_ int bytelink_send(struct bytelink *b, const uint8_t *bytes, size_t n);

/*
 * Take up to MAX bytes that are there, waiting for the first one until DEADLINE. Returns
 * their number; 0 at the deadline, or earlier when a descriptor watched by the clock is
 * ready; -ECANCELED after a signal; -ENODEV when the far end is gone and all is taken.
 */
_must_check_ int bytelink_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline);

/* -EOPNOTSUPP: this link does not count; -ENODEV: it is gone. */
_must_check_ int bytelink_errors(struct bytelink *b, struct bytelink_errors *ret);

/*
 * Set the port anew; what is still to be sent goes out first, as it was set then. A port
 * without modem lines ignores those. -EOPNOTSUPP: this is no serial port, or its driver has no
 * parity; -ERANGE: it says that it has another rate; -ENODEV: it is gone. That a rate was taken
 * does not say that the chip has it (adapters.md 1.1).
 */
_must_check_ int bytelink_set(struct bytelink *b, const struct bytelink_line *line);

/*
 * Pull the wire low until it is told otherwise. -EOPNOTSUPP: this is no serial port; -ENODEV. A
 * pty takes it, and nothing happens (adapters.md 5.1).
 */
_must_check_ int bytelink_break(struct bytelink *b, bool on);

/* The modem lines (BYTELINK_CTS ...). -EOPNOTSUPP: it has none; -ENODEV: it is gone. */
_must_check_ int bytelink_modem(struct bytelink *b, unsigned int *ret);

/* The rate that the port at the far end is set to; 0: nobody knows. */
int bytelink_far_baud(struct bytelink *b);

void bytelink_close(struct bytelink *b);	/* NULL is fine */

DEFINE_CLEANUP(struct bytelink *, bytelink_close);

/*
 * Two ends of a wire in memory: what is sent on one is received on the other at once.
 * -ENOMEM. Its send: -ENOBUFS when BYTELINK_MEM_MAX bytes wait.
 */
#define BYTELINK_MEM_MAX 16384
_must_check_ int bytelink_mem_pair(struct clock *clk, struct bytelink **ret_a,
				   struct bytelink **ret_b);

/*
 * A connection to ADDRESS, "tcp://HOST:PORT" or "tcp://[IPV6]:PORT"; it is tried for 5 s.
 * -EINVAL: ADDRESS is not of that form; -EADDRNOTAVAIL: no such host; what connect() says.
 */
_must_check_ int bytelink_tcp_open(const char *address, struct clock *clk,
				   struct bytelink **ret_link);

/*
 * A serial port behind a network, "rfc2217://HOST:PORT", set as LINE says. RFC 2217 counts
 * damaged bytes, but cannot say which they are: none is marked. Its server sets the port when
 * told so, whatever is still to be sent: wait for the echo first.
 * As bytelink_tcp_open(); -EPROTONOSUPPORT: the server does not agree to RFC 2217 within 3 s, or
 * does not answer; -EOPNOTSUPP: the port has no parity; -ERANGE: it has not that rate.
 */
_must_check_ int bytelink_rfc2217_open(const char *address, const struct bytelink_line *line,
				       struct clock *clk, struct bytelink **ret_link);

/*
 * The serial port WHERE, as LINE says: "rfc2217://HOST:PORT"; "tcp://HOST:PORT", of which only
 * the far end knows how it is set; else the path of a tty. Their errors.
 */
_must_check_ int bytelink_open(const char *where, const struct bytelink_line *line,
			       struct clock *clk, struct bytelink **ret_link);

/*
 * PORT (0: any) of the loopback, for one connection after another: what is sent while there is
 * none is lost. It is called "tcp://127.0.0.1:PORT", and is virtual: only a simulated adapter
 * is behind it. -EINVAL: CLK is virtual; -ENOMEM; what bind() says.
 */
_must_check_ int bytelink_listen(uint16_t port, struct clock *clk, struct bytelink **ret_link);
