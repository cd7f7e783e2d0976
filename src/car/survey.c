/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "car/request.h"
#include "car/survey.h"

#define LAST_ADDRESS 0xe8u	/* above are functional addresses, as DF, and the testers: can.md 2.2 */

#define UNVERIFIED "not asked: no document confirms the request; --allow-unverified sends it"

/* What is asked, in one round. */
struct plan {
	struct survey *sv;
	struct question *questions;	/* those of sv->items, in their order */
	size_t max;
	int error;
	struct asker *a;
	nsec_t patience;		/* to wait for an answer, when one was late */
	unsigned int late;		/* a->late->heard, before */
};

static int add(struct plan *p, const struct survey_item *item, const struct request *req)
{
	struct survey *sv = p->sv;
	struct question *q;

	if (sv->n == p->max) {
		size_t max = p->max ? 2 * p->max : 64;
		void *items = realloc(sv->items, max * sizeof(*sv->items));
		void *questions;

		if (!items)
			return -ENOMEM;
		sv->items = items;
		questions = realloc(p->questions, max * sizeof(*p->questions));
		if (!questions)
			return -ENOMEM;
		p->questions = questions;
		p->max = max;
	}
	sv->items[sv->n] = *item;
	q = &p->questions[sv->n++];
	*q = (struct question){ .protocol = req->protocol, .ecu = item->address, .n = req->n };
	memcpy(q->req, req->bytes, req->n);

	return 0;
}

static bool is_wanted(const struct survey *sv, uint8_t address)
{
	static const bool none[256];

	return sv->only[address] || !memcmp(sv->only, none, sizeof(none));
}

/* Of a car that is not known: another platform's, which nothing carries here. */
static bool is_out_of_reach(const struct plan *p, const struct decoder *d, const struct request *req,
			    uint8_t address)
{
	return !d->platform && !p->a->tp[req->protocol] && !p->sv->all && !p->sv->only[address];
}

/* The request REQ of MESSAGE at ADDRESS, when that is asked for. */
static int plan_one(struct plan *p, const struct decoder *d, const struct decoder_source *s,
		    const struct dbc_message *m, const struct request *req, uint8_t address)
{
	struct survey_item item = {
		.address = address,
		.platform = s->platform,
		.dbc = s->dbc,
		.message = m,
		.protocol = req->protocol,
	};

	if (!is_wanted(p->sv, address) || !module_is_reached(d, s->dbc, address) ||
	    is_out_of_reach(p, d, req, address))
		return 0;
	item.name = module_name(d, address);
	/* DS2 has no addresses of its own: a module is its node on the bus. */
	if (!item.name && req->protocol == DIAG_DS2)
		item.name = m->sender;

	return add(p, &item, req);
}

/* MESSAGE of S: asked of its module, or of all of the car's when its address is functional. */
static int plan_message(struct plan *p, const struct decoder *d, const struct decoder_source *s,
			const struct dbc_message *m)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);
	struct request req;
	int r = 0;

	if (request_of(s->dbc, m, &req) < 0)
		return 0;
	if (!diag_is_functional(req.ecu))
		return plan_one(p, d, s, m, &req, req.ecu);
	if (p->sv->all) {
		for (unsigned int i = 0; i <= LAST_ADDRESS && r == 0; i++)
			if (!diag_is_functional((uint8_t)i))
				r = plan_one(p, d, s, m, &req, (uint8_t)i);
		return r;
	}
	for (size_t i = 0; i < n && r == 0; i++)
		if (modules[i].platform == s->platform && modules[i].protocol == req.protocol)
			r = plan_one(p, d, s, m, &req, modules[i].address);

	return r;
}

static int make_plan(struct plan *p, const struct decoder *d)
{
	int r = 0;

	for (size_t i = 0; i < d->n_sources; i++) {
		const struct decoder_source *s = &d->sources[i];

		if (d->platform && s->platform && s->platform != d->platform)
			continue;
		for (size_t k = 0; k < s->dbc->n_messages && r == 0; k++)
			if (p->sv->wants(&s->dbc->messages[k]))
				r = plan_message(p, d, s, &s->dbc->messages[k]);
	}

	return r < 0 ? r : p->sv->n ? 0 : -EINVAL;
}

