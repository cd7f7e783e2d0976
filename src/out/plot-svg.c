/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "dbc/codec.h"
#include "out/axis.h"
#include "out/plot.h"
#include "out/xml.h"

/*
 * Horizontally everything is in percent, so that the picture takes the width it is given
 * and texts keep their size; vertically in pixels.
 */
#define HEAD 56
#define LABEL 22		/* a series' name above it */
#define LANE 26
#define LEGEND 18		/* a line of it */
#define LEGEND_WIDTH 350	/* what a telephone shows */
#define GRAPH 130
#define GAP 14
#define FOOT 34
#define CHAR 7.2		/* mean width of a character, in pixels */
#define COLOURS 8
#define LEFT 2.0		/* where the time begins, in percent of the width */
#define WIDTH 96.0

struct drawing {
	const struct plot *plot;
	struct out *o;
	struct time_axis axis;
	int y;
};

static const char style[] =
	"<style>\n"
	"@media screen{.all{width:100%}}\n"	/* 1000 is for what knows no screen */
	"text{font:13px system-ui,sans-serif;fill:#1b1f24}\n"
	".bg{fill:#fff}.dim{fill:#59636e}.title{font-size:16px;font-weight:600}"
	".name{font-weight:600}\n"
	".grid{stroke:#d5dae0;stroke-width:1}.frame{fill:#f6f8fa}\n"
	".line{fill:none;stroke:#0a5cc2;stroke-width:1.5;vector-effect:non-scaling-stroke;"
	"stroke-linejoin:round}\n"
	".halo{paint-order:stroke;stroke:#f6f8fa;stroke-width:4px}\n"
	".c0{fill:#cfe3ff}.c1{fill:#ffd8ad}.c2{fill:#c3edcb}.c3{fill:#f8c8d4}.c4{fill:#e2d3fb}"
	".c5{fill:#fdeea6}.c6{fill:#bfeaed}.c7{fill:#dfe1e4}\n"
	"@media (max-width:700px){.w1,.odd{display:none}}\n"
	"@media (max-width:1100px){.w2{display:none}}\n"
	"@media (prefers-color-scheme:dark){text{fill:#e6e9ed}.bg{fill:#12161b}.dim{fill:#9aa5b1}"
	".grid{stroke:#333b45}.frame{fill:#1a2027}.line{stroke:#6cb2ff}"
	".halo{stroke:#1a2027}.c0{fill:#1d4e89}.c1{fill:#7d4a12}.c2{fill:#1c6634}.c3{fill:#832c45}"
	".c4{fill:#553d87}.c5{fill:#6b5b0e}.c6{fill:#125d61}.c7{fill:#4a525c}}\n"
	"</style>\n";

/* Where T is, from 0 to 1. */
static double place(const struct drawing *d, nsec_t t)
{
	return (double)(t - d->axis.first) / (double)(d->axis.last - d->axis.first);
}

/* ---- words ---- */

/* RAW's word, or its number. */
static const char *state_text(const struct dbc_signal *s, uint64_t raw, char *buf, size_t size)
{
	const char *word = dbc_word(s, raw);

	if (word)
		return word;
	dbc_physical_text(s, raw, buf, size);

	return buf;
}

/* A value's colour: its place in the table; other values after those. */
static size_t state_colour(const struct dbc_signal *s, uint64_t raw)
{
	for (size_t i = 0; i < s->n_values; i++)
		if ((uint64_t)s->values[i].raw == raw)
			return i % COLOURS;

	return (size_t)((s->n_values + raw) % COLOURS);
}

static void put_times(struct drawing *d, nsec_t from, nsec_t to)
{
	char buf[AXIS_LABEL_MAX];

	out_put(d->o, buf, time_axis_exact(&d->axis, from, buf));
	out_puts(d->o, ", for ");
	num_put_seconds(buf, sizeof(buf), to - from);
	out_printf(d->o, "%s s", buf);
}

static void put_state(struct drawing *d, const struct plot_series *s, size_t i)
{
	nsec_t from = s->points[i].t, to = i + 1 < s->n ? s->points[i + 1].t : s->held;
	double x = place(d, from), w = MAX(place(d, to) - x, 0);
	char buf[40];
	const char *word = state_text(s->signal, s->points[i].raw, buf, sizeof(buf));
	double need = (double)strlen(word) * CHAR + 10;

	out_printf(d->o, "<rect class=\"c%zu\" x=\"%.3f%%\" width=\"%.3f%%\" height=\"%d\"><title>",
		   state_colour(s->signal, s->points[i].raw), 100 * x, MAX(100 * w, 0.08), LANE);
	xml_puts(d->o, word);
	out_puts(d->o, ": ");
	put_times(d, from, to);
	out_puts(d->o, "</title></rect>\n");

	/* Words are shown where they fit: at 390 pixels, over 700, over 1100, or not at all. */
	if (need > 1100 * WIDTH / 100 * w)
		return;
	out_printf(d->o, "<text%s x=\"%.3f%%\" dx=\"5\" y=\"18\">",
		   need <= 360 * WIDTH / 100 * w ? "" :
		   need <= 700 * WIDTH / 100 * w ? " class=\"w1\"" : " class=\"w2\"",
		   100 * x);
	xml_puts(d->o, word);
	out_puts(d->o, "</text>\n");
}

