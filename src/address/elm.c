/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "address/elm.h"
#include "base/num.h"
#include "proto/elm-link.h"

int address_elm_parse(const char *where, struct elm_address *ret, const char **reterr_why)
{
	const char *at = strrchr(where, '@');
	size_t n = at ? (size_t)(at - where) : strlen(where);
	int r;

	*ret = (struct elm_address){ .kind = ELM327_GENUINE };
	if (n == 0 || n >= sizeof(ret->port)) {
		*reterr_why = "no port before the @";
		return -EINVAL;
	}
	memcpy(ret->port, where, n);
	if (at && (num_parse_bitrate(at + 1, &ret->rate) < 0 || ret->rate < ELM_RATE_MIN ||
		   ret->rate > ELM_RATE_MAX)) {
		*reterr_why = "after the @ the adapter's serial rate, 9600 to 4000000: @115200";
		return -EINVAL;
	}
	r = new_port_parse(ret->port, &ret->new_port, reterr_why);
	if (r < 0)
		return r;
	ret->is_new = r > 0;
	if (ret->is_new && ret->new_port.kind &&
	    elm327_kind_parse(ret->new_port.kind, &ret->kind) < 0) {
		*reterr_why = "after the comma the kind of adapter: clone, genuine or stn";
		return -EINVAL;
	}

	return 0;
}
