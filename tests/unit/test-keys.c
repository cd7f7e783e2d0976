/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/keys.h"
#include "ear.h"
#include "link/mem.h"
#include "proto/tp-isotp.h"
#include "proto/tp-kbus.h"
#include "sim/sim-link.h"
#include "sim/sim.h"

/* "fob 0 learned ok - simulated": battery, in the lock, grade. Sorted, "; " between. */
static const char *keys_text(const struct key_list *list, char *buf, size_t size)
{
	char lines[KEYS_MAX][80];
	size_t len = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct key *k = &list->keys[i];

		snprintf(lines[i], sizeof(lines[i]), "%s %d %s %s %s %s", k->kind,
			 k->slot, k->state, k->battery ? k->battery : "-",
			 k->in_lock < 0 ? "-"
			 : k->in_lock	? "in"
					: "out",
			 grade_word(k->grade));
	}
	qsort(lines, list->n, sizeof(lines[0]), by_text);
	buf[0] = '\0';
	for (size_t i = 0; i < list->n; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? "; " : "",
					lines[i]);
	assert_in_range(len, 0, size - 1);

	return buf;
}

/* A simulated car that is asked over its bus. */
struct garage {
	struct clock clk;
	struct link *link;
	struct gate gate;
	struct ear ear;
	struct ask_late late;
	struct asker asker;
	struct poll poll;
	unsigned int frames;
};

/* A poll of its own for each question. */
static struct poll *poll_of(struct garage *g)
{
	g->poll = (struct poll){
		.asker = &g->asker, .decoder = &g->ear.decoder, .state = &g->ear.state,
	};

	return &g->poll;
}

static void overheard(const struct frame *f, void *arg)
{
	struct garage *g = arg;

	g->frames++;
	ear_frame(&g->ear, f);
}

static void garage_open(struct garage *g, const char *car, const char *platform,
			enum gate_class class)
{
	struct sim_link_options o = { .car = car };

	*g = (struct garage){ .frames = 0 };
	clock_init_virtual(&g->clk, 0);
	assert_int_equal(sim_link_open(&o, &g->clk, &g->link), 0);
	ear_open(&g->ear, platform);
	gate_init(&g->gate, class, true, &g->ear.decoder);
	g->asker = (struct asker){
		.link = g->link,
		.gate = &g->gate,
		.late = &g->late,
		.heard = overheard,
		.arg = g,
		.timeout = MS(2000),
	};
	assert_int_equal(tp_kbus_open(g->link, &g->asker.tp[DIAG_DS2]), 0);
	assert_int_equal(tp_isotp_open(g->link, &g->asker.tp[DIAG_KWP]), 0);
	g->asker.tp[DIAG_UDS] = g->asker.tp[DIAG_KWP];
}

static void garage_close(struct garage *g)
{
	tp_close(g->asker.tp[DIAG_DS2]);
	tp_close(g->asker.tp[DIAG_KWP]);
	link_close(g->link);
	ear_close(&g->ear);
}

static void tell(struct garage *g, const char *line)
{
	struct sim_fault f;

	sim_link_catch_up(g->link);
	assert_int_equal(sim_do(sim_link_sim(g->link), line, &f), 0);
}

static void assert_keys(struct garage *g, const char *want)
{
	struct key_list list = { .n = 0 };
	char text[2048];

	assert_int_equal(keys_ask(&list, poll_of(g)), 0);
	assert_true(list.complete);
	assert_string_equal(keys_text(&list, text, sizeof(text)), want);
	for (size_t i = 0; i < list.n; i++) {
		assert_int_equal(list.keys[i].last_used, NSEC_NEVER);
		assert_true(strlen(list.keys[i].source) > 0);
	}
}

#define NEW_CAR                                                        \
	"fob 0 learned ok - simulated; fob 1 learned ok - simulated; " \
	"transponder 0 enabled - in simulated; transponder 1 enabled - out simulated"

