/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "address/address.h"
#include "address/elm.h"
#include "address/logs.h"
#include "address/slcan.h"
#include "link/canif.h"
#include "link/portwire-link.h"
#include "link/pty.h"
#include "link/silent.h"
#include "link/socketcan.h"
#include "link/socketcand-server.h"
#include "link/socketcand.h"
#include "link/tty.h"
#include "proto/bmwfast.h"
#include "proto/ds2.h"
#include "proto/elm-link.h"
#include "proto/kbus-carrier.h"
#include "proto/kbus-link.h"
#include "proto/kbus-wire.h"
#include "proto/tp-bmwfast.h"
#include "proto/tp-kline.h"
#include "proto/tp-isotp.h"
#include "proto/tp-kbus.h"
#include "sim/dongle-link.h"
#include "sim/sim.h"

#define KLINE_BAUD 9600	/* of a port that nobody has set: DS2, kbus.md 4.1 */

static const struct {
	const char *scheme;
	enum address_kind kind;
} schemes[] = {
	{ "socketcan", ADDRESS_SOCKETCAN }, { "kbus", ADDRESS_KBUS },
	{ "kline", ADDRESS_KLINE },	    { "kdcan", ADDRESS_KDCAN },
	{ "elm", ADDRESS_ELM },		    { "slcan", ADDRESS_SLCAN },
	{ "socketcand", ADDRESS_SOCKETCAND }, { "log", ADDRESS_LOG },
	{ "sim", ADDRESS_SIM },
};

/* "PORT" or "PORT,cts". A comma before a slash is one of a name. */
static int parse_port(struct address *a, const char **reterr_why)
{
	const char *comma = strrchr(a->where, ',');
	size_t n = comma && !strchr(comma, '/') ? (size_t)(comma - a->where) : strlen(a->where);

	if (a->where[n] && strcmp(a->where + n, ",cts")) {
		*reterr_why = "unknown word after the comma; known is cts: the interface says by CTS that the "
			      "bus is free";
		return -EINVAL;
	}
	if (n == 0 || n >= sizeof(a->port)) {
		*reterr_why = n ? "too long for a port" : "no port before the comma";
		return -EINVAL;
	}
	memcpy(a->port, a->where, n);
	a->cts = a->where[n];

	return 0;
}

/* "tcp:HOST:PORT", without the slashes, is no path. */
static bool lacks_slashes(const char *where)
{
	return (!strncmp(where, "tcp:", 4) || !strncmp(where, "rfc2217:", 8)) && !strstr(where, "://");
}

static int parse_where(struct address *a, const char **reterr_why)
{
	struct slcan_address slcan;
	struct elm_address elm;

	if (a->kind == ADDRESS_ELM)
		return address_elm_parse(a->where, &elm, reterr_why);
	if (address_is_serial(a) && a->kind != ADDRESS_SLCAN && lacks_slashes(a->where)) {
		*reterr_why = "a network address is tcp://HOST:PORT or rfc2217://HOST:PORT";
		return -EINVAL;
	}
	if (a->kind == ADDRESS_KDCAN && !strcmp(a->where, "pty")) {
		*reterr_why = "there is no simulated K+DCAN cable; a simulated car's D-CAN is behind "
			      "slcan:pty or elm:pty, or sim:CAR";
		return -EINVAL;
	}
	if (a->kind == ADDRESS_KBUS)
		return parse_port(a, reterr_why);

	return a->kind == ADDRESS_SLCAN ? address_slcan_parse(a->where, &slcan, reterr_why) : 0;
}

