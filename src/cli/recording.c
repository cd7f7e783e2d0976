/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address/logs.h"
#include "base/err.h"
#include "cli/recording.h"
#include "proto/kbus.h"

/* As much as a tail() writes: "End TriggerBlock" and its like. */
#define TAIL_MAX 32

static void list_formats(char *buf, size_t size, bool endings)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; address_logs[i] && used < size; i++)
		if (address_logs[i]->put)
			used += (size_t)snprintf(buf + used, size - used, "%s%s", used ? ", " : "",
						 endings ? address_logs[i]->ending :
							   address_logs[i]->name);
}

const struct log_format *recording_format(const struct cmd *cmd, const char *option,
					  const char *name, const char *path,
					  const struct log_format *otherwise)
{
	const struct log_format *f = name ? log_format_named(address_logs, name) :
				     path ? log_format_for_path(address_logs, path) : NULL;
	char list[128];

	if (f && f->put)
		return f;
	if (!name && otherwise)
		return otherwise;
	list_formats(list, sizeof(list), !name);
	if (name)
		cli_say(cmd, "%s: no format '%s'; there are %s", option, name, list);
	else
		cli_say(cmd, "the name '%s' tells no format; %s names one, or an ending: %s", path,
			option, list);

	return NULL;
}

/* FILE, FILE.1, ... with the number before the ending. */
static int file_name(const struct recording *r, char **ret)
{
	const char *slash = strrchr(r->path, '/'), *dot = strrchr(r->path, '.');
	int stem;

	if (r->number == 0)
		return (*ret = strdup(r->path)) ? 0 : -ENOMEM;
	if (!dot || dot == r->path || (slash && dot <= slash + 1))
		dot = r->path + strlen(r->path);
	stem = (int)(dot - r->path);

	return asprintf(ret, "%.*s.%u%s", stem, r->path, r->number, dot) < 0 ? -ENOMEM : 0;
}

static int open_file(struct recording *r)
{
	_cleanup_(freep) char *name = NULL;
	int result = file_name(r, &name), fd;

	if (result < 0)
		return result;
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		return -errno;
	out_init(r->out, fd);
	r->size = 0;
	r->first = NSEC_NEVER;

	return 0;
}

int recording_open(struct recording *r, const struct cmd *cmd, struct out *out,
		   const struct log_format *format, const char *path, const char *note)
{
	int result;

	*r = (struct recording){
		.cmd = cmd,
		.out = out,
		.path = path && strcmp(path, "-") ? path : NULL,
		.first = NSEC_NEVER,
	};
	if (!r->path && format->record && isatty(STDOUT_FILENO))
		return cli_fail(cmd, EXIT_USAGE, "%s is binary: not to a terminal; -o FILE writes a file",
				format->name);
	if (note && !format->notes)
		cli_say(cmd, "VINs are masked; %s has no place that says so", format->name);
	result = log_writer_init(&r->writer, format, note);
	if (result == 0 && r->path)
		result = open_file(r);
	else if (result == 0)
		out_init(out, STDOUT_FILENO);
	if (result < 0) {
		log_writer_free(&r->writer);
		return cli_fail(cmd, EXIT_OUTPUT, "cannot write '%s': %s", path, err_text(result));
	}

	return 0;
}

/* End this file. 0, or the first error. */
static int end_file(struct recording *r)
{
	char buf[LOG_WRITER_MAX];
	int error;

	out_put(r->out, buf, log_writer_end(&r->writer, buf));
	error = out_flush(r->out);
	if (r->path && close(r->out->fd) < 0 && error == 0)
		error = -errno;
	if (r->path)
		r->out->fd = -1;

	return error;
}

static int next_file(struct recording *r)
{
	int result = end_file(r);

	if (result == 0)
		result = open_file(r);
	if (result < 0)
		r->out->error = result;

	return result;
}

static bool is_full(const struct recording *r, nsec_t t, size_t n)
{
	if (r->first == NSEC_NEVER)
		return false;
	if (r->max_size && r->size + n + (r->writer.format->tail ? TAIL_MAX : 0) > r->max_size)
		return true;

	return r->max_time && t != NSEC_NEVER && t - r->first >= r->max_time;
}

int recording_put(struct recording *r, const struct frame *f)
{
	char buf[LOG_WRITER_MAX];
	struct frame carried = *f;
	size_t n;
	int result;

	/* What other programs read is CAN: a K-bus frame has the length of one (DESIGN 1). */
	if (!(carried.flags & FRAME_FD) && kbus_pad(&carried) < 0) {
		r->left_out++;
		return 0;
	}
	n = log_writer_put(&r->writer, &carried, buf);
	if (n == 0) {
		r->left_out++;
		return 0;
	}
	if (r->path && is_full(r, f->t, n)) {
		r->number++;
		result = next_file(r);
		if (result < 0)
			return result;
		n = log_writer_put(&r->writer, &carried, buf);
	}
	if (r->first == NSEC_NEVER)
		r->first = f->t == NSEC_NEVER ? 0 : f->t;
	out_put(r->out, buf, n);
	r->size += n;
	r->frames++;

	return r->out->error;
}

int recording_reopen(struct recording *r)
{
	_cleanup_(freep) char *name = NULL;
	struct stat now, there;

	if (!r->path)
		return 0;
	if (file_name(r, &name) < 0 || out_flush(r->out) < 0)
		return r->out->error ? r->out->error : -ENOMEM;
	/* Still the same file: a second head in it would help nobody. */
	if (fstat(r->out->fd, &now) == 0 && stat(name, &there) == 0 &&
	    now.st_dev == there.st_dev && now.st_ino == there.st_ino)
		return 0;

	return next_file(r);
}

int recording_close(struct recording *r, int status)
{
	int error = r->out->error;

	if (error == 0)
		error = end_file(r);
	else if (r->path && r->out->fd >= 0)
		close(r->out->fd);
	r->out->len = 0;
	log_writer_free(&r->writer);
	if (error < 0 && error != -EPIPE && status != EXIT_OUTPUT)
		return cli_fail(r->cmd, EXIT_OUTPUT, "cannot write: %s", err_text(error));
	if (r->left_out)
		cli_say(r->cmd, "%" PRIu64 " frame%s left out: %s has no form for %s", r->left_out,
			r->left_out == 1 ? "" : "s", r->writer.format->name,
			r->left_out == 1 ? "it" : "them");

	return status;
}
