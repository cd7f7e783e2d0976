/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

#define CANIF_NAME_MAX 16	/* IFNAMSIZ, with its NUL */
#define CANIF_KIND_MAX 16

/* Bits of canif_controller.modes: linux/can/netlink.h, CAN_CTRLMODE_. */
#define CANIF_LISTEN_ONLY 0x02u

/* What the driver of a controller tells; 0 and NULL: it does not. */
struct canif_controller {
	const char *state;	/* see canif_state() */
	uint32_t clock;		/* Hz: what bit rates are made from */
	uint32_t bitrate;	/* bit/s; 0: not set yet */
	uint32_t sample_point;	/* per mille of a bit */
	uint32_t data_bitrate;	/* bit/s, of CAN FD's fast part */
	uint32_t restart_ms;	/* after bus-off; 0: not by itself */
	uint32_t modes;
	bool has_errors;	/* the error counters of ISO 11898-1 */
	uint16_t tx_errors, rx_errors;
	/* How often, since the driver was loaded. */
	uint32_t bus_error, error_warning, error_passive, bus_off, arbitration_lost, restarts;
};

/* Frames, since the interface is there. */
struct canif_counts {
	uint64_t rx, tx;
	uint64_t rx_errors, tx_errors;
	uint64_t rx_dropped, tx_dropped;
	uint64_t overruns;	/* the controller had no room for what came */
};

/* The kernel's CAN interfaces, by rtnetlink. Needs no rights and no CAN socket. */
struct canif {
	char name[CANIF_NAME_MAX];
	char kind[CANIF_KIND_MAX];	/* "can", "vcan", "vxcan"; "" when it has none */
	bool up;
	bool fd;	/* carries CAN FD now (MTU 72 or more) */
	struct canif_counts counts;
	struct canif_controller controller;	/* kind "can" only */
};

/* -ENODEV: no such interface; -EPFNOSUPPORT: it is no CAN interface. */
_must_check_ int canif_get(const char *ifname, struct canif *ret_canif);

/* The kind alone. -ENODEV, -EPFNOSUPPORT, -EMSGSIZE when it does not fit SIZE. */
_must_check_ int canif_kind(const char *ifname, char *ret_kind, size_t size);

/* Is its kind vcan or vxcan? False when that cannot be told. Never by the name. */
bool canif_is_virtual(const char *ifname);

/* Is its controller set to neither send nor acknowledge? False when that cannot be told. */
bool canif_is_listen_only(const char *ifname);

/* All, in the kernel's order; *ret_list is freed with free(). Returns how many. */
_must_check_ int canif_list(struct canif **ret_list);

/*
 * A controller's state in a word ("error-active", "error-warning", "error-passive",
 * "bus-off", "stopped", "sleeping"). -EOPNOTSUPP: its kind is not "can".
 */
_must_check_ int canif_state(const char *ifname, const char **ret_word);

/* The word for one bit of canif_controller.modes ("listen-only"); NULL: not known. */
const char *canif_mode_word(uint32_t bit);

/* Its driver ("kvaser_pci"); SYS and errors as sysfs_driver(). -ENOENT: vcan has none. */
_must_check_ int canif_driver(const char *sys, const char *ifname, char *ret_driver, size_t size);
