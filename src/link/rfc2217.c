/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "link/rfc2217.h"

/* RFC 854 */
enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255 };
/* RFC 856, 858, 2217 */
enum { BINARY = 0, SUPPRESS_GO_AHEAD = 3, COM_PORT = 44 };

/* RFC 2217 section 3: what the client says; the server's answers are 100 higher. */
enum {
	SET_BAUDRATE = 1,
	SET_DATASIZE = 2,
	SET_PARITY = 3,
	SET_STOPSIZE = 4,
	SET_CONTROL = 5,
	NOTIFY_LINESTATE = 6,
	NOTIFY_MODEMSTATE = 7,
	SET_LINESTATE_MASK = 10,
	SET_MODEMSTATE_MASK = 11,
	PURGE_DATA = 12,
	SERVER = 100,
};
enum { PARITY_NONE = 1, PARITY_EVEN = 3 };
enum { NO_FLOW_CONTROL = 1, BREAK_ON = 5, BREAK_OFF, DTR_ON = 8, DTR_OFF, RTS_ON = 11, RTS_OFF };
enum { LINE_OVERRUN = 2, LINE_PARITY = 4, LINE_FRAMING = 8, LINE_BREAK = 16 };
enum { MODEM_CTS = 16, MODEM_DSR = 32, MODEM_RI = 64, MODEM_DCD = 128 };

enum { DATA, AFTER_IAC, AFTER_VERB, IN_SUB, IAC_IN_SUB };

static void put(struct rfc2217 *u, const uint8_t *bytes, size_t n)
{
	if (n > RFC2217_OUT_MAX - u->n_out) {
		u->n_lost++;
		return;
	}
	memcpy(u->out + u->n_out, bytes, n);
	u->n_out += n;
}

static void put_option(struct rfc2217 *u, uint8_t verb, uint8_t option)
{
	put(u, (const uint8_t[]){ IAC, verb, option }, 3);
}

/* COMMAND with N bytes of VALUE, from the highest. */
static void put_command(struct rfc2217 *u, uint8_t command, uint32_t value, size_t n)
{
	uint8_t raw[4], buf[4 + RFC2217_ESCAPED_MAX(4) + 2] = { IAC, SB, COM_PORT, command };
	size_t len = 4;

	for (size_t i = 0; i < n; i++)
		raw[i] = (uint8_t)(value >> 8 * (n - 1 - i));
	len += rfc2217_escape(raw, n, buf + len);
	buf[len++] = IAC;
	buf[len++] = SE;
	put(u, buf, len);
}

void rfc2217_init(struct rfc2217 *u)
{
	*u = (struct rfc2217){ .state = DATA };
	put_option(u, WILL, COM_PORT);
	put_option(u, WILL, BINARY);
	put_option(u, DO, BINARY);
	put_option(u, DO, SUPPRESS_GO_AHEAD);
}

size_t rfc2217_escape(const uint8_t *bytes, size_t n, uint8_t *ret)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == IAC)
			ret[len++] = IAC;
		ret[len++] = bytes[i];
	}

	return len;
}

void rfc2217_set(struct rfc2217 *u, const struct bytelink_line *line)
{
	u->line = *line;
	u->settled = u->no_parity = u->no_rate = false;
	u->unanswered = 1u << SET_BAUDRATE | 1u << SET_DATASIZE | 1u << SET_PARITY |
			1u << SET_STOPSIZE;
	put_command(u, SET_BAUDRATE, line->baud, 4);
	put_command(u, SET_DATASIZE, 8, 1);
	put_command(u, SET_PARITY, line->even_parity ? PARITY_EVEN : PARITY_NONE, 1);
	put_command(u, SET_STOPSIZE, 1, 1);
	put_command(u, SET_CONTROL, NO_FLOW_CONTROL, 1);
	put_command(u, SET_CONTROL, line->dtr ? DTR_ON : DTR_OFF, 1);
	put_command(u, SET_CONTROL, line->rts ? RTS_ON : RTS_OFF, 1);
	put_command(u, SET_LINESTATE_MASK,
		    LINE_OVERRUN | LINE_PARITY | LINE_FRAMING | LINE_BREAK, 1);
	put_command(u, SET_MODEMSTATE_MASK, MODEM_CTS | MODEM_DSR | MODEM_RI | MODEM_DCD, 1);
}

void rfc2217_break(struct rfc2217 *u, bool on)
{
	put_command(u, SET_CONTROL, on ? BREAK_ON : BREAK_OFF, 1);
}

void rfc2217_purge(struct rfc2217 *u)
{
	put_command(u, PURGE_DATA, 1, 1);
}

void rfc2217_sent(struct rfc2217 *u)
{
	u->n_out = 0;
}

