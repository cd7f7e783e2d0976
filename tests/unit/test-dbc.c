/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbc/codec.h"
#include "dbc/dbc.h"
#include "unit.h"

#define SIG(name) " SG_ " name " : 0|8@1+ (1,0) [0|0] \"\" A\n"

/* All faults as "line:column: text" lines. */
struct faults {
	char text[4096];
	size_t n;
};

static void add_fault(const struct dbc_fault *f, void *arg)
{
	struct faults *all = arg;
	size_t used = strlen(all->text);

	assert_string_equal(f->name, "test.dbc");
	snprintf(all->text + used, sizeof(all->text) - used, "%u:%u: %s\n", f->line,
		 f->column, f->text);
	all->n++;
}

/* The text is malloc()ed to its length, so that a sanitizer sees a step over its end. */
static struct dbc *parse_bytes(const char *text, size_t len, struct faults *faults)
{
	char *copy = malloc(len ? len : 1);
	struct dbc *dbc = NULL;
	int r;

	*faults = (struct faults){ 0 };
	assert_non_null(copy);
	memcpy(copy, text, len);
	r = dbc_parse("test.dbc", copy, len, add_fault, faults, &dbc);
	free(copy);
	assert_int_equal(r, faults->n);
	assert_non_null(dbc);
	assert_string_equal(dbc->name, "test.dbc");

	return dbc;
}

static struct dbc *parse(const char *text, const char *faults)
{
	struct faults found;
	struct dbc *dbc = parse_bytes(text, strlen(text), &found);

	assert_string_equal(found.text, faults);

	return dbc;
}

/* "A:x,y B:" : the messages and their signals. */
static void outline(const struct dbc *dbc, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < dbc->n_messages; i++) {
		const struct dbc_message *m = &dbc->messages[i];

		n += (size_t)snprintf(buf + n, size - n, "%s%s:", i ? " " : "", m->name);
		for (size_t k = 0; k < m->n_signals; k++) {
			n += (size_t)snprintf(buf + n, size - n, "%s%s", k ? "," : "",
					      m->signals[k].name);
			assert_ptr_equal(m->signals[k].message, m);
			assert_int_equal(m->signals[k].role, 0);
		}
		assert_true(n < size);
	}
}

static char *slurp(const char *file, size_t *ret_len)
{
	const char *dir = getenv("top_srcdir");
	char path[4096], *text = malloc(65536);
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/%s", dir ? dir : ".", file);
	f = fopen(path, "rbe");
	assert_non_null(f);
	assert_non_null(text);
	*ret_len = fread(text, 1, 65536, f);
	fclose(f);
	assert_in_range(*ret_len, 1, 65535);

	return text;
}

static void check_door(const struct dbc *dbc)
{
	const struct dbc_message *m = dbc_find(dbc, 256, false);
	const struct dbc_signal *s;

	assert_non_null(m);
	assert_ptr_equal(m, dbc_find_name(dbc, "Door"));
	assert_string_equal(m->sender, "Gate");
	assert_int_equal(m->len, 8);
	assert_false(m->ext);
	assert_null(m->selector);
	assert_string_equal(m->comment,
			    "A door,\nin two lines.\nBO_ is a keyword, but not here.");
	assert_string_equal(dbc_message_attr(dbc, m, "CycleTime"), "100");
	assert_string_equal(dbc_message_attr(dbc, m, "Grade"), "sure");
	assert_null(dbc_message_attr(dbc, m, "Weight"));
	assert_null(dbc_message_attr(dbc, m, "BusType"));

	s = dbc_find_signal(m, "Open");
	assert_string_equal(s->comment, "It says \"open\".");
	assert_string_equal(s->unit, "");
	assert_int_equal(s->n_values, 2);
	assert_string_equal(dbc_word(s, 0), "off");
	assert_string_equal(dbc_word(s, 1), "on");
	assert_string_equal(dbc_signal_attr(dbc, s, "Grade"), "likely");
	assert_string_equal(dbc_signal_own_attr(dbc, s, "Note"), "x;y");
	assert_string_equal(dbc_signal_attr(dbc, s, "Weight"), "0.5");
	assert_null(dbc_signal_own_attr(dbc, s, "Weight"));

	s = dbc_find_signal(m, "Angle");
	assert_true(s->motorola && s->kind == DBC_SIGNED && !s->integral);
	assert_int_equal(s->start, 15);
	assert_int_equal(s->bits, 12);
	assert_true(s->factor == 0.1 && s->offset == -5 && s->min == -90 && s->max == 90);
	assert_string_equal(s->unit, "deg");
	assert_null(s->comment);
	assert_string_equal(dbc_word(s, (uint64_t)-1), "ajar");
	assert_string_equal(dbc_signal_attr(dbc, s, "Grade"), "guess");
	assert_string_equal(dbc_signal_attr(dbc, s, "Weight"), "-0.25");
	assert_string_equal(dbc_signal_attr(dbc, s, "Note"), "");
	assert_null(dbc_signal_attr(dbc, s, "CycleTime"));
	assert_null(dbc_signal_attr(dbc, s, "None"));
	assert_int_equal(dbc_find_signal(m, "Force")->kind, DBC_FLOAT);
	assert_null(dbc_find_signal(m, "Hue"));
}

