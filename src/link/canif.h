/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

#define CANIF_NAME_MAX 16	/* IFNAMSIZ, with its NUL */
#define CANIF_KIND_MAX 16

/* The kernel's CAN interfaces, by rtnetlink. Needs no rights and no CAN socket. */
struct canif {
	char name[CANIF_NAME_MAX];
	char kind[CANIF_KIND_MAX];	/* "can", "vcan", "vxcan"; "" when it has none */
	bool up;
	bool fd;	/* carries CAN FD now (MTU 72 or more) */
};

/* -ENODEV: no such interface; -EPFNOSUPPORT: it is no CAN interface. */
_must_check_ int canif_get(const char *ifname, struct canif *ret_canif);

/* The kind alone. -ENODEV, -EPFNOSUPPORT, -EMSGSIZE when it does not fit SIZE. */
_must_check_ int canif_kind(const char *ifname, char *ret_kind, size_t size);

/* Is its kind vcan or vxcan? False when that cannot be told. Never by the name. */
bool canif_is_virtual(const char *ifname);

/* All, in the kernel's order; *ret_list is freed with free(). Returns how many. */
_must_check_ int canif_list(struct canif **ret_list);

/*
 * A controller's state in a word ("error-active", "error-warning", "error-passive",
 * "bus-off", "stopped", "sleeping"). -EOPNOTSUPP: its kind is not "can", or the program
 * was built without libsocketcan.
 */
_must_check_ int canif_state(const char *ifname, const char **ret_word);
