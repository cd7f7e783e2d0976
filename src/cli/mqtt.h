/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/broker.h"
#include "cli/session.h"

#define MQTT_PREFIX_MAX 100
#define MQTT_TOPIC_MAX 256

/* --mqtt and its kin. */
struct mqtt_args {
	const char *broker;		/* NULL: not said; then there is no MQTT */
	char host[256];
	uint16_t port;			/* 0: not said */
	const char *prefix;		/* of all topics */
	const char *user, *password_file, *ca_file;
	const char *discovery;		/* Home Assistant's prefix; NULL: not wanted */
	bool tls;
};
extern const struct argp mqtt_argp;

/* `watch --mqtt`: the car's state and its events for an MQTT broker. */
struct mqtt {
	struct session *s;
	const struct mqtt_args *args;	/* its BROKER is NULL: then nothing below does anything */
	struct broker *broker;
	struct view view;		/* JSON, into: */
	struct out *out;
	char *password;
	char presence[MQTT_TOPIC_MAX];
	char told[MQTT_TOPIC_MAX];	/* the topic of events */
	bool complains;			/* that there is no connection was said */
	bool gave_up;			/* what the user said of the broker is wrong */
	unsigned int left_out;		/* events */
};

/* 0, or the exit status after saying what is wrong. Close it in any case. */
_must_check_ int mqtt_open(struct mqtt *m, struct session *s, const struct mqtt_args *a,
			   const struct out_args *out);

/* The session's state is this now. */
void mqtt_state(struct mqtt *m);

void mqtt_event(struct mqtt *m, const struct event *e);

/* Say what happened to the connection. 0; or the exit status: it is of no use as it is told. */
_must_check_ int mqtt_step(struct mqtt *m);

void mqtt_close(struct mqtt *m);

/* Between the files of mqtt only: one retained message, and what Home Assistant is told of D. */
void mqtt_keep(struct mqtt *m, const char *topic, const char *payload, size_t n);
void mqtt_topic(const struct mqtt *m, enum datum d, char topic[MQTT_TOPIC_MAX]);
void mqtt_discover(struct mqtt *m, enum datum d);