/* DESIGN 7: a new car has two fobs and two transponders, and key 1 in the lock. */
static void simulated_cars(void **state)
{
	static const struct {
		const char *car, *platform;
	} t[] = { { "r50", "r5x" },
		  { "r52", "r5x" },
		  { "r53", "r5x" },
		  { "r56", "r56" },
		  { "r60", "r56" } };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct garage g;

		garage_open(&g, t[i].car, t[i].platform, GATE_VIRTUAL);
		assert_keys(&g, NEW_CAR);
		assert_true(g.frames > 0);

		tell(&g, "key remove");
		assert_keys(&g,
			    "fob 0 learned ok - simulated; fob 1 learned ok - simulated; "
			    "transponder 0 enabled - out simulated; "
			    "transponder 1 enabled - out simulated");
		tell(&g, "key insert 2");
		tell(&g, "fob 1 battery low");
		assert_keys(
			&g,
			"fob 0 learned low - simulated; fob 1 learned ok - simulated; "
			"transponder 0 enabled - out simulated; "
			"transponder 1 enabled - in simulated");
		garage_close(&g);
	}
}

static void busy_and_refusing(void **state)
{
	static const struct {
		const char *car, *platform, *fault, *why;
	} t[] = {
		{ "r53", "r5x", "fault nrc B0", "B0" },
		{ "r53", "r5x", "fault nrc A2", "A2" },
		{ "r56", "r56", "fault nrc 22", "22" },
		{ "r56", "r56", "fault nrc 33", "33" },
	};
	struct key_list list;
	struct garage g;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		garage_open(&g, t[i].car, t[i].platform, GATE_VIRTUAL);
		tell(&g, t[i].fault);
		list = (struct key_list){ .n = 0 };
		assert_int_equal(keys_ask(&list, poll_of(&g)), -EREMOTEIO);
		assert_false(list.complete);
		assert_int_equal(list.n, 0);
		assert_non_null(strstr(g.poll.why, t[i].why));
		tell(&g, "fault off");
		tell(&g, "fault pending 3");
		assert_keys(&g, NEW_CAR);
		garage_close(&g);
	}
}

/* A car that says nothing, in virtual time; and the bus that went away. */
static void no_answer(void **state)
{
	struct key_list list = { .n = 0 };
	struct garage g;
	(void)state;

	garage_open(&g, "r53", "r5x", GATE_VIRTUAL);
	tell(&g, "fault drop 100%");
	assert_int_equal(keys_ask(&list, poll_of(&g)), -ETIMEDOUT);
	assert_int_equal(clock_now(&g.clk), 4000000000); /* two modules, each asked once */
	tell(&g, "fault unplug");
	assert_int_equal(keys_ask(&list, poll_of(&g)), -ENODEV);
	assert_int_equal(list.n, 0);
	assert_false(list.complete);
	garage_close(&g);
}

/*
 * DESIGN 6: what only the simulator speaks is never asked of a car, nor on a bench; and of a car
 * that is not known to be unlocked, nothing is.
 */
static void not_asked_of_a_car(void **state)
{
	static const enum gate_class classes[] = { GATE_CAR, GATE_BENCH };
	static const char *const cars[][2] = { { "r53", "r5x" }, { "r56", "r56" } };
	struct key_list list = { .n = 0 };
	struct garage g;
	(void)state;

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 2; k++) {
			garage_open(&g, cars[k][0], cars[k][1], classes[i]);
			assert_int_equal(keys_ask(&list, poll_of(&g)), k == 0 ? -EINVAL : -EPERM);
			assert_true(k == 0 ? g.poll.left_out : strlen(g.asker.why) > 0);
			assert_int_equal(list.n, 0);
			garage_close(&g);
		}
}

/* No DBC, no request. */
static void nothing_to_ask(void **state)
{
	struct key_list list = { .n = 0 };
	struct decoder none = { .n_sources = 0 };
	struct poll p = { .decoder = &none };
	(void)state;

	assert_int_equal(keys_ask(&list, &p), -EINVAL);
	assert_false(list.complete);
}

/* A plain K-bus request and the broadcast that answers it. */
static void plain_request(void **state)
{
	const struct dbc *dbc = NULL;
	const struct dbc_message *m;
	struct garage g;
	(void)state;

	garage_open(&g, "r53", "r5x", GATE_VIRTUAL);
	m = decoder_find_name(&g.ear.decoder, "Body_Request_DIA", &dbc);
	assert_non_null(m);
	assert_int_equal(ask_plain(&g.asker, dbc, m), 0);
	assert_int_equal(g.ear.state.data[DATUM_LOCK].value, LOCK_UNLOCKED);
	m = decoder_find_name(&g.ear.decoder, "Body", &dbc);
	assert_int_equal(ask_plain(&g.asker, dbc, m), -EINVAL);
	assert_int_equal(ask_message(&g.asker, dbc, m, NULL), -EINVAL);
	garage_close(&g);
}

