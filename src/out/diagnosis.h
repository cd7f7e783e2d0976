/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/view.h"
#include "proc/diagnose.h"

/* A diagnosis, as view_ops.diagnosis shows it. */
void diagnosis_text(struct view *v, const struct diagnosis *d);
void diagnosis_json(struct view *v, const struct diagnosis *d);
