/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "out/out.h"

/*
 * One JSON document after the other onto OUT, without a tree: open, key, value, close.
 * Commas are its business. Strings become valid UTF-8: other bytes are taken as Latin-1.
 */
struct json {
	struct out *out;
	bool comma;		/* before the next key or element */
};

/*
 * One character of S (N bytes, at least one) as a JSON string has it. Up to JSON_ESCAPE_MAX
 * bytes at BUF; returns how many, and in *ret_used how many of S they stand for.
 */
#define JSON_ESCAPE_MAX 6
size_t json_escape(char *buf, const char *s, size_t n, size_t *ret_used);

void json_open(struct json *j, char bracket);	/* '{' or '[' */
void json_close(struct json *j, char bracket);	/* '}' or ']' */
void json_key(struct json *j, const char *key);

/* Values. A NULL string is null. */
void json_string(struct json *j, const char *s);
/* "KEY": S, a member of an object. */
void json_member(struct json *j, const char *key, const char *s);
void json_int(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
void json_seconds(struct json *j, nsec_t t);	/* NSEC_NEVER: null */
/* TEXT is a JSON number, or "nan", "inf", "-inf", which become strings. */
void json_number(struct json *j, const char *text);

/* End of a document: a newline. */
void json_end(struct json *j);
