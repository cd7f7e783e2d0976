/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What dbc_check() says beyond dbc_parse(); and what neither may stumble over. */
#include <stdio.h>
#include <string.h>

#include "dbc/codec.h"
#include "dbc/dbc.h"
#include "unit.h"

#define HEAD "BU_: A B\nBO_ 1 M: 8 A\n"
#define SG(name, rest) " SG_ " name " : " rest "\n"
#define SIG(name, place) SG(name, place " (1,0) [0|0] \"\" B")

struct found {
	char text[2000];
	bool doubts_only;
};

static void add_fault(const struct dbc_fault *f, void *arg)
{
	struct found *found = arg;
	size_t n = strlen(found->text);

	snprintf(found->text + n, sizeof(found->text) - n, "%u:%u: %s\n", f->line,
		 f->column, f->text);
	found->doubts_only &= f->doubt;
}

static void doubts(void **state)
{
	static const struct {
		const char *text, *doubts;
	} t[] = {
		{ HEAD SIG("x", "0|8@1+"), "" },
		/* Beyond the end. */
		{ HEAD SIG("x", "56|8@1+") SIG("y", "63|8@0+"), "4:6: 'y' overlaps 'x'\n" },
		{ "BU_: A B\nBO_ 1 M: 2 A\n" SIG("x", "8|8@1+") SIG("y", "20|8@1+")
			  SIG("z", "0|9@0+"),
		  "4:6: 'y' goes beyond the end of its message\n"
		  "5:6: 'z' overlaps 'x'\n" },
		{ "BU_: A B\nBO_ 1 M: 65 A\n", "2:7: 'M' is longer than any CAN frame\n" },
		/* Overlaps: Intel 4-11 takes the low half of byte 1. */
		{ HEAD SIG("x", "4|8@1+") SIG("y", "12|4@1+") SIG("z", "11|2@0+"),
		  "5:6: 'z' overlaps 'x'\n" },
		{ HEAD SIG("x", "0|8@1+") SIG("y", "3|1@0+") SIG("z", "0|1@1+"),
		  "4:6: 'y' overlaps 'x'\n5:6: 'z' overlaps 'x'\n" },
		/* Not in the same frames. */
		{ HEAD SIG("x M", "0|8@1+") SIG("y m0", "8|8@1+") SIG("z m1", "8|8@1+"),
		  "" },
		{ HEAD SIG("x M", "0|8@1+") SIG("y m0", "8|8@1+") SIG("z m0", "8|8@1+"),
		  "5:6: 'z' overlaps 'y'\n" },
		{ HEAD SIG("x M", "0|8@1+") SIG("y m0", "4|8@1+"),
		  "4:6: 'y' overlaps 'x'\n" },
		{ HEAD SIG("x M", "0|8@1+") SIG("y m0", "8|8@1+") SIG("z m5", "8|8@1+")
			  "SG_MUL_VAL_ 1 y x 0-5;\nSG_MUL_VAL_ 1 z x 5-9;\n",
		  "5:6: 'z' overlaps 'y'\n" },
		{ HEAD SIG("x M", "0|8@1+") SIG("n m0M", "8|8@1+")
			  SIG("y m0", "16|8@1+") SIG("z m1", "16|8@1+")
				  SIG("w m1", "8|16@1+")
			  "SG_MUL_VAL_ 1 y n 0-0;\nSG_MUL_VAL_ 1 z n 1-1;\n",
		  "" },
		/* Multiplexors. */
		{ HEAD SIG("x M", "0|2@1+") SIG("y m4", "8|8@1+"),
		  "4:6: 'y' is there with values that its multiplexor 'x' cannot have\n" },
		{ HEAD SIG("x M", "0|8@1+"),
		  "3:6: no signal depends on the multiplexor 'x'\n" },
		{ HEAD SIG("x M", "0|8@1+") SIG("y m4", "8|8@1+")
			  "SG_MUL_VAL_ 1 y x 5-6;\n",
		  "4:6: SG_MUL_VAL_ leaves out the value that 'y' is marked with\n" },
		/* Limits. */
		{ HEAD SG("x", "0|8@1+ (1,0) [9|3] \"\" B"),
		  "3:6: the minimum of 'x' is above its maximum\n" },
		{ HEAD SG("x", "0|8@1+ (1,0) [0|256] \"\" B"),
		  "3:6: the limits of 'x' are wider than its bits allow\n" },
		{ HEAD SG("x", "0|8@1- (1,0) [-129|127] \"\" B"),
		  "3:6: the limits of 'x' are wider than its bits allow\n" },
		{ HEAD SG("x", "0|8@1+ (0.1,-40) [-40|-14.5] \"C\" B")
			  SG("y", "8|8@1- (-2,0) [-254|256] \"\" B"),
		  "" },
		{ HEAD SG("x", "0|32@1- (1,0) [-1e30|1e30] \"\" B")
			"SIG_VALTYPE_ 1 x : 1;\n",
		  "" },
		/* Values. */
		{ HEAD SIG("x", "0|2@1+") "VAL_ 1 x 3 \"a\" 4 \"b\" -1 \"c\" ;\n",
		  "4:16: '4' is no value that 'x' can have\n" },
		{ HEAD SIG("x", "0|2@1-") "VAL_ 1 x -2 \"a\" 1 \"b\" ;\n", "" },
		{ HEAD SIG("x", "0|2@1-") "VAL_ 1 x -2 \"a\" 2 \"b\" ;\n",
		  "4:17: '2' is no value that 'x' can have\n" },
		{ HEAD SIG("x", "0|64@1+") "VAL_ 1 x 18446744073709551615 \"a\" ;\n", "" },
		{ HEAD SIG("x", "0|32@1+") "VAL_ 1 x -5 \"a\" ;\nSIG_VALTYPE_ 1 x : 1;\n",
		  "" },
		{ "VAL_TABLE_ T 7 \"a\" 9 \"b\" ;\n" HEAD SIG("x", "0|3@1+")
			SIG("y", "8|4@1+") "VAL_ 1 x T ;\nVAL_ 1 y T ;\n",
		  "6:10: the value table 'T' has values that 'x' cannot have\n" },
		/* Names. */
		{ "BU_: A A\nBO_ 1 M: 1 A\n", "1:8: the node 'A' is there already\n" },
		{ "BU_: A\nBO_ 1 M: 1 C\n" SG("x", "0|1@1+ (1,0) [0|0] \"\" A,D,C")
			SG("y", "1|1@1+ (1,0) [0|0] \"\" Vector__XXX, D"),
		  "2:12: the node 'C' is not in the list of BU_\n"
		  "3:34: the node 'D' is not in the list of BU_\n" },
		{ HEAD "BO_ 2 M: 8 B\n", "3:7: a message is called 'M' already\n" },
		/* Attributes. */
		{ HEAD "BA_DEF_ BO_ \"a\" INT 0 9;\nBA_DEF_DEF_ \"a\" 10;\n"
		       "BA_ \"a\" BO_ 1 9;\n",
		  "4:17: '10' is outside the range of the attribute 'a'\n" },
		{ HEAD "BA_DEF_ \"a\" FLOAT 0 0;\nBA_ \"a\" -7.5;\n", "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL, *silent = NULL;
		struct found found = { .doubts_only = true };
		int r = dbc_check("test", t[i].text, strlen(t[i].text), add_fault, &found,
				  &dbc);

		assert_string_equal(found.text, t[i].doubts);
		assert_true(found.doubts_only);
		assert_int_equal(r == 0, *t[i].doubts == '\0');
		/* They are loaded all the same, and dbc_parse() says nothing of them. */
		r = dbc_parse("test", t[i].text, strlen(t[i].text), add_fault, &found,
			      &silent);
		assert_int_equal(r, 0);
		assert_int_equal(silent->n_messages, dbc->n_messages);
	}
}

/* Bad lines are no doubts, and stand among them in the file's order. */
static void both(void **state)
{
	static const char text[] = HEAD SIG("x", "0|8@1+") " SG_ y : 0|8\n"
			SIG("z", "7|1@1+") "BA_ \"no\" 5;\n";
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	struct found found = { .doubts_only = true };
	(void)state;

	assert_int_equal(dbc_check("test", text, strlen(text), add_fault, &found, &dbc), 3);
	assert_false(found.doubts_only);
	assert_string_equal(found.text,
			    "5:2: expected '@', got 'SG_'\n"
			    "5:6: 'z' overlaps 'x'\n"
			    "6:6: the attribute 'no' is not defined\n");
}

/* Files of the wild, each with a signal "x" at byte 1 that must be read: no fault. */
static void tolerated(void **state)
{
#define X "BO_ 1 M: 8 A\n" SIG("x", "8|8@1+")
	static const char *const t[] = {
		"\xef\xbb\xbfVERSION \"\"\nBU_: A B\n" X,
		"VERSION \"\"\r\n\r\nNS_ :\r\n\tCM_\r\n\tBA_DEF_\r\n\r\nBS_:\r\n\r\nBU_: A B\r\n"
		"BO_ 1 M: 8 A\r\n SG_ x : 8|8@1+ (1,0) [0|0] \"\" B\r\n\r\n",
		"BU_: A B\rBO_ 1 M: 8 A\r SG_ x : 8|8@1+ (1,0) [0|0] \"\" B\r",
		"BS_: 500 : 5,7\nBU_: A B\n" X,
		"BS_: 500000:0,0;\nBU_: A,B\n" X,
		"BU_: A B\n" X
		"BA_DEF_REL_ BU_SG_REL_ \"r\" INT 0 65535;\nBA_DEF_DEF_REL_ \"r\" 0;\n"
		"BA_REL_ \"r\" BU_SG_REL_ A SG_ 1 x 5;\nBU_SG_REL_ A SG_ 1 x;\n",
		"BU_: A B\n" X
		"EV_ e: 0 [0|1] \"\" 0 1 DUMMY_NODE_VECTOR0 A;\nENVVAR_DATA_ e: 5;\n"
		"CM_ EV_ e \"text\";\nBA_DEF_ EV_ \"a\" INT 0 1;\nBA_ \"a\" EV_ e 1;\n"
		"VAL_ e 0 \"no\" 1 \"yes\" ;\n",
		"BU_: A B\n" X "SIG_GROUP_ 1 g 1 : x;\nBO_TX_BU_ 1 : A,B;\n",
		"BU_: A B\nBO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\n"
		" SG_ x : 0|8@1- (1,0) [0|0] \"\" Vector__XXX\n" X
		"CM_ SG_ 3221225472 x \"lost\";\nVAL_ 3221225472 x 0 \"a\" ;\n",
		"BU_: A B\nBO_ 1 M: 8 A\n SG_ x : 8|8@1+ (1E0,-0.0e-5) [-0E+00|2.55e+2] \"\" B\n",
		"BU_: A B\nBO_ 1 M: 8 A\n SG_ x:8|8@1+(1,0)[0|255]\"\"B\n",
		"BU_: A B\nBO_ 1 M : 8 A\n   SG_  x  :  8 | 8 @ 1 + ( 1 , 0 ) [ 0 | 0 ]  \"\"  B , A\n",
		"BU_: A B\n" X "CAT_DEF_ 1 c 0;\nCAT_ BO_ 1 c;\nFILTER 0 CAT_ c;\n"
			       "SGTYPE_ t : 8@1+ (1,0) [0|0] \"\" 0 ;\nSIG_TYPE_REF_ 1 x : t;\n",
		"BU_: A B\n" X "CM_ SG_ 1 x \"25 \xb0"
			       "C\";\nCM_ BO_ 1 \"25 \xc2\xb0"
			       "C\";\n",
		"\n\n\n \t\nBU_:A B\n\n\n" X "\n\n",
		/* No end of line at the end. */
		"BU_: A B\nBO_ 1 M: 8 A\n SG_ x : 8|8@1+ (1,0) [0|0] \"\" B",
	};
#undef X
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		struct found found = { .doubts_only = true };
		uint8_t data[64] = { 1, 0xa5, 3 };
		const struct dbc_signal *s;
		uint64_t raw;

		assert_int_equal(dbc_check("test", t[i], strlen(t[i]), add_fault, &found,
					   &dbc),
				 0);
		s = dbc_find_signal(dbc_find(dbc, 1, false), "x");
		assert_non_null(s);
		assert_true(dbc_get_raw(s, data, 8, &raw));
		assert_int_equal(raw, 0xa5);
		assert_true(dbc_physical(s, raw) == 165);
		assert_string_equal(s->receivers[0], "B");
		if (s->comment)
			assert_string_equal(s->comment, s->message->comment);
	}
}

