/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "link/bytelink.h"
#include "link/candump.h"
#include "link/socketcand-text.h"
#include "link/socketcand.h"
#include "unit.h"

/*
 * The text of socketcand. Rows from doc/protocol.md of linux-can/socketcand, from its
 * src/state_raw.c, and from what python-can 4.1.0 and SavvyCAN write (adapters.md 6.1).
 */

static struct socketcand_message parse(const char *text)
{
	struct socketcand_message m;

	socketcand_parse(text, strlen(text), &m);

	return m;
}

/* A frame as candump writes it. */
static const char *shown(const struct frame *f)
{
	static char buf[CANDUMP_FRAME_MAX + 1];

	buf[candump_put_frame(buf, f)] = '\0';

	return buf;
}

static void received(void **state)
{
	static const struct {
		const char *text, *frame;
		nsec_t t;
	} rows[] = {
		{ " frame 123 23.424242 11 22 33 44 ", "123#11223344", 23424242000 },
		{ " frame 612 1795194546.171100 F10362F190 ", "612#F10362F190", 1795194546171100000 },
		{ " frame 123 0.000000  ", "123#", 0 },
		{ " frame 123 5 ", "123#", 5 * NSEC_PER_SEC },
		{ "frame 1AAAAAAA 1.5 01F1", "1AAAAAAA#01F1", 1500000000 },
		{ " frame 00000012 1.000001 1", "00000012#01", 1000001000 },
		{ " frame 12 1.000001 1 2 a", "012#01020A", 1000001000 },
		{ " frame 800 1.0 ", "00000800#", NSEC_PER_SEC },
		{ " frame 7FF 1.0 ", "7FF#", NSEC_PER_SEC },
		{ " frame 1fffffff 1.123456789 0001020304050607 ", "1FFFFFFF#0001020304050607",
		  1123456789 },
		{ " fdframe 1B00BF7A 01 2.000000 000102030405060708090A0B ",
		  "1B00BF7A##1000102030405060708090A0B", 2 * NSEC_PER_SEC },
		{ " fdframe 123 02 2.000000  ", "123##2", 2 * NSEC_PER_SEC },
		{ " rtr 123 23.424242 4 ", "123#R4", 23424242000 },
		{ " rtr 1AAAAAAA 1.0 0 ", "1AAAAAAA#R", NSEC_PER_SEC },
		{ " error 040 3.000000 ", "20000040#0000000000000000", 3 * NSEC_PER_SEC },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct socketcand_message m = parse(rows[i].text);

		assert_int_equal(m.kind, SOCKETCAND_FRAME);
		assert_string_equal(shown(&m.frame), rows[i].frame);
		assert_int_equal(m.frame.t, rows[i].t);
	}
}

