/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

#define ADAPTER_TEXT_MAX 128	/* a USB string has at most 126 characters */
#define ADAPTER_KINDS_MAX 4

/* A serial adapter: ttyUSB or ttyACM. A text that is not known is "". */
struct adapter {
	char device[32];		/* "/dev/ttyUSB0" */
	char driver[32];		/* "ftdi_sio" */
	bool usb;			/* vendor and product are known */
	uint16_t vendor, product;
	const char *chip;		/* in words ("FTDI FT232R"); NULL: not known */
	/* What such an adapter is: kinds of addresses ("kbus"), likely first; then NULL. */
	const char *kinds[ADAPTER_KINDS_MAX + 1];
	char maker[ADAPTER_TEXT_MAX];	/* its USB strings: any byte */
	char name[ADAPTER_TEXT_MAX];
	char serial[ADAPTER_TEXT_MAX];
	int latency_ms;			/* FTDI: how long it gathers what it received; -1: unknown */
	bool usable;			/* this process may read and write it */
	bool for_group;			/* those in the group may */
	char group[32];
};

/*
 * All serial adapters, by name; *ret_list is freed with free(). SYS and DEV are where sysfs
 * and the devices are ("/sys", "/dev"). Returns how many; -ENOMEM.
 */
_must_check_ int adapter_list(const char *sys, const char *dev, struct adapter **ret_list);

/*
 * How many USB adapters of the kind candleLight (a CAN interface by the driver gs_usb) are
 * plugged in, but have no interface.
 */
int adapter_idle_can(const char *sys);
