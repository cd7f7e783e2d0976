/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/socketcan.h"
#include "proto/isotp.h"

/*
 * isotp-peer lengths IF KIND    each length 1..4095 to the kernel's CAN_ISOTP and back
 * isotp-peer blocks IF          BS 0..15, STmin 0, 100 us, 1 ms, 20 ms, boundary lengths
 * isotp-peer recv IF KIND BS STMIN   print the next message, as isotprecv does
 * isotp-peer send IF KIND LEN   send LEN bytes 01 02 03 ..
 * Our ISO-TP over an interface; KIND is normal, extended or mixed, the addresses are those
 * of BMW's tester and its module 12 (6F1#12, 612#F1). What goes wrong is said in a line on
 * stderr, and the exit status is 1.
 */

#define LONGEST 4095
#define TALKS_MAX 384
#define FIRST_TX 0x100 /* ids of the talks that run at once */
#define FIRST_RX 0x400
#define BATCH 64
#define QUIET (5 * NSEC_PER_SEC) /* longer than any timeout: it hangs */

static const char *const kinds[] = { "normal", "extended", "mixed" };

/* Messages of some lengths, one after the other, between ours and the kernel's socket. */
struct talk {
	struct isotp tp;
	int fd;
	bool we_send, busy, sent, done;
	size_t first, last; /* each length from FIRST to LAST */
	const size_t *list; /* or these, from FIRST to LAST - 1 */
	size_t at;
	nsec_t gap, began;
	uint8_t payload[LONGEST], rx[LONGEST];
};

struct bench {
	struct clock clk;
	struct link *link;
	const char *ifname;
	struct talk talks[TALKS_MAX];
	size_t n, open, messages;
	nsec_t last; /* when a frame came */
};

static int complain(const char *what, int r)
{
	fprintf(stderr, "isotp-peer: %s: %s\n", what, strerror(-r));

	return r;
}

static size_t length(const struct talk *t)
{
	return t->list ? t->list[t->at] : t->at;
}

/* A talk went wrong. */
static int wrong(const struct talk *t, const char *what, int r)
{
	const struct isotp_config *c = &t->tp.config;

	fprintf(stderr, "isotp-peer: %s, %s, BS %u, STmin %02X, %zu bytes: %s (%s)\n",
		t->we_send ? "to the kernel" : "from the kernel", kinds[c->address.kind],
		c->bs, c->st_min, length(t), what, strerror(-r));

	return -EIO;
}

/* Bytes that differ from message to message and from frame to frame. */
static void make_payload(struct talk *t)
{
	size_t len = length(t);

	for (size_t i = 0; i < len; i++)
		t->payload[i] = (uint8_t)(i * 167 + i / 256 + len * 31);
}

/* The kernel's end of what CONFIG is ours of. Its flow control asks for BS and STmin. */
static int kernel_socket(const struct isotp_config *c, const char *ifname, nsec_t gap)
{
	const struct isotp_address *a = &c->address;
	struct sockaddr_can addr = { .can_family = AF_CAN };
	struct can_isotp_options opts = { .frame_txtime = CAN_ISOTP_FRAME_TXTIME_ZERO };
	struct can_isotp_fc_options fc = { .bs = c->bs, .stmin = c->st_min };
	uint32_t strict = (uint32_t)gap;
	int fd = socket(PF_CAN, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_ISOTP);

	if (fd < 0)
		return -errno;
	if (a->kind != ISOTP_NORMAL)
		opts.flags |= CAN_ISOTP_EXTEND_ADDR;
	if (a->kind == ISOTP_EXTENDED)
		opts.flags |= CAN_ISOTP_RX_EXT_ADDR;
	/* Frames that come sooner than STmin are thrown away: ours must not. */
	if (strict)
		opts.flags |= CAN_ISOTP_FORCE_RXSTMIN;
	opts.ext_address = a->kind == ISOTP_MIXED ? a->tx_ae : a->rx_ae;
	opts.rx_ext_address = a->tx_ae;
	addr.can_ifindex = (int)if_nametoindex(ifname);
	addr.can_addr.tp.tx_id = a->rx_id;
	addr.can_addr.tp.rx_id = a->tx_id;
	if (setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &opts, sizeof(opts)) < 0 ||
	    setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, &fc, sizeof(fc)) < 0 ||
	    setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_RX_STMIN, &strict, sizeof(strict)) <
		    0 ||
	    bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}

	return fd;
}

