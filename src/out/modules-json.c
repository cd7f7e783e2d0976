/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "car/fault.h"
#include "car/ident.h"
#include "out/json.h"
#include "out/modules.h"

static void put_string(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_string(j, s && *s ? s : NULL);
}

static void put_module(struct json *j, const struct survey_item *item)
{
	char address[3];

	snprintf(address, sizeof(address), "%02X", item->address);
	put_string(j, "address", address);
	put_string(j, "name", item->name);
	put_string(j, "protocol", diag_protocol_word(item->protocol));
	put_string(j, "state", item->result == 0 ? "answered" :
			       item->result == -EREMOTEIO ? "refused" : "failed");
	put_string(j, "reason", item->result == 0 ? NULL : item->why);
}

static void put_ident(struct json *j, const struct survey_item *item)
{
	char ms[32];
	struct ident id;

	ident_read(item, &id);
	put_string(j, "part_number", id.part_number);
	put_string(j, "index", id.index);
	put_string(j, "variant", id.variant);
	put_string(j, "date", id.date);
	json_key(j, "answer_ms");
	snprintf(ms, sizeof(ms), "%" PRId64 ".%03" PRId64, item->took / NSEC_PER_MSEC,
		 item->took % NSEC_PER_MSEC / NSEC_PER_USEC);
	json_number(j, ms);
	put_string(j, "evidence", grade_word(id.grade));
	put_string(j, "source", id.source);
}

static void put_fault(struct json *j, const struct survey_item *item, const struct fault *f)
{
	char code[9], status[3];

	snprintf(code, sizeof(code), "%0*" PRIX32, (int)f->code_digits, f->code);
	snprintf(status, sizeof(status), "%02X", f->status);
	json_open(j, '{');
	put_string(j, "code", code);
	put_string(j, "status", status);
	json_key(j, "words");
	json_open(j, '[');
	for (unsigned int bit = 0; bit < 8; bit++) {
		const char *word = fault_status_word(item->protocol, bit);

		if (word && f->status & 1u << bit)
			json_string(j, word);
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void put_faults(struct json *j, const struct survey_item *item)
{
	const struct dbc_signal *code = dbc_find_signal(item->message, "Fault1_Code");
	struct fault f;

	json_key(j, "faults");
	json_open(j, '[');
	for (size_t i = 0; fault_read(item, i, &f) > 0; i++)
		put_fault(j, item, &f);
	json_close(j, ']');
	put_string(j, "evidence", grade_word(code ? grade_of_signal(item->dbc, code) :
						     grade_of_message(item->dbc, item->message)));
	put_string(j, "source", code ? source_of_signal(item->dbc, code) :
				       source_of_message(item->dbc, item->message));
}

static void put_modules(struct view *v, const struct view_car *car, const struct survey *sv,
			void (*put)(struct json *j, const struct survey_item *item))
{
	struct json j = { .out = v->out };

	json_open(&j, '{');
	put_string(&j, "car", car->name);
	json_key(&j, "asked");
	json_int(&j, (int64_t)sv->n);
	json_key(&j, "modules");
	json_open(&j, '[');
	for (size_t i = 0; i < sv->n; i++) {
		if (sv->items[i].result == -ETIMEDOUT)
			continue;
		json_open(&j, '{');
		put_module(&j, &sv->items[i]);
		put(&j, &sv->items[i]);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

void modules_scan_json(struct view *v, const struct view_car *car, const struct survey *sv)
{
	put_modules(v, car, sv, put_ident);
}

void modules_faults_json(struct view *v, const struct view_car *car, const struct survey *sv)
{
	put_modules(v, car, sv, put_faults);
}
