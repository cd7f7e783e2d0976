/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "link/sysfs.h"

static int join(char *ret, const char *sys, const char *folder, const char *file)
{
	int n = snprintf(ret, PATH_MAX, "%s/%s/%s", sys, folder, file);

	return n < 0 || n >= PATH_MAX ? -EMSGSIZE : 0;
}

int sysfs_text(const char *sys, const char *folder, const char *file, char *ret, size_t size)
{
	char full[PATH_MAX], text[256];
	ssize_t n;
	int fd, r;

	r = join(full, sys, folder, file);
	if (r < 0)
		return r;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	r = n < 0 ? -errno : 0;
	close(fd);
	if (r < 0)
		return r;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (strlen(text) >= size)
		return -EMSGSIZE;
	strcpy(ret, text);

	return 0;
}

int sysfs_driver(const char *sys, const char *folder, char *ret, size_t size)
{
	char full[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;
	int r;

	r = join(full, sys, folder, "driver");
	if (r < 0)
		return r;
	n = readlink(full, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if (strlen(name) >= size)
		return -EMSGSIZE;
	strcpy(ret, name);

	return 0;
}
