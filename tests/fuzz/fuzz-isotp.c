/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "proto/isotp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RX_SIZE 256
#define EVENTS_MAX 4

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What is going on in each direction, as its events have told. */
struct watch {
	struct isotp tp;
	uint8_t rx[RX_SIZE], payload[20 * 255];
	bool sending, receiving;
};

static void note(struct watch *w, enum isotp_event e)
{
	switch (e) {
	case ISOTP_NONE:
		break;
	case ISOTP_STARTED:
		must(!w->receiving);
		w->receiving = true;
		break;
	case ISOTP_MESSAGE:
		must(w->tp.rx_len >= 1 && w->tp.rx_len <= w->tp.config.rx_size);
		w->receiving = false;
		break;
	case ISOTP_RX_FAILED:
		must(isotp_error(&w->tp) < 0 && isotp_why(&w->tp));
		w->receiving = false;
		break;
	case ISOTP_SENT:
		must(w->sending);
		w->sending = false;
		break;
	case ISOTP_TX_FAILED:
		must(w->sending && isotp_error(&w->tp) < 0 && isotp_why(&w->tp));
		w->sending = false;
		break;
	}
}

static void ticks(struct watch *w, nsec_t now)
{
	enum isotp_event e;
	size_t n = 0;

	while ((e = isotp_tick(&w->tp, now)) != ISOTP_NONE) {
		note(w, e);
		must(++n <= EVENTS_MAX);
	}
}

/* A frame that a bus could carry, and that is for the other side. */
static void check_frame(const struct isotp *tp, const struct frame *f)
{
	bool fd = tp->config.tx_dl > FRAME_CLASSIC_MAX;

	must(f->id == tp->config.address.tx_id && f->len >= 2);
	must(f->len <= tp->config.tx_dl && frame_fd_len(f->len) == f->len);
	must(!(f->flags & FRAME_FD) == !fd);
	must(!tp->config.pad || f->len >= FRAME_CLASSIC_MAX);
}

static void departures(struct watch *w, nsec_t now, size_t max)
{
	struct frame f, again;

	while (max-- > 0 && isotp_get(&w->tp, now, &f)) {
		must(isotp_next(&w->tp) <= now);
		must(isotp_get(&w->tp, now, &again) && !memcmp(&f, &again, sizeof(f)));
		check_frame(&w->tp, &f);
		note(w, isotp_put(&w->tp, now));
	}
}

static void open_watch(struct watch *w, const uint8_t *b)
{
	static const uint8_t dl[] = { 8, 12, 16, 20, 24, 32, 48, 64 };
	struct isotp_config c = {
		.address = { .kind = b[0] % 3,
			     .tx_id = 0x6f1,
			     .rx_id = 0x612,
			     .tx_ae = 0x12,
			     .rx_ae = 0xf1 },
		.tx_dl = dl[b[0] >> 2 & 7],
		.brs = b[0] & 0x20,
		.pad = b[0] & 0x40,
		.half_duplex = b[0] & 0x80,
		.bs = b[1],
		.st_min = b[2],
		.wft_max = b[3] & 7,
		.rx = w->rx,
		.rx_size = 1u + b[3],
	};

	must(isotp_init(&w->tp, &c) == 0);
	isotp_hold(&w->tp, b[3] >> 5, 100 * NSEC_PER_MSEC);
	w->sending = w->receiving = false;
}

/* Actions: a byte says which, the next how much; frames take their bytes from the rest. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct watch w;
	enum isotp_event e;
	nsec_t now = 0;

	if (size < 4)
		return 0;
	open_watch(&w, data);
	for (size_t i = 4; i + 1 < size; i += 2) {
		uint8_t what = data[i], much = data[i + 1];
		struct frame f = { .t = NSEC_NEVER, .id = 0x612 };

		switch (what & 3) {
		case 0: /* a frame of MUCH bytes */
			f.len = (uint8_t)MIN((size_t)(much & 0x7f), size - i - 2);
			f.len = MIN(f.len, FRAME_DATA_MAX);
			f.flags = much & 0x80 ? FRAME_FD : 0;
			memcpy(f.data, data + i + 2, f.len);
			i += f.len;
			e = isotp_hear(&w.tp, &f, now);
			note(&w, e);
			if (e != ISOTP_NONE)
				ticks(&w, now);
			break;
		case 1:
			now += (nsec_t)much * (what & 4 ? 10 * NSEC_PER_MSEC : 10000);
			ticks(&w, now);
			break;
		case 2:
			departures(&w, now, much);
			break;
		case 3:
			if (isotp_send(&w.tp, w.payload, 20u * much, now) == 0)
				w.sending = true;
			break;
		}
	}

	/* Left alone, everything comes to an end. */
	while (isotp_next(&w.tp) != NSEC_NEVER) {
		now = MAX(now, isotp_next(&w.tp));
		departures(&w, now, SIZE_MAX);
		ticks(&w, now);
	}
	must(!w.sending && !w.receiving);

	return 0;
}