int address_parse(const char *text, struct address *ret, const char **reterr_why)
{
	const char *colon = strchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	struct address a;

	if (!colon) {
		if (!*text || strlen(text) >= CANIF_NAME_MAX || strpbrk(text, "/ ")) {
			*reterr_why = strchr(text, '/') ? "no interface name; a device or a file needs its "
							  "kind before it: kbus:/dev/ttyUSB0, log:FILE" :
							  "no interface name, and no KIND:WHERE";
			return -EINVAL;
		}
		*ret = (struct address){ .kind = ADDRESS_SOCKETCAN, .where = text, .text = text };
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		if (strlen(schemes[i].scheme) != n || strncmp(schemes[i].scheme, text, n))
			continue;
		a = (struct address){ .kind = schemes[i].kind, .where = colon + 1, .text = text };
		if (!colon[1]) {
			*reterr_why = address_is_serial(&a) ? "nothing after the colon; a port goes there, as "
							      "/dev/ttyUSB0" : "nothing after the colon";
			return -EINVAL;
		}
		if (parse_where(&a, reterr_why) < 0)
			return -EINVAL;
		*ret = a;
		return 0;
	}
	*reterr_why = !strncmp(text, "tcp://", 6) || !strncmp(text, "rfc2217://", 10) ?
		"what is there? its kind goes before it: kline:rfc2217://HOST:PORT, elm:tcp://HOST:PORT" :
		"unknown kind; known are socketcan, kbus, kline, kdcan, elm, slcan, socketcand, log, sim";

	return -EINVAL;
}

bool address_is_scheme(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (!strcmp(schemes[i].scheme, word))
			return true;

	return false;
}

bool address_is_log(const struct address *a)
{
	return a->kind == ADDRESS_LOG;
}

static int open_log(const struct address *a, const struct address_options *o, struct clock *clk,
		    struct link **ret_link)
{
	struct logfile *lf;
	int r = logfile_open_formats(a->where, address_logs, clk, o->log_fault, o->log_arg, &lf);

	return r < 0 ? r : link_log_from(lf, a->where, clk, ret_link);
}

/* A K+DCAN cable: the rate says that D-CAN is meant (adapters.md 1.2). */
static int open_kdcan(const struct address *a, struct clock *clk, struct link **ret_link)
{
	static const struct bytelink_line line = { .baud = BMWFAST_BAUD, .dtr = true };
	struct bytelink *bytes;
	int r;

	r = bytelink_open(a->where, &line, clk, &bytes);

	return r < 0 ? r : link_silent_open(bytes, ret_link);
}

/* A K-line: DTR and RTS are low, as for DS2 and KWP2000 with other testers (adapters.md 1.2). */
static int open_kline(const struct address *a, struct clock *clk, struct link **ret_link)
{
	static const struct bytelink_line line = { .baud = DS2_BAUD, .even_parity = true };
	struct bytelink *bytes;
	int r;

	if (!strcmp(a->where, "pty"))
		return -ENOSYS;
	r = bytelink_open(a->where, &line, clk, &bytes);

	return r < 0 ? r : link_silent_open(bytes, ret_link);
}

bool address_is_network(const struct address *a)
{
	return a->kind != ADDRESS_LOG && strstr(a->where, "://");
}

bool address_comes_back(const struct address *a)
{
	return a->kind == ADDRESS_SOCKETCAN || a->kind == ADDRESS_KBUS || a->kind == ADDRESS_ELM ||
	       a->kind == ADDRESS_SOCKETCAND || a->kind == ADDRESS_SLCAN;
}

bool address_is_serial(const struct address *a)
{
	return a->kind == ADDRESS_KBUS || a->kind == ADDRESS_KLINE || a->kind == ADDRESS_KDCAN ||
	       a->kind == ADDRESS_ELM || a->kind == ADDRESS_SLCAN;
}

bool address_is_pty(const struct address *a)
{
	return address_is_serial(a) && tty_is_pty(*a->port ? a->port : a->where);
}

bool address_hears(const struct address *a)
{
	return a->kind != ADDRESS_KDCAN && a->kind != ADDRESS_KLINE;
}

bool address_carries_kbus(const struct address *a)
{
	return address_hears(a) && a->kind != ADDRESS_ELM && a->kind != ADDRESS_SLCAN;
}

bool address_is_new_wire(const struct address *a)
{
	struct slcan_address slcan;
	struct elm_address elm;
	const char *why;

	if (a->kind == ADDRESS_ELM)
		return address_elm_parse(a->where, &elm, &why) == 0 && elm.is_new;
	if (a->kind == ADDRESS_SLCAN)
		return address_slcan_parse(a->where, &slcan, &why) == 0 && slcan.is_new;

	return (a->kind == ADDRESS_KBUS || a->kind == ADDRESS_KLINE) && !strcmp(a->where, "pty");
}

