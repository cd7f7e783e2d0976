/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "link/pty-proof.h"
#include "link/tty.h"

#define SEND_TIMEOUT NSEC_PER_SEC

struct tty {
	struct bytelink bytes;
	int fd;			/* -1: the port is gone */
	bool counts;
	struct termios2 before;
	struct serial_icounter_struct start;
	char name[];
};

static struct tty *from(struct bytelink *b)
{
	return container_of(b, struct tty, bytes);
}

/*
 * What a port says that was pulled out, or whose other side ended. The descriptor is given
 * back at once: while it is open, the kernel gives the port another name when it returns.
 */
static int gone(struct tty *t, int e)
{
	if (e != EIO && e != ENODEV && e != ENXIO && e != 0)
		return -e;
	close(t->fd);
	t->fd = -1;

	return -ENODEV;
}

static int tty_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	nsec_t deadline = clock_now(b->clk) + SEND_TIMEOUT;
	struct tty *t = from(b);

	while (n > 0) {
		struct pollfd p = { .fd = t->fd, .events = POLLOUT };
		ssize_t done = t->fd < 0 ? 0 : write(t->fd, bytes, n);
		int r;

		if (t->fd < 0)
			return -ENODEV;
		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return gone(t, errno);
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		r = clock_wait(b->clk, &p, 1, deadline);
		if (r < 0)
			return r;
		if (r == 0 && clock_now(b->clk) >= deadline)
			return -ETIMEDOUT;
	}

	return 0;
}

static int tty_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct tty *t = from(b);

	while (t->fd >= 0) {
		struct pollfd p = { .fd = t->fd, .events = POLLIN };
		ssize_t n = read(p.fd, ret, MIN(max, (size_t)INT32_MAX));
		int r;

		if (n > 0)
			return (int)n;
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return gone(t, n == 0 ? 0 : errno);
		if (deadline == 0)
			return 0;
		r = clock_wait(b->clk, &p, 1, deadline);
		if (r <= 0)
			return r;
	}

	return -ENODEV;
}

static void tty_close(struct bytelink *b)
{
	struct tty *t = from(b);

	if (t->fd >= 0) {
		(void)ioctl(t->fd, TCSETS2, &t->before);
		close(t->fd);
	}
	free(t);
}

static int tty_errors(struct bytelink *b, struct bytelink_errors *ret)
{
	const struct tty *t = from(b);
	struct serial_icounter_struct now;

	if (!t->counts)
		return -EOPNOTSUPP;
	if (t->fd < 0 || ioctl(t->fd, TIOCGICOUNT, &now) < 0)
		return -ENODEV;
	*ret = (struct bytelink_errors){
		.parity = (unsigned int)(now.parity - t->start.parity),
		.framing = (unsigned int)(now.frame - t->start.frame),
		.overrun = (unsigned int)(now.overrun - t->start.overrun +
					  now.buf_overrun - t->start.buf_overrun),
		.breaks = (unsigned int)(now.brk - t->start.brk),
	};

	return 0;
}

#define PTY_MAJOR_FIRST 136	/* UNIX98_PTY_SLAVE_MAJOR of linux/major.h, and 8 of them */
#define PTY_MAJOR_LAST 143

static bool is_device_of_pty(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && major(st->st_rdev) >= PTY_MAJOR_FIRST &&
	       major(st->st_rdev) <= PTY_MAJOR_LAST;
}

static bool is_pty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && is_device_of_pty(&st);
}

bool tty_is_pty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && is_device_of_pty(&st);
}

/* Raw bytes both ways; read() takes what is there. */
static int set_format(struct tty *t, const struct bytelink_line *line, unsigned long how)
{
	struct termios2 want = t->before, got;

	want.c_iflag = line->even_parity ? INPCK | PARMRK : IGNBRK;
	want.c_oflag = 0;
	want.c_lflag = 0;
	want.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | BOTHER << IBSHIFT |
		       (line->even_parity ? PARENB : 0) | (want.c_cflag & HUPCL);
	want.c_ispeed = want.c_ospeed = line->baud;
	want.c_cc[VMIN] = 1;
	want.c_cc[VTIME] = 0;
	if (ioctl(t->fd, how, &want) < 0 || ioctl(t->fd, TCGETS2, &got) < 0)
		return -errno;
	if (line->even_parity && !(got.c_cflag & PARENB) && !is_pty(t->fd))
		return -EOPNOTSUPP;
	t->bytes.marks = line->even_parity;

	return 0;
}