static void add_answer(struct key_list *list, const struct decoder *d, const char *answer)
{
	struct decoded dec;
	struct frame f;

	assert_int_equal(answer_of(d, answer, &f, &dec), 0);
	assert_true(keys_is_request(dec.dbc, dec.message));
	keys_add_answer(list, &dec);
}

/* The answers of the DBCs' own requests, graded simulated, byte by byte. */
static void answers(void **state)
{
	static const struct {
		const char *platform, *message, *data, *want;
	} t[] = {
		{ "r5x", "Fobs", "0111000000",
		  "fob 0 learned ok - simulated; fob 1 learned low - simulated" },
		{ "r5x", "Fobs", "00000000FF", "" },
		{ "r5x", "Fobs", "0101F101",
		  "fob 0 learned ok - simulated; fob 1 learned ok - simulated; "
		  "fob 2 learned - - simulated; fob 3 learned ok - simulated" },
		{ "r5x", "Fobs", "01", "fob 0 learned ok - simulated" },
		{ "r5x", "Fobs", "", "" },
		{ "r5x", "Fobs", "02030405FF", "" }, /* no words for these */
		{ "r5x", "Transponders", "010002000000000001000201",
		  "transponder 0 enabled - out simulated; transponder 2 blocked - in simulated; "
		  "transponder 8 enabled - out simulated" },
		{ "r5x", "Transponders", "01010000000000000000FF00",
		  "transponder 0 enabled - out simulated; transponder 1 enabled - out simulated" },
		{ "r5x", "Transponders", "0101",
		  "transponder 0 enabled - - simulated; transponder 1 enabled - - simulated" },
		{ "r56", "Fob_1", "0101", "fob 1 learned low - simulated" },
		{ "r56", "Fob_1", "0001", "" },
		{ "r56", "Fob_3", "010F", "fob 3 learned - - simulated" },
		{ "r56", "Transponders", "09000411",
		  "transponder 0 enabled - out simulated; transponder 1 blocked - in simulated; "
		  "transponder 9 enabled - out simulated" },
		{ "r56", "Transponders", "0500000F",
		  "transponder 0 enabled - out simulated; transponder 1 enabled - out simulated" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct key_list list = { .n = 0 };
		char text[1024], answer[80];
		struct ear e;

		ear_open(&e, t[i].platform);
		snprintf(answer, sizeof(answer), "%s %s", t[i].message, t[i].data);
		add_answer(&list, &e.decoder, answer);
		if (strcmp(keys_text(&list, text, sizeof(text)), t[i].want))
			fail_msg("%s: '%s'", answer, text);
		ear_close(&e);
	}
}

/* Hear the car for a while. */
static void listen(struct garage *g, nsec_t time)
{
	nsec_t deadline = clock_now(&g->clk) + time;
	struct frame f;

	while (clock_now(&g->clk) < deadline)
		if (link_recv(g->link, &f, 1, deadline) > 0)
			overheard(&f, g);
}

/* A car that may be asked only what a document has: no list, and it says so. */
static void real_r56(void **state)
{
	static const enum gate_class classes[] = { GATE_CAR, GATE_BENCH };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		struct key_list list = { .n = 0 };
		struct garage g;
		char text[1024];

		garage_open(&g, "r56", "r56", classes[i]);
		g.gate.allow_unverified = false;
		tell(&g, "fob 2 battery low");
		tell(&g, "ignition on");
		listen(&g, MS(300));
		assert_int_equal(keys_ask(&list, poll_of(&g)), 0);
		assert_true(list.asked);
		assert_false(list.complete);
		assert_string_equal(keys_text(&list, text, sizeof(text)),
				    "fob 0 unknown ok - documented; "
				    "fob 1 unknown low - documented; "
				    "transponder 0 enabled ok in documented");
		/* The lists were not asked for: that is no failure to tell of. */
		assert_int_equal(g.poll.failed, 0);
		assert_true(g.poll.left_out);
		/* It is asked no more once it is locked. */
		tell(&g, "ignition off");
		tell(&g, "fob 1 click lock");
		listen(&g, MS(5100));
		list = (struct key_list){ .n = 0 };
		assert_int_equal(keys_ask(&list, poll_of(&g)), -EPERM);
		assert_non_null(strstr(g.asker.why, "locked"));
		assert_int_equal(list.n, 0);
		garage_close(&g);
	}
}

