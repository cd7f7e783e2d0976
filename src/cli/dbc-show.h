/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"
#include "out/out.h"

/* What `dbc show` prints of a DBC: its messages, or one of them in full. */

/* Lines for people; without UTF8 in ASCII alone. */
void show_list(struct out *o, const struct dbc *dbc, bool utf8);
void show_message(struct out *o, const struct dbc *dbc, const struct dbc_message *m,
		  bool utf8);

/* One JSON object each. */
void show_list_json(struct out *o, const struct dbc *dbc);
void show_message_json(struct out *o, const struct dbc *dbc, const struct dbc_message *m);

/* The bits of M as rows of bytes; one more picture for each condition of a multiplexor. */
void show_picture(struct out *o, const struct dbc_message *m, bool utf8);

/* How the I-th signal is called in a picture: a..z, A..Z, aa.. BUF has room for 8. */
const char *show_key(size_t i, char *buf);

/* "Mux = 3, 5-7": when S, a DBC_MUX_MEMBER, is there. */
void show_condition(const struct dbc_signal *s, char *buf, size_t size);

/* Text of the file, what cannot be shown as \x1F; as many columns wide. */
void show_text(struct out *o, const char *s, size_t n, bool utf8);
size_t show_width(const char *s, size_t n, bool utf8);

/* "intel", "motorola"; "unsigned", "signed", "float", "double". */
const char *show_order(const struct dbc_signal *s);
const char *show_type(const struct dbc_signal *s);

/* The period of M in ms as text, NULL when it has none. */
const char *show_cycle(const struct dbc *dbc, const struct dbc_message *m);
