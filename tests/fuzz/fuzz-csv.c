/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_read(&log_csv, data, size);
}
