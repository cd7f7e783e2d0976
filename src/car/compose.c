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

/* Set the multiplexor for S, unless another assignment has set it differently. */
static int select_branch(const struct dbc_message *m, const struct dbc_signal *s, struct frame *f,
			 int64_t *branch, char *why)
{
	if (s->mux != DBC_MUX_MEMBER || !m->selector)
		return 0;
	if (*branch >= 0 && *branch != (int64_t)s->mux_value)
		return complain(why, "%s is not in the frame with the others: it has another value of %s",
				s->name, m->selector->name);
	*branch = (int64_t)s->mux_value;
	if (dbc_put_raw(m->selector, s->mux_value, f->data) < 0)
		return complain(why, "%s: its multiplexor has no value for it", s->name);

	return 0;
}

/* The multiplexor itself was assigned. */
static int selected(const struct dbc_signal *s, const struct frame *f, const int64_t *branch,
		    char *why)
{
	uint64_t raw;

	if (!dbc_get_raw(s, f->data, FRAME_DATA_MAX, &raw))
		return 0;
	if (*branch >= 0 && *branch != (int64_t)raw)
		return complain(why, "%s is another one than the signals before it need", s->name);

	return 0;
}

static int assign(const struct dbc_message *m, const char *text, struct frame *f, int64_t *branch,
		  char *why)
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
	r = select_branch(m, s, f, branch, why);
	if (r < 0)
		return r;
	r = dbc_put_text(s, equals + 1, f->data);
	if (r == 0 && s == m->selector)
		return selected(s, f, branch, why);
	if (r == -ERANGE)
		return complain(why, "%s: '%s' does not fit", name, equals + 1);
	if (r < 0)
		return complain(why, "%s: '%s' is no number and no word of it", name, equals + 1);

	return 0;
}

int compose_message(const struct decoder *d, const char *name, char *const *assignments, size_t n,
		    struct frame *ret_frame, char *why)
{
	const struct dbc *dbc = NULL;
	const struct dbc_message *m = decoder_find_name(d, name, &dbc);
	int64_t branch = -1;
	struct frame f;
	int r;

	if (!m) {
		complain(why, "no message is called '%s'", name);
		return -ENOENT;
	}
	compose_idle(dbc, m, &f);
	for (size_t i = 0; i < n; i++) {
		r = assign(m, assignments[i], &f, &branch, why);
		if (r < 0)
			return r;
	}
	check_seal(decoder_check(d, m), &f);
	*ret_frame = f;

	return 0;
}
