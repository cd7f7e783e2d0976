/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/isotp.h"

/* Clauses are those of ISO 15765-2:2016; can.md 4 has the rules in short. */

/* N_PCI types: high half of the first byte (9.6). */
enum {
	PCI_SF = 0x00,
	PCI_FF = 0x10,
	PCI_CF = 0x20,
	PCI_FC = 0x30,
};

/* Flow status: low half of an FC's first byte (9.6.5). */
enum {
	FS_CTS,
	FS_WAIT,
	FS_OVERFLOW,
};

#define FC_LEN 3 /* PCI, BS, STmin */
#define FF_DL_MAX 4095 /* that 12 bits say; more is escaped */

/* The address byte before the PCI. */
static size_t extra(const struct isotp *tp)
{
	return tp->config.address.kind == ISOTP_NORMAL ? 0 : 1;
}

static nsec_t or_default(nsec_t t)
{
	return t ? t : ISOTP_TIMEOUT;
}

int isotp_init(struct isotp *tp, const struct isotp_config *config)
{
	const struct isotp_address *a = &config->address;
	uint32_t ids = a->ext ? FRAME_EFF_MASK : FRAME_SFF_MASK;

	if (config->tx_dl < FRAME_CLASSIC_MAX || config->tx_dl > FRAME_DATA_MAX ||
	    frame_fd_len(config->tx_dl) != config->tx_dl)
		return -EINVAL;
	if (a->tx_id > ids || a->rx_id > ids || a->kind > ISOTP_MIXED)
		return -EINVAL;
	if (config->n_as < 0 || config->n_bs < 0 || config->n_cr < 0)
		return -EINVAL;
	if (!config->rx || config->rx_size == 0)
		return -EINVAL;

	*tp = (struct isotp){ .config = *config };
	tp->config.n_as = or_default(config->n_as);
	tp->config.n_bs = or_default(config->n_bs);
	tp->config.n_cr = or_default(config->n_cr);
	if (a->kind == ISOTP_MIXED)
		tp->config.address.rx_ae = a->tx_ae;

	return 0;
}

static enum isotp_event rx_fail(struct isotp *tp, int error, const char *why)
{
	tp->rx.state = RX_IDLE;
	tp->error = error;
	tp->why = why;

	return ISOTP_RX_FAILED;
}

static enum isotp_event tx_fail(struct isotp *tp, int error, const char *why)
{
	tp->tx.state = TX_IDLE;
	tp->error = error;
	tp->why = why;

	return ISOTP_TX_FAILED;
}

static enum isotp_event rx_timeout(struct isotp *tp)
{
	if (tp->rx.state == RX_WORN)
		return rx_fail(tp, -ENOBUFS,
			       "it could not be taken after N_WFTmax waits");
	if (tp->rx.state == RX_DATA)
		return rx_fail(tp, -ETIMEDOUT,
			       "the rest of the message did not come (N_Cr)");

	return rx_fail(tp, -ETIMEDOUT, "flow control could not be sent (N_Ar)");
}

static enum isotp_event tx_timeout(struct isotp *tp)
{
	if (tp->tx.state == TX_FLOW)
		return tx_fail(tp, -ETIMEDOUT, "no flow control came (N_Bs)");

	return tx_fail(tp, -ETIMEDOUT, "a frame could not be sent (N_As)");
}

/* ---- receiving ---- */

/* Flow control is owed from AT on: a WAIT while we are to hold it back, then CTS. */
static void owe_flow(struct isotp *tp, nsec_t at)
{
	bool worn = tp->rx.waits < tp->hold && tp->rx.waits >= tp->config.wft_max;

	tp->rx.state = worn ? RX_WORN : RX_FLOW;
	tp->rx.due = worn ? NSEC_NEVER : at;
	tp->rx.deadline = worn ? at : nsec_add(at, tp->config.n_as);
}

/*
 * SF or FF: what was being received is over (9.8.3: N_UNEXP_PDU), unless its time was up
 * before. NONE: nothing was.
 */
static enum isotp_event interrupt(struct isotp *tp, nsec_t t)
{
	if (tp->rx.state == RX_IDLE)
		return ISOTP_NONE;
	if (t >= tp->rx.deadline)
		return rx_timeout(tp);

	return rx_fail(tp, -EINTR, "a new message began before its end");
}

/* FIRST, then SECOND as the next tick's. */
static enum isotp_event both(struct isotp *tp, enum isotp_event first,
			     enum isotp_event second, nsec_t t)
{
	if (first == ISOTP_NONE)
		return second;
	tp->later = second;
	tp->later_t = t;

	return first;
}

