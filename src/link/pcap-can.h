/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "link/frame.h"
#include "link/log-format.h"

/* CAN frames as packets of captures: the link types of tcpdump.org/linktypes.html. */
#define PCAP_LINK_SLL 113	/* LINKTYPE_LINUX_SLL: with direction */
#define PCAP_LINK_CAN 227	/* LINKTYPE_CAN_SOCKETCAN */
#define PCAP_LINK_SLL2 276	/* LINKTYPE_LINUX_SLL2: with direction and interface */

/* The longest packet that can hold a CAN frame, and the shortest. */
#define PCAP_CAN_MAX (20 + 8 + FRAME_DATA_MAX)
#define PCAP_CAN_MIN 8

/* As pcap_can_put() may write. */
#define PCAP_PACKET_MAX (8 + FRAME_DATA_MAX)

/* Can packets of this link type hold CAN frames? */
bool pcap_can_link(uint32_t link_type);

/*
 * The N bytes at P, a packet of LINK_TYPE, as a frame without time and bus. *ret_index is
 * the number of its interface, or left alone. 1; 0: something else than CAN; -EINVAL.
 */
_must_check_ int pcap_can_parse(uint32_t link_type, const uint8_t *p, size_t n,
				struct frame *ret_frame, uint32_t *ret_index);

/* F as a packet of PCAP_LINK_CAN. Returns its length. */
size_t pcap_can_put(const struct frame *f, uint8_t *buf);

/* UNITS of which PER_SECOND make a second, as time; negative values and overflow: cut. */
nsec_t pcap_time(uint64_t units, uint64_t per_second, int64_t offset_seconds);