/* Is I the first point of its value? */
static bool is_new(const struct plot_series *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->points[k].raw == s->points[i].raw)
			return false;

	return true;
}

#define LEGEND_ENTRIES_MAX 24

/*
 * Which colour is which word, of those that occur, in lines as wide as a telephone. With
 * DRAW false nothing is written. Returns the height.
 */
static int put_legend(struct drawing *d, const struct plot_series *s, bool draw)
{
	double x = 0;
	size_t n = 0;
	int y = 0;

	for (size_t i = 0; i < s->n && n < LEGEND_ENTRIES_MAX; i++) {
		char buf[40];
		const char *word = state_text(s->signal, s->points[i].raw, buf, sizeof(buf));
		double need = (double)strlen(word) * CHAR + 32;

		if (!is_new(s, i))
			continue;
		if (x > 0 && x + need > LEGEND_WIDTH) {
			x = 0;
			y += LEGEND;
		}
		if (draw) {
			out_printf(d->o, "<g transform=\"translate(%.0f %d)\"><rect class=\"c%zu\" y=\"4\" "
					 "width=\"12\" height=\"12\" rx=\"2\"/><text class=\"dim\" x=\"17\" "
					 "y=\"15\">", x, y, state_colour(s->signal, s->points[i].raw));
			xml_puts(d->o, word);
			out_puts(d->o, "</text></g>\n");
		}
		x += need;
		n++;
	}

	return y + LEGEND;
}

/* ---- series ---- */

static void put_name(struct drawing *d, const struct plot_series *s)
{
	out_printf(d->o, "<text class=\"name\" x=\"%.1f%%\" y=\"%d\">", LEFT, d->y + 15);
	xml_puts(d->o, s->signal->message->name);
	out_putc(d->o, '.');
	xml_puts(d->o, s->signal->name);
	if (!s->is_state && *s->signal->unit) {
		out_puts(d->o, " <tspan class=\"dim\">in ");
		xml_puts(d->o, s->signal->unit);
		out_puts(d->o, "</tspan>");
	}
	out_puts(d->o, "</text>\n");
	d->y += LABEL;
}

static void open_area(struct drawing *d, int height)
{
	out_printf(d->o, "<svg x=\"%.1f%%\" y=\"%d\" width=\"%.1f%%\" height=\"%d\">\n", LEFT, d->y, WIDTH,
		   height);
}

static void put_ticks(struct drawing *d, int height)
{
	for (nsec_t t = time_axis_start(&d->axis); t <= d->axis.last; t += d->axis.step)
		out_printf(d->o, "<line class=\"grid\" x1=\"%.3f%%\" x2=\"%.3f%%\" y2=\"%d\"/>\n",
			   100 * place(d, t), 100 * place(d, t), height);
}

static void put_lane(struct drawing *d, const struct plot_series *s)
{
	int height;

	open_area(d, LANE);
	out_printf(d->o, "<rect class=\"frame\" width=\"100%%\" height=\"%d\"/>\n", LANE);
	put_ticks(d, LANE);
	for (size_t i = 0; i < s->n; i++)
		put_state(d, s, i);
	out_puts(d->o, "</svg>\n");
	d->y += LANE;
	height = put_legend(d, s, false);
	open_area(d, height);
	put_legend(d, s, true);
	out_puts(d->o, "</svg>\n");
	d->y += height;
}

/* The least and greatest values, not the same. */
static void find_range(const struct plot_series *s, double *ret_low, double *ret_high)
{
	double low = s->points[0].value, high = low;

	for (size_t i = 0; i < s->n; i++) {
		low = MIN(low, s->points[i].value);
		high = MAX(high, s->points[i].value);
	}
	if (low == high) {
		double room = MAX(fabs(low) / 10, 1);

		low -= room;
		high += room;
	}
	*ret_low = low;
	*ret_high = high;
}

static double height_of(double value, double low, double high)
{
	double part = (value / 2 - low / 2) / (high / 2 - low / 2);	/* halves: no overflow */

	return 4 + (1 - part) * (GRAPH - 8);
}

enum scale_part { SCALE_LINES, SCALE_NUMBERS };

static void put_scale(struct drawing *d, double low, double high, enum scale_part part)
{
	double step = axis_step(low, high), value = axis_start(low, step);

	for (int n = 0; value <= high && n < 12; value += step, n++) {
		double y = height_of(value, low, high);

		/* Adding up leaves crumbs where 0 should be. */
		if (part == SCALE_LINES)
			out_printf(d->o, "<line class=\"grid\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>\n", y, y);
		else
			out_printf(d->o, "<text class=\"dim halo\" x=\"4\" y=\"%.1f\">%.10g</text>\n",
				   y < 16 ? y + 13 : y - 3, fabs(value) < step / 1e6 ? 0 : value);
	}
}

