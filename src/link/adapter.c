/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "link/adapter.h"
#include "link/sysfs.h"

#define CANDLELIGHT_VENDOR 0x1d50u	/* adapters.md 4 */
#define CANDLELIGHT_PRODUCT 0x606fu

struct chip {
	uint16_t vendor, product;
	const char *name;
	const char *kinds[ADAPTER_KINDS_MAX + 1];
};

/* The ids are of adapters.md 7, what is built with them of 1, 2, 3 and 4. */
static const struct chip chips[] = {
	{ 0x0403, 0x6001, "FTDI FT232R", { "kbus", "kline", "kdcan", "elm" } },
	{ 0x0403, 0x6015, "FTDI FT-X", { "elm", "kbus", "kline" } },
	{ 0x1a86, 0x7523, "WCH CH340", { "kbus", "kline", "elm" } },
	{ 0x1a86, 0x7522, "WCH CH340", { "kbus", "kline", "elm" } },
	{ 0x1a86, 0x5523, "WCH CH341", { "kbus", "kline", "elm" } },
	{ 0x10c4, 0xea60, "Silicon Labs CP210x", { "kbus", "kline", "elm" } },
	{ 0x067b, 0x2303, "Prolific PL2303", { "kbus", "kline", "elm" } },
	{ 0xad50, 0x60c4, "CANable with slcan firmware", { "slcan" } },
	{ 0x16d0, 0x117e, "CANable with slcan firmware", { "slcan" } },
};

/* Of a chip that is not known. */
static const struct chip any_uart = { .kinds = { "kbus", "kline", "elm", "slcan" } };
static const struct chip any_acm = { .kinds = { "slcan", "elm" } };

static const struct chip *find_chip(const struct adapter *a, bool acm)
{
	for (size_t i = 0; a->usb && i < ARRAY_SIZE(chips); i++)
		if (chips[i].vendor == a->vendor && chips[i].product == a->product)
			return &chips[i];

	return acm ? &any_acm : &any_uart;
}

/* Four hex digits. */
static int read_id(const char *sys, const char *folder, const char *file, uint16_t *ret)
{
	char text[8] = "0x";
	uint64_t v;
	int r = sysfs_text(sys, folder, file, text + 2, sizeof(text) - 2);

	if (r == 0)
		r = num_parse_uint(text, UINT16_MAX, &v);
	if (r == 0)
		*ret = (uint16_t)v;

	return r;
}

static void read_text(const char *sys, const char *folder, const char *file, char *ret, size_t size)
{
	if (sysfs_text(sys, folder, file, ret, size) < 0)
		*ret = '\0';
}

/* The tty's device is a port of an interface of the USB device, or that interface. */
static void read_usb(const char *sys, const char *device, struct adapter *a)
{
	static const char *const up[] = { "/..", "/../.." };

	for (size_t i = 0; i < ARRAY_SIZE(up) && !a->usb; i++) {
		char usb[128];

		snprintf(usb, sizeof(usb), "%s%s", device, up[i]);
		if (read_id(sys, usb, "idVendor", &a->vendor) < 0 ||
		    read_id(sys, usb, "idProduct", &a->product) < 0)
			continue;
		a->usb = true;
		read_text(sys, usb, "manufacturer", a->maker, sizeof(a->maker));
		read_text(sys, usb, "product", a->name, sizeof(a->name));
		read_text(sys, usb, "serial", a->serial, sizeof(a->serial));
	}
}

static void read_latency(const char *sys, const char *device, struct adapter *a)
{
	char text[16];
	uint64_t v;

	read_text(sys, device, "latency_timer", text, sizeof(text));
	a->latency_ms = num_parse_uint(text, INT_MAX, &v) == 0 ? (int)v : -1;
}