static void every_statement(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	_cleanup_(freep) char *text = NULL;
	struct faults faults;
	const struct dbc_message *m;
	char buf[200];
	size_t len;
	(void)state;

	text = slurp("every-statement.dbc", &len);
	dbc = parse_bytes(text, len, &faults);
	assert_string_equal(faults.text, "");
	outline(dbc, buf, sizeof(buf));
	assert_string_equal(buf, "Door:Open,Angle,Force Lamp_State:Kind,Bright,Part,Hue");
	assert_int_equal(dbc->n_nodes, 3);
	assert_string_equal(dbc->nodes[0].name, "Gate");
	assert_string_equal(dbc->nodes[2].name, "Tester");
	assert_string_equal(dbc->nodes[0].comment, "The gate");
	assert_null(dbc->nodes[1].comment);
	assert_string_equal(dbc_node_attr(dbc, &dbc->nodes[0], "Address"), "16");
	assert_string_equal(dbc_node_attr(dbc, &dbc->nodes[1], "Address"), "0");
	assert_null(dbc_node_attr(dbc, &dbc->nodes[0], "CycleTime"));
	check_door(dbc);

	m = dbc_find(dbc, 0x18feef00, true);
	assert_non_null(m);
	assert_true(m->ext);
	assert_null(m->comment);
	assert_ptr_equal(m->selector, &m->signals[0]);
	assert_int_equal(m->signals[2].mux, DBC_MUX_MEMBER);
	assert_int_equal(m->signals[3].mux_value, 2);
	assert_string_equal(dbc_message_attr(dbc, m, "CycleTime"), "0");
	assert_string_equal(dbc_message_attr(dbc, m, "Grade"), "guess");
}

/* The same file with other line ends, a byte order mark, and cut off anywhere. */
static void same_in_other_bytes(void **state)
{
	_cleanup_(freep) char *text = NULL;
	char crlf[8192] = "\xef\xbb\xbf", cr[8192];
	size_t len, n = 3;
	(void)state;

	text = slurp("every-statement.dbc", &len);
	for (size_t i = 0; i < len; i++) {
		assert_true(n + 2 < sizeof(crlf));
		if (text[i] == '\n')
			crlf[n++] = '\r';
		crlf[n++] = text[i];
		cr[i] = text[i] == '\n' && i > 2500 ? '\r' : text[i];
	}
	for (int i = 0; i < 3; i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		struct faults faults;

		/* CR LF; the same without its last line end; some lines ended by CR. */
		dbc = parse_bytes(i < 2 ? crlf : cr,
				  i == 0   ? n
				  : i == 1 ? n - 2
					   : len,
				  &faults);
		assert_string_equal(faults.text, "");
		if (i < 2)
			check_door(dbc);
		assert_int_equal(dbc->n_messages, 2);
	}
	for (size_t i = 0; i < len; i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		struct faults faults;

		dbc = parse_bytes(text, i, &faults);
		assert_in_range(faults.n, 0, 2);
	}
}

