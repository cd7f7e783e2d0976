/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/probe.h"
#include "link/adapter.h"
#include "link/canif.h"
#include "out/out.h"

/* What `links` found. Free it with found_free(). */
struct found {
	struct canif *can;
	size_t n_can;
	struct adapter *serial;
	size_t n_serial;
	struct probed *probed;	/* --probe: of each of SERIAL; NULL: they were not asked */
	int idle_can;	/* adapter_idle_can() */
};

/* -ENOMEM, or canif_list()'s error; what was found is in RET all the same. */
_must_check_ int found_look(struct found *ret);
void found_free(struct found *f);

void found_text(struct out *o, const struct found *f);
void found_json(struct out *o, const struct found *f);

/* "100 kbit/s", "83.333 kbit/s". */
#define RATE_MAX 32
const char *links_rate(char *buf, uint32_t bitrate);

/* "100 kbit/s, sample point 0.875, listen-only": how the controller is set. */
void links_put_setting(struct out *o, const struct canif_controller *c);