bool address_is_made(const struct address *a)
{
	return address_is_new_wire(a) || a->kind == ADDRESS_SOCKETCAND;
}

void address_port(const struct address *a, char *ret, size_t size)
{
	bool rates = a->kind == ADDRESS_SLCAN || a->kind == ADDRESS_ELM;
	const char *where = *a->port ? a->port : a->where, *at = rates ? strrchr(where, '@') : NULL;

	snprintf(ret, size, "%.*s", at ? (int)(at - where) : (int)strlen(where), where);
}

static int open_wire(const struct address *a, const struct address_options *o, struct clock *clk,
		     struct link **ret_link)
{
	struct bytelink *bytes;
	int r = o->plays ? bytelink_pty_open(clk, &bytes) : -EDESTADDRREQ;

	if (r < 0)
		return r;

	return a->kind == ADDRESS_KBUS ? kbus_wire_open(bytes, ret_link) :
					 portwire_link_open(bytes, KLINE_BAUD, ret_link);
}

struct portwire *address_wire(const struct address *a, struct link *l)
{
	if (!address_is_new_wire(a))
		return NULL;
	if (a->kind == ADDRESS_KBUS)
		return kbus_wire_inner(l);

	return a->kind == ADDRESS_KLINE ? portwire_link_wire(l) : NULL;
}

/*
 * DTR as pyBus has it on an I-bus; RTS would drive the L-line of some cables (adapters.md
 * 1.2).
 */
static int open_kbus(const struct address *a, struct clock *clk, struct link **ret_link)
{
	static const struct bytelink_line line = { .baud = KBUS_BAUD, .even_parity = true, .dtr = true };
	struct bytelink *bytes;
	struct link *l;
	int r;

	r = bytelink_open(a->port, &line, clk, &bytes);
	if (r == 0)
		r = kbus_link_open(bytes, &l);
	if (r < 0)
		return r;
	kbus_link_seed(l, (uint32_t)clock_now(clk));
	r = a->cts ? kbus_link_use_cts(l) : 0;
	if (r < 0) {
		link_close(l);
		return r == -EOPNOTSUPP ? -ENOPROTOOPT : r;
	}
	*ret_link = l;

	return 0;
}

/* The simulated adapter D, which this owns, on a new port. */
static int open_dongle(struct dongle *d, const struct new_port *p, struct clock *clk,
		       struct link **ret_link)
{
	struct bytelink *bytes;
	int r = new_port_open(p, clk, &bytes);

	if (r < 0) {
		free(d);
		return r;
	}

	return dongle_link_open(d, bytes, ret_link);
}

static int open_elm(const struct address *a, const struct address_options *o, struct clock *clk,
		    struct link **ret_link)
{
	struct bytelink_line line = { .dtr = true, .rts = true };
	struct elm_address elm;
	struct bytelink *bytes;
	struct dongle *d;
	const char *why;
	int r = address_elm_parse(a->where, &elm, &why);

	if (r == 0 && elm.is_new) {
		r = o->plays ? elm327_new(elm.kind, &d) : -EDESTADDRREQ;
		return r < 0 ? r : open_dongle(d, &elm.new_port, clk, ret_link);
	}
	line.baud = elm.rate ? elm.rate : ELM_RATE;
	if (r == 0)
		r = bytelink_open(elm.port, &line, clk, &bytes);

	return r < 0 ? r : elm_link_open(bytes, elm.rate, ret_link);
}

static int open_stick(const struct slcan_address *slcan, const struct address_options *o,
		      struct clock *clk, struct link **ret_link)
{
	struct dongle *stick;
	int r = o->plays ? stick_new(slcan->kind, &stick) : -EDESTADDRREQ;

	return r < 0 ? r : open_dongle(stick, &slcan->new_port, clk, ret_link);
}

/* DTR as a terminal has it: some sticks say nothing without. */
static int open_slcan(const struct address *a, const struct address_options *o, struct clock *clk,
		      struct link **ret_link)
{
	static const struct bytelink_line line = { .baud = SLCAN_BAUD, .dtr = true, .rts = true };
	struct slcan_address slcan;
	struct bytelink *bytes;
	const char *why;
	int r = address_slcan_parse(a->where, &slcan, &why);

