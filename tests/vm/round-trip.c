/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <float.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>

#include "link/socketcan.h"
#include "proto/tp-isotp.h"
#include "proto/tp-kernel.h"

/*
 * round-trip IF: how long 22 DC56 and its answer take over IF, by our ISO-TP over a raw
 * socket and by the kernel's CAN_ISOTP, which is what isotpsend and isotprecv use, without
 * the start of a process for each message. The module that answers is the same for both:
 * another process, on the kernel's socket. They take turns in batches, and the fastest batch
 * of each counts: what disturbs can only add. Each answer is compared.
 * round-trip -r IF: only the module, until it is killed.
 */
#define BATCHES 41
#define TRIPS 50

static const uint8_t request[] = { 0x22, 0xdc, 0x56 };
static const uint8_t answer[] = { 0x62, 0xdc, 0x56, 0x09 };

static void die(const char *what, int r)
{
	fprintf(stderr, "round-trip: %s: %s\n", what, strerror(-r));
	exit(2);
}

/* Module 40, for ever. */
static int module_socket(const char *ifname)
{
	const struct can_isotp_options options = {
		.flags = CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR | CAN_ISOTP_TX_PADDING,
		.ext_address = 0xf1,
		.rx_ext_address = 0x40,
		.txpad_content = 0xff,
	};
	const struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = (int)if_nametoindex(ifname),
		.can_addr.tp = { .tx_id = 0x640, .rx_id = 0x6f1 },
	};
	int fd = socket(PF_CAN, SOCK_DGRAM, CAN_ISOTP);

	if (fd < 0 || setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, sizeof(options)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		die("the module's socket", -errno);

	return fd;
}

static void serve(int fd)
{
	uint8_t buf[64];

	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n != (ssize_t)sizeof(request) || memcmp(buf, request, sizeof(request)) != 0)
			die("an odd request", -EBADMSG);
		if (write(fd, answer, sizeof(answer)) != (ssize_t)sizeof(answer))
			die("the module's answer", -errno);
	}
}

static void trip(struct tp *tp)
{
	struct tp_event e;
	int r = tp_send(tp, 0x40, request, sizeof(request));

	if (r < 0)
		die("send", r);
	do
		r = tp_recv(tp, &e, clock_now(tp->clk) + 2 * NSEC_PER_SEC);
	while (r > 0 && e.what == TP_STARTED);
	if (r <= 0)
		die("no answer", r < 0 ? r : -ETIMEDOUT);
	if (e.what != TP_MESSAGE || e.len != sizeof(answer) ||
	    memcmp(e.data, answer, sizeof(answer)) != 0)
		die("another answer", -EBADMSG);
}

/* One trip for warmth, which opens the kernel's socket, too. */
static double batch(struct tp *tp)
{
	nsec_t start;

	trip(tp);
	start = clock_now(tp->clk);
	for (int i = 0; i < TRIPS; i++)
		trip(tp);

	return (double)(clock_now(tp->clk) - start) / TRIPS;
}

/* Each is open only while it is measured: what listens costs time. */
static double batch_of_ours(const char *ifname, struct clock *clk)
{
	struct tp *tp = NULL;
	struct link *l;
	double took;
	int r = link_socketcan_open(ifname, clk, &l);

	if (r == 0)
		r = tp_isotp_open(l, &tp);
	if (r < 0)
		die(ifname, r);
	took = batch(tp);
	tp_close(tp);
	link_close(l);

	return took;
}

static double batch_of_theirs(const char *ifname, struct clock *clk)
{
	struct tp *tp;
	double took;
	int r = tp_kernel_open(ifname, clk, &tp);

	if (r < 0)
		die(ifname, r);
	took = batch(tp);
	tp_close(tp);

	return took;
}

static void compare(const char *ifname)
{
	double ours = DBL_MAX, theirs = DBL_MAX;
	struct clock clk;

	clock_init_real(&clk);
	for (int i = 0; i < BATCHES; i++) {
		double taken = batch_of_theirs(ifname, &clk);

		theirs = MIN(theirs, taken);
		taken = batch_of_ours(ifname, &clk);
		ours = MIN(ours, taken);
	}
	printf("ours %.1f us, the kernel's %.1f us\n", ours / 1000, theirs / 1000);
	printf("ratio %.3f\n", ours / theirs);
}

/* Both sides on one processor: the work is measured, not the waking of an idle one. */
static void stay_on_one_processor(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("processor 0", -errno);
}

int main(int argc, char **argv)
{
	bool only = argc == 3 && !strcmp(argv[1], "-r");
	const char *ifname = argv[argc - 1];
	pid_t parent = getpid(), child;
	int fd;

	if (!only && argc != 2)
		return 64;
	stay_on_one_processor();
	fd = module_socket(ifname);
	if (only)
		serve(fd);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			serve(fd);
		_exit(2);
	}
	close(fd);
	compare(ifname);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);

	return 0;
}
