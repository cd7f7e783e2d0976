/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "ear.h"
#include "proto/client.h"

/* One request in virtual time: how long it waits, for what, and what it calls an answer. */

#define P2 MS(2000)

static const uint8_t request[] = { 0x22, 0xdc, 0x56 };

static void begin(struct client *c)
{
	client_begin(c, DIAG_UDS, request, sizeof(request), P2, MS(100));
	assert_int_equal(c->state, CLIENT_SENDING);
	assert_int_equal(client_next(c), MS(100));
	client_sent(c, MS(100));
	assert_int_equal(client_next(c), MS(2100));
}

static void hear(struct client *c, const char *hex, nsec_t t)
{
	static uint8_t msg[16];
	ssize_t n = hex_parse(hex, strlen(hex), msg, sizeof(msg));

	assert_true(n >= 0);
	client_hear(c, msg, (size_t)n, t);
}

static void answered(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	hear(&c, "62 DC 56 09", MS(115));
	assert_int_equal(c.state, CLIENT_DONE);
	assert_int_equal(c.result, 0);
	assert_int_equal(c.len, 1);
	assert_int_equal(c.data[0], 0x09);
	assert_int_equal(c.first - c.sent, MS(15));
	assert_int_equal(client_next(&c), NSEC_NEVER);
}

static void silence(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	client_tick(&c, MS(2100) - 1);
	assert_int_equal(c.state, CLIENT_WAITING);
	client_tick(&c, MS(2100));
	assert_int_equal(c.state, CLIENT_DONE);
	assert_int_equal(c.result, -ETIMEDOUT);
	assert_null(c.why);
	/* What comes now changes nothing. */
	hear(&c, "62 DC 56 09", MS(2101));
	client_failed(&c, -EILSEQ, "x");
	assert_int_equal(c.result, -ETIMEDOUT);
}

/* Sent again after silence, twice, while P2 runs on; not when something came. */
static void repeated(void **state)
{
	struct client c;
	(void)state;

	for (int what = 0; what < 3; what++) {
		client_begin(&c, DIAG_DS2, request, sizeof(request), P2, MS(100));
		c.repeat = MS(520);
		client_sent(&c, MS(100));
		assert_int_equal(client_next(&c), MS(620));
		if (what == 1)
			client_frame(&c, MS(200));
		client_tick(&c, MS(620));
		if (what == 1) {
			assert_int_equal(client_next(&c), MS(2100));
			continue;
		}
		assert_int_equal(c.state, CLIENT_SENDING);
		assert_int_equal(client_next(&c), MS(620));
		client_sent(&c, MS(650));
		assert_int_equal(client_next(&c), MS(1170));
		if (what == 2) {
			hear(&c, "A0 12", MS(700));
			assert_int_equal(c.result, 0);
			assert_int_equal(c.first - c.sent, MS(50));
			continue;
		}
		client_tick(&c, MS(1170));
		assert_int_equal(c.state, CLIENT_SENDING);
		client_sent(&c, MS(1200));
		assert_int_equal(client_next(&c), MS(2100));
		client_tick(&c, MS(2100));
		assert_int_equal(c.result, -ETIMEDOUT);
	}
}

/* Half of the time at least has to be left for an answer. */
static void not_repeated(void **state)
{
	struct client c;
	(void)state;

	client_begin(&c, DIAG_DS2, request, sizeof(request), MS(779), MS(100));
	c.repeat = MS(520);
	client_sent(&c, MS(100));
	assert_int_equal(client_next(&c), MS(879));
	client_begin(&c, DIAG_DS2, request, sizeof(request), MS(780), MS(100));
	c.repeat = MS(520);
	client_sent(&c, MS(100));
	assert_int_equal(client_next(&c), MS(620));
}

/* To the nanosecond, also when nobody looked at the clock in between. */
static void late(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	hear(&c, "62 DC 56 09", MS(2100));
	assert_int_equal(c.result, 0);
	assert_int_equal(c.state, CLIENT_DONE);

	begin(&c);
	hear(&c, "62 DC 56 09", MS(2100) + 1);
	assert_int_equal(c.state, CLIENT_DONE);
	assert_int_equal(c.result, -ETIMEDOUT);

	begin(&c);
	client_started(&c, MS(2100) + 1);
	assert_int_equal(c.result, -ETIMEDOUT);
}