static void sent(void **state)
{
	static const struct {
		const char *text, *frame;
	} rows[] = {
		{ " send 123 0 ", "123#" },
		{ " send 1AAAAAAA 2 1 F1 ", "1AAAAAAA#01F1" },
		{ " send 6F1 5 12 3 22 f1 90 ", "6F1#120322F190" },
		{ " send 12 1 7 ", "012#07" },			/* python-can */
		{ " send 1B00BF7A 2 30 3 ", "1B00BF7A#3003" },	/* python-can */
		{ " send 123456 1 0 ", "00123456#00" },		/* python-can */
		{ " send 9b00bf7a 1 30 ", "1B00BF7A#30" },	/* SavvyCAN, 32 bit */
		{ " send ffffffff9b00bf7a 2 30 ffffffffffffff83 ", "1B00BF7A#3083" },	/* SavvyCAN */
		{ " fdsend 123 00 3 1 2 3 ", "123##0010203" },
		{ " fdsend 1AAAAAAA 3 0 ", "1AAAAAAA##3" },
		{ " sendrtr 123 0 ", "123#R" },
		{ " sendrtr 1AAAAAAA 2 ", "1AAAAAAA#R2" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct socketcand_message m = parse(rows[i].text);

		assert_int_equal(m.kind, SOCKETCAND_SEND);
		assert_string_equal(shown(&m.frame), rows[i].frame);
		assert_int_equal(m.frame.t, NSEC_NEVER);
	}
}

static void broken(void **state)
{
	static const char *const rows[] = {
		" frame ", " frame 123 ", " frame 123 x ", " frame 123 1.x ", " frame x 1.0 ",
		" frame 123 .5 ", " frame 123 1.0 1G ", " frame 123 1.0 112 ",
		" frame 123 1.0 000102030405060708 ",		/* 9 bytes */
		" frame 20000000 1.0 ",				/* 30 bits */
		" frame 100000000 1.0 ",			/* 33 bits */
		" frame 123 99999999999.0 ",			/* past what 64 bits hold */
		" frame 123 9999999999.0 ", " fdframe 123 1.0 00 ", " fdframe 123 100 1.0 ",
		" rtr 123 1.0 ", " rtr 123 1.0 9 ", " rtr 123 1.0 1 1 ", " send ", " send 123 ",
		" send 123 1 ", " send 123 1 1 2 ", " send 123 9 1 2 3 4 5 6 7 8 9 ",
		" send 123 -1 ", " send 123 1 100 ", " send 123 1 ffffffffffffff7f ",
		" send 60000123 0 ",				/* linux/can.h's RTR and error flags */
		" send 12345678123456781 0 ", " fdsend 123 0 65 ", " fdsend 123 0 1 ",
		" sendrtr 123 1 1 ",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct socketcand_message m = parse(rows[i]);

		assert_int_equal(m.kind, SOCKETCAND_BROKEN);
		assert_int_equal(m.frame.len, 0);
	}
}

/* 65 words of data are too many, however short they are. */
static void too_many_words(void **state)
{
	char text[SOCKETCAND_TEXT_MAX] = "fdframe 123 0 1.0";
	(void)state;

	for (size_t i = 0; i < 64; i++)
		strcat(text, " 1");
	assert_int_equal(parse(text).kind, SOCKETCAND_FRAME);
	assert_int_equal(parse(text).frame.len, 64);
	strcat(text, " 1");
	assert_int_equal(parse(text).kind, SOCKETCAND_BROKEN);
}

static void others(void **state)
{
	static const struct {
		const char *text;
		enum socketcand_kind kind;
		const char *rest;
	} rows[] = {
		{ " hi ", SOCKETCAND_HI, "" },
		{ "hi", SOCKETCAND_HI, "" },
		{ " ok ", SOCKETCAND_OK, "" },
		{ " echo ", SOCKETCAND_ECHO, "" },
		{ " rawmode ", SOCKETCAND_RAWMODE, "" },
		{ " open can0 ", SOCKETCAND_OPEN, "can0" },
		{ "open vcan0", SOCKETCAND_OPEN, "vcan0" },
		{ " error could not open bus ", SOCKETCAND_ERROR, "could not open bus" },
		{ " error ", SOCKETCAND_ERROR, "" },
		{ " error 4 ", SOCKETCAND_ERROR, "4" },
		{ " error 40000000 1.0 ", SOCKETCAND_ERROR, "40000000 1.0" },
		{ " error 0 frames lost ", SOCKETCAND_ERROR, "0 frames lost" },
		{ "", SOCKETCAND_UNKNOWN, "" },
		{ "   ", SOCKETCAND_UNKNOWN, "" },
		{ " open ", SOCKETCAND_UNKNOWN, "" },
		{ " open can0 can1 ", SOCKETCAND_UNKNOWN, "" },
		{ " bcmmode ", SOCKETCAND_UNKNOWN, "" },
		{ " subscribe 0 0 123 ", SOCKETCAND_UNKNOWN, "" },
		{ " pdu 1417687245.814579 00112233 ", SOCKETCAND_UNKNOWN, "" },
		{ " HI ", SOCKETCAND_UNKNOWN, "" },
	};
	struct socketcand_message m;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		m = parse(rows[i].text);
		assert_int_equal(m.kind, rows[i].kind);
		assert_int_equal(m.text_len, strlen(rows[i].rest));
		assert_memory_equal(m.text, rows[i].rest, m.text_len);
	}
	m = parse(" error 12 frames lost ");
	assert_int_equal(m.kind, SOCKETCAND_LOST);
	assert_int_equal(m.frame.flags, FRAME_LOST);
	assert_int_equal(m.frame.id, 12);
}

