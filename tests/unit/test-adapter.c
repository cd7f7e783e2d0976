/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serial adapters, in a sysfs of our own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/adapter.h"
#include "unit.h"

static char root[] = "/tmp/minikey-adapter-XXXXXX";
static char sys_dir[64], dev_dir[64];

static void run(const char *cmd)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd %s && %s", root, cmd);
	assert_int_equal(system(line), 0);
}

static int make_root(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(sys_dir, sizeof(sys_dir), "%s/sys", root);
	snprintf(dev_dir, sizeof(dev_dir), "%s/dev", root);
	run("mkdir -p dev sys/bus/usb/devices sys/devices sys/class/tty sys/drivers/ftdi_sio "
	    "sys/drivers/cdc_acm sys/drivers/gs_usb");

	return 0;
}

static int remove_root(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -rf %s", root);

	return system(line);
}

/* A USB device AT with ids and text, as the kernel's folders are. */
static void plug(const char *at, const char *vendor, const char *product, const char *name)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "mkdir -p sys/devices/%s/%s:1.0 && cd sys/devices/%s && echo %s >idVendor && "
		 "echo %s >idProduct && printf '%%s\\n' '%s' >product", at, at, at, vendor, product, name);
	run(line);
	snprintf(line, sizeof(line), "ln -s ../../../devices/%s/%s:1.0 ../../../devices/%s "
		 "sys/bus/usb/devices/", at, at, at);
	run(line);
}

/* The tty NAME on interface 0 of AT; PORT: in a folder of its own below it, as ttyUSB is. */
static void give_tty(const char *at, const char *name, bool port, const char *driver)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "d=sys/devices/%s/%s:1.0%s%s; mkdir -p $d/tty/%s && ln -s $PWD/sys/drivers/%s $d/driver && "
		 "ln -s $PWD/$d $d/tty/%s/device && ln -s $PWD/$d/tty/%s sys/class/tty/%s",
		 at, at, port ? "/" : "", port ? name : "", name, driver, name, name, name);
	run(line);
}

static void ftdi(void **state)
{
	struct adapter *a = NULL;

	(void)state;
	plug("1-1", "0403", "6001", "FT232R USB UART");
	run("echo FTDI >sys/devices/1-1/manufacturer; echo A50285BI >sys/devices/1-1/serial");
	give_tty("1-1", "ttyUSB0", true, "ftdi_sio");
	run("echo 16 >sys/devices/1-1/1-1:1.0/ttyUSB0/latency_timer");
	run("touch dev/ttyUSB0 && chmod 660 dev/ttyUSB0 && mkdir sys/class/tty/ttyS0");

	assert_int_equal(adapter_list(sys_dir, dev_dir, &a), 1);
	assert_string_equal(a->device, "/dev/ttyUSB0");
	assert_string_equal(a->driver, "ftdi_sio");
	assert_true(a->usb);
	assert_int_equal(a->vendor, 0x0403);
	assert_int_equal(a->product, 0x6001);
	assert_string_equal(a->chip, "FTDI FT232R");
	assert_string_equal(a->maker, "FTDI");
	assert_string_equal(a->name, "FT232R USB UART");
	assert_string_equal(a->serial, "A50285BI");
	assert_int_equal(a->latency_ms, 16);
	assert_true(a->usable);
	assert_true(a->for_group);
	assert_string_not_equal(a->group, "");
	assert_string_equal(a->kinds[0], "kbus");
	assert_string_equal(a->kinds[3], "elm");
	assert_null(a->kinds[4]);
	free(a);
}

static void acm(void **state)
{
	struct adapter *a = NULL;

	(void)state;
	plug("2-1", "ad50", "60c4", "CANable");
	give_tty("2-1", "ttyACM0", false, "cdc_acm");
	run("touch dev/ttyACM0 && chmod 600 dev/ttyACM0");

	assert_int_equal(adapter_list(sys_dir, dev_dir, &a), 1);
	assert_string_equal(a->device, "/dev/ttyACM0");
	assert_string_equal(a->driver, "cdc_acm");
	assert_string_equal(a->chip, "CANable with slcan firmware");
	assert_string_equal(a->maker, "");
	assert_string_equal(a->serial, "");
	assert_int_equal(a->latency_ms, -1);
	assert_false(a->for_group);
	assert_string_equal(a->kinds[0], "slcan");
	assert_null(a->kinds[1]);
	free(a);
}

