/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/util.h"
#include "car/builtin.h"
#include "car/model.h"

static const struct platform r5x = {
	.id = "r5x",
	.bus = "K-bus",
	.body = { "r5x_kbus.dbc", builtin_r5x_kbus, builtin_r5x_kbus_end },
	.diag = { "r5x_diag.dbc", builtin_r5x_diag, builtin_r5x_diag_end },
};
static const struct platform r56 = {
	.id = "r56",
	.bus = "K-CAN",
	.body = { "r56_kcan.dbc", builtin_r56_kcan, builtin_r56_kcan_end },
	.diag = { "r56_diag.dbc", builtin_r56_diag, builtin_r56_diag_end },
	.rear_doors = true,
};
static const struct platform f5x = {
	.id = "f5x",
	.bus = "K-CAN",
	.body = { "f5x_kcan.dbc", builtin_f5x_kcan, builtin_f5x_kcan_end },
	.diag = { "f5x_diag.dbc", builtin_f5x_diag, builtin_f5x_diag_end },
	.rear_doors = true,
};
static const struct platform os9 = { .id = "os9", .rear_doors = true };
static const struct platform os9_sim = {
	.id = "os9",
	.bus = "simulated",
	.body = { "os9_sim.dbc", builtin_os9_sim, builtin_os9_sim_end },
	.rear_doors = true,
};

static const struct platform *const platforms[] = { &r5x, &r56, &f5x, NULL };

static const struct car_model models[] = {
	{ "r50", "MINI One and Cooper, 2001-2006", &r5x, false },
	{ "r52", "MINI Convertible, 2004-2008", &r5x, false },
	{ "r53", "MINI Cooper S, 2001-2006", &r5x, false },
	{ "r55", "MINI Clubman, 2007-2014", &r56, true },
	{ "r56", "MINI Hatch, 2006-2013", &r56, false },
	{ "r57", "MINI Convertible, 2009-2015", &r56, false },
	{ "r58", "MINI Coupe, 2011-2015", &r56, false },
	{ "r59", "MINI Roadster, 2012-2015", &r56, false },
	{ "r60", "MINI Countryman, 2010-2016", &r56, true },
	{ "r61", "MINI Paceman, 2013-2016", &r56, false },
	{ "f54", "MINI Clubman, 2015-2024", &f5x, true },
	{ "f55", "MINI 5-door, 2014-2024", &f5x, true },
	{ "f56", "MINI 3-door, 2014-2024", &f5x, false },
	{ "f57", "MINI Convertible, 2016-2024", &f5x, false },
	{ "f60", "MINI Countryman, 2017-2024", &f5x, true },
	{ "j01", "MINI Cooper electric, from 2024", &os9, false },
	{ "j05", "MINI Aceman, from 2024", &os9, true },
	{ "u25", "MINI Countryman, from 2024", &os9, true },
	{ "f65", "MINI Cooper 5-door, from 2024", &os9, true },
	{ "f66", "MINI Cooper 3-door, from 2024", &os9, false },
	{ "f67", "MINI Cooper Convertible, from 2024", &os9, false },
};

const struct car_model *car_models(size_t *n_cars)
{
	*n_cars = ARRAY_SIZE(models);

	return models;
}

const struct car_model *car_model_find(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].id, id))
			return &models[i];

	return NULL;
}

const struct platform *car_platform_virtual(const struct car_model *car)
{
	return car->platform == &os9 ? &os9_sim : car->platform;
}

const struct platform *const *car_platforms(void)
{
	return platforms;
}
