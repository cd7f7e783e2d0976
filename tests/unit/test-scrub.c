/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/scrub.h"
#include "unit.h"

static char text[OUT_SIZE];

static const struct scrub us = { .host = "lab-7", .user = "al" };

static void words(void **state)
{
	static const struct {
		const char *word, *shown;
	} t[] = {
		/* what helps stays */
		{ "watch", "watch" },
		{ "--until=lock=locked", "--until=lock=locked" },
		{ "--built", "--built" },
		{ "2005-06", "2005-06" },
		{ "1.5s", "1.5s" },
		{ "can0", "can0" },
		{ "sim:r53", "sim:r53" },
		{ "log:-", "log:-" },
		{ "-", "-" },
		{ "1B00BF7A#3003", "1B00BF7A#3003" },
		{ "Lock_State=secured", "Lock_State=secured" },
		{ "/dev/ttyUSB0", "/dev/ttyUSB0" },
		{ "kbus:/dev/ttyUSB0", "kbus:/dev/ttyUSB0" },
		{ "elm:/dev/ttyUSB0@38400", "elm:FILE" },
		{ "83.333k", "83.333k" },
		{ "", "" },
		/* files */
		{ "/home/al/drive.log", "FILE" },
		{ "drive.log", "FILE" },
		{ "../x", "FILE" },
		{ "my cars/drive", "FILE" },
		{ "log:drive", "log:FILE" },
		{ "log:/home/al/x.log", "log:FILE" },
		{ "--dbc=can0=/home/al/x.dbc", "--dbc=can0=FILE" },
		{ "--script=x.sim", "--script=FILE" },
		{ "/dev/serial/by-id/usb-FTDI_A6008isP-if00", "FILE" },
		{ "kbus:/dev/serial/by-id/usb-FTDI_A6008isP-if00", "kbus:FILE" },
		/* hosts */
		{ "socketcand:pi.example.org:29536/can0", "socketcand:HOST:29536/can0" },
		{ "kdcan:tcp://10.0.0.7:35000", "kdcan:tcp://HOST:35000" },
		{ "kbus:rfc2217://lab.example.org", "kbus:rfc2217://HOST" },
		{ "kdcan:tcp://[fe80::1]:35000", "kdcan:tcp://HOST:35000" },
		{ "10.0.0.7", "HOST" },
		{ "lab-7", "HOST" },
		{ "al", "USER" },
		/* a VIN: letters and digits, but I, O, Q */
		{ "WMWXX00000XX12345", "WMWXX00000XXXXXXX" },
		{ "WMWXX00000XX1234", "WMWXX00000XX1234" },
		{ "WMWXX00000XO12345", "WMWXX00000XO12345" },
		{ "\033[2J", "\\x1B[2J" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct out o;

		memset(text, 0, sizeof(text));
		out_init_memory(&o, text, sizeof(text));
		scrub_put_word(&us, &o, t[i].word);
		if (strcmp(text, t[i].shown) != 0)
			fail_msg("'%s' is shown as '%s', not '%s'", t[i].word, text, t[i].shown);
	}
}

static void lines(void **state)
{
	static const char in[] =
		"minikey watch: cannot read '/home/al/my car.log': No such file or directory\n"
		"minikey watch: cannot read '/home/al/it's al's.log': '' or 'x'\n"
		"minikey watch: x.sim:3:5: unknown verb 'jump'\n"
		"minikey keys: no answer from lab-7 (WMWXX00000XX12345), 9600 bit/s, or al's cable\n"
		"minikey keys: cannot open 'kdcan:tcp://pi:35000': Connection refused\n"
		"no end \xff";
	static const char want[] =
		"  minikey watch: cannot read 'FILE': No such file or directory\n"
		"  minikey watch: cannot read 'FILE': '' or 'x'\n"
		"  minikey watch: FILE:3:5: unknown verb 'jump'\n"
		"  minikey keys: no answer from HOST (WMWXX00000XXXXXXX), 9600 bit/s, or USER's cable\n"
		"  minikey keys: cannot open 'kdcan:tcp://HOST:35000': Connection refused\n"
		"  no end \\xFF\n";
	struct out o;
	(void)state;

	memset(text, 0, sizeof(text));
	out_init_memory(&o, text, sizeof(text));
	scrub_put_lines(&us, &o, in, strlen(in), "  ");
	assert_string_equal(text, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
