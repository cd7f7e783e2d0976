/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "link/pty-proof.h"
#include "link/pty.h"

#define BAUD 9600	/* of the port, until somebody sets it */
#define LOOK_AGAIN (5 * NSEC_PER_MSEC)	/* whether somebody opened the port */

struct pty {
	struct bytelink bytes;
	int fd;
	int proof;	/* that a simulated car is behind it; negative: nobody will believe it */
	char name[64];
};

static struct pty *from(struct bytelink *b)
{
	return container_of(b, struct pty, bytes);
}

/* A pty hangs up on the wire's side from the port's last close to its next open. */
static bool is_open(const struct pty *p)
{
	struct pollfd fd = { .fd = p->fd };

	return poll(&fd, 1, 0) == 0;
}

/* Bytes that the port's owner does not take are gone. */
static int pty_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	if (is_open(from(b)) && write(from(b)->fd, bytes, n) < 0 && errno != EAGAIN && errno != EIO)
		return -errno;

	return 0;
}

static int pty_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = from(b)->fd, .events = POLLIN };
		bool closed = !is_open(from(b));
		ssize_t n = read(p.fd, ret, MIN(max, (size_t)INT32_MAX));
		nsec_t until = deadline;
		int r;

		if (n > 0)
			return (int)n;
		if (closed)
			until = MIN(deadline, clock_now(b->clk) + LOOK_AGAIN);
		r = clock_wait(b->clk, closed ? NULL : &p, closed ? 0 : 1, until);
		if (r < 0 || clock_now(b->clk) >= deadline || (r == 0 && clock_now(b->clk) < until))
			return r < 0 ? r : 0;
	}
}

/* As a null modem cable has it: the port raises its lines when it is opened. */
static int pty_modem(struct bytelink *b, unsigned int *ret)
{
	*ret = is_open(from(b)) ? BYTELINK_CTS | BYTELINK_DSR | BYTELINK_DCD : 0;

	return 0;
}

static void pty_close(struct bytelink *b)
{
	close(from(b)->fd);
	if (from(b)->proof >= 0)
		close(from(b)->proof);
	free(from(b));
}

/* The wire's side sees how the port is set (adapters.md 5.1). */
static int pty_far_baud(struct bytelink *b)
{
	struct termios2 t;

	if (ioctl(from(b)->fd, TCGETS2, &t) < 0)
		return 0;

	return (int)MIN(t.c_ospeed, (unsigned int)INT32_MAX);
}

static const struct bytelink_ops pty_ops = {
	.send = pty_send,
	.recv = pty_recv,
	.modem = pty_modem,
	.far_baud = pty_far_baud,
	.close = pty_close,
};

/* Raw, for programs that do not set it themselves; and once opened, it tells who is there. */
static int set_port(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC), r = 0;
	struct termios2 t;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, TCGETS2, &t) == 0) {
		t.c_iflag = t.c_oflag = t.c_lflag = 0;
		t.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | BOTHER << IBSHIFT;
		t.c_ispeed = t.c_ospeed = BAUD;
		r = ioctl(fd, TCSETS2, &t) < 0 ? -errno : 0;
	}
	close(fd);

	return r;
}

int bytelink_pty_open(struct clock *clk, struct bytelink **ret_link)
{
	struct pty *p;
	int r = 0;

	if (clk->is_virtual)
		return -EINVAL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->bytes = (struct bytelink){
		.ops = &pty_ops, .clk = clk, .name = p->name, .is_virtual = true,
	};
	p->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (p->fd < 0 || grantpt(p->fd) < 0 || unlockpt(p->fd) < 0)
		r = -errno;
	else
		r = -ptsname_r(p->fd, p->name, sizeof(p->name));
	if (r == 0)
		r = set_port(p->name);
	if (r < 0) {
		if (p->fd >= 0)
			close(p->fd);
		free(p);
		return r;
	}
	p->proof = pty_proof_make(p->name);
	*ret_link = &p->bytes;

	return 0;
}
