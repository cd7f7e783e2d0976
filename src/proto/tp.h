/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"

/*
 * A message transport: whole diagnostic messages to and from modules by their one-byte
 * address, whatever carries them. ISO-TP over a frame link, the kernel's CAN_ISOTP, DS2 in
 * K-bus frames, BMW-FAST telegrams over a byte link. Several modules may be talked to at
 * once; one message at a time to each.
 */
struct tp;

#define TP_MESSAGE_MAX 4095	/* that is received; ISO 15765-2's without the escape */
#define TP_WHY_MAX 160

struct tp_event {
	enum {
		TP_STARTED,	/* the first frame of a longer answer: P2 is met */
		TP_MESSAGE,
		TP_FAILED,	/* the exchange with ECU broke off: ERROR and WHY */
	} what;
	uint8_t ecu;		/* the module it comes from */
	nsec_t t;
	const uint8_t *data;	/* MESSAGE: until the next tp_recv() */
	size_t len;
	int error;		/* FAILED: as isotp_error(), or the link's */
	const char *why;
};

struct tp_ops {
	/* See tp_send(), tp_recv(), tp_forget(). */
	int (*send)(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n);
	int (*recv)(struct tp *tp, struct tp_event *ret, nsec_t deadline);
	void (*forget)(struct tp *tp, uint8_t ecu);
	void (*close)(struct tp *tp);
};

/* First member of every kind's own struct. */
struct tp {
	const struct tp_ops *ops;
	struct clock *clk;
	char why[TP_WHY_MAX];	/* after an error of tp_send(): more words on it, or none */
	nsec_t repeat;		/* after so long in silence a request may be sent again; 0: never */
	unsigned int strays;	/* messages of modules that were not asked, in place of an answer */
	bool one_at_a_time;	/* one wire for all: ask the next module when this one has answered */
	/* What is heard on the bus beside, where frames can be heard; may be NULL. */
	void (*heard)(const struct frame *f, void *arg);
	void *arg;
};

/*
 * Hand a request of 1..TP_MESSAGE_MAX bytes to the transport; it does not wait for the
 * answer. An ECU may be a functional address: answers then come from any module, and the
 * request is one that fits a frame. -EBUSY: the one before is still being sent; -EMSGSIZE;
 * -EOPNOTSUPP: this transport has no functional addresses; -EHOSTDOWN: this module, asleep,
 * could not be woken; the link's errors. Only the safety gate calls this (car/gate.h).
 */
_must_check_ int tp_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n);

/*
 * The next event: 1; 0 at DEADLINE, or earlier when a descriptor watched by the clock is
 * ready; negative: the link's errors, -ECANCELED after a signal. Flow control goes out by
 * itself while it waits. Only modules that were asked are listened to.
 */
_must_check_ int tp_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline);

/*
 * The exchange with ECU is over: until the next request to it, what it sends is dropped and
 * gets no flow control, since it may be talking to another tester.
 */
void tp_forget(struct tp *tp, uint8_t ecu);

void tp_close(struct tp *tp);	/* NULL is fine; the link stays open */

DEFINE_CLEANUP(struct tp *, tp_close);
