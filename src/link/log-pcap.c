/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "link/pcap-can.h"

/*
 * pcap captures, by hand: a head of 24 bytes, then records of 16 bytes and the packet.
 * Where a record cannot be one, the next place is looked for that can.
 */

#define HEAD_SIZE 24
#define RECORD_SIZE 16
#define MAGIC_USEC 0xa1b2c3d4u
#define MAGIC_NSEC 0xa1b23c4du
#define SNAPLEN 262144u

struct pcap_state {
	bool known;		/* the head was read */
	bool big, nsec;
	bool lost;		/* looking for the next record; it was told */
	bool told;		/* that the link type is none of ours */
	uint32_t link_type;
	struct log_buses buses;
};

static uint32_t get32(const struct pcap_state *s, const uint8_t *p)
{
	return s->big ? get_be32(p) : get_le32(p);
}

static bool take_magic(struct pcap_state *s, const uint8_t *p)
{
	uint32_t le = get_le32(p), be = get_be32(p);

	s->big = be == MAGIC_USEC || be == MAGIC_NSEC;
	s->nsec = le == MAGIC_NSEC || be == MAGIC_NSEC;

	return s->big || s->nsec || le == MAGIC_USEC;
}

static int pcap_probe(const uint8_t *p, size_t n)
{
	struct pcap_state s = { 0 };

	(void)n;

	return take_magic(&s, p);
}

/* Can these 16 bytes begin a record? */
static bool plausible(const struct pcap_state *s, const uint8_t *p)
{
	uint32_t len = get32(s, p + 8), whole = get32(s, p + 12);

	if (get32(s, p + 4) >= (s->nsec ? 1000000000u : 1000000u) || len > SNAPLEN || whole < len)
		return false;

	return s->link_type != PCAP_LINK_CAN || (len >= PCAP_CAN_MIN && len <= PCAP_CAN_MAX);
}

/* Does the record's length agree with that of the CAN frame in it? */
static bool agrees(const struct pcap_state *s, const uint8_t *p, size_t len)
{
	size_t head = s->link_type == PCAP_LINK_SLL ? 16 : s->link_type == PCAP_LINK_SLL2 ? 20 : 0;

	if (len < head + PCAP_CAN_MIN)
		return false;
	len -= head;

	return len == 16 || len == 72 || len == 8u + p[RECORD_SIZE + head + 4];
}

/* After the record at P, of LEN bytes: a record, the end, or a part of one at the end. */
static bool followed(const struct pcap_state *s, const uint8_t *p, size_t n, size_t len)
{
	size_t next = RECORD_SIZE + len;

	return n < next + RECORD_SIZE ? n >= next : plausible(s, p + next);
}

/* Surely a record of a CAN frame: what is taken for one where the way was lost. */
static bool is_record(const struct pcap_state *s, const uint8_t *p, size_t n)
{
	size_t len;

	if (n < RECORD_SIZE || !plausible(s, p))
		return false;
	len = get32(s, p + 8);

	return len <= PCAP_CAN_MAX && n >= RECORD_SIZE + len && get32(s, p + 12) == len &&
	       agrees(s, p, len) && followed(s, p, n, len);
}

/* Go on to the next place where a record is; the first byte is none, or not known to be. */
static int search(struct pcap_state *s, const uint8_t *p, size_t n, bool end,
		  struct log_item *item)
{
	static const size_t enough = 2 * RECORD_SIZE + PCAP_CAN_MAX;
	bool first = !s->lost;
	size_t i = first;

	while (i < n && (end || n - i >= enough) && !is_record(s, p + i, n - i))
		i++;
	s->lost = true;
	item->used = i;
	item->reason = "this is no record; looking for the next one";
	if (first)
		return -EINVAL;
	if (i < n && is_record(s, p + i, n - i))
		s->lost = false;
	else if (i == 0) {
		item->used = enough;
		return -EAGAIN;
	}

	return 0;
}