/* The key that is valid now has a document; the learned fobs are a claim. */
static void real_f5x(void **state)
{
	static const struct {
		bool allow;
		const char *want;
	} t[] = {
		{ false, "fob 0 valid - - documented" },
		{ true, "fob 0 valid ok - documented; fob 1 learned ok - claimed" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct key_list list = { .n = 0 };
		struct garage g;
		char text[1024];

		garage_open(&g, "f56", "f5x", GATE_CAR);
		g.gate.allow_unverified = t[i].allow;
		tell(&g, "ignition on");
		listen(&g, MS(300));
		assert_int_equal(keys_ask(&list, poll_of(&g)), 0);
		assert_string_equal(keys_text(&list, text, sizeof(text)), t[i].want);
		assert_false(list.complete);
		assert_int_equal(g.poll.failed, t[i].allow ? 0 : -EPERM);
		assert_true(t[i].allow || strstr(g.poll.why, "--allow-unverified"));
		garage_close(&g);
	}
}

/* Nothing is heard and nobody names the car: what it answers tells. */
static void recognised_by_answers(void **state)
{
	static const struct {
		const char *car, *platform;
	} t[] = { { "r56", "r56" }, { "r60", "r56" }, { "f56", "f5x" }, { "r53", NULL } };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct platform *p;
		struct garage g;

		garage_open(&g, t[i].car, NULL, GATE_VIRTUAL);
		g.asker.heard = NULL;
		assert_int_equal(ask_may_poll(&g.asker, &g.ear.decoder, &g.ear.state), 0);
		p = g.ear.decoder.platform;
		assert_string_equal(p ? p->id : "", t[i].platform ? t[i].platform : "");
		garage_close(&g);
	}
}

/* A module that is silent is asked once; the others go on. */
static void silent_module(void **state)
{
	struct key_list list = { .n = 0 };
	struct garage g;
	nsec_t start;
	(void)state;

	garage_open(&g, "f56", "f5x", GATE_VIRTUAL);
	tell(&g, "fault silent");
	start = clock_now(&g.clk);
	assert_int_equal(keys_ask(&list, poll_of(&g)), -ETIMEDOUT);
	assert_int_equal(clock_now(&g.clk) - start, 2000000000);
	assert_string_equal(g.poll.why, "module 40 (BDC) does not answer");
	garage_close(&g);
}

/* One whose answers are none is not asked all there is: somebody waits, 2 s for each. */
static void spoilt_module(void **state)
{
	static const char *const faults[] = { "fault garbage", "fault other" };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct key_list list = { .n = 0 };
		struct garage g;
		nsec_t start;

		garage_open(&g, "r56", "r56", GATE_VIRTUAL);
		tell(&g, faults[i]);
		start = clock_now(&g.clk);
		assert_int_equal(keys_ask(&list, poll_of(&g)), -EPROTO);
		assert_true(clock_now(&g.clk) - start <= 6 * NSEC_PER_SEC);
		assert_non_null(strstr(g.poll.why, "module 40, asked for"));
		garage_close(&g);
	}
}