static void ids(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse("BO_ 0 Zero: 8 A\nBO_ 2047 Top11: 8 A\nBO_ 2147483648 Ext0: 8 A\n"
		      "BO_ 2684354559 Top29: 8 A\nBO_ 2147483904 Ext256: 8 A\n",
		      "");
	(void)state;

	assert_string_equal(dbc_find(dbc, 0, false)->name, "Zero");
	assert_string_equal(dbc_find(dbc, 0, true)->name, "Ext0");
	assert_string_equal(dbc_find(dbc, 0x7ff, false)->name, "Top11");
	assert_string_equal(dbc_find(dbc, 0x1fffffff, true)->name, "Top29");
	assert_string_equal(dbc_find(dbc, 256, true)->name, "Ext256");
	assert_int_equal(dbc_find(dbc, 256, true)->id, 256);
	assert_null(dbc_find(dbc, 256, false));
	assert_null(dbc_find(dbc, 0x7ff, true));
	assert_null(dbc_find(dbc, 0x800, false));
	assert_null(dbc_find(dbc, 0x80000000, false));
	assert_null(dbc_find(dbc, 0x80000000, true));
	assert_null(dbc_find(dbc, 0xffffffff, true));
	assert_null(dbc_find_name(dbc, "zero"));
	assert_string_equal(dbc_find_name(dbc, "Top29")->name, "Top29");
}

