/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "out/report.h"
#include "out/view.h"
#include "out/wrap.h"
#include "out/xml.h"

/*
 * The lanes, and under them a row a step: horizontally in percent, so that the picture
 * takes the width it is given and texts keep their size; vertically in pixels.
 */
#define AXIS 22
#define LABEL 19	/* a lane's name above it */
#define LANE 22
#define GAP 7
#define HEAD 140	/* of an SVG document: the verdict */
#define LINE 120	/* characters in a line of it */
#define CHAR 7.2	/* mean width of a character, in pixels */
#define SPANS_MAX 400	/* in all, so that a page stays under 100 kB */

struct picture {
	const struct report *r;
	struct out *o;
	struct time_axis axis;
	size_t spans;
	unsigned long left_out;
	int y;
};

const char report_style[] =
	":root{--ink:#1b1f24;--dim:#59636e;--paper:#fff;--lane:#f1f3f5;--grid:#d5dae0;"
	"--win:#f4dfa8;--a:#9cc5ff;--b:#5b9df5;--c:#ffb68a;--ok:#14713a;--bad:#b3261e;--open:#8a5a00}\n"
	"@media screen and (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#9aa5b1;"
	"--paper:#12161b;--lane:#1d242c;--grid:#36404b;--win:#574715;--a:#1d4e89;--b:#2f78d0;"
	"--c:#8a4519;--ok:#5fd38d;--bad:#ff8a80;--open:#f2c14e}}\n"
	"text{font:13px system-ui,sans-serif;fill:var(--ink)}\n"
	".bg{fill:var(--paper)}.dim{fill:var(--dim)}.name{font-weight:600}\n"
	".lane{fill:var(--lane)}.grid{stroke:var(--grid)}.win{fill:var(--win)}\n"
	".a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}\n"
	".ok{fill:var(--ok)}.bad{fill:var(--bad)}.open{fill:var(--open)}\n"
	".end{stroke:var(--bad);stroke-width:2;stroke-dasharray:4 3}\n"
	"@media (max-width:700px){.w1,.odd{display:none}}\n"
	"@media (max-width:1000px){.w2{display:none}}\n"
	"@media print{rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

/* Where T is, in percent. */
static double place(const struct picture *d, nsec_t t)
{
	double x = 100 * (double)(t - d->axis.first) / (double)(d->axis.last - d->axis.first);

	return x < 0 ? 0 : x > 100 ? 100 : x;
}

/* ---- lanes ---- */

static void put_lane_name(char *buf, size_t size, const struct report_lane *l)
{
	static const char *const names[N_DATA] = {
		[DATUM_IGNITION] = "Ignition",
		[DATUM_KEY_IN_LOCK] = "Key in the lock",
		[DATUM_DOOR_DRIVER] = "Driver door",
		[DATUM_DOOR_PASSENGER] = "Passenger door",
		[DATUM_DOOR_REAR_DRIVER] = "Rear driver door",
		[DATUM_DOOR_REAR_PASSENGER] = "Rear passenger door",
		[DATUM_LOCK] = "Locks",
		[DATUM_BOOT] = "Boot",
		[DATUM_BONNET] = "Bonnet",
	};

	if (l->datum != N_DATA)
		snprintf(buf, size, "%s", names[l->datum]);
	else
		snprintf(buf, size, "Fob in slot %d: %s", l->slot,
			 l->button == FOB_LOCK	 ? "LOCK" :
			 l->button == FOB_UNLOCK ? "UNLOCK" :
						   "BOOT");
}

/* How VALUE looks; NULL: it is the calm one, of which only the word is shown. */
static const char *value_class(enum datum d, int value)
{
	if (d == N_DATA)
		return value ? "b" : NULL;
	if (d == DATUM_IGNITION)
		return value <= IGNITION_OFF ? NULL : value == IGNITION_ACC ? "a" :
		       value == IGNITION_ON  ? "b" : "c";
	if (d == DATUM_KEY_IN_LOCK)
		return value == KEY_IN ? "a" : NULL;
	if (d == DATUM_LOCK)
		return value <= LOCK_UNLOCKED ? NULL : value == LOCK_LOCKED ? "a" :
		       value == LOCK_SECURED  ? "b" : "c";

	return value == LID_OPEN ? "c" : NULL;
}