	if (r < 0 || slcan.is_new)
		return r < 0 ? r : open_stick(&slcan, o, clk, ret_link);
	r = bytelink_open(slcan.port, &line, clk, &bytes);
	slcan.options.listens = o->listens;

	return r < 0 ? r : slcan_link_open(bytes, &slcan.options, ret_link);
}

int address_open(const struct address *a, const struct address_options *o, struct clock *clk,
		 struct link **ret_link)
{
	struct sim_link_options sim = o->sim;
	struct link *inner = NULL;
	int r = -EINVAL;

	switch (a->kind) {
	case ADDRESS_SOCKETCAN:
		r = link_socketcan_open(a->where, clk, &inner);
		break;
	case ADDRESS_LOG:
		r = open_log(a, o, clk, &inner);
		break;
	case ADDRESS_SIM:
		sim.car = a->where;
		return sim_link_open(&sim, clk, ret_link);
	case ADDRESS_KDCAN:
		return open_kdcan(a, clk, ret_link);
	case ADDRESS_KBUS:
		return address_is_new_wire(a) ? open_wire(a, o, clk, ret_link) :
						open_kbus(a, clk, ret_link);
	case ADDRESS_KLINE:
		return address_is_new_wire(a) ? open_wire(a, o, clk, ret_link) :
						open_kline(a, clk, ret_link);
	case ADDRESS_ELM:
		return open_elm(a, o, clk, ret_link);
	case ADDRESS_SLCAN:
		r = open_slcan(a, o, clk, &inner);
		break;
	case ADDRESS_SOCKETCAND:
		r = o->plays ? link_socketcand_server(a->where, clk, &inner) :
			       link_socketcand_client(a->where, clk, &inner);
		break;
	}

	return r < 0 ? r : kbus_carrier_open(inner, ret_link);
}

const struct slcan_heard *address_slcan(const struct address *a, struct link *l)
{
	if (!l || a->kind != ADDRESS_SLCAN || address_is_new_wire(a))
		return NULL;

	return slcan_link_heard(kbus_carrier_inner(l));
}

void address_plays(const struct address *a, struct link *l, struct sim *sim)
{
	if ((a->kind != ADDRESS_SLCAN && a->kind != ADDRESS_ELM) || !address_is_new_wire(a))
		return;
	if (a->kind == ADDRESS_SLCAN)
		l = kbus_carrier_inner(l);
	dongle_link_dongle(l)->faults = sim_serial(sim);
}

int address_transports(const struct address *a, struct link *l, struct tp *ret[DIAG_PROTOCOLS])
{
	struct tp *kbus = NULL, *can = NULL;
	int r = 0;

	if (a->kind == ADDRESS_KLINE)
		return tp_kline_open(link_silent_bytes(l), &ret[DIAG_DS2], &ret[DIAG_KWP]);
	if (a->kind == ADDRESS_KDCAN) {
		r = tp_bmwfast_open(link_silent_bytes(l), !address_is_network(a), &can);
	} else {
		if (address_carries_kbus(a))
			r = tp_kbus_open(l, &kbus);
		if (r == 0 && a->kind != ADDRESS_KBUS)
			r = tp_isotp_open(l, &can);
	}
	if (r < 0) {
		tp_close(kbus);
		return r;
	}
	ret[DIAG_DS2] = kbus;
	ret[DIAG_KWP] = ret[DIAG_UDS] = can;

	return 0;
}

int address_ignition(const struct address *a, struct link *l)
{
	unsigned int modem = 0;
	int r;

	if (a->kind != ADDRESS_KLINE && a->kind != ADDRESS_KDCAN)
		return -EOPNOTSUPP;
	r = bytelink_modem(link_silent_bytes(l), &modem);

	return r < 0 ? r : !!(modem & BYTELINK_DSR);
}

void address_close_transports(struct tp *tps[DIAG_PROTOCOLS])
{
	for (size_t i = 0; i < DIAG_PROTOCOLS; i++) {
		for (size_t k = i + 1; k < DIAG_PROTOCOLS; k++)
			if (tps[k] == tps[i])
				tps[k] = NULL;
		tp_close(tps[i]);
		tps[i] = NULL;
	}
}
