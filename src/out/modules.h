/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/view.h"

/* The modules of a car, what they are and what faults they have stored: see view_ops. */
void modules_scan_text(struct view *v, const struct view_car *car, const struct survey *sv);
void modules_faults_text(struct view *v, const struct view_car *car, const struct survey *sv);
void modules_scan_json(struct view *v, const struct view_car *car, const struct survey *sv);
void modules_faults_json(struct view *v, const struct view_car *car, const struct survey *sv);
