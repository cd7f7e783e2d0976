/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/view.h"
#include "proc/guide.h"

/* The guide's pages, as view_ops.guide shows them. */
void guide_text(struct view *v, const struct guide_page *page);
void guide_json(struct view *v, const struct guide_page *page);
