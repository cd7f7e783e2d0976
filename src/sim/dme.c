/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/*
 * What the engine's module of an R50, R52 or R53 tells by KWP2000. The services are those of
 * ISO 14230-3 (kbus.md 5.4); the data is made up, in the layouts of can.md 3.1.
 */

enum {
	READ_FAULTS = 0x18,
	READ_IDENT = 0x1a,
	READ_LOCAL = 0x21,
	READ_COMMON = 0x22,
	TESTER_PRESENT = 0x3e,
	START_COMMUNICATION = 0x81,
	STOP_COMMUNICATION = 0x82,
};

/* 18 02 FF FF: all of them. */
static int faults(const struct sim *s, const uint8_t *req, size_t n, uint8_t *ret)
{
	size_t len = 2;

	if (n != 4 || memcmp(req + 1, (const uint8_t[]){ 0x02, 0xff, 0xff }, 3))
		return -NRC_SUBFUNCTION;
	ret[0] = READ_FAULTS + DCAN_POSITIVE;
	ret[1] = 0;
	for (size_t i = 0; i < s->n_dtcs; i++) {
		if (s->dtc[i].module != MODULE_DME)
			continue;
		ret[1]++;
		ret[len++] = (uint8_t)(s->dtc[i].code >> 8);
		ret[len++] = (uint8_t)s->dtc[i].code;
		ret[len++] = s->dtc[i].status;
	}

	return (int)len;
}

/* 1A 80: as the modules of an R56 have it; 1A 90: the VIN. */
static int ident(const uint8_t *req, size_t n, uint8_t *ret)
{
	static const uint8_t data[29] = {
		0, 0, 0x09, 0, 0, SIM_DME_ADDRESS, 0, 0x01, 0xff, 0xff, 0, 0, 0x20, 0x05, 0x06, 0x01,
	};

	if (n != 2 || (req[1] != 0x80 && req[1] != 0x90))
		return -NRC_SUBFUNCTION;
	ret[0] = READ_IDENT + DCAN_POSITIVE;
	ret[1] = req[1];
	if (req[1] == 0x90)
		return 2 + (int)sim_put_text(ret + 2, SIM_VIN);
	memcpy(ret + 2, data, sizeof(data));

	return 2 + (int)sizeof(data);
}

/* 3E, or 3E 01: with an answer; 3E 02: without. */
static int present(const uint8_t *req, size_t n, uint8_t *ret)
{
	if (n > 2 || (n == 2 && req[1] != 0x01 && req[1] != 0x02))
		return -NRC_SUBFUNCTION;
	ret[0] = TESTER_PRESENT + DCAN_POSITIVE;

	return n == 2 && req[1] == 0x02 ? 0 : 1;
}

int sim_dme_answer(const struct sim *s, const uint8_t *req, size_t n, uint8_t *ret)
{
	switch (req[0]) {
	case START_COMMUNICATION:
		ret[0] = START_COMMUNICATION + DCAN_POSITIVE;
		ret[1] = SIM_DME_KEY_1;
		ret[2] = SIM_DME_KEY_2;
		return 3;
	case STOP_COMMUNICATION:
		ret[0] = STOP_COMMUNICATION + DCAN_POSITIVE;
		return 1;
	case READ_FAULTS:
		return faults(s, req, n, ret);
	case READ_IDENT:
		return ident(req, n, ret);
	case READ_LOCAL:
		return -NRC_SUBFUNCTION;
	case READ_COMMON:
		return -NRC_RANGE;
	case TESTER_PRESENT:
		return present(req, n, ret);
	default:
		return -NRC_SERVICE;
	}
}
