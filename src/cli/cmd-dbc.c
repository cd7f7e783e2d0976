/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hex.h"
#include "cli/dbc-show.h"
#include "cli/files.h"
#include "out/json.h"

struct dbc_args {
	bool json, strict;
	char **words;
	size_t n_words;
};

enum { OPT_JSON = 0x300, OPT_STRICT };

static void check_words(struct argp_state *state, const struct dbc_args *a)
{
	bool check = !strcmp(a->words[0], "check");

	if (!check && strcmp(a->words[0], "show") != 0)
		args_error(state, "'%s' is neither 'check' nor 'show'", a->words[0]);
	if (a->n_words < 2)
		args_error(state, "%s: no FILE; '-' is the standard input", a->words[0]);
	if (!check && a->n_words > 3)
		args_error(state, "show: more than one FILE and one MESSAGE");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct dbc_args *a = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case OPT_STRICT:
		a->strict = true;
		return 0;
	case ARGP_KEY_ARGS:
		a->words = state->argv + state->next;
		a->n_words = (size_t)(state->argc - state->next);
		check_words(state, a);
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "say 'check' or 'show'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", OPT_JSON, NULL, 0, "JSON: check one object per fault, show one object", 0 },
	{ "strict", OPT_STRICT, NULL, 0, "A bad line makes it fail", 0 },
	{ 0 },
};

static const struct argp dbc_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "check FILE...\nshow FILE [MESSAGE]",
	.doc = "Find the faults of DBC files, or show what is in one: its messages, or of MESSAGE "
	       "(a name, or an id like 2FC) the layout, values and comments."
	       "\vcheck tells bad lines, which are skipped, and what is loaded but can hardly be "
	       "meant, like signals that overlap. Its exit status is 1 when there are any.",
};

/* A run of `dbc check`. */
struct checking {
	const struct dbc_args *args;
	const char *path;
	struct out out;
	size_t bad, doubts;	/* of this file */
};

static void put_fault_json(struct out *o, const struct dbc_fault *f, const char *severity)
{
	struct json j = { .out = o };

	json_open(&j, '{');
	json_key(&j, "file");
	json_string(&j, f->name);
	json_key(&j, "line");
	json_int(&j, f->line);
	json_key(&j, "column");
	json_int(&j, f->column);
	json_key(&j, "severity");
	json_string(&j, severity);
	json_key(&j, "text");
	json_string(&j, f->text);
	json_close(&j, '}');
	json_end(&j);
}

static void tell_fault(const struct dbc_fault *f, void *arg)
{
	struct checking *c = arg;
	const char *severity = c->args->strict && !f->doubt ? "error" : "warning";

	c->bad += !f->doubt;
	c->doubts += f->doubt;
	if (c->args->json)
		put_fault_json(&c->out, f, severity);
	else
		out_printf(&c->out, "%s:%u:%u: %s: %s\n", f->name, f->line, f->column,
			   severity, f->text);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_summary(struct out *o, const struct dbc *dbc, size_t faults)
{
	size_t signals = 0;

	for (size_t i = 0; i < dbc->n_messages; i++)
		signals += dbc->messages[i].n_signals;
	out_printf(o, "%s: %zu message%s, %zu signal%s, ", dbc->name, dbc->n_messages,
		   plural(dbc->n_messages), signals, plural(signals));
	if (faults)
		out_printf(o, "%zu warning%s\n", faults, plural(faults));
	else
		out_puts(o, "no fault\n");
}

static int check_file(const struct cmd *self, struct checking *c, const char *path)
{
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int r;

	c->bad = c->doubts = 0;
	r = files_read(path, &text, &len);
	if (r < 0)
		return cli_fail(self, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));
	r = dbc_check(path, text, len, tell_fault, c, &dbc);
	if (r < 0)
		return cli_fail(self, EXIT_INPUT, "cannot load '%s': %s", path, err_text(r));
	if (dbc->n_messages == 0) {
		out_flush(&c->out);
		return cli_fail(self, EXIT_INPUT, "%s: not one message in it; is it a DBC file?",
				path);
	}
	if (!c->args->json)
		put_summary(&c->out, dbc, c->bad + c->doubts);
	if (c->args->strict && c->bad)
		return EXIT_INPUT;

	return c->bad + c->doubts ? EXIT_NO : EXIT_YES;
}

