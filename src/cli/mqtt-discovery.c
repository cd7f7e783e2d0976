/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/mqtt.h"
#include "out/json.h"

/*
 * What Home Assistant makes of the data, by its MQTT discovery
 * (home-assistant.io/integrations/mqtt): a retained configuration for each.
 */
static const struct {
	const char *name;
	const char *class;	/* its device_class; NULL: none */
	const char *on, *off;	/* a binary sensor's words; NULL: a sensor that shows the word */
} shown[N_DATA] = {
	[DATUM_IGNITION] = { "Ignition", NULL, NULL, NULL },
	[DATUM_KEY_IN_LOCK] = { "Key in the lock", NULL, "in", "out" },
	[DATUM_KEY_NUMBER] = { "Key number", NULL, NULL, NULL },
	[DATUM_LOCK] = { "Locks", NULL, NULL, NULL },
	[DATUM_LOCK_DRIVER] = { "Lock driver", NULL, NULL, NULL },
	[DATUM_LOCK_PASSENGER] = { "Lock passenger", NULL, NULL, NULL },
	[DATUM_LOCK_REAR_DRIVER] = { "Lock rear driver", NULL, NULL, NULL },
	[DATUM_LOCK_REAR_PASSENGER] = { "Lock rear passenger", NULL, NULL, NULL },
	[DATUM_LOCK_BOOT] = { "Lock boot", NULL, NULL, NULL },
	[DATUM_DOOR_DRIVER] = { "Door driver", "door", "open", "closed" },
	[DATUM_DOOR_PASSENGER] = { "Door passenger", "door", "open", "closed" },
	[DATUM_DOOR_REAR_DRIVER] = { "Door rear driver", "door", "open", "closed" },
	[DATUM_DOOR_REAR_PASSENGER] = { "Door rear passenger", "door", "open", "closed" },
	[DATUM_BOOT] = { "Boot", "opening", "open", "closed" },
	[DATUM_BONNET] = { "Bonnet", "opening", "open", "closed" },
	[DATUM_WINDOW_DRIVER] = { "Window driver", "window", "open", "closed" },
	[DATUM_WINDOW_PASSENGER] = { "Window passenger", "window", "open", "closed" },
	[DATUM_WINDOW_REAR_DRIVER] = { "Window rear driver", "window", "open", "closed" },
	[DATUM_WINDOW_REAR_PASSENGER] = { "Window rear passenger", "window", "open", "closed" },
	[DATUM_ROOF] = { "Roof", "opening", "open", "closed" },
	[DATUM_INIT] = { "Initialisation possible", NULL, "possible", "no" },
};

/* Of the parts of its topics, and ids: letters, digits, "_" and "-" only. */
static void put_id(char *id, size_t size, const char *text)
{
	snprintf(id, size, "%s", text);
	for (char *p = id; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			*p = '_';
}

static void put_device(struct mqtt *m, struct json *j, const char *node)
{
	const struct car_model *car = m->s->car;
	char name[64];

	snprintf(name, sizeof(name), "MINI %s", car ? car->id : "");
	json_key(j, "device");
	json_open(j, '{');
	json_key(j, "identifiers");
	json_open(j, '[');
	json_string(j, node);
	json_close(j, ']');
	json_member(j, "name", car ? name : "MINI");
	json_member(j, "manufacturer", "MINI");
	if (car)
		json_member(j, "model", car->name);
	json_close(j, '}');
	json_key(j, "origin");
	json_open(j, '{');
	json_member(j, "name", PACKAGE_NAME);
	json_member(j, "sw_version", PACKAGE_VERSION);
	json_close(j, '}');
}

/* A word that a binary sensor does not know is "unknown" to it when it is 'None'. */
static void put_words(struct json *j, enum datum d)
{
	char template[128];

	if (shown[d].class)
		json_member(j, "device_class", shown[d].class);
	if (!shown[d].on)
		return;
	snprintf(template, sizeof(template), "{{ value if value in ('%s', '%s') else 'None' }}",
		 shown[d].on, shown[d].off);
	json_member(j, "payload_on", shown[d].on);
	json_member(j, "payload_off", shown[d].off);
	json_member(j, "value_template", template);
}

void mqtt_discover(struct mqtt *m, enum datum d)
{
	char state[MQTT_TOPIC_MAX], topic[3 * MQTT_TOPIC_MAX], node[MQTT_TOPIC_MAX], id[MQTT_TOPIC_MAX];
	struct json j = { .out = m->out };

	mqtt_topic(m, d, state);
	put_id(node, sizeof(node), m->args->prefix);
	put_id(id, sizeof(id), state);
	snprintf(topic, sizeof(topic), "%s/%s/%s/%s/config", m->args->discovery,
		 shown[d].on ? "binary_sensor" : "sensor", node, id);
	out_init_memory(m->out, m->out->own, sizeof(m->out->own));
	json_open(&j, '{');
	json_member(&j, "name", shown[d].name);
	json_member(&j, "unique_id", id);
	json_member(&j, "state_topic", state);
	json_member(&j, "availability_topic", m->presence);
	put_words(&j, d);
	put_device(m, &j, node);
	json_close(&j, '}');
	mqtt_keep(m, topic, m->out->buf, m->out->error ? 0 : m->out->len);
}
