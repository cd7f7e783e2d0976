/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "car/poll.h"
#include "modules.h"
#include "proto/tp-isotp.h"

/* Asking for the state of the car, module by module: what goes out, and what is believed. */

#define ANSWERS_MAX 12

/* A module's answer and the request it is for, both in hex. */
struct answer {
	uint8_t module;
	const char *request, *answer;
};

struct bench {
	struct modules modules;
	struct modules_rule rules[2 * ANSWERS_MAX];
	char text[ANSWERS_MAX * 14][40];	/* the frames of the rules */
	size_t n_rules, n_text;
	struct ear ear;
	struct gate gate;
	struct ask_late late;
	struct asker asker;
	struct poll poll;
};

static const char *frame_text(struct bench *b, uint32_t id, uint8_t address, uint8_t pci,
			      const uint8_t *data, size_t n)
{
	char *text = b->text[b->n_text++];
	char *p;

	assert_in_range(b->n_text, 1, ARRAY_SIZE(b->text));
	p = text + snprintf(text, sizeof(b->text[0]), "%03X#%02X%02X", id, address, pci);
	*hex_put(p, data, n) = '\0';

	return text;
}

/* As ISO-TP with BMW's extended addressing, can.md 4: 6 bytes alone, 5 first and 6 each. */
static void add_rule(struct bench *b, const struct answer *a)
{
	struct modules_rule *rule = &b->rules[b->n_rules++], *rest;
	uint32_t id = 0x600u + a->module;
	uint8_t bytes[80];
	ssize_t n = hex_parse(a->request, strlen(a->request), bytes, sizeof(bytes));

	assert_in_range(n, 1, 6);
	*rule = (struct modules_rule){
		.request = frame_text(b, 0x6f1, a->module, (uint8_t)n, bytes, (size_t)n),
		.times = 1,
	};
	n = hex_parse(a->answer, strlen(a->answer), bytes, sizeof(bytes));
	assert_in_range(n, 1, 71);
	if (n <= 6) {
		rule->replies[0].frame =
			frame_text(b, id, 0xf1, (uint8_t)n, bytes, (size_t)n);
		return;
	}
	memmove(bytes + 1, bytes, (size_t)n);
	bytes[0] = (uint8_t)n;
	rule->replies[0].frame = frame_text(b, id, 0xf1, 0x10, bytes, 6);
	rest = &b->rules[b->n_rules++];
	*rest = (struct modules_rule){
		.request = frame_text(b, 0x6f1, a->module, 0x30, bytes, 0), .times = 1,
	};
	for (size_t i = 0, at = 6; at < (size_t)n + 1; i++, at += 6)
		rest->replies[i].frame = frame_text(b, id, 0xf1, (uint8_t)(0x21 + i), bytes + at,
						    MIN((size_t)n + 1 - at, (size_t)6));
}

static void bench_open(struct bench *b, const char *platform, enum gate_class class,
		       const struct answer *answers)
{
	*b = (struct bench){ .n_rules = 0 };
	for (; answers->request; answers++)
		add_rule(b, answers);
	modules_open(&b->modules, b->rules, b->n_rules);
	ear_open(&b->ear, platform);
	b->ear.state.no_rear = true;
	gate_init(&b->gate, class, false, &b->ear.decoder);
	b->asker = (struct asker){
		.link = &b->modules.link,
		.gate = &b->gate,
		.late = &b->late,
		.timeout = MS(1000),
	};
	assert_int_equal(tp_isotp_open(&b->modules.link, &b->asker.tp[DIAG_KWP]), 0);
	b->asker.tp[DIAG_UDS] = b->asker.tp[DIAG_KWP];
	b->poll = (struct poll){
		.asker = &b->asker, .decoder = &b->ear.decoder, .state = &b->ear.state,
	};
}

static void bench_close(struct bench *b)
{
	tp_close(b->asker.tp[DIAG_KWP]);
	ear_close(&b->ear);
}