static enum isotp_event hear_single(struct isotp *tp, const uint8_t *p, size_t n,
				    size_t dl, nsec_t t)
{
	enum isotp_event before;
	size_t len = p[0] & 0x0f, pci = 1;

	if (dl > FRAME_CLASSIC_MAX) {
		/* 9.6.2: escaped, and no length that a classic frame has room for */
		if (len != 0 || p[1] + extra(tp) < FRAME_CLASSIC_MAX)
			return ISOTP_NONE;
		len = p[1];
		pci = 2;
	}
	if (len == 0 || len > n - pci)
		return ISOTP_NONE;

	before = interrupt(tp, t);
	if (len > tp->config.rx_size)
		return rx_fail(tp, -EMSGSIZE, "the message is longer than the buffer");
	memcpy(tp->config.rx, p + pci, len);
	tp->rx_len = len;

	return both(tp, before, ISOTP_MESSAGE, t);
}

/* FF_DLmin (table 14): the shortest message that a first frame of DL bytes may begin. */
static size_t ff_dl_min(const struct isotp *tp, size_t dl)
{
	return (dl > FRAME_CLASSIC_MAX ? dl - 1 : dl) - extra(tp);
}

static enum isotp_event hear_first(struct isotp *tp, const uint8_t *p, size_t n,
				   size_t dl, nsec_t t)
{
	enum isotp_event before;
	size_t len, pci = 2;

	if (dl < FRAME_CLASSIC_MAX)
		return ISOTP_NONE;
	len = get_be16(p) & FF_DL_MAX;
	if (len == 0) {
		len = get_be32(p + 2);
		pci = 6;
		if (len <= FF_DL_MAX) /* 9.6.3.2 */
			return ISOTP_NONE;
	}
	if (len < ff_dl_min(tp, dl))
		return ISOTP_NONE;

	before = interrupt(tp, t);
	tp->rx.waits = tp->rx.block = 0;
	if (len > tp->config.rx_size) {
		tp->rx.state = RX_OVERFLOW;
		tp->rx.due = t;
		tp->rx.deadline = nsec_add(t, tp->config.n_as);
		return before;
	}
	tp->rx.len = len;
	tp->rx.have = n - pci;
	tp->rx.dl = (uint8_t)dl;
	tp->rx.sn = 1;
	memcpy(tp->config.rx, p + pci, n - pci);
	owe_flow(tp, t);

	return both(tp, before, ISOTP_STARTED, t);
}

static enum isotp_event hear_consecutive(struct isotp *tp, const uint8_t *p, size_t n,
					 size_t dl, nsec_t t)
{
	size_t part;

	if (tp->rx.state != RX_DATA)
		return ISOTP_NONE;
	if (t >= tp->rx.deadline)
		return rx_timeout(tp);
	/* 9.5.4: all are as long as the first frame; only the last may be shorter */
	part = MIN(tp->rx.len - tp->rx.have, tp->rx.dl - extra(tp) - 1);
	if (dl > tp->rx.dl || n - 1 < part)
		return ISOTP_NONE;
	if ((p[0] & 0x0f) != tp->rx.sn)
		return rx_fail(tp, -EILSEQ,
			       "a part of the message is missing or out of order");

	memcpy(tp->config.rx + tp->rx.have, p + 1, part);
	tp->rx.have += part;
	tp->rx.sn = (tp->rx.sn + 1) & 0x0f;
	if (tp->rx.have == tp->rx.len) {
		tp->rx.state = RX_IDLE;
		tp->rx_len = tp->rx.len;
		return ISOTP_MESSAGE;
	}
	tp->rx.deadline = nsec_add(t, tp->config.n_cr);
	if (tp->config.bs && ++tp->rx.block == tp->config.bs) {
		tp->rx.waits = tp->rx.block = 0;
		owe_flow(tp, t);
	}

	return ISOTP_NONE;
}

static enum isotp_event put_flow(struct isotp *tp, nsec_t now)
{
	if (tp->rx.state == RX_OVERFLOW)
		return rx_fail(tp, -EMSGSIZE, "the message is longer than the buffer");
	if (tp->rx.waits < tp->hold) {
		tp->rx.waits++;
		owe_flow(tp, nsec_add(now, tp->hold_gap));
	} else {
		tp->rx.state = RX_DATA;
		tp->rx.deadline = nsec_add(now, tp->config.n_cr);
	}

	return ISOTP_NONE;
}

/* ---- sending ---- */

/* STmin's octet (9.6.5.5). */
static nsec_t st_min(uint8_t octet)
{
	if (octet >= 0xf1 && octet <= 0xf9)
		return (octet - 0xf0) * 100 * NSEC_PER_USEC;

	return MIN(octet, 0x7f) * NSEC_PER_MSEC;
}

