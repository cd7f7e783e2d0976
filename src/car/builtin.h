/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The files of dbc/, put into the program by the assembler, so that it finds its cars
 * wherever it is run from. They are installed as files too, for other tools.
 */
extern const char builtin_r5x_kbus[], builtin_r5x_kbus_end[];
extern const char builtin_r5x_diag[], builtin_r5x_diag_end[];
extern const char builtin_r56_kcan[], builtin_r56_kcan_end[];
extern const char builtin_r56_diag[], builtin_r56_diag_end[];
extern const char builtin_f5x_kcan[], builtin_f5x_kcan_end[];
extern const char builtin_f5x_diag[], builtin_f5x_diag_end[];
extern const char builtin_os9_sim[], builtin_os9_sim_end[];
