/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "link/pcap-can.h"

/*
 * pcapng captures, by hand: blocks of a type, a length, a body and the length again. They
 * tell the names of interfaces and the direction. A block that cannot be one is left at
 * the next place that can.
 */

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_SIMPLE 3u
#define BLOCK_PACKET 6u		/* "enhanced packet block" */
#define SECTION_MAGIC 0x1a2b3c4du

#define OPTION_COMMENT 1
#define OPTION_IF_NAME 2
#define OPTION_IF_RESOLUTION 9
#define OPTION_IF_OFFSET 14
#define OPTION_PACKET_FLAGS 2
#define DIRECTION_IN 1u
#define DIRECTION_OUT 2u

#define BLOCK_MIN 12
#define BLOCK_MAX (16u << 20)	/* longer is damage */

struct interface {
	uint32_t link_type;
	uint64_t per_second;
	int64_t offset;		/* seconds */
	bool told;		/* that the link type is none of ours */
};

struct pcapng_state {
	bool big, lost;
	size_t n;		/* interfaces of this section */
	struct interface interface[LOG_BUSES_MAX];
	struct log_buses buses;
};

static uint16_t get16(const struct pcapng_state *s, const uint8_t *p)
{
	return s->big ? get_be16(p) : get_le16(p);
}

static uint32_t get32(const struct pcapng_state *s, const uint8_t *p)
{
	return s->big ? get_be32(p) : get_le32(p);
}

static int pcapng_probe(const uint8_t *p, size_t n)
{
	if (get_le32(p) != BLOCK_SECTION)
		return 0;
	if (n < BLOCK_MIN)
		return -EAGAIN;

	return get_le32(p + 8) == SECTION_MAGIC || get_be32(p + 8) == SECTION_MAGIC;
}

/* The next option of the N bytes at *P; false: no more. */
static bool next_option(const struct pcapng_state *s, const uint8_t **p, size_t *n,
			uint16_t *ret_code, const uint8_t **ret_value, size_t *ret_len)
{
	size_t len, whole;

	if (*n < 4)
		return false;
	*ret_code = get16(s, *p);
	len = get16(s, *p + 2);
	whole = 4 + (len + 3) / 4 * 4;
	if (*ret_code == 0 || whole > *n)
		return false;
	*ret_value = *p + 4;
	*ret_len = len;
	*p += whole;
	*n -= whole;

	return true;
}

/* if_tsresol: a power of 10, or of 2. 0: more than this program counts in. */
static uint64_t resolution(uint8_t v)
{
	uint64_t r = 1;

	if (v & 0x80)
		return (v & 0x7f) < 63 ? (uint64_t)1 << (v & 0x7f) : 0;
	if (v > 18)
		return 0;
	while (v-- > 0)
		r *= 10;

	return r;
}

static int interface_block(struct pcapng_state *s, const uint8_t *p, size_t n,
			   struct log_item *item)
{
	struct interface *f = &s->interface[s->n];
	const uint8_t *value;
	uint16_t code;
	size_t len;

	item->reason = "too many interfaces, or a damaged one";
	if (n < 8 || s->n == LOG_BUSES_MAX)
		return -EINVAL;
	*f = (struct interface){ .link_type = get16(s, p), .per_second = 1000000 };
	s->buses.name[s->n][0] = '\0';
	p += 8;
	n -= 8;
	while (next_option(s, &p, &n, &code, &value, &len)) {
		if (code == OPTION_IF_NAME)
			log_bus_set(&s->buses, (unsigned int)s->n, (const char *)value,
				    strnlen((const char *)value, len));
		if (code == OPTION_IF_RESOLUTION && len == 1 && resolution(*value))
			f->per_second = resolution(*value);
		if (code == OPTION_IF_OFFSET && len == 8)
			f->offset = (int64_t)(s->big ?
				(uint64_t)get_be32(value) << 32 | get_be32(value + 4) :
				(uint64_t)get_le32(value + 4) << 32 | get_le32(value));
	}
	s->n++;

	return 0;
}

static int packet(struct pcapng_state *s, uint32_t number, const uint8_t *p, size_t len,
		  struct frame *f, struct log_item *item)
{
	struct interface *from = &s->interface[number];
	uint32_t index = number;
	int r;

	if (!pcap_can_link(from->link_type)) {
		item->reason = "no CAN on this interface: its link type is not 113, 227 or 276";
		r = from->told ? 0 : -EINVAL;
		from->told = true;
		return r;
	}
	item->reason = "the packet is no CAN frame";
	r = pcap_can_parse(from->link_type, p, len, f, &index);
	if (r == 1)
		item->bus = log_bus_name(&s->buses, index, &item->bus_len);

	return r;
}

