/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * What a kind of log looks like. A format is one file with one const struct; it is pure:
 * it sees lines or bytes, never a descriptor. Who opens a log brings the list of formats,
 * so that a format may live in any room (that of K-bus lines needs proto/).
 */

/* Beside the frame: what a line or a record said. */
struct log_item {
	const char *bus;	/* its name, in the line or in the format's state */
	size_t bus_len;
	size_t next;		/* text: the line goes on from here; 0: it is done */
	size_t used;		/* binary: see record() */
	size_t column;		/* a fault: where, counted from 1 */
	const char *reason;	/* a fault: what; NULL: "no frame" */
};

/* As much as put(), head() or tail() may write. */
#define LOG_PUT_MAX 2048

struct log_format {
	const char *name;	/* "asc": what --to and --format call it */
	const char *ending;	/* of a file's name: ".asc" */
	const char *doc;	/* one line about it */
	size_t state_size;	/* of what its functions get as STATE; zeroed for each log */
	bool wants_comments;	/* line() also gets lines that begin with '#' or ';' */
	bool notes;		/* head() can write a note */

	/* Text: is this a line that tells the format? Offered until one format says yes. */
	bool (*probe)(const char *line, size_t len);
	/*
	 * LEN characters, no newline; FROM is 0, or what item->next was. 1: a frame, whose
	 * bus is in ITEM; 0: nothing here (a header, a remark); -EINVAL: a fault.
	 */
	int (*line)(void *state, const char *line, size_t len, size_t from,
		    struct frame *ret_frame, struct log_item *ret_item);

	/* Binary: are the N (>= 4) bytes at P its beginning? 1, 0, -EAGAIN: more are needed. */
	int (*probe_binary)(const uint8_t *p, size_t n);
	/*
	 * The N (>= 1) bytes at P are next; END: they are the last ones. 1, 0, -EINVAL as
	 * line(), with item->used bytes done with, which may be over N; -EAGAIN: used bytes
	 * are needed here, more than N and at most LOG_RECORD_MAX.
	 */
	int (*record)(void *state, const uint8_t *p, size_t n, bool end,
		      struct frame *ret_frame, struct log_item *ret_item);

	/* Writing; NULL put: cannot be written. Each returns the bytes written to BUF. */
	/* Before the first frame F. NOTE is a line about the log, or NULL. NULL: no head. */
	size_t (*head)(void *state, const struct frame *f, const char *note, char *buf);
	/* 0: this frame has no form here. */
	size_t (*put)(void *state, const struct frame *f, char *buf);
	/* After the last one. NULL: nothing. */
	size_t (*tail)(void *state, char *buf);
};

#define LOG_RECORD_MAX (64u << 10)

/* The formats of this room; NULL-terminated, candump first. */
extern const struct log_format *const log_formats[];

extern const struct log_format log_candump;
extern const struct log_format log_asc;
extern const struct log_format log_trc;
extern const struct log_format log_csv;
extern const struct log_format log_pcap;
extern const struct log_format log_pcapng;

/* The format called NAME (any case), or whose ending PATH has; NULL. */
const struct log_format *log_format_named(const struct log_format *const *formats,
					  const char *name);
const struct log_format *log_format_for_path(const struct log_format *const *formats,
					     const char *path);

/* ---- what formats share ---- */

#define LOG_BUSES_MAX 64
#define LOG_BUS_NAME_MAX 64

/* Buses by number, for formats that have numbers: what name each number stands for. */
struct log_buses {
	size_t n;	/* the names of 0..n-1 are set, where not empty */
	size_t last;
	char name[LOG_BUSES_MAX][LOG_BUS_NAME_MAX + 1];
};

/*
 * The number (from 0) of the bus of F: N for "canN", else the next free one. *ret_new: it
 * got its number now. -1: there are too many.
 */
int log_bus_number(struct log_buses *b, const char *bus, bool *ret_new);

/* Is the name of NUMBER, which has one, the one that it has anyway? */
bool log_bus_is_usual(const struct log_buses *b, int number);

/* The name of bus NUMBER: the one that was set, else "can" and the number. */
const char *log_bus_name(struct log_buses *b, unsigned int number, size_t *ret_len);

/* Let NUMBER have this name; what is too long or too high is ignored. */
void log_bus_set(struct log_buses *b, unsigned int number, const char *name, size_t len);

/* A head, for the member of that name, that is one line "# NOTE"; without a note nothing. */
size_t log_remark_head(void *state, const struct frame *f, const char *note, char *buf);

/* TEXT. Returns the end, as do the next ones. */
char *log_put_text(char *p, const char *text);

/* V in decimal, with zeros before it up to DIGITS. */
char *log_put_uint(char *p, uint64_t v, size_t digits);

/* T as seconds with six decimals, or nine when they are needed; a minus before it. */
char *log_put_seconds(char *p, nsec_t t);

/* The DLC's length and back, ISO 11898-1; 0..15. */
uint8_t log_dlc_length(unsigned int dlc);
unsigned int log_length_dlc(size_t len);

/* A bus error without details: what formats know that have only the word for it. */
void log_error_frame(struct frame *f);

/* The epoch time of minikey's own remark "minikey start 1436509052.249000"; else false. */
bool log_own_start(const char *line, size_t len, nsec_t *ret);
