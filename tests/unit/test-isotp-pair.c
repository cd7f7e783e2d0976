/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isotp-pair.h"

/* Two of ours with each other, in virtual time. */

static uint8_t payload[65536];

static const enum isotp_addressing kinds[] = { ISOTP_NORMAL, ISOTP_EXTENDED,
					       ISOTP_MIXED };

static void open_same(struct pair *p, const struct isotp_config *c)
{
	struct isotp_config other = isotp_config_other(c);

	pair_open(p, c, &other);
}

/* Station 0 sends LEN bytes, and station 1 gets them. */
static void transfer(struct pair *p, size_t len)
{
	memset(p->diary, 0, sizeof(p->diary));
	memset(p->frames, 0, sizeof(p->frames));
	p->now = 0;
	assert_int_equal(isotp_send(&p->s[0].tp, payload, len, 0), 0);
	pair_run(p, NSEC_NEVER);
	assert_int_equal(p->diary[0].sent, 1);
	assert_int_equal(p->diary[0].tx_failed, 0);
	assert_int_equal(p->diary[1].messages, 1);
	assert_int_equal(p->diary[1].rx_failed, 0);
	assert_int_equal(p->s[1].tp.rx_len, len);
	assert_memory_equal(p->s[1].rx, payload, len);
}

/* Frames that a message of LEN bytes is sent in: figures of can.md 4 and table 14. */
static unsigned int frames_of(size_t len, size_t tx_dl, size_t ae)
{
	size_t single = tx_dl > 8 ? tx_dl - 2 - ae : 7 - ae;
	size_t first = tx_dl - ae - (len > 4095 ? 6 : 2), part = tx_dl - ae - 1;

	return len <= single ? 1 : 1 + (unsigned int)((len - first + part - 1) / part);
}

static void every_length(void **state)
{
	static const uint8_t dl[] = { 8, 12, 16, 20, 24, 32, 48, 64 };
	static const size_t long_ones[] = { 4094, 4095, 4096, 4097, 65535, 65536 };
	static struct pair p;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (size_t j = 0; j < ARRAY_SIZE(dl); j++) {
			struct isotp_config c = isotp_config(kinds[i], dl[j], 65536);
			size_t ae = kinds[i] != ISOTP_NORMAL;

			open_same(&p, &c);
			for (size_t len = 1; len <= 300; len++) {
				transfer(&p, len);
				assert_int_equal(p.frames[0], frames_of(len, dl[j], ae));
			}
			for (size_t k = 0; k < ARRAY_SIZE(long_ones); k++) {
				transfer(&p, long_ones[k]);
				assert_int_equal(p.frames[0],
						 frames_of(long_ones[k], dl[j], ae));
				assert_int_equal(p.frames[1], 1);
				assert_int_equal(p.now, 0);
			}
			pair_close(&p);
		}
	/* by hand: 8 bytes in FF + CF; 62 and 63 on FD; 4095 in FF + 585 CF */
	assert_int_equal(frames_of(7, 8, 0), 1);
	assert_int_equal(frames_of(8, 8, 0), 2);
	assert_int_equal(frames_of(62, 64, 0), 1);
	assert_int_equal(frames_of(63, 64, 0), 2);
	assert_int_equal(frames_of(4095, 8, 0), 586);
}

/*
 * Blocks of BS frames: one flow control each. STmin parts the frames of a block, and the
 * bus takes no time here, so that the whole takes just the sum of those gaps.
 */
static void blocks_and_gaps(void **state)
{
	static const struct {
		uint8_t octet;
		nsec_t gap;
	} st[] = {
		{ 0x00, 0 },	    { 0xf1, 100 * US }, { 0xf9, 900 * US },
		{ 0x01, 1 * MS },   { 0x14, 20 * MS },	{ 0x7f, 127 * MS },
		{ 0x80, 127 * MS }, { 0xf0, 127 * MS }, { 0xfa, 127 * MS },
	};
	static const size_t lengths[] = { 8, 13, 14, 20, 21, 27, 104, 111, 118, 4095 };
	static struct pair p;
	(void)state;

	for (unsigned int bs = 0; bs <= 15; bs++)
		for (size_t i = 0; i < ARRAY_SIZE(st); i++) {
			struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 4095);

			c.bs = (uint8_t)bs;
			c.st_min = st[i].octet;
			open_same(&p, &c);
			for (size_t k = 0; k < ARRAY_SIZE(lengths); k++) {
				unsigned int cf = frames_of(lengths[k], 8, 0) - 1;
				unsigned int blocks = bs ? (cf + bs - 1) / bs : 1;

				transfer(&p, lengths[k]);
				assert_int_equal(p.frames[1], blocks);
				assert_int_equal(p.now, (cf - blocks) * st[i].gap);
			}
			pair_close(&p);
		}
}

