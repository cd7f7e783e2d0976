/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/links-show.h"
#include "link/canctl.h"

struct links_args {
	bool json, listen_only, probes;
	const char *probe;		/* the port to probe; NULL: all adapters */
	uint32_t bitrate;		/* bit/s; 0: not said */
	unsigned int sample_point;	/* per mille; 0: not said */
	unsigned int restart_ms;
	char **words;			/* up|down|restart, NAME */
	size_t n_words;
	bool sets;			/* one of the options for up was said */
};

enum { OPT_JSON = 0x300, OPT_BITRATE, OPT_SAMPLE_POINT, OPT_RESTART, OPT_LISTEN_ONLY, OPT_PROBE };

static void parse_bitrate(struct argp_state *state, const char *arg, uint32_t *ret)
{
	if (num_parse_bitrate(arg, ret) < 0)
		args_error(state, "--bitrate: '%s' is no bit rate (like 100k, 500k, 83.333k)", arg);
}

static void parse_sample_point(struct argp_state *state, const char *arg, unsigned int *ret)
{
	double v;

	if (num_parse_double(arg, &v) < 0 || v < 0.001 || v > 0.999)
		args_error(state, "--sample-point: '%s' is no part of a bit (like 0.875)", arg);
	*ret = (unsigned int)(v * 1000 + 0.5);
}

static void parse_restart(struct argp_state *state, const char *arg, unsigned int *ret)
{
	nsec_t t = args_duration(state, "--restart", arg);

	if (t % NSEC_PER_MSEC || t / NSEC_PER_MSEC > UINT32_MAX)
		args_error(state, "--restart: '%s' is no whole number of milliseconds below 49 days",
			   arg);
	*ret = (unsigned int)(t / NSEC_PER_MSEC);
}

static void check_words(struct argp_state *state, const struct links_args *a)
{
	const char *what = a->words[0];
	bool up = !strcmp(what, "up");

	if (!up && strcmp(what, "down") != 0 && strcmp(what, "restart") != 0)
		args_error(state, "'%s' is not 'up', 'down' or 'restart'", what);
	if (a->n_words < 2)
		args_error(state, "%s: no INTERFACE; 'minikey links' lists them", what);
	if (a->n_words > 2)
		args_error(state, "%s: more than one INTERFACE", what);
	if (a->json || a->probes)
		args_error(state, "--%s is for the list", a->json ? "json" : "probe");
	if (a->sets && !up)
		args_error(state, "%s takes no --bitrate, --sample-point, --restart, --listen-only", what);
	if (a->sample_point && !a->bitrate)
		args_error(state, "--sample-point needs --bitrate");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct links_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case OPT_PROBE:
		a->probes = true;
		a->probe = arg;
		return 0;
	case OPT_BITRATE:
		parse_bitrate(state, arg, &a->bitrate);
		break;
	case OPT_SAMPLE_POINT:
		parse_sample_point(state, arg, &a->sample_point);
		break;
	case OPT_RESTART:
		parse_restart(state, arg, &a->restart_ms);
		break;
	case OPT_LISTEN_ONLY:
		a->listen_only = true;
		break;
	case ARGP_KEY_ARGS:
		a->words = state->argv + state->next;
		a->n_words = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		if (a->n_words)
			check_words(state, a);
		else if (a->sets)
			args_error(state, "to set an interface say 'up INTERFACE'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	a->sets = true;

	return 0;
}

static const struct argp_option options[] = {
	{ "json", OPT_JSON, NULL, 0, "JSON: the list as one object", 0 },
	{ "probe", OPT_PROBE, "DEVICE", OPTION_ARG_OPTIONAL,
	  "Ask the serial adapters, or the port DEVICE, what they are on", 0 },
	{ "bitrate", OPT_BITRATE, "RATE", 0, "up: bit/s, like 100k (body bus) or 500k (OBD)", 0 },
	{ "sample-point", OPT_SAMPLE_POINT, "PART", 0, "up: where a bit is sampled, like 0.875", 0 },
	{ "restart", OPT_RESTART, "TIME", 0, "up: leave bus-off by itself after TIME", 0 },
	{ "listen-only", OPT_LISTEN_ONLY, NULL, 0, "up: neither send nor acknowledge", 0 },
	{ 0 },
};

static const struct argp links_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "\nup INTERFACE\ndown INTERFACE\nrestart INTERFACE",
	.doc = "List the CAN interfaces and serial adapters that are present; or take a CAN "
	       "interface up or down, or out of bus-off."
	       "\vNothing is sent but by --probe: it opens the ports, listens for a K-bus, and asks "
	       "where none is. A wrong bit rate disturbs a car's bus: with --listen-only it cannot.",
};

