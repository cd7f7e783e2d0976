/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/netlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "link/canif.h"
#include "link/sysfs.h"

/* What the kernel takes for one part of a dump (NLMSG_GOODSIZE is less). */
#define ANSWER_SIZE 32768

struct request {
	struct nlmsghdr head;
	struct ifinfomsg info;
	struct rtattr attr;
	char name[IFNAMSIZ];
};

struct list {
	struct canif *all;
	size_t n, size;
};

/* The next attribute of those in *P (*LEN bytes), or NULL; *ret_len is its payload's. */
static const struct rtattr *next_attr(const char **p, size_t *len, size_t *ret_len)
{
	const struct rtattr *a = (const void *)*p;
	size_t step;

	if (*len < sizeof(*a) || a->rta_len < sizeof(*a) || a->rta_len > *len)
		return NULL;
	*ret_len = a->rta_len - sizeof(*a);
	step = MIN((size_t)RTA_ALIGN(a->rta_len), *len);
	*p += step;
	*len -= step;

	return a;
}

static void copy_text(char *dst, size_t size, const struct rtattr *a, size_t len)
{
	len = strnlen((const char *)(a + 1), MIN(len, size - 1));
	memcpy(dst, a + 1, len);
	dst[len] = '\0';
}

/* A's payload, as much of it as fits: a newer kernel may send more, an older one less. */
static void copy_value(void *dst, size_t size, const struct rtattr *a, size_t len)
{
	memcpy(dst, a + 1, MIN(len, size));
}

static const char *state_word(uint32_t state)
{
	static const char *const words[] = {
		[CAN_STATE_ERROR_ACTIVE] = "error-active",
		[CAN_STATE_ERROR_WARNING] = "error-warning",
		[CAN_STATE_ERROR_PASSIVE] = "error-passive",
		[CAN_STATE_BUS_OFF] = "bus-off",
		[CAN_STATE_STOPPED] = "stopped",
		[CAN_STATE_SLEEPING] = "sleeping",
	};

	return state < ARRAY_SIZE(words) ? words[state] : NULL;
}

/* One attribute of IFLA_INFO_DATA of the kind "can". */
static void read_setting(struct canif_controller *c, const struct rtattr *a, size_t len)
{
	struct can_bittiming timing = { 0 };
	struct can_ctrlmode mode = { 0 };
	struct can_berr_counter errors = { 0 };
	struct can_clock clock = { 0 };
	uint32_t state = UINT32_MAX;

	switch (a->rta_type & NLA_TYPE_MASK) {
	case IFLA_CAN_STATE:
		copy_value(&state, sizeof(state), a, len);
		c->state = state_word(state);
		break;
	case IFLA_CAN_CLOCK:
		copy_value(&clock, sizeof(clock), a, len);
		c->clock = clock.freq;
		break;
	case IFLA_CAN_BITTIMING:
		copy_value(&timing, sizeof(timing), a, len);
		c->bitrate = timing.bitrate;
		c->sample_point = timing.sample_point;
		break;
	case IFLA_CAN_DATA_BITTIMING:
		copy_value(&timing, sizeof(timing), a, len);
		c->data_bitrate = timing.bitrate;
		break;
	case IFLA_CAN_RESTART_MS:
		copy_value(&c->restart_ms, sizeof(c->restart_ms), a, len);
		break;
	case IFLA_CAN_CTRLMODE:
		copy_value(&mode, sizeof(mode), a, len);
		c->modes = mode.flags;
		break;
	case IFLA_CAN_BERR_COUNTER:
		copy_value(&errors, sizeof(errors), a, len);
		c->has_errors = true;
		c->tx_errors = errors.txerr;
		c->rx_errors = errors.rxerr;
		break;
	}
}

static void read_settings(struct canif_controller *c, const struct rtattr *nest, size_t nest_len)
{
	const char *p = (const char *)(nest + 1);
	const struct rtattr *a;
	size_t len;

	while ((a = next_attr(&p, &nest_len, &len)))
		read_setting(c, a, len);
}

static void read_events(struct canif_controller *c, const struct rtattr *a, size_t len)
{
	struct can_device_stats stats = { 0 };

	copy_value(&stats, sizeof(stats), a, len);
	c->bus_error = stats.bus_error;
	c->error_warning = stats.error_warning;
	c->error_passive = stats.error_passive;
	c->bus_off = stats.bus_off;
	c->arbitration_lost = stats.arbitration_lost;
	c->restarts = stats.restarts;
}

