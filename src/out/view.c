/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "out/view.h"

const char *view_direction(const struct frame *f)
{
	return f->flags & FRAME_TX ? "tx" : "rx";
}
