/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "link/pty-proof.h"

#define NAME_MAX_LEN 80
#define PATH_LEN 300	/* "/proc/", numbers, and a d_name of 255 */

/* What is looked at may be gone meanwhile: then there is nothing to close. */
static void close_dir(DIR *d)
{
	if (d)
		closedir(d);
}

static void close_file(FILE *f)
{
	if (f)
		fclose(f);
}

DEFINE_CLEANUP(DIR *, close_dir);
DEFINE_CLEANUP(FILE *, close_file);

static void name_of(const struct stat *port, char name[NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "minikey-sim-pty-%jx-%jx", (uintmax_t)port->st_dev,
		 (uintmax_t)port->st_rdev);
}

int pty_proof_make(const char *port)
{
	char name[NAME_MAX_LEN];
	struct stat st;
	int fd;

	if (stat(port, &st) < 0)
		return -errno;
	name_of(&st, name);
	fd = memfd_create(name, MFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Does the descriptor FD of the process PID belong to the master of the pty INDEX? */
static bool is_master(const char *pid, const char *fd, unsigned int index)
{
	char path[2 * PATH_LEN], line[80];
	_cleanup_(close_filep) FILE *f = NULL;
	unsigned int is;

	snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", pid, fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "tty-index: %u", &is) == 1)
			return is == index;

	return false;
}

static bool is_file_in_memory(const char *pid, const char *fd, const char *name)
{
	char path[2 * PATH_LEN], want[NAME_MAX_LEN + 20], is[NAME_MAX_LEN + 20];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, fd);
	snprintf(want, sizeof(want), "/memfd:%s (deleted)", name);
	n = readlink(path, is, sizeof(is));

	return n > 0 && (size_t)n == strlen(want) && !memcmp(is, want, (size_t)n);
}

/* Both descriptors. */
static bool proves(const char *pid, const struct stat *port)
{
	char path[PATH_LEN], name[NAME_MAX_LEN];
	_cleanup_(close_dirp) DIR *d = NULL;
	bool master = false, says = false;
	const struct dirent *e;

	name_of(port, name);
	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		master = master || is_master(pid, e->d_name, minor(port->st_rdev));
		says = says || is_file_in_memory(pid, e->d_name, name);
	}

	return master && says;
}

static bool is_our_program(const char *pid, const struct stat *ours)
{
	char path[PATH_LEN];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);

	return stat(path, &st) == 0 && st.st_dev == ours->st_dev && st.st_ino == ours->st_ino;
}

bool pty_proof_find(int fd)
{
	_cleanup_(close_dirp) DIR *d = NULL;
	const struct dirent *e;
	struct stat port, ours;

	if (fstat(fd, &port) < 0 || stat("/proc/self/exe", &ours) < 0)
		return false;
	d = opendir("/proc");
	while (d && (e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && is_our_program(e->d_name, &ours) &&
		    proves(e->d_name, &port))
			return true;

	return false;
}
