/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "link/canif.h"
#include "link/socketcan.h"

#define BATCH 64

/* 768 bytes a frame: 5 s of a full bus at 500 kbit/s (peers.md 3.2). */
#define RECEIVE_BUFFER (8 << 20)

/* Room for SO_TIMESTAMPNS and SO_RXQ_OVFL. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t))];
};

struct can_link {
	struct link link;
	char name[CANIF_NAME_MAX];
	int fd;
	bool listen_only;
	int error; /* the bus went away: told after all that was received */
	uint32_t lost; /* of the socket's drop count, how many were reported; wraps */
	nsec_t shift; /* from the kernel's wall clock to ours */
	nsec_t last; /* the time of the frame before; none is earlier */
	size_t next, n; /* of the batch */
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct canfd_frame frames[BATCH];
	union control control[BATCH];
};

static struct can_link *to_can(struct link *l)
{
	return container_of(l, struct can_link, link);
}

static int can_send(struct link *l, const struct frame *f)
{
	bool fd = f->flags & FRAME_FD;
	struct canfd_frame cf = {
		.can_id = f->id & CAN_EFF_MASK,
		.len = f->len,
	};
	ssize_t n;

	if (f->flags & FRAME_LOST)
		return -EINVAL;
	/* The driver would take it, and throw it away in silence. */
	if (to_can(l)->listen_only)
		return -EROFS;
	if (f->len > (fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN) ||
	    frame_fd_len(f->len) != f->len)
		return -EMSGSIZE;

	if (f->flags & FRAME_EXT)
		cf.can_id |= CAN_EFF_FLAG;
	if (f->flags & FRAME_RTR)
		cf.can_id |= CAN_RTR_FLAG;
	if (f->flags & FRAME_ERR) {
		cf.can_id |= CAN_ERR_FLAG;
		cf.len = CAN_MAX_DLEN;
	}
	if (f->flags & FRAME_BRS)
		cf.flags |= CANFD_BRS;
	if (f->flags & FRAME_ESI)
		cf.flags |= CANFD_ESI;
	memcpy(cf.data, f->data, f->len);

	n = write(to_can(l)->fd, &cf, fd ? CANFD_MTU : CAN_MTU);
	if (n >= 0)
		return 0;
	if (errno == EAGAIN)
		return -ENOBUFS;
	if (errno == ENXIO)
		return -ENODEV;
	/* What the kernel says to an FD frame on a classic interface. */
	if (errno == EINVAL && fd)
		return -EMSGSIZE;

	return -errno;
}

/* Both clocks run alike, so only a step of the wall clock changes it. */
static void measure_shift(struct can_link *c)
{
	struct timespec wall;
	nsec_t shift;

	clock_gettime(CLOCK_REALTIME, &wall);
	shift = clock_now(c->link.clk) -
		((nsec_t)wall.tv_sec * NSEC_PER_SEC + wall.tv_nsec);
	if (shift > c->shift + NSEC_PER_MSEC || shift < c->shift - NSEC_PER_MSEC)
		c->shift = shift;
}

static bool is_bus_error(int e)
{
	return e == ENETDOWN || e == ENODEV || e == ENXIO;
}

/* Read what is there, at most one batch. 0 also when there is nothing. */
static int fill(struct can_link *c)
{
	int n;

	c->next = c->n = 0;
	for (size_t i = 0; i < BATCH; i++)
		c->msgs[i].msg_hdr.msg_controllen = sizeof(c->control[i]);

	n = recvmmsg(c->fd, c->msgs, BATCH, MSG_DONTWAIT, NULL);
	if (n < 0 && is_bus_error(errno)) {
		/* The kernel tells this before the frames that are still queued. */
		c->error = errno == ENETDOWN ? -ENETDOWN : -ENODEV;
		n = recvmmsg(c->fd, c->msgs, BATCH, MSG_DONTWAIT, NULL);
	}
	if (n < 0)
		return errno == EAGAIN || errno == EINTR || is_bus_error(errno) ? 0
										: -errno;

	c->n = (size_t)n;
	measure_shift(c);

	return 0;
}

/* The receive stamp, as our time, and the drop count at that time (0 is not sent). */
static void read_control(const struct can_link *c, struct msghdr *msg, nsec_t *ret_t,
			 uint32_t *ret_lost)
{
	struct timespec ts;

	for (struct cmsghdr *m = CMSG_FIRSTHDR(msg); m; m = CMSG_NXTHDR(msg, m)) {
		if (m->cmsg_level != SOL_SOCKET)
			continue;
		if (m->cmsg_type == SO_TIMESTAMPNS &&
		    m->cmsg_len == CMSG_LEN(sizeof(ts))) {
			memcpy(&ts, CMSG_DATA(m), sizeof(ts));
			*ret_t = (nsec_t)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec + c->shift;
		}
		if (m->cmsg_type == SO_RXQ_OVFL &&
		    m->cmsg_len == CMSG_LEN(sizeof(*ret_lost)))
			memcpy(ret_lost, CMSG_DATA(m), sizeof(*ret_lost));
	}
}

