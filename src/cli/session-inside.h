/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/session.h"

/* Between the files of the session only: session.c, session-receive.c, session-fail.c. */

/* Say why the link could not be opened, R of address_open(); returns the exit status. */
int session_open_failed(struct session *s, int r);

/* Whether nothing will be sent, by this command on this bus. */
bool session_listens(const struct session *s);

/* Say what the simulated car's script failed at; returns the exit status. */
int session_sim_failed(struct session *s);

/* Why the link went away, R of link_recv(), in words. */
const char *session_gone(const struct session *s, int r);
