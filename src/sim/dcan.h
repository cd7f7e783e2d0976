/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "proto/isotp.h"

/*
 * Modules that are asked on D-CAN: the server's side of ISO-TP in extended addressing,
 * can.md 2.1, and of what KWP2000 and UDS have in common.
 */

#define DCAN_MODULES 4
#define DCAN_REQUEST_MAX 64 /* own choice; what is longer gets FC.OVFLW */
#define DCAN_WAITS_MAX 255 /* FC.WAITs in a row: own choice */
#define DCAN_ANSWER_MAX 512 /* own choice; the longest there is has some 300 bytes */

struct sim;

enum module_name {
	MODULE_GM, /* R50-R53 */
	MODULE_EWS,
	MODULE_IKE,
	MODULE_DME, /* on the K-line only */
	MODULE_CAS, /* R55-R61 */
	MODULE_FRM,
	MODULE_JBE,
	MODULE_KOMBI, /* and F54-F60 */
	MODULE_BDC,
	MODULE_ZGW,
};

struct sim_module {
	enum module_name name;
	uint8_t address; /* can.md 2.2, kbus.md 1.4 */
	uint16_t index; /* of its diagnosis, DCAN only; 0xffff: not public */
};

/* In what the modules of two generations differ. */
struct dcan_style {
	uint8_t functional[2]; /* addresses that mean all of them, can.md 2.2 */
	uint8_t padding; /* of frames below 8 bytes, can.md 2.1 */
	unsigned int dtc_bytes; /* of a fault's code */
	/*
	 * M's answer to REQ (N bytes, 1..DCAN_REQUEST_MAX) in RET (DCAN_ANSWER_MAX): its
	 * length; 0: none; or the negative code of a refusal (NRC).
	 */
	int (*answer)(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		      size_t n, uint8_t *ret);
};

struct sim_query {
	const struct sim *s;
	const struct sim_module *m;
	unsigned int id;
};

/* One thing that modules can be asked for. */
struct sim_datum {
	unsigned int modules; /* bits of enum module_name */
	uint8_t service;
	uint16_t id; /* what follows it: one byte or two */
	/* What follows the identifier in the answer; returns how many bytes. */
	size_t (*put)(const struct sim_query *q, uint8_t *ret);
};

/* One conversation with the tester. Zeroed but for tp, nothing is under way. */
struct dcan_module {
	struct isotp tp;
	enum {
		DCAN_IDLE,
		DCAN_BUSY, /* with a request */
		DCAN_SENDING, /* the answer to it */
	} state;
	bool functional;
	unsigned int pending; /* how often it still says so */
	size_t n;
	uint8_t request[DCAN_REQUEST_MAX];
	uint8_t rx[DCAN_REQUEST_MAX];
	uint8_t answer[DCAN_ANSWER_MAX];
	uint8_t refusal[3];
};

/* Faults of the answers to diagnosis; those of all traffic are in struct wire. */
struct ask_faults {
	unsigned int pending;
	bool refuse;
	uint8_t code; /* of the refusal */
	bool refuse_kwp; /* the engine's module on a K-line, in its own codes */
	uint8_t code_kwp;
	unsigned int fc_wait; /* FC.WAITs before each CTS */
	bool overflow;
	nsec_t slow;
	unsigned int silent; /* bits of enum module_name */
	bool garbage, other;
	unsigned int n_garbage; /* so far: which kind comes next */
};

/* NRCs: can.md 3.1, 3.2 */
enum {
	NRC_SERVICE = 0x11,
	NRC_SUBFUNCTION = 0x12,
	NRC_LENGTH = 0x13,
	NRC_TOO_LONG = 0x14,
	NRC_BUSY = 0x21,
	NRC_RANGE = 0x31,
	NRC_PENDING = 0x78,
	NRC_SUBFUNCTION_SESSION = 0x7e,
	NRC_SERVICE_SESSION = 0x7f,
};

/* A positive answer's service is the request's and this: ISO 14229-1, 14230-3. */
#define DCAN_POSITIVE 0x40

/* The one among the N of DATA that answers Q by SERVICE, or NULL. */
const struct sim_datum *sim_datum_find(const struct sim_datum *data, size_t n,
				       const struct sim_query *q, uint8_t service);

/* A byte or a text as a whole answer. */
size_t sim_put_byte(uint8_t *ret, unsigned int byte);
size_t sim_put_text(uint8_t *ret, const char *text);

void sim_dcan_init(struct sim *s);
void sim_dcan_hear(struct sim *s, const struct frame *f);