/* Each side asks the other for something else. */
static void different_sides(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_EXTENDED, 64, 4095);
	struct isotp_config other = isotp_config_other(&c);
	static struct pair p;
	(void)state;

	other.tx_dl = 8;
	other.bs = 3;
	other.pad = true;
	c.st_min = 5;
	pair_open(&p, &c, &other);
	assert_int_equal(isotp_send(&p.s[0].tp, payload, 1000, 0), 0);
	assert_int_equal(isotp_send(&p.s[1].tp, payload + 1, 2000, 0), 0);
	pair_run(&p, NSEC_NEVER);
	assert_int_equal(p.diary[0].sent + p.diary[1].sent, 2);
	assert_int_equal(p.s[1].tp.rx_len, 1000);
	assert_memory_equal(p.s[1].rx, payload, 1000);
	assert_int_equal(p.s[0].tp.rx_len, 2000);
	assert_memory_equal(p.s[0].rx, payload + 1, 2000);
	/* 60 + 16 * 62 bytes, 6 blocks; 5 + 333 * 6, 332 gaps of 5 ms */
	assert_int_equal(p.frames[0], 1 + 16 + 1);
	assert_int_equal(p.frames[1], 1 + 333 + 6);
	assert_int_equal(p.now, 332 * 5 * MS);
	pair_close(&p);
}

/* A busy module: the message comes, later. With one WAIT too many both sides know. */
static void waits(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 4095);
	static struct pair p;
	(void)state;

	c.wft_max = 3;
	c.bs = 2;
	open_same(&p, &c);
	isotp_hold(&p.s[1].tp, 3, 900 * MS);
	transfer(&p, 27); /* FF 6, CF 7 + 7, CF 7: two blocks */
	assert_int_equal(p.frames[1], 8);
	assert_int_equal(p.now, 6 * 900 * MS);

	isotp_hold(&p.s[1].tp, 4, 900 * MS);
	memset(p.diary, 0, sizeof(p.diary));
	p.now = 0;
	assert_int_equal(isotp_send(&p.s[0].tp, payload, 27, 0), 0);
	pair_run(&p, NSEC_NEVER);
	assert_int_equal(p.diary[1].rx_failed, 1);
	assert_int_equal(p.diary[1].rx_error, -ENOBUFS);
	assert_int_equal(p.diary[0].tx_failed, 1);
	assert_int_equal(p.diary[0].tx_error, -ETIMEDOUT);
	assert_int_equal(p.now, 2 * 900 * MS + NSEC_PER_SEC);

	/* the sender has less patience than the receiver needs */
	p.s[1].tp.config.wft_max = 10;
	memset(p.diary, 0, sizeof(p.diary));
	p.now = 0;
	assert_int_equal(isotp_send(&p.s[0].tp, payload, 27, 0), 0);
	pair_run(&p, NSEC_NEVER);
	assert_int_equal(p.diary[0].tx_failed, 1);
	assert_int_equal(p.diary[0].tx_error, -ENOBUFS);
	assert_int_equal(p.diary[1].rx_failed, 1);
	assert_int_equal(p.diary[1].rx_error, -ETIMEDOUT);
	pair_close(&p);
}

static void overflow(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	static const size_t lengths[] = { 101, 4095, 4096, 65536 };
	static struct pair p;
	(void)state;

	open_same(&p, &c);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		memset(p.diary, 0, sizeof(p.diary));
		assert_int_equal(isotp_send(&p.s[0].tp, payload, lengths[i], 0), 0);
		pair_run(&p, NSEC_NEVER);
		assert_int_equal(p.diary[0].tx_failed, 1);
		assert_int_equal(p.diary[0].tx_error, -EOVERFLOW);
		assert_int_equal(p.diary[1].rx_failed, 1);
		assert_int_equal(p.diary[1].rx_error, -EMSGSIZE);
		assert_int_equal(p.now, 0);
	}
	transfer(&p, 100);
	pair_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length),	   cmocka_unit_test(blocks_and_gaps),
		cmocka_unit_test(different_sides), cmocka_unit_test(waits),
		cmocka_unit_test(overflow),
	};

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 167 + i / 256);

	return cmocka_run_group_tests(tests, NULL, NULL);
}
