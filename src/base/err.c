/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/util.h"

static const struct {
	int code;
	const char *text;
} domain_text[] = {
	{ ETIMEDOUT, "no answer" },
	{ EREMOTEIO, "the module refused the request" },
	{ EBADMSG, "checksum error" },
	{ EPROTO, "malformed answer" },
	{ ECANCELED, "interrupted" },
	{ ENETDOWN, "the interface is down" },
	{ EADDRNOTAVAIL, "no such host" },
	{ EAFNOSUPPORT, "this kernel has no CAN" },
	{ EROFS, "the controller is set to listen-only, so nothing can be sent" },
	{ EOPNOTSUPP, "this link cannot do that" },
	{ ENOPKG, "it is packed in a way that this build cannot unpack" },
};

const char *err_text(int r)
{
	for (size_t i = 0; i < ARRAY_SIZE(domain_text); i++)
		if (domain_text[i].code == -r)
			return domain_text[i].text;

	return strerror(-r);
}
