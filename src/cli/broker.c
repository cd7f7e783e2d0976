/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cli/broker.h"

#if HAVE_MOSQUITTO

#include <dlfcn.h>
#include <mosquitto.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>

#include "cli/board.h"

#define KEEPALIVE 15		/* s; after half of that more the broker gives us up */
#define RETRY 400		/* ms between attempts */
#define GREETING (5 * NSEC_PER_SEC)	/* from the first attempt to the broker's CONNACK */
#define STEP 20			/* ms: how long a connection that is being made waits */
#define FAREWELL NSEC_PER_SEC

/* What is used of libmosquitto 2.0. */
#define FUNCTIONS(f) \
	f(lib_init) f(new) f(destroy) f(username_pw_set) f(will_set) f(int_option) f(tls_set) \
	f(connect_callback_set) f(log_callback_set) f(connect_async) f(reconnect_async) \
	f(disconnect) f(loop) f(publish) f(socket) f(want_write) f(strerror)

#define DECLARE(name) __typeof__(mosquitto_##name) *name;
struct library {
	FUNCTIONS(DECLARE)
};

struct broker {
	struct broker_options o;
	struct library lib;
	struct mosquitto *mosq;
	pthread_t thread;
	int wake, news_fd;	/* eventfds: for the thread; for who publishes */

	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t changed;	/* of IDLE, UP, FAILED, ENDED */
	struct board board;
	bool up, idle, failed, ends, ended;
	struct broker_news news;
	bool has_news;

	/* The thread's own. */
	struct clock clk;
	enum { GREETS, GREETED, REFUSED } greeting;
	int refusal;		/* CONNACK's return code, MQTT 3.1.1 table 3.1 */
	char library_says[120];
};

static void ring(int fd)
{
	uint64_t one = 1;

	(void)!write(fd, &one, sizeof(one));
}

static void unring(int fd)
{
	uint64_t n;

	(void)!read(fd, &n, sizeof(n));
}

static int load(struct library *l)
{
	void *so = dlopen("libmosquitto.so.1", RTLD_NOW | RTLD_LOCAL);
	void *p;

	if (!so)
		return -ELIBACC;
#define FIND(name)                                                             \
	p = dlsym(so, "mosquitto_" #name);                                     \
	if (!p)                                                                \
		return -ELIBACC;                                               \
	memcpy(&l->name, &p, sizeof(p));
	FUNCTIONS(FIND)

	return 0;
}

/* ---- what the library calls, in the thread ---- */

static void on_connect(struct mosquitto *m, void *arg, int code)
{
	struct broker *b = arg;

	(void)m;
	b->greeting = code == 0 ? GREETED : REFUSED;
	b->refusal = code;
}

static void on_log(struct mosquitto *m, void *arg, int level, const char *text)
{
	struct broker *b = arg;

	(void)m;
	/* "OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed" */
	if (level == MOSQ_LOG_ERR)
		snprintf(b->library_says, sizeof(b->library_says), "%s",
			 strstr(text, "::") ? strstr(text, "::") + 2 : text);
}

/* ---- the thread ---- */

static bool ends(struct broker *b)
{
	bool r;

	pthread_mutex_lock(&b->lock);
	r = b->ends;
	pthread_mutex_unlock(&b->lock);

	return r;
}

static void say(struct broker *b, bool up, enum broker_failure failure, const char *text)
{
	pthread_mutex_lock(&b->lock);
	b->has_news |= up != b->news.up || failure != b->news.failure ||
		       strncmp(text, b->news.text, sizeof(b->news.text) - 1) != 0;
	b->news.was_up |= b->news.up;
	b->news.up = b->up = up;
	b->news.failure = failure;
	snprintf(b->news.text, sizeof(b->news.text), "%s", text);
	b->failed = !up;
	b->idle = false;
	if (up)
		board_renew(&b->board);
	else	/* what is of its moment is not told later */
		b->news.left_out += (unsigned int)board_drop_told(&b->board);
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
	ring(b->news_fd);
}

/* The next message that the broker is to be told. False: none. */
static bool take(struct broker *b, struct board_message *ret, bool *ret_kept)
{
	bool found;

	pthread_mutex_lock(&b->lock);
	found = board_take(&b->board, ret, ret_kept);
	b->idle = !found;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);

	return found;
}

/* As much as the connection takes; each waits for the one before, so that little is queued. */
static int tell_all(struct broker *b)
{
	struct board_message m;
	bool retained;
	int r = 0;

	while (r == 0 && !b->lib.want_write(b->mosq) && take(b, &m, &retained)) {
		r = b->lib.publish(b->mosq, NULL, m.topic, (int)m.n, m.payload, 0, retained);
		board_forget(&m);
	}

	return r;
}

