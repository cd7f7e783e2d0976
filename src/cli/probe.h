/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/gate.h"
#include "cli/cli.h"
#include "link/adapter.h"
#include "out/json.h"

/* What an adapter's wire says when it is asked. */
enum probe_wire {
	PROBE_UNKNOWN,		/* not tried */
	PROBE_KBUS,		/* frames were heard, so nothing was sent */
	PROBE_NO_ECHO,
	PROBE_GARBLED,		/* the echo is not what was sent */
	PROBE_BUSY,
	PROBE_ECHO,		/* the wire is powered, and nobody answers */
	PROBE_ANSWER,
	PROBE_NOT_ASKED,	/* WHY: the gate, or the port */
	PROBE_ADAPTER,		/* an ELM327 or slcan adapter answered */
};

/* What `links --probe` found out of one serial adapter. */
struct probed {
	bool opened;		/* false: why not was said */
	bool has_lines, dsr;	/* DSR: terminal 15 on K+DCAN cables (adapters.md 1.2) */
	uint64_t bytes, frames;	/* heard at 9600 8E1 */
	enum probe_wire wire;
	size_t modules;		/* that answered */
	char why[GATE_WHY_MAX];
	char use[64];		/* the address; "": it is not known */
	char either[2][64];	/* it is one of these; "": more is not known either */
};

/*
 * Listen for a K-bus; when none is there, send what the gate lets a car be asked first, over the
 * K-line. Chips that are made for ELM327 or slcan are asked as those, and nothing else is.
 * Opening a port raises DTR and RTS for a moment. What fails is said on stderr.
 * Returns 0, or the exit status after a signal.
 */
int probe_adapter(const struct cmd *cmd, const struct adapter *a, struct probed *ret);

void probed_text(struct out *o, const struct adapter *a, const struct probed *p);
void probed_json(struct json *j, const struct probed *p);