/* The ids of adapters.md 7. */
static void chips(void **state)
{
	static const struct {
		const char *vendor, *product, *chip, *kind;
	} t[] = {
		{ "0403", "6001", "FTDI FT232R", "kbus" },
		{ "0403", "6015", "FTDI FT-X", "elm" },
		{ "1a86", "7523", "WCH CH340", "kbus" },
		{ "1a86", "7522", "WCH CH340", "kbus" },
		{ "1a86", "5523", "WCH CH341", "kbus" },
		{ "10c4", "ea60", "Silicon Labs CP210x", "kbus" },
		{ "067b", "2303", "Prolific PL2303", "kbus" },
		{ "16d0", "117e", "CANable with slcan firmware", "slcan" },
		{ "0403", "6002", NULL, "kbus" },
		{ "6001", "0403", NULL, "kbus" },
	};

	(void)state;
	plug("1-1", "0000", "0000", "");
	give_tty("1-1", "ttyUSB0", true, "ftdi_sio");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct adapter *a = NULL;
		char line[128];

		snprintf(line, sizeof(line), "cd sys/devices/1-1 && echo %s >idVendor && echo %s >idProduct",
			 t[i].vendor, t[i].product);
		run(line);
		assert_int_equal(adapter_list(sys_dir, dev_dir, &a), 1);
		if (t[i].chip)
			assert_string_equal(a->chip, t[i].chip);
		else
			assert_null(a->chip);
		assert_string_equal(a->kinds[0], t[i].kind);
		free(a);
	}
}

/* What the device says of itself may be anything. */
static void odd(void **state)
{
	struct adapter *a = NULL;

	(void)state;
	plug("1-1", "040300", "6001", "too long a number");
	give_tty("1-1", "ttyUSB10", true, "ftdi_sio");
	plug("1-2", "zzzz", "6001", "no number");
	give_tty("1-2", "ttyUSB2", true, "ftdi_sio");
	plug("1-3", "1234", "5678", "");
	run("head -c 300 /dev/zero | tr '\\0' x >sys/devices/1-3/product; printf '\\033[2J\\n' "
	    ">sys/devices/1-3/serial; : >sys/devices/1-3/manufacturer");
	give_tty("1-3", "ttyUSB3", true, "ftdi_sio");
	run("echo -5 >sys/devices/1-3/1-3:1.0/ttyUSB3/latency_timer; mkdir sys/class/tty/ttyACM7");

	assert_int_equal(adapter_list(sys_dir, dev_dir, &a), 4);
	assert_string_equal(a[0].device, "/dev/ttyACM7");
	assert_string_equal(a[0].driver, "");
	assert_false(a[0].usb);
	assert_string_equal(a[0].kinds[0], "slcan");
	assert_string_equal(a[1].device, "/dev/ttyUSB2");
	assert_false(a[1].usb);
	assert_null(a[1].chip);
	assert_string_equal(a[1].driver, "ftdi_sio");
	assert_true(a[2].usb);
	assert_int_equal(a[2].vendor, 0x1234);
	assert_int_equal(a[2].product, 0x5678);
	assert_string_equal(a[2].name, "");
	assert_string_equal(a[2].serial, "\033[2J");
	assert_int_equal(a[2].latency_ms, -1);
	assert_string_equal(a[3].device, "/dev/ttyUSB10");
	assert_false(a[3].usb);
	for (size_t i = 0; i < 4; i++) {
		assert_false(a[i].usable);	/* it is not in dev/ */
		assert_string_equal(a[i].group, "");
	}
	free(a);
}

static void none(void **state)
{
	struct adapter *a = NULL;

	(void)state;
	assert_int_equal(adapter_list(sys_dir, dev_dir, &a), 0);
	free(a);
	a = NULL;
	assert_int_equal(adapter_list("/nonexistent", dev_dir, &a), 0);
	free(a);
	assert_int_equal(adapter_idle_can("/nonexistent"), 0);
}

/* adapters.md 4: 1d50:606f is a CAN interface by gs_usb. */
static void idle(void **state)
{
	(void)state;
	plug("1-1", "0403", "6001", "");
	assert_int_equal(adapter_idle_can(sys_dir), 0);
	plug("1-2", "1d50", "606f", "");
	run("mkdir sys/devices/1-2/1-2:1.1 && ln -s ../../../devices/1-2/1-2:1.1 sys/bus/usb/devices/");
	assert_int_equal(adapter_idle_can(sys_dir), 1);
	plug("1-3", "1d50", "606f", "");
	assert_int_equal(adapter_idle_can(sys_dir), 2);
	run("ln -s ../../../drivers/gs_usb sys/devices/1-2/1-2:1.0/driver");
	assert_int_equal(adapter_idle_can(sys_dir), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ftdi, make_root, remove_root),
		cmocka_unit_test_setup_teardown(acm, make_root, remove_root),
		cmocka_unit_test_setup_teardown(chips, make_root, remove_root),
		cmocka_unit_test_setup_teardown(odd, make_root, remove_root),
		cmocka_unit_test_setup_teardown(none, make_root, remove_root),
		cmocka_unit_test_setup_teardown(idle, make_root, remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