/* Wait for the broker or for us, at most MS, and let the library act. Its result. */
static int step(struct broker *b, int ms)
{
	int fd = b->lib.socket(b->mosq);
	struct pollfd p[] = { { .fd = b->wake, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

	if (fd < 0)
		return MOSQ_ERR_NO_CONN;
	/* One that is being made always wants to write. */
	if (b->greeting == GREETED && b->lib.want_write(b->mosq))
		p[1].events |= POLLOUT;
	poll(p, ARRAY_SIZE(p), ms);
	unring(b->wake);

	return b->lib.loop(b->mosq, 0, 1);
}

/* Until the broker has greeted us: 0; else the library's result. */
static int greet(struct broker *b, bool again)
{
	nsec_t deadline = clock_now(&b->clk) + GREETING;
	int r = again ? b->lib.reconnect_async(b->mosq) :
			b->lib.connect_async(b->mosq, b->o.host, b->o.port, KEEPALIVE);

	while (r == 0 && b->greeting == GREETS && !ends(b)) {
		if (clock_now(&b->clk) > deadline)
			return MOSQ_ERR_KEEPALIVE;
		r = step(b, STEP);
	}

	return b->greeting == GREETED ? 0 : b->greeting == REFUSED ? MOSQ_ERR_CONN_REFUSED : r;
}

/* The connection could not be made, or ended: R, and errno E. */
static void say_failure(struct broker *b, int r, int e)
{
	const char *text = b->lib.strerror(r);
	enum broker_failure failure = BROKER_UNREACHABLE;

	if (r == MOSQ_ERR_ERRNO)
		text = strerror(e);
	if (r == MOSQ_ERR_KEEPALIVE)
		text = "it does not answer";
	if (r == MOSQ_ERR_CONN_LOST || (r == MOSQ_ERR_ERRNO && e == ECONNRESET))
		failure = BROKER_HUNG_UP;
	if (b->greeting == REFUSED && (b->refusal == 4 || b->refusal == 5))
		failure = BROKER_NO_LOGIN;
	else if (b->greeting == REFUSED || r == MOSQ_ERR_PROTOCOL || r == MOSQ_ERR_MALFORMED_PACKET)
		failure = BROKER_NO_MQTT;
	/* Host, port and times are valid: it can only be TLS that the library was not able to set up. */
	if (r == MOSQ_ERR_TLS || r == MOSQ_ERR_TLS_HANDSHAKE || (b->o.tls && r == MOSQ_ERR_INVAL)) {
		failure = BROKER_NO_TRUST;
		text = *b->library_says ? b->library_says : text;
	}
	say(b, false, failure, text);
}

/* As long as it holds. The library's result. */
static int stay(struct broker *b)
{
	int r = 0;

	while (r == 0 && !ends(b)) {
		r = tell_all(b);
		if (r == 0)
			r = step(b, 1000);
	}

	return r;
}

/* The rest, and that we leave of our own will. */
static void leave(struct broker *b)
{
	nsec_t deadline = clock_now(&b->clk) + FAREWELL;

	if (broker_keep(b, b->o.presence, "offline", strlen("offline")) < 0)
		return;
	while (tell_all(b) == 0 && b->lib.want_write(b->mosq) && clock_now(&b->clk) < deadline)
		if (step(b, STEP) != 0)
			return;
	b->lib.disconnect(b->mosq);
	(void)step(b, 0);
}

static void *work(void *arg)
{
	struct broker *b = arg;

	for (bool again = false; !ends(b); again = true) {
		struct pollfd p = { .fd = b->wake, .events = POLLIN };
		int r;

		b->greeting = GREETS;
		b->library_says[0] = '\0';
		errno = 0;
		r = greet(b, again);
		if (r == 0 && b->greeting == GREETED) {
			say(b, true, BROKER_FINE, "");
			r = stay(b);
		}
		if (r == 0)
			break;
		say_failure(b, r, errno);
		if (!ends(b))
			poll(&p, 1, RETRY);
	}
	if (b->greeting == GREETED && b->up)
		leave(b);
	pthread_mutex_lock(&b->lock);
	b->ended = true;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);

	return NULL;
}

/* ---- who publishes ---- */

static int settings(struct broker *b)
{
	const struct broker_options *o = &b->o;
	int r;

	b->lib.connect_callback_set(b->mosq, on_connect);
	b->lib.log_callback_set(b->mosq, on_log);
	r = b->lib.will_set(b->mosq, o->presence, (int)strlen("offline"), "offline", 1, true);
	if (r == 0 && o->user)
		r = b->lib.username_pw_set(b->mosq, o->user, o->password);
	if (r == 0 && o->tls && o->ca_file)
		r = b->lib.tls_set(b->mosq, o->ca_file, NULL, NULL, NULL, NULL);
	else if (r == 0 && o->tls)
		r = b->lib.int_option(b->mosq, MOSQ_OPT_TLS_USE_OS_CERTS, 1);

	return r == 0 ? 0 : r == MOSQ_ERR_NOMEM ? -ENOMEM : -EINVAL;
}

/* Signals are the caller's. */
static int start(struct broker *b)
{
	pthread_condattr_t attr;
	sigset_t all, before;
	int r;

	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->changed, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&b->thread, NULL, work, b);
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	return -r;
}

