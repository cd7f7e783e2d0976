/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"
#include "cli/files.h"
#include "cli/mqtt.h"
#include "out/json.h"

/* Where the clock is virtual it stands still meanwhile. */
#define SETTLE (5 * NSEC_PER_SEC)

/* The first line of the file, or the environment's: never of the command line. */
static int read_password(struct mqtt *m)
{
	const char *path = m->args->password_file, *env = getenv("MINIKEY_MQTT_PASSWORD");
	size_t len;
	int r;

	if (!m->args->user)
		return 0;
	if (!path) {
		m->password = env ? strdup(env) : NULL;
		return env && !m->password ? cli_fail(m->s->cmd, EXIT_LINK, "out of memory") : 0;
	}
	r = files_read(path, &m->password, &len);
	if (r < 0)
		return cli_fail(m->s->cmd, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));
	m->password[strcspn(m->password, "\r\n")] = '\0';

	return 0;
}

static int open_failed(const struct mqtt *m, int r)
{
	const struct mqtt_args *a = m->args;

	switch (r) {
	case -ENOSYS:
		return cli_fail(m->s->cmd, EXIT_LINK, "--mqtt: this program is built without MQTT; build it "
				"with libmosquitto (Debian: libmosquitto-dev)");
	case -ELIBACC:
		return cli_fail(m->s->cmd, EXIT_LINK, "--mqtt: it needs libmosquitto 2.0, which is not "
				"installed here (Debian: libmosquitto1)");
	case -ENOENT:
		return cli_fail(m->s->cmd, EXIT_INPUT, "cannot read '%s': is it the file with the broker's "
				"authority, in PEM?", a->ca_file);
	default:
		return cli_fail(m->s->cmd, EXIT_LINK, "--mqtt: %s", err_text(r));
	}
}

static int open_broker(struct mqtt *m)
{
	const struct mqtt_args *a = m->args;
	const struct broker_options o = {
		.host = a->host,
		.port = a->port,
		.user = a->user,
		.password = m->password,
		.tls = a->tls,
		.ca_file = a->ca_file,
		.presence = m->presence,
	};
	int r = broker_open(&o, &m->broker);

	if (r < 0)
		return open_failed(m, r);
	if (m->s->clk.is_virtual)
		broker_settle(m->broker, SETTLE);
	else
		clock_watch(&m->s->clk, broker_fd(m->broker), POLLIN);

	return 0;
}

int mqtt_open(struct mqtt *m, struct session *s, const struct mqtt_args *a, const struct out_args *out)
{
	int status;

	*m = (struct mqtt){ .s = s, .args = a };
	if (!a->broker)
		return 0;
	m->out = malloc(sizeof(*m->out));
	if (!m->out)
		return cli_fail(s->cmd, EXIT_LINK, "out of memory");
	m->view = (struct view){ .ops = &view_json, .out = m->out, .show_vin = out->show_vin };
	snprintf(m->presence, sizeof(m->presence), "%s/availability", a->prefix);
	snprintf(m->told, sizeof(m->told), "%s/event", a->prefix);
	status = read_password(m);
	if (status == 0)
		status = open_broker(m);
	if (status == 0)
		mqtt_state(m);

	return status;
}

/* What the view writes goes here: one line, whose end is none of the message. */
static void begin(struct mqtt *m)
{
	out_init_memory(m->out, m->out->own, sizeof(m->out->own));
}

static size_t length(const struct mqtt *m)
{
	size_t n = m->out->error ? 0 : m->out->len;

	return n > 0 && m->out->buf[n - 1] == '\n' ? n - 1 : n;
}

void mqtt_keep(struct mqtt *m, const char *topic, const char *payload, size_t n)
{
	int r = broker_keep(m->broker, topic, payload, n);

	if (r < 0)
		cli_say(m->s->cmd, "--mqtt: %s was not told: %s", topic, err_text(r));
}

/* Where it is in `status --json`, as a topic: PREFIX/doors/driver. */
void mqtt_topic(const struct mqtt *m, enum datum d, char topic[MQTT_TOPIC_MAX])
{
	char buf[40];
	int n = snprintf(topic, MQTT_TOPIC_MAX, "%s/%s", m->args->prefix,
			 view_status_key(d, buf, sizeof(buf)));

	for (char *p = topic + strlen(m->args->prefix); p < topic + n; p++)
		if (*p == '.')
			*p = '/';
}