/* ---- the list ---- */

/* The port to probe alone, as it is found or, if it is no adapter's, as a plain port. */
static int pick(const struct cmd *self, struct found *f, const char *device)
{
	struct adapter plain = { .kinds = { "kbus", "kline" }, .latency_ms = -1 };

	if (strlen(device) >= sizeof(plain.device))
		return cli_fail(self, EXIT_USAGE, "--probe: '%s' is too long for a device", device);
	strcpy(plain.device, device);
	plain.usable = access(device, R_OK | W_OK) == 0;
	for (size_t i = 0; i < f->n_serial; i++)
		if (!strcmp(f->serial[i].device, device))
			plain = f->serial[i];
	free(f->serial);
	f->serial = malloc(sizeof(plain));
	f->n_can = 0;
	f->n_serial = f->serial != NULL;
	if (f->serial)
		f->serial[0] = plain;

	return 0;
}

/* 0, or the exit status: of a port that was named and cannot be opened. */
static int probe(const struct cmd *self, struct found *f, const char *device)
{
	int status = device ? pick(self, f, device) : 0;

	if (status)
		return status;
	f->probed = calloc(f->n_serial + 1, sizeof(*f->probed));
	for (size_t i = 0; f->probed && i < f->n_serial && status == 0; i++)
		if (device || f->serial[i].usable)
			status = probe_adapter(self, &f->serial[i], &f->probed[i]);
	if (status)
		return status;

	return device && f->probed && !f->probed[0].opened ? EXIT_LINK : 0;
}

static int list(const struct cmd *self, const struct links_args *a)
{
	bool json = a->json;
	struct found f;
	struct out out;
	int r = found_look(&f), w, status = a->probes ? probe(self, &f, a->probe) : 0;

	if (status) {
		found_free(&f);
		return status;
	}
	out_init(&out, STDOUT_FILENO);
	(json ? found_json : found_text)(&out, &f);
	w = out_flush(&out);
	if (f.idle_can)
		cli_say(self, "a candleLight CAN adapter is plugged in, but has no interface; 'sudo "
			"modprobe gs_usb' loads its driver");
	else if (r == 0 && !json && !a->probe && f.n_can + f.n_serial == 0)
		cli_say(self, "no CAN interface and no serial adapter here; with -i sim:r53 there is a "
			"simulated car");
	found_free(&f);
	if (w < 0 && w != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(w));
	if (r < 0)
		return cli_fail(self, EXIT_LINK, "cannot list all interfaces: %s", err_text(r));

	return EXIT_YES;
}

/* ---- setting ---- */

static int get(const struct cmd *self, const char *name, struct canif *ret)
{
	int r = canif_get(name, ret);

	if (r == -ENODEV)
		return cli_fail(self, EXIT_LINK, "no interface '%s'; 'minikey links' lists those that are "
				"there", name);
	if (r == -EPFNOSUPPORT)
		return cli_fail(self, EXIT_LINK, "'%s' is no CAN interface", name);
	if (r < 0)
		return cli_fail(self, EXIT_LINK, "cannot look at '%s': %s", name, err_text(r));

	return 0;
}

/* What hinders every change alike; then WHAT went wrong. */
static int failed(const struct cmd *self, const char *name, int r, const char *what)
{
	if (r == -EPERM || r == -EACCES)
		return cli_fail(self, EXIT_LINK, "%s: that needs the right CAP_NET_ADMIN: use sudo, or give "
				"it to the program with 'sudo setcap cap_net_admin+ep FILE'", name);
	if (r == -ENOSYS)
		return cli_fail(self, EXIT_LINK, "%s: this build is without libsocketcan and cannot set "
				"interfaces; 'ip link' can", name);
	if (r == -ENODEV)
		return cli_fail(self, EXIT_LINK, "%s: the interface is gone", name);

	return cli_fail(self, EXIT_LINK, "%s: cannot %s: %s", name, what, err_text(r));
}

static int set_bitrate(const struct cmd *self, const struct canif *ci, const struct links_args *a)
{
	int r = canctl_set_bitrate(ci->name, a->bitrate, a->sample_point);

	if (r == -EDOM || r == -EINVAL || r == -ERANGE)
		return cli_fail(self, EXIT_LINK, "%s: the controller cannot do %u bit/s; its clock is %u Hz",
				ci->name, a->bitrate, ci->controller.clock);

	return r < 0 ? failed(self, ci->name, r, "set the bit rate") : 0;
}

