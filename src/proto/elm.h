/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "base/util.h"
#include "link/link.h"
#include "proto/elm-text.h"

/*
 * An ELM327, or an STN chip that behaves like one, as a station on CAN that hears raw
 * frames and sends them (adapters.md 3.2, mode A). Pure: what it says goes in byte by byte, what is
 * to be typed comes out.
 *
 * What is typed is echoed, and the line is ended only when the echo is what was typed: a byte
 * lost or turned on the way to the adapter never becomes another request on the bus.
 */
#define ELM_RX 256		/* frames that wait to be taken; what comes then is lost */
#define ELM_TX 8
#define ELM_LINE_MAX 127	/* the longest line there is has some 30 characters */
#define ELM_TYPE_MAX 32
#define ELM_FILTERS_MAX 24	/* of an STN chip; own choice, of more nothing is filtered */

enum elm_state {
	ELM_WAKING,		/* is somebody there, at this rate? */
	ELM_SETTING,		/* its settings, and what it can do */
	ELM_RAISING,		/* the serial rate */
	ELM_WORKING,
	ELM_DEAD,		/* ERROR says why */
};

/* How far it is with what was typed. */
enum elm_phase {
	ELM_IDLE,		/* its prompt was seen, and nothing typed */
	ELM_ECHO,		/* its echo is waited for */
	ELM_ANSWER,		/* the line is ended; its lines, then a prompt */
	ELM_ENDING,		/* a byte was sent to end what it does; then a prompt */
	ELM_SPOILING,		/* Y, which no command has, goes into a wrong line before it is ended */
};

struct elm_counts {
	uint64_t full;		/* times that its buffer was full: frames were lost */
	uint64_t damaged;	/* lines that were no frame, but should be one */
	uint64_t resets;	/* times that it started anew by itself */
	uint64_t retyped;	/* lines whose echo was wrong */
	uint64_t refused;	/* frames that it could not send */
};

/* Members are private but STATE, ERROR, STN, BANNER and COUNTS. */
struct elm {
	enum elm_state state;
	int error;		/* as of elm_link_open(); -EIO: it gives up */
	bool stn;
	char banner[32];	/* "ELM327 v1.5" */
	struct elm_counts counts;

	enum elm_phase phase;
	enum elm_typed {
		ELM_TYPED_SETTING,	/* or a filter */
		ELM_TYPED_HEADER,
		ELM_TYPED_DATA,
		ELM_TYPED_MONITOR,
	} what;
	char typed[ELM_TYPE_MAX];
	size_t n_typed, n_echo;
	unsigned int step;	/* of its settings */
	unsigned int restarts;	/* while they were made */
	unsigned int tries;	/* of what is typed, or of ending it */
	bool again;		/* what was typed did not get through */
	bool anew;		/* it was reset: all settings are gone */
	bool okay, unknown;	/* said since the line was ended */
	char woke[4];		/* what it said first, while it was woken */
	size_t n_woke;		/* and how many bytes in all */
	nsec_t deadline;	/* of the phase; NSEC_NEVER: it may take as long as it likes */
	nsec_t ended;		/* when the line was ended, until a frame came; then 0 */

	char out[ELM_TYPE_MAX];
	size_t n_out;
	char line[ELM_LINE_MAX];
	size_t n_line;
	bool too_long;

	bool dlc;		/* lines of frames have a length */
	bool acks;		/* it acknowledges what it only hears */
	uint32_t header;	/* of the frames it sends */
	struct link_filter filters[ELM_FILTERS_MAX];
	size_t n_filters;
	size_t filter_step;	/* the next command for them */

	unsigned int rate, raise_to, new_rate;

	struct frame rx[ELM_RX];
	size_t rx_head, rx_n;
	uint32_t lost;		/* before the next one in rx */
	struct frame tx[ELM_TX];
	size_t tx_head, tx_n;
};

/*
 * Begin anew at NOW, at the serial RATE. RAISE_TO: what it is to be raised to, when all else is
 * done; 0: leave it.
 */
void elm_begin(struct elm *e, unsigned int rate, unsigned int raise_to, nsec_t now);

/* What is to be sent to it now; *ret holds until the next call. Returns how many bytes. */
size_t elm_output(struct elm *e, const char **ret);

/* It sent BYTE at NOW. */
void elm_push(struct elm *e, uint8_t byte, nsec_t now);

/* Time alone; and when to call it again, NSEC_NEVER: no need to. */
void elm_tick(struct elm *e, nsec_t now);
nsec_t elm_next(const struct elm *e);

/* Send F: -EOPNOTSUPP: no classic data frame of 11 bits; -ENOBUFS: ELM_TX frames wait. */
_must_check_ int elm_send(struct elm *e, const struct frame *f, nsec_t now);

/* Whether all that was to be sent is with the adapter. */
bool elm_sent(const struct elm *e);

/*
 * Only these are wanted. An STN chip takes them as they are, an ELM327 what all have in
 * common; so other frames may come, too. N over ELM_FILTERS_MAX: all.
 */
void elm_filter(struct elm *e, const struct link_filter *f, size_t n, nsec_t now);

/* The next frame, or FRAME_LOST: some number of frames, at least its id, are missing. */
bool elm_pop(struct elm *e, struct frame *ret);

/*
 * Is the serial rate to be changed now? To what; 0: no. Then call elm_changed(). It is never
 * changed for good: an adapter that hears nothing at the new one goes back.
 */
unsigned int elm_rate(const struct elm *e);
void elm_changed(struct elm *e, nsec_t now);
