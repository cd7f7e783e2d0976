/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * A DBC file in memory. Made once by dbc_parse(), then read-only. All strings belong to
 * the struct dbc and live as long as it does.
 */

struct dbc_value {
	int64_t raw;
	const char *text;
};

enum dbc_mux {
	DBC_MUX_NONE,		/* always there */
	DBC_MUX_SELECTOR,	/* "M": always there, says which of the others are */
	DBC_MUX_MEMBER,		/* "m3": there with some values of its selector; with
				   "m3M" it is a selector, too */
};

/* Raw values of a selector, LOW to HIGH. */
struct dbc_range {
	uint64_t low, high;
};

/* A selector can be a member of another one, up to here: deeper ones are faults. */
#define DBC_MUX_DEPTH 16

enum dbc_kind {
	DBC_UNSIGNED,
	DBC_SIGNED,
	DBC_FLOAT,		/* SIG_VALTYPE_ 1: IEEE 754, 32 bits */
	DBC_DOUBLE,		/* SIG_VALTYPE_ 2: IEEE 754, 64 bits */
};

struct dbc_message;

struct dbc_signal {
	/* All that reading the bits takes, compiled by the parser (signal.h). */
	uint16_t need;		/* the frame must have this many bytes */
	uint16_t first;		/* the eight bytes from here are loaded; at most 56 */
	uint16_t span;		/* bytes touched, 1..9; the ninth is loaded on its own */
	uint8_t shift;		/* to the right; Motorola with span 9: of the ninth byte */
	bool motorola;
	enum dbc_mux mux;
	enum dbc_kind kind;
	uint64_t mask;

	const char *name;
	const char *unit;	/* "" when none */
	const char *comment;	/* NULL when none */
	const struct dbc_message *message;
	const struct dbc_value *values;	/* sorted by raw */
	size_t n_values;
	double factor, offset, min, max;

	/* Of a DBC_MUX_MEMBER: whose value, and which; sorted, with gaps between them. */
	const struct dbc_signal *selector;
	const struct dbc_range *ranges;
	size_t n_ranges;
	uint64_t mux_value;	/* the lowest */

	uint16_t start;		/* as in the file: Motorola counts from the MSB's bit */
	uint16_t bits;		/* 1..64 */
	bool selects;		/* others are there by its value */
	bool integral;		/* factor and offset are whole, all values fit 64 bits */
	bool integral_signed;	/* as int64_t; else as uint64_t */
	int64_t whole_factor, whole_offset;

	int role;		/* for the layer above (car/): what it is; 0 at first */
	const char *const *receivers;	/* nodes */
	size_t n_receivers;
	const struct dbc_attr *attrs;	/* its own; see dbc_signal_attr() */
};

struct dbc_message {
	uint32_t id;		/* without the extended bit */
	bool ext;
	const char *name;
	const char *sender;
	const char *comment;	/* NULL when none */
	uint16_t len;		/* bytes */
	struct dbc_signal *signals;	/* in the file's order */
	size_t n_signals;
	const struct dbc_signal *selector;	/* the first; NULL: not multiplexed */
	const struct dbc_attr *attrs;	/* its own; see dbc_message_attr() */
};

/* A module that sends or receives: BU_. */
struct dbc_node {
	const char *name;
	const char *comment;	/* NULL when none */
	const struct dbc_attr *attrs;	/* its own; see dbc_node_attr() */
};

struct dbc {
	const char *name;	/* as given to dbc_parse() */
	struct dbc_message *messages;	/* in the file's order */
	size_t n_messages;
	struct dbc_node *nodes;
	size_t n_nodes;
	struct dbc_private *priv;	/* attributes, index, strings */
};

/* One fault of a file. LINE and COLUMN count from 1. */
struct dbc_fault {
	const char *name;
	unsigned int line, column;
	const char *text;	/* "expected ':', got '1'" */
	bool doubt;		/* is loaded as it stands; only from dbc_check() */
};

/* Called for each fault, in the file's order; FAULT is valid only during the call. */
typedef void (*dbc_fault_fn)(const struct dbc_fault *fault, void *arg);

/*
 * Parse TEXT (LEN bytes, any bytes) as a DBC file called NAME. Faults go to FN (may be
 * NULL). A line that is no DBC is skipped and the rest still loads.
 * Returns the number of faults and *ret_dbc, or -ENOMEM.
 */
_must_check_ int dbc_parse(const char *name, const char *text, size_t len,
			   dbc_fault_fn fn, void *arg, struct dbc **ret_dbc);

/*
 * As dbc_parse(), and FN hears also what is loaded as it stands, but can hardly be meant:
 * signals that overlap or leave their message, names that nobody defines, and the like.
 */
_must_check_ int dbc_check(const char *name, const char *text, size_t len,
			   dbc_fault_fn fn, void *arg, struct dbc **ret_dbc);

void dbc_free(struct dbc *dbc);	/* NULL is fine */
DEFINE_CLEANUP(struct dbc *, dbc_free);

/* NULL when there is none. Constant time. */
const struct dbc_message *dbc_find(const struct dbc *dbc, uint32_t id, bool ext);
const struct dbc_message *dbc_find_name(const struct dbc *dbc, const char *name);
const struct dbc_signal *dbc_find_signal(const struct dbc_message *m, const char *name);

/*
 * The value of attribute NAME of the node, message or signal: an enum's word, a string, a
 * number as text. BA_DEF_DEF_'s value when it has none of its own; NULL without either.
 */
const char *dbc_node_attr(const struct dbc *dbc, const struct dbc_node *n,
			  const char *name);
const char *dbc_message_attr(const struct dbc *dbc, const struct dbc_message *m,
			     const char *name);
const char *dbc_signal_attr(const struct dbc *dbc, const struct dbc_signal *s,
			    const char *name);
/* As above, but NULL where only the default would answer. */
const char *dbc_signal_own_attr(const struct dbc *dbc, const struct dbc_signal *s,
				const char *name);

/*
 * The bit of S after AT, from its start on; byte * 8 + bit, bit 0 the least of its byte.
 * Intel goes up, from the least bit; Motorola down from the greatest, and on in the next byte.
 */
static inline unsigned int dbc_bit_after(const struct dbc_signal *s, unsigned int at)
{
	if (!s->motorola)
		return at + 1;

	return at % 8 ? at - 1 : at + 15;
}

/* Can there be a frame that has both signals, of one message? */
bool dbc_together(const struct dbc_signal *a, const struct dbc_signal *b);

/*
 * One after the other the attributes ATTRS, a message's or signal's own, in the order of
 * their definitions: *CURSOR is 0 at first. False: there are no more.
 */
bool dbc_next_attr(const struct dbc *dbc, const struct dbc_attr *attrs, size_t *cursor,
		   const char **ret_name, const char **ret_value);
