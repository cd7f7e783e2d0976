/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "car/grade.h"
#include "out/report.h"
#include "out/view.h"
#include "out/xml.h"

static const char page_style[] =
	"body{margin:0 auto;max-width:62rem;padding:1rem;background:var(--paper);color:var(--ink);"
	"font:1rem/1.45 system-ui,sans-serif;overflow-wrap:break-word}\n"
	"h1{margin:.2rem 0;font-size:2rem}h2{margin:1.6rem 0 .5rem;font-size:1.15rem}p{margin:.4rem 0}\n"
	"h1.ok,td.ok{color:var(--ok)}h1.bad,td.bad{color:var(--bad)}h1.open{color:var(--open)}\n"
	".hint{border-left:4px solid var(--open);padding:.2rem 0 .2rem .8rem}\n"
	".small{color:var(--dim);font-size:.9rem}\n"
	"table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600}\n"
	"th,td{padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--grid);vertical-align:top}\n"
	"td:first-child{width:1rem}.n{text-align:right;white-space:nowrap}svg{display:block}\n"
	"li{margin:.3rem 0}dt{font-weight:600}dd{margin:0 0 .4rem}\n"
	"@media print{body{max-width:none;padding:0}tr,li{break-inside:avoid}h2,h2+p{break-after:avoid}}\n";