static struct frame lost_frame(const struct can_link *c, nsec_t t, uint32_t n)
{
	return (struct frame){ .t = t, .bus = c->name, .id = n, .flags = FRAME_LOST };
}

/* Has the count risen above what was reported? */
static bool is_news(const struct can_link *c, uint32_t lost)
{
	return (int32_t)(lost - c->lost) > 0;
}

static void read_frame(const struct can_link *c, const struct canfd_frame *cf,
		       size_t size, struct frame *ret)
{
	uint8_t max = size == CANFD_MTU ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
	bool ext = cf->can_id & CAN_EFF_FLAG;

	ret->bus = c->name;
	ret->id = cf->can_id & (ext ? CAN_EFF_MASK : CAN_SFF_MASK);
	ret->flags = ext ? FRAME_EXT : 0;
	ret->len = MIN(cf->len, max);
	if (cf->can_id & CAN_ERR_FLAG) {
		ret->id = cf->can_id & CAN_ERR_MASK;
		ret->flags = FRAME_ERR;
	} else if (cf->can_id & CAN_RTR_FLAG) {
		ret->flags |= FRAME_RTR;
	}
	if (size == CANFD_MTU) {
		ret->flags |= FRAME_FD;
		if (cf->flags & CANFD_BRS)
			ret->flags |= FRAME_BRS;
		if (cf->flags & CANFD_ESI)
			ret->flags |= FRAME_ESI;
	}
	memset(ret->data, 0, sizeof(ret->data));
	if (!(ret->flags & FRAME_RTR))
		memcpy(ret->data, cf->data, ret->len);
}

/* Hand over what is left of the batch, losses in their places. */
static int hand_over(struct can_link *c, struct frame *ret, size_t max)
{
	nsec_t now = clock_now(c->link.clk);
	size_t n = 0;

	while (c->next < c->n && n < max) {
		struct mmsghdr *m = c->msgs + c->next;
		uint32_t lost = c->lost;
		nsec_t t = now;

		read_control(c, &m->msg_hdr, &t, &lost);
		t = MAX(MIN(t, now), c->last);
		c->last = t;
		if (is_news(c, lost)) {
			ret[n++] = lost_frame(c, t, lost - c->lost);
			c->lost = lost;
			continue;
		}
		if (m->msg_len == CAN_MTU || m->msg_len == CANFD_MTU) {
			read_frame(c, c->frames + c->next, m->msg_len, ret + n);
			ret[n].t = t;
		} else {
			ret[n] = lost_frame(c, t, 1); /* no form that we know */
		}
		n++;
		c->next++;
	}

	return (int)n;
}

/* A loss that no frame followed. 1 and *ret when there is one. */
static int last_loss(struct can_link *c, struct frame *ret)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t size = sizeof(info);
	uint32_t lost;

	if (getsockopt(c->fd, SOL_SOCKET, SO_MEMINFO, info, &size) < 0 ||
	    size < (SK_MEMINFO_DROPS + 1) * sizeof(info[0]))
		return 0;
	lost = info[SK_MEMINFO_DROPS];
	if (!is_news(c, lost))
		return 0;
	*ret = lost_frame(c, clock_now(c->link.clk), lost - c->lost);
	c->lost = lost;

	return 1;
}

static int can_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct can_link *c = to_can(l);

	if (max == 0)
		return 0;

	for (;;) {
		struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
		int r;

		if (c->next == c->n) {
			/* A bus that never pauses must not hide a signal. */
			r = clock_interrupted(l->clk);
			if (r < 0)
				return r;
			r = fill(c);
			if (r < 0)
				return r;
		}
		if (c->next < c->n)
			return hand_over(c, ret, max);
		if (last_loss(c, ret))
			return 1;
		if (c->error) {
			r = c->error;
			c->error = 0;
			return r;
		}
		r = clock_wait(l->clk, &pfd, 1, deadline);
		if (r <= 0)
			return r;
	}
}

static int set_option(int fd, int level, int option, const void *value, size_t size)
{
	return setsockopt(fd, level, option, value, (socklen_t)size) < 0 ? -errno : 0;
}

