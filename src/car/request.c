/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "car/module.h"
#include "car/request.h"
#include "car/role.h"

int request_of(const struct dbc *dbc, const struct dbc_message *m, struct request *ret)
{
	const char *protocol = dbc_message_attr(dbc, m, "DiagProtocol");
	const char *ecu = dbc_message_attr(dbc, m, "DiagEcu");
	const char *hex = dbc_message_attr(dbc, m, "DiagRequest");
	struct request q = { 0 };
	ssize_t n;

	if (!protocol || !ecu || !hex || diag_protocol_parse(protocol, &q.protocol) < 0)
		return -EINVAL;
	if (hex_parse(ecu, strlen(ecu), &q.ecu, 1) != 1)
		return -EINVAL;
	n = hex_parse(hex, strlen(hex), q.bytes, sizeof(q.bytes));
	if (n <= 0)
		return -EINVAL;
	q.n = (size_t)n;
	*ret = q;

	return 0;
}

const struct dbc_message *request_find(const struct decoder *d, uint8_t ecu,
				       const uint8_t *bytes, size_t n,
				       const struct dbc **ret_dbc)
{
	struct request q;

	for (size_t i = 0; d && i < d->n_sources; i++) {
		const struct dbc *dbc = d->sources[i].dbc;

		for (size_t k = 0; k < dbc->n_messages; k++) {
			const struct dbc_message *m = &dbc->messages[k];

			if (request_of(dbc, m, &q) < 0 || q.n > n || memcmp(q.bytes, bytes, q.n))
				continue;
			if (q.ecu != ecu && !diag_is_functional(q.ecu))
				continue;
			if (!module_is_reached(d, dbc, q.ecu))
				continue;
			*ret_dbc = dbc;
			return m;
		}
	}

	return NULL;
}

bool request_reads_ignition(const struct dbc_message *m)
{
	for (size_t i = 0; i < m->n_signals; i++) {
		int role = m->signals[i].role;

		if (role == ROLE_IGNITION || role == ROLE_IGNITION_R || role == ROLE_IGNITION_15)
			return true;
	}

	return false;
}