static void packet_options(const struct pcapng_state *s, const uint8_t *p, size_t n,
			   struct frame *f)
{
	const uint8_t *value;
	uint16_t code;
	size_t len;

	while (next_option(s, &p, &n, &code, &value, &len))
		if (code == OPTION_PACKET_FLAGS && len == 4 && (get32(s, value) & 3) == DIRECTION_OUT)
			f->flags |= FRAME_TX;
}

/* Interface, time (high, low), captured length, length, packet, options. */
static int packet_block(struct pcapng_state *s, const uint8_t *p, size_t n, struct frame *f,
			struct log_item *item)
{
	uint32_t number, len;
	uint64_t units;
	size_t padded;
	int r;

	item->reason = "the packet is damaged";
	if (n < 20)
		return -EINVAL;
	number = get32(s, p);
	len = get32(s, p + 12);
	padded = ((size_t)len + 3) / 4 * 4;
	if (number >= s->n || padded > n - 20)
		return -EINVAL;
	r = packet(s, number, p + 20, len, f, item);
	if (r <= 0)
		return r;
	units = (uint64_t)get32(s, p + 4) << 32 | get32(s, p + 8);
	f->t = pcap_time(units, s->interface[number].per_second, s->interface[number].offset);
	packet_options(s, p + 20 + padded, n - 20 - padded, f);

	return 1;
}

/* A new section: its byte order, and none of the interfaces before. */
static int section_block(struct pcapng_state *s, const uint8_t *p, size_t n,
			 struct log_item *item)
{
	(void)p;
	item->reason = "a damaged section";
	s->n = 0;
	memset(&s->buses, 0, sizeof(s->buses));

	return n < 16 ? -EINVAL : 0;
}

/* The byte order that a section block at P has; what was before is kept when in doubt. */
static void take_order(struct pcapng_state *s, const uint8_t *p)
{
	if (get_be32(p + 8) == SECTION_MAGIC)
		s->big = true;
	else if (get_le32(p + 8) == SECTION_MAGIC)
		s->big = false;
}

static bool is_known(uint32_t type)
{
	return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_SIMPLE ||
	       type == BLOCK_PACKET;
}

/* The length of the block at P, of which 12 bytes are there; 0: it cannot be one. */
static size_t block_length(struct pcapng_state *s, const uint8_t *p)
{
	uint32_t len;

	if (get32(s, p) == BLOCK_SECTION)
		take_order(s, p);
	len = get32(s, p + 4);

	return len < BLOCK_MIN || len > BLOCK_MAX || len % 4 ? 0 : len;
}

/* A block of a known type whose two lengths agree, all there. */
static bool is_block(struct pcapng_state *s, const uint8_t *p, size_t n)
{
	size_t len;

	if (n < BLOCK_MIN || !is_known(get32(s, p)))
		return false;
	len = block_length(s, p);

	return len && len <= n && get32(s, p + len - 4) == len;
}

static int search(struct pcapng_state *s, const uint8_t *p, size_t n, bool end,
		  struct log_item *item)
{
	static const size_t enough = 1024;	/* a CAN frame's block is far shorter */
	bool first = !s->lost;
	size_t i = first ? 4 : 0;

	while (i < n && (end || n - i >= enough) && !is_block(s, p + i, n - i))
		i += 4;		/* blocks are aligned */
	s->lost = true;
	item->used = MIN(i, n);
	item->reason = "this is no block; looking for the next one";
	if (first)
		return -EINVAL;
	if (i < n && is_block(s, p + i, n - i))
		s->lost = false;
	else if (i == 0) {
		item->used = enough;
		return -EAGAIN;
	}

	return 0;
}

static int body(struct pcapng_state *s, const uint8_t *p, size_t len, struct frame *f,
		struct log_item *item)
{
	const uint8_t *inner = p + 8;
	size_t n = len - BLOCK_MIN;

	switch (get32(s, p)) {
	case BLOCK_SECTION:
		return section_block(s, inner, n, item);
	case BLOCK_INTERFACE:
		return interface_block(s, inner, n, item);
	case BLOCK_PACKET:
		return packet_block(s, inner, n, f, item);
	case BLOCK_SIMPLE:
		item->reason = "the packet is damaged";
		return n < 4 || s->n == 0 ? -EINVAL :
					    packet(s, 0, inner + 4, MIN(get32(s, inner), n - 4), f, item);
	default:
		return 0;
	}
}

static int pcapng_record(void *state, const uint8_t *p, size_t n, bool end,
			 struct frame *ret_frame, struct log_item *ret_item)
{
	struct pcapng_state *s = state;
	size_t len;