/* The requests sent: "40 300101; 40 2127". */
static const char *requests(const struct bench *b, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < b->modules.n_log; i++) {
		const struct frame *f = &b->modules.log[i];

		if (f->data[1] == 0x30)
			continue; /* flow control */
		len += (size_t)snprintf(buf + len, size - len, "%s%02X ", len ? "; " : "",
					f->data[0]);
		for (size_t k = 0; k < f->data[1]; k++)
			len += (size_t)snprintf(buf + len, size - len, "%02X", f->data[2 + k]);
		assert_in_range(len, 0, size - 1);
	}

	return buf;
}

#define HEAD53                                                                 \
	"00000000000000000000000000000000000000000000000000000000000000000000" \
	"00000000000000000000000000000000000000"
/* can.md 1.3, 1.4: terminal 15, key 2 in the lock; unlocked, driver's door open. */
#define CAS_GOOD "700101" HEAD53 "4542698FE2810100FFFFFF"
#define CAS_BAD "700101" HEAD53 "4542698FE3810100FFFFFF"

static void asked(void **state)
{
	static const struct {
		const char *platform;
		struct answer answers[ANSWERS_MAX];
		const char *requests;
		const char *ignition, *locks, *driver, *bonnet;
		int number, failed;
	} t[] = {
		/* One answer says it all. */
		{ "r56", { { 0x40, "300101", CAS_GOOD } }, "40 300101",
		  "on", "unlocked", "open", "closed", 2, 0 },
		/* Of one whose checksum fails nothing is used. */
		{ "r56",
		  { { 0x40, "300101", CAS_BAD }, { 0x40, "2127", "61270700400300" },
		    { 0x00, "21A4", "61A4000000000001" } },
		  "40 300101; 40 2127; 00 21A4", "unknown", "unknown", "closed", "open", 3,
		  -EBADMSG },
		{ "r56",
		  { { 0x40, "300101", "7F3012" }, { 0x40, "2127", "7F2111" },
		    { 0x00, "21A4", "61A4010000000000" } },
		  "40 300101; 40 2127; 00 21A4", "unknown", "unknown", "open", "closed", -2,
		  -EREMOTEIO },
		/* Who does not answer once is asked no more. */
		{ "r56", { { 0 } }, "40 300101; 00 21A4",
		  "unknown", "unknown", "unknown", "unknown", -2, -ETIMEDOUT },

		{ "f5x",
		  { { 0x40, "22DC56", "62DC5609" }, { 0x40, "22DAB4", "62DAB405" },
		    { 0x40, "22DA87", "62DA870202FFFF" }, { 0x40, "22DA79", "62DA7904" },
		    { 0x40, "22DA77", "62DA7702" }, { 0x40, "22DA92", "62DA9200" },
		    { 0x40, "22DA85", "62DA850001" },
		    { 0x56, "22DCDD", "62DCDD000000000100000400000000" } },
		  "40 22DC56; 40 22DAB4; 40 22DA87; 40 22DA79; 40 22DA77; 40 22DA92; 40 22DA85; "
		  "56 22DCDD", "on", "secured", "closed", "open", 5, 0 },
		/* The locks of all doors are refused: door by door, and the car by the last action. */
		{ "f5x",
		  { { 0x40, "22DC56", "62DC5607" }, { 0x40, "22DAB4", "62DAB4FF" },
		    { 0x40, "22DA87", "7F2231" }, { 0x40, "22DA79", "62DA7902" },
		    { 0x40, "22DA77", "62DA7702" }, { 0x40, "22DA92", "62DA9200" },
		    { 0x40, "22DA85", "62DA850001" }, { 0x40, "22DA83", "62DA83000100" },
		    { 0x40, "22DA81", "62DA81000100" },
		    { 0x40, "22DAC7", "62DAC702010200010100000100" } },
		  "40 22DC56; 40 22DAB4; 40 22DA87; 40 22DA79; 40 22DA77; 40 22DA92; 40 22DA85; "
		  "40 22DA83; 40 22DA81; 56 22DCDD; 40 22DAC7",
		  "acc", "locked", "closed", "unknown", -1, -EREMOTEIO },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		static struct bench b;
		const struct datum_state *d = b.ear.state.data;
		char text[400];

		bench_open(&b, t[i].platform, GATE_VIRTUAL, t[i].answers);
		assert_int_equal(poll_state(&b.poll, &b.ear.state), 0);
		assert_string_equal(requests(&b, text, sizeof(text)), t[i].requests);
		assert_string_equal(datum_word(DATUM_IGNITION, d[DATUM_IGNITION].value),
				    t[i].ignition);
		assert_string_equal(datum_word(DATUM_LOCK, d[DATUM_LOCK].value), t[i].locks);
		assert_string_equal(datum_word(DATUM_DOOR_DRIVER, d[DATUM_DOOR_DRIVER].value),
				    t[i].driver);
		assert_string_equal(datum_word(DATUM_BONNET, d[DATUM_BONNET].value),
				    t[i].bonnet);
		assert_int_equal(d[DATUM_KEY_NUMBER].value, t[i].number);
		assert_int_equal(b.poll.failed, t[i].failed);
		bench_close(&b);
	}
}

