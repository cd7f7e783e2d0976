/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "car/check.h"
#include "car/role.h"
#include "dbc/codec.h"

void check_bind(struct check *c, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *rule = dbc_message_attr(dbc, m, "Check");
	const char *modulo;

	*c = (struct check){ .last = -1, .len = (uint8_t)MIN(m->len, FRAME_DATA_MAX) };
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
	if (!rule || !c->checksum)
		return;
	if (!strcmp(rule, "bmw-fold4") && c->checksum->bits == 4) {
		c->rule = CHECK_FOLD4;
	} else if (!strncmp(rule, "crc8-1d-", 8) && c->checksum->bits == 8) {
		c->rule = CHECK_CRC8;
		c->final_xor = (uint8_t)strtoul(rule + 8, NULL, 16);
	}
}

/* can.md 1.3: over the id, the bytes before the last and the last one's low half. */
static uint8_t fold4(const struct frame *f, unsigned int len)
{
	unsigned int s = f->id;

	for (unsigned int i = 0; i + 1 < len; i++)
		s += f->data[i];
	s += f->data[len - 1] & 0x0fu;
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
	unsigned int len = MIN(f->len, c->len);

	if (len == 0)
		return 0;

	return c->rule == CHECK_FOLD4 ? fold4(f, len) : crc8(f, len, c->final_xor);
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

	if (c->rule == CHECK_FOLD4 && f->len >= 5 && f->data[4] == 0xff)
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