/* Each fault: its place, its words, and that the rest is there. */
static void fault_kinds(void **state)
{
	static const struct {
		const char *text, *faults, *outline;
	} t[] = {
		{ "", "", "" },
		{ "BO_ 1 M: 8 A\n" SIG("x") SIG("y"), "", "M:x,y" },
		{ "hello\nBO_ 1 M: 8 A\n", "1:1: expected a keyword, got 'hello'\n",
		  "M:" },
		{ "BO_ x M: 8 A\n" SIG("x") "BO_ 2 N: 8 A\n",
		  "1:5: expected a whole number, got 'x'\n", "N:" },
		{ "BO_ 1 : 8 A\n", "1:7: expected a name, got ':'\n", "" },
		{ "BO_ 1 M 8 A\n", "1:9: expected ':', got '8'\n", "" },
		{ "BO_ 1 M: 8\nBO_ 2 N: 8 A\n", "2:1: expected a name, got 'BO_'\n",
		  "N:" },
		{ "BO_ 1 M: 8", "1:11: expected a name, got the end of the file\n", "" },
		{ "BO_ 1 M: 70000 A", "1:10: '70000' is too large\n", "" },
		{ "BO_ 4294967296 M: 8 A", "1:5: '4294967296' is too large\n", "" },
		{ "BO_ 2048 M: 8 A\n" SIG("x"),
		  "1:5: the id '2048' has more than 11 bits, but is not extended\n",
		  "" },
		{ "BO_ 2684354560 M: 8 A\n",
		  "1:5: the id '2684354560' has more than 29 bits\n", "" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "BO_ 1 N: 8 A\n" SIG("y"),
		  "3:5: a message with the id '1' is there already\n", "M:x" },
		{ SIG("x") "BO_ 1 M: 8 A\n", "1:2: 'SG_' before any message\n", "M:" },
		{ "BO_ 1 M: 8 A\n" SIG("x") SIG("x") SIG("y"),
		  "3:6: a signal 'x' is there already\n", "M:x,y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|0@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:12: a signal has 1 to 64 bits, not '0'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|65@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:12: a signal has 1 to 64 bits, not '65'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 505|8@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:6: the signal 'x' is not inside 64 bytes\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 510|8@0+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:6: the signal 'x' is not inside 64 bytes\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 65535|1@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:6: the signal 'x' is not inside 64 bytes\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|8@1+ (0,1) [0|0] \"\" A\n" SIG("y"),
		  "2:18: the factor of a signal cannot be '0'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|8@2+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:14: expected 0 (Motorola) or 1 (Intel), got '2'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|8@1 (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:16: expected '+' (unsigned) or '-' (signed), got '('\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|8@1+ (1e400,0) [0|0] \"\" A\n" SIG("y"),
		  "2:18: '1e400' is too large\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x : 0|8@1+ (1,0) [0|0] A\n" SIG("y"),
		  "2:29: expected a string, got 'A'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x mx : 0|8@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:8: expected ':' or a multiplexor like 'm1', got 'mx'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n SG_ x mM : 0|8@1+ (1,0) [0|0] \"\" A\n" SIG("y"),
		  "2:8: expected ':' or a multiplexor like 'm1', got 'mM'\n", "M:y" },
		{ "BO_ 1 M: 8 A\n" SIG("x M") SIG("y M") SIG("z m1"),
		  "4:6: 'z' is multiplexed, but no SG_MUL_VAL_ says by which of the "
		  "message's multiplexors\n",
		  "M:x,y" },
		{ "BO_ 1 M: 8 A\n" SIG("x m1") SIG("y")
			  SIG("z m2") "BO_ 2 N: 8 A\n" SIG("w"),
		  "2:6: 'x' is multiplexed, but the message has no multiplexor\n"
		  "4:6: 'z' is multiplexed, but the message has no multiplexor\n",
		  "M:y N:w" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "SIG_VALTYPE_ 1 x : 1;\n",
		  "3:16: 'x' is a float, but has not 32 bits\n", "M:" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "SIG_VALTYPE_ 1 x : 2;\n" SIG("y"),
		  "3:16: 'x' is a double, but has not 64 bits\n", "M:y" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "SIG_VALTYPE_ 1 x : 3;\n",
		  "3:20: a value type is 0, 1 or 2, not '3'\n", "M:" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "VAL_ 2 x 0 \"a\" ;\nVAL_ 1 y 0 \"a\" ;\n",
		  "3:6: no message has the id '2'\n4:8: the message has no signal 'y'\n",
		  "M:x" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "VAL_ 1 x Tab ;\n",
		  "3:10: no value table is called 'Tab'\n", "M:x" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "VAL_ 1 x 0 \"a\" 0 \"b\" ;\n",
		  "3:16: the value '0' has a text already\n", "M:x" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "VAL_ 1 x 0.5 \"a\" ;\n",
		  "3:10: expected a whole number of 64 bits, got '0.5'\n", "M:x" },
		{ "BO_ 1 M: 8 A\n" SIG("x") "VAL_ 1 x 0 \"a\"\nBO_ 2 N: 8 A\n",
		  "4:1: expected ';', got 'BO_'\n", "M:x N:" },
		{ "VAL_TABLE_ T 0 \"a\" ;\nVAL_TABLE_ T 0 \"b\" ;\n",
		  "2:12: a value table 'T' is there already\n", "" },
		{ "CM_ BO_ 1 \"a\";\nCM_ SG_ 1 x \"a\";\nCM_ 5;\n",
		  "1:9: no message has the id '1'\n2:9: no message has the id '1'\n"
		  "3:5: expected a string, got '5'\n",
		  "" },
		{ "BA_DEF_ BO_ \"a\" INT 0 1;\nBA_DEF_ BO_ \"a\" STRING;\n",
		  "2:14: an attribute 'a' is there already\n", "" },
		{ "BA_DEF_ \"a\" WORD;\n",
		  "1:13: expected an attribute's type, got 'WORD'\n", "" },
		{ "BA_ \"a\" 1;\nBA_DEF_DEF_ \"b\" 1;\n",
		  "1:6: the attribute 'a' is not defined\n2:14: the attribute 'b' is not defined\n",
		  "" },
		{ "BA_DEF_ \"a\" ENUM \"x\",\"y\";\nBA_ \"a\" 2;\nBA_ \"a\" \"z\";\nBA_ \"a\" -1;\n",
		  "2:9: '2' is no value of this attribute\n3:9: '\"z\"' is no value of this attribute\n"
		  "4:9: '-1' is no value of this attribute\n",
		  "" },
		{ "BA_DEF_ \"a\" INT 0 1;\nBA_ \"a\" \"z\";\n",
		  "2:9: expected a number, got '\"z\"'\n", "" },
		{ "BA_DEF_ BO_ \"a\" INT 0 1;\nBA_ \"a\" BO_ 7 1;\n",
		  "2:13: no message has the id '7'\n", "" },
		{ "EV_ x: 0\nBO_ 1 M: 8 A\n", "2:1: expected ';', got 'BO_'\n", "M:" },
		{ "CM_ \"a\nBO_ 1 M: 8 A\n",
		  "1:5: expected a string, got a string that is never closed\n", "M:" },
		/* Tabs and characters count 1; what cannot be seen is shown by number. */
		{ "\t\t\x01\n", "1:3: expected a keyword, got '\\x01'\n", "" },
		{ "CM_ \"\xc3\xa4\xe4\" x;\n", "1:10: expected ';', got 'x'\n", "" },
		{ "BO_ 1 \xc3\xa4: 8 A\n", "1:7: expected a name, got '\xc3\xa4'\n", "" },
		{ "BO_ 1 \xe4: 8 A\n", "1:7: expected a name, got '\\xe4'\n", "" },
		{ "BO_ 1 a0123456789b0123456789c0123456789d0123456789 : : 8 A\n",
		  "1:54: expected a whole number, got ':'\n", "" },
		{ "x0123456789b0123456789c0123456789d0123456789\n",
		  "1:1: expected a keyword, got 'x0123456789b0123456789c0123456789d012345...'\n",
		  "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = parse(t[i].text, t[i].faults);
		char buf[200];

		outline(dbc, buf, sizeof(buf));
		assert_string_equal(buf, t[i].outline);
	}
}

/* Faults come in the file's order, whenever they are found; what comes later counts. */
static void order(void **state)
{
	static const char text[] = "VAL_ 1 x T ;\n"
				   "VAL_ 2 x 0 \"b\" ;\n"
				   "BA_ \"a\" SG_ 1 x 5;\n"
				   "CM_ BO_ 1 \"c\";\n"
				   "SIG_VALTYPE_ 1 f : 1;\n"
				   "BO_ 1 M: 8 A\n"
				   " SG_ x 0\n"
				   " SG_ x : 0|8@1+ (1,0) [0|0] \"\" A\n"
				   " SG_ f : 0|32@1- (1,0) [0|0] \"\" A\n"
				   "VAL_TABLE_ T 0 \"a\" ;\n"
				   "BA_DEF_ SG_ \"a\" INT 0 9;\n";
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse(text, "2:6: no message has the id '2'\n"
			    "7:8: expected ':', got '0'\n");
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	const struct dbc_signal *s = dbc_find_signal(m, "x");
	(void)state;

	assert_string_equal(dbc_word(s, 0), "a");
	assert_string_equal(dbc_signal_attr(dbc, s, "a"), "5");
	assert_string_equal(m->comment, "c");
	assert_int_equal(dbc_find_signal(m, "f")->kind, DBC_FLOAT);
}

/* A quote that is missing costs its own line. */
static void recovery(void **state)
{
	static const char text[] = "BO_ 1 M: 8 A\n"
				   " SG_ x : 0|8@1+ (1,0) [0|0] \"\" A\n"
				   "CM_ BO_ 1 \"lost;\n"
				   "CM_ SG_ 1 x \"found\";\n"
				   "BO_ 2 N: 8 A\n"
				   " SG_ y : 0|8@1+ (1,0) [0|0] \" A\n"
				   " SG_ z : 0|8@1+ (1,0) [0|0] \"\" A\n"
				   "VAL_ 1 x 0 \"off\" 1 \"on;\n"
				   "VAL_ 2 z 1 \"on\";\n"
				   "CM_ BO_ 2 \"N \\\" N\";\n";
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse(text, "4:14: expected ';', got 'found'\n"
			    "6:29: expected a unit, got "
			    "'\" A\\x0a SG_ z : 0|8@1+ (1,0) [0|0] \"'\n"
			    "9:13: expected ';', got 'on'\n");
	(void)state;

	assert_null(dbc_find(dbc, 1, false)->comment);
	assert_string_equal(dbc_find_signal(dbc_find(dbc, 1, false), "x")->comment,
			    "found");
	assert_string_equal(dbc_find(dbc, 2, false)->comment, "N \" N");
	assert_string_equal(dbc_word(dbc_find_signal(dbc_find(dbc, 2, false), "z"), 1),
			    "on");
}

static void strings(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} t[] = {
#define S(in, out) { in, sizeof(in) - 1, out }
		S("", ""),
		S("plain", "plain"),
		S("a\r\nb\rc\nd", "a\nb\rc\nd"),
		S("say \\\"so\\\"", "say \"so\""),
		S("C:\\dir\\", "C:\\dir\\"),
		/* Windows-1252: degree, u umlaut, euro, bullet, no character at 81. */
		S("\xb0", "\xc2\xb0"),
		S("T\xfcr", "T\xc3\xbcr"),
		S("\x80 \x95 \x81", "\xe2\x82\xac \xe2\x80\xa2 \xef\xbf\xbd"),
		S("\xff\xfe", "\xc3\xbf\xc3\xbe"),
		/* UTF-8 stays, also beside the other. */
		S("\xc2\xb0\xb0", "\xc2\xb0\xc2\xb0"),
		S("\xe2\x82\xac\xf0\x9f\x94\x91", "\xe2\x82\xac\xf0\x9f\x94\x91"),
		/* Cut short, too long, a surrogate, over U+10FFFF: single bytes. */
		S("\xe2\x82", "\xc3\xa2\xe2\x80\x9a"),
		S("\xc0\xaf", "\xc3\x80\xc2\xaf"),
		S("\xe0\x9f\xbf", "\xc3\xa0\xc5\xb8\xc2\xbf"),
		S("\xed\xa0\xa1", "\xc3\xad\xc2\xa0\xc2\xa1"),
		S("\xf4\xa0\xa1\xa2", "\xc3\xb4\xc2\xa0\xc2\xa1\xc2\xa2"),
		S("\xf5\xa0\xa1\xa2", "\xc3\xb5\xc2\xa0\xc2\xa1\xc2\xa2"),
		S("a\0b", "a\xef\xbf\xbd"
			  "b"),
#undef S
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		char text[100] = "BO_ 1 M: 8 A\nCM_ BO_ 1 \"";
		size_t n = strlen(text);
		struct faults faults;

		memcpy(text + n, t[i].in, t[i].len);
		n += t[i].len;
		memcpy(text + n, "\";\n", 3);
		dbc = parse_bytes(text, n + 3, &faults);
		assert_string_equal(faults.text, "");
		assert_string_equal(dbc->messages[0].comment, t[i].out);
	}
}

