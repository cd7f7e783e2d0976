/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "link/link.h"
#include "link/logfile.h"
#include "link/portwire.h"
#include "proto/diag.h"
#include "proto/slcan-link.h"
#include "proto/tp.h"
#include "sim/sim-link.h"

/* What comes before the colon of an address (DESIGN 3). */
enum address_kind {
	ADDRESS_SOCKETCAN,	/* also a name without a colon */
	ADDRESS_KBUS,
	ADDRESS_KLINE,
	ADDRESS_KDCAN,
	ADDRESS_ELM,
	ADDRESS_SLCAN,
	ADDRESS_SOCKETCAND,
	ADDRESS_LOG,
	ADDRESS_SIM,
};

#define ADDRESS_PORT_MAX 256

struct address {
	enum address_kind kind;
	const char *where;	/* what follows the colon; points into the text parsed */
	const char *text;
	char port[ADDRESS_PORT_MAX];	/* kbus: WHERE without what is said of the port */
	bool cts;			/* kbus: its CTS says that the bus is free (adapters.md 2) */
};

/* What opening may need besides the address itself. */
struct address_options {
	struct sim_link_options sim;	/* its car is the address's */
	/*
	 * The car is on this side: kbus:pty and kline:pty make the wire, socketcand: listens.
	 */
	bool plays;
	bool listens;			/* nothing is to be sent, not even an acknowledgement */
	logfile_fault_fn log_fault;
	void *log_arg;
};

/*
 * -EINVAL: no such kind, nothing after the colon, or something after a comma that is not
 * known; *reterr_why says it in words.
 */
_must_check_ int address_parse(const char *text, struct address *ret, const char **reterr_why);

/* Is WORD what goes before the colon of an address? */
bool address_is_scheme(const char *word);

/* Does a clock for this address move by itself? Logs have their own time. */
bool address_is_log(const struct address *a);

/* Is it behind a network, rather than a device or an interface of this machine? */
bool address_is_network(const struct address *a);

/* Can what is behind it go away and come back, as a cable that is plugged in again? */
bool address_comes_back(const struct address *a);

/* Is it a cable at a serial port, of this machine or behind a network? */
bool address_is_serial(const struct address *a);

/* Is that port a pty of this machine, behind which a simulated car may be? */
bool address_is_pty(const struct address *a);

/* Are frames heard there? Not where a cable only carries questions and answers. */
bool address_hears(const struct address *a);

/*
 * Can there be K-bus frames? A CAN interface or a server carries what is bridged there; what is
 * behind an adapter or a diagnostic cable is a car's CAN or K-line, and has none.
 */
bool address_carries_kbus(const struct address *a);

/* Is it "kbus:pty", "kline:pty", "slcan:pty", "elm:tcp:35000": a new wire? */
bool address_is_new_wire(const struct address *a);

/* The device or network address in it, without bit rates. */
void address_port(const struct address *a, char *ret, size_t size);

/* That wire inside L, which address_open() opened; NULL: it is none. */
struct portwire *address_wire(const struct address *a, struct link *l);

/*
 * Does who plays a car there make the place himself? That is over with the car, and its address
 * is known from the link's name only: "kbus:" or "socketcand:" and that.
 */
bool address_is_made(const struct address *a);

/*
 * Open the link. -EDESTADDRREQ: a new port, and nobody plays a car on it; -ENOPROTOOPT: the
 * port has no CTS, and the address says that it matters; else the errors of
 * link_socketcan_open(), logfile_open(), link_log_from(), sim_link_open(), bytelink_open(),
 * bytelink_pty_open(), elm_link_open(), slcan_link_open(), link_socketcand_client(),
 * link_socketcand_server().
 */
_must_check_ int address_open(const struct address *a, const struct address_options *o,
			      struct clock *clk, struct link **ret_link);

/* What is known of the Lawicel adapter at L, a link of address_open(); NULL: it is none. */
const struct slcan_heard *address_slcan(const struct address *a, struct link *l);

/* SIM is the car that is played on L, a link of address_open(): its serial line has faults. */
void address_plays(const struct address *a, struct link *l, struct sim *sim);

/*
 * The transports of diagnosis over L, a link of address_open(): RET[P] for protocol P, NULL
 * where nothing carries it; two may be the same. Close them before the link. -ENOMEM.
 */
_must_check_ int address_transports(const struct address *a, struct link *l,
				    struct tp *ret[DIAG_PROTOCOLS]);

/*
 * Is the ignition on, by the cable at the end of L? 1; 0: it is not, or the cable does not wire
 * the line: K+DCAN cables do, as DSR (adapters.md 1.2), others need not. -EOPNOTSUPP: there is
 * no such line here; -ENODEV: the cable is gone.
 */
_must_check_ int address_ignition(const struct address *a, struct link *l);

void address_close_transports(struct tp *tps[DIAG_PROTOCOLS]);
