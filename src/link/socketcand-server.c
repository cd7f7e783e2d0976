/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/socketcand-server.h"
#include "link/socketcand-text.h"
#include "link/tcp.h"

/* What waits for a client: some 600 frames, a second of a busy body bus. */
#define OUT_SIZE 32768

/*
 * python-can and SavvyCAN take the "ok" after "rawmode" only when nothing else was received
 * with it: so long frames wait for a client that says nothing.
 */
#define HOLD (50 * NSEC_PER_MSEC)

enum client_state { CLIENT_NONE, CLIENT_GREETED, CLIENT_OPEN, CLIENT_RAW };

struct client {
	enum client_state state;
	int fd;
	nsec_t hold;		/* until then nothing goes out; 0: it does */
	bool wants_out;		/* EPOLLOUT is asked for */
	uint32_t lost;		/* frames, since it was told */
	struct socketcand_reader reader;
	size_t next, n;		/* of IN */
	size_t out_len;
	char in[1024];
	char out[OUT_SIZE];
};

struct server {
	struct link link;
	int fd, epoll;
	size_t turn;		/* the client that is heard next */
	struct socketcand_counts counts;
	char bus[SOCKETCAND_BUS_MAX + 1];
	char name[INET6_ADDRSTRLEN + sizeof("[]:65535/") + SOCKETCAND_BUS_MAX];
	struct client clients[SOCKETCAND_CLIENTS_MAX];
};

static struct server *from(struct link *l)
{
	return container_of(l, struct server, link);
}

static void drop(struct client *c)
{
	close(c->fd);	/* epoll forgets it */
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

static void watch(struct server *s, struct client *c, bool wants_out)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	if (wants_out == c->wants_out)
		return;
	if (wants_out)
		e.events |= EPOLLOUT;
	c->wants_out = wants_out;
	(void)epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
}

/* Hand over what waits, as far as the client takes it. */
static void flush(struct server *s, struct client *c)
{
	ssize_t n = 0;

	if (c->hold > clock_now(s->link.clk))
		return;
	c->hold = 0;
	if (c->out_len)
		n = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		drop(c);
		return;
	}
	if (n > 0) {
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
	}
	watch(s, c, c->out_len > 0);
}

static bool append(struct client *c, const char *text, size_t n)
{
	if (n > sizeof(c->out) - c->out_len)
		return false;
	memcpy(c->out + c->out_len, text, n);
	c->out_len += n;

	return true;
}

static void say(struct server *s, struct client *c, const char *text)
{
	if (append(c, text, strlen(text)))
		flush(s, c);
}

/* Text of a frame to a client. That some were lost is told once there is room again. */
static void tell(struct server *s, struct client *c, const char *text, size_t n)
{
	char sorry[64];

	if (c->lost && c->out_len < sizeof(c->out) / 2) {
		snprintf(sorry, sizeof(sorry), "< error %u frames lost >", MIN(c->lost, 999999u));
		if (append(c, sorry, strlen(sorry)))
			c->lost = 0;
	}
	if (c->lost || !append(c, text, n)) {
		c->lost++;
		s->counts.lost++;
	}
	flush(s, c);
}

/* Take in what a client has sent, once what it sent before is done with. */
static void receive(struct server *s, struct client *c)
{
	ssize_t n;

	if (c->next < c->n)
		return;
	n = recv(c->fd, c->in, sizeof(c->in), MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		drop(c);
		return;
	}
	c->next = 0;
	c->n = n > 0 ? (size_t)n : 0;
	if (n > 0 && c->hold) {
		c->hold = 0;
		flush(s, c);
	}
}

/* To all who listen, but the one who said it. */
static void broadcast(struct server *s, const struct client *who, const struct frame *f)
{
	char text[SOCKETCAND_TEXT_MAX];
	size_t n = socketcand_put_frame(text, f, clock_now(s->link.clk));

	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++) {
		struct client *c = &s->clients[i];

		if (c == who || c->state != CLIENT_RAW)
			continue;
		if (c->hold)
			receive(s, c);
		if (c->state == CLIENT_RAW)
			tell(s, c, text, n);
	}
}