static void answered(struct rfc2217 *u, uint8_t command)
{
	u->unanswered &= ~(1u << command);
	u->settled = u->unanswered == 0;
}

static void told_line(struct rfc2217 *u, uint8_t state)
{
	u->errors.overrun += !!(state & LINE_OVERRUN);
	u->errors.parity += !!(state & LINE_PARITY);
	u->errors.framing += !!(state & LINE_FRAMING);
	u->errors.breaks += !!(state & LINE_BREAK);
}

static void told_modem(struct rfc2217 *u, uint8_t state)
{
	u->has_modem = true;
	u->modem = (state & MODEM_CTS ? (unsigned int)BYTELINK_CTS : 0) |
		   (state & MODEM_DSR ? (unsigned int)BYTELINK_DSR : 0) |
		   (state & MODEM_RI ? (unsigned int)BYTELINK_RI : 0) |
		   (state & MODEM_DCD ? (unsigned int)BYTELINK_DCD : 0);
}

/* A rate that a chip cannot have exactly is as good (adapters.md 1.1: 115384 for 115200). */
static bool is_near(uint32_t rate, uint32_t want)
{
	return rate >= want - want / 50 && rate <= want + want / 50;
}

/* The value of a command that was answered. */
static void told_value(struct rfc2217 *u, uint8_t command, uint32_t value)
{
	if (command == SET_PARITY)
		u->no_parity = u->line.even_parity && value != PARITY_EVEN;
	if (command == SET_BAUDRATE)
		u->no_rate = !is_near(value, u->line.baud);
	answered(u, command);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A whole suboption, from its option on. */
static void suboption(struct rfc2217 *u)
{
	const uint8_t *value = u->sub + 2;

	if (u->sub_too_long || u->n_sub < 3 || u->sub[0] != COM_PORT)
		return;
	switch (u->sub[1]) {
	case SERVER + NOTIFY_LINESTATE:
		told_line(u, value[0]);
		break;
	case SERVER + NOTIFY_MODEMSTATE:
		told_modem(u, value[0]);
		break;
	case SERVER + SET_BAUDRATE:
		if (u->n_sub == 6)
			told_value(u, SET_BAUDRATE, be32(value));
		break;
	case SERVER + SET_DATASIZE:
	case SERVER + SET_PARITY:
	case SERVER + SET_STOPSIZE:
		told_value(u, (uint8_t)(u->sub[1] - SERVER), value[0]);
		break;
	}
}

/* What was asked for is not answered again, what is not known is refused: no loops. */
static void option(struct rfc2217 *u, uint8_t verb, uint8_t which)
{
	bool ours = which == BINARY || which == COM_PORT;

	if (which == COM_PORT && (verb == DO || verb == WILL))
		u->com_port = RFC2217_YES;
	else if (which == COM_PORT && verb == DONT && u->com_port == RFC2217_ASKED)
		u->com_port = RFC2217_NO;
	if (verb == DO && !ours)
		put_option(u, WONT, which);
	if (verb == WILL && !ours && which != SUPPRESS_GO_AHEAD)
		put_option(u, DONT, which);
}

static void sub_byte(struct rfc2217 *u, uint8_t byte)
{
	if (u->n_sub == RFC2217_SUB_MAX)
		u->sub_too_long = true;
	else
		u->sub[u->n_sub++] = byte;
}

static void after_iac(struct rfc2217 *u, uint8_t byte)
{
	u->state = DATA;
	if (byte >= WILL) {
		u->verb = byte;
		u->state = AFTER_VERB;
	} else if (byte == SB) {
		u->n_sub = 0;
		u->sub_too_long = false;
		u->state = IN_SUB;
	}
}

/* Whether BYTE came over the serial port. */
static bool push(struct rfc2217 *u, uint8_t byte)
{
	switch (u->state) {
	case AFTER_IAC:
		if (byte != IAC) {
			after_iac(u, byte);
			return false;
		}
		u->state = DATA;
		return true;
	case AFTER_VERB:
		u->state = DATA;
		option(u, u->verb, byte);
		return false;
	case IN_SUB:
		if (byte == IAC)
			u->state = IAC_IN_SUB;
		else
			sub_byte(u, byte);
		return false;
	case IAC_IN_SUB:
		u->state = byte == IAC ? IN_SUB : DATA;
		if (byte == IAC)
			sub_byte(u, byte);
		else if (byte == SE)
			suboption(u);
		else
			after_iac(u, byte); /* its end was lost */
		return false;
	default:
		if (byte == IAC)
			u->state = AFTER_IAC;
		return byte != IAC;
	}
}

size_t rfc2217_receive(struct rfc2217 *u, uint8_t *bytes, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		if (push(u, bytes[i]))
			bytes[len++] = bytes[i];

	return len;
}