int isotp_send(struct isotp *tp, const uint8_t *payload, size_t len, nsec_t now)
{
	if (tp->tx.state != TX_IDLE ||
	    (tp->config.half_duplex && tp->rx.state != RX_IDLE))
		return -EBUSY;
	if (len == 0 || len > UINT32_MAX)
		return -EMSGSIZE;

	tp->tx.state = TX_FIRST;
	tp->tx.data = payload;
	tp->tx.len = len;
	tp->tx.done = 0;
	tp->tx.block = tp->tx.waits = 0;
	tp->tx.sn = 1;
	tp->tx.due = now;
	tp->tx.deadline = nsec_add(now, tp->config.n_as);

	return 0;
}

static enum isotp_event hear_flow(struct isotp *tp, const uint8_t *p, size_t n, nsec_t t)
{
	if (tp->tx.state != TX_FLOW || n < FC_LEN)
		return ISOTP_NONE;
	if (t >= tp->tx.deadline)
		return tx_timeout(tp);

	switch (p[0] & 0x0f) {
	case FS_CTS:
		tp->tx.bs = p[1];
		tp->tx.st_min = st_min(p[2]);
		tp->tx.state = TX_DATA;
		tp->tx.block = tp->tx.waits = 0;
		tp->tx.due = t;
		tp->tx.deadline = nsec_add(t, tp->config.n_as);
		return ISOTP_NONE;
	case FS_WAIT:
		if (tp->tx.waits++ >= tp->config.wft_max)
			return tx_fail(tp, -ENOBUFS,
				       "the other side asked to wait too often");
		tp->tx.deadline = nsec_add(t, tp->config.n_bs);
		return ISOTP_NONE;
	case FS_OVERFLOW:
		return tx_fail(tp, -EOVERFLOW,
			       "the message is too long for the other side");
	default:
		return tx_fail(tp, -EPROTO, "the flow control has a reserved status");
	}
}

/* The PCI of the next frame of data, at P: its length, and how much data follows it. */
static size_t data_pci(const struct isotp *tp, uint8_t *p, size_t *ret_n)
{
	size_t room = tp->config.tx_dl - extra(tp), len = tp->tx.len;
	size_t pci = 1;

	if (tp->tx.state == TX_DATA) {
		p[0] = PCI_CF | tp->tx.sn;
	} else if (len < FRAME_CLASSIC_MAX - extra(tp)) {
		p[0] = (uint8_t)(PCI_SF | len);
	} else if (room + extra(tp) > FRAME_CLASSIC_MAX && len <= room - 2) {
		p[0] = PCI_SF;
		p[1] = (uint8_t)len;
		pci = 2;
	} else if (len <= FF_DL_MAX) {
		p[0] = (uint8_t)(PCI_FF | len >> 8);
		p[1] = (uint8_t)len;
		pci = 2;
	} else {
		p[0] = PCI_FF;
		p[1] = 0;
		put_be32(p + 2, (uint32_t)len);
		pci = 6;
	}
	*ret_n = MIN(len - tp->tx.done, room - pci);

	return pci;
}

static enum isotp_event put_data(struct isotp *tp, nsec_t now)
{
	uint8_t pci[6];
	size_t n;

	if (tp->tx.state != TX_FIRST && tp->tx.state != TX_DATA)
		return ISOTP_NONE;

	data_pci(tp, pci, &n);
	tp->tx.done += n;
	if (tp->tx.done == tp->tx.len) {
		tp->tx.state = TX_IDLE;
		return ISOTP_SENT;
	}
	if (tp->tx.state == TX_DATA)
		tp->tx.sn = (tp->tx.sn + 1) & 0x0f;
	if (tp->tx.state == TX_FIRST || (tp->tx.bs && ++tp->tx.block == tp->tx.bs)) {
		tp->tx.state = TX_FLOW;
		tp->tx.deadline = nsec_add(now, tp->config.n_bs);
	} else {
		tp->tx.due = nsec_add(now, tp->tx.st_min);
		tp->tx.deadline = nsec_add(tp->tx.due, tp->config.n_as);
	}

	return ISOTP_NONE;
}

/* ---- both ---- */

bool isotp_is_ours(const struct isotp *tp, const struct frame *f)
{
	const struct isotp_address *a = &tp->config.address;
	const int no_data = FRAME_RTR | FRAME_ERR | FRAME_LOST | FRAME_TX;

	return !(f->flags & no_data) && !(f->flags & FRAME_EXT) == !a->ext &&
	       f->id == a->rx_id &&
	       (a->kind == ISOTP_NORMAL || (f->len > 0 && f->data[0] == a->rx_ae));
}

enum isotp_event isotp_hear(struct isotp *tp, const struct frame *f, nsec_t now)
{
	nsec_t t = f->t == NSEC_NEVER ? now : f->t;
	bool busy = tp->config.half_duplex && tp->tx.state != TX_IDLE;
	size_t ae = extra(tp), n = f->len - ae;
	const uint8_t *p = f->data + ae;

