/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/kbus.h"

/* SRC, LEN, DST, CMD and the XOR: what is not data. */
#define KBUS_OVERHEAD 5

int kbus_parse(const uint8_t *bytes, size_t n, struct frame *ret_frame)
{
	if (n < KBUS_LEN_MIN + 2 || n > KBUS_FRAME_MAX || n != bytes[1] + 2u)
		return -EINVAL;
	if (bytes_xor(bytes, n) != 0)
		return -EBADMSG;
	if (n - KBUS_OVERHEAD > KBUS_DATA_MAX)
		return -EMSGSIZE;

	*ret_frame = (struct frame){
		.t = NSEC_NEVER,
		.id = KBUS_ID(bytes[0], bytes[2], bytes[3]),
		.flags = FRAME_EXT,
		.len = (uint8_t)(n - KBUS_OVERHEAD),
	};
	memcpy(ret_frame->data, bytes + 4, ret_frame->len);

	return 0;
}

int kbus_encode(const struct frame *f, uint8_t *buf)
{
	size_t len = f->len;

	if (!kbus_is(f) || (f->flags & FRAME_RTR) || len > FRAME_DATA_MAX)
		return -EINVAL;

	buf[0] = kbus_src(f);
	buf[1] = (uint8_t)(len + KBUS_LEN_MIN);
	buf[2] = kbus_dst(f);
	buf[3] = kbus_cmd(f);
	memcpy(buf + 4, f->data, len);
	buf[4 + len] = bytes_xor(buf, 4 + len);

	return (int)(len + KBUS_OVERHEAD);
}

int kbus_pad(struct frame *f)
{
	size_t len;

	if (!kbus_is(f) || (f->flags & FRAME_RTR))
		return 0;
	if (f->len > KBUS_DATA_MAX)
		return -EMSGSIZE;
	if (f->len <= FRAME_CLASSIC_MAX) {
		f->flags &= (uint8_t) ~(FRAME_FD | FRAME_BRS | FRAME_ESI);
		return 0;
	}

	len = frame_fd_len(f->len + 1u);
	memset(f->data + f->len, 0, len - f->len);
	f->data[len - 1] = (uint8_t)(len - f->len);
	f->len = (uint8_t)len;
	f->flags |= FRAME_FD;

	return 0;
}

void kbus_unpad(struct frame *f)
{
	size_t fill, len;

	if (!kbus_is(f) || !(f->flags & FRAME_FD) || f->len <= FRAME_CLASSIC_MAX ||
	    f->len > FRAME_DATA_MAX)
		return;

	fill = f->data[f->len - 1];
	if (fill == 0 || fill + FRAME_CLASSIC_MAX >= f->len)
		return;
	len = f->len - fill;
	if (frame_fd_len(len + 1) != f->len)
		return;
	for (size_t i = len; i < f->len - 1u; i++)
		if (f->data[i] != 0)
			return;

	f->data[f->len - 1] = 0;
	f->len = (uint8_t)len;
	f->flags &= (uint8_t) ~(FRAME_FD | FRAME_BRS | FRAME_ESI);
}

void kbus_framer_init(struct kbus_framer *fr, const char *bus)
{
	fr->counts = (struct kbus_counts){ 0 };
	fr->bus = bus;
	fr->head = fr->n = fr->seen = 0;
	fr->check = 0;
	fr->synced = true;
	fr->started = fr->idle = fr->ended = false;
	fr->silence = KBUS_SILENCE;
	fr->last = 0;
}

/* Let go of the first N bytes. */
static void release(struct kbus_framer *fr, size_t n)
{
	fr->head += n;
	fr->n -= n;
	fr->seen = 0;
	fr->check = 0;
}

/* The byte at head begins no frame. */
static void skip_byte(struct kbus_framer *fr)
{
	release(fr, 1);
	fr->counts.skipped++;
	fr->synced = fr->n > 0 && fr->quiet[fr->head];
}

/* Between the last byte and T. */
static bool is_silence(const struct kbus_framer *fr, nsec_t t)
{
	return t > fr->last && t - fr->last > fr->silence;
}

static void push(struct kbus_framer *fr, uint8_t byte, bool bad, nsec_t t)
{
	bool quiet = fr->ended || (fr->started && is_silence(fr, t));
	size_t i;

	if (fr->n == KBUS_FRAMER_SIZE)
		skip_byte(fr);
	if (fr->head + fr->n == KBUS_FRAMER_SIZE) {
		memmove(fr->buf, fr->buf + fr->head, fr->n * sizeof(fr->buf[0]));
		memmove(fr->quiet, fr->quiet + fr->head, fr->n * sizeof(fr->quiet[0]));
		memmove(fr->bad, fr->bad + fr->head, fr->n * sizeof(fr->bad[0]));
		memmove(fr->t, fr->t + fr->head, fr->n * sizeof(fr->t[0]));
		fr->head = 0;
	}

	i = fr->head + fr->n++;
	fr->buf[i] = byte;
	fr->quiet[i] = quiet;
	fr->bad[i] = bad;
	fr->t[i] = t;
	if (fr->n == 1 && quiet)
		fr->synced = true;
	fr->last = t;
	fr->started = true;
	fr->idle = fr->ended = false;
}

