/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "address/slcan.h"
#include "base/num.h"
#include "proto/slcan.h"

#define RATE_TEXT_MAX 32

static int parse_rate(const char *s, size_t n, uint32_t *ret)
{
	char text[RATE_TEXT_MAX];

	if (n >= sizeof(text))
		return -EINVAL;
	memcpy(text, s, n);
	text[n] = '\0';

	return num_parse_bitrate(text, ret);
}

/* "500k", "500k/2M". Whether this very adapter has it turns out when it is opened. */
static int parse_rates(const char *s, struct slcan_options *ret, const char **reterr_why)
{
	const char *slash = strchr(s, '/');
	size_t n = slash ? (size_t)(slash - s) : strlen(s);

	if (parse_rate(s, n, &ret->bitrate) < 0 ||
	    (slcan_rate(ret->bitrate, false) < 0 && slcan_rate(ret->bitrate, true) < 0)) {
		*reterr_why = "after the @ one of these bit rates: 10k 20k 50k 100k 125k 250k 500k 750k "
			      "800k 1M; slcan has no code for others";
		return -EINVAL;
	}
	if (slash && (parse_rate(slash + 1, strlen(slash + 1), &ret->data_bitrate) < 0 ||
		      slcan_data_rate(ret->data_bitrate) < 0)) {
		*reterr_why = "after the / the bit rate of CAN FD's data: 2M or 5M";
		return -EINVAL;
	}

	return 0;
}

int address_slcan_parse(const char *where, struct slcan_address *ret, const char **reterr_why)
{
	const char *at = strrchr(where, '@');
	size_t n = at ? (size_t)(at - where) : strlen(where);
	int r;

	*ret = (struct slcan_address){ .options.bitrate = SLCAN_BITRATE, .kind = STICK_LAWICEL };
	if (n == 0 || n >= sizeof(ret->port)) {
		*reterr_why = "no port before the @";
		return -EINVAL;
	}
	memcpy(ret->port, where, n);
	ret->port[n] = '\0';
	r = at ? parse_rates(at + 1, &ret->options, reterr_why) : 0;
	if (r == 0)
		r = new_port_parse(ret->port, &ret->new_port, reterr_why);
	if (r < 0)
		return r;
	ret->is_new = r > 0;
	if (ret->is_new && ret->new_port.kind && stick_kind_parse(ret->new_port.kind, &ret->kind) < 0) {
		*reterr_why = "after the comma the kind of stick: lawicel or canable";
		return -EINVAL;
	}

	return 0;
}