static void settled(struct question *q, void *arg)
{
	struct plan *p = arg;
	struct survey *sv = p->sv;
	struct survey_item *item = &sv->items[q - p->questions];

	item->result = q->result;
	item->code = q->code;
	item->why = q->why;
	if (q->result == -EPERM)
		item->why = q->why && strstr(q->why, "--allow-unverified") ? UNVERIFIED : NULL;
	/* It is the transport's, and of its last request. */
	if (q->result == -ETIMEDOUT && q->why)
		snprintf(item->said, sizeof(item->said), "%s", q->why);
	item->took = q->took;
	item->hurried = p->a->timeout < p->patience;
	if (p->a->late->heard != p->late)
		p->a->timeout = p->patience;
	if (q->result == 0) {
		item->data = malloc(q->len + 1);	/* an empty answer is one */
		if (!item->data) {
			p->error = -ENOMEM;
			return;
		}
		memcpy(item->data, q->data, q->len);
		item->len = q->len;
	}
	sv->settled++;
	if (sv->progress)
		sv->progress(sv->settled, sv->to_settle, sv->arg);
}

static const char *result_word(const struct survey_item *item)
{
	switch (item->result) {
	case -EREMOTEIO:
		return diag_code_word(item->protocol, item->code);
	case -ETIMEDOUT:
		return "no answer";
	case -EPERM:
		return item->why ? item->why : "the safety gate does not let this request pass";
	case -EOPNOTSUPP:
		return "this link does not carry its protocol";
	default:
		return item->why ? item->why : "the exchange broke off";
	}
}

/* How little it has to say. */
static int rank(const struct survey_item *item)
{
	switch (item->result) {
	case 0:
		return 0;
	case -EREMOTEIO:
		return 1;
	case -EPROTO:
		return 2;
	case -ETIMEDOUT:
		return item->said[0] ? 4 : 5;
	case -EOPNOTSUPP:
		return 6;	/* another module's request */
	default:
		return 3;
	}
}

/* By address; of two for the same one, that with more to say first. */
static int order(const void *left, const void *right)
{
	const struct survey_item *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;

	return rank(a) - rank(b);
}

/* One an address, in order; what answered tells which car it is. */
static void tidy(struct survey *sv, struct decoder *d)
{
	size_t n = 0;

	qsort(sv->items, sv->n, sizeof(*sv->items), order);
	for (size_t i = 0; i < sv->n; i++) {
		struct survey_item *item = &sv->items[i];

		if (item->result == 0 && !d->platform)
			d->platform = item->platform;
		if (item->result < 0)
			item->why = result_word(item);
		if (n && sv->items[n - 1].address == item->address)
			free(item->data);
		else
			sv->items[n++] = *item;
	}
	sv->n = n;
}

/* Silent, but not for long. */
static bool may_be_late(const struct survey_item *item)
{
	return item->result == -ETIMEDOUT && item->hurried;
}

/* Those that seemed silent once more. 0, or what ended it. */
static int ask_again(struct plan *p)
{
	struct survey *sv = p->sv;
	int r = 0;

	for (size_t i = 0; i < sv->n; i++)
		sv->to_settle += may_be_late(&sv->items[i]);
	for (size_t i = 0; i < sv->n && r == 0; i++)
		if (may_be_late(&sv->items[i]))
			r = ask_all(p->a, &p->questions[i], 1, settled, p);

	return r;
}

/* 0, or what ended it. */
static int ask(struct plan *p)
{
	size_t last = p->sv->n - 1;
	struct asker *a = p->a;
	struct tp *tp = a->tp[p->questions[last].protocol];
	int r;

	p->sv->to_settle = p->sv->n;
	if (p->sv->hurry)
		a->timeout = MIN(p->sv->hurry, p->patience);
	r = ask_all(a, p->questions, p->sv->n, settled, p);
	if (r == 0 && tp && may_be_late(&p->sv->items[last]))
		r = ask_listen(a, tp, nsec_add(clock_now(tp->clk), p->patience - a->timeout));
	a->timeout = p->patience;

	return r < 0 || a->late->heard == p->late ? r : ask_again(p);
}

int survey_ask(struct survey *sv, struct asker *a, struct decoder *d)
{
	struct plan p = { .sv = sv, .a = a, .patience = a->timeout, .late = a->late->heard };
	int r = make_plan(&p, d);

	if (r == 0)
		r = ask(&p);
	if (r == 0)
		r = p.error;
	if (r == 0)
		tidy(sv, d);
	free(p.questions);

	return r;
}

bool survey_is_there(const struct survey_item *item)
{
	return item->result == 0 || item->result == -EREMOTEIO || item->result == -EPROTO;
}

void survey_free(struct survey *sv)
{
	for (size_t i = 0; i < sv->n; i++)
		free(sv->items[i].data);
	free(sv->items);
	sv->items = NULL;
	sv->n = 0;
}