void kbus_framer_push(struct kbus_framer *fr, uint8_t byte, nsec_t t)
{
	push(fr, byte, false, t);
}

void kbus_framer_push_damaged(struct kbus_framer *fr, uint8_t byte, nsec_t t)
{
	fr->counts.damaged++;
	push(fr, byte, true, t);
}

void kbus_framer_resume(struct kbus_framer *fr, nsec_t t)
{
	if (!fr->idle)
		fr->last = MAX(fr->last, t);
}

enum verdict {
	MORE,
	GOOD,
	BAD_LENGTH,
	BAD_CHECK,
	CUT,
};

#define CHECK_DAMAGED 0x100	/* stays in a check, beside its XOR */

/*
 * Could a frame begin AT bytes after head? *SEEN of its bytes are in *CHECK already, and
 * no silence is between them: goes on from there.
 */
static enum verdict examine(const struct kbus_framer *fr, size_t at, size_t *seen,
			    uint16_t *check)
{
	const uint8_t *p = fr->buf + fr->head + at;
	const bool *quiet = fr->quiet + fr->head + at, *bad = fr->bad + fr->head + at;
	size_t total = *seen >= 2 ? p[1] + 2u : KBUS_LEN_MIN + 2;

	while (*seen < fr->n - at && *seen < total) {
		if (*seen > 0 && quiet[*seen])
			return CUT;
		if (*seen == 1) {
			if (p[1] < KBUS_LEN_MIN || bad[1])
				return BAD_LENGTH;
			total = p[1] + 2u;
		}
		if (bad[*seen])
			*check |= CHECK_DAMAGED;
		*check ^= p[(*seen)++];
	}
	if (*seen == total)
		return *check == 0 ? GOOD : BAD_CHECK;

	return fr->idle ? CUT : MORE;
}

static void count_fault(struct kbus_framer *fr, enum verdict v)
{
	if (!fr->synced)
		return;
	if (v == BAD_LENGTH)
		fr->counts.length++;
	else if (v == BAD_CHECK)
		fr->counts.checksum++;
	else
		fr->counts.cut++;
}

/* Devices of kbus.md 1.4. */
static bool is_device(uint8_t address)
{
	static const uint8_t known[] = {
		0x00, 0x08, 0x18, 0x30, 0x3b, 0x3f, 0x40, 0x44, 0x50,
		0x5b, 0x60, 0x68, 0x70, 0x73, 0x76, 0x7f, 0x80, 0xa4,
		0xbf, 0xc8, 0xca, 0xd0, 0xe7, 0xe8, 0xed, 0xf0, 0xff,
	};

	return memchr(known, address, sizeof(known));
}

/* A good frame is at head. */
static void take(struct kbus_framer *fr, struct frame *ret_frame)
{
	const uint8_t *p = fr->buf + fr->head;
	size_t total = p[1] + 2u;

	if (kbus_parse(p, total, ret_frame) < 0) {
		*ret_frame = (struct frame){ .id = 1, .flags = FRAME_LOST };
		fr->counts.too_long++;
	}
	ret_frame->t = fr->t[fr->head];
	ret_frame->bus = fr->bus;
	fr->counts.frames++;
	fr->counts.devices += is_device(p[0]) && is_device(p[2]);
	release(fr, total);
	fr->synced = true;
}

/*
 * What can be read from a place on, as a number to compare: more good frames win, then
 * fewer runs of bytes that are in none, then the shorter frames.
 */
#define WORTH_FRAME (1 << 22)
#define WORTH_RUN (1 << 11)

/*
 * After a fault a good XOR may be chance: one place in 256 of a damaged frame has it, and
 * would take bytes from the good frame that follows. So it is weighed against the frames
 * that begin inside it, once they are all there (512 bytes at most).
 * GOOD: the frame at head is one; BAD_CHECK: it is chance; MORE.
 */
static enum verdict weigh(const struct kbus_framer *fr)
{
	const uint8_t *p = fr->buf + fr->head;
	int32_t fresh[KBUS_FRAMER_SIZE + 1]; /* worth, after a frame or a silence */
	int32_t stray[KBUS_FRAMER_SIZE + 1]; /* worth, after a byte that is in none */
	uint8_t sum[KBUS_FRAMER_SIZE + 1]; /* XOR from here on */
	bool open_end = !fr->idle, wins = false;
	size_t limit = fr->n; /* a frame from here cannot go beyond it */
	size_t bad = fr->n; /* the first damaged byte from here on */