static void read_access(struct adapter *a, const char *path)
{
	struct group g, *found = NULL;
	struct stat st;
	char buf[4096];

	a->usable = faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0;
	if (stat(path, &st) < 0)
		return;
	a->for_group = (st.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
	if (getgrgid_r(st.st_gid, &g, buf, sizeof(buf), &found) == 0 && found &&
	    strlen(g.gr_name) < sizeof(a->group))
		strcpy(a->group, g.gr_name);
	else
		snprintf(a->group, sizeof(a->group), "%u", st.st_gid);
}

static void read_adapter(const char *sys, const char *dev, const char *name, struct adapter *a)
{
	bool acm = !strncmp(name, "ttyACM", 6);
	char device[64], path[PATH_MAX];
	const struct chip *chip;

	*a = (struct adapter){ 0 };
	snprintf(a->device, sizeof(a->device), "/dev/%s", name);
	snprintf(device, sizeof(device), "class/tty/%s/device", name);
	if (sysfs_driver(sys, device, a->driver, sizeof(a->driver)) < 0)
		*a->driver = '\0';
	read_usb(sys, device, a);
	read_latency(sys, device, a);
	snprintf(path, sizeof(path), "%s/%s", dev, name);
	read_access(a, path);
	chip = find_chip(a, acm);
	a->chip = chip->name;
	memcpy(a->kinds, chip->kinds, sizeof(a->kinds));
}

static int is_adapter(const struct dirent *d)
{
	return (!strncmp(d->d_name, "ttyUSB", 6) || !strncmp(d->d_name, "ttyACM", 6)) &&
	       strlen(d->d_name) < 24;
}

/* The names in SYS/PATH that CHOOSE likes, in order; none when there is no such folder. */
static int names(const char *sys, const char *path, int (*choose)(const struct dirent *d),
		 struct dirent ***ret)
{
	char full[PATH_MAX];
	int n;

	snprintf(full, sizeof(full), "%s/%s", sys, path);
	n = scandir(full, ret, choose, versionsort);
	if (n < 0)
		return errno == ENOMEM ? -ENOMEM : 0;

	return n;
}

static void free_names(struct dirent **all, int n)
{
	for (int i = 0; i < n; i++)
		free(all[i]);
	if (n > 0)
		free(all);
}

int adapter_list(const char *sys, const char *dev, struct adapter **ret_list)
{
	struct dirent **all = NULL;
	struct adapter *list;
	int n = names(sys, "class/tty", is_adapter, &all);

	if (n < 0)
		return n;
	list = calloc((size_t)n + 1, sizeof(*list));
	for (int i = 0; list && i < n; i++)
		read_adapter(sys, dev, all[i]->d_name, &list[i]);
	free_names(all, n);
	if (!list)
		return -ENOMEM;
	*ret_list = list;

	return n;
}

/* "1-1" is a device, "1-1:1.0" an interface of it. */
static int is_usb_interface(const struct dirent *d)
{
	return strchr(d->d_name, ':') != NULL;
}

int adapter_idle_can(const char *sys)
{
	struct dirent **all = NULL;
	int n = names(sys, "bus/usb/devices", is_usb_interface, &all), idle = 0;

	for (int i = 0; i < n; i++) {
		char device[PATH_MAX], driver[64];
		uint16_t vendor = 0, product = 0;

		snprintf(device, sizeof(device), "bus/usb/devices/%.*s",
			 (int)strcspn(all[i]->d_name, ":"), all[i]->d_name);
		if (strcmp(strchr(all[i]->d_name, ':'), ":1.0") ||
		    read_id(sys, device, "idVendor", &vendor) < 0 ||
		    read_id(sys, device, "idProduct", &product) < 0 ||
		    vendor != CANDLELIGHT_VENDOR || product != CANDLELIGHT_PRODUCT)
			continue;
		snprintf(device, sizeof(device), "bus/usb/devices/%s", all[i]->d_name);
		idle += sysfs_driver(sys, device, driver, sizeof(driver)) == -ENOENT;
	}
	free_names(all, n);

	return idle;
}
