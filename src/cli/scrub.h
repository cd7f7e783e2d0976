/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/out.h"

/*
 * What would tell strangers who or where somebody is, out of our own messages and command
 * lines: names of files become FILE, of hosts HOST, of this user USER, the end of VINs X.
 * Devices ("/dev/ttyUSB0") and interfaces stay. A file's name is known by its slashes, its
 * ending ("drive.log"), by "log:" before it, or by being there.
 */
struct scrub {
	char host[65];		/* this machine's, without its domain; "": not known */
	char user[65];
};

void scrub_init(struct scrub *s);

/* One word of a command line, as typed. */
void scrub_put_word(const struct scrub *s, struct out *o, const char *word);

/* Lines that this program printed: N bytes, any bytes. Lines begin with INDENT. */
void scrub_put_lines(const struct scrub *s, struct out *o, const char *text, size_t n,
		     const char *indent);