static const char *value_word(enum datum d, int value)
{
	if (d == N_DATA)
		return value ? "held" : "";

	return d == DATUM_KEY_IN_LOCK ? (value == KEY_IN ? "in" : value == KEY_OUT ? "out" : "unknown") :
					datum_word(d, value);
}

static void open_row(struct picture *d)
{
	out_printf(d->o, "<svg y=\"%d\" width=\"100%%\" height=\"%d\">\n"
			 "<rect class=\"lane\" width=\"100%%\" height=\"%d\"/>\n", d->y, LANE, LANE);
}

static void put_ticks(struct picture *d)
{
	for (nsec_t t = time_axis_start(&d->axis); t <= d->axis.last; t += d->axis.step)
		out_printf(d->o, "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%d\"/>\n",
			   place(d, t), place(d, t), LANE);
}

static void put_rect(struct picture *d, const char *class, nsec_t from, nsec_t to, int y, int height)
{
	double x = place(d, from), w = place(d, to) - x;

	/* As wide as can be seen, and not out of the picture. */
	w = MAX(w, 0.4);
	out_printf(d->o, "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" y=\"%d\" height=\"%d\"/>\n",
		   class, MIN(x, 100 - w), w, y, height);
}

/* Words are shown where they fit: at 390 pixels, over 700, over 1000, or not at all. */
static void put_word(struct picture *d, const char *word, nsec_t from, nsec_t to)
{
	double x = place(d, from), w = (place(d, to) - x) / 100;
	double need = (double)strlen(word) * CHAR + 10;

	if (!*word || need > 950 * w)
		return;
	out_printf(d->o, "<text%s x=\"%.2f%%\" dx=\"5\" y=\"15\">%s</text>\n",
		   need <= 350 * w ? "" : need <= 650 * w ? " class=\"w1\"" : " class=\"w2\"", x, word);
}

/* Is S about what L shows? */
static bool concerns(const struct judge_step *s, const struct report_lane *l)
{
	if (!strcmp(s->id, "ignition"))
		return l->datum == DATUM_IGNITION || l->datum == DATUM_KEY_IN_LOCK;
	if (!strcmp(s->id, "confirm"))
		return l->datum == DATUM_LOCK;
	if (l->datum != N_DATA || (s->slot >= 0 && s->slot != l->slot))
		return false;

	return l->button == FOB_UNLOCK ? !strcmp(s->id, "unlock") || !strcmp(s->id, "release") :
	       l->button == FOB_LOCK && strcmp(s->id, "unlock");
}

static bool has_window(const struct judge_step *s)
{
	return s->from != JUDGE_NO_TIME && s->limit != JUDGE_NO_TIME;
}

static void put_windows(struct picture *d, const struct report_lane *l)
{
	for (size_t i = 0; i < d->r->n_steps; i++) {
		const struct judge_step *s = &d->r->steps[i];

		if (has_window(s) && concerns(s, l))
			put_rect(d, "win", s->from, s->from + s->limit, 0, LANE);
	}
}

/* Change I of L, from FROM to TO: cut to what is shown. False: it is not. */
static bool span_of(const struct picture *d, const struct report_lane *l, size_t i, nsec_t *from,
		    nsec_t *to)
{
	*from = MAX(l->changes[i].t, d->axis.first);
	*to = i + 1 < l->n ? l->changes[i + 1].t : MAX(d->r->last, l->changes[i].t);
	*to = MIN(*to, d->axis.last);

	return *from <= *to;
}