static int check_main(const struct cmd *self, const struct dbc_args *a)
{
	struct checking c = { .args = a };
	int status = EXIT_YES, r;

	out_init(&c.out, STDOUT_FILENO);
	for (size_t i = 1; i < a->n_words && !c.out.error; i++) {
		r = check_file(self, &c, a->words[i]);
		status = MAX(status, r);
	}
	r = out_flush(&c.out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return status;
}

/* What a bad line of a file that is only shown gets. */
struct loading {
	const struct cmd *cmd;
	bool strict;
	size_t bad;
};

static void warn_fault(const struct dbc_fault *f, void *arg)
{
	struct loading *l = arg;

	l->bad++;
	cli_say(l->cmd, "%s:%u:%u: %s: %s", f->name, f->line, f->column,
		l->strict ? "error" : "warning", f->text);
}

/* By name, or by id: 3 or 8 hex digits, as everywhere, with or without 0x. */
static const struct dbc_message *find_message(const struct dbc *dbc, const char *what)
{
	const struct dbc_message *m = dbc_find_name(dbc, what);
	uint32_t id = 0;
	size_t n;

	if (m)
		return m;
	if (!strncmp(what, "0x", 2))
		what += 2;
	n = strlen(what);
	for (size_t i = 0; i < n; i++) {
		if (n > 8 || hex_digit(what[i]) < 0)
			return NULL;
		id = id << 4 | (uint32_t)hex_digit(what[i]);
	}

	return n ? dbc_find(dbc, id, n == 8) : NULL;
}

static bool is_utf8(void)
{
	setlocale(LC_CTYPE, "");

	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static int show(const struct cmd *self, const struct dbc_args *a, const struct dbc *dbc,
		struct out *o)
{
	const struct dbc_message *m = NULL;

	if (a->n_words > 2) {
		m = find_message(dbc, a->words[2]);
		if (!m)
			return cli_fail(self, EXIT_NO, "%s: no message is called '%s' or has that "
					"id; 'minikey dbc show' lists them", dbc->name, a->words[2]);
	}
	if (a->json && m)
		show_message_json(o, dbc, m);
	else if (a->json)
		show_list_json(o, dbc);
	else if (m)
		show_message(o, dbc, m, is_utf8());
	else
		show_list(o, dbc, is_utf8());

	return EXIT_YES;
}

static int show_main(const struct cmd *self, const struct dbc_args *a)
{
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	_cleanup_(freep) char *text = NULL;
	struct loading l = { .cmd = self, .strict = a->strict };
	const char *path = a->words[1];
	struct out out;
	int r, status;
	size_t len;

	r = files_read(path, &text, &len);
	if (r < 0)
		return cli_fail(self, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));
	r = dbc_parse(path, text, len, warn_fault, &l, &dbc);
	if (r < 0)
		return cli_fail(self, EXIT_INPUT, "cannot load '%s': %s", path, err_text(r));
	if (dbc->n_messages == 0)
		return cli_fail(self, EXIT_INPUT, "%s: not one message in it; is it a DBC file?",
				path);
	if (a->strict && l.bad)
		return EXIT_INPUT;

	out_init(&out, STDOUT_FILENO);
	status = show(self, a, dbc, &out);
	r = out_flush(&out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return status;
}

static int dbc_main(const struct cmd *self, int argc, char **argv)
{
	struct dbc_args a = { 0 };

	argp_parse(self->argp, argc, argv, 0, NULL, &a);

	return !strcmp(a.words[0], "check") ? check_main(self, &a) : show_main(self, &a);
}

const struct cmd cmd_dbc = {
	.name = "dbc",
	.summary = "Find the faults of a DBC file, or show its layouts",
	.argp = &dbc_argp,
	.main = dbc_main,
};
