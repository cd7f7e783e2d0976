/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"

/*
 * The interface when none was named: the only one present, told on stderr. Returns 0 and
 * *ret_name (to be freed), or the exit status after listing what there is.
 */
_must_check_ int choose_interface(const struct cmd *cmd, char **ret_name);
