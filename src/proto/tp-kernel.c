/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/diag.h"
#include "proto/tp-kernel.h"

struct tp_kernel {
	struct tp tp;
	int ifindex;
	int epoll;
	int fd[256];		/* a socket for each module that is talked to; -1 */
	uint8_t rx[TP_MESSAGE_MAX + 1];	/* a longer message shows */
};

static struct tp_kernel *from(struct tp *tp)
{
	return container_of(tp, struct tp_kernel, tp);
}

static int set_up(const struct tp_kernel *t, int fd, uint8_t ecu)
{
	const struct can_isotp_options options = {
		.flags = CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR | CAN_ISOTP_TX_PADDING,
		.ext_address = ecu,
		.rx_ext_address = DIAG_TESTER,
	};
	const struct can_isotp_fc_options flow = { 0 };
	const struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = t->ifindex,
		.can_addr.tp = { .tx_id = DIAG_TESTER_ID, .rx_id = DIAG_ANSWER_ID + ecu },
	};
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = ecu };

	if (setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, sizeof(options)) < 0 ||
	    setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, &flow, sizeof(flow)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return -errno;

	return 0;
}

static int open_socket(struct tp_kernel *t, uint8_t ecu)
{
	int fd = socket(PF_CAN, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_ISOTP);
	int r;

	if (fd < 0)
		return -errno;
	r = set_up(t, fd, ecu);
	if (r < 0)
		close(fd);
	else
		t->fd[ecu] = fd;

	return r;
}

static int tp_kernel_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_kernel *t = from(tp);
	int r;

	if (diag_is_functional(ecu))
		return -EOPNOTSUPP;
	if (n == 0 || n > TP_MESSAGE_MAX)
		return -EMSGSIZE;
	if (t->fd[ecu] < 0) {
		r = open_socket(t, ecu);
		if (r < 0)
			return r;
	}
	if (send(t->fd[ecu], data, n, 0) < 0)
		return errno == EAGAIN ? -EBUSY : -errno;

	return 0;
}

static const char *why(int error)
{
	switch (error) {
	case ETIMEDOUT:
		return "the rest of the message did not come (N_Cr)";
	case EILSEQ:
		return "a part of the message is missing or out of order";
	case ECOMM:
		return "no flow control came (N_Bs)";
	default:
		return "the kernel could not take or send the message";
	}
}

/* What the socket of ECU has: 1 and *ret; 0: nothing. */
static int take(struct tp_kernel *t, uint8_t ecu, struct tp_event *ret)
{
	ssize_t n = recv(t->fd[ecu], t->rx, sizeof(t->rx), 0);

	if (n < 0 && errno == EAGAIN)
		return 0;
	*ret = (struct tp_event){ .ecu = ecu, .t = clock_now(t->tp.clk) };
	if (n >= 0 && n <= TP_MESSAGE_MAX) {
		ret->what = TP_MESSAGE;
		ret->data = t->rx;
		ret->len = (size_t)n;
	} else {
		ret->what = TP_FAILED;
		ret->error = n < 0 ? -errno : -EMSGSIZE;
		ret->why = why(-ret->error);
	}

	return 1;
}

static int tp_kernel_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_kernel *t = from(tp);

	for (;;) {
		struct pollfd p = { .fd = t->epoll, .events = POLLIN };
		struct epoll_event event;
		int r = epoll_wait(t->epoll, &event, 1, 0);

		if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0 && take(t, (uint8_t)event.data.u32, ret))
			return 1;
		r = clock_wait(tp->clk, &p, 1, deadline);
		if (r <= 0)
			return r;
	}
}

static void tp_kernel_forget(struct tp *tp, uint8_t ecu)
{
	struct tp_kernel *t = from(tp);

	if (t->fd[ecu] >= 0)
		close(t->fd[ecu]);
	t->fd[ecu] = -1;
}

static void tp_kernel_close(struct tp *tp)
{
	struct tp_kernel *t = from(tp);

	for (unsigned int ecu = 0; ecu < ARRAY_SIZE(t->fd); ecu++)
		tp_kernel_forget(tp, (uint8_t)ecu);
	close(t->epoll);
	free(t);
}

static const struct tp_ops tp_kernel_ops = {
	.send = tp_kernel_send,
	.recv = tp_kernel_recv,
	.forget = tp_kernel_forget,
	.close = tp_kernel_close,
};

int tp_kernel_open(const char *ifname, struct clock *clk, struct tp **ret_tp)
{
	unsigned int index = if_nametoindex(ifname);
	struct tp_kernel *t;

	if (index == 0)
		return -ENODEV;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->tp.ops = &tp_kernel_ops;
	t->tp.clk = clk;
	t->ifindex = (int)index;
	for (size_t i = 0; i < ARRAY_SIZE(t->fd); i++)
		t->fd[i] = -1;
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll < 0) {
		free(t);
		return -errno;
	}
	*ret_tp = &t->tp;

	return 0;
}