/* What the car's public requests tell, one answer after the other: can.md 3.1, 3.2. */
static void public_answers(void **state)
{
	static const struct {
		const char *platform;
		const char *answers[4]; /* message, data */
		const char *want, *action;
	} t[] = {
		/* Key 2 in the lock, its battery at 2.2 to 2.6 V. */
		{ "r56", { "Cas_Key 0700400200", "Cas_Key_Battery 01" },
		  "transponder 2 enabled low in documented", NULL },
		{ "r56", { "Cas_Key 0600000900", "Cas_Key_Battery 00" },
		  "transponder 9 enabled ok out documented", NULL },
		{ "r56", { "Cas_Key 0700000010" }, "transponder 0 blocked - in documented", NULL },
		{ "r56", { "Cas_Key 0700000010", "Cas_Key_Battery FF" },
		  "transponder 0 blocked - in documented", NULL },
		/* Not valid, or no number from 0 to 9: no key is named. */
		{ "r56", { "Cas_Key 0900000200", "Cas_Key_Battery 02" }, "", NULL },
		{ "r56", { "Cas_Key 0700000A00", "Cas_Key_Battery 02" }, "", NULL },
		{ "r56", { "Cas_Key 070000FF00" }, "", NULL },
		{ "r56", { "Cas_Key 07" }, "", NULL },
		/* A battery is known, whether the fob is learned is not. */
		{ "r56", { "Cas_Batteries 0001FFFFFFFFFFFFFF02" },
		  "fob 0 unknown ok - documented; fob 1 unknown low - documented; "
		  "fob 9 unknown low - documented", NULL },
		{ "r56", { "Cas_Batteries FFFFFFFFFFFFFFFFFFFF" }, "", NULL },
		{ "r56", { "Fob_1 010F", "Cas_Batteries FF02" }, "fob 1 learned low - simulated",
		  NULL },

		{ "f5x", { "Bdc_Key 03" }, "fob 3 valid - - documented", NULL },
		{ "f5x", { "Bdc_Key FF" }, "", NULL },
		{ "f5x", { "Bdc_Key 14" }, "", NULL }, /* 20: there are 0 to 19 */
		{ "f5x", { "Bdc_Fobs 0200070103050A00FF" },
		  "fob 0 learned ok - claimed; fob 5 learned low - claimed", NULL },
		{ "f5x", { "Bdc_Fobs 0113FF0000" }, "fob 19 learned - - claimed", NULL },
		{ "f5x", { "Bdc_Fobs 01000301FF" }, "fob 0 learned level-3 - claimed", NULL },
		/* No more than it counts, nor than there are; 20 and none are no fobs. */
		{ "f5x", { "Bdc_Fobs 01000B000001070000" }, "fob 0 learned ok - claimed", NULL },
		{ "f5x", { "Bdc_Fobs FF000B0000FF070000140700" }, "fob 0 learned ok - claimed", NULL },
		{ "f5x", { "Bdc_Fobs 00" }, "", NULL },
		/* The key that is valid now stays that; its battery is added. */
		{ "f5x", { "Bdc_Key 05", "Bdc_Fobs 020007000005000000" },
		  "fob 0 learned ok - claimed; fob 5 valid low - documented", NULL },
		{ "f5x", { "Bdc_Fobs 020007000005000000", "Bdc_Key 05" },
		  "fob 0 learned ok - claimed; fob 5 valid low - documented", NULL },
		{ "f5x", { "Bdc_Last_Action 04010300" }, "", "secure remote 0 claimed" },
		{ "f5x", { "Bdc_Last_Action 010301FF" }, "", "unlock centre-button -1 claimed" },
		{ "f5x", { "Bdc_Last_Action 01634D05" }, "", "- - 5 claimed" },
		{ "f5x", { "Bdc_Last_Action 01" }, "", NULL },
		{ "f5x", { "Bdc_Last_Action 010000FF" }, "", NULL }, /* codes without a word */
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct key_list list = { .n = 0 };
		const struct lock_action *a = &list.last_action;
		char text[1024];
		struct ear e;

		ear_open(&e, t[i].platform);
		for (size_t k = 0; k < 4 && t[i].answers[k]; k++)
			add_answer(&list, &e.decoder, t[i].answers[k]);
		if (strcmp(keys_text(&list, text, sizeof(text)), t[i].want))
			fail_msg("%s: '%s'", t[i].answers[0], text);
		assert_int_equal(a->known, t[i].action != NULL);
		snprintf(text, sizeof(text), "%s %s %d %s", a->action ? a->action : "-",
			 a->cause ? a->cause : "-", a->key, grade_word(a->grade));
		if (t[i].action)
			assert_string_equal(text, t[i].action);
		ear_close(&e);
	}
}

