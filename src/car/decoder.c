/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "car/decoder.h"
#include "car/role.h"
#include "dbc/codec.h"
#include "proto/kbus.h"

static int add(struct decoder *d, struct dbc *dbc, const struct platform *platform,
	       bool diag, const char *bus)
{
	struct decoder_source *s;

	if (d->n_sources == DECODER_SOURCES_MAX)
		return -ENOSPC;
	s = &d->sources[d->n_sources];
	*s = (struct decoder_source){ .dbc = dbc, .platform = platform, .diag = diag };
	s->checks = calloc(dbc->n_messages + 1, sizeof(*s->checks));
	s->bus = bus ? strdup(bus) : NULL;
	if (!s->checks || (bus && !s->bus)) {
		free(s->checks);
		free(s->bus);
		return -ENOMEM;
	}
	roles_bind(dbc);
	for (size_t i = 0; i < dbc->n_messages; i++)
		check_bind(&s->checks[i], dbc, &dbc->messages[i]);
	d->n_sources++;

	return 0;
}

static int add_builtin(struct decoder *d, const struct platform *p, bool diag)
{
	const struct car_dbc *file = diag ? &p->diag : &p->body;
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	int r;

	if (!file->text)
		return 0;
	r = dbc_parse(file->name, file->text, (size_t)(file->text_end - file->text), NULL, NULL,
		      &dbc);
	if (r < 0)
		return r;
	r = add(d, dbc, p, diag, NULL);
	if (r == 0)
		dbc = NULL;

	return r;
}

int decoder_init(struct decoder *d, const struct platform *platform)
{
	const struct platform *const one[] = { platform, NULL };
	const struct platform *const *all = platform ? one : car_platforms();
	int r = 0;

	*d = (struct decoder){ .platform = platform, .fixed = platform != NULL };
	if (platform && !platform->body.text)
		return -ENOENT;
	for (size_t i = 0; r == 0 && all[i]; i++)
		r = add_builtin(d, all[i], false);
	for (size_t i = 0; r == 0 && all[i]; i++)
		r = add_builtin(d, all[i], true);
	if (r < 0)
		decoder_free(d);

	return r;
}

int decoder_add(struct decoder *d, struct dbc *dbc, const char *bus)
{
	return add(d, dbc, NULL, false, bus);
}

void decoder_free(struct decoder *d)
{
	for (size_t i = 0; i < d->n_sources; i++) {
		dbc_free(d->sources[i].dbc);
		free(d->sources[i].checks);
		free(d->sources[i].bus);
	}
	d->n_sources = 0;
}

/* What only one platform sends: can.md 1.9 for 0x12F, 1.3 for the protected 0x130. */
static bool is_telling(const struct decoder_source *s, const struct dbc_message *m,
		       const struct frame *f, unsigned int errors)
{
	if (!s->platform)
		return false;
	if (kbus_is(f))
		return kbus_src(f) != KBUS_DIA;	/* a tester asks before it knows */
	if (m->ext)
		return false;
	if (m->id == 0x12f)
		return !(errors & CHECK_BAD_SUM);

	return m->id == 0x130 && f->len >= 5 && f->data[4] != 0xff && !(errors & CHECK_BAD_SUM) &&
	       s->checks[m - s->dbc->messages].rule == CHECK_FOLD4;
}

/* What is known of the bus F is from. */
static struct decoder_bus *bus_of(struct decoder *d, const struct frame *f)
{
	const char *name = f->bus ? f->bus : "";

	for (size_t i = 0; i < d->n_buses; i++)
		if (!strcmp(d->buses[i].name, name))
			return &d->buses[i];
	if (d->n_buses == DECODER_BUSES_MAX || strlen(name) > CANDUMP_BUS_MAX)
		return NULL;
	strcpy(d->buses[d->n_buses].name, name);

	return &d->buses[d->n_buses++];
}

void decoder_frame(struct decoder *d, const struct frame *f, struct decoded *ret)
{
	const struct platform *platform;
	struct decoder_bus *bus;

	*ret = (struct decoded){ .frame = f };
	if (f->flags & (FRAME_ERR | FRAME_LOST | FRAME_RTR))
		return;
	bus = d->fixed ? NULL : bus_of(d, f);
	platform = d->fixed ? d->platform : bus ? bus->platform : NULL;

	for (size_t i = 0; i < d->n_sources; i++) {
		struct decoder_source *s = &d->sources[i];
		const struct dbc_message *m;

		if (s->diag || (platform && s->platform && s->platform != platform))
			continue;
		if (s->bus && (!f->bus || strcmp(s->bus, f->bus)))
			continue;
		m = dbc_find(s->dbc, f->id, f->flags & FRAME_EXT);
		if (!m)
			continue;
		ret->dbc = s->dbc;
		ret->message = m;
		ret->platform = s->platform;
		ret->errors = check_frame(&s->checks[m - s->dbc->messages], f);
		if (bus && !bus->platform && is_telling(s, m, f, ret->errors)) {
			bus->platform = s->platform;
			if (!d->platform)
				d->platform = s->platform;
		}
		return;
	}
}

int decoder_answer(const struct decoder *d, const struct dbc *dbc, const struct dbc_message *m,
		   const struct frame *answer, struct decoded *ret)
{
	struct check check = *decoder_check(d, m);

	check.modulo = 0;	/* answers do not follow one another */
	if (check.rule != CHECK_NONE &&
	    (answer->len < check.checksum->need || check_frame(&check, answer)))
		return -EBADMSG;
	*ret = (struct decoded){ .frame = answer, .dbc = dbc, .message = m };

	return 0;
}

const struct dbc_message *decoder_find_name(const struct decoder *d, const char *name,
					    const struct dbc **ret_dbc)
{
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct dbc_message *m = dbc_find_name(d->sources[i].dbc, name);

		if (m) {
			*ret_dbc = d->sources[i].dbc;
			return m;
		}
	}

	return NULL;
}

const struct check *decoder_check(const struct decoder *d, const struct dbc_message *m)
{
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct dbc *dbc = d->sources[i].dbc;

		if (m >= dbc->messages && m < dbc->messages + dbc->n_messages)
			return &d->sources[i].checks[m - dbc->messages];
	}

	return NULL;
}

const struct dbc_signal *decoded_mask_vin(const struct decoded *dec, struct frame *f)
{
	const struct dbc_signal *found = NULL;

	for (size_t i = 0; dec->message && i < dec->message->n_signals; i++) {
		const struct dbc_signal *s = &dec->message->signals[i];

		if (s->role != ROLE_VIN)
			continue;
		/* A frame cut short still carries part of it: zero all that is there. */
		if (dbc_put_raw(s, 0, f->data) == 0)
			found = s;
	}

	return found;
}
