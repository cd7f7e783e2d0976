/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "sim/car.h"

/* The modules of an F54-F60 as UDS servers, can.md 3.2 and ISO 14229-1. */

enum {
	SESSION = 0x10,
	READ_DTC = 0x19,
	READ_DATA = 0x22,
	TESTER_PRESENT = 0x3e,
};

#define QUIET 0x80 /* in a sub-function: no positive answer */
#define DTC_BYTES 3

const struct sim_module sim_f5x_modules[SIM_F5X_MODULES] = {
	{ MODULE_BDC, 0x40, 0x2050 }, /* as a G31's: can.md 3.2 */
	{ MODULE_ZGW, 0x10, 0x0010 }, /* made up, as is the next */
	{ MODULE_KOMBI, 0x60, 0x0060 },
};

static int session(const uint8_t *req, size_t n, uint8_t *ret)
{
	/* P2 50 ms, P2* 5 s: can.md 5 */
	static const uint8_t times[] = { 0x00, 0x32, 0x01, 0xf4 };

	if (n != 2)
		return -NRC_LENGTH;
	if ((req[1] & ~QUIET) != 0x01)
		return -NRC_SUBFUNCTION;
	if (req[1] & QUIET)
		return 0;
	ret[0] = SESSION + DCAN_POSITIVE;
	ret[1] = 0x01;
	memcpy(ret + 2, times, sizeof(times));

	return 2 + sizeof(times);
}

static int present(const uint8_t *req, size_t n, uint8_t *ret)
{
	if (n != 2)
		return -NRC_LENGTH;
	if (req[1] & ~QUIET)
		return -NRC_SUBFUNCTION;
	ret[0] = TESTER_PRESENT + DCAN_POSITIVE;
	ret[1] = 0x00;

	return req[1] & QUIET ? 0 : 2;
}

static void put_dtc(uint8_t *ret, const struct dtc *d)
{
	put_be32(ret, d->code << 8 | d->status);
}

/* Those of which a bit of MASK is set. */
static int faults(const struct sim *s, const struct sim_module *m, uint8_t mask,
		  uint8_t *ret)
{
	size_t len = 3;

	ret[0] = READ_DTC + DCAN_POSITIVE;
	ret[1] = 0x02;
	ret[2] = 0xff; /* the bits that it keeps: can.md 3.2 */
	for (size_t i = 0; i < s->n_dtcs; i++)
		if (s->dtc[i].module == m->name && s->dtc[i].status & mask) {
			put_dtc(ret + len, &s->dtc[i]);
			len += DTC_BYTES + 1;
		}

	return (int)len;
}

/* Its status; what more a module keeps of it is not public. */
static int fault_detail(const struct sim *s, const struct sim_module *m, uint32_t code,
			uint8_t *ret)
{
	for (size_t i = 0; i < s->n_dtcs; i++)
		if (s->dtc[i].module == m->name && s->dtc[i].code == code) {
			ret[0] = READ_DTC + DCAN_POSITIVE;
			ret[1] = 0x06;
			put_dtc(ret + 2, &s->dtc[i]);
			return 2 + DTC_BYTES + 1;
		}

	return -NRC_RANGE;
}

static int read_dtc(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		    size_t n, uint8_t *ret)
{
	if (n < 2)
		return -NRC_LENGTH;
	switch (req[1]) {
	case 0x02:
		return n == 3 ? faults(s, m, req[2], ret) : -NRC_LENGTH;
	case 0x06:
		return n == 6 ? fault_detail(s, m, get_be32(req + 1) & 0xffffff, ret)
			      : -NRC_LENGTH;
	default:
		return -NRC_SUBFUNCTION;
	}
}

/* One identifier or several; those that it has not are left out. */
static int read_data(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		     size_t n, uint8_t *ret)
{
	size_t len = 1;

	if (n < 3 || n % 2 == 0)
		return -NRC_LENGTH;
	ret[0] = READ_DATA + DCAN_POSITIVE;
	for (size_t i = 1; i < n; i += 2) {
		struct sim_query q = { s, m, get_be16(req + i) };
		const struct sim_datum *d =
			sim_datum_find(sim_f5x_data, sim_f5x_n_data, &q, READ_DATA);

		if (!d)
			continue;
		if (len + 2 + SIM_F5X_DATUM_MAX > DCAN_ANSWER_MAX)
			return -NRC_TOO_LONG;
		memcpy(ret + len, req + i, 2);
		len += 2 + d->put(&q, ret + len + 2);
	}

	return len > 1 ? (int)len : -NRC_RANGE;
}

/* Those that ISO 14229-1 keeps out of the default session; the others are unknown here. */
static bool needs_session(uint8_t service)
{
	static const uint8_t services[] = {
		0x27, 0x28, 0x34, 0x35, 0x36, 0x37, 0x85, 0x87
	};

	return memchr(services, service, sizeof(services)) != NULL;
}

static int answer(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		  size_t n, uint8_t *ret)
{
	switch (req[0]) {
	case SESSION:
		return session(req, n, ret);
	case READ_DTC:
		return read_dtc(s, m, req, n, ret);
	case READ_DATA:
		return read_data(s, m, req, n, ret);
	case TESTER_PRESENT:
		return present(req, n, ret);
	default:
		return needs_session(req[0]) ? -NRC_SERVICE_SESSION : -NRC_SERVICE;
	}
}

const struct dcan_style sim_f5x_dcan = {
	.functional = { 0xdf, 0xdf },
	.padding = 0x00, /* as an i3's modules */
	.dtc_bytes = DTC_BYTES,
	.answer = answer,
};
