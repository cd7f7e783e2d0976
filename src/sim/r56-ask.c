/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "sim/car.h"

/* The modules of an R55-R61 as KWP2000 servers, can.md 3.1. */

enum {
	READ_FAULTS = 0x18,
	READ_IDENT = 0x1a,
	READ_LOCAL = 0x21,
	READ_COMMON = 0x22,
	READ_STATE = 0x30,
	TESTER_PRESENT = 0x3e,
};

const struct sim_module sim_r56_modules[SIM_R56_MODULES] = {
	{ MODULE_CAS, 0x40, 0x06a0 },
	{ MODULE_FRM, 0x72, 0x0e60 },
	{ MODULE_JBE, 0x00, 0xffff },
	{ MODULE_KOMBI, 0x60, 0xffff },
};

/* 18 02 FF FF: all of them, of all groups. */
static int faults(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		  size_t n, uint8_t *ret)
{
	size_t len = 2;

	if (n != 4 || memcmp(req + 1, (const uint8_t[]){ 0x02, 0xff, 0xff }, 3))
		return -NRC_SUBFUNCTION;
	ret[0] = READ_FAULTS + DCAN_POSITIVE;
	ret[1] = 0;
	for (size_t i = 0; i < s->n_dtcs; i++) {
		if (s->dtc[i].module != m->name)
			continue;
		ret[1]++;
		ret[len++] = (uint8_t)(s->dtc[i].code >> 8);
		ret[len++] = (uint8_t)s->dtc[i].code;
		ret[len++] = s->dtc[i].status;
	}

	return (int)len;
}

/* 3E, or 3E 01: with an answer; 3E 02: without. ISO 14230-3 */
static int present(const uint8_t *req, size_t n, uint8_t *ret)
{
	if (n > 2 || (n == 2 && req[1] != 0x01 && req[1] != 0x02))
		return -NRC_SUBFUNCTION;
	ret[0] = TESTER_PRESENT + DCAN_POSITIVE;

	return n == 2 && req[1] == 0x02 ? 0 : 1;
}

/* A service with an identifier of SIZE bytes. */
static int read_datum(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		      size_t n, size_t size, uint8_t *ret)
{
	struct sim_query q = { .s = s, .m = m };
	const struct sim_datum *d = NULL;

	if (n == 1 + size) {
		q.id = size == 1 ? req[1] : get_be16(req + 1);
		d = sim_datum_find(sim_r56_data, sim_r56_n_data, &q, req[0]);
	}
	if (!d)
		return req[0] == READ_COMMON ? -NRC_RANGE : -NRC_SUBFUNCTION;
	memcpy(ret, req, n);
	ret[0] += DCAN_POSITIVE;

	return (int)(n + d->put(&q, ret + n));
}

static int answer(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		  size_t n, uint8_t *ret)
{
	switch (req[0]) {
	case READ_FAULTS:
		return faults(s, m, req, n, ret);
	case READ_IDENT:
	case READ_LOCAL:
		return read_datum(s, m, req, n, 1, ret);
	case READ_COMMON:
	case READ_STATE:
		return read_datum(s, m, req, n, 2, ret);
	case TESTER_PRESENT:
		return present(req, n, ret);
	default:
		return -NRC_SERVICE;
	}
}

const struct dcan_style sim_r56_dcan = {
	.functional = { 0xef, 0xe9 }, /* all; those on the K-CAN */
	.padding = 0xff, /* as an E92's modules */
	.dtc_bytes = 2,
	.answer = answer,
};
