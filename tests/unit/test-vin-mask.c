/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "car/vin-mask.h"
#include "link/candump.h"
#include "proto/kbus.h"
#include "unit.h"

/* The VIN in these frames is made up: WMW00000000TEST12, tail 0TEST12 or TT12345. */

static struct decoder decoder;
static struct vin_mask mask;

/* Mask FRAME; what it is then, as text. */
static const char *masked(const char *frame, bool changed)
{
	static char buf[CANDUMP_FRAME_MAX + 1];
	struct frame f;

	assert_int_equal(candump_parse_frame(frame, strlen(frame), &f, NULL), 0);
	f.bus = "can0";
	assert_int_equal(vin_mask_frame(&mask, &f), changed);
	buf[candump_put_frame(buf, &f)] = '\0';

	return buf;
}

/* can.md 1.2: 0x380, seven characters; kbus.md 2.5: 0x54, two and five digits. */
static void broadcast(void **state)
{
	(void)state;
	assert_string_equal(masked("380#30544553543132", true), "380#58583030303030");
	assert_string_equal(masked("1BD08054##054541234500986404600000403", true),
			    "1BD08054##058580000000986404600000403");
	assert_string_equal(masked("130#4540210F8F", false), "130#4540210F8F");
	/* Cut short: what is there goes all the same. */
	assert_string_equal(masked("380#3054", true), "380#5858");
	assert_string_equal(masked("380#R7", false), "380#R7");
}

static void check_byte_is_made_good(void **state)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	struct frame f;
	int n;
	(void)state;

	assert_int_equal(candump_parse_frame("1BD08054#5454123450098640", 25, &f, NULL), 0);
	assert_true(vin_mask_frame(&mask, &f));
	n = kbus_encode(&f, bytes);
	assert_int_equal(n, 13);
	assert_int_equal(kbus_parse(bytes, 13, &f), 0);
}

/* 22 F1 90, 22 10 10, 1A 90 and service 9 over ISO-TP: only the last seven go. */
static void answers(void **state)
{
	(void)state;
	/* BMW's addressing: the tester's F1 first. 62 F1 90 and 17 characters. */
	assert_string_equal(masked("640#F1101462F190574D", false), "640#F1101462F190574D");
	assert_string_equal(masked("640#F121573030303030", false), "640#F121573030303030");
	/* Another module's answer between them is its own. */
	assert_string_equal(masked("612#F121414141414141", false), "612#F121414141414141");
	assert_string_equal(masked("640#F122303030544553", true), "640#F122303058583030");
	assert_string_equal(masked("640#F123543132FFFFFF", true), "640#F123303030FFFFFF");
	assert_string_equal(masked("640#F124303030544553", false), "640#F124303030544553");

	/* The junction box is module 00. */
	assert_string_equal(masked("600#F1101462F190574D", false), "600#F1101462F190574D");
	assert_string_equal(masked("600#F121573030303030", false), "600#F121573030303030");
	assert_string_equal(masked("600#F122303030544553", true), "600#F122303058583030");

	/* Normal addressing, service 9: 49 02 01. */
	assert_string_equal(masked("7E8#1014490201574D57", false), "7E8#1014490201574D57");
	assert_string_equal(masked("7E8#2130303030303030", false), "7E8#2130303030303030");
	assert_string_equal(masked("7E8#2230544553543132", true), "7E8#2258583030303030");

	/* 5A 90, and 29 bits. */
	assert_string_equal(masked("18DAF140#10135A90574D5730", false), "18DAF140#10135A90574D5730");
	assert_string_equal(masked("18DAF140#2130303030303030", true), "18DAF140#2130303030303058");
	assert_string_equal(masked("18DAF140#22544553543132FF", true), "18DAF140#22583030303030FF");
}

/* ISO 14229-1, 22 with several identifiers: the VIN's may be any of them, over frames' ends too. */
static void among_identifiers(void **state)
{
	(void)state;
	/* 62 DC56 07 F190 ... */
	assert_string_equal(masked("640#F1101762DC5607F1", false), "640#F1101762DC5607F1");
	assert_string_equal(masked("640#F121905730303030", false), "640#F121905730303030");
	assert_string_equal(masked("640#F122303030303044", true), "640#F122303030303058");
	assert_string_equal(masked("640#F123455431323334", true), "640#F123583030303030");
	/* The answer ends with its length: what follows is another's. */
	assert_string_equal(masked("640#F12431FFFFFFFFFF", false), "640#F12431FFFFFFFFFF");
}

/* can.md 3.1: of the CAS's status the copies of 0x130 and 0x2FC stay. */
static void cas_status(void **state)
{
	(void)state;
	assert_string_equal(masked("640#F110437001018012", true), "640#F110437001010000");
	for (int i = 1; i <= 8; i++) {
		char frame[32], zeros[32];

		snprintf(frame, sizeof(frame), "640#F12%dA1A2A3A4A5A6", i);
		snprintf(zeros, sizeof(zeros), "640#F12%d000000000000", i);
		assert_string_equal(masked(frame, true), zeros);
	}
	assert_string_equal(masked("640#F129B1B2B34040C1", true), "640#F1290000004040C1");
	assert_string_equal(masked("640#F12A0F4A81000000", false), "640#F12A0F4A81000000");
	assert_string_equal(masked("640#F12B0000FFFFFFFF", false), "640#F12B0000FFFFFFFF");
	/* Another module's inputs are nobody's key. */
	assert_string_equal(masked("600#F110437001018012", false), "600#F110437001018012");
	assert_string_equal(masked("600#F121A1A2A3A4A5A6", false), "600#F121A1A2A3A4A5A6");
}

static void fd_answer(void **state)
{
	(void)state;
	assert_string_equal(
		masked("7E8##0001462F190574D5730303030303030305445535431320000", true),
		"7E8##0001462F190574D5730303030303030585830303030300000");
}

/* An answer to another question, and a first frame without an end, harm nothing. */
static void other_answers(void **state)
{
	(void)state;
	assert_string_equal(masked("640#F1101462F1915730", false), "640#F1101462F1915730");
	assert_string_equal(masked("640#F121303030303030", false), "640#F121303030303030");
	assert_string_equal(masked("640#F122303030303030", false), "640#F122303030303030");
	for (int i = 0; i < 100; i++) {
		char frame[32];

		snprintf(frame, sizeof(frame), "%03X#F1101462F1905730", 0x601 + i);
		assert_string_equal(masked(frame, false), frame);
	}
	assert_string_equal(masked("640#F1", false), "640#F1");
	assert_string_equal(masked("640#", false), "640#");
}

static int setup(void **state)
{
	(void)state;
	if (decoder_init(&decoder, NULL) < 0)
		return -1;
	vin_mask_init(&mask, &decoder);

	return 0;
}

static int teardown(void **state)
{
	(void)state;
	decoder_free(&decoder);

	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broadcast),
		cmocka_unit_test(check_byte_is_made_good),
		cmocka_unit_test(answers),
		cmocka_unit_test(among_identifiers),
		cmocka_unit_test(cas_status),
		cmocka_unit_test(fd_answer),
		cmocka_unit_test(other_answers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
