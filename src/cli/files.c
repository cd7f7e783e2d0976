/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/files.h"

#define FILE_MAX_BYTES (64u << 20)

static int read_all(int fd, char **ret_text, size_t *ret_len)
{
	_cleanup_(freep) char *text = NULL;
	size_t len = 0, size = 0;

	for (;;) {
		ssize_t n;

		if (len + 1 >= size) {
			char *more;

			size = size ? size * 2 : 16384;
			if (size > 2 * FILE_MAX_BYTES)
				return -EFBIG;
			more = realloc(text, size);
			if (!more)
				return -ENOMEM;
			text = more;
		}
		n = read(fd, text + len, size - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	text = NULL;

	return 0;
}

int files_read(const char *path, char **ret_text, size_t *ret_len)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = read_all(fd, ret_text, ret_len);
	if (!is_stdin)
		close(fd);

	return r;
}

/* One DBC file that is being loaded. */
struct loading {
	const struct cmd *cmd;
	const char *severity;	/* of a bad line */
};

static void tell_dbc(const struct dbc_fault *f, void *arg)
{
	const struct loading *l = arg;

	cli_say(l->cmd, "%s:%u:%u: %s: %s", f->name, f->line, f->column, l->severity, f->text);
}

static int load_dbc(const struct cmd *cmd, const char *arg, bool strict, struct decoder *d)
{
	struct loading loading = { cmd, strict ? "error" : "warning" };
	_cleanup_(freep) char *text = NULL, *bus = NULL;
	const char *path = arg, *equals = strchr(arg, '=');
	struct dbc *dbc = NULL;
	size_t len;
	int r;

	/* "can0=FILE": a bus has no slash in its name. */
	if (equals && !memchr(arg, '/', (size_t)(equals - arg))) {
		bus = strndup(arg, (size_t)(equals - arg));
		path = equals + 1;
	}
	r = files_read(path, &text, &len);
	if (r < 0)
		return cli_fail(cmd, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));
	r = dbc_parse(path, text, len, tell_dbc, &loading, &dbc);
	if (r < 0)
		return cli_fail(cmd, EXIT_INPUT, "cannot load '%s': %s", path, err_text(r));
	if (strict && r > 0) {
		dbc_free(dbc);
		return EXIT_INPUT;
	}
	if (dbc->n_messages == 0) {
		dbc_free(dbc);
		return cli_fail(cmd, EXIT_INPUT, "%s: not one message in it; is it a DBC file?", path);
	}
	r = decoder_add(d, dbc, bus);
	if (r < 0) {
		dbc_free(dbc);
		return cli_fail(cmd, EXIT_INPUT, "cannot load '%s': %s", path, err_text(r));
	}

	return 0;
}

int files_load_dbcs(const struct cmd *cmd, const struct out_args *out, struct decoder *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < out->n_dbc; i++)
		r = load_dbc(cmd, out->dbc[i], out->strict_dbc, d);

	return r;
}

/* Would writing to FD destroy one of the INPUTS? */
static bool is_input(char *const *inputs, size_t n, int fd)
{
	struct stat out, in;

	if (fstat(fd, &out) < 0 || !S_ISREG(out.st_mode))
		return false;
	for (size_t i = 0; i < n; i++)
		if (stat(inputs[i], &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return true;

	return false;
}

int files_open_output(const struct cmd *cmd, const char *path, char *const *inputs, size_t n,
		      int *ret_fd)
{
	int fd;

	*ret_fd = STDOUT_FILENO;
	if (!path || !strcmp(path, "-"))
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		return cli_fail(cmd, EXIT_OUTPUT, "cannot write '%s': %s", path, err_text(-errno));
	if (is_input(inputs, n, fd)) {
		close(fd);
		return cli_fail(cmd, EXIT_USAGE, "'%s' would overwrite itself", path);
	}
	if (ftruncate(fd, 0) < 0 && errno != EINVAL) {	/* EINVAL: a pipe or a device */
		int r = -errno;

		close(fd);
		return cli_fail(cmd, EXIT_OUTPUT, "cannot write '%s': %s", path, err_text(r));
	}
	*ret_fd = fd;

	return 0;
}

void files_warn_log(const struct cmd *cmd, const struct logfile_fault *f)
{
	if (f->column == 0)
		cli_say(cmd, "%s: record %" PRIu64 ": warning: %s", f->name, f->line, f->reason);
	else
		cli_say(cmd, "%s:%" PRIu64 ":%zu: warning: %s", f->name, f->line, f->column, f->reason);
}