	if (!isotp_is_ours(tp, f) || n == 0 || frame_fd_len(f->len) != f->len ||
	    (f->len > FRAME_CLASSIC_MAX && !(f->flags & FRAME_FD)))
		return ISOTP_NONE;

	switch (p[0] & 0xf0) {
	case PCI_SF:
		return busy ? ISOTP_NONE : hear_single(tp, p, n, f->len, t);
	case PCI_FF:
		return busy ? ISOTP_NONE : hear_first(tp, p, n, f->len, t);
	case PCI_CF:
		return hear_consecutive(tp, p, n, f->len, t);
	case PCI_FC:
		return hear_flow(tp, p, n, t);
	default:
		return ISOTP_NONE;
	}
}

/* After the address byte: the flow control that is owed. */
static size_t make_flow(const struct isotp *tp, uint8_t *p)
{
	p[0] = PCI_FC | FS_CTS;
	if (tp->rx.state == RX_OVERFLOW)
		p[0] = PCI_FC | FS_OVERFLOW;
	else if (tp->rx.waits < tp->hold)
		p[0] = PCI_FC | FS_WAIT;
	p[1] = tp->config.bs;
	p[2] = tp->config.st_min;

	return FC_LEN;
}

static size_t make_data(const struct isotp *tp, uint8_t *p)
{
	size_t n, pci = data_pci(tp, p, &n);

	memcpy(p + pci, tp->tx.data + tp->tx.done, n);

	return pci + n;
}

static bool owes_flow(const struct isotp *tp)
{
	return tp->rx.state == RX_FLOW || tp->rx.state == RX_OVERFLOW;
}

static bool has_data(const struct isotp *tp)
{
	return tp->tx.state == TX_FIRST || tp->tx.state == TX_DATA;
}

bool isotp_get(struct isotp *tp, nsec_t now, struct frame *ret_frame)
{
	const struct isotp_config *c = &tp->config;
	bool flow = owes_flow(tp) && now >= tp->rx.due;
	struct frame f = { .t = NSEC_NEVER, .id = c->address.tx_id };
	size_t len = extra(tp), dl;

	if (!flow && !(has_data(tp) && now >= tp->tx.due))
		return false;
	tp->flow_out = flow;

	if (c->address.ext)
		f.flags |= FRAME_EXT;
	if (c->tx_dl > FRAME_CLASSIC_MAX)
		f.flags |= c->brs ? FRAME_FD | FRAME_BRS : FRAME_FD;
	f.data[0] = c->address.tx_ae;
	len += flow ? make_flow(tp, f.data + len) : make_data(tp, f.data + len);
	dl = frame_fd_len(len);
	if (c->pad)
		dl = MAX(dl, (size_t)FRAME_CLASSIC_MAX);
	memset(f.data + len, c->pad_with, dl - len);
	f.len = (uint8_t)dl;
	*ret_frame = f;

	return true;
}

enum isotp_event isotp_put(struct isotp *tp, nsec_t now)
{
	if (!tp->flow_out)
		return put_data(tp, now);

	tp->flow_out = false;

	return owes_flow(tp) ? put_flow(tp, now) : ISOTP_NONE;
}

enum isotp_event isotp_tick(struct isotp *tp, nsec_t now)
{
	enum isotp_event e = tp->later;

	tp->later = ISOTP_NONE;
	if (e != ISOTP_NONE)
		return e;
	if (tp->rx.state != RX_IDLE && now >= tp->rx.deadline)
		return rx_timeout(tp);
	if (tp->tx.state != TX_IDLE && now >= tp->tx.deadline)
		return tx_timeout(tp);

	return ISOTP_NONE;
}

nsec_t isotp_next(const struct isotp *tp)
{
	nsec_t t = NSEC_NEVER;

	if (tp->later != ISOTP_NONE)
		t = tp->later_t;
	if (owes_flow(tp))
		t = MIN(t, tp->rx.due);
	else if (tp->rx.state != RX_IDLE)
		t = MIN(t, tp->rx.deadline);
	if (has_data(tp))
		t = MIN(t, tp->tx.due);
	else if (tp->tx.state != TX_IDLE)
		t = MIN(t, tp->tx.deadline);

	return t;
}

int isotp_error(const struct isotp *tp)
{
	return tp->error;
}

const char *isotp_why(const struct isotp *tp)
{
	return tp->why;
}

void isotp_hold(struct isotp *tp, unsigned int n, nsec_t gap)
{
	tp->hold = n;
	tp->hold_gap = gap;
}

void isotp_reset(struct isotp *tp)
{
	tp->rx.state = RX_IDLE;
	tp->tx.state = TX_IDLE;
	tp->later = ISOTP_NONE;
	tp->flow_out = false;
}