/* Without a plain M the m3M selects; with one it is a member like the others. */
static void extended_selector(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse("BO_ 1 M: 8 A\n" SIG("a m1") SIG("b m2M")
			      SIG("c m3M") "BO_ 2 N: 8 A\n" SIG("a m1M") SIG("b M"),
		      "");
	const struct dbc_message *m = &dbc->messages[0], *n = &dbc->messages[1];
	(void)state;

	assert_ptr_equal(m->selector, &m->signals[1]);
	assert_int_equal(m->signals[1].mux, DBC_MUX_SELECTOR);
	assert_int_equal(m->signals[2].mux, DBC_MUX_MEMBER);
	assert_int_equal(m->signals[2].mux_value, 3);
	assert_ptr_equal(n->selector, &n->signals[1]);
	assert_int_equal(n->signals[0].mux, DBC_MUX_MEMBER);
}

/* Names over 32 characters are in attributes: they win, if they are names and new. */
static void long_names(void **state)
{
	static const char text[] =
		"BO_ 1 M: 8 A\n" SIG("a") SIG("b") SIG("c") SIG("d")
		"BO_ 2 N: 8 A\n"
		"BA_DEF_ BO_ \"SystemMessageLongSymbol\" STRING;\n"
		"BA_DEF_ SG_ \"SystemSignalLongSymbol\" STRING;\n"
		"BA_DEF_DEF_ \"SystemSignalLongSymbol\" \"\";\n"
		"BA_ \"SystemMessageLongSymbol\" BO_ 1 \"Long_Message\";\n"
		"BA_ \"SystemSignalLongSymbol\" SG_ 1 a \"Long_Signal\";\n"
		"BA_ \"SystemSignalLongSymbol\" SG_ 1 b \"no name\";\n"
		"BA_ \"SystemSignalLongSymbol\" SG_ 1 c \"Long_Signal\";\n"
		"BA_ \"SystemSignalLongSymbol\" SG_ 1 d \"a\";\n"
		"VAL_ 1 a 0 \"off\" ;\n";
	_cleanup_(dbc_freep) struct dbc *dbc = parse(text, "");
	const struct dbc_message *m = dbc_find_name(dbc, "Long_Message");
	char buf[100];
	(void)state;

	outline(dbc, buf, sizeof(buf));
	assert_string_equal(buf, "Long_Message:Long_Signal,b,c,a N:");
	assert_ptr_equal(m, &dbc->messages[0]);
	assert_null(dbc_find_name(dbc, "M"));
	assert_string_equal(dbc_word(&m->signals[0], 0), "off");
}

