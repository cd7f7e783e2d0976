/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "dbc/private.h"

void dbc_free(struct dbc *dbc)
{
	struct dbc_private *d;

	if (!dbc)
		return;
	d = dbc->priv;
	if (d) {
		hash_free(&d->def_names);
		hash_free(&d->message_names);
		hash_free(&d->ext);
		arena_free(&d->arena);
		free(d->signals);
		free(d->defs);
		free(d);
	}
	free(dbc->messages);
	free(dbc->nodes);
	free(dbc);
}

bool dbc_name_is(const char *name, const char *p, size_t len)
{
	return strlen(name) == len && !memcmp(name, p, len);
}

size_t dbc_find_index(const struct dbc_private *d, uint32_t id)
{
	struct hash_search s;
	size_t i;

	if (id <= DBC_ID_11)
		return (size_t)d->sff[id] - 1;
	s = hash_start(&d->ext, id);

	return hash_next(&s, &i) ? i : SIZE_MAX;
}

const struct dbc_message *dbc_find(const struct dbc *dbc, uint32_t id, bool ext)
{
	size_t i;

	if (id > (ext ? DBC_ID_29 : DBC_ID_11))
		return NULL;
	i = dbc_find_index(dbc->priv, ext ? id | DBC_ID_EXT : id);

	return i == SIZE_MAX ? NULL : &dbc->messages[i];
}

const struct dbc_message *dbc_find_name(const struct dbc *dbc, const char *name)
{
	const struct hash *h = &dbc->priv->message_names;
	struct hash_search s = hash_start(h, hash_text(h->seed, name, strlen(name)));
	size_t i;

	while (hash_next(&s, &i))
		if (!strcmp(dbc->messages[i].name, name))
			return &dbc->messages[i];

	return NULL;
}

const struct dbc_signal *dbc_find_signal(const struct dbc_message *m, const char *name)
{
	for (size_t i = 0; i < m->n_signals; i++)
		if (!strcmp(m->signals[i].name, name))
			return &m->signals[i];

	return NULL;
}

struct dbc_attr_def *dbc_find_def(const struct dbc_private *d, enum dbc_scope scope,
				  const char *name, size_t len)
{
	struct hash_search s =
		hash_start(&d->def_names, hash_text(d->def_names.seed, name, len));
	size_t i;

	while (hash_next(&s, &i))
		if (d->defs[i].scope == scope && dbc_name_is(d->defs[i].name, name, len))
			return &d->defs[i];

	return NULL;
}

const char *dbc_own_value(const struct dbc_attr *attrs, size_t def)
{
	for (const struct dbc_attr *a = attrs; a; a = a->next)
		if (a->def == def)
			return a->value;

	return NULL;
}

bool dbc_next_attr(const struct dbc *dbc, const struct dbc_attr *attrs, size_t *cursor,
		   const char **ret_name, const char **ret_value)
{
	const struct dbc_private *d = dbc->priv;
	const char *value = NULL;

	while (attrs && *cursor < d->n_defs && !value)
		value = dbc_own_value(attrs, (*cursor)++);
	if (!value)
		return false;
	*ret_name = d->defs[*cursor - 1].name;
	*ret_value = value;

	return true;
}

static const char *attr_value(const struct dbc *dbc, enum dbc_scope scope,
			      const struct dbc_attr *attrs, const char *name,
			      bool defaults)
{
	const struct dbc_private *d = dbc->priv;
	const struct dbc_attr_def *def = dbc_find_def(d, scope, name, strlen(name));
	const char *own;

	if (!def)
		return NULL;
	own = dbc_own_value(attrs, (size_t)(def - d->defs));

	return own || !defaults ? own : def->value;
}

const char *dbc_node_attr(const struct dbc *dbc, const struct dbc_node *n,
			  const char *name)
{
	return attr_value(dbc, DBC_SCOPE_NODE, n->attrs, name, true);
}

const char *dbc_message_attr(const struct dbc *dbc, const struct dbc_message *m,
			     const char *name)
{
	return attr_value(dbc, DBC_SCOPE_MESSAGE, m->attrs, name, true);
}

const char *dbc_signal_attr(const struct dbc *dbc, const struct dbc_signal *s,
			    const char *name)
{
	return attr_value(dbc, DBC_SCOPE_SIGNAL, s->attrs, name, true);
}

const char *dbc_signal_own_attr(const struct dbc *dbc, const struct dbc_signal *s,
				const char *name)
{
	return attr_value(dbc, DBC_SCOPE_SIGNAL, s->attrs, name, false);
}
