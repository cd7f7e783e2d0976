/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A DBC file that is built into the program. */
struct car_dbc {
	const char *name;	/* "r5x_kbus.dbc" */
	const char *text;	/* the file itself; NULL: there is none */
	const char *text_end;
};

/* Cars that speak the same body bus. Their facts are in DBC, built into the program. */
struct platform {
	const char *id;		/* "r5x" */
	const char *bus;	/* "K-bus"; NULL: nothing about its buses is public */
	struct car_dbc body;	/* what is heard on that bus */
	struct car_dbc diag;	/* what its modules may be asked; often NULL */
	bool rear_doors;	/* some of its bodies have them */
};

/* One row of the car table (can.md 2.2, kbus.md 3): the internal model codes. */
struct car_model {
	const char *id;		/* "r53" */
	const char *name;
	const struct platform *platform;
	bool rear_doors;	/* own doors for the rear seats, as the bus numbers them */
};

/* All cars, in the order of their generations; *n_cars of them. */
const struct car_model *car_models(size_t *n_cars);

/* NULL when ID is no car. */
const struct car_model *car_model_find(const char *id);

/*
 * What CAR speaks on a virtual link: where nothing about its buses is public, what our
 * simulated one made up (grade `simulated`).
 */
const struct platform *car_platform_virtual(const struct car_model *car);

/* The platforms that have a DBC, most specific first; NULL-terminated. */
const struct platform *const *car_platforms(void);