static void put_changes(struct picture *d, const struct report_lane *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *class = value_class(l->datum, l->changes[i].value);
		nsec_t from, to;

		if (!span_of(d, l, i, &from, &to))
			continue;
		if (d->spans == SPANS_MAX) {
			d->left_out++;
			continue;
		}
		if (class)
			put_rect(d, class, from, to, 2, LANE - 4);
		put_word(d, value_word(l->datum, l->changes[i].value), from, to);
		d->spans++;
	}
}

/* Does something show in it? Doors, ignition, key and locks are always of interest. */
static bool is_shown(const struct picture *d, const struct report_lane *l)
{
	if (l->datum <= DATUM_DOOR_PASSENGER)
		return true;
	for (size_t i = 0; i < l->n; i++) {
		nsec_t from, to;

		if (value_class(l->datum, l->changes[i].value) && span_of(d, l, i, &from, &to))
			return true;
	}

	return false;
}

static void put_name(struct picture *d, const char *name)
{
	out_printf(d->o, "<text class=\"name\" y=\"%d\">%s</text>\n", d->y + 14, name);
	d->y += LABEL;
}

static void put_silent(struct picture *d, const char *what)
{
	out_printf(d->o, "<text class=\"dim\" y=\"%d\">%s</text>\n", d->y + 15, what);
	d->y += LANE + GAP;
}

static void put_lane(struct picture *d, const struct report_lane *l)
{
	char name[40];

	put_lane_name(name, sizeof(name), l);
	put_name(d, name);
	if (l->n == 0) {
		put_silent(d, "never heard");
		return;
	}
	open_row(d);
	put_windows(d, l);
	put_ticks(d);
	put_changes(d, l);
	out_puts(d->o, "</svg>\n");
	d->y += LANE + GAP;
}

/* ---- steps ---- */

static void put_step(struct picture *d, const struct judge_step *s)
{
	const char *class = s->ok ? "ok" : "bad";
	char buf[AXIS_LABEL_MAX];

	out_printf(d->o, "<text class=\"name\" y=\"%d\"><tspan class=\"%s\">%s</tspan> ", d->y + 14, class,
		   s->ok ? "\xe2\x9c\x93" : "\xe2\x9c\x97");
	if (s->fob)
		out_printf(d->o, "fob %u: ", s->fob);
	xml_puts(d->o, view_step_text(s));
	if (s->limit != JUDGE_NO_TIME) {
		out_printf(d->o, " <tspan class=\"dim\" font-weight=\"400\">%s%s", report_seconds(buf, s->took),
			   s->took == JUDGE_NO_TIME ? "limit " : " of ");
		out_printf(d->o, "%s</tspan>", report_seconds(buf, s->limit));
	}
	out_puts(d->o, "</text>\n");
	d->y += LABEL;
	open_row(d);
	if (has_window(s))
		put_rect(d, "win", s->from, s->from + s->limit, 0, LANE);
	put_ticks(d);
	if (s->from != JUDGE_NO_TIME && s->took != JUDGE_NO_TIME)
		put_rect(d, class, s->from, s->from + s->took, 7, LANE - 14);
	if (has_window(s) && s->took > s->limit)
		out_printf(d->o, "<line class=\"end\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%d\"/>\n",
			   place(d, s->from + s->limit), place(d, s->from + s->limit), LANE);
	out_puts(d->o, "</svg>\n");
	d->y += LANE + GAP;
}

/* Every other one, and those that would leave a narrow picture, are for wide ones only. */
static void put_axis(struct picture *d)
{
	size_t n = 0;

	for (nsec_t t = time_axis_start(&d->axis); t <= d->axis.last; t += d->axis.step, n++) {
		double x = place(d, t);
		bool narrow = n % 2 || (x > 3 && x < 10) || (x > 90 && x < 97);
		char buf[AXIS_LABEL_MAX];

		time_axis_label(&d->axis, t, buf);
		out_printf(d->o, "<text class=\"dim%s\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			   narrow ? " odd" : "", x, d->y + 14, x <= 3 ? "start" : x >= 97 ? "end" : "middle",
			   buf);
	}
	d->y += AXIS;
}

