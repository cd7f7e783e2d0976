/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * A connection to an MQTT broker, kept up by a thread of its own, so that whoever publishes
 * never waits: neither for the broker, nor for its name to be looked up. The library,
 * libmosquitto, is loaded when it is first needed, as it takes longer to load than this whole
 * program.
 */
struct broker;

/* All but HOST and the topics may be NULL, or 0. Strings must live as long as the broker. */
struct broker_options {
	const char *host;
	uint16_t port;
	const char *user, *password;
	bool tls;
	const char *ca_file;		/* whom to trust; NULL: whom the system trusts */
	const char *presence;		/* topic: "online" while connected; its last will "offline" */
};

enum broker_failure {
	BROKER_FINE,
	BROKER_UNREACHABLE,	/* no such host, refused, lost, silent */
	BROKER_HUNG_UP,		/* somebody was there, and hung up before it greeted */
	BROKER_NO_LOGIN,	/* user or password are wrong, or may not do this */
	BROKER_NO_TRUST,	/* TLS: certificate, or no TLS there */
	BROKER_NO_MQTT,		/* what answers speaks something else */
};

struct broker_news {
	bool up;
	bool was_up;			/* ever before */
	unsigned int left_out;		/* told in vain, before the first attempt had failed */
	enum broker_failure failure;	/* why it is not up; TEXT says it in the library's words */
	char text[160];
};

/* -ENOSYS: built without; -ELIBACC: libmosquitto is not installed; -ENOENT: no CA_FILE; -ENOMEM. */
_must_check_ int broker_open(const struct broker_options *o, struct broker **ret);

/*
 * TOPIC's payload, retained, is this from now on; the broker is told once it can be, and again
 * after each connection. What does not change is not told twice. -ENOMEM; -ENOSPC: there are
 * BOARD_KEPT_MAX topics.
 */
_must_check_ int broker_keep(struct broker *b, const char *topic, const char *payload, size_t n);

/*
 * Tell this once, now, if there is a connection and it has room; or when there is one, while the
 * first attempt is not decided. False: it was left out.
 */
bool broker_tell(struct broker *b, const char *topic, const char *payload, size_t n);

/* Readable when there are news. */
int broker_fd(struct broker *b);

/* What happened last, if anything happened since the call before. */
bool broker_news(struct broker *b, struct broker_news *ret);

/* Wait, for SPAN at most, until it is connected and all is told, or has failed. CLK is real. */
void broker_settle(struct broker *b, nsec_t span);

/* Say "offline", within a second, and end. NULL is fine. */
void broker_close(struct broker *b);