/* What is as it should be is not touched: not every driver can do everything. */
static int configure(const struct cmd *self, const struct canif *ci, const struct links_args *a)
{
	bool listens = ci->controller.modes & CANIF_LISTEN_ONLY;
	int r = 0;

	if (a->bitrate)
		r = set_bitrate(self, ci, a);
	else if (!ci->controller.bitrate)
		return cli_fail(self, EXIT_LINK, "%s has no bit rate yet: say --bitrate 100k for the body "
				"bus, 500k for the OBD socket", ci->name);
	if (r)
		return r;
	if (ci->controller.restart_ms != a->restart_ms)
		r = canctl_set_restart(ci->name, a->restart_ms);
	if (r < 0)
		return failed(self, ci->name, r, "set the restart time");
	if (listens != a->listen_only)
		r = canctl_set_listen_only(ci->name, a->listen_only);
	if (r == -EOPNOTSUPP)
		return cli_fail(self, EXIT_LINK, "%s: its driver has no listen-only mode", ci->name);

	return r < 0 ? failed(self, ci->name, r, "set listen-only") : 0;
}

static int tell_up(const struct cmd *self, const char *name, uint32_t asked)
{
	struct canif ci;
	struct out out;
	int r = get(self, name, &ci);

	if (r)
		return r;
	if (asked && ci.controller.bitrate != asked)
		cli_say(self, "%s: %u bit/s is the nearest that the controller can do", name,
			ci.controller.bitrate);
	out_init(&out, STDOUT_FILENO);
	out_printf(&out, "%s is up", name);
	if (ci.controller.bitrate) {
		out_puts(&out, ": ");
		links_put_setting(&out, &ci.controller);
	}
	out_putc(&out, '\n');
	r = out_flush(&out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return EXIT_YES;
}

static int up(const struct cmd *self, const struct canif *ci, const struct links_args *a)
{
	bool controller = !strcmp(ci->kind, "can");
	char rate[RATE_MAX];
	int r;

	if (a->sets && !controller)
		return cli_fail(self, EXIT_LINK, "%s is a %s: it has no bit rate and no modes; 'minikey "
				"links up %s' is all", ci->name, *ci->kind ? ci->kind : "virtual interface",
				ci->name);
	if (ci->up && controller)
		return cli_fail(self, EXIT_LINK, "%s is up already, at %s; 'minikey links down %s' comes "
				"first", ci->name, links_rate(rate, ci->controller.bitrate), ci->name);
	if (ci->up)
		return cli_fail(self, EXIT_LINK, "%s is up already", ci->name);
	r = controller ? configure(self, ci, a) : 0;
	if (r)
		return r;
	r = canctl_start(ci->name);

	return r < 0 ? failed(self, ci->name, r, "take it up") : tell_up(self, ci->name, a->bitrate);
}

static int down(const struct cmd *self, const struct canif *ci)
{
	int r = ci->up ? canctl_stop(ci->name) : 0;

	return r < 0 ? failed(self, ci->name, r, "take it down") : EXIT_YES;
}

static int restart(const struct cmd *self, const struct canif *ci)
{
	const char *state = ci->controller.state;
	int r;

	if (strcmp(ci->kind, "can"))
		return cli_fail(self, EXIT_LINK, "%s is a %s: there is no controller to restart", ci->name,
				*ci->kind ? ci->kind : "virtual interface");
	if (!ci->up)
		return cli_fail(self, EXIT_LINK, "%s is down: 'minikey links up %s' starts it", ci->name,
				ci->name);
	if (!state || strcmp(state, "bus-off"))
		return cli_fail(self, EXIT_LINK, "%s is %s, not bus-off: there is nothing to restart",
				ci->name, state ? state : "in a state that is not known");
	if (ci->controller.restart_ms)
		return cli_fail(self, EXIT_LINK, "%s restarts by itself, %u ms after bus-off", ci->name,
				ci->controller.restart_ms);
	r = canctl_restart(ci->name);

	return r < 0 ? failed(self, ci->name, r, "restart it") : EXIT_YES;
}

static int links_main(const struct cmd *self, int argc, char **argv)
{
	struct links_args a = { 0 };
	struct canif ci;
	int r;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (!a.n_words)
		return list(self, &a);
	r = get(self, a.words[1], &ci);
	if (r)
		return r;
	if (!strcmp(a.words[0], "up"))
		return up(self, &ci, &a);

	return !strcmp(a.words[0], "down") ? down(self, &ci) : restart(self, &ci);
}

const struct cmd cmd_links = {
	.name = "links",
	.summary = "List CAN interfaces and adapters; take them up and down",
	.argp = &links_argp,
	.main = links_main,
};
