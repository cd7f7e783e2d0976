/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/links-show.h"
#include "out/json.h"

#define SYS "/sys"
#define DEV "/dev"

int found_look(struct found *ret)
{
	int r, n;

	*ret = (struct found){ 0 };
	r = canif_list(&ret->can);
	ret->n_can = r > 0 ? (size_t)r : 0;
	n = adapter_list(SYS, DEV, &ret->serial);
	ret->n_serial = n > 0 ? (size_t)n : 0;
	ret->idle_can = adapter_idle_can(SYS);

	return MIN(MIN(r, n), 0);
}

void found_free(struct found *f)
{
	free(f->can);
	free(f->serial);
	free(f->probed);
}

static bool is_controller(const struct canif *ci)
{
	return !strcmp(ci->kind, "can");
}

static const char *driver(const struct canif *ci, char *buf, size_t size)
{
	return canif_driver(SYS, ci->name, buf, size) < 0 ? NULL : buf;
}

/* ---- text ---- */

const char *links_rate(char *buf, uint32_t bitrate)
{
	size_t n = num_put_double(buf, RATE_MAX, bitrate / 1000.0);

	strcpy(buf + n, " kbit/s");

	return buf;
}

static void put_key(struct out *o, const char *key)
{
	out_printf(o, "  %-16s", key);
}

static void put_modes(struct out *o, uint32_t modes)
{
	for (uint32_t bit = 1; bit; bit <<= 1) {
		const char *word = modes & bit ? canif_mode_word(bit) : NULL;

		if (word)
			out_printf(o, ", %s", word);
	}
}

void links_put_setting(struct out *o, const struct canif_controller *c)
{
	char rate[RATE_MAX];

	out_printf(o, "%s, sample point %u.%03u", links_rate(rate, c->bitrate),
		   c->sample_point / 1000, c->sample_point % 1000);
	if (c->data_bitrate)
		out_printf(o, ", data %s", links_rate(rate, c->data_bitrate));
	put_modes(o, c->modes);
}

/* What has happened, and how often. */
static void put_happened(struct out *o, const struct canif_controller *c)
{
	const struct {
		const char *word;
		uint32_t n;
	} all[] = {
		{ "bus-off", c->bus_off },
		{ "error-passive", c->error_passive },
		{ "error-warning", c->error_warning },
		{ "bus-error", c->bus_error },
		{ "arbitration-lost", c->arbitration_lost },
		{ "restarted", c->restarts },
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!all[i].n)
			continue;
		if (!any)
			put_key(o, "it was");
		out_printf(o, "%s%s %" PRIu32 " time%s", any ? ", " : "", all[i].word, all[i].n,
			   all[i].n == 1 ? "" : "s");
		any = true;
	}
	if (any)
		out_putc(o, '\n');
}

static void put_controller(struct out *o, const struct canif *ci)
{
	const struct canif_controller *c = &ci->controller;

	put_key(o, "bit rate");
	if (c->bitrate)
		links_put_setting(o, c);
	else
		out_printf(o, "not set: 'sudo minikey links up %s --bitrate 100k' sets it", ci->name);
	out_putc(o, '\n');
	put_key(o, "restart");
	if (c->restart_ms)
		out_printf(o, "%u ms after bus-off\n", c->restart_ms);
	else
		out_printf(o, "not by itself\n");
	if (c->has_errors) {
		put_key(o, "error counters");
		out_printf(o, "%u receiving, %u sending\n", c->rx_errors, c->tx_errors);
	}
	put_happened(o, c);
}

static void can_text(struct out *o, const struct canif *ci)
{
	const struct canif_counts *n = &ci->counts;
	char name[64];

	out_printf(o, "%s  %s, %s%s", ci->name, *ci->kind ? ci->kind : "CAN",
		   ci->up ? "up" : "down", ci->fd ? ", CAN FD" : "");
	if (ci->up && ci->controller.state)
		out_printf(o, ", %s", ci->controller.state);
	out_putc(o, '\n');
	if (driver(ci, name, sizeof(name))) {
		put_key(o, "driver");
		out_printf(o, "%s\n", name);
	}
	if (is_controller(ci))
		put_controller(o, ci);
	put_key(o, "frames");
	out_printf(o, "%" PRIu64 " received, %" PRIu64 " sent\n", n->rx, n->tx);
	put_key(o, "lost");
	out_printf(o, "%" PRIu64 " overrun, %" PRIu64 " dropped; not sent: %" PRIu64 " dropped, %" PRIu64
		   " failed\n", n->overruns, n->rx_dropped, n->tx_dropped, n->tx_errors);
	put_key(o, "address");
	out_printf(o, "%s\n", ci->name);
}

static void put_escaped_line(struct out *o, const char *key, const char *text)
{
	if (!*text)
		return;
	put_key(o, key);
	out_put_escaped(o, text, strlen(text));
	out_putc(o, '\n');
}

/* Whoever may not use it is told how to. */
static void put_access(struct out *o, const struct adapter *a)
{
	put_key(o, "access");
	if (a->usable)
		out_printf(o, *a->group ? "yes (group %s)\n" : "yes\n", a->group);
	else if (a->for_group)
		out_printf(o, "no: 'sudo usermod -aG %s $USER' and a new login give it\n", a->group);
	else
		out_puts(o, "no\n");
}

