/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/scan.h"
#include "link/log-format.h"

const struct log_format *const log_formats[] = {
	&log_candump, &log_asc, &log_trc, &log_csv, &log_pcap, &log_pcapng, NULL,
};

const struct log_format *log_format_named(const struct log_format *const *formats,
					  const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (!strcasecmp(formats[i]->name, name))
			return formats[i];

	return NULL;
}

const struct log_format *log_format_for_path(const struct log_format *const *formats,
					     const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; formats[i]; i++) {
		size_t len = strlen(formats[i]->ending);

		if (n > len && !strcasecmp(path + n - len, formats[i]->ending))
			return formats[i];
	}

	return NULL;
}

/* N of "canN", below LOG_BUSES_MAX; else -1. */
static int natural_number(const char *bus)
{
	int n = 0;

	if (strncmp(bus, "can", 3) != 0 || !bus[3] || strlen(bus) > 5 ||
	    (bus[3] == '0' && bus[4]))
		return -1;
	for (const char *p = bus + 3; *p; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		n = n * 10 + (*p - '0');
	}

	return n < LOG_BUSES_MAX ? n : -1;
}

int log_bus_number(struct log_buses *b, const char *bus, bool *ret_new)
{
	char name[LOG_BUS_NAME_MAX + 1];
	int natural;
	size_t i;

	snprintf(name, sizeof(name), "%s", bus && *bus ? bus : "-");
	*ret_new = false;
	if (b->last < b->n && !strcmp(b->name[b->last], name))
		return (int)b->last;
	for (i = 0; i < b->n; i++)
		if (!strcmp(b->name[i], name))
			break;
	if (i == b->n) {
		natural = natural_number(name);
		for (i = 0; i < b->n && b->name[i][0]; i++)
			;
		if (natural >= 0 && ((size_t)natural >= b->n || !b->name[natural][0]))
			i = (size_t)natural;
		if (i == LOG_BUSES_MAX)
			return -1;
		*ret_new = true;
		log_bus_set(b, (unsigned int)i, name, strlen(name));
	}
	b->last = i;

	return (int)i;
}

bool log_bus_is_usual(const struct log_buses *b, int number)
{
	return natural_number(b->name[number]) == number;
}

const char *log_bus_name(struct log_buses *b, unsigned int number, size_t *ret_len)
{
	static const char unknown[] = "can";
	char name[LOG_BUS_NAME_MAX + 1];

	if (number >= LOG_BUSES_MAX) {
		*ret_len = sizeof(unknown) - 1;
		return unknown;
	}
	if (number >= b->n || !b->name[number][0])
		log_bus_set(b, number, name, (size_t)snprintf(name, sizeof(name), "can%u", number));
	*ret_len = strlen(b->name[number]);

	return b->name[number];
}

void log_bus_set(struct log_buses *b, unsigned int number, const char *name, size_t len)
{
	if (number >= LOG_BUSES_MAX || len == 0 || len > LOG_BUS_NAME_MAX)
		return;
	for (size_t i = 0; i < len; i++)
		b->name[number][i] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '_';
	b->name[number][len] = '\0';
	if (number >= b->n)
		b->n = number + 1;
}

char *log_put_text(char *p, const char *text)
{
	size_t n = strlen(text);

	memcpy(p, text, n);

	return p + n;
}

char *log_put_uint(char *p, uint64_t v, size_t digits)
{
	char tmp[20];
	size_t n = 0;

	do {
		tmp[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0 || n < digits);
	while (n > 0)
		*p++ = tmp[--n];

	return p;
}

char *log_put_seconds(char *p, nsec_t t)
{
	uint64_t ns = t < 0 ? 0 - (uint64_t)t : (uint64_t)t;
	uint64_t rest = ns % NSEC_PER_SEC;

	if (t < 0)
		*p++ = '-';
	p = log_put_uint(p, ns / NSEC_PER_SEC, 1);
	*p++ = '.';

	return rest % NSEC_PER_USEC ? log_put_uint(p, rest, 9) :
				      log_put_uint(p, rest / NSEC_PER_USEC, 6);
}

static const uint8_t dlc_lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };

uint8_t log_dlc_length(unsigned int dlc)
{
	return dlc_lengths[MIN(dlc, 15)];
}

unsigned int log_length_dlc(size_t len)
{
	unsigned int dlc = 0;

	while (dlc < 15 && dlc_lengths[dlc] < len)
		dlc++;

	return dlc;
}

void log_error_frame(struct frame *f)
{
	f->id = 0x088;	/* linux/can/error.h: CAN_ERR_PROT, CAN_ERR_BUSERROR */
	f->flags |= FRAME_ERR;
	f->len = FRAME_CLASSIC_MAX;
	memset(f->data, 0, sizeof(f->data));
}

bool log_own_start(const char *line, size_t len, nsec_t *ret)
{
	static const char mark[] = "minikey start ";
	const char *at = memmem(line, len, mark, sizeof(mark) - 1);
	struct scan in;

	if (!at)
		return false;
	in = scan_init(at + sizeof(mark) - 1, len - (size_t)(at - line) - (sizeof(mark) - 1));

	return scan_time(&in, NSEC_PER_SEC, ret);
}

size_t log_remark_head(void *state, const struct frame *f, const char *note, char *buf)
{
	size_t len = note ? strlen(note) : 0;

	(void)state;
	(void)f;
	if (!note)
		return 0;
	memcpy(buf, "# ", 2);
	memcpy(buf + 2, note, len);
	buf[2 + len] = '\n';

	return len + 3;
}
