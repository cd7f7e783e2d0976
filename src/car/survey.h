/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/ask.h"
#include "car/module.h"
#include "proto/tp.h"

/* Many modules asked the same thing. */
struct survey_item {
	uint8_t address;
	const char *name;		/* the module's; NULL: no DBC names it */
	const struct platform *platform;
	const struct dbc *dbc;
	const struct dbc_message *message;	/* the answer, as DBC describes it */
	enum diag_protocol protocol;
	int result;			/* a question's: 0, -EREMOTEIO and CODE, -ETIMEDOUT, ... */
	uint8_t code;
	const char *why;		/* a question's; never NULL when it failed */
	char said[TP_WHY_MAX];		/* of one that kept silent: what was tried, or "" */
	nsec_t took;			/* to the first frame of the answer */
	bool hurried;			/* it was not given the asker's timeout */
	uint8_t *data;			/* after the echoed identifier; owned */
	size_t len;
};

struct survey {
	/* Is M what is asked for? */
	bool (*wants)(const struct dbc_message *m);
	bool all;			/* every address, not only those that a DBC names */
	bool only[256];			/* these addresses, when one is true */
	/*
	 * Where modules are asked one by one, wait only so long for each; when any of them answers later,
	 * those that seemed silent are asked again, with the asker's timeout. 0: wait that long at once.
	 */
	nsec_t hurry;
	/* DONE of N have been settled; may be NULL. */
	void (*progress)(size_t done, size_t n, void *arg);
	void *arg;

	struct survey_item *items;	/* in the order of their addresses */
	size_t n;
	size_t settled, to_settle;
};

/*
 * Ask the modules of D's car (while it is unknown of all cars, those that ASKER's link carries the
 * protocol of, or that ALL or ONLY name: what answers then settles it), many at once. 0: see the items, one an address; -EINVAL: no DBC has such a request
 * for these modules; -ENOMEM; errors as ask_all().
 */
_must_check_ int survey_ask(struct survey *sv, struct asker *a, struct decoder *d);

/* Did it do more than keep silent: answer, refuse, or send what is no answer? */
bool survey_is_there(const struct survey_item *item);

void survey_free(struct survey *sv);