static void read_counts(struct canif_counts *c, const struct rtattr *a, size_t len)
{
	struct rtnl_link_stats64 stats = { 0 };

	copy_value(&stats, sizeof(stats), a, len);
	*c = (struct canif_counts){
		.rx = stats.rx_packets,
		.tx = stats.tx_packets,
		.rx_errors = stats.rx_errors,
		.tx_errors = stats.tx_errors,
		.rx_dropped = stats.rx_dropped,
		.tx_dropped = stats.tx_dropped,
		.overruns = stats.rx_over_errors,
	};
}

/* IFLA_LINKINFO. The kind comes before what is understood by it. */
static void read_info(struct canif *ci, const struct rtattr *nest, size_t nest_len)
{
	const char *p = (const char *)(nest + 1);
	const struct rtattr *a;
	size_t len;

	while ((a = next_attr(&p, &nest_len, &len))) {
		bool can = strcmp(ci->kind, "can") == 0;

		switch (a->rta_type & NLA_TYPE_MASK) {
		case IFLA_INFO_KIND:
			copy_text(ci->kind, sizeof(ci->kind), a, len);
			break;
		case IFLA_INFO_DATA:
			if (can)
				read_settings(&ci->controller, a, len);
			break;
		case IFLA_INFO_XSTATS:
			if (can)
				read_events(&ci->controller, a, len);
			break;
		}
	}
}

/* One RTM_NEWLINK. -EPFNOSUPPORT: no CAN interface. */
static int read_link(const struct nlmsghdr *h, struct canif *ret)
{
	const struct ifinfomsg *info = (const void *)(h + 1);
	const char *p = (const char *)info + NLMSG_ALIGN(sizeof(*info));
	size_t left, len;
	const struct rtattr *a;
	uint32_t mtu;

	if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return -EPROTO;
	if (info->ifi_type != ARPHRD_CAN)
		return -EPFNOSUPPORT;

	*ret = (struct canif){ .up = info->ifi_flags & IFF_UP };
	left = h->nlmsg_len - NLMSG_LENGTH(sizeof(*info));
	while ((a = next_attr(&p, &left, &len))) {
		switch (a->rta_type & NLA_TYPE_MASK) {
		case IFLA_IFNAME:
			copy_text(ret->name, sizeof(ret->name), a, len);
			break;
		case IFLA_MTU:
			if (len == sizeof(mtu)) {
				memcpy(&mtu, a + 1, sizeof(mtu));
				ret->fd = mtu >= CANFD_MTU;
			}
			break;
		case IFLA_STATS64:
			read_counts(&ret->counts, a, len);
			break;
		case IFLA_LINKINFO:
			read_info(ret, a, len);
			break;
		}
	}

	return 0;
}

static int add(struct list *list, const struct canif *ci)
{
	if (list->n == list->size) {
		size_t size = list->size ? 2 * list->size : 8;
		struct canif *all = reallocarray(list->all, size, sizeof(*all));

		if (!all)
			return -ENOMEM;
		list->all = all;
		list->size = size;
	}
	list->all[list->n++] = *ci;

	return 0;
}

/* One datagram. 1: that was all; 0: more comes. CAN interfaces are added to LIST. */
static int read_answer(const char *buf, size_t len, bool dump, struct list *list)
{
	while (len >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *h = (const void *)buf;
		const struct nlmsgerr *e = (const void *)(h + 1);
		struct canif ci;
		size_t step;
		int r;

		if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > len)
			return -EPROTO;
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (h->nlmsg_type == NLMSG_ERROR)
			return h->nlmsg_len >= NLMSG_LENGTH(sizeof(*e)) && e->error < 0
				       ? e->error
				       : -EPROTO;

		r = read_link(h, &ci);
		if (r == 0)
			r = add(list, &ci);
		if (!dump)
			return r < 0 ? r : 1;
		if (r < 0 && r != -EPFNOSUPPORT)
			return r;
		step = MIN((size_t)NLMSG_ALIGN(h->nlmsg_len), len);
		buf += step;
		len -= step;
	}

	return 0;
}

