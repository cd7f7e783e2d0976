/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/out.h"

/* Text of an element or attribute: any bytes become characters that XML and HTML allow. */
void xml_puts(struct out *o, const char *s);
