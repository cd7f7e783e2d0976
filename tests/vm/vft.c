/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "car-wire.h"
#include "vhci.h"

/*
 * vft kbus|kline CAR: a virtual K-line cable with an FT232R, for the kernel's own driver, on
 * a wire of a simulated car; in real time, in the test machine. It models what a serial port
 * on a pty cannot: rate, parity and breaks as the chip was told, the time of each bit, the
 * echo of the wire, the latency timer, the modem lines, and being pulled out.
 *
 * On the standard input, a line each: "cable plug", "cable unplug", "cable damage N" (the next N
 * bytes from the car have a wrong parity), "cable power on|off", "cable dsr on|off"; everything
 * else is for the car, minikey-sim(5). On the standard output: what the driver told the chip.
 *
 * The requests are those that the kernel's driver makes (drivers/usb/serial/ftdi_sio.h), the rest
 * is adapters.md 1.1 to 1.5.
 */

#define RX_SIZE 256		/* FT232R: what it received, and nobody has taken */
#define TX_SIZE 4096
#define PACKET 62		/* data bytes of a packet of 64 */
#define LATENCY_DEFAULT 16

/* Both status bytes of a packet, and of FTDI_SIO_GET_MODEM_STATUS. */
enum { MODEM_ALWAYS = 0x01, MODEM_CTS = 0x10, MODEM_DSR = 0x20 };
enum { LINE_OVERRUN = 0x02, LINE_PARITY = 0x04, LINE_FRAMING = 0x08, LINE_BREAK = 0x10, LINE_SENT = 0x60 };

struct heard {
	uint8_t value, status;
};

struct cable {
	struct vhci usb;
	struct car_wire *wire;
	nsec_t start;		/* on the clock; the car's time 0 */
	struct clock clk;

	unsigned int baud;
	bool parity, dtr, rts;
	nsec_t low;		/* a break began; NSEC_NEVER: there is none */
	nsec_t latency;
	uint8_t modem;
	bool no_power;		/* of the transceiver: it hears nothing, and nobody hears it */
	unsigned int damage;

	struct heard rx[RX_SIZE];
	size_t n_rx;
	nsec_t flush;		/* when what is in RX goes to the host; NSEC_NEVER: it is empty */
	nsec_t last_flush;
	uint8_t tx[TX_SIZE];
	size_t n_tx;
	nsec_t tx_end;		/* of the byte that is going out; NSEC_NEVER: none is */
};

