/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The input of `make bench`: "gen dbc" and "gen log FRAMES" write a DBC and a candump log
 * of a made-up body bus, always the same: 80 messages of 13 signals (flags, words, whole
 * numbers, tenths and halves, both byte orders), of which one says what is locked and open.
 * "gen pcap FRAMES" writes the same frames for readers that take no text. "gen memory"
 * says how many bytes a second one processor reads from this machine's memory, and copies.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGES 80u
#define SIGNALS 13
#define FIRST_ID 0x100u
#define BODY 40u		/* which message has the canonical names */
#define START_S 1700000000u
#define STEP_US 250u		/* 4,000 frames a second: a full bus of 500 kbit/s */

struct row {
	const char *name, *layout;
};

/* "%u" stands for the message's number, so that names differ as they do in life. */
static const struct row rows[SIGNALS] = {
	{ "Counter_%u", "0|4@1+ (1,0) [0|15] \"\"" },
	{ "Active_%u", "4|1@1+ (1,0) [0|1] \"\"" },
	{ "Fault_%u", "5|1@1+ (1,0) [0|1] \"\"" },
	{ "Mode_%u", "6|2@1+ (1,0) [0|3] \"\"" },
	{ "Temperature_%u", "8|8@1+ (0.5,-40) [-40|87.5] \"degC\"" },
	{ "Level_%u", "16|8@1+ (1,0) [0|255] \"%\"" },
	{ "Speed_%u", "24|10@1+ (0.1,0) [0|102.3] \"km/h\"" },
	{ "Left_%u", "34|1@1+ (1,0) [0|1] \"\"" },
	{ "Right_%u", "35|1@1+ (1,0) [0|1] \"\"" },
	{ "Stage_%u", "36|4@1+ (1,0) [0|15] \"\"" },
	{ "Angle_%u", "47|12@0- (1,0) [-2048|2047] \"\"" },
	{ "Step_%u", "51|4@0+ (1,0) [0|15] \"\"" },
	{ "Sum_%u", "56|8@1+ (1,0) [0|255] \"\"" },
};

static const struct row body_rows[SIGNALS] = {
	{ "Lock_State", "0|4@1+ (1,0) [0|15] \"\"" },
	{ "Counter_Body", "4|4@1+ (1,0) [0|15] \"\"" },
	{ "Door_Driver", "8|2@1+ (1,0) [0|3] \"\"" },
	{ "Door_Passenger", "10|2@1+ (1,0) [0|3] \"\"" },
	{ "Boot", "12|2@1+ (1,0) [0|3] \"\"" },
	{ "Bonnet", "14|2@1+ (1,0) [0|3] \"\"" },
	{ "Light_Left", "16|1@1+ (1,0) [0|1] \"\"" },
	{ "Light_Right", "17|1@1+ (1,0) [0|1] \"\"" },
	{ "Brightness", "24|8@1+ (0.5,0) [0|127.5] \"%\"" },
	{ "Voltage", "32|8@1+ (0.1,0) [0|25.5] \"V\"" },
	{ "Level", "40|8@1+ (1,0) [0|255] \"\"" },
	{ "Stage", "48|8@1+ (1,0) [0|255] \"\"" },
	{ "Sum", "56|8@1+ (1,0) [0|255] \"\"" },
};

static void put_name(const char *name, unsigned int k)
{
	const char *percent = strchr(name, '%');

	if (percent)
		printf("%.*s%u", (int)(percent - name), name, k);
	else
		fputs(name, stdout);
}

static void put_words(unsigned int k)
{
	unsigned int id = FIRST_ID + k;

	if (k == BODY) {
		printf("VAL_ %u Lock_State 1 \"unlocked\" 2 \"locked\" 3 \"secured\" ;\n", id);
		printf("VAL_ %u Door_Driver 0 \"closed\" 1 \"open\" ;\n", id);
		return;
	}
	printf("VAL_ %u Mode_%u 0 \"off\" 1 \"standby\" 2 \"on\" 3 \"invalid\" ;\n", id, k);
	printf("VAL_ %u Active_%u 0 \"no\" 1 \"yes\" ;\n", id, k);
}

static void put_dbc(void)
{
	printf("VERSION \"\"\n\nBU_: Body\n");
	for (unsigned int k = 0; k < MESSAGES; k++) {
		const struct row *r = k == BODY ? body_rows : rows;

		printf("\nBO_ %u Message_%u: 8 Body\n", FIRST_ID + k, k);
		for (size_t i = 0; i < SIGNALS; i++) {
			printf(" SG_ ");
			put_name(r[i].name, k);
			printf(" : %s Vector__XXX\n", r[i].layout);
		}
	}
	printf("\n");
	for (unsigned int k = 0; k < MESSAGES; k++)
		put_words(k);
}