/* P2 is met by the first frame of a longer answer; then the transport's limits hold. */
static void first_frame(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	client_started(&c, MS(2099));
	assert_int_equal(client_next(&c), NSEC_NEVER);
	client_tick(&c, MS(60000));
	assert_int_equal(c.state, CLIENT_RECEIVING);
	hear(&c, "62 DC 56 01 02 03 04 05", MS(61000));
	assert_int_equal(c.result, 0);
	assert_int_equal(c.len, 5);
	assert_int_equal(c.first - c.sent, MS(1999));

}

/* A frame is lost now and then: the request goes out three times, 200 ms apart. */
static void broken(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	for (int i = 0; i < 2; i++) {
		client_started(&c, MS(200));
		client_broken(&c, "a part is missing", MS(210));
		assert_int_equal(c.state, CLIENT_SENDING);
		assert_int_equal(client_next(&c), MS(410));
		client_sent(&c, MS(410));
	}
	client_started(&c, MS(500));
	client_broken(&c, "a part is missing", MS(510));
	assert_int_equal(c.state, CLIENT_DONE);
	assert_int_equal(c.result, -EPROTO);
	assert_string_equal(c.why, "a part is missing");

	begin(&c);
	client_started(&c, MS(200));
	client_broken(&c, "a part is missing", MS(210));
	client_sent(&c, MS(410));
	hear(&c, "62 DC 56 09", MS(420));
	assert_int_equal(c.result, 0);
	/* Nothing was asked: what breaks off is another's. */
	begin(&c);
	client_tick(&c, MS(2100));
	client_broken(&c, "x", MS(2101));
	assert_int_equal(c.result, -ETIMEDOUT);
}

/* can.md 5: each 78 gives it 5 s from then on. */
static void pending(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	hear(&c, "7F 22 78", MS(150));
	assert_int_equal(client_next(&c), MS(5150));
	hear(&c, "7F 22 78", MS(5149));
	assert_int_equal(client_next(&c), MS(10149));
	client_tick(&c, MS(10148));
	hear(&c, "62 DC 56 09", MS(10149));
	assert_int_equal(c.result, 0);
	assert_int_equal(c.first - c.sent, MS(10049));

	begin(&c);
	hear(&c, "7F 22 78", MS(150));
	client_tick(&c, MS(5150));
	assert_int_equal(c.result, -EPROTO);
	assert_non_null(strstr(c.why, "pending"));

	/* Who waits longer for an answer waits longer here too. */
	client_begin(&c, DIAG_UDS, request, sizeof(request), MS(9000), 0);
	client_sent(&c, 0);
	hear(&c, "7F 22 78", MS(100));
	assert_int_equal(client_next(&c), MS(9100));
}

static void pending_for_ever(void **state)
{
	struct client c;
	int n = 0;
	(void)state;

	begin(&c);
	while (c.state == CLIENT_WAITING && n < 1000)
		hear(&c, "7F 22 78", MS(110 + 10 * n++));
	assert_int_equal(n, 51);
	assert_int_equal(c.result, -EPROTO);
	assert_non_null(strstr(c.why, "without end"));
}

/* Code 21: the request again, 200 ms later, ten times. */
static void busy(void **state)
{
	nsec_t t = MS(100);
	struct client c;
	(void)state;

	begin(&c);
	for (int i = 0; i < 10; i++) {
		hear(&c, "7F 22 21", t + MS(5));
		assert_int_equal(c.state, CLIENT_SENDING);
		assert_int_equal(client_next(&c), t + MS(205));
		/* Nothing is taken for an answer before it is asked again. */
		hear(&c, "62 DC 56 09", t + MS(100));
		client_started(&c, t + MS(100));
		client_tick(&c, t + MS(60000));
		assert_int_equal(c.state, CLIENT_SENDING);
		t += MS(205);
		client_sent(&c, t);
		assert_int_equal(client_next(&c), t + P2);
	}
	hear(&c, "7F 22 21", t + MS(5));
	assert_int_equal(c.state, CLIENT_DONE);
	assert_int_equal(c.result, -EREMOTEIO);
	assert_int_equal(c.code, 0x21);

	begin(&c);
	hear(&c, "7F 22 21", MS(105));
	client_sent(&c, MS(305));
	hear(&c, "62 DC 56 0A", MS(310));
	assert_int_equal(c.result, 0);
	assert_int_equal(c.data[0], 0x0a);
	assert_int_equal(c.first - c.sent, MS(5));
}