/* Linux raises both lines at open(). A port without them is as good. */
static void set_lines(struct tty *t, const struct bytelink_line *line)
{
	int on = (line->dtr ? TIOCM_DTR : 0) | (line->rts ? TIOCM_RTS : 0);
	int off = (TIOCM_DTR | TIOCM_RTS) & ~on;

	(void)ioctl(t->fd, TIOCMBIC, &off);
	(void)ioctl(t->fd, TIOCMBIS, &on);
}

static int tty_set(struct bytelink *b, const struct bytelink_line *line)
{
	struct tty *t = from(b);
	int r;

	if (t->fd < 0)
		return -ENODEV;
	r = set_format(t, line, TCSETSW2);
	if (r == 0)
		set_lines(t, line);

	return r < 0 && r != -EOPNOTSUPP ? gone(t, -r) : r;
}

/* The kernel sends what waits first. */
static int tty_break(struct bytelink *b, bool on)
{
	struct tty *t = from(b);

	if (t->fd < 0)
		return -ENODEV;

	return ioctl(t->fd, on ? TIOCSBRK : TIOCCBRK, 0) < 0 ? gone(t, errno) : 0;
}

static int tty_modem(struct bytelink *b, unsigned int *ret)
{
	static const struct {
		int line;
		enum bytelink_modem modem;
	} lines[] = {
		{ TIOCM_CTS, BYTELINK_CTS },
		{ TIOCM_DSR, BYTELINK_DSR },
		{ TIOCM_CD, BYTELINK_DCD },
		{ TIOCM_RI, BYTELINK_RI },
	};
	struct tty *t = from(b);
	int is = 0;

	if (t->fd < 0)
		return -ENODEV;
	if (ioctl(t->fd, TIOCMGET, &is) < 0)
		return errno == ENOTTY || errno == EINVAL ? -EOPNOTSUPP : gone(t, errno);
	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		*ret |= is & lines[i].line ? (unsigned int)lines[i].modem : 0;

	return 0;
}

static const struct bytelink_ops tty_ops = {
	.send = tty_send,
	.recv = tty_recv,
	.errors = tty_errors,
	.set = tty_set,
	.set_break = tty_break,
	.modem = tty_modem,
	.close = tty_close,
};

/*
 * An FTDI chip gathers for 16 ms what it received; the flag makes that 1 ms, and needs no
 * rights (adapters.md 1.3).
 */
static bool set_latency(struct tty *t)
{
	struct serial_struct ss;

	if (ioctl(t->fd, TIOCGSERIAL, &ss) < 0)
		return false;
	ss.flags |= (int)ASYNC_LOW_LATENCY;

	return ioctl(t->fd, TIOCSSERIAL, &ss) == 0 && ioctl(t->fd, TIOCGSERIAL, &ss) == 0 &&
	       (ss.flags & (int)ASYNC_LOW_LATENCY);
}

/* Whether it is a serial port, and ours. */
static int take(struct tty *t)
{
	if (ioctl(t->fd, TCGETS2, &t->before) < 0)
		return errno == EIO ? -EIO : -ENOTTY;
	if (flock(t->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	/* A pty would keep that after our close, as its wire's side is open. */
	if (!is_pty(t->fd))
		(void)ioctl(t->fd, TIOCEXCL);

	return 0;
}

int bytelink_tty_open(const char *path, const struct bytelink_line *line, struct clock *clk,
		      struct bytelink **ret_link)
{
	struct tty *t;
	int r;

	if (clk->is_virtual)
		return -EINVAL;
	t = calloc(1, sizeof(*t) + strlen(path) + 1);
	if (!t)
		return -ENOMEM;
	strcpy(t->name, path);
	t->bytes = (struct bytelink){ .ops = &tty_ops, .clk = clk, .name = t->name };
	t->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	r = t->fd < 0 ? -errno : take(t);
	if (r == 0)
		r = set_format(t, line, TCSETSF2);
	if (r < 0) {
		if (t->fd >= 0)
			close(t->fd);
		free(t);
		return r;
	}
	set_lines(t, line);
	t->bytes.is_virtual = is_pty(t->fd) && pty_proof_find(t->fd);
	if (t->bytes.is_virtual)
		t->bytes.slack = BYTELINK_SLACK_SIM;
	else if (!is_pty(t->fd) && !set_latency(t))
		t->bytes.slack = BYTELINK_SLACK;
	t->counts = ioctl(t->fd, TIOCGICOUNT, &t->start) == 0;
	*ret_link = &t->bytes;

	return 0;
}