/* What a hostile file repeats must not take time by its square. */
static void many_of_all(void **state)
{
	enum { MANY = 20000 };
	static char text[MANY * 200];
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	size_t n = 0;
	int r;
	(void)state;

	for (unsigned int i = 0; i < MANY; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "BO_ %u M%u: 8 A\nVAL_TABLE_ T%u 0 \"\" ;\n"
				      "BA_DEF_ \"a%u\" STRING;\nCM_ BO_ 5 \"\n",
				      0x80000000u + i * 4096, i, i, i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "\";\nBO_ 5 M: 8 A\n");
	for (unsigned int i = 0; i < MANY; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"SG_ s%u:0|8@1+(1,0)[0|0]\"\"A\nVAL_ 5 s%u 1 \"\";\n", i, i);
	assert_true(n < sizeof(text));
	r = dbc_parse("test.dbc", text, n, NULL, NULL, &dbc);
	/* Each comment lacks its closing quote; the very last one gets it. */
	assert_int_equal(r, MANY - 1);
	assert_int_equal(dbc->n_messages, MANY + 1);
	assert_int_equal(dbc_find(dbc, 5, false)->n_signals, MANY);
	assert_string_equal(dbc_find(dbc, 19999 * 4096, true)->name, "M19999");
	assert_string_equal(dbc_find_name(dbc, "M12345")->name, "M12345");
}

static void nothing(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	struct faults faults;
	(void)state;

	dbc_free(NULL);
	dbc = parse_bytes("\0\0\0", 3, &faults);
	assert_string_equal(faults.text, "1:1: expected a keyword, got '\\x00'\n");
	assert_int_equal(dbc->n_messages, 0);
	assert_null(dbc_find(dbc, 0, false));
	assert_null(dbc_find(dbc, 0, true));
	assert_null(dbc_find_name(dbc, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement),
		cmocka_unit_test(same_in_other_bytes),
		cmocka_unit_test(ids),
		cmocka_unit_test(fault_kinds),
		cmocka_unit_test(order),
		cmocka_unit_test(recovery),
		cmocka_unit_test(strings),
		cmocka_unit_test(extended_selector),
		cmocka_unit_test(long_names),
		cmocka_unit_test(many_of_all),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
