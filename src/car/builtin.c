/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "car/builtin.h"

/* The assembler finds the files by -I of the source directory (src/Makemodule.am). */
#define BUILTIN(symbol, file)                                                  \
	__asm__(".section .rodata\n"                                           \
		".global " #symbol "\n"                                        \
		".global " #symbol "_end\n"                                    \
		#symbol ":\n"                                                  \
		".incbin \"" file "\"\n"                                       \
		#symbol "_end:\n"                                              \
		".byte 0\n"                                                    \
		".previous\n")

BUILTIN(builtin_r5x_kbus, "dbc/r5x_kbus.dbc");
BUILTIN(builtin_r5x_diag, "dbc/r5x_diag.dbc");
BUILTIN(builtin_r56_kcan, "dbc/r56_kcan.dbc");
BUILTIN(builtin_r56_diag, "dbc/r56_diag.dbc");
BUILTIN(builtin_f5x_kcan, "dbc/f5x_kcan.dbc");
BUILTIN(builtin_f5x_diag, "dbc/f5x_diag.dbc");
BUILTIN(builtin_os9_sim, "dbc/os9_sim.dbc");
