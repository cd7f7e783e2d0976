/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "link/pcap-can.h"

/* linux/can.h: the flags in the identifier, and canfd_frame's flags. */
#define ID_EFF 0x80000000u
#define ID_RTR 0x40000000u
#define ID_ERR 0x20000000u
#define FD_BRS 0x01u
#define FD_ESI 0x02u
#define FD_FDF 0x04u

#define XL_XLF 0x80u	/* in the byte that is CAN FD's flags' neighbour: a CAN XL frame */

/* linux/if_arp.h, linux/if_ether.h, linux/if_packet.h */
#define ARPHRD_CAN 280
#define ETH_P_CAN 0x000c
#define ETH_P_CANFD 0x000d
#define PACKET_OUTGOING 4

bool pcap_can_link(uint32_t link_type)
{
	return link_type == PCAP_LINK_CAN || link_type == PCAP_LINK_SLL ||
	       link_type == PCAP_LINK_SLL2;
}

/* Identifier (big endian), length, flags, two bytes, data. */
static int parse_can(const uint8_t *p, size_t n, bool fd, struct frame *f)
{
	uint32_t id;
	size_t len;
	bool error, remote;

	if (n < PCAP_CAN_MIN)
		return -EINVAL;
	id = get_be32(p);
	len = p[4];
	if (len & XL_XLF)
		return 0;
	error = id & ID_ERR;
	fd |= p[5] & FD_FDF || len > FRAME_CLASSIC_MAX || n == 8 + FRAME_DATA_MAX;
	fd &= !error;
	remote = id & ID_RTR && !fd && !error;	/* there are no others */
	if (len > (fd ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX) || (!remote && n < 8 + len))
		return -EINVAL;

	f->id = id & FRAME_EFF_MASK;
	if (error)
		f->flags |= FRAME_ERR;
	else if (id & ID_EFF)
		f->flags |= FRAME_EXT;
	else if (f->id > FRAME_SFF_MASK)
		return -EINVAL;
	if (fd) {
		f->flags |= FRAME_FD;
		f->flags |= p[5] & FD_BRS ? FRAME_BRS : 0;
		f->flags |= p[5] & FD_ESI ? FRAME_ESI : 0;
	}
	f->flags |= remote ? FRAME_RTR : 0;
	f->len = (uint8_t)len;
	if (!remote)
		memcpy(f->data, p + 8, len);

	return 1;
}

int pcap_can_parse(uint32_t link_type, const uint8_t *p, size_t n, struct frame *ret_frame,
		   uint32_t *ret_index)
{
	size_t head = link_type == PCAP_LINK_SLL ? 16 : link_type == PCAP_LINK_SLL2 ? 20 : 0;
	struct frame f = { .t = NSEC_NEVER };
	uint16_t protocol = ETH_P_CAN, kind = ARPHRD_CAN, direction = 0;
	int r;

	if (n < head)
		return -EINVAL;
	if (link_type == PCAP_LINK_SLL) {
		direction = get_be16(p);
		kind = get_be16(p + 2);
		protocol = get_be16(p + 14);
	} else if (link_type == PCAP_LINK_SLL2) {
		protocol = get_be16(p);
		*ret_index = get_be32(p + 4);
		kind = get_be16(p + 8);
		direction = p[10];
	}
	if (kind != ARPHRD_CAN || (protocol != ETH_P_CAN && protocol != ETH_P_CANFD))
		return 0;
	f.flags = direction == PACKET_OUTGOING ? FRAME_TX : 0;
	r = parse_can(p + head, n - head, protocol == ETH_P_CANFD, &f);
	if (r == 1)
		*ret_frame = f;

	return r;
}

size_t pcap_can_put(const struct frame *f, uint8_t *buf)
{
	bool fd = !(f->flags & FRAME_ERR) && (f->flags & FRAME_FD || f->len > FRAME_CLASSIC_MAX);
	uint32_t id = f->id & FRAME_EFF_MASK;

	id |= f->flags & FRAME_ERR ? ID_ERR : f->flags & FRAME_EXT ? ID_EFF : 0;
	id |= f->flags & FRAME_RTR ? ID_RTR : 0;
	memset(buf, 0, 8);
	put_be32(buf, id);
	buf[4] = f->len;
	if (fd)
		buf[5] = (uint8_t)(FD_FDF | (f->flags & FRAME_BRS ? FD_BRS : 0) |
				   (f->flags & FRAME_ESI ? FD_ESI : 0));
	if (f->flags & FRAME_RTR)
		return 8;
	memcpy(buf + 8, f->data, f->len);

	return 8u + f->len;
}

nsec_t pcap_time(uint64_t units, uint64_t per_second, int64_t offset_seconds)
{
	__int128 t = (__int128)units * NSEC_PER_SEC / per_second +
		     (__int128)offset_seconds * NSEC_PER_SEC;

	return t < 0 ? 0 : t >= NSEC_NEVER ? NSEC_NEVER - 1 : (nsec_t)t;
}