static void release(struct broker *b)
{
	if (b->mosq)
		b->lib.destroy(b->mosq);
	board_free(&b->board);
	if (b->wake >= 0)
		close(b->wake);
	if (b->news_fd >= 0)
		close(b->news_fd);
	free(b);
}

static int set_up(struct broker *b)
{
	int r = load(&b->lib);

	if (r < 0)
		return r;
	if (b->o.ca_file && access(b->o.ca_file, R_OK) < 0)
		return -ENOENT;
	b->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->wake < 0 || b->news_fd < 0)
		return -errno;
	b->lib.lib_init();
	b->mosq = b->lib.new(NULL, true, b);
	if (!b->mosq)
		return -errno;
	r = settings(b);

	return r < 0 ? r : start(b);
}

int broker_open(const struct broker_options *o, struct broker **ret)
{
	struct broker *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return -ENOMEM;
	b->o = *o;
	clock_init_real(&b->clk);
	b->wake = b->news_fd = -1;
	r = board_keep(&b->board, o->presence, "online", strlen("online"));
	if (r > 0)
		r = set_up(b);
	if (r < 0) {
		release(b);
		return r;
	}
	*ret = b;

	return 0;
}

int broker_keep(struct broker *b, const char *topic, const char *payload, size_t n)
{
	int r;

	pthread_mutex_lock(&b->lock);
	r = board_keep(&b->board, topic, payload, n);
	b->idle &= r <= 0;
	pthread_mutex_unlock(&b->lock);
	if (r > 0)
		ring(b->wake);

	return MIN(r, 0);
}

bool broker_tell(struct broker *b, const char *topic, const char *payload, size_t n)
{
	bool fits;

	pthread_mutex_lock(&b->lock);
	fits = (b->up || !b->failed) && board_tell(&b->board, topic, payload, n);
	b->idle &= !fits;
	pthread_mutex_unlock(&b->lock);
	ring(b->wake);

	return fits;
}

int broker_fd(struct broker *b)
{
	return b->news_fd;
}

bool broker_news(struct broker *b, struct broker_news *ret)
{
	bool has;

	unring(b->news_fd);
	pthread_mutex_lock(&b->lock);
	has = b->has_news;
	b->has_news = false;
	*ret = b->news;
	b->news.left_out = 0;
	pthread_mutex_unlock(&b->lock);

	return has;
}

/* CLOCK_MONOTONIC's time SPAN from now. */
static struct timespec after(nsec_t span)
{
	struct timespec t;
	nsec_t ns;

	clock_gettime(CLOCK_MONOTONIC, &t);
	ns = t.tv_nsec + span;
	t.tv_sec += (time_t)(ns / NSEC_PER_SEC);
	t.tv_nsec = (long)(ns % NSEC_PER_SEC);

	return t;
}

void broker_settle(struct broker *b, nsec_t span)
{
	struct timespec deadline = after(span);

	pthread_mutex_lock(&b->lock);
	while (!(b->up && b->idle) && !b->failed)
		if (pthread_cond_timedwait(&b->changed, &b->lock, &deadline) != 0)
			break;
	pthread_mutex_unlock(&b->lock);
}

void broker_close(struct broker *b)
{
	struct timespec deadline = after(2 * FAREWELL);
	bool ended;

	if (!b)
		return;
	pthread_mutex_lock(&b->lock);
	b->ends = true;
	ring(b->wake);
	while (!b->ended)
		if (pthread_cond_timedwait(&b->changed, &b->lock, &deadline) != 0)
			break;
	ended = b->ended;
	pthread_mutex_unlock(&b->lock);
	/* A name that is being looked up cannot be interrupted: the process's end does that. */
	if (!ended) {
		pthread_detach(b->thread);
		return;
	}
	pthread_join(b->thread, NULL);
	release(b);
}

#else

int broker_open(const struct broker_options *o, struct broker **ret)
{
	(void)o, (void)ret;

	return -ENOSYS;
}

int broker_keep(struct broker *b, const char *topic, const char *payload, size_t n)
{
	(void)b, (void)topic, (void)payload, (void)n;

	return -ENOSYS;
}

bool broker_tell(struct broker *b, const char *topic, const char *payload, size_t n)
{
	(void)b, (void)topic, (void)payload, (void)n;

	return false;
}

int broker_fd(struct broker *b)
{
	(void)b;

	return -1;
}

bool broker_news(struct broker *b, struct broker_news *ret)
{
	(void)b, (void)ret;

	return false;
}

void broker_settle(struct broker *b, nsec_t span)
{
	(void)b, (void)span;
}

void broker_close(struct broker *b)
{
	(void)b;
}

#endif