	if (s->lost)
		return search(s, p, n, end, ret_item);
	ret_item->used = BLOCK_MIN;
	if (n < BLOCK_MIN)
		return -EAGAIN;
	len = block_length(s, p);
	if (!len)
		return search(s, p, n, end, ret_item);
	ret_item->used = len;
	if (len > LOG_RECORD_MAX)
		return is_known(get32(s, p)) ? search(s, p, n, end, ret_item) : 0;
	if (n < len && !end)
		return -EAGAIN;
	if (n < len || get32(s, p + len - 4) != len) {
		/* Cut short only when nothing that follows is a block. */
		for (size_t i = 4; i < n; i += 4)
			if (is_block(s, p + i, n - i))
				return search(s, p, n, end, ret_item);
		return n < len ? -EAGAIN : search(s, p, n, end, ret_item);
	}

	return body(s, p, len, ret_frame, ret_item);
}

/* ---- writing ---- */

/* An option; returns the bytes of it. */
static size_t put_option(uint8_t *p, uint16_t code, const void *value, size_t len)
{
	put_le16(p, code);
	put_le16(p + 2, (uint16_t)len);
	memset(p + 4, 0, (len + 3) / 4 * 4);
	memcpy(p + 4, value, len);

	return 4 + (len + 3) / 4 * 4;
}

/* Close the block at P, whose body ends at N. Returns its length. */
static size_t end_block(uint8_t *p, uint32_t type, size_t n)
{
	put_le32(p, type);
	put_le32(p + 4, (uint32_t)n + 4);
	put_le32(p + n, (uint32_t)n + 4);

	return n + 4;
}

static size_t pcapng_head(void *state, const struct frame *f, const char *note, char *buf)
{
	uint8_t *p = (uint8_t *)buf;
	size_t n = 24;

	(void)state;
	(void)f;
	put_le32(p + 8, SECTION_MAGIC);
	put_le32(p + 12, 1);	/* version 1.0 */
	memset(p + 16, 0xff, 8);	/* the section's length is not known */
	if (note) {
		n += put_option(p + n, OPTION_COMMENT, note, strlen(note));
		n += put_option(p + n, 0, "", 0);
	}

	return end_block(p, BLOCK_SECTION, n);
}

static size_t put_interface(uint8_t *p, const char *name)
{
	static const uint8_t nanoseconds = 9;
	size_t n = 16;

	put_le32(p + 8, PCAP_LINK_CAN);
	put_le32(p + 12, 0);	/* no limit of the length */
	n += put_option(p + n, OPTION_IF_NAME, name, strlen(name));
	n += put_option(p + n, OPTION_IF_RESOLUTION, &nanoseconds, 1);
	n += put_option(p + n, 0, "", 0);

	return end_block(p, BLOCK_INTERFACE, n);
}

static size_t put_packet(uint8_t *p, const struct frame *f, uint32_t number, nsec_t t)
{
	uint8_t flags[4] = { f->flags & FRAME_TX ? DIRECTION_OUT : DIRECTION_IN };
	size_t len = pcap_can_put(f, p + 28), n = 28 + (len + 3) / 4 * 4;

	memset(p + 28 + len, 0, n - 28 - len);
	put_le32(p + 8, number);
	put_le32(p + 12, (uint32_t)(t >> 32));
	put_le32(p + 16, (uint32_t)t);
	put_le32(p + 20, (uint32_t)len);
	put_le32(p + 24, (uint32_t)len);
	n += put_option(p + n, OPTION_PACKET_FLAGS, flags, sizeof(flags));
	n += put_option(p + n, 0, "", 0);

	return end_block(p, BLOCK_PACKET, n);
}

/* Interfaces are numbered as they come, whatever number their name has. */
static size_t pcapng_put(void *state, const struct frame *f, char *buf)
{
	struct pcapng_state *s = state;
	const char *bus = f->bus && *f->bus ? f->bus : "-";
	nsec_t t = f->t == NSEC_NEVER ? 0 : f->t;
	uint8_t *p = (uint8_t *)buf;
	size_t i, n = 0;

	if (f->flags & FRAME_LOST || t < 0)
		return 0;
	for (i = 0; i < s->n && strncmp(s->buses.name[i], bus, LOG_BUS_NAME_MAX) != 0; i++)
		;
	if (i == LOG_BUSES_MAX)
		return 0;
	if (i == s->n) {
		log_bus_set(&s->buses, (unsigned int)i, bus, strnlen(bus, LOG_BUS_NAME_MAX));
		s->n++;
		n = put_interface(p, s->buses.name[i]);
	}

	return n + put_packet(p + n, f, (uint32_t)i, t);
}

const struct log_format log_pcapng = {
	.name = "pcapng",
	.ending = ".pcapng",
	.doc = "pcapng of SocketCAN, with direction and bus names",
	.state_size = sizeof(struct pcapng_state),
	.notes = true,
	.probe_binary = pcapng_probe,
	.record = pcapng_record,
	.head = pcapng_head,
	.put = pcapng_put,
};