/* Names over 32 characters of nodes, wherever they are. */
static void long_nodes(void **state)
{
	static const char text[] =
		"BU_: A B\nBO_ 1 M: 8 A\n" SG("x", "0|8@1+ (1,0) [0|0] \"\" B,A")
		"BA_DEF_ BU_ \"SystemNodeLongSymbol\" STRING;\n"
		"BA_DEF_DEF_ \"SystemNodeLongSymbol\" \"\";\n"
		"BA_ \"SystemNodeLongSymbol\" BU_ A \"A_node\";\n"
		"BA_ \"SystemNodeLongSymbol\" BU_ B \"no name\";\n";
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	struct found found = { .doubts_only = true };
	const struct dbc_signal *s;
	(void)state;

	assert_int_equal(dbc_check("test", text, strlen(text), add_fault, &found, &dbc), 0);
	assert_string_equal(dbc->nodes[0].name, "A_node");
	assert_string_equal(dbc->nodes[1].name, "B");
	assert_string_equal(dbc->messages[0].sender, "A_node");
	s = &dbc->messages[0].signals[0];
	assert_int_equal(s->n_receivers, 2);
	assert_string_equal(s->receivers[0], "B");
	assert_string_equal(s->receivers[1], "A_node");
}

static void attributes(void **state)
{
	static const char text[] =
		"BU_: A\nBO_ 1 M: 8 A\nBO_ 2 N: 8 A\n"
		"BA_DEF_ BO_ \"one\" INT 0 0;\nBA_DEF_ SG_ \"not\" STRING;\n"
		"BA_DEF_ BO_ \"two\" STRING;\nBA_DEF_DEF_ \"one\" 7;\n"
		"BA_ \"two\" BO_ 1 \"a\";\nBA_ \"one\" BO_ 1 5;\nBA_ \"one\" BO_ 1 6;\n";
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	const struct dbc_attr *attrs;
	const char *name, *value;
	size_t cursor = 0;
	(void)state;

	assert_int_equal(dbc_parse("test", text, strlen(text), NULL, NULL, &dbc), 0);
	attrs = dbc->messages[0].attrs;
	assert_true(dbc_next_attr(dbc, attrs, &cursor, &name, &value));
	assert_string_equal(name, "one");
	assert_string_equal(value, "6");
	assert_true(dbc_next_attr(dbc, attrs, &cursor, &name, &value));
	assert_string_equal(name, "two");
	assert_string_equal(value, "a");
	assert_false(dbc_next_attr(dbc, attrs, &cursor, &name, &value));
	cursor = 0;
	assert_false(dbc_next_attr(dbc, dbc->messages[1].attrs, &cursor, &name, &value));
}

/* A hostile message: very many signals on the same bits, in very many branches. */
static void many_overlaps(void **state)
{
	enum { MANY = 10000 };
	static char text[MANY * 48];
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	struct found found = { .doubts_only = true };
	size_t n = (size_t)snprintf(text, sizeof(text), HEAD "%s",
				    SIG("R M", "0|16@1+"));
	(void)state;

	for (unsigned int i = 0; i < MANY; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      " SG_ s%u m%u : 16|8@1+ (1,0) [0|0] \"\" B\n", i, i);
	assert_true(n < sizeof(text));
	assert_int_equal(dbc_check("test", text, n, add_fault, &found, &dbc), 1);
	assert_string_equal(found.text,
			    "2899:6: the message has so many signals that overlaps are not "
			    "looked for from 's2895' on\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubts),	  cmocka_unit_test(both),
		cmocka_unit_test(tolerated),	  cmocka_unit_test(long_nodes),
		cmocka_unit_test(attributes),	  cmocka_unit_test(many_overlaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