static void written(void **state)
{
	static const struct {
		const char *frame, *told, *sent;
	} rows[] = {
		{ "123#", "< frame 123 23.424242  >", "< send 123 0 >" },
		{ "612#F10362F190", "< frame 612 23.424242 F10362F190 >",
		  "< send 612 5 F1 03 62 F1 90 >" },
		{ "00000012#01", "< frame 00000012 23.424242 01 >", "< send 00000012 1 01 >" },
		{ "123##1000102", "< fdframe 123 01 23.424242 000102 >",
		  "< fdsend 123 01 3 00 01 02 >" },
		{ "123##2", "< fdframe 123 02 23.424242  >", "< fdsend 123 02 0 >" },
		{ "123#R4", "< rtr 123 23.424242 4 >", "< sendrtr 123 4 >" },
		{ "20000040#0000000000000000", "< error 040 23.424242 >", "" },
	};
	char buf[SOCKETCAND_TEXT_MAX + 1];
	struct frame f;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(candump_parse_frame(rows[i].frame, strlen(rows[i].frame), &f, NULL), 0);
		buf[socketcand_put_frame(buf, &f, 23424242999)] = '\0';
		assert_string_equal(buf, rows[i].told);
		buf[socketcand_put_send(buf, &f)] = '\0';
		assert_string_equal(buf, rows[i].sent);
	}
	f = (struct frame){ .id = 3, .flags = FRAME_LOST };
	assert_int_equal(socketcand_put_frame(buf, &f, 0), 0);
	assert_int_equal(socketcand_put_send(buf, &f), 0);
	f = (struct frame){ .id = 0x123, .len = 9 };
	assert_int_equal(socketcand_put_frame(buf, &f, 0), 0);
	assert_int_equal(socketcand_put_send(buf, &f), 0);
}

/* Messages are found wherever they begin, and what is in none is counted. */
static void stream(void **state)
{
	struct socketcand_reader r = { 0 };
	const char *text = "\n< hi > x<ok>< op< echo >>> <\n";
	char all[64] = "";
	(void)state;

	for (const char *p = text; *p; p++) {
		if (!socketcand_push(&r, *p))
			continue;
		strncat(all, r.text, r.len);
		strcat(all, "|");
	}
	assert_string_equal(all, " hi |ok| echo |");
	/* "x", "< op", two ">" */
	assert_int_equal(r.skipped, 7);
}

static void too_long(void **state)
{
	struct socketcand_reader r = { 0 };
	unsigned int n = 0;
	(void)state;

	for (unsigned int len = SOCKETCAND_TEXT_MAX - 1; len <= SOCKETCAND_TEXT_MAX + 1; len++) {
		n += socketcand_push(&r, '<');
		for (unsigned int i = 0; i < len; i++)
			n += socketcand_push(&r, 'a');
		n += socketcand_push(&r, '>');
	}
	assert_int_equal(n, 2);
	assert_int_equal(r.skipped, SOCKETCAND_TEXT_MAX + 3);
	assert_false(socketcand_push(&r, '<'));
	assert_false(socketcand_push(&r, 'b'));
	assert_true(socketcand_push(&r, '>'));
	assert_int_equal(r.len, 1);
}