static int server_send(struct link *l, const struct frame *f)
{
	if (f->flags & FRAME_LOST)
		return -EINVAL;
	if (f->len > (f->flags & FRAME_FD ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX) ||
	    frame_fd_len(f->len) != f->len)
		return -EMSGSIZE;
	broadcast(from(l), NULL, f);

	return 0;
}

static void open_bus(struct server *s, struct client *c, const struct socketcand_message *m)
{
	if (strlen(s->bus) == m->text_len && !memcmp(s->bus, m->text, m->text_len)) {
		c->state = CLIENT_OPEN;
		say(s, c, "< ok >");
		return;
	}
	say(s, c, "< error could not open bus >");
	if (c->fd >= 0)
		drop(c);
}

static void enter_raw(struct server *s, struct client *c)
{
	say(s, c, "< ok >");
	if (c->fd < 0 || c->state == CLIENT_RAW)
		return;
	c->state = CLIENT_RAW;
	c->hold = clock_now(s->link.clk) + HOLD;
}

/* One message of a client. True: it is a frame, in *ret. */
static bool obey(struct server *s, struct client *c, const struct socketcand_message *m,
		 struct frame *ret)
{
	if (m->kind == SOCKETCAND_ECHO) {
		say(s, c, "< echo >");
	} else if (m->kind == SOCKETCAND_OPEN && c->state == CLIENT_GREETED) {
		open_bus(s, c, m);
	} else if (m->kind == SOCKETCAND_RAWMODE && c->state >= CLIENT_OPEN) {
		enter_raw(s, c);
	} else if (m->kind == SOCKETCAND_SEND && c->state >= CLIENT_OPEN) {
		*ret = m->frame;
		ret->t = clock_now(s->link.clk);
		ret->bus = s->link.name;
		return true;
	} else if (m->kind == SOCKETCAND_BROKEN) {
		s->counts.broken++;
		say(s, c, "< error this carries no frame >");
	} else {
		say(s, c, "< error unknown command >");
	}

	return false;
}

/* A frame that C has sent: the other clients hear it, too. */
static bool hear(struct server *s, struct client *c, struct frame *ret)
{
	while (c->next < c->n) {
		struct socketcand_message m;

		if (!socketcand_push(&c->reader, c->in[c->next++]))
			continue;
		socketcand_parse(c->reader.text, c->reader.len, &m);
		if (!obey(s, c, &m, ret))
			continue;
		broadcast(s, c, ret);
		return true;
	}

	return false;
}

/* One frame of each client in turn: none of them can keep the others from being heard. */
static size_t take(struct server *s, struct frame *ret, size_t max)
{
	size_t n = 0, silent = 0;

	while (n < max && silent < SOCKETCAND_CLIENTS_MAX) {
		bool heard = hear(s, &s->clients[s->turn], &ret[n]);

		s->turn = (s->turn + 1) % SOCKETCAND_CLIENTS_MAX;
		n += heard;
		silent = heard ? 0 : silent + 1;
	}

	return n;
}

static struct client *free_place(struct server *s)
{
	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++)
		if (s->clients[i].state == CLIENT_NONE)
			return &s->clients[i];

	return NULL;
}

static void greet(struct server *s)
{
	static const char full[] = "< error too many clients >";
	int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *c = free_place(s);
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	if (fd < 0)
		return;
	if (!c || epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
		s->counts.refused++;
		(void)!send(fd, full, strlen(full), MSG_NOSIGNAL | MSG_DONTWAIT);
		close(fd);
		return;
	}
	tcp_set_options(fd);
	c->fd = fd;
	c->state = CLIENT_GREETED;
	say(s, c, "< hi >");
}

/* Everything that the sockets have to say now. */
static void serve(struct server *s)
{
	struct epoll_event events[SOCKETCAND_CLIENTS_MAX + 1];
	int n = epoll_wait(s->epoll, events, ARRAY_SIZE(events), 0);

	for (int i = 0; i < n; i++) {
		struct client *c = events[i].data.ptr;

		if (!c) {
			greet(s);
			continue;
		}
		if (c->fd >= 0 && events[i].events & EPOLLOUT)
			flush(s, c);
		if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			receive(s, c);
	}
}

