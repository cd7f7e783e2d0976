/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/arena.h"
#include "dbc/dbc.h"
#include "dbc/hash.h"

#define DBC_ID_EXT (UINT32_C(1) << 31)	/* set in a BO_ line's id: 29 bits */
#define DBC_ID_11 0x7ffu
#define DBC_ID_29 0x1fffffffu

/* The object an attribute is for: what follows BA_DEF_. */
enum dbc_scope {
	DBC_SCOPE_FILE,
	DBC_SCOPE_NODE,
	DBC_SCOPE_MESSAGE,
	DBC_SCOPE_SIGNAL,
	DBC_SCOPE_ENV,
};

enum dbc_attr_type {
	DBC_ATTR_NUMBER,	/* INT, HEX, FLOAT */
	DBC_ATTR_STRING,
	DBC_ATTR_ENUM,
};

struct dbc_attr_def {
	const char *name;
	enum dbc_scope scope;
	enum dbc_attr_type type;
	const char **words;	/* DBC_ATTR_ENUM */
	size_t n_words;
	double min, max;	/* of a number; min >= max: any */
	const char *value;	/* BA_DEF_DEF_; NULL: none */
};

/* A value of a message or a signal; the newest is first, and counts. */
struct dbc_attr {
	const struct dbc_attr *next;
	size_t def;
	const char *value;
};

struct dbc_private {
	struct arena arena;
	struct dbc_signal *signals;	/* all, message by message */
	size_t n_signals;
	struct dbc_attr_def *defs;
	size_t n_defs;
	struct hash def_names, message_names;
	struct hash ext;		/* 29-bit ids */
	uint32_t sff[DBC_ID_11 + 1];	/* 11-bit ids: message + 1; 0: none */
};

/* Is NAME the LEN bytes at P? */
bool dbc_name_is(const char *name, const char *p, size_t len);

/* The definition, or NULL. */
struct dbc_attr_def *dbc_find_def(const struct dbc_private *d, enum dbc_scope scope,
				  const char *name, size_t len);

/* The newest own value of DEF, or NULL. */
const char *dbc_own_value(const struct dbc_attr *attrs, size_t def);

/* The message or (size_t)-1. ID as in the file, with DBC_ID_EXT. */
size_t dbc_find_index(const struct dbc_private *d, uint32_t id);
