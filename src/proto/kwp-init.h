/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proto/kwp.h"

/*
 * Waking a module that speaks KWP2000 on the K-line (kbus.md 5.2, ISO 14230-2). Pure: it says
 * what is to be done, and is told what was done, when, and what came.
 */
#define KWP_W5 (300 * NSEC_PER_MSEC)	/* the wire is idle for that long before */
#define KWP_LOW (25 * NSEC_PER_MSEC)	/* a fast wake-up is low for so long, */
#define KWP_LOW_ERROR NSEC_PER_MSEC	/* give or take; */
#define KWP_WAKE (50 * NSEC_PER_MSEC)	/* and from its begin to the request */
#define KWP_BIT (200 * NSEC_PER_MSEC)	/* of the address at 5 baud */
#define KWP_LOW_BAUD 360u		/* a byte 00 has nine low bits: 25.0 ms (adapters.md 1.5) */

enum kwp_way {
	KWP_FAST_BYTE,		/* low by a 00 at 360 baud, timed by the port's chip */
	KWP_FAST_BREAK,		/* low by a break, timed by us */
	KWP_FIVE_BAUD,		/* the address by breaks */
};

/* What a wake-up failed at. */
enum kwp_step {
	KWP_STEP_IDLE,
	KWP_STEP_WAKE,		/* the low was not as it has to be; MEASURED */
	KWP_STEP_ECHO,
	KWP_STEP_SYNC,
	KWP_STEP_KEYS,
	KWP_STEP_COMPLEMENT,
	KWP_STEP_ANSWER,
};

struct kwp_todo {
	enum {
		KWP_SET,	/* to BAUD, 8N1 */
		KWP_SEND,	/* N BYTES, and hear their echo */
		KWP_BREAK,	/* LOW or not */
		KWP_WAIT,	/* until UNTIL, handing on what comes */
		KWP_FLUSH,	/* what was received until now */
		KWP_DONE,
		KWP_FAILED,
	} what;
	unsigned int baud;
	const uint8_t *bytes;
	size_t n;
	bool low;
	nsec_t until;
};

/* Members are private but those that are commented. */
struct kwp_init {
	enum kwp_way way;
	uint8_t ecu;
	uint8_t key[2];		/* after DONE */
	nsec_t slack;		/* what comes may be so late; 0 after kwp_init_begin(), may be set then */

	/* After FAILED: */
	int error;		/* -EBUSY; -ENOLINK; -ECOMM; -EOPNOTSUPP; -EHOSTDOWN: the module's */
	enum kwp_step step;
	nsec_t measured;	/* how long the low was; 0: not known */
	uint8_t heard[2];	/* what came instead, of HEARD_N bytes */
	size_t heard_n;

	const uint8_t *plan;	/* of enum operation, from AT on */
	size_t at;
	nsec_t now, start, idle, low_begin, answer_until, last;
	unsigned int tries, bit;
	bool is_low;
	uint8_t tx[8];
	uint8_t rx[KWP_TELEGRAM_MAX];
	size_t rx_n;
};

void kwp_init_begin(struct kwp_init *i, enum kwp_way way, uint8_t ecu, nsec_t now);

/* What is to be done now. */
struct kwp_todo kwp_init_next(struct kwp_init *i);

/*
 * What KWP_SET, KWP_SEND, KWP_BREAK or KWP_FLUSH asked for was done between BEGIN and END, and
 * RESULT came of it: 0, or an error of the byte link, -ENOLINK and -ECOMM for an echo.
 */
void kwp_init_did(struct kwp_init *i, int result, nsec_t begin, nsec_t end);

/* A byte came at T, while waiting; time alone. */
void kwp_init_hear(struct kwp_init *i, uint8_t byte, nsec_t t);
void kwp_init_tick(struct kwp_init *i, nsec_t now);

/* After FAILED: what failed and what was measured, in words. */
void kwp_init_explain(const struct kwp_init *i, char *buf, size_t size);