static void serial_text(struct out *o, const struct found *f, size_t i)
{
	const struct adapter *a = &f->serial[i];

	out_printf(o, "%s  %s", a->device, a->chip ? a->chip : "serial adapter");
	if (a->usb)
		out_printf(o, ", USB %04x:%04x", a->vendor, a->product);
	out_putc(o, '\n');
	put_escaped_line(o, "driver", a->driver);
	put_escaped_line(o, "maker", a->maker);
	put_escaped_line(o, "name", a->name);
	put_escaped_line(o, "serial number", a->serial);
	if (a->latency_ms >= 0) {
		put_key(o, "latency timer");
		out_printf(o, "%d ms\n", a->latency_ms);
	}
	put_access(o, a);
	put_key(o, "addresses");
	for (size_t k = 0; a->kinds[k]; k++)
		out_printf(o, "%s%s:%s", k ? " " : "", a->kinds[k], a->device);
	out_putc(o, '\n');
	if (f->probed)
		probed_text(o, a, &f->probed[i]);
}

void found_text(struct out *o, const struct found *f)
{
	for (size_t i = 0; i < f->n_can; i++)
		can_text(o, &f->can[i]);
	for (size_t i = 0; i < f->n_serial; i++)
		serial_text(o, f, i);
}

/* ---- JSON ---- */

static void json_text(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_string(j, s);
}

/* 0 stands for what is not known. */
static void json_known(struct json *j, const char *key, uint32_t v)
{
	json_key(j, key);
	if (v)
		json_int(j, v);
	else
		json_null(j);
}

static void json_count(struct json *j, const char *key, uint64_t v)
{
	char buf[24];

	buf[num_put_uint(buf, v)] = '\0';
	json_key(j, key);
	json_number(j, buf);
}

static void json_pair(struct json *j, const char *key, uint64_t rx, uint64_t tx)
{
	json_key(j, key);
	json_open(j, '{');
	json_count(j, "rx", rx);
	json_count(j, "tx", tx);
	json_close(j, '}');
}

static void json_modes(struct json *j, uint32_t modes)
{
	json_key(j, "modes");
	json_open(j, '[');
	for (uint32_t bit = 1; bit; bit <<= 1)
		if (modes & bit && canif_mode_word(bit))
			json_string(j, canif_mode_word(bit));
	json_close(j, ']');
}

static void json_controller(struct json *j, const struct canif_controller *c)
{
	char point[32];

	json_text(j, "state", c->state);
	json_known(j, "bitrate", c->bitrate);
	json_key(j, "sample_point");
	point[num_put_double(point, sizeof(point), c->sample_point / 1000.0)] = '\0';
	if (c->sample_point)
		json_number(j, point);
	else
		json_null(j);
	json_known(j, "data_bitrate", c->data_bitrate);
	json_count(j, "restart_ms", c->restart_ms);
	json_modes(j, c->modes);
	if (c->has_errors)
		json_pair(j, "error_counters", c->rx_errors, c->tx_errors);
	json_key(j, "happened");
	json_open(j, '{');
	json_count(j, "bus-off", c->bus_off);
	json_count(j, "error-passive", c->error_passive);
	json_count(j, "error-warning", c->error_warning);
	json_count(j, "bus-error", c->bus_error);
	json_count(j, "arbitration-lost", c->arbitration_lost);
	json_count(j, "restarted", c->restarts);
	json_close(j, '}');
}

static void can_json(struct json *j, const struct canif *ci)
{
	const struct canif_counts *n = &ci->counts;
	char name[64];

	json_open(j, '{');
	json_text(j, "address", ci->name);
	json_text(j, "kind", *ci->kind ? ci->kind : NULL);
	json_text(j, "driver", driver(ci, name, sizeof(name)));
	json_key(j, "up");
	json_bool(j, ci->up);
	json_key(j, "fd");
	json_bool(j, ci->fd);
	if (is_controller(ci))
		json_controller(j, &ci->controller);
	json_pair(j, "frames", n->rx, n->tx);
	json_pair(j, "errors", n->rx_errors, n->tx_errors);
	json_pair(j, "dropped", n->rx_dropped, n->tx_dropped);
	json_count(j, "overruns", n->overruns);
	json_close(j, '}');
}

static void json_id(struct json *j, const char *key, const struct adapter *a, uint16_t id)
{
	char text[8];

	snprintf(text, sizeof(text), "%04x", id);
	json_text(j, key, a->usb ? text : NULL);
}

static void serial_json(struct json *j, const struct found *f, size_t at)
{
	const struct adapter *a = &f->serial[at];

	json_open(j, '{');
	json_text(j, "device", a->device);
	json_key(j, "addresses");
	json_open(j, '[');
	for (size_t i = 0; a->kinds[i]; i++) {
		char address[64];

		snprintf(address, sizeof(address), "%s:%s", a->kinds[i], a->device);
		json_string(j, address);
	}
	json_close(j, ']');
	json_text(j, "driver", *a->driver ? a->driver : NULL);
	json_id(j, "vendor", a, a->vendor);
	json_id(j, "product", a, a->product);
	json_text(j, "chip", a->chip);
	json_text(j, "maker", *a->maker ? a->maker : NULL);
	json_text(j, "name", *a->name ? a->name : NULL);
	json_text(j, "serial", *a->serial ? a->serial : NULL);
	json_key(j, "latency_ms");
	if (a->latency_ms >= 0)
		json_int(j, a->latency_ms);
	else
		json_null(j);
	json_key(j, "usable");
	json_bool(j, a->usable);
	json_text(j, "group", *a->group ? a->group : NULL);
	if (f->probed) {
		json_key(j, "probe");
		probed_json(j, &f->probed[at]);
	}
	json_close(j, '}');
}

void found_json(struct out *o, const struct found *f)
{
	struct json j = { .out = o };

	json_open(&j, '{');
	json_key(&j, "can");
	json_open(&j, '[');
	for (size_t i = 0; i < f->n_can; i++)
		can_json(&j, &f->can[i]);
	json_close(&j, ']');
	json_key(&j, "serial");
	json_open(&j, '[');
	for (size_t i = 0; i < f->n_serial; i++)
		serial_json(&j, f, i);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