/* Marsaglia's xorshift64*: the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;

	return *state * 0x2545f4914f6cdd1dull;
}

/* Frame I: its message, and its eight bytes: counters count, numbers wander. */
static unsigned int make_frame(uint64_t i, uint64_t *state, uint8_t *data)
{
	uint64_t r = next_random(state), turn = i / MESSAGES;
	unsigned int k = (unsigned int)(i % MESSAGES);

	memcpy(data, &r, 8);
	if (k == BODY) {
		data[0] = (uint8_t)((turn & 15) << 4 | (turn / 40 % 3 + 1));
		data[1] = (uint8_t)(turn / 25 % 2);
		data[2] &= 3;
	} else {
		data[0] = (uint8_t)((data[0] & 0xf0) | (turn & 15));
	}

	return FIRST_ID + k;
}

static void put_log(uint64_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	uint64_t state = 0x9e3779b97f4a7c15ull;
	uint8_t data[8];
	char hex[17] = "";

	for (uint64_t i = 0; i < n; i++) {
		unsigned int id = make_frame(i, &state, data);
		uint64_t us = i * STEP_US;

		for (unsigned int b = 0; b < 8; b++) {
			hex[2 * b] = digits[data[b] >> 4];
			hex[2 * b + 1] = digits[data[b] & 15];
		}
		printf("(%" PRIu64 ".%06" PRIu64 ") can0 %03X#%s\n", START_S + us / 1000000, us % 1000000,
		       id, hex);
	}
}

static void put_le32(uint8_t *p, uint32_t v)
{
	for (unsigned int b = 0; b < 4; b++)
		p[b] = (uint8_t)(v >> (8 * b));
}

/* libpcap's format, link type 227: a SocketCAN frame, its id in network order. */
static void put_pcap(uint64_t n)
{
	static const uint8_t head[24] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 227, 0, 0, 0,
	};
	uint64_t state = 0x9e3779b97f4a7c15ull;

	fwrite(head, 1, sizeof(head), stdout);
	for (uint64_t i = 0; i < n; i++) {
		uint8_t record[32] = { 0 };
		unsigned int id = make_frame(i, &state, record + 24);
		uint64_t us = i * STEP_US;

		put_le32(record, (uint32_t)(START_S + us / 1000000));
		put_le32(record + 4, (uint32_t)(us % 1000000));
		put_le32(record + 8, 16);
		put_le32(record + 12, 16);
		record[18] = (uint8_t)(id >> 8);
		record[19] = (uint8_t)id;
		record[20] = 8;
		fwrite(record, 1, sizeof(record), stdout);
	}
}

#define MEMORY_BYTES ((size_t)256 << 20)	/* more than caches hold */
#define MEMORY_TURNS 8

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t read_all(uint64_t *p, uint64_t *q)
{
	uint64_t sum = 0;

	(void)q;
	for (size_t i = 0; i < MEMORY_BYTES / sizeof(*p); i++)
		sum += p[i];

	return sum;
}

static uint64_t copy_all(uint64_t *p, uint64_t *q)
{
	memcpy(q, p, MEMORY_BYTES);

	return q[MEMORY_BYTES / sizeof(*q) - 1];
}

/* The best of some turns, in bytes a second. */
static double rate_of(uint64_t (*pass)(uint64_t *p, uint64_t *q), uint64_t *p, uint64_t *q)
{
	uint64_t sum = 0;
	double best = 0;

	for (int turn = 0; turn < MEMORY_TURNS; turn++) {
		double start = seconds(), rate;

		sum += pass(p, q);
		rate = (double)MEMORY_BYTES / (seconds() - start);
		best = rate > best ? rate : best;
	}

	return sum ? best : 0;
}

static int put_memory(void)
{
	uint64_t *p = malloc(MEMORY_BYTES), *q = malloc(MEMORY_BYTES);
	int failed = !p || !q;

	if (!failed) {
		memset(p, 1, MEMORY_BYTES);
		memset(q, 2, MEMORY_BYTES);
		printf("%.0f %.0f\n", rate_of(read_all, p, q), rate_of(copy_all, p, q));
	}
	free(p);
	free(q);

	return failed;
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (argc == 2 && !strcmp(argv[1], "dbc"))
		put_dbc();
	else if (argc == 3 && !strcmp(argv[1], "log"))
		put_log(n);
	else if (argc == 3 && !strcmp(argv[1], "pcap"))
		put_pcap(n);
	else if (argc == 2 && !strcmp(argv[1], "memory"))
		return put_memory();
	else
		fprintf(stderr, "usage: gen dbc | log FRAMES | pcap FRAMES | memory\n");

	return ferror(stdout) || fflush(stdout) || argc < 2;
}
