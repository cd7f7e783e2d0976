/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/compose.h"
#include "dbc/codec.h"

_printf_(2, 3) static int complain(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, COMPOSE_WHY_MAX, fmt, ap);
	va_end(ap);

	return -EINVAL;
}

void compose_idle(const struct dbc *dbc, const struct dbc_message *m, struct frame *ret)
{
	const char *idle = dbc_message_attr(dbc, m, "Idle");

	*ret = (struct frame){
		.t = NSEC_NEVER,
		.id = m->id,
		.flags = m->ext ? FRAME_EXT : 0,
		.len = (uint8_t)MIN(m->len, FRAME_DATA_MAX),
	};
	if (ret->len > FRAME_CLASSIC_MAX)
		ret->flags |= FRAME_FD;
	if (idle && hex_parse(idle, strlen(idle), ret->data, ret->len) < 0)
		memset(ret->data, 0, sizeof(ret->data));
}

/* *RET_S is set on success only. */
static int assign(const struct dbc_message *m, const char *text, struct frame *f,
		  const struct dbc_signal **ret_s, char *why)
{
	const char *equals = strchr(text, '=');
	const struct dbc_signal *s;
	char name[64];
	int r;

	if (!equals || (size_t)(equals - text) >= sizeof(name))
		return complain(why, "'%s' is no SIGNAL=VALUE", text);
	memcpy(name, text, (size_t)(equals - text));
	name[equals - text] = '\0';
	s = dbc_find_signal(m, name);
	if (!s)
		return complain(why, "%s has no signal '%s'", m->name, name);
	if (dbc_select(s, f->data) < 0)
		return complain(why, "%s: its multiplexor has no value for '%s'", m->name, name);
	r = dbc_put_text(s, equals + 1, f->data);
	if (r == -ERANGE)
		return complain(why, "%s: '%s' does not fit", name, equals + 1);
	if (r < 0)
		return complain(why, "%s: '%s' is no number and no word of it", name, equals + 1);
	*ret_s = s;

	return 0;
}

/*
 * Each assignment, made once more, changes nothing: or a later one has undone it. Only a
 * selector may have been: a member that follows it wins.
 */
static int check_together(const struct dbc_message *m, char *const *assignments, size_t n,
			  const struct frame *f, char *why)
{
	const struct dbc_signal *s = NULL;
	int r;

	for (size_t i = 0; i < n; i++) {
		struct frame again = *f;

		r = assign(m, assignments[i], &again, &s, why);
		if (r < 0)
			return r;
		if (!s->selects && memcmp(again.data, f->data, sizeof(f->data)))
			return complain(why, "'%s' cannot be in one frame with the other values",
					assignments[i]);
	}

	return 0;
}

static bool is_of_diagnosis(const struct decoder *d, const struct dbc *dbc)
{
	for (size_t i = 0; i < d->n_sources; i++)
		if (d->sources[i].dbc == dbc)
			return d->sources[i].diag;

	return false;
}

int compose_message(const struct decoder *d, const char *name, char *const *assignments, size_t n,
		    struct frame *ret_frame, char *why)
{
	const struct dbc *dbc = NULL;
	const struct dbc_message *m = decoder_find_name(d, name, &dbc);
	const struct dbc_signal *s;
	const char *request;
	struct frame f;
	int r;

	if (!m) {
		complain(why, "no message is called '%s'", name);
		return -ENOENT;
	}
	request = dbc_message_attr(dbc, m, "DiagRequest");
	if (request && *request)
		return complain(why, "'%s' is what a module answers to %s, and on no bus", name, request);
	if (is_of_diagnosis(d, dbc))
		return complain(why, "'%s' is no frame of a bus", name);
	compose_idle(dbc, m, &f);
	for (size_t i = 0; i < n; i++) {
		r = assign(m, assignments[i], &f, &s, why);
		if (r < 0)
			return r;
	}
	r = check_together(m, assignments, n, &f, why);
	if (r < 0)
		return r;
	check_seal(decoder_check(d, m), &f);
	*ret_frame = f;

	return 0;
}