static int converse(int fd, const struct request *q, struct list *list)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_SIZE];
	int r = 0;

	if (send(fd, q, q->head.nlmsg_len, 0) < 0)
		return -errno;
	while (r == 0) {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPROTO;
		r = read_answer(buf, (size_t)n, q->head.nlmsg_flags & NLM_F_DUMP, list);
	}

	return r < 0 ? r : 0;
}

/* IFNAME's link, or all of them when it is NULL, if they are CAN, into LIST. */
static int query(const char *ifname, struct list *list)
{
	/* The kernel answers at once; this is for one that does not. */
	const struct timeval patience = { .tv_sec = 1 };
	struct request q = {
		.head.nlmsg_len = NLMSG_LENGTH(sizeof(q.info)),
		.head.nlmsg_type = RTM_GETLINK,
		.head.nlmsg_flags = NLM_F_REQUEST,
	};
	int fd, r;

	if (ifname) {
		size_t len = strlen(ifname);

		if (len == 0 || len >= IFNAMSIZ)
			return -ENODEV;
		memcpy(q.name, ifname, len);
		q.attr.rta_type = IFLA_IFNAME;
		q.attr.rta_len = (unsigned short)RTA_LENGTH(len + 1);
		q.head.nlmsg_len += RTA_SPACE(len + 1);
	} else {
		q.head.nlmsg_flags |= NLM_F_DUMP;
	}

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	r = converse(fd, &q, list);
	close(fd);

	return r;
}

int canif_get(const char *ifname, struct canif *ret_canif)
{
	struct list list = { 0 };
	int r = query(ifname, &list);

	if (r == 0 && list.n == 0)
		r = -EPROTO;
	if (r == 0)
		*ret_canif = list.all[0];
	free(list.all);

	return r;
}

int canif_kind(const char *ifname, char *ret_kind, size_t size)
{
	struct canif ci;
	int r = canif_get(ifname, &ci);

	if (r < 0)
		return r;
	if (strlen(ci.kind) >= size)
		return -EMSGSIZE;
	strcpy(ret_kind, ci.kind);

	return 0;
}

bool canif_is_virtual(const char *ifname)
{
	struct canif ci;

	return canif_get(ifname, &ci) == 0 &&
	       (strcmp(ci.kind, "vcan") == 0 || strcmp(ci.kind, "vxcan") == 0);
}

bool canif_is_listen_only(const char *ifname)
{
	struct canif ci;

	return canif_get(ifname, &ci) == 0 && ci.controller.modes & CANIF_LISTEN_ONLY;
}

int canif_list(struct canif **ret_list)
{
	struct list list = { 0 };
	int r = query(NULL, &list);

	if (r < 0) {
		free(list.all);
		return r;
	}
	*ret_list = list.all;

	return (int)list.n;
}

int canif_state(const char *ifname, const char **ret_word)
{
	struct canif ci;
	int r;

	r = canif_get(ifname, &ci);
	if (r < 0)
		return r;
	if (!ci.controller.state)
		return -EOPNOTSUPP;
	*ret_word = ci.controller.state;

	return 0;
}

const char *canif_mode_word(uint32_t bit)
{
	_Static_assert(CANIF_LISTEN_ONLY == CAN_CTRLMODE_LISTENONLY, "modes are the kernel's");

	switch (bit) {
	case CAN_CTRLMODE_LOOPBACK:
		return "loopback";
	case CAN_CTRLMODE_LISTENONLY:
		return "listen-only";
	case CAN_CTRLMODE_3_SAMPLES:
		return "triple-sampling";
	case CAN_CTRLMODE_ONE_SHOT:
		return "one-shot";
	case CAN_CTRLMODE_BERR_REPORTING:
		return "berr-reporting";
	case CAN_CTRLMODE_FD:
		return "fd";
	case CAN_CTRLMODE_PRESUME_ACK:
		return "presume-ack";
	case CAN_CTRLMODE_FD_NON_ISO:
		return "fd-non-iso";
	default:
		return NULL;
	}
}

int canif_driver(const char *sys, const char *ifname, char *ret_driver, size_t size)
{
	char path[32 + CANIF_NAME_MAX];

	if (strlen(ifname) >= CANIF_NAME_MAX)
		return -ENODEV;
	snprintf(path, sizeof(path), "class/net/%s/device", ifname);

	return sysfs_driver(sys, path, ret_driver, size);
}
