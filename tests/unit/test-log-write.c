/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <time.h>

#include "base/bytes.h"
#include "link/log-writer.h"
#include "log-text.h"
#include "proto/kbus-log.h"

/* Logs that we write: read again, cut short, damaged, packed. */

#define N_MANY 60
#define LOG_SIZE (64 * 1024)

struct log {
	char buf[LOG_SIZE];
	size_t len, head;	/* bytes before the first frame */
	size_t end[N_MANY + 1];	/* of each frame */
	size_t n, left_out;
};

static void write_log(struct log *log, const struct log_format *format, const char *note,
		      const struct frame *frames, size_t n)
{
	struct log_writer w;
	char buf[LOG_WRITER_MAX];

	log->len = log->n = log->left_out = log->head = 0;
	assert_int_equal(log_writer_init(&w, format, note), 0);
	for (size_t i = 0; i < n; i++) {
		size_t len = log_writer_put(&w, &frames[i], buf);

		assert_true(len <= sizeof(buf) && log->len + len < LOG_SIZE);
		memcpy(log->buf + log->len, buf, len);
		log->len += len;
		log->left_out += len == 0;
		if (len > 0)
			log->end[log->n++] = log->len;
	}
	log->len += log_writer_end(&w, log->buf + log->len);
	log_writer_free(&w);
}

static const struct frame some[] = {
	{ .t = 1700000000250001000, .bus = "can0", .id = 0x123, .len = 8,
	  .data = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 } },
	{ .t = 1700000000250001001, .bus = "can1", .id = 0x18fef100, .flags = FRAME_EXT | FRAME_TX,
	  .len = 1, .data = { 0xab } },
	{ .t = 1700000000999999999, .bus = "kcan", .id = 0x456, .flags = FRAME_RTR, .len = 5 },
	{ .t = 1700000003000000000, .bus = "kcan", .id = 0x7ff,
	  .flags = FRAME_FD | FRAME_BRS | FRAME_ESI | FRAME_TX, .len = 12,
	  .data = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
	{ .t = 1700000003000000000, .bus = "can0", .id = 0x001, .flags = FRAME_FD, .len = 0 },
	{ .t = 1700003603123456000, .bus = "can0", .id = 0x1b00bf7a, .flags = FRAME_EXT | FRAME_FD,
	  .len = 16, .data = { 0x30, 3, [11] = 1, [15] = 4 } },
};

/* Times, ids, data, direction, kinds and names: to the last digit. */
static void read_again(void **state)
{
	static const char want[] =
		"(1700000000.250001) can0 123#1122334455667788 R\n"
		"(1700000000.250001001) can1 18FEF100#AB T\n"
		"(1700000000.999999999) kcan 456#R5 R\n"
		"(1700000003.000000) kcan 7FF##30102030405060708090A0B0C T\n"
		"(1700000003.000000) can0 001##0 R\n"
		"(1700003603.123456) can0 1B00BF7A##030030000000000000000000100000004 R\n";
	static const struct log_format *const formats[] = { &log_candump, &log_asc, &log_trc,
							    &log_pcapng };
	static struct log log, again;
	static struct log_text t;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		write_log(&log, formats[i], "a note", some, ARRAY_SIZE(some));
		assert_int_equal(log.left_out, 0);
		log_text_read(&t, log.buf, log.len);
		assert_string_equal(t.format, formats[i]->name);
		assert_string_equal(t.frames, want);
		assert_int_equal(t.faults, 0);
		assert_non_null(memmem(log.buf, log.len, "a note", 6));
	}
	write_log(&again, &log_pcapng, "a note", some, ARRAY_SIZE(some));
	assert_memory_equal(log.buf, again.buf, log.len);
}

