/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "car/decoder.h"
#include "cli/cli.h"
#include "link/logfile.h"

/* The files a user names: read, and their faults told with file:line:column. */

/* The whole file and a NUL; "-" is stdin. Negative errno; -EISDIR; -EFBIG over 64 MiB. */
_must_check_ int files_read(const char *path, char **ret_text, size_t *ret_len);

/*
 * Load the --dbc files of OUT into D. 0, or the exit status after saying what is wrong. A
 * bad line is a warning, or with strict_dbc an error, as a file without one message is.
 */
_must_check_ int files_load_dbcs(const struct cmd *cmd, const struct out_args *out,
				 struct decoder *d);

/*
 * Open PATH to write to, empty; stdout when it is NULL or "-". 0, or the exit status after
 * saying what is wrong: it must not be one of the N INPUTS.
 */
_must_check_ int files_open_output(const struct cmd *cmd, const char *path, char *const *inputs,
				   size_t n, int *ret_fd);

/* One warning line about a bad line, or record, of a log. */
void files_warn_log(const struct cmd *cmd, const struct logfile_fault *f);