static void refused(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	hear(&c, "7F 22 31", MS(120));
	assert_int_equal(c.result, -EREMOTEIO);
	assert_int_equal(c.code, 0x31);

	begin(&c);
	hear(&c, "7F 22 78", MS(120));
	hear(&c, "7F 22 22", MS(3000));
	assert_int_equal(c.result, -EREMOTEIO);
	assert_int_equal(c.code, 0x22);
}

/* Another request's answer is ignored; when nothing else comes it is told. */
static void another_answer(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	hear(&c, "62 DA B4 01", MS(120));
	assert_int_equal(c.state, CLIENT_WAITING);
	assert_int_equal(client_next(&c), MS(2100));
	hear(&c, "62 DC 56 02", MS(130));
	assert_int_equal(c.result, 0);
	assert_int_equal(c.data[0], 2);

	begin(&c);
	hear(&c, "62 DA B4 01", MS(120));
	client_tick(&c, MS(2100));
	assert_int_equal(c.result, -EPROTO);
	assert_string_equal(c.why, "it answered another request");

	/* A long one: the time for ours goes on. */
	begin(&c);
	client_started(&c, MS(2000));
	hear(&c, "61 F0 01 02 03 04 05 06", MS(2050));
	assert_int_equal(client_next(&c), MS(2100));
	client_tick(&c, MS(2100));
	assert_int_equal(c.result, -EPROTO);

	/* Its "pending" is not ours. */
	begin(&c);
	hear(&c, "7F 21 78", MS(120));
	assert_int_equal(client_next(&c), MS(2100));
}

static void garbage(void **state)
{
	static const char *const t[] = { "62", "7F", "7F 22", "22 DC 56", "00" };
	struct client c;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		begin(&c);
		hear(&c, t[i], MS(120));
		assert_int_equal(c.state, CLIENT_WAITING);
		client_tick(&c, MS(2100));
		assert_int_equal(c.result, -EPROTO);
		assert_string_equal(c.why, "what it sent is no answer");
	}
}

/* Frames of which the transport makes nothing. */
static void frames_only(void **state)
{
	struct client c;
	(void)state;

	begin(&c);
	client_frame(&c, MS(110));
	assert_int_equal(c.state, CLIENT_WAITING);
	client_tick(&c, MS(2100));
	assert_int_equal(c.result, -EPROTO);
	assert_string_equal(c.why, "what it sent is no answer");

	/* Too late to be anything. */
	begin(&c);
	client_frame(&c, MS(2101));
	assert_int_equal(c.result, -ETIMEDOUT);

	/* "Pending" is something, and silence after it is told as before. */
	begin(&c);
	client_frame(&c, MS(110));
	hear(&c, "7F 22 78", MS(120));
	client_tick(&c, client_next(&c));
	assert_int_equal(c.result, -EPROTO);
	assert_string_equal(c.why, "it said 'the answer is pending', and then nothing");

	/* The answer may still come. */
	begin(&c);
	client_frame(&c, MS(110));
	hear(&c, "62 DC 56 01", MS(120));
	assert_int_equal(c.result, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answered),	    cmocka_unit_test(silence),
		cmocka_unit_test(repeated),   cmocka_unit_test(not_repeated),
		cmocka_unit_test(late),		    cmocka_unit_test(first_frame),
		cmocka_unit_test(broken),
		cmocka_unit_test(pending),	    cmocka_unit_test(pending_for_ever),
		cmocka_unit_test(busy),		    cmocka_unit_test(refused),
		cmocka_unit_test(another_answer),   cmocka_unit_test(garbage),
		cmocka_unit_test(frames_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