/* pcap has neither direction nor names, CSV only data frames and microseconds. */
static void read_again_poorer(void **state)
{
	static struct log log;
	static struct log_text t;
	(void)state;

	write_log(&log, &log_pcap, NULL, some, 4);
	log_text_read(&t, log.buf, log.len);
	assert_string_equal(t.frames, "(1700000000.250001) can0 123#1122334455667788 R\n"
				      "(1700000000.250001001) can0 18FEF100#AB R\n"
				      "(1700000000.999999999) can0 456#R5 R\n"
				      "(1700000003.000000) can0 7FF##30102030405060708090A0B0C R\n");
	write_log(&log, &log_csv, NULL, some, 4);
	assert_int_equal(log.left_out, 1);
	log_text_read(&t, log.buf, log.len);
	assert_string_equal(t.frames, "(1700000000.250001) can0 123#1122334455667788 R\n"
				      "(1700000000.250001) can1 18FEF100#AB T\n"
				      "(1700000003.000000) can2 7FF##00102030405060708090A0B0C T\n");
	write_log(&log, &kbus_log, NULL, some + 5, 1);
	log_text_read(&t, log.buf, log.len);
	assert_string_equal(t.frames, "(1700003603.123456) kbus 1B00BF7A##0300300000000000000000001 R\n");
}

/* What linktypes.html says, byte by byte. */
static void pcap_bytes(void **state)
{
	static const uint8_t want[] = {
		0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 227, 0, 0, 0,
		0x00, 0xf1, 0x53, 0x65, 0xe8, 0xb3, 0xe6, 0x0e, 9, 0, 0, 0, 9, 0, 0, 0,
		0x98, 0xfe, 0xf1, 0x00, 1, 0, 0, 0, 0xab,
	};
	static struct log log;
	struct frame f = some[1];
	(void)state;

	f.t = 1700000000 * NSEC_PER_SEC + 250000360;
	write_log(&log, &log_pcap, NULL, &f, 1);
	assert_int_equal(log.len, sizeof(want));
	put_le32((uint8_t *)log.buf + 28, 250000360);
	assert_memory_equal(log.buf, want, 28);
	assert_memory_equal(log.buf + 32, want + 32, sizeof(want) - 32);
}

static void without_frames(void **state)
{
	static struct log log;
	static struct log_text t;
	(void)state;

	for (size_t i = 0; address_logs[i]; i++) {
		write_log(&log, address_logs[i], NULL, some, 0);
		log_text_read(&t, log.buf, log.len);
		assert_int_equal(t.n, 0);
		assert_int_equal(t.faults, 0);
	}
}

/* ---- damage ---- */

/* Frames whose ids tell them apart; K-bus frames for that format. */
static void make_many(struct frame *frames, bool kbus)
{
	for (size_t i = 0; i < N_MANY; i++) {
		struct frame *f = &frames[i];

		*f = (struct frame){
			.t = 1700000000 * NSEC_PER_SEC + (nsec_t)i * 10001 * NSEC_PER_USEC,
			.bus = "can0",
			.id = 0x100 + (uint32_t)i,
			.len = (uint8_t)(i % 9),
		};
		if (i % 5 == 4 || kbus) {
			f->id += 0x18fef100u;
			f->flags |= FRAME_EXT;
		}
		if (kbus) {
			f->id = 0x1b80bf00u + (uint32_t)i;
			f->bus = "kbus";
		}
		for (size_t k = 0; k < f->len; k++)
			f->data[k] = (uint8_t)(i * 16 + k);
	}
}

/* The frame in the lines of a log_text, as it must look; times may have suffered. */
static bool has_frame(const struct frame *f, const char **at)
{
	char want[CANDUMP_FRAME_MAX + 3], *p = want;
	const char *found;

	*p++ = ' ';
	p += candump_put_frame(p, f);
	*p = '\0';
	found = strstr(*at, want);
	/* At its end, not in a longer one. */
	while (found && found[p - want] != ' ' && found[p - want] != '\n')
		found = strstr(found + 1, want);
	if (!found)
		return false;
	*at = found + 1;

	return true;
}

/* Which frame the byte at OFFSET belongs to. */
static size_t owner(const struct log *log, size_t offset)
{
	size_t i = 0;

	while (i < log->n && log->end[i] <= offset)
		i++;

	return i;
}

