/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "car/check.h"
#include "car/role.h"
#include "car/vin-mask.h"
#include "dbc/codec.h"
#include "proto/diag.h"

#define VIN_LENGTH 17

void vin_mask_init(struct vin_mask *m, const struct decoder *d)
{
	*m = (struct vin_mask){ .decoder = d };
}

/* The dummy as signal S has it: ASCII, or two letters and five digits of four bits. */
static uint64_t dummy_raw(const struct dbc_signal *s)
{
	static const char dummy[] = VIN_MASK_DUMMY;
	unsigned int ascii = s->bits == 36 ? 2 : VIN_MASK_TAIL;
	uint64_t raw = 0;

	for (unsigned int i = 0; i < VIN_MASK_TAIL; i++)
		raw = i < ascii ? raw << 8 | (uint8_t)dummy[i] : raw << 4 | ((uint8_t)dummy[i] & 0xfu);

	return raw;
}

static bool mask_message(const struct decoder_source *src, const struct dbc_message *msg,
			 struct frame *f)
{
	const struct check *check = &src->checks[msg - src->dbc->messages];
	bool found = false;

	for (size_t i = 0; i < msg->n_signals; i++) {
		const struct dbc_signal *s = &msg->signals[i];

		/* A frame cut short still carries a part: all that is there goes. */
		if (s->role == ROLE_VIN && dbc_put_raw(s, dummy_raw(s), f->data) == 0)
			found = true;
	}
	if (found) {
		memset(f->data + f->len, 0, sizeof(f->data) - f->len);
		check_seal(check, f);
	}

	return found;
}

/* The last of the VIN that begins at START. */
static void cover_vin(struct vin_answer *a, size_t start)
{
	a->from = start + VIN_LENGTH - VIN_MASK_TAIL;
	a->to = start + VIN_LENGTH;
	a->dummy = VIN_MASK_DUMMY;
}

#define CAS 0x40u
#define CAS_STATUS_HEAD 53	/* bytes before the copy of 0x130 */

/* What of an answer that begins with the N bytes at P is to go. False: nothing. */
static bool personal(const struct frame *f, const uint8_t *p, size_t n, struct vin_answer *a)
{
	static const uint8_t status[] = { 0x70, 0x01, 0x01 };

	if (n < 3)
		return false;
	if (p[0] == 0x62 && p[1] == 0x10 && p[2] == 0x10) {
		cover_vin(a, 3);
	} else if (p[0] == 0x62) {
		a->identifiers = true;
	} else if (p[0] == 0x49 && p[1] == 0x02) {
		cover_vin(a, 3);
	} else if (p[0] == 0x5a && p[1] == 0x90) {
		cover_vin(a, 2);
	} else if (f->id == DIAG_ANSWER_ID + CAS && !(f->flags & FRAME_EXT) &&
		   !memcmp(p, status, sizeof(status))) {
		a->from = sizeof(status);
		a->to = sizeof(status) + CAS_STATUS_HEAD;
	} else {
		return false;
	}

	return true;
}

/* Does a module answer a tester here? *ret_prefix: the bytes of address before ISO-TP. */
static bool is_answer(const struct frame *f, size_t *ret_prefix)
{
	*ret_prefix = 0;
	if (f->flags & FRAME_EXT)
		return (f->id & 0x1fffff00u) == 0x18daf100u;
	if (f->id >= DIAG_ANSWER_ID && f->id < DIAG_TESTER_ID) {
		*ret_prefix = 1;
		return f->data[0] == DIAG_TESTER;
	}

	return f->id >= 0x7e8 && f->id <= 0x7ef;
}

static struct vin_answer *find_answer(struct vin_mask *m, const struct frame *f)
{
	for (size_t i = 0; i < VIN_MASK_MAX; i++)
		if (m->answers[i].end && m->answers[i].id == f->id &&
		    m->answers[i].ext == !!(f->flags & FRAME_EXT))
			return &m->answers[i];

	return NULL;
}

/* Replace what of the answer is in F from byte OFFSET on. */
static bool cover(struct vin_answer *a, struct frame *f, size_t offset)
{
	bool found = false;

	for (size_t i = offset; i < f->len && a->pos < a->end; i++, a->pos++) {
		uint8_t byte = f->data[i];

		/* F1 90 in the middle of other data costs that data seven bytes, and no VIN. */
		if (a->identifiers && a->before == 0xf1 && byte == 0x90)
			cover_vin(a, a->pos + 1);
		if (a->pos >= a->from && a->pos < a->to) {
			f->data[i] = (uint8_t)(a->dummy ? a->dummy[a->pos - a->from] : 0);
			found = true;
		}
		a->before = byte;
	}
	if (a->pos == a->end)
		a->end = 0;

	return found;
}

/* The first frame of several, or an answer in one long frame of CAN FD; it has LEN bytes. */
static bool begin_answer(struct vin_mask *m, struct frame *f, size_t offset, size_t len)
{
	struct vin_answer *a = find_answer(m, f);

	if (!a)
		a = &m->answers[m->next++ % VIN_MASK_MAX];
	*a = (struct vin_answer){ .id = f->id, .ext = f->flags & FRAME_EXT };
	if (f->len <= offset || !personal(f, f->data + offset, f->len - offset, a))
		return false;
	a->end = len;

	return cover(a, f, offset);
}

bool vin_mask_answer(struct vin_mask *m, struct frame *f)
{
	struct vin_answer *a;
	size_t prefix;

	if (f->flags & (FRAME_ERR | FRAME_LOST | FRAME_RTR) || !is_answer(f, &prefix) ||
	    f->len < prefix + 2u)
		return false;
	switch (f->data[prefix] >> 4) {
	case 0:	/* single: in 8 bytes there is no room for a VIN */
		return f->len > FRAME_CLASSIC_MAX && begin_answer(m, f, prefix + 2, f->data[prefix + 1]);
	case 1:
		return begin_answer(m, f, prefix + 2, get_be16(f->data + prefix) & 0xfffu);
	case 2:
		a = find_answer(m, f);
		return a && cover(a, f, prefix + 1);
	default:
		return false;
	}
}

bool vin_mask_frame(struct vin_mask *m, struct frame *f)
{
	bool found = false;

	if (f->flags & (FRAME_ERR | FRAME_LOST | FRAME_RTR))
		return false;
	for (size_t i = 0; i < m->decoder->n_sources; i++) {
		const struct decoder_source *src = &m->decoder->sources[i];
		const struct dbc_message *msg = dbc_find(src->dbc, f->id, f->flags & FRAME_EXT);

		if (msg && (!src->bus || (f->bus && !strcmp(src->bus, f->bus))))
			found |= mask_message(src, msg, f);
	}

	return vin_mask_answer(m, f) || found;
}