_printf_(1, 2) static void tell(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

static nsec_t now(struct cable *c)
{
	return clock_now(&c->clk) - c->start;
}

/* ---- the wire ---- */

static void hear(struct cable *c, uint8_t value, unsigned int status)
{
	nsec_t t = sim_now(car_wire_sim(c->wire));

	if (c->usb.fd < 0)
		return;
	if (c->n_rx == RX_SIZE) {
		c->rx[RX_SIZE - 1].status |= LINE_OVERRUN;
		return;
	}
	if (c->n_rx == 0)	/* its timer runs always */
		c->flush = c->last_flush + ((t - c->last_flush) / c->latency + 1) * c->latency;
	c->rx[c->n_rx++] = (struct heard){ value, (uint8_t)status };
	if (c->n_rx >= PACKET)
		c->flush = t;
}

/* A byte as the chip hears it that is set as it is. */
static void hear_byte(struct cable *c, const struct sim_byte *b)
{
	unsigned int off = b->baud > c->baud ? b->baud - c->baud : c->baud - b->baud;
	bool parity = b->parity == SIM_PARITY_EVEN;
	unsigned int status = 0;
	uint8_t value = b->value;

	if (c->no_power)
		return;
	if (off * 100 > c->baud * 3 || (parity && !c->parity))
		status = LINE_FRAMING;
	else if (!parity && c->parity)
		status = LINE_PARITY;
	if (c->damage && status == 0) {
		c->damage--;
		value ^= 0x10;
		status = LINE_PARITY;
	}
	hear(c, value, status);
}

static struct sim_byte next_byte(const struct cable *c)
{
	return (struct sim_byte){
		.value = c->tx[0],
		.baud = c->baud,
		.parity = c->parity ? SIM_PARITY_EVEN : SIM_PARITY_NONE,
	};
}

static void begin_byte(struct cable *c, nsec_t t)
{
	struct sim_byte b = next_byte(c);

	c->tx_end = c->n_tx ? t + sim_byte_time(&b) : NSEC_NEVER;
}

/* The byte that was going out is through: everybody has heard it. */
static void end_byte(struct cable *c)
{
	struct sim_byte b = next_byte(c);
	nsec_t t = c->tx_end;

	memmove(c->tx, c->tx + 1, --c->n_tx);
	if (!c->no_power) {
		car_wire_hear(c->wire, &b);
		hear(c, b.value, 0);
	}
	if (c->n_tx == 0)
		tell("sent");
	begin_byte(c, t);
}

/* All that happens on the wire up to T, in its order. */
static void run_wire(struct cable *c, nsec_t t)
{
	for (;;) {
		nsec_t until = MIN(t, c->tx_end);
		struct sim_byte b;

		while (car_wire_run(c->wire, until, &b))
			hear_byte(c, &b);
		if (c->tx_end > t)
			return;
		end_byte(c);
	}
}

/* ---- the chip ---- */

/* In units of 1/8, the lowest three bits of which are coded; of 24 MHz (adapters.md 1.1). */
static unsigned int divided(unsigned int value, unsigned int index)
{
	static const unsigned int eighths[8] = { 0, 4, 2, 1, 3, 5, 6, 7 };
	unsigned int divisor = (value & 0x3fff) * 8 + eighths[value >> 14 | (index & 1) << 2];

	if (value < 2)
		divisor = value ? 12 : 8;

	return 24000000 / divisor;
}

static void set_lines(struct cable *c, unsigned int value)
{
	if (value & 0x100)
		c->dtr = value & 1;
	if (value & 0x200)
		c->rts = value & 2;
	tell("dtr %d rts %d", c->dtr, c->rts);
}

static void set_data(struct cable *c, unsigned int value)
{
	bool low = value & 0x4000, parity = (value >> 8 & 7) == 2;
	nsec_t t = now(c);

	if (parity != c->parity)
		tell("8%c1", parity ? 'E' : 'N');
	c->parity = parity;
	if (low && c->low == NSEC_NEVER)
		c->low = t;
	if (low || c->low == NSEC_NEVER)
		return;
	tell("break %.1f ms", (double)(t - c->low) / (double)NSEC_PER_MSEC);
	if (!c->no_power)
		car_wire_low(c->wire, c->low, t);
	c->low = NSEC_NEVER;
	hear(c, 0, LINE_BREAK | LINE_FRAMING);
}

static void reset(struct cable *c, unsigned int what)
{
	if (what != 2)
		c->n_rx = 0;
	if (what != 1) {
		c->n_tx = 0;
		c->tx_end = NSEC_NEVER;
	}
	if (c->n_rx == 0)
		c->flush = NSEC_NEVER;
}

/* A request of the driver's, to the chip. False: the chip has no such. */
static bool set(struct cable *c, unsigned int request, unsigned int value, unsigned int index)
{
	switch (request) {
	case 0:
		reset(c, value);
		return true;
	case 1:
		set_lines(c, value);
		return true;
	case 2:		/* flow control */
	case 6:		/* event and error characters */
	case 7:
		return true;
	case 3:
		c->baud = divided(value, index);
		tell("baud %u", c->baud);
		return true;
	case 4:
		set_data(c, value);
		return true;
	case 9:
		c->latency = MAX((value & 0xff), 1u) * NSEC_PER_MSEC;
		tell("latency %u", value & 0xff);
		return true;
	default:
		return false;
	}
}

static uint8_t line_status(const struct cable *c)
{
	return c->n_tx ? 0 : LINE_SENT;
}

/* How many bytes the driver gets; -1: no such request. */
static int get(struct cable *c, unsigned int request, uint8_t *ret)
{
	switch (request) {
	case 5:
		ret[0] = c->modem;
		ret[1] = line_status(c);
		return 2;
	case 10:
		ret[0] = (uint8_t)(c->latency / NSEC_PER_MSEC);
		return 1;
	case 0x90:	/* EEPROM: empty */
		ret[0] = ret[1] = 0xff;
		return 2;
	default:
		return -1;
	}
}

/* ---- USB ---- */

static const uint8_t device[18] = { 18, 1, 0, 2, 0, 0, 0, 8, 0x03, 0x04, 0x01, 0x60, 0, 6, 1, 2, 3, 1 };
static const uint8_t configuration[32] = {
	9, 2, 32, 0, 1, 1, 0, 0xa0, 45,		/* one interface, 90 mA */
	9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 2,	/* two endpoints, its own class */
	7, 5, 0x81, 2, 64, 0, 0,		/* bulk, from the device */
	7, 5, 0x02, 2, 64, 0, 0,		/* bulk, to the device */
};

static size_t string_descriptor(unsigned int i, uint8_t *ret)
{
	static const char *const strings[] = { NULL, "FTDI", "Virtual K+DCAN cable", "VFT00001" };
	size_t n = i > 0 && i < ARRAY_SIZE(strings) ? strlen(strings[i]) : 1;

	ret[0] = (uint8_t)(2 + 2 * n);
	ret[1] = 3;
	for (size_t k = 0; k < n; k++) {
		ret[2 + 2 * k] = i ? (uint8_t)strings[i][k] : 0x09;	/* string 0: English */
		ret[3 + 2 * k] = i ? 0 : 0x04;
	}

	return 2 + 2 * n;
}

static int describe(unsigned int value, uint8_t *ret)
{
	switch (value >> 8) {
	case 1:
		memcpy(ret, device, sizeof(device));
		return sizeof(device);
	case 2:
		memcpy(ret, configuration, sizeof(configuration));
		return sizeof(configuration);
	case 3:
		return (int)string_descriptor(value & 0xff, ret);
	default:
		return -1;
	}
}

static void control(struct cable *c, const struct vhci_request *r)
{
	unsigned int type = r->setup[0], request = r->setup[1];
	unsigned int value = r->setup[2] | (unsigned int)r->setup[3] << 8;
	unsigned int index = r->setup[4] | (unsigned int)r->setup[5] << 8;
	uint8_t answer[256] = { 0 };
	int n = -1;

	if (type == 0x80 && request == 6)	/* GET_DESCRIPTOR */
		n = describe(value, answer);
	else if (type == 0x80)			/* status, configuration */
		n = request == 0 ? 2 : 1;
	else if (!(type & 0x60))		/* SET_CONFIGURATION and the like */
		n = 0;
	else if (type == 0x40 && set(c, request, value, index))
		n = 0;
	else if (type == 0xc0)
		n = get(c, request, answer);
	vhci_answer(&c->usb, r, n < 0 ? -EPIPE : 0, answer, n < 0 ? 0 : (size_t)n);
}

static void bulk(struct cable *c, const struct vhci_request *r)
{
	size_t n = MIN(r->len, TX_SIZE - c->n_tx);
	bool idle = c->n_tx == 0;

	memcpy(c->tx + c->n_tx, r->data, n);
	c->n_tx += n;
	if (idle)
		begin_byte(c, now(c));
	vhci_answer(&c->usb, r, 0, NULL, 0);
}

/* Bytes alike in what is wrong with them make a packet: its status is for all. */
static void deliver(struct cable *c, nsec_t t)
{
	while (c->usb.n_in && c->n_rx && t >= c->flush) {
		uint8_t packet[2 + PACKET] = { c->modem, line_status(c) | c->rx[0].status };
		size_t n = 0;

		while (n < c->n_rx && n < PACKET && c->rx[n].status == c->rx[0].status &&
		       (n == 0 || c->rx[0].status == 0)) {
			packet[2 + n] = c->rx[n].value;
			n++;
		}
		c->n_rx -= n;
		memmove(c->rx, c->rx + n, c->n_rx * sizeof(*c->rx));
		vhci_deliver(&c->usb, packet, 2 + n);
		c->last_flush = t;
	}
	if (c->n_rx == 0)
		c->flush = NSEC_NEVER;
}

static int take_usb(struct cable *c)
{
	struct vhci_request r;
	int got = vhci_take(&c->usb, &r);

	if (got == 1 && r.endpoint == 0)
		control(c, &r);
	else if (got == 1)
		bulk(c, &r);

	return MIN(got, 0);
}

/* ---- at the desk ---- */

static int plug(struct cable *c)
{
	int r;

	c->baud = 9600;
	c->parity = c->dtr = c->rts = false;
	c->latency = LATENCY_DEFAULT * NSEC_PER_MSEC;
	c->low = NSEC_NEVER;
	reset(c, 0);
	r = vhci_plug(&c->usb);
	if (r == 0)
		tell("plugged");

	return r;
}

/* "cable ..."; false: nobody knows what that is. */
static bool do_cable(struct cable *c, const char *what)
{
	if (!strcmp(what, "plug"))
		return plug(c) == 0;
	if (!strcmp(what, "unplug")) {
		vhci_unplug(&c->usb);
		tell("unplugged");
	} else if (!strncmp(what, "damage ", 7)) {
		c->damage = (unsigned int)strtoul(what + 7, NULL, 10);
	} else if (!strcmp(what, "power on") || !strcmp(what, "power off")) {
		c->no_power = !strcmp(what, "power off");
	} else if (!strcmp(what, "dsr on")) {
		c->modem |= MODEM_DSR;
	} else if (!strcmp(what, "dsr off")) {
		c->modem &= (uint8_t)~MODEM_DSR;
	} else {
		return false;
	}

	return true;
}

/* False at the end. */
static bool take_line(struct cable *c)
{
	struct sim_fault fault;
	char line[256];

	if (!fgets(line, sizeof(line), stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "cable ", 6)) {
		if (!do_cable(c, line + 6))
			tell("'%s' failed", line);
	} else if (sim_do(car_wire_sim(c->wire), line, &fault) < 0) {
		tell("%s", fault.text);
	}
	tell("done %s", line);

	return true;
}

/* When something happens that nobody asked for. */
static nsec_t next_event(const struct cable *c)
{
	nsec_t t = MIN(car_wire_next(c->wire), c->tx_end);

	return c->usb.n_in ? MIN(t, c->flush) : t;
}

static int run(struct cable *c)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = c->usb.fd, .events = POLLIN },
		};
		nsec_t next = next_event(c);
		int r = clock_wait(&c->clk, fds, ARRAY_SIZE(fds), nsec_add(next, c->start));

		if (r < 0)
			return r;
		run_wire(c, now(c));
		if (r > 0 && fds[1].revents) {
			r = take_usb(c);
			if (r < 0)
				return r;
		}
		if (r > 0 && fds[0].revents && !take_line(c))
			return 0;
		deliver(c, now(c));
	}
}

int main(int argc, char **argv)
{
	static struct cable c = { .usb.fd = -1, .modem = MODEM_ALWAYS | MODEM_CTS };
	const struct sched_param urgent = { .sched_priority = 10 };
	int r;

	if (argc != 3 || (strcmp(argv[1], "kbus") != 0 && strcmp(argv[1], "kline") != 0)) {
		fprintf(stderr, "usage: vft kbus|kline CAR\n");
		return 64;
	}
	r = car_wire_new(argv[2], !strcmp(argv[1], "kline"), &c.wire);
	if (r == 0) {
		setvbuf(stdin, NULL, _IONBF, 0);
		clock_init_real(&c.clk);
		c.start = clock_now(&c.clk);
		(void)sched_setscheduler(0, SCHED_FIFO, &urgent);
		r = plug(&c);
	}
	if (r == 0)
		r = run(&c);
	vhci_unplug(&c.usb);
	car_wire_free(c.wire);
	if (r < 0)
		fprintf(stderr, "vft: %s\n", strerror(-r));

	return r < 0;
}
