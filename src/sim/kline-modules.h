/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/kline.h"

/* What is behind the K-line, for struct sim. Zeroed but for `begun`, nothing was heard. */

#define KLINE_BYTES_MAX 260 /* of a KWP2000 message: 4, 255, 1 (kbus.md 5.1) */
#define KLINE_SPEAKERS 4 /* the modules in the order of sim_r5x_modules, then the engine's */
#define KLINE_ENGINE 3
#define KLINE_ACTIVITY 8 /* times that are kept; a break may be heard as some bytes too */
#define KLINE_PULSES 6 /* of a byte at 5 baud: 5 at most */

/* What a module is saying. */
struct kline_speech {
	uint8_t bytes[KLINE_BYTES_MAX];
	size_t n, said;
	nsec_t t; /* when the next one begins */
	nsec_t gap; /* between two */
	nsec_t end; /* of what was said last */
};

/* A message as it comes in. */
struct kline_ear {
	uint8_t bytes[KLINE_BYTES_MAX];
	size_t n;
	nsec_t begin, last; /* of its first byte; the end of its last one */
	bool deaf; /* until there is silence */
};

enum kwp_state {
	KWP_ASLEEP,
	KWP_WOKEN, /* by a pulse: StartCommunication is due */
	KWP_ADDRESSED, /* at 5 baud: the complement of a key byte is due */
	KWP_TALKING,
};

/* The engine's module. */
struct kwp_engine {
	enum kwp_state state;
	nsec_t woken; /* when the pulse began */
	bool stopped; /* by StopCommunication, and not spoken to since */
	bool answering;
	struct kline_ear ear;
	bool addresses, length_byte; /* how the request was written */
	uint8_t tester;
	uint8_t request[KLINE_BYTES_MAX];
	size_t n_request;
	size_t n_pulses; /* of an address at 5 baud that is under way */
	struct {
		nsec_t begin, end;
	} pulse[KLINE_PULSES];
};

struct kline {
	bool no_breaks;
	struct kline_speech speech[KLINE_SPEAKERS];
	struct kline_ear ds2;
	bool ds2_answering[KLINE_SPEAKERS];
	struct kwp_engine engine;
	nsec_t activity[KLINE_ACTIVITY]; /* ends of what was on the wire, oldest first */
	size_t n_activity;
};

/* kline.c: let speaker I say N bytes, 1..KLINE_BYTES_MAX, from now on. */
void sim_kline_say(struct sim *s, unsigned int i, const uint8_t *bytes, size_t n, nsec_t gap);

/* How long that takes, in ns. */
nsec_t sim_kline_duration(unsigned int i, size_t n, nsec_t gap);

/* How long the wire had been at rest at T. */
nsec_t sim_kline_rest(const struct sim *s, nsec_t t);

/* Whether something is being said. */
bool sim_kline_speaks(const struct sim *s);

/* When the next byte begins that is not due yet; NSEC_NEVER. */
nsec_t sim_kline_next(const struct sim *s);

/*
 * A byte of a message into EAR; SILENCE ends one. True: it is a byte of the message; false:
 * not heard, as its message is spoilt.
 */
bool sim_kline_listen(struct kline_ear *ear, const struct sim_byte *b, bool good, nsec_t now,
		      nsec_t silence);

/* kline-ds2.c, kline-kwp.c: bytes at any rate, as their modules hear them. */
void sim_kline_ds2(struct sim *s, const struct sim_byte *b, bool good);
void sim_kline_kwp(struct sim *s, const struct sim_byte *b, bool good);
void sim_kline_pulse(struct sim *s, nsec_t begin, nsec_t end);

/*
 * dme.c: the engine's answer to REQ (N bytes, 1 or more) in RET (KLINE_BYTES_MAX - 5): its
 * length; 0: none; or the negative code of a refusal.
 */
int sim_dme_answer(const struct sim *s, const uint8_t *req, size_t n, uint8_t *ret);
