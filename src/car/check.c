/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "car/check.h"
#include "car/role.h"
#include "dbc/codec.h"

/* "-130-53": the copy of a message; its checksum is in its last byte. */
static bool bind_copy(struct check *c, const char *copy)
{
	unsigned long id, first;
	char *end;

	if (!*copy)
		return true;
	id = strtoul(copy + 1, &end, 16);
	if (*end != '-')
		return false;
	first = strtoul(end + 1, &end, 10);
	if (*end || id > FRAME_EFF_MASK || first >= c->checksum->need)
		return false;
	c->id = (uint32_t)id;
	c->first = (uint8_t)first;
	c->len = (uint8_t)(c->checksum->need - first);

	return true;
}

void check_bind(struct check *c, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *rule = dbc_message_attr(dbc, m, "Check");
	const char *modulo;

	*c = (struct check){
		.last = -1,
		.id = m->id,
		.len = (uint8_t)MIN(m->len, FRAME_DATA_MAX),
	};
	for (size_t i = 0; i < m->n_signals; i++) {
		if (m->signals[i].role == ROLE_CHECKSUM)
			c->checksum = &m->signals[i];
		if (m->signals[i].role == ROLE_ALIVE)
			c->alive = &m->signals[i];
	}
	if (c->alive) {
		modulo = dbc_signal_attr(dbc, c->alive, "AliveModulo");
		c->modulo = (uint8_t)(modulo ? strtoul(modulo, NULL, 10) : 0);
	}
	if (!rule || !c->checksum || c->checksum->need > FRAME_DATA_MAX)
		return;
	if (!strncmp(rule, "bmw-fold4", 9) && c->checksum->bits == 4) {
		if (bind_copy(c, rule + 9))
			c->rule = CHECK_FOLD4;
	} else if (!strncmp(rule, "crc8-1d-", 8) && c->checksum->bits == 8) {
		c->rule = CHECK_CRC8;
		c->final_xor = (uint8_t)strtoul(rule + 8, NULL, 16);
	}
}

/* can.md 1.3: over the id, the bytes before the last and the last one's low half. */
static uint8_t fold4(uint32_t id, const uint8_t *data, unsigned int len)
{
	unsigned int s = id;

	for (unsigned int i = 0; i + 1 < len; i++)
		s += data[i];
	s += data[len - 1] & 0x0fu;
	s = (s & 0xff) + (s >> 8);
	s &= 0xff;

	return (uint8_t)(((s & 0x0f) + (s >> 4)) & 0x0f);
}

/* can.md 1.9: over all bytes but the first. */
static uint8_t crc8(const struct frame *f, unsigned int len, uint8_t final_xor)
{
	uint8_t crc = 0xff;

	for (unsigned int i = 1; i < len; i++) {
		crc ^= f->data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc & 0x80 ? crc << 1 ^ 0x1d : crc << 1);
	}

	return crc ^ final_xor;
}

uint8_t check_sum(const struct check *c, const struct frame *f)
{
	unsigned int len = MIN(f->len, (unsigned int)c->first + c->len);

	if (len <= c->first)
		return 0;

	return c->rule == CHECK_FOLD4 ? fold4(c->id, f->data + c->first, len - c->first) :
					crc8(f, len, c->final_xor);
}

void check_seal(const struct check *c, struct frame *f)
{
	if (c->rule != CHECK_NONE && c->checksum->need <= f->len &&
	    dbc_put_raw(c->checksum, check_sum(c, f), f->data) < 0)
		return;		/* cannot be: check_bind() saw to the field's width */
}

unsigned int check_frame(struct check *c, const struct frame *f)
{
	unsigned int errors = 0;
	uint64_t raw;

	if (c->rule == CHECK_FOLD4 && c->first == 0 && f->len >= 5 && f->data[4] == 0xff)
		return 0;
	if (c->rule != CHECK_NONE && dbc_get_raw(c->checksum, f->data, f->len, &raw) &&
	    raw != check_sum(c, f))
		errors |= CHECK_BAD_SUM;

	if (c->modulo && dbc_get_raw(c->alive, f->data, f->len, &raw)) {
		if (c->last >= 0 && raw != (uint64_t)((c->last + 1) % c->modulo))
			errors |= CHECK_BAD_COUNTER;
		c->last = (int)raw;
	}

	return errors;
}