static void where(void **state)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
		const char *bus;
	} good[] = {
		{ "pi/can0", "pi", 29536, "can0" },
		{ "pi:1234/can0", "pi", 1234, "can0" },
		{ "10.0.0.7:0", "10.0.0.7", 0, "" },
		{ ":65535", "", 65535, "" },
		{ "/r56", "", 29536, "r56" },
		{ "", "", 29536, "" },
		{ "[::1]/can0", "::1", 29536, "can0" },
		{ "[::1]:29537/can0", "::1", 29537, "can0" },
		{ "pi/a123456789012345", "pi", 29536, "a123456789012345" },
	};
	static const char *const bad[] = {
		"pi:/can0", "pi:x/can0", "pi:65536/can0", "pi:-1/can0", "pi:123456789/can0", "pi/",
		"pi/can 0", "pi/can0/x", "pi/<", "pi/a1234567890123456", "[::1/can0", "[]/can0",
		"[::1]x/can0", "::1/can0", "pi:1:2/can0",
	};
	struct socketcand_where w;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(socketcand_where_parse(good[i].text, &w), 0);
		assert_string_equal(w.host, good[i].host);
		assert_int_equal(w.port, good[i].port);
		assert_string_equal(w.bus, good[i].bus);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(socketcand_where_parse(bad[i], &w), -EINVAL);
}

/* ---- the client, against a server that is played by hand, in virtual time ---- */

struct far_end {
	struct clock clk;
	struct bytelink *end;
	struct link *link;
};

static void far_says(struct far_end *f, const char *text)
{
	assert_int_equal(bytelink_send(f->end, (const uint8_t *)text, strlen(text)), 0);
}

/* What the client has said until now. */
static const char *far_hears(struct far_end *f)
{
	static char buf[512];
	int n = bytelink_recv(f->end, (uint8_t *)buf, sizeof(buf) - 1, 0);

	buf[n < 0 ? 0 : n] = '\0';

	return buf;
}

/* The server's side of the greeting is there before the client begins. */
static int far_open(struct far_end *f, const char *says)
{
	struct bytelink *ours;

	clock_init_virtual(&f->clk, 1000 * NSEC_PER_SEC);
	assert_int_equal(bytelink_mem_pair(&f->clk, &f->end, &ours), 0);
	far_says(f, says);

	return link_socketcand_client_on(ours, "can0", &f->link);
}

static void greeting(void **state)
{
	struct far_end f;
	(void)state;

	assert_int_equal(far_open(&f, "< hi >< ok >< ok >"), 0);
	assert_string_equal(far_hears(&f), "< open can0 >< rawmode >< echo >");
	assert_string_equal(f.link->name, "can0");
	assert_false(f.link->is_virtual);
	link_close(f.link);
	assert_int_equal(bytelink_recv(f.end, NULL, 0, 0), -ENODEV);
	bytelink_close(f.end);
}

static void no_greeting(void **state)
{
	static const struct {
		const char *says;
		int r;
	} rows[] = {
		{ "< hi >< error could not open bus >", -ENODEV },
		{ "< error too many clients >", -EUSERS },
		{ "SSH-2.0-OpenSSH_9.2p1 Debian\r\n", -EPROTO },
		{ "220 mail ESMTP\r\n< hi >", -EPROTO },
		{ "< hi >< hi >", -EPROTO },
		{ "< ok >", -EPROTO },
		{ "", -EPROTO },
		{ "< hi", -EPROTO },
		{ "< hi >< ok >", -EPROTO },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct far_end f;

		assert_int_equal(far_open(&f, rows[i].says), rows[i].r);
		assert_true(clock_now(&f.clk) <= 1003 * NSEC_PER_SEC);
		bytelink_close(f.end);
	}
}

