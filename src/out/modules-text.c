/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "car/fault.h"
#include "car/ident.h"
#include "car/variant.h"
#include "out/modules.h"

static void put_module(struct view *v, const struct survey_item *item)
{
	out_printf(v->out, "  %02X %-6s", item->address, item->name ? item->name : "-");
}

static void put_ident(struct view *v, const struct survey_item *item)
{
	struct ident id;

	ident_read(item, &id);
	out_printf(v->out, " %-4s part %-8s index %-6s made %-10s %4" PRId64 " ms  %s\n",
		   diag_protocol_word(item->protocol), *id.part_number ? id.part_number : "-",
		   *id.index ? id.index : "-", *id.date ? id.date : "-", item->took / NSEC_PER_MSEC,
		   grade_word(id.grade));
}

static void put_status(struct view *v, const struct survey_item *item, uint8_t status)
{
	const char *comma = ": ";

	out_printf(v->out, "status %02X", status);
	for (unsigned int bit = 0; bit < 8; bit++) {
		const char *word = fault_status_word(item->protocol, bit);

		if (!word || !(status & 1u << bit))
			continue;
		out_printf(v->out, "%s%s", comma, word);
		comma = ", ";
	}
	out_puts(v->out, "\n");
}

static void put_faults(struct view *v, const struct survey_item *item)
{
	struct fault f;
	size_t n = 0;
	int r;

	while ((r = fault_read(item, n, &f)) > 0) {
		if (n++ > 0)
			put_module(v, item);
		out_printf(v->out, " %0*" PRIX32 "  ", (int)f.code_digits, f.code);
		put_status(v, item, f.status);
	}
	if (r < 0)
		out_puts(v->out, " sent a list of faults that does not fit its length\n");
	else if (n == 0)
		out_puts(v->out, " no fault\n");
}

/* A line or more for each module that did more than keep silent; PUT writes the answers. */
static void put_modules(struct view *v, const struct view_car *car, const struct survey *sv,
			void (*put)(struct view *v, const struct survey_item *item))
{
	size_t there = 0;

	for (size_t i = 0; i < sv->n; i++)
		there += survey_is_there(&sv->items[i]);
	out_printf(v->out, "%s on %s: %zu of %zu addresses answered\n", car->name ? car->name : "A car",
		   car->interface, there, sv->n);
	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];

		if (item->result == -ETIMEDOUT)
			continue;
		put_module(v, item);
		if (item->result == 0)
			put(v, item);
		else if (item->result == -EREMOTEIO)
			out_printf(v->out, " is there, but refused: %02X, %s\n", item->code, item->why);
		else
			out_printf(v->out, " %s\n", item->why);
	}
}

/* Where the layouts of the answers are known from, each source once. */
static void put_sources(struct view *v, const struct survey *sv)
{
	const char *last = NULL;

	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];
		const char *source = source_of_message(item->dbc, item->message);

		if (item->result < 0 || (last && !strcmp(last, source)))
			continue;
		out_printf(v->out, "%s%s\n", last ? "        " : "Layout: ", source);
		last = source;
	}
}

/* Which build a module says it is, and which cars have that. */
static void put_variants(struct view *v, const struct survey *sv)
{
	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];
		const struct variant *build;
		struct ident id;

		ident_read(item, &id);
		build = variant_find(id.variant);
		if (build)
			out_printf(v->out, "%s is a %s: %s\n        %s: %s\n",
				   item->name ? item->name : "It", build->name, build->cars,
				   grade_word(build->grade), build->source);
	}
}

void modules_scan_text(struct view *v, const struct view_car *car, const struct survey *sv)
{
	put_modules(v, car, sv, put_ident);
	put_sources(v, sv);
	put_variants(v, sv);
}

/* A list of faults whose layout no document has is shown with what it is based on. */
static void put_doubts(struct view *v, const struct survey *sv)
{
	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];
		const struct dbc_signal *code = dbc_find_signal(item->message, "Fault1_Code");
		enum grade grade = code ? grade_of_signal(item->dbc, code) : GRADE_DOCUMENTED;

		if (item->result == 0 && item->len > 0 && grade > GRADE_DOCUMENTED)
			out_printf(v->out, "Layout of %s: %s: %s\n", item->name ? item->name : "it",
				   grade_word(grade), source_of_signal(item->dbc, code));
	}
}

void modules_faults_text(struct view *v, const struct view_car *car, const struct survey *sv)
{
	put_modules(v, car, sv, put_faults);
	put_doubts(v, sv);
}