static struct isotp_config configure(enum isotp_addressing kind, unsigned int bs,
				     unsigned int st_min, uint8_t *rx)
{
	return (struct isotp_config){
		.address = { .kind = kind,
			     .tx_id = 0x6f1,
			     .rx_id = 0x612,
			     .tx_ae = 0x12,
			     .rx_ae = 0xf1 },
		.tx_dl = 8,
		.bs = (uint8_t)bs,
		.st_min = (uint8_t)st_min,
		.wft_max = 10,
		/* The kernel's are 1 s, and this machine may be slow. */
		.n_as = 3 * NSEC_PER_SEC,
		.n_bs = 3 * NSEC_PER_SEC,
		.n_cr = 3 * NSEC_PER_SEC,
		.rx = rx,
		.rx_size = LONGEST,
	};
}

/* One talk more, with ids of its own; its lengths are for the caller to set. */
static int add_talk(struct bench *b, enum isotp_addressing kind, bool we_send,
		    unsigned int bs, unsigned int st_min, nsec_t gap)
{
	struct talk *t = &b->talks[b->n];
	struct isotp_config c = configure(kind, bs, st_min, t->rx);
	int r;

	c.address.tx_id = FIRST_TX + (uint32_t)b->n;
	c.address.rx_id = FIRST_RX + (uint32_t)b->n;
	r = isotp_init(&t->tp, &c);
	if (r == 0)
		r = kernel_socket(&c, b->ifname, gap);
	if (r < 0)
		return complain("cannot set up a talk", r);
	t->fd = r;
	t->we_send = we_send;
	t->gap = gap;
	b->n++;

	return 0;
}

static void next_message(struct bench *b, struct talk *t)
{
	t->busy = t->sent = false;
	b->messages++;
	if (++t->at > t->last) {
		t->done = true;
		b->open--;
	}
}

/* The gaps that STmin asks for; none before the first frame of a block. */
static nsec_t least_time(const struct talk *t)
{
	const struct isotp_config *c = &t->tp.config;
	size_t part = c->address.kind == ISOTP_NORMAL ? 7 : 6, len = length(t);
	size_t cf = len <= part ? 0 : (len - (part - 1) + part - 1) / part;
	size_t blocks = c->bs ? (cf + c->bs - 1) / c->bs : MIN(cf, (size_t)1);

	return (nsec_t)(cf - blocks) * t->gap;
}

static int check(struct bench *b, const struct talk *t, const uint8_t *data, ssize_t n)
{
	if (n < 0)
		return wrong(t, "the kernel has no message", -errno);
	if ((size_t)n != length(t))
		return wrong(t, "it has another length", -EBADMSG);
	if (memcmp(data, t->payload, (size_t)n) != 0)
		return wrong(t, "it has other bytes", -EBADMSG);
	if (clock_now(&b->clk) - t->began < least_time(t))
		return wrong(t, "it came too soon", -ETIME);

	return 0;
}

static int take_event(struct bench *b, struct talk *t, enum isotp_event e)
{
	int r = 0;

	switch (e) {
	case ISOTP_NONE:
	case ISOTP_STARTED:
		return 0;
	case ISOTP_SENT:
		t->sent = true;
		return 0;
	case ISOTP_MESSAGE:
		if (t->we_send || !t->busy)
			return wrong(t, "a message that nobody sent", -EPROTO);
		r = check(b, t, t->rx, (ssize_t)t->tp.rx_len);
		break;
	case ISOTP_RX_FAILED:
	case ISOTP_TX_FAILED:
		return wrong(t, isotp_why(&t->tp), isotp_error(&t->tp));
	}
	if (r == 0)
		next_message(b, t);

	return r;
}

/*
 * Begin the next message. 1: the kernel is not ready for it. It is asked first: when a
 * write() is refused just as the message before it ends, Linux 6.1 may think for ever that
 * it has not ended.
 */
static int begin(struct talk *t, nsec_t now)
{
	struct pollfd ready = { .fd = t->fd, .events = POLLOUT };

	if (!t->we_send && poll(&ready, 1, 0) == 0)
		return 1;

	make_payload(t);
	t->began = now;
	if (t->we_send) {
		if (isotp_send(&t->tp, t->payload, length(t), now) != 0)
			return wrong(t, "cannot send", -EBUSY);
	} else if (write(t->fd, t->payload, length(t)) < 0) {
		return wrong(t, "the kernel does not send", -errno);
	}
	t->busy = true;

	return 0;
}

/* What we have sent, from the kernel. 1: it is not through there yet. */
static int fetch(struct bench *b, struct talk *t)
{
	ssize_t n = read(t->fd, t->rx, sizeof(t->rx));
	int r;

	if (n < 0 && errno == EAGAIN)
		return 1;
	r = check(b, t, t->rx, n);
	if (r == 0)
		next_message(b, t);

	return r;
}