static void cut_everywhere(void **state)
{
	static struct frame frames[N_MANY];
	static struct log_text t;
	static struct log log;
	(void)state;

	for (size_t k = 0; address_logs[k]; k++) {
		make_many(frames, address_logs[k] == &kbus_log);
		write_log(&log, address_logs[k], NULL, frames, 12);
		for (size_t len = 0; len <= log.len; len++) {
			size_t whole = owner(&log, len);
			const char *at = t.frames;

			log_text_read(&t, log.buf, len);
			for (size_t i = 0; i < whole; i++)
				assert_true(has_frame(&frames[i], &at));
			/* The one that is cut may look whole, if it is text. */
			assert_true(t.n <= whole + 1);
		}
	}
}

static void flip_everywhere(void **state)
{
	static struct frame frames[N_MANY];
	static struct log_text t;
	static struct log log;
	uint32_t seed = 1;
	(void)state;

	for (size_t k = 0; address_logs[k]; k++) {
		/* What says how to read all the rest has no second place: leave it whole. */
		size_t first = address_logs[k] == &log_pcap ? 24 : 0;

		make_many(frames, address_logs[k] == &kbus_log);
		write_log(&log, address_logs[k], NULL, frames, 20);
		if (address_logs[k] == &log_pcapng)
			first = log.end[0];
		for (size_t offset = first; offset < log.len; offset++) {
			size_t hit = owner(&log, offset);
			char old = log.buf[offset];
			const char *at = t.frames;

			seed = seed * 1664525 + 1013904223;
			log.buf[offset] = (char)(log.buf[offset] ^ (1 << (seed >> 29)));
			log_text_read(&t, log.buf, log.len);
			log.buf[offset] = old;
			for (size_t i = 0; i < 20; i++) {
				/* A line's end belongs to two lines. */
				if (i == hit || (offset + 1 == log.end[hit] && i == hit + 1))
					continue;
				if (offset < log.end[0] && i == 0)
					continue;
				assert_true(has_frame(&frames[i], &at));
			}
		}
	}
}

/* ---- packed ---- */

static void read_command(struct log *log, const char *command)
{
	FILE *p = popen(command, "re");

	assert_non_null(p);
	log->len = fread(log->buf, 1, LOG_SIZE, p);
	if (pclose(p) != 0)
		log->len = 0;
}

/* Several members in a row are one log; cut or damaged, what is before is read. */
static void packed(void **state)
{
	static const char *const commands[] = {
		"for i in 1 2 3; do printf '(%d.0) can0 12%d#\\n' $i $i | gzip -nc; done 2>/dev/null",
		"for i in 1 2 3; do printf '(%d.0) can0 12%d#\\n' $i $i | zstd -qc; done 2>/dev/null",
	};
	static const bool built[] = { HAVE_ZLIB, HAVE_ZSTD };
	static struct log_text t;
	static struct log log;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!built[i])
			continue;
		read_command(&log, commands[i]);
		if (log.len == 0)
			continue;	/* the packer is not installed */
		log_text_read(&t, log.buf, log.len);
		assert_string_equal(t.frames, "(1.000000) can0 121# R\n(2.000000) can0 122# R\n"
					      "(3.000000) can0 123# R\n");
		assert_int_equal(t.faults, 0);
		for (size_t len = 4; len < log.len; len++) {
			log_text_read(&t, log.buf, len);
			assert_true(t.n < 4);
			assert_true(t.faults <= 1);
			assert_true(t.faults == 1 || len == log.len / 3 || len == 2 * log.len / 3);
		}
		for (size_t at = 4; at < log.len; at++) {
			log.buf[at] ^= 0x10;
			log_text_read(&t, log.buf, log.len);
			log.buf[at] ^= 0x10;
			assert_true(t.n <= 4 && (at < log.len / 3 || t.n >= 1));
		}
	}
}

static int set_zone(void **state)
{
	(void)state;
	/* With a summer time, so that a local date is not always the same as UTC. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();

	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_again),
		cmocka_unit_test(read_again_poorer),
		cmocka_unit_test(pcap_bytes),
		cmocka_unit_test(without_frames),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(flip_everywhere),
		cmocka_unit_test(packed),
	};

	return cmocka_run_group_tests(tests, set_zone, NULL);
}
