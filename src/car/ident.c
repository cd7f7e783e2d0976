/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "car/ident.h"
#include "car/variant.h"
#include "dbc/codec.h"

bool ident_is_message(const struct dbc_message *m)
{
	return dbc_find_signal(m, "Diagnosis_Index") != NULL;
}

/* The hexadecimal digits of the signal NAME, which may be decimal ones: "" when it is not there. */
static void digits(const struct dbc_message *m, const struct frame *f, const char *name,
		   char *buf, size_t size)
{
	const struct dbc_signal *s = dbc_find_signal(m, name);
	uint64_t raw;

	*buf = '\0';
	if (s && dbc_get_raw(s, f->data, f->len, &raw))
		snprintf(buf, size, "%0*" PRIX64, (int)(s->bits + 3) / 4, raw);
}

static bool is_decimal(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static void part_number(const struct dbc_message *m, const struct frame *f, struct ident *ret)
{
	char text[20];

	digits(m, f, "Part_Number", text, sizeof(text));
	if (is_decimal(text))
		snprintf(ret->part_number, sizeof(ret->part_number), "%s", text + strspn(text, "0"));
}

static void date(const struct dbc_message *m, const struct frame *f, struct ident *ret)
{
	char made[20], week[20], year[20];

	digits(m, f, "Made", made, sizeof(made));
	digits(m, f, "Week", week, sizeof(week));
	digits(m, f, "Year", year, sizeof(year));
	if (is_decimal(made) && strlen(made) == 8)
		snprintf(ret->date, sizeof(ret->date), "%.4s-%.2s-%.2s", made, made + 4, made + 6);
	else if (is_decimal(week) && is_decimal(year))
		snprintf(ret->date, sizeof(ret->date), "%s%.2s-W%.2s", *year >= '8' ? "19" : "20", year,
			 week);
}

void ident_read(const struct survey_item *item, struct ident *ret)
{
	const struct dbc_message *m = item->message;
	struct frame f = { .len = 0 };

	*ret = (struct ident){
		.grade = grade_of_message(item->dbc, m),
		.source = source_of_message(item->dbc, m),
	};
	if (item->result < 0)
		return;
	ask_answer_frame(m, item->data, item->len, &f);
	digits(m, &f, "Diagnosis_Index", ret->index, sizeof(ret->index));
	ret->variant = variant_word(m, f.data, f.len);
	part_number(m, &f, ret);
	date(m, &f, ret);
}