/* All that T has to do now. *WAIT is when it has again. */
static int work(struct bench *b, struct talk *t, nsec_t *wait)
{
	struct frame f;
	nsec_t now = clock_now(&b->clk);
	int r = take_event(b, t, isotp_tick(&t->tp, now));

	while (r == 0 && !t->done) {
		if (t->sent)
			r = fetch(b, t);
		if (r == 0 && !t->busy && !t->done)
			r = begin(t, now);
		if (r > 0)
			*wait = MIN(*wait, now + 100 * NSEC_PER_USEC);
		if (r != 0 || t->done)
			break;
		if (!isotp_get(&t->tp, now, &f))
			break;
		r = link_send(b->link, &f);
		if (r < 0)
			return wrong(t, "the bus does not take a frame", r);
		now = clock_now(&b->clk);
		r = take_event(b, t, isotp_put(&t->tp, now));
	}
	*wait = MIN(*wait, isotp_next(&t->tp));

	return MIN(r, 0);
}

static int hear(struct bench *b, nsec_t wait)
{
	struct frame f[BATCH];
	int n;

	do {
		n = link_recv(b->link, f, BATCH, wait);
		if (n < 0)
			return complain("cannot receive", n);
		if (n > 0)
			b->last = clock_now(&b->clk);
		for (int i = 0; i < n; i++) {
			struct talk *t;
			int r;

			if (f[i].id < FIRST_RX || f[i].id >= FIRST_RX + b->n)
				continue;
			t = &b->talks[f[i].id - FIRST_RX];
			r = take_event(b, t, isotp_hear(&t->tp, &f[i], f[i].t));
			if (r < 0)
				return r;
		}
		wait = 0;
	} while (n == BATCH);

	return 0;
}

static int stuck(const struct bench *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->talks[i].done)
			wrong(&b->talks[i],
			      b->talks[i].sent	 ? "sent, not received"
			      : b->talks[i].busy ? "nothing comes any more"
						 : "the kernel is not ready any more",
			      -ETIMEDOUT);

	return -ETIMEDOUT;
}

/* Until all talks are over. */
static int run(struct bench *b)
{
	int r = 0;

	for (size_t i = 0; i < b->n; i++)
		b->talks[i].at = b->talks[i].first;
	b->open = b->n;
	b->last = clock_now(&b->clk);
	while (b->open > 0) {
		nsec_t wait = b->last + QUIET;

		for (size_t i = 0; i < b->n; i++)
			if (!b->talks[i].done && work(b, &b->talks[i], &wait) < 0)
				return -EIO;
		if (b->open == 0)
			break;
		r = hear(b, wait);
		if (r < 0)
			return r;
		if (clock_now(&b->clk) > b->last + QUIET)
			return stuck(b);
	}
	printf("%zu messages\n", b->messages);

	return 0;
}

static int open_bench(struct bench *b, const char *ifname)
{
	int r;

	b->ifname = ifname;
	clock_init_real(&b->clk);
	r = link_socketcan_open(ifname, &b->clk, &b->link);

	return r < 0 ? complain(ifname, r) : 0;
}

/* Frames of the talks only: those that the kernel's ends send. */
static int filter_talks(struct bench *b)
{
	static struct link_filter f[TALKS_MAX];

	for (size_t i = 0; i < b->n; i++)
		f[i] = (struct link_filter){ FIRST_RX + (uint32_t)i, FRAME_SFF_MASK,
					     false };

	return link_filter(b->link, f, b->n);
}

static int run_lengths(struct bench *b, enum isotp_addressing kind)
{
	int r = 0;

	for (int we_send = 0; we_send < 2 && r == 0; we_send++) {
		b->talks[b->n].first = 1;
		b->talks[b->n].last = LONGEST;
		r = add_talk(b, kind, we_send, 0, 0, 0);
	}
	if (r == 0)
		r = filter_talks(b);

	return r < 0 ? r : run(b);
}

/* About the ends of a single frame, of a first block, and of all that there is. */
static size_t boundaries(enum isotp_addressing kind, size_t bs, size_t *lengths)
{
	size_t part = kind == ISOTP_NORMAL ? 7 : 6, block = part - 1 + bs * part, n = 0;

	for (size_t len = part - 1; len <= part + 1; len++)
		lengths[n++] = len;
	for (size_t len = block - 1; len <= block + 1; len++)
		if (bs)
			lengths[n++] = len;
	lengths[n++] = LONGEST - 1;
	lengths[n++] = LONGEST;

	return n;
}