/* ---- the whole ---- */

static struct picture start(const struct report *r, struct out *o)
{
	bool heard = r->first != NSEC_NEVER;

	return (struct picture){
		.r = r, .o = o,
		.axis = time_axis_make(heard ? r->from : 0, heard ? r->to : 0),
	};
}

static bool fob_shown(const struct picture *d)
{
	for (size_t i = 0; i < d->r->n_lanes; i++)
		if (d->r->lanes[i].datum == N_DATA && is_shown(d, &d->r->lanes[i]))
			return true;

	return false;
}

static int find_height(const struct picture *d, enum report_part part)
{
	size_t rows = !fob_shown(d);

	for (size_t i = 0; i < d->r->n_lanes; i++)
		rows += is_shown(d, &d->r->lanes[i]);
	if (part == REPORT_STEPS)
		rows = d->r->n_steps;

	return (int)rows * (LABEL + LANE + GAP) + 2 * AXIS;
}

static void put_part(struct picture *d, enum report_part part)
{
	put_axis(d);
	if (part == REPORT_LANES) {
		for (size_t i = 0; i < d->r->n_lanes; i++)
			if (is_shown(d, &d->r->lanes[i]))
				put_lane(d, &d->r->lanes[i]);
		if (!fob_shown(d)) {
			put_name(d, "Fob buttons");
			put_silent(d, "none heard in this time");
		}
	} else {
		for (size_t i = 0; i < d->r->n_steps; i++)
			put_step(d, &d->r->steps[i]);
	}
	put_axis(d);
}

unsigned long report_picture(const struct report *r, struct out *o, enum report_part part)
{
	struct picture d = start(r, o);

	out_printf(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%d\" role=\"img\" "
		      "aria-label=\"%s\">\n", find_height(&d, part),
		   part == REPORT_LANES ? "What was heard, over time" : "The steps and their limits, over time");
	put_part(&d, part);
	out_puts(o, "</svg>\n");

	return d.left_out;
}

/* TEXT in lines that fit the width of 1000 pixels. */
static void put_lines(struct out *o, int *y, const char *text)
{
	char line[160];
	size_t len;

	while ((len = wrap_line(text, LINE))) {
		snprintf(line, sizeof(line), "%.*s", (int)MIN(len, sizeof(line) - 1), text);
		*y += LABEL;
		out_printf(o, "<text x=\"20\" y=\"%d\">", *y);
		xml_puts(o, line);
		out_puts(o, "</text>\n");
		text += len;
		text += strspn(text, " ");
	}
}

void report_svg(const struct report *r, struct out *o)
{
	struct picture d = start(r, o);
	const char *class, *mark = report_mark(r->result.verdict, &class);
	int height = find_height(&d, REPORT_LANES) + find_height(&d, REPORT_STEPS), y = 54;

	/* The reason and the hint have 200 characters at most, each two lines. */
	out_printf(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1000\" height=\"%d\">\n<title>",
		   HEAD + height);
	xml_puts(o, r->name);
	out_printf(o, "</title>\n<style>\n%s</style>\n<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n"
		      "<text class=\"dim\" x=\"20\" y=\"24\">", report_style);
	xml_puts(o, r->name);
	out_printf(o, "</text>\n<text class=\"name %s\" x=\"20\" y=\"50\" style=\"font-size:22px\">%s %s</text>\n",
		   class, mark, verdict_word(r->result.verdict));
	put_lines(o, &y, r->result.reason);
	put_lines(o, &y, r->result.hint);
	out_printf(o, "<svg x=\"2%%\" y=\"%d\" width=\"96%%\" height=\"%d\">\n", HEAD, height);
	put_part(&d, REPORT_LANES);
	if (r->n_steps)
		put_part(&d, REPORT_STEPS);
	out_puts(o, "</svg>\n</svg>\n");
}