/* What is only claimed is not asked for what the bus has said. */
static void heard_before_claimed(void **state)
{
	static const struct answer answers[] = {
		{ 0x40, "300101", "7F3012" }, { 0x40, "2127", "7F2111" }, { 0 },
	};
	static struct bench b;
	char text[400];
	(void)state;

	bench_open(&b, "r56", GATE_VIRTUAL, answers);
	ear_hear(&b.ear, "2FC#81010400FFFFFF", 1);
	assert_int_equal(poll_state(&b.poll, &b.ear.state), 0);
	assert_string_equal(requests(&b, text, sizeof(text)), "40 300101; 40 2127");
	bench_close(&b);
}

/* DESIGN 6: of a car, only while it may be polled, and what a document has. */
static void polled_car(void **state)
{
	static const struct {
		const char *platform, *frames[2];
		struct answer answers[4];
		const char *requests;
		int r, failed;
	} t[] = {
		{ "r56", { "2FC#82000000000000", NULL }, { { 0 } }, "", -EPERM, 0 },
		{ "r56", { "130#4041C20FC0", NULL }, { { 0 } }, "", -EPERM, 0 },
		{ "r56", { "130#4542698FE2", NULL }, { { 0x40, "300101", "7F3012" } },
		  "40 300101; 40 2127", 0, -EREMOTEIO },
		/* It turns out to be locked: that ends it. */
		{ "f5x", { "12F#9F808ADDF1013006", NULL },
		  { { 0x40, "22DC56", "62DC5609" }, { 0x40, "22DAB4", "62DAB400" },
		    { 0x40, "22DA87", "62DA870101FFFF" } },
		  "40 22DC56; 40 22DAB4; 40 22DA87", -EPERM, 0 },
		/* The ignition is off: likewise. */
		{ "f5x", { "12F#9F808ADDF1013006", NULL }, { { 0x40, "22DC56", "62DC5602" } },
		  "40 22DC56", -EPERM, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		static struct bench b;
		char text[400];

		bench_open(&b, t[i].platform, GATE_CAR, t[i].answers);
		for (size_t k = 0; k < 2 && t[i].frames[k]; k++)
			ear_hear(&b.ear, t[i].frames[k], 1);
		assert_int_equal(poll_state(&b.poll, &b.ear.state), t[i].r);
		assert_string_equal(requests(&b, text, sizeof(text)), t[i].requests);
		assert_int_equal(b.poll.failed, t[i].failed);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked),
		cmocka_unit_test(heard_before_claimed),
		cmocka_unit_test(polled_car),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