static int run_blocks(struct bench *b)
{
	static const struct {
		uint8_t octet;
		nsec_t gap;
	} st[] = { { 0x00, 0 },
		   { 0xf1, 100 * NSEC_PER_USEC },
		   { 0x01, NSEC_PER_MSEC },
		   { 0x14, 20 * NSEC_PER_MSEC } };
	static size_t lengths[3][16][8];
	int r = 0;

	for (unsigned int kind = 0; kind < 3; kind++)
		for (size_t bs = 0; bs < 16; bs++)
			for (size_t i = 0; i < 2 * ARRAY_SIZE(st) && r == 0; i++) {
				struct talk *t = &b->talks[b->n];

				t->list = lengths[kind][bs];
				t->last = boundaries(kind, bs, lengths[kind][bs]) - 1;
				r = add_talk(b, kind, i % 2, (unsigned int)bs,
					     st[i / 2].octet, st[i / 2].gap);
			}
	if (r == 0)
		r = filter_talks(b);

	return r < 0 ? r : run(b);
}

/* One message with somebody on 6F1 and 612: send LEN bytes, or print what comes. */
static int run_one(struct bench *b, const struct isotp_config *c, size_t len)
{
	const struct link_filter ours = { .want = c->address.rx_id,
					  .mask = FRAME_SFF_MASK };
	struct talk *t = b->talks;
	enum isotp_event e = ISOTP_NONE;
	struct frame f;
	int r = isotp_init(&t->tp, c);

	for (size_t i = 0; i < len; i++)
		t->payload[i] = (uint8_t)(i + 1);
	if (r == 0)
		r = link_filter(b->link, &ours, 1);
	if (r == 0 && len)
		r = isotp_send(&t->tp, t->payload, len, clock_now(&b->clk));
	if (r < 0)
		return complain("cannot begin", r);

	for (;;) {
		if (e == ISOTP_NONE)
			e = isotp_tick(&t->tp, clock_now(&b->clk));
		while (e == ISOTP_NONE && isotp_get(&t->tp, clock_now(&b->clk), &f)) {
			r = link_send(b->link, &f);
			if (r < 0)
				return complain("cannot send", r);
			e = isotp_put(&t->tp, clock_now(&b->clk));
		}
		if (e == ISOTP_SENT || e == ISOTP_MESSAGE)
			break;
		if (e == ISOTP_RX_FAILED || e == ISOTP_TX_FAILED)
			return complain(isotp_why(&t->tp), isotp_error(&t->tp));
		r = link_recv(b->link, &f, 1, isotp_next(&t->tp));
		if (r < 0)
			return complain("cannot receive", r);
		e = r > 0 ? isotp_hear(&t->tp, &f, f.t) : ISOTP_NONE;
		if (e == ISOTP_STARTED)
			e = ISOTP_NONE;
	}
	for (size_t i = 0; e == ISOTP_MESSAGE && i < t->tp.rx_len; i++)
		printf("%02X%c", t->rx[i], i + 1 < t->tp.rx_len ? ' ' : '\n');

	return 0;
}

static int kind_of(const char *word)
{
	for (int i = 0; i < 3; i++)
		if (!strcmp(word, kinds[i]))
			return i;

	return -EINVAL;
}

int main(int argc, char **argv)
{
	static struct bench b;
	int kind = argc > 3 ? kind_of(argv[3]) : 0, r = -EINVAL;
	struct isotp_config c;

	if (argc < 3 || kind < 0 || open_bench(&b, argv[2]) < 0) {
		fprintf(stderr, "isotp-peer: see the head of its source\n");
		return 64;
	}
	c = configure((enum isotp_addressing)kind, 0, 0, b.talks[0].rx);
	if (!strcmp(argv[1], "lengths"))
		r = run_lengths(&b, c.address.kind);
	else if (!strcmp(argv[1], "blocks"))
		r = run_blocks(&b);
	else if (!strcmp(argv[1], "send") && argc == 5)
		r = run_one(&b, &c, MIN(strtoul(argv[4], NULL, 10), (size_t)LONGEST));
	else if (!strcmp(argv[1], "recv") && argc == 6) {
		c.bs = (uint8_t)strtoul(argv[4], NULL, 16);
		c.st_min = (uint8_t)strtoul(argv[5], NULL, 16);
		r = run_one(&b, &c, 0);
	}
	link_close(b.link);

	return r < 0 ? 1 : 0;
}