/* The server's clock is years behind; what comes 300 ms late was sent when it was sent. */
static void times(void **state)
{
	struct far_end f;
	struct frame got[4];
	(void)state;

	assert_int_equal(far_open(&f, "< hi >< ok >< ok >"), 0);
	far_says(&f, "< frame 123 5.000000 01 >");
	assert_int_equal(link_recv(f.link, got, 4, 0), 1);
	assert_int_equal(got[0].t, 1000 * NSEC_PER_SEC);
	assert_string_equal(got[0].bus, "can0");
	clock_advance(&f.clk, 1001500 * NSEC_PER_MSEC);
	far_says(&f, "< frame 123 6.200000 01 >< frame 123 6.500000 ");
	far_says(&f, "02 >");
	assert_int_equal(link_recv(f.link, got, 4, 0), 2);
	assert_int_equal(got[0].t, 1001200 * NSEC_PER_MSEC);
	assert_int_equal(got[1].t, 1001500 * NSEC_PER_MSEC);
	link_close(f.link);
	bytelink_close(f.end);
}

/* A server from before CAN FD: the first is told as lost, the others are refused. */
static void old_server(void **state)
{
	struct frame fd = { .id = 0x123, .flags = FRAME_FD, .len = 12 }, rtr = fd, plain = fd, got;
	struct far_end f;
	(void)state;

	rtr.flags = FRAME_RTR;
	rtr.len = plain.len = 4;
	plain.flags = 0;
	assert_int_equal(far_open(&f, "< hi >< ok >< ok >"), 0);
	far_hears(&f);
	far_says(&f, "< echo >");
	assert_int_equal(link_recv(f.link, &got, 1, 0), 0);
	assert_int_equal(link_send(f.link, &fd), 0);
	assert_string_equal(far_hears(&f), "< fdsend 123 00 12 00 00 00 00 00 00 00 00 00 00 00 00 >");
	far_says(&f, "< error unknown command >");
	assert_int_equal(link_recv(f.link, &got, 1, 0), 1);
	assert_int_equal(got.flags, FRAME_LOST);
	assert_int_equal(got.id, 1);
	assert_int_equal(link_send(f.link, &fd), -EMSGSIZE);
	assert_int_equal(link_send(f.link, &rtr), 0);
	far_says(&f, "< error unknown command >");
	assert_int_equal(link_recv(f.link, &got, 1, 0), 1);
	assert_int_equal(link_send(f.link, &rtr), -EOPNOTSUPP);
	assert_int_equal(link_send(f.link, &plain), 0);
	link_close(f.link);
	bytelink_close(f.end);
}

/* A server that does not know "echo" loses no frame by it. */
static void no_echo(void **state)
{
	struct frame fd = { .id = 0x123, .flags = FRAME_FD, .len = 12 }, got;
	struct far_end f;
	(void)state;

	assert_int_equal(far_open(&f, "< hi >< ok >< ok >"), 0);
	assert_int_equal(link_send(f.link, &fd), 0);
	far_says(&f, "< error unknown command >");
	assert_int_equal(link_recv(f.link, &got, 1, 0), 0);
	assert_int_equal(link_send(f.link, &fd), 0);
	link_close(f.link);
	bytelink_close(f.end);
}

static void losses(void **state)
{
	struct far_end f;
	struct frame got[4];
	(void)state;

	assert_int_equal(far_open(&f, "< hi >< ok >< ok >"), 0);
	far_says(&f, "< error 7 frames lost >< frame 123 1.0 0G >< error no such thing >");
	assert_int_equal(link_recv(f.link, got, 4, 0), 2);
	assert_int_equal(got[0].flags, FRAME_LOST);
	assert_int_equal(got[0].id, 7);
	assert_int_equal(got[1].flags, FRAME_LOST);
	assert_int_equal(got[1].id, 1);
	bytelink_close(f.end);
	assert_int_equal(link_recv(f.link, got, 4, 0), -ENODEV);
	link_close(f.link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(received),	cmocka_unit_test(sent),
		cmocka_unit_test(broken),	cmocka_unit_test(too_many_words),
		cmocka_unit_test(others),	cmocka_unit_test(written),
		cmocka_unit_test(stream),	cmocka_unit_test(too_long),
		cmocka_unit_test(where),	cmocka_unit_test(greeting),
		cmocka_unit_test(no_greeting),	cmocka_unit_test(times),
		cmocka_unit_test(old_server),	cmocka_unit_test(no_echo),
		cmocka_unit_test(losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
