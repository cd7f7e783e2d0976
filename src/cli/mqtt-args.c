/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli/mqtt.h"

enum {
	OPT_MQTT = 0x500,
	OPT_TOPIC,
	OPT_USER,
	OPT_PASSWORD_FILE,
	OPT_TLS,
	OPT_CA,
	OPT_DISCOVERY,
};

/* HOST[:PORT], [IPV6][:PORT], with "mqtt://" or "mqtts://" before it. False: it is not. */
static bool parse_broker(const char *text, struct mqtt_args *a)
{
	const char *host = text, *end, *port;
	uint64_t v = 0;

	if (!strncmp(host, "mqtts://", 8))
		a->tls = true;
	if (!strncmp(host, "mqtts://", 8) || !strncmp(host, "mqtt://", 7))
		host = strchr(host, '/') + 2;
	if (*host == '[') {
		end = strchr(++host, ']');
		port = end ? end + 1 : NULL;
	} else {
		port = end = host + strcspn(host, ":");
	}
	if (!port || end == host || (size_t)(end - host) >= sizeof(a->host) || strchr(host, '/'))
		return false;
	if (*port && (*port != ':' || num_parse_uint(port + 1, UINT16_MAX, &v) < 0 || v == 0))
		return false;
	memcpy(a->host, host, (size_t)(end - host));
	a->host[end - host] = '\0';
	a->port = (uint16_t)v;

	return true;
}

/* MQTT 3.1.1, 4.7.1.1 and 4.7.3: no wildcards; nothing but words between slashes. */
static const char *check_topic(const struct argp_state *state, const char *option, const char *arg)
{
	size_t n = strlen(arg);

	if (n == 0 || n > MQTT_PREFIX_MAX || strpbrk(arg, "+#$ \t\n") || arg[0] == '/' ||
	    arg[n - 1] == '/')
		args_error(state, "%s: '%s' is no beginning of topics (like minikey, or home/mini)",
			   option, arg);

	return arg;
}

static void check(const struct argp_state *state, const struct mqtt_args *a)
{
	if (!a->broker && (a->user || a->password_file || a->ca_file || a->discovery || a->tls ||
			   a->prefix))
		args_error(state, "which broker? give it by --mqtt HOST");
	if (a->password_file && !a->user)
		args_error(state, "--mqtt-password-file: whose password? give --mqtt-user NAME");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct mqtt_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*a = (struct mqtt_args){ 0 };
		return 0;
	case OPT_MQTT:
		if (!parse_broker(arg, a))
			args_error(state, "--mqtt: '%s' is no HOST or HOST:PORT", arg);
		a->broker = arg;
		return 0;
	case OPT_TOPIC:
		a->prefix = check_topic(state, "--mqtt-topic", arg);
		return 0;
	case OPT_USER:
		a->user = arg;
		return 0;
	case OPT_PASSWORD_FILE:
		a->password_file = arg;
		return 0;
	case OPT_TLS:
		a->tls = true;
		return 0;
	case OPT_CA:
		a->tls = true;
		a->ca_file = arg;
		return 0;
	case OPT_DISCOVERY:
		a->discovery = arg ? check_topic(state, "--mqtt-discovery", arg) : "homeassistant";
		return 0;
	case ARGP_KEY_END:
		check(state, a);
		if (!a->prefix)
			a->prefix = "minikey";
		if (!a->port)
			a->port = a->tls ? 8883 : 1883;	/* as registered with IANA */
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "mqtt", OPT_MQTT, "HOST[:PORT]", 0, "Tell state and events to this MQTT broker", 0 },
	{ "mqtt-topic", OPT_TOPIC, "PREFIX", 0, "Begin all topics with PREFIX (minikey)", 0 },
	{ "mqtt-user", OPT_USER, "NAME", 0,
	  "Log in as NAME, with the password in $MINIKEY_MQTT_PASSWORD or a file", 0 },
	{ "mqtt-password-file", OPT_PASSWORD_FILE, "FILE", 0, "The password is the first line of FILE", 0 },
	{ "mqtt-tls", OPT_TLS, NULL, 0, "Use TLS", 0 },
	{ "mqtt-ca", OPT_CA, "FILE", 0, "Use TLS, and trust the authorities in FILE only", 0 },
	{ "mqtt-discovery", OPT_DISCOVERY, "PREFIX", OPTION_ARG_OPTIONAL,
	  "Tell Home Assistant what there is (homeassistant)", 0 },
	{ 0 },
};

const struct argp mqtt_argp = { .options = options, .parser = parse };
