/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/scrub.h"

#define VIN_LEN 17	/* ISO 3779 */
#define VIN_TAIL 7	/* as everywhere: DESIGN 6 */
#define WORD_MAX 4096

void scrub_init(struct scrub *s)
{
	const char *user = getenv("USER");

	*s = (struct scrub){ 0 };
	if (gethostname(s->host, sizeof(s->host) - 1) < 0)
		s->host[0] = '\0';
	s->host[strcspn(s->host, ".")] = '\0';
	if (user && strcmp(user, "root") != 0)
		snprintf(s->user, sizeof(s->user), "%s", user);
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* I, O and Q are in no VIN. */
static bool is_vin(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)p[i]) &&
		    (!isupper((unsigned char)p[i]) || strchr("IOQ", p[i])))
			return false;

	return n == VIN_LEN;
}

static bool equals(const char *p, size_t n, const char *name)
{
	return n > 0 && n == strlen(name) && !memcmp(p, name, n);
}

/* What is no name of a file or a place may still hold this host, this user, or a VIN. */
static void put_plain(const struct scrub *s, struct out *o, const char *p, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		len = 1;
		while (is_name(p[i]) && i + len < n && is_name(p[i + len]))
			len++;
		if (equals(p + i, len, s->host)) {
			out_puts(o, "HOST");
		} else if (equals(p + i, len, s->user)) {
			out_puts(o, "USER");
		} else if (is_vin(p + i, len)) {
			out_put(o, p + i, VIN_LEN - VIN_TAIL);
			out_puts(o, "XXXXXXX");
		} else {
			if (!is_name(p[i]))	/* a character of several bytes stays whole */
				while (i + len < n && !is_name(p[i + len]))
					len++;
			out_put_escaped(o, p + i, len);
		}
	}
}

/* "/dev/ttyUSB0", but not "/dev/serial/by-id/...", which has a serial number in it. */
static bool is_device(const char *p, size_t n)
{
	if (n < 6 || memcmp(p, "/dev/", 5))
		return false;
	for (size_t i = 5; i < n; i++)
		if (!isalnum((unsigned char)p[i]))
			return false;

	return true;
}

/* "drive.log": up to seven letters and digits after the last dot, a letter first. */
static bool has_ending(const char *p, size_t n)
{
	size_t len = 0;

	while (len < n && isalnum((unsigned char)p[n - len - 1]))
		len++;

	return len > 0 && len <= 7 && len + 1 < n && p[n - len - 1] == '.' &&
	       isalpha((unsigned char)p[n - len]);
}

static bool is_file(const char *p, size_t n, bool may_exist)
{
	char name[WORD_MAX];

	if (n == 0 || n >= sizeof(name))
		return n > 0;
	if (is_device(p, n))
		return false;
	memcpy(name, p, n);
	name[n] = '\0';
	if (strchr(name, '/'))
		return n < 2 || strcmp(name + n - 2, "/s") != 0;	/* "kbit/s" */

	return has_ending(p, n) || (may_exist && access(name, F_OK) == 0);
}

/* "10.0.0.1" */
static bool is_ip(const char *p, size_t n)
{
	size_t dots = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '.' && !isdigit((unsigned char)p[i]))
			return false;
		dots += p[i] == '.';
	}

	return dots == 3;
}

/* HOST[:PORT][/REST]: the port and a bus's name are kept. */
static void put_host(const struct scrub *s, struct out *o, const char *p, size_t n)
{
	size_t host = 0;

	if (*p == '[')	/* IPv6 */
		while (host < n && p[host] != ']')
			host++;	/* and on to what follows it */
	while (host < n && p[host] != ':' && p[host] != '/')
		host++;
	out_puts(o, "HOST");
	put_plain(s, o, p + host, n - host);
}

/* "12:3: " behind the name of a file, and punctuation, are no part of it. */
static size_t without_tail(const char *p, size_t n)
{
	size_t end = n;

	while (end > 0 && strchr(":,;.)!?", p[end - 1]))
		end--;
	for (int i = 0; i < 2; i++) {
		size_t k = end;

		while (k > 0 && isdigit((unsigned char)p[k - 1]))
			k--;
		if (k > 1 && k < end && p[k - 1] == ':')
			end = k - 1;
	}

	return end;
}

/* "kbus:", "log:": the length of such a beginning; 0: there is none. */
static size_t scheme(const char *p, size_t n)
{
	size_t len = 0;

	while (len < n && (islower((unsigned char)p[len]) || isdigit((unsigned char)p[len])))
		len++;

	return len > 0 && len < n && p[len] == ':' ? len + 1 : 0;
}

/*
 * NAMED: in quotes or on a command line, where also a plain word may be a file; as it may
 * before a place in it ("attempt:3:5: ...").
 */
static void put_word(const struct scrub *s, struct out *o, const char *p, size_t n, bool named)
{
	bool log = false, host = false;
	size_t k, end;

	/* --option=VALUE, BUS=FILE */
	for (k = n; k > 0 && p[k - 1] != '='; k--)
		;
	put_plain(s, o, p, k);
	p += k;
	n -= k;
	/* "attempt:3:5: ..." is no address. */
	end = without_tail(p, n);
	while (!host && end > (k = scheme(p, n)) && k > 0) {
		log = equals(p, k, "log:");
		host = equals(p, k, "socketcand:");
		if (n >= k + 2 && !memcmp(p + k, "//", 2)) {
			k += 2;
			host = true;
		}
		out_put(o, p, k);
		p += k;
		n -= k;
	}
	end = without_tail(p, n);
	if (host && end) {
		put_host(s, o, p, n);
		return;
	}
	named = named || (end + 1 < n && isdigit((unsigned char)p[end + 1]));
	if (end && ((log && !equals(p, end, "-")) || is_file(p, end, named)))
		out_puts(o, "FILE");
	else if (is_ip(p, end))
		out_puts(o, "HOST");
	else
		put_plain(s, o, p, end);
	put_plain(s, o, p + end, n - end);
}

void scrub_put_word(const struct scrub *s, struct out *o, const char *word)
{
	put_word(s, o, word, strlen(word), true);
}

/* The end of the quotation that begins at P; an apostrophe inside a word ends none. NULL. */
static const char *end_of_quote(const char *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (p[i] == '\'' && (i + 1 == n || !is_name(p[i + 1])))
			return p + i;

	return NULL;
}

static void put_line(const struct scrub *s, struct out *o, const char *p, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		bool opens = p[i] == '\'' && (i == 0 || !is_name(p[i - 1]));
		const char *quote = opens ? end_of_quote(p + i, n - i) : NULL;

		len = 1;
		if (quote) {
			len = (size_t)(quote - (p + i)) + 1;
			out_putc(o, '\'');
			put_word(s, o, p + i + 1, len - 2, true);
			out_putc(o, '\'');
		} else if (p[i] == ' ' || p[i] == '\'' || p[i] == '(') {
			out_putc(o, p[i]);
		} else {
			while (i + len < n && !strchr(" '(", p[i + len]))
				len++;
			put_word(s, o, p + i, len, false);
		}
	}
	out_putc(o, '\n');
}

void scrub_put_lines(const struct scrub *s, struct out *o, const char *text, size_t n,
		     const char *indent)
{
	while (n > 0) {
		const char *nl = memchr(text, '\n', n);
		size_t len = nl ? (size_t)(nl - text) : n;

		out_puts(o, indent);
		put_line(s, o, text, len);
		len += nl != NULL;
		text += len;
		n -= len;
	}
}