static void put_element(struct out *o, const char *tag, const char *class, const char *text)
{
	out_printf(o, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
	xml_puts(o, text);
	out_printf(o, "</%s>\n", tag);
}

/* ---- the verdict ---- */

static void put_head(const struct report *r, struct out *o)
{
	out_puts(o, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n"
		    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		    "<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none';style-src 'unsafe-inline'\"/>\n<title>");
	out_printf(o, "%s: ", verdict_word(r->result.verdict));
	xml_puts(o, r->name);
	out_printf(o, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n", report_style, page_style);
}

static void put_verdict(const struct report *r, struct out *o)
{
	const struct judge_result *v = &r->result;
	const char *class, *mark = report_mark(v->verdict, &class);

	out_puts(o, "<header>\n");
	put_element(o, "p", "small", r->procedure ? r->procedure->title : "Initialisation of fobs");
	out_printf(o, "<h1 class=\"%s\">%s %s</h1>\n", class, mark, verdict_word(v->verdict));
	if (*v->reason)
		put_element(o, "p", NULL, v->reason);
	if (v->n_slots) {
		out_puts(o, "<p>Learned, by slot:");
		for (unsigned int i = 0; i < v->n_slots; i++)
			out_printf(o, " %d", v->slots[i]);
		out_puts(o, ". Fobs that took no part are forgotten; try each one now.</p>\n");
	}
	if (*v->hint) {
		out_puts(o, "<p class=\"hint\"><b>Hint:</b> ");
		xml_puts(o, v->hint);
		out_puts(o, "</p>\n");
	}
	out_puts(o, "</header>\n");
}

/* ---- steps ---- */

static void put_step(const struct judge_step *s, struct out *o)
{
	char buf[AXIS_LABEL_MAX];

	out_printf(o, "<tr><td class=\"%s\">%s</td><td>", s->ok ? "ok" : "bad",
		   s->ok ? "\xe2\x9c\x93" : "\xe2\x9c\x97");
	if (s->fob)
		out_printf(o, "fob %u: ", s->fob);
	xml_puts(o, view_step_text(s));
	if (!s->ok)
		out_puts(o, " <b>missed</b>");
	if (*s->reason) {
		out_puts(o, "<br/><span class=\"small\">");
		xml_puts(o, s->reason);
		out_puts(o, "</span>");
	}
	out_printf(o, "</td><td class=\"n\">%s</td>", report_seconds(buf, s->limit == JUDGE_NO_TIME ?
									  JUDGE_NO_TIME : s->took));
	out_printf(o, "<td class=\"n\">%s</td></tr>\n", report_seconds(buf, s->limit));
}

static void put_steps(const struct report *r, struct out *o)
{
	out_puts(o, "<section>\n<h2>Steps</h2>\n");
	if (r->n_steps == 0) {
		out_puts(o, "<p>No step of a procedure was heard.</p>\n</section>\n");
		return;
	}
	out_puts(o, "<p class=\"small\">Shaded: its limit; the bar: what it took.</p>\n");
	report_picture(r, o, REPORT_STEPS);
	out_puts(o, "<table>\n<thead><tr><th></th><th>Step</th><th class=\"n\">took</th>"
		    "<th class=\"n\">limit</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->n_steps; i++)
		put_step(&r->steps[i], o);
	out_puts(o, "</tbody>\n</table>\n</section>\n");
}

/* ---- what was heard ---- */

static void put_picture(const struct report *r, struct out *o)
{
	unsigned long left_out;

	out_puts(o, "<section>\n<h2>What was heard</h2>\n"
		    "<p class=\"small\">Shaded: the time that the limit of a step leaves.</p>\n");
	left_out = report_picture(r, o, REPORT_LANES) + r->left_out;
	if (left_out)
		out_printf(o, "<p class=\"small\">%lu change%s not shown, for want of room.</p>\n", left_out,
			   left_out == 1 ? " is" : "s are");
	out_puts(o, "</section>\n");
}

/* ---- the rules ---- */

static void put_rule(const struct procedure_step *s, struct out *o)
{
	char limit[32];

	out_puts(o, "<li>");
	xml_puts(o, s->text);
	if (s->limit) {
		num_put_seconds(limit, sizeof(limit), s->limit);
		out_printf(o, " <span class=\"small\">(Within %s s%s, from ", limit,
			   s->own ? ", our own choice" : "");
		xml_puts(o, s->from);
		out_puts(o, " to ");
		xml_puts(o, s->to);
		out_puts(o, ".)</span>");
	}
	out_puts(o, "</li>\n");
}

static void put_rules(const struct procedure *p, struct out *o)
{
	out_puts(o, "<section>\n<h2>The procedure: ");
	xml_puts(o, p->id);
	out_puts(o, "</h2>\n<p class=\"small\">");
	xml_puts(o, p->cars);
	out_printf(o, "; %s: ", grade_word(p->grade));
	xml_puts(o, p->source);
	out_puts(o, "</p>\n<ol>\n");
	for (size_t i = 0; i < p->n_steps; i++)
		put_rule(&p->steps[i], o);
	out_puts(o, "</ol>\n</section>\n");
}

/* ---- the recording ---- */

static void put_recording(const struct report *r, struct out *o)
{
	struct time_axis axis = time_axis_make(r->first, r->last);
	char buf[AXIS_LABEL_MAX];

	out_puts(o, "<section>\n<h2>The recording</h2>\n<dl>\n");
	put_element(o, "dt", NULL, "File");
	put_element(o, "dd", NULL, r->name);
	if (r->car) {
		put_element(o, "dt", NULL, "Car");
		put_element(o, "dd", NULL, r->car);
	}
	if (axis.clock) {
		time_axis_exact(&axis, r->first, buf);
		put_element(o, "dt", NULL, "Begins");
		put_element(o, "dd", NULL, buf);
	}
	put_element(o, "dt", NULL, "Length");
	put_element(o, "dd", NULL, report_seconds(buf, r->last - r->first));
	put_element(o, "dt", NULL, "Frames");
	out_printf(o, "<dd>%lu", r->frames);
	if (r->lost)
		out_printf(o, "; %lu lost when it was made", r->lost);
	out_puts(o, "</dd>\n</dl>\n");
	if (r->last > r->to)
		out_printf(o, "<p class=\"small\">It goes on for %s after what is shown. Only the first "
			      "attempt in it is judged.</p>\n", report_seconds(buf, r->last - r->to));
	out_puts(o, "<p class=\"small\">Judged by " PACKAGE_STRING ".</p>\n</section>\n");
}

void report_html(const struct report *r, struct out *o)
{
	put_head(r, o);
	put_verdict(r, o);
	put_picture(r, o);
	put_steps(r, o);
	if (r->procedure)
		put_rules(r->procedure, o);
	put_recording(r, o);
	out_puts(o, "</body>\n</html>\n");
}