	fresh[fr->n] = stray[fr->n] = 0;
	sum[fr->n] = 0;
	for (size_t i = fr->n; i-- > 0;) {
		size_t len = i + 1 < limit ? p[i + 1] : KBUS_LEN_MIN;
		size_t end = i + len + 2;

		sum[i] = sum[i + 1] ^ p[i];
		bad = fr->bad[fr->head + i] ? i : bad;
		stray[i] = stray[i + 1] + 1;
		fresh[i] = stray[i] - WORTH_RUN;
		wins = false;
		if (len >= KBUS_LEN_MIN && end > limit && open_end) {
			if (i < p[1] + 2u)
				return MORE;
			fresh[i] = stray[i] = MAX(stray[i], 0);
		} else if (len >= KBUS_LEN_MIN && end <= MIN(limit, bad) && sum[i] == sum[end]) {
			int32_t worth = fresh[end] + WORTH_FRAME;

			wins = worth > stray[i];
			stray[i] = MAX(stray[i], worth);
			fresh[i] = MAX(fresh[i], worth);
		}
		if (fr->quiet[fr->head + i]) {
			stray[i] = fresh[i];
			limit = i;
			open_end = false;
		}
	}

	return wins ? GOOD : BAD_CHECK;
}

/*
 * The good frames inside the first N bytes, which are none as a whole, when there is just
 * one: true, and where it is.
 */
static bool find_inner(const struct kbus_framer *fr, size_t n, size_t *ret_begin,
		       size_t *ret_end)
{
	const uint8_t *p = fr->buf + fr->head;
	uint8_t sum[KBUS_FRAME_MAX + 1]; /* XOR from here on */
	size_t found = 0, bad = n;

	sum[n] = 0;
	for (size_t i = n; i-- > 1;) {
		size_t end = i + 1 < n ? i + p[i + 1] + 2u : n + 1;

		sum[i] = sum[i + 1] ^ p[i];
		bad = fr->bad[fr->head + i] ? i : bad;
		if (end > bad || end < i + KBUS_LEN_MIN + 2 || sum[i] != sum[end])
			continue;
		*ret_begin = i;
		*ret_end = end;
		found++;
	}

	return found == 1;
}

/*
 * The XOR at head is wrong. When the damaged frame's length is still right, what looks
 * like a frame inside it is chance. That it is right is seen from the silence or the good
 * frame that follows; bytes that are no frame could look so once in 256 times.
 * How many bytes to skip; 0: the next ones will tell.
 */
static size_t damaged(const struct kbus_framer *fr)
{
	const uint8_t *p = fr->buf + fr->head;
	size_t total = fr->seen, begin, end;
	enum verdict next;
	size_t seen = 0;
	uint16_t check = 0;
	bool strange;

	if (!fr->synced || !find_inner(fr, total, &begin, &end))
		return 1;
	if (fr->n == total && !fr->idle)
		return 0;

	strange = !is_device(p[begin]) || !is_device(p[begin + 2]);
	if (fr->n == total || fr->quiet[fr->head + total])
		return strange || end < total ? total : 1;
	if (!strange)
		return 1;
	next = examine(fr, total, &seen, &check);
	if (next == MORE)
		return 0;

	return next == GOOD ? total : 1;
}

bool kbus_framer_pop(struct kbus_framer *fr, struct frame *ret_frame)
{
	while (fr->n > 0) {
		enum verdict v = examine(fr, 0, &fr->seen, &fr->check);
		size_t skip = 1;

		if (v == GOOD && !fr->synced)
			v = weigh(fr);
		else if (v == BAD_CHECK)
			skip = damaged(fr);
		if (v == MORE || skip == 0)
			return false;
		if (v == GOOD) {
			take(fr, ret_frame);
			return true;
		}
		count_fault(fr, v);
		while (skip-- > 0)
			skip_byte(fr);
	}

	return false;
}

nsec_t kbus_framer_deadline(const struct kbus_framer *fr)
{
	if ((fr->n == 0 && fr->synced) || fr->idle || fr->last >= NSEC_NEVER - fr->silence)
		return NSEC_NEVER;

	return fr->last + fr->silence + 1;
}

void kbus_framer_idle(struct kbus_framer *fr, nsec_t now)
{
	if (is_silence(fr, now))
		fr->idle = true;
}

void kbus_framer_end(struct kbus_framer *fr)
{
	fr->idle = fr->ended = true;
}

nsec_t kbus_framer_earliest(const struct kbus_framer *fr)
{
	size_t total = fr->n < 2 ? KBUS_OVERHEAD : fr->buf[fr->head + 1] + 2u;
	nsec_t begin = fr->n ? fr->t[fr->head] : fr->last + KBUS_BYTE_TIME;

	return fr->synced && fr->started ? begin + (nsec_t)total * KBUS_BYTE_TIME : 0;
}