/* Built from what is heard alone. A fob's slot and a transponder's number: two lists. */
static void heard_only(void **state)
{
	static const struct {
		const char *platform;
		const char *frames[5];
		const char *want;
	} t[] = {
		{ "r5x", { "80 04 BF 11 00 2A" }, "" },
		{ "r5x", { "00 04 BF 72 06 CF" }, "fob 1 heard ok - claimed" },
		{ "r5x", { "00 04 BF 72 2B E2" }, "fob 2 heard low - claimed" },
		{ "r5x",
		  { "00 04 BF 72 02 CB", "00 04 BF 72 16 DF" },
		  "fob 0 heard ok - claimed; fob 1 heard ok - claimed" },
		{ "r5x", { "44 05 BF 74 05 05 8A" }, "transponder 5 heard - in sibling" },
		{ "r5x",
		  { "44 05 BF 74 01 00 8B" },
		  "transponder 0 heard - out sibling" },
		{ "r5x", { "44 05 BF 74 00 FF 75" }, "" },
		/* kbus.md 2.3: slot 1 seen with key 1, and with key 5. */
		{ "r5x",
		  { "00 04 BF 72 06 CF", "44 05 BF 74 05 01 8E" },
		  "fob 1 heard ok - claimed; transponder 1 heard - in sibling" },
		/* One key after the other; the second one is taken out as well. */
		{ "r5x",
		  { "44 05 BF 74 05 00 8F", "44 05 BF 74 00 FF 75", "44 05 BF 74 05 01 8E" },
		  "transponder 0 heard - out sibling; transponder 1 heard - in sibling" },
		{ "r5x",
		  { "44 05 BF 74 05 00 8F", "44 05 BF 74 01 00 8B", "44 05 BF 74 05 01 8E",
		    "44 05 BF 74 00 FF 75" },
		  "transponder 0 heard - out sibling; transponder 1 heard - out sibling" },
		{ "r56", { "130#4542698FE2" }, "transponder 2 heard - in sibling" },
		{ "r56", { "130#000EC00440" }, "" },
		{ "r56", { "23A#11300161" }, "fob 1 heard - - observed" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct key_list list = { .n = 0 };
		char text[1024];
		struct ear e;

		ear_open(&e, t[i].platform);
		for (size_t k = 0; k < 5 && t[i].frames[k]; k++)
			ear_hear(&e, t[i].frames[k], MS(k + 1));
		keys_add_heard(&list, &e.state);
		if (strcmp(keys_text(&list, text, sizeof(text)), t[i].want))
			fail_msg("row %zu: '%s'", i, text);
		assert_false(list.complete);
		for (size_t k = 0; k < list.n; k++)
			assert_in_range(list.keys[k].last_used, MS(1), MS(5));
		ear_close(&e);
	}
}

/* Heard after it was asked: only the times are added, and no key that the car denies. */
static void heard_after_asked(void **state)
{
	struct key_list list = { .n = 0 };
	char text[1024];
	struct garage g;
	struct ear e;
	(void)state;

	garage_open(&g, "r53", "r5x", GATE_VIRTUAL);
	ear_open(&e, "r5x");
	assert_int_equal(keys_ask(&list, poll_of(&g)), 0);
	ear_hear(&e, "00 04 BF 72 16 DF", 77);
	ear_hear(&e, "00 04 BF 72 0A C3", 88);
	ear_hear(&e, "44 05 BF 74 05 05 8A", 99);
	keys_add_heard(&list, &e.state);
	assert_string_equal(keys_text(&list, text, sizeof(text)), NEW_CAR);
	for (size_t i = 0; i < list.n; i++) {
		bool it = !strcmp(list.keys[i].kind, "fob") && list.keys[i].slot == 1;

		assert_int_equal(list.keys[i].last_used, it ? 77 : NSEC_NEVER);
	}
	ear_close(&e);
	garage_close(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simulated_cars),    cmocka_unit_test(busy_and_refusing),
		cmocka_unit_test(no_answer),	     cmocka_unit_test(not_asked_of_a_car),
		cmocka_unit_test(nothing_to_ask),    cmocka_unit_test(plain_request),
		cmocka_unit_test(answers),	     cmocka_unit_test(heard_only),
		cmocka_unit_test(heard_after_asked), cmocka_unit_test(public_answers),
		cmocka_unit_test(real_r56),	     cmocka_unit_test(real_f5x),
		cmocka_unit_test(recognised_by_answers), cmocka_unit_test(silent_module),
		cmocka_unit_test(spoilt_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