static void keep_datum(struct mqtt *m, enum datum d)
{
	int value = m->s->state.data[d].value;
	const char *word = datum_word(d, value);
	char topic[MQTT_TOPIC_MAX], number[24] = "";

	mqtt_topic(m, d, topic);
	if (!word)
		snprintf(number, sizeof(number), "%d", value);
	mqtt_keep(m, topic, word ? word : number, strlen(word ? word : number));
	if (m->args->discovery)
		mqtt_discover(m, d);
}

void mqtt_state(struct mqtt *m)
{
	char topic[MQTT_TOPIC_MAX];
	struct view_car car;

	if (!m->broker)
		return;
	for (enum datum d = 0; d < N_DATA; d++)
		if (!datum_is_rear(d) || state_known(&m->s->state, d))
			keep_datum(m, d);
	car = session_car(m->s);
	begin(m);
	m->view.ops->status(&m->view, &car, &m->s->state);
	snprintf(topic, sizeof(topic), "%s/status", m->args->prefix);
	mqtt_keep(m, topic, m->out->buf, length(m));
}

void mqtt_event(struct mqtt *m, const struct event *e)
{
	if (!m->broker)
		return;
	begin(m);
	m->view.ops->event(&m->view, e);
	m->left_out += !broker_tell(m->broker, m->told, m->out->buf, length(m));
	if (m->s->clk.is_virtual)
		broker_settle(m->broker, SETTLE);
}

static void say_left_out(struct mqtt *m)
{
	if (m->left_out)
		cli_say(m->s->cmd, "--mqtt: %u event%s not told: there was no connection", m->left_out,
			m->left_out == 1 ? " was" : "s were");
	m->left_out = 0;
}

/* It is not connected, and why. The exit status when it is what the user said that is wrong. */
static int complain(struct mqtt *m, const struct broker_news *n)
{
	const struct cmd *cmd = m->s->cmd;
	const char *host = m->args->host, *hint = "";
	unsigned int port = m->args->port;

	m->gave_up = !n->was_up && n->failure != BROKER_UNREACHABLE && n->failure != BROKER_HUNG_UP;
	if (!n->was_up && n->failure == BROKER_NO_LOGIN)
		return cli_fail(cmd, EXIT_LINK, "mqtt://%s:%u: the broker refuses this user or password: see "
				"--mqtt-user, and --mqtt-password-file or MINIKEY_MQTT_PASSWORD", host, port);
	if (!n->was_up && n->failure == BROKER_NO_TRUST)
		return cli_fail(cmd, EXIT_LINK, "mqtt://%s:%u: TLS failed: %s: is it a port with TLS, and did "
				"%s sign the certificate for this name?", host, port, n->text,
				m->args->ca_file ? m->args->ca_file : "one whom this system trusts");
	if (!n->was_up && n->failure == BROKER_NO_MQTT)
		return cli_fail(cmd, EXIT_LINK, "mqtt://%s:%u: what answers there is no MQTT broker: is the "
				"port right?", host, port);
	if (!n->was_up && n->failure == BROKER_HUNG_UP && !m->args->tls)
		hint = " (if it wants TLS: --mqtt-tls)";
	if (!m->complains)
		cli_say(cmd, "mqtt://%s:%u: %s%s; trying again", host, port, n->text, hint);
	m->complains = true;

	return 0;
}

int mqtt_step(struct mqtt *m)
{
	struct broker_news n;

	if (!m->broker || !broker_news(m->broker, &n))
		return 0;
	m->left_out += n.left_out;
	if (!n.up)
		return complain(m, &n);
	if (m->complains)
		cli_say(m->s->cmd, "mqtt://%s:%u: connected", m->args->host, m->args->port);
	m->complains = false;
	say_left_out(m);

	return 0;
}

void mqtt_close(struct mqtt *m)
{
	if (m->broker) {
		clock_watch(&m->s->clk, broker_fd(m->broker), 0);
		if (!m->gave_up)
			say_left_out(m);
	}
	broker_close(m->broker);
	if (m->password)
		explicit_bzero(m->password, strlen(m->password));
	free(m->password);
	free(m->out);
}
