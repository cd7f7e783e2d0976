/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Text for a negative errno, in the words of this domain. */
const char *err_text(int r);
