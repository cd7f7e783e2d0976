/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/hex.h"
#include "cli/cli.h"
#include "cli/filter.h"
#include "dbc/codec.h"

enum { OPT_ID = 0x400, OPT_MESSAGE, OPT_GREP, OPT_ALL };

/* "2FC" is 11 bit, "1B00BF7A" (8 digits) 29 bit; "7FF:700" is ID:MASK as in candump. */
static bool parse_hex(const char *s, size_t n, uint32_t *ret)
{
	uint32_t v = 0;

	if (n == 0 || n > 8)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (hex_digit(s[i]) < 0)
			return false;
		v = v << 4 | (uint32_t)hex_digit(s[i]);
	}
	*ret = v;

	return true;
}

static bool parse_id(const char *arg, struct link_filter *ret)
{
	const char *colon = strchr(arg, ':');
	size_t n = colon ? (size_t)(colon - arg) : strlen(arg);
	struct link_filter f = { .ext = n == 8 };

	f.mask = f.ext ? FRAME_EFF_MASK : FRAME_SFF_MASK;
	if ((n != 3 && n != 8) || !parse_hex(arg, n, &f.want) || f.want > f.mask)
		return false;
	if (colon && !parse_hex(colon + 1, strlen(colon + 1), &f.mask))
		return false;
	*ret = f;

	return true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct filter_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*a = (struct filter_args){ 0 };
		return 0;
	case OPT_ID:
		if (a->n_ids == FILTER_MAX)
			args_error(state, "--id: more than %d", FILTER_MAX);
		if (!parse_id(arg, &a->ids[a->n_ids++]))
			args_error(state, "--id: '%s' is no id (like 2FC, 1B00BF7A, 7A0:7F0)", arg);
		return 0;
	case OPT_MESSAGE:
		if (a->n_messages == FILTER_MAX)
			args_error(state, "--message: more than %d", FILTER_MAX);
		a->messages[a->n_messages++] = arg;
		return 0;
	case OPT_GREP:
		a->grep = arg;
		return 0;
	case OPT_ALL:
		a->all = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "id", OPT_ID, "ID[:MASK]", 0, "Only frames with this id (3 or 8 hex digits)", 0 },
	{ "message", OPT_MESSAGE, "NAME", 0, "Only this message", 0 },
	{ "grep", OPT_GREP, "TEXT", 0, "Only frames with TEXT in a name or a value's word", 0 },
	{ "all", OPT_ALL, NULL, 0, "Also frames that no DBC knows", 0 },
	{ 0 },
};

const struct argp filter_argp = { .options = options, .parser = parse };

static bool id_passes(const struct filter_args *a, const struct frame *f)
{
	for (size_t i = 0; i < a->n_ids; i++)
		if (!(f->flags & FRAME_EXT) == !a->ids[i].ext &&
		    (f->id & a->ids[i].mask) == (a->ids[i].want & a->ids[i].mask))
			return true;

	return a->n_ids == 0;
}

static bool message_passes(const struct filter_args *a, const struct dbc_message *m)
{
	for (size_t i = 0; i < a->n_messages; i++)
		if (m && !strcmp(m->name, a->messages[i]))
			return true;

	return a->n_messages == 0;
}

static bool text_passes(const char *text, const struct decoded *d)
{
	uint64_t raw;

	if (!d->message)
		return false;
	if (strcasestr(d->message->name, text))
		return true;
	for (size_t i = 0; i < d->message->n_signals; i++) {
		const struct dbc_signal *s = &d->message->signals[i];
		const char *word;

		if (!dbc_get_raw(s, d->frame->data, d->frame->len, &raw))
			continue;
		word = dbc_word(s, raw);
		if (strcasestr(s->name, text) || (word && strcasestr(word, text)))
			return true;
	}

	return false;
}

bool filter_passes(const struct filter_args *a, const struct decoded *d, bool default_all)
{
	if (!d->message && !a->all && !default_all)
		return false;

	return id_passes(a, d->frame) && message_passes(a, d->message) &&
	       (!a->grep || text_passes(a->grep, d));
}

const char *filter_unknown_message(const struct filter_args *a, const struct decoder *d)
{
	const struct dbc *dbc;

	for (size_t i = 0; i < a->n_messages; i++)
		if (!decoder_find_name(d, a->messages[i], &dbc))
			return a->messages[i];

	return NULL;
}