/* Let go what was held for long enough. When the next is: NSEC_NEVER, or that. */
static nsec_t release(struct server *s)
{
	nsec_t next = NSEC_NEVER;

	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++) {
		struct client *c = &s->clients[i];

		if (c->state == CLIENT_RAW && c->hold)
			flush(s, c);
		if (c->state == CLIENT_RAW && c->hold)
			next = MIN(next, c->hold);
	}

	return next;
}

static int server_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct server *s = from(l);

	if (max == 0)
		return 0;
	for (;;) {
		struct pollfd p = { .fd = s->epoll, .events = POLLIN };
		nsec_t held = release(s);
		size_t n;
		int r = clock_interrupted(l->clk);

		if (r < 0)
			return r;
		serve(s);
		n = take(s, ret, max);
		if (n > 0)
			return (int)n;
		if (clock_now(l->clk) >= deadline)
			return 0;
		r = clock_wait(l->clk, &p, 1, MIN(held, deadline));
		if (r < 0)
			return r;
		if (r == 0 && clock_now(l->clk) < MIN(held, deadline))
			return 0;	/* a watched descriptor is ready */
	}
}

static void server_close(struct link *l)
{
	struct server *s = from(l);

	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++)
		if (s->clients[i].state != CLIENT_NONE)
			close(s->clients[i].fd);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static const struct link_ops server_ops = {
	.send = server_send,
	.recv = server_recv,
	.close = server_close,
};

static int listen_on(struct server *s, const struct addrinfo *ai)
{
	static const int on = 1;

	s->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);
	if (s->fd < 0)
		return -errno;
	/* A car that was here a moment ago leaves connections behind (TIME_WAIT). */
	if (setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(s->fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(s->fd, SOCKETCAND_CLIENTS_MAX) < 0)
		return -errno;

	return 0;
}

/* The address as it became. */
static int name_it(struct server *s)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;
	char host[INET6_ADDRSTRLEN];
	socklen_t size = sizeof(a);
	bool v6;

	if (getsockname(s->fd, &a.any, &size) < 0)
		return -errno;
	v6 = a.any.sa_family == AF_INET6;
	if (!inet_ntop(a.any.sa_family, v6 ? (void *)&a.v6.sin6_addr : (void *)&a.v4.sin_addr, host,
		       sizeof(host)))
		return -errno;
	snprintf(s->name, sizeof(s->name), v6 ? "[%s]:%u/%s" : "%s:%u/%s", host,
		 ntohs(v6 ? a.v6.sin6_port : a.v4.sin_port), s->bus);

	return 0;
}

static int start(struct server *s, const struct socketcand_where *w)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct epoll_event e = { .events = EPOLLIN };
	struct addrinfo *list;
	char port[8];
	int r;

	snprintf(port, sizeof(port), "%u", w->port);
	r = getaddrinfo(*w->host ? w->host : "127.0.0.1", port, &hints, &list);
	if (r != 0)
		return r == EAI_MEMORY ? -ENOMEM : -EADDRNOTAVAIL;
	r = listen_on(s, list);
	freeaddrinfo(list);
	if (r == 0)
		r = name_it(s);
	if (r < 0)
		return r;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->fd, &e) < 0)
		return -errno;

	return 0;
}

int link_socketcand_server(const char *where, struct clock *clk, struct link **ret_link)
{
	struct socketcand_where w;
	struct server *s;
	int r = socketcand_where_parse(where, &w);

	if (r < 0 || clk->is_virtual)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	strcpy(s->bus, *w.bus ? w.bus : SOCKETCAND_SERVER_BUS);
	s->fd = s->epoll = -1;
	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++)
		s->clients[i].fd = -1;
	/* Behind it are programs that want to be on the bus of what this one plays. */
	s->link = (struct link){
		.ops = &server_ops, .clk = clk, .name = s->name, .is_virtual = true,
	};
	r = start(s, &w);
	if (r < 0) {
		server_close(&s->link);
		return r;
	}
	*ret_link = &s->link;

	return 0;
}

struct socketcand_counts link_socketcand_counts(struct link *l)
{
	return from(l)->counts;
}
