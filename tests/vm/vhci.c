/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vhci.h"

#define HUB "/sys/devices/platform/vhci_hcd.0"
#define HUB_PORTS 8		/* of it those for USB 2 come first */
#define SPEED_FULL 2		/* enum usb_device_speed */
#define DEVICE_ID 0x10002	/* bus 1, device 2: any will do */

enum { SUBMIT = 1, UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };

/* All of a message but its data; every number has the highest byte first. */
struct message {
	uint32_t command, seq, device, to_host, endpoint;
	union {
		struct {
			uint32_t flags, len, start_frame, packets, interval;
			uint8_t setup[8];
		} submit;
		struct {
			uint32_t status, len, start_frame, packets, errors;
			uint8_t zero[8];
		} done;
		struct {
			uint32_t seq_or_status;
			uint8_t zero[24];
		} unlink;
	};
};

_Static_assert(sizeof(struct message) == 48, "as it is on the wire");

static int tell_hub(const char *file, const char *text)
{
	char path[128];
	int fd, r;

	snprintf(path, sizeof(path), HUB "/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);

	return r;
}

int vhci_plug(struct vhci *v)
{
	char text[64];
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	v->port = (v->port + 1) % HUB_PORTS;
	v->n_in = 0;
	snprintf(text, sizeof(text), "%u %d %u %u", v->port, fds[1], DEVICE_ID, SPEED_FULL);
	r = tell_hub("attach", text);
	close(fds[1]);
	if (r < 0) {
		close(fds[0]);
		return r;
	}
	v->fd = fds[0];

	return 0;
}

void vhci_unplug(struct vhci *v)
{
	char text[16];

	if (v->fd < 0)
		return;
	snprintf(text, sizeof(text), "%u", v->port);
	(void)tell_hub("detach", text);
	close(v->fd);
	v->fd = -1;
}

static int read_all(int fd, void *to, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = read(fd, (uint8_t *)to + done, n - done);

		if (k <= 0)
			return k < 0 ? -errno : -ENODEV;
		done += (size_t)k;
	}

	return 0;
}

/* One write: the kernel reads header and data one after the other. */
static void say(struct vhci *v, const struct message *m, const void *data, size_t n)
{
	uint8_t all[sizeof(*m) + VHCI_DATA_MAX];

	memcpy(all, m, sizeof(*m));
	if (n)
		memcpy(all + sizeof(*m), data, n);
	/* If the host is gone, the next read tells. */
	if (send(v->fd, all, sizeof(*m) + n, MSG_NOSIGNAL) < 0)
		return;
}

static void done(struct vhci *v, uint32_t seq, int status, const void *data, size_t n, size_t len)
{
	struct message m = { .command = htonl(RET_SUBMIT), .seq = htonl(seq) };

	m.done.status = htonl((uint32_t)status);
	m.done.len = htonl((uint32_t)len);
	say(v, &m, data, n);
}

static void forget(struct vhci *v, size_t i)
{
	memmove(v->in + i, v->in + i + 1, (--v->n_in - i) * sizeof(*v->in));
}

static void unlink_transfer(struct vhci *v, uint32_t seq, uint32_t wanted)
{
	struct message m = { .command = htonl(RET_UNLINK), .seq = htonl(seq) };

	for (size_t i = 0; i < v->n_in; i++)
		if (v->in[i].seq == wanted) {
			forget(v, i);
			m.unlink.seq_or_status = htonl((uint32_t)-ECONNRESET);
			break;
		}
	say(v, &m, NULL, 0);
}

int vhci_take(struct vhci *v, struct vhci_request *ret)
{
	struct message m;
	int r = read_all(v->fd, &m, sizeof(m));

	if (r < 0)
		return r;
	if (ntohl(m.command) == UNLINK) {
		unlink_transfer(v, ntohl(m.seq), ntohl(m.unlink.seq_or_status));
		return 0;
	}
	*ret = (struct vhci_request){
		.seq = ntohl(m.seq),
		.endpoint = ntohl(m.endpoint),
		.to_host = m.to_host != 0,
		.len = ntohl(m.submit.len),
	};
	memcpy(ret->setup, m.submit.setup, sizeof(ret->setup));
	if (!ret->to_host && ret->len > sizeof(ret->data))
		return -EMSGSIZE;
	if (!ret->to_host)
		return read_all(v->fd, ret->data, ret->len) < 0 ? -ENODEV : 1;
	if (ret->endpoint == 0)
		return 1;
	if (v->n_in == VHCI_PENDING)
		return -ENOBUFS;
	v->in[v->n_in].seq = ret->seq;
	v->in[v->n_in++].room = ret->len;

	return 0;
}

void vhci_answer(struct vhci *v, const struct vhci_request *r, int status, const void *data, size_t n)
{
	n = MIN(n, r->len);
	done(v, r->seq, status, data, r->to_host ? n : 0, r->to_host ? n : r->len);
}

void vhci_deliver(struct vhci *v, const void *data, size_t n)
{
	uint32_t seq = v->in[0].seq;

	forget(v, 0);
	done(v, seq, 0, data, n, n);
}