static void put_line(struct drawing *d, const struct plot_series *s, double low, double high)
{
	out_printf(d->o, "<svg width=\"100%%\" height=\"%d\" viewBox=\"0 0 1000 %d\" "
			 "preserveAspectRatio=\"none\">\n<polyline class=\"line\" points=\"", GRAPH, GRAPH);
	for (size_t i = 0; i < s->n; i++)
		out_printf(d->o, "%.2f,%.1f ", 1000 * place(d, s->points[i].t),
			   height_of(s->points[i].value, low, high));
	out_printf(d->o, "%.2f,%.1f\"/>\n</svg>\n", 1000 * place(d, s->held),
		   height_of(s->points[s->n - 1].value, low, high));
}

static void put_graph(struct drawing *d, const struct plot_series *s)
{
	double low, high;

	find_range(s, &low, &high);
	open_area(d, GRAPH);
	out_printf(d->o, "<rect class=\"frame\" width=\"100%%\" height=\"%d\"/>\n", GRAPH);
	put_ticks(d, GRAPH);
	put_scale(d, low, high, SCALE_LINES);
	put_line(d, s, low, high);
	put_scale(d, low, high, SCALE_NUMBERS);	/* over the line, to stay readable */
	out_puts(d->o, "</svg>\n");
	d->y += GRAPH;
}

/* ---- the whole ---- */

static struct time_axis find_axis(const struct plot *p)
{
	nsec_t first = NSEC_NEVER, last = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct plot_series *s = &p->series[i];

		if (s->n == 0)
			continue;
		last = first == NSEC_NEVER ? s->held : MAX(last, s->held);
		first = MIN(first, s->points[0].t);
	}
	if (first == NSEC_NEVER)
		first = last = 0;

	return time_axis_make(first, last);
}

static int find_height(struct drawing *d)
{
	const struct plot *p = d->plot;
	int height = HEAD + FOOT;

	for (size_t i = 0; i < p->n; i++) {
		const struct plot_series *s = &p->series[i];

		height += LABEL + GAP;
		if (s->n == 0)
			height += LANE;
		else
			height += s->is_state ? LANE + put_legend(d, s, false) : GRAPH;
	}

	return height;
}

static void put_head(struct drawing *d, const char *title)
{
	char buf[AXIS_LABEL_MAX];

	out_printf(d->o, "<text class=\"title\" x=\"%.1f%%\" y=\"24\">", LEFT);
	xml_puts(d->o, title);
	out_printf(d->o, "</text>\n<text class=\"dim\" x=\"%.1f%%\" y=\"43\">", LEFT);
	if (d->axis.clock) {
		out_puts(d->o, "from ");
		out_put(d->o, buf, time_axis_exact(&d->axis, d->axis.first, buf));
		out_puts(d->o, ", ");
	}
	num_put_seconds(buf, sizeof(buf),
			(d->axis.last - d->axis.first + NSEC_PER_MSEC / 2) / NSEC_PER_MSEC * NSEC_PER_MSEC);
	out_printf(d->o, "%s s long</text>\n", buf);
	d->y = HEAD;
}

/* Every other one, and those that would leave a narrow picture, are for wide ones only. */
static void put_foot(struct drawing *d)
{
	size_t n = 0;

	for (nsec_t t = time_axis_start(&d->axis); t <= d->axis.last; t += d->axis.step, n++) {
		double x = place(d, t);
		bool narrow = n % 2 || (x > 0.03 && x < 0.08) || (x > 0.92 && x < 0.97);
		char buf[AXIS_LABEL_MAX];

		time_axis_label(&d->axis, t, buf);
		out_printf(d->o, "<text class=\"dim%s\" x=\"%.3f%%\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			   narrow ? " odd" : "", LEFT + WIDTH * x, d->y + 8,
			   x <= 0.03 ? "start" : x >= 0.97 ? "end" : "middle", buf);
	}
}

void plot_svg(const struct plot *p, const char *title, struct out *o)
{
	struct drawing d = { .plot = p, .o = o, .axis = find_axis(p) };

	out_printf(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"all\" width=\"1000\" height=\"%d\" "
		      "role=\"img\">\n<title>", find_height(&d));
	xml_puts(o, title);
	out_puts(o, "</title>\n");
	out_puts(o, style);
	out_puts(o, "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n");
	put_head(&d, title);
	for (size_t i = 0; i < p->n; i++) {
		const struct plot_series *s = &p->series[i];

		put_name(&d, s);
		if (s->n == 0) {
			out_printf(o, "<text class=\"dim\" x=\"%.1f%%\" y=\"%d\">never heard</text>\n", LEFT,
				   d.y + 16);
			d.y += LANE;
		} else if (s->is_state) {
			put_lane(&d, s);
		} else {
			put_graph(&d, s);
		}
		d.y += GAP;
	}
	put_foot(&d);
	out_puts(o, "</svg>\n");
}