static int can_filter(struct link *l, const struct link_filter *f, size_t n)
{
	struct can_filter kernel[CAN_RAW_FILTER_MAX] = { { 0 } };

	/* None means all; and more than the kernel takes is the caller's to sort out. */
	if (n == 0 || n > CAN_RAW_FILTER_MAX)
		return set_option(to_can(l)->fd, SOL_CAN_RAW, CAN_RAW_FILTER, kernel,
				  sizeof(kernel[0]));

	for (size_t i = 0; i < n; i++) {
		kernel[i].can_id = f[i].want & CAN_EFF_MASK;
		if (f[i].ext)
			kernel[i].can_id |= CAN_EFF_FLAG;
		kernel[i].can_mask = (f[i].mask & CAN_EFF_MASK) | CAN_EFF_FLAG;
	}

	return set_option(to_can(l)->fd, SOL_CAN_RAW, CAN_RAW_FILTER, kernel,
			  n * sizeof(kernel[0]));
}

static int can_fd(struct link *l)
{
	return to_can(l)->fd;
}

static void can_close(struct link *l)
{
	struct can_link *c = to_can(l);

	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

static const struct link_ops can_ops = {
	.send = can_send,
	.recv = can_recv,
	.filter = can_filter,
	.fd = can_fd,
	.close = can_close,
};

static int set_options(int fd)
{
	const int on = 1, buffer = RECEIVE_BUFFER;
	const can_err_mask_t errors = CAN_ERR_MASK;
	int r;

	r = set_option(fd, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof(on));
	if (r < 0)
		return r;
	r = set_option(fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof(errors));
	if (r < 0)
		return r;
	r = set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (r < 0)
		return r;
	r = set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	if (r < 0)
		return r;

	/* The first needs CAP_NET_ADMIN; the second is cut to net.core.rmem_max. */
	r = set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	if (r < 0)
		r = set_option(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));

	return r;
}

/* *ret_index; -ENODEV, -EPFNOSUPPORT, -ENETDOWN. */
static int find_interface(int fd, const char *name, int *ret_index)
{
	struct ifreq ifr = { 0 };
	int index;

	memcpy(ifr.ifr_name, name, strlen(name));
	if (ioctl(fd, SIOCGIFINDEX, &ifr) < 0)
		return -errno;
	index = ifr.ifr_ifindex;
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) < 0)
		return -errno;
	if (ifr.ifr_hwaddr.sa_family != ARPHRD_CAN)
		return -EPFNOSUPPORT;
	if (ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
		return -errno;
	if (!(ifr.ifr_flags & IFF_UP))
		return -ENETDOWN;
	*ret_index = index;

	return 0;
}

static int attach(struct can_link *c)
{
	struct sockaddr_can addr = { .can_family = AF_CAN };
	int r;

	c->fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW);
	if (c->fd < 0)
		return -errno;
	r = find_interface(c->fd, c->name, &addr.can_ifindex);
	if (r < 0)
		return r;
	r = set_options(c->fd);
	if (r < 0)
		return r;

	/* Options first: what comes right after this has its stamp and its size. */
	return bind(c->fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0 ? -errno : 0;
}

int link_socketcan_open(const char *ifname, struct clock *clk, struct link **ret_link)
{
	_Static_assert(CANIF_NAME_MAX == IFNAMSIZ, "names of interfaces");
	struct can_link *c;
	int r;

	if (clk->is_virtual)
		return -EINVAL;
	if (!*ifname || strlen(ifname) >= CANIF_NAME_MAX)
		return -ENODEV;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;

	strcpy(c->name, ifname);
	c->link.ops = &can_ops;
	c->link.clk = clk;
	c->link.name = c->name;
	for (size_t i = 0; i < BATCH; i++) {
		c->iov[i].iov_base = c->frames + i;
		c->iov[i].iov_len = sizeof(c->frames[i]);
		c->msgs[i].msg_hdr.msg_iov = c->iov + i;
		c->msgs[i].msg_hdr.msg_iovlen = 1;
		c->msgs[i].msg_hdr.msg_control = c->control + i;
	}

	r = attach(c);
	if (r < 0) {
		can_close(&c->link);
		return r;
	}
	c->link.is_virtual = canif_is_virtual(ifname);
	c->listen_only = canif_is_listen_only(ifname);
	*ret_link = &c->link;

	return 0;
}

const char *link_socketcan_hint(int r)
{
	switch (-r) {
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return "load it with 'sudo modprobe can-raw', or take '-i sim:r53', "
		       "which needs none";
	case ENODEV:
		return "'ip link' lists the interfaces; "
		       "'sudo ip link add dev vcan0 type vcan' makes a virtual one";
	case EPFNOSUPPORT:
		return "it is no CAN interface; 'ip link show type can' lists those";
	case ENETDOWN:
		return "'sudo minikey links up NAME --bitrate 100k' brings it up; a virtual one "
		       "has no bit rate";
	default:
		return NULL;
	}
}