static int head(struct pcap_state *s, const uint8_t *p, size_t n, struct log_item *item)
{
	item->used = HEAD_SIZE;
	if (n < HEAD_SIZE)
		return -EAGAIN;
	(void)take_magic(s, p);
	s->known = true;
	s->link_type = get32(s, p + 20) & 0x0fffffffu;	/* the rest is about check sums */

	return 0;
}

static int packet(struct pcap_state *s, const uint8_t *p, size_t len, struct frame *f,
		  struct log_item *item)
{
	uint32_t index = 0;
	int r;

	if (!pcap_can_link(s->link_type)) {
		item->reason = "no CAN in it: the link type is not 113, 227 or 276";
		r = s->told ? 0 : -EINVAL;
		s->told = true;
		return r;
	}
	item->reason = "the packet is no CAN frame";
	r = pcap_can_parse(s->link_type, p + RECORD_SIZE, len, f, &index);
	if (r <= 0)
		return r;
	f->t = get32(s, p) * NSEC_PER_SEC + get32(s, p + 4) * (s->nsec ? 1 : NSEC_PER_USEC);
	item->bus = log_bus_name(&s->buses, index, &item->bus_len);

	return 1;
}

static int pcap_record(void *state, const uint8_t *p, size_t n, bool end,
		       struct frame *ret_frame, struct log_item *ret_item)
{
	struct pcap_state *s = state;
	size_t len;

	if (!s->known)
		return head(s, p, n, ret_item);
	if (s->lost)
		return search(s, p, n, end, ret_item);
	ret_item->used = RECORD_SIZE;
	if (n < RECORD_SIZE)
		return -EAGAIN;
	if (!plausible(s, p))
		return search(s, p, n, end, ret_item);
	len = get32(s, p + 8);
	ret_item->used = RECORD_SIZE + len;
	if (len + 2 * RECORD_SIZE > LOG_RECORD_MAX)
		return 0;	/* no CAN frame, whatever it is */
	if (n < len + 2 * RECORD_SIZE && !end) {
		ret_item->used = len + 2 * RECORD_SIZE;
		return -EAGAIN;
	}
	if (n < RECORD_SIZE + len)
		return -EAGAIN;
	if (pcap_can_link(s->link_type) && !followed(s, p, n, len) && !agrees(s, p, len))
		return search(s, p, n, end, ret_item);

	return packet(s, p, len, ret_frame, ret_item);
}

static size_t pcap_head(void *state, const struct frame *f, const char *note, char *buf)
{
	uint8_t *p = (uint8_t *)buf;

	(void)state;
	(void)f;
	(void)note;
	memset(p, 0, HEAD_SIZE);
	put_le32(p, MAGIC_NSEC);
	put_le16(p + 4, 2);	/* version 2.4 */
	put_le16(p + 6, 4);
	put_le32(p + 16, SNAPLEN);
	put_le32(p + 20, PCAP_LINK_CAN);

	return HEAD_SIZE;
}

static size_t pcap_put(void *state, const struct frame *f, char *buf)
{
	uint8_t *p = (uint8_t *)buf;
	nsec_t t = f->t == NSEC_NEVER ? 0 : f->t;
	size_t len;

	(void)state;
	if (f->flags & FRAME_LOST || t < 0 || t / NSEC_PER_SEC > UINT32_MAX)
		return 0;
	len = pcap_can_put(f, p + RECORD_SIZE);
	put_le32(p, (uint32_t)(t / NSEC_PER_SEC));
	put_le32(p + 4, (uint32_t)(t % NSEC_PER_SEC));
	put_le32(p + 8, (uint32_t)len);
	put_le32(p + 12, (uint32_t)len);

	return RECORD_SIZE + len;
}

const struct log_format log_pcap = {
	.name = "pcap",
	.ending = ".pcap",
	.doc = "pcap of SocketCAN; no direction, no bus names",
	.state_size = sizeof(struct pcap_state),
	.probe_binary = pcap_probe,
	.record = pcap_record,
	.head = pcap_head,
	.put = pcap_put,
};
