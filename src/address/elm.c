/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "address/elm.h"
#include "base/num.h"

int address_elm_parse(const char *where, struct elm_address *ret, const char **reterr_why)
{
	const char *at = strrchr(where, '@');
	size_t n = at ? (size_t)(at - where) : strlen(where);

	*ret = (struct elm_address){ .kind = ELM327_GENUINE };
	if (n == 0 || n >= sizeof(ret->port)) {
		*reterr_why = "no port before the @";
		return -EINVAL;
	}
	memcpy(ret->port, where, n);
	if (at && num_parse_bitrate(at + 1, &ret->rate) < 0) {
		*reterr_why = "after the path, @BAUD is a rate: @115200";
		return -EINVAL;
	}
	ret->is_new = new_port_parse(ret->port, &ret->new_port);
	if (ret->is_new && ret->new_port.kind &&
	    elm327_kind_parse(ret->new_port.kind, &ret->kind) < 0) {
		*reterr_why = "after the comma the kind of adapter: clone, genuine or stn";
		return -EINVAL;
	}

	return 0;
}
