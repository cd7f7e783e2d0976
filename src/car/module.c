/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/hex.h"
#include "car/module.h"

static bool module_of_node(const struct decoder_source *s, const struct dbc_node *n,
			   struct module *ret)
{
	const char *address = dbc_node_attr(s->dbc, n, "DiagAddress");
	const char *protocol = dbc_node_attr(s->dbc, n, "DiagProtocol");
	const char *source = dbc_node_attr(s->dbc, n, "Source");
	struct module m = {
		.name = n->name,
		.comment = n->comment,
		.platform = s->platform,
		.grade = grade_parse(dbc_node_attr(s->dbc, n, "Evidence")),
		.source = source ? source : "",
	};

	if (!address || !protocol || hex_parse(address, strlen(address), &m.address, 1) != 1 ||
	    diag_protocol_parse(protocol, &m.protocol) < 0)
		return false;
	*ret = m;

	return true;
}

size_t modules_of(const struct decoder *d, struct module *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_sources; i++) {
		const struct decoder_source *s = &d->sources[i];

		if (d->platform && s->platform && s->platform != d->platform)
			continue;
		for (size_t k = 0; k < s->dbc->n_nodes && n < MODULES_MAX; k++)
			n += module_of_node(s, &s->dbc->nodes[k], &ret[n]);
	}

	return n;
}

const char *module_name(const struct decoder *d, uint8_t address)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);

	for (size_t i = 0; i < n; i++)
		if (modules[i].address == address)
			return modules[i].name;

	return NULL;
}

bool module_is_reached(const struct decoder *d, const struct dbc *dbc, uint8_t ecu)
{
	for (size_t i = 0; i < dbc->n_nodes; i++) {
		const char *bus = dbc_node_attr(dbc, &dbc->nodes[i], "DiagBus");
		const char *address = dbc_node_attr(dbc, &dbc->nodes[i], "DiagAddress");
		uint8_t at;

		if (bus && *bus && strcmp(bus, "K-bus") && address &&
		    hex_parse(address, strlen(address), &at, 1) == 1 && at == ecu)
			return d->k_line;
	}

	return true;
}
