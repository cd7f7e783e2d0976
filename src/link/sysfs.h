/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "base/util.h"

/*
 * What the kernel says of a device. SYS is where sysfs is mounted ("/sys"; a test has its
 * own), FOLDER what follows it. -ENOENT: there is no such file; -EMSGSIZE: it does not fit
 * SIZE; else the errors of open(), read(), readlink().
 */

/* The first line of a file, without its end. Any byte may be in it but NUL. */
_must_check_ int sysfs_text(const char *sys, const char *folder, const char *file, char *ret,
			    size_t size);

/* The name of the driver that a device, which is a folder, is bound to. */
_must_check_ int sysfs_driver(const char *sys, const char *folder, char *ret, size_t size);
