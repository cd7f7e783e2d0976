/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/unpack.h"

#if HAVE_ZLIB
#include <zlib.h>
#endif
#if HAVE_ZSTD
#include <zstd.h>
#endif

#if HAVE_ZLIB
struct gzip {
	z_stream z;
	bool between;	/* one member has ended, the next may begin */
};

static void gzip_close(void *state)
{
	struct gzip *g = state;

	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}

static int gzip_open(void **ret_state)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (!g)
		return -ENOMEM;
	if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK) {
		free(g);
		return -ENOMEM;
	}
	*ret_state = g;

	return 0;
}

static ssize_t gzip_read(void *state, const uint8_t *in, size_t *start, size_t end, void *buf,
			 size_t size)
{
	struct gzip *g = state;
	int r;

	if (*start == end && g->between)
		return 0;
	if (g->between && inflateReset(&g->z) != Z_OK)
		return -EBADMSG;
	g->between = false;
	g->z.next_in = (z_const Bytef *)(uintptr_t)(in + *start);
	g->z.avail_in = (uInt)(end - *start);
	g->z.next_out = buf;
	g->z.avail_out = (uInt)size;
	r = inflate(&g->z, Z_NO_FLUSH);
	*start = end - g->z.avail_in;
	g->between = r == Z_STREAM_END;
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR && g->z.avail_out == size)
		return -EBADMSG;

	return (ssize_t)(size - g->z.avail_out);
}

static bool gzip_complete(void *state)
{
	return ((struct gzip *)state)->between;
}
#endif

#if HAVE_ZSTD
struct zstd {
	ZSTD_DStream *d;
	size_t wanted;	/* 0: at the end of a frame */
	bool failed;
};

static void zstd_close(void *state)
{
	struct zstd *z = state;

	if (!z)
		return;
	ZSTD_freeDStream(z->d);
	free(z);
}

static int zstd_open(void **ret_state)
{
	struct zstd *z = calloc(1, sizeof(*z));

	if (!z)
		return -ENOMEM;
	z->d = ZSTD_createDStream();
	if (!z->d) {
		free(z);
		return -ENOMEM;
	}
	*ret_state = z;

	return 0;
}

static ssize_t zstd_read(void *state, const uint8_t *in, size_t *start, size_t end, void *buf,
			 size_t size)
{
	struct zstd *z = state;
	ZSTD_inBuffer from = { in, end, *start };
	ZSTD_outBuffer to = { buf, size, 0 };
	size_t r;

	if (z->failed)
		return -EBADMSG;
	if (*start == end && z->wanted == 0)
		return 0;
	r = ZSTD_decompressStream(z->d, &to, &from);
	*start = from.pos;
	z->failed = ZSTD_isError(r);
	if (z->failed)
		return to.pos > 0 ? (ssize_t)to.pos : -EBADMSG;
	z->wanted = r;

	return (ssize_t)to.pos;
}

static bool zstd_complete(void *state)
{
	return ((struct zstd *)state)->wanted == 0;
}
#endif

#if !HAVE_ZLIB || !HAVE_ZSTD
static void no_close(void *state)
{
	(void)state;
}

static int no_open(void **ret_state)
{
	(void)ret_state;

	return -EOPNOTSUPP;
}
#endif

static const struct unpacker unpackers[] = {
	{
		.name = "gzip",
		.magic = { 0x1f, 0x8b, 0x08 },
		.magic_len = 3,
#if HAVE_ZLIB
		.open = gzip_open,
		.read = gzip_read,
		.complete = gzip_complete,
		.close = gzip_close,
#else
		.open = no_open,
		.close = no_close,
#endif
	},
	{
		.name = "zstd",
		.magic = { 0x28, 0xb5, 0x2f, 0xfd },
		.magic_len = 4,
#if HAVE_ZSTD
		.open = zstd_open,
		.read = zstd_read,
		.complete = zstd_complete,
		.close = zstd_close,
#else
		.open = no_open,
		.close = no_close,
#endif
	},
};

const struct unpacker *unpacker_for(const uint8_t *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(unpackers); i++)
		if (!memcmp(p, unpackers[i].magic, unpackers[i].magic_len))
			return &unpackers[i];

	return NULL;
}
