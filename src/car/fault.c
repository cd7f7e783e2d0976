/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "car/fault.h"

/* Where the faults are in an answer, in bytes; the DBC names the first two of any number. */
struct layout {
	size_t head;		/* before the first */
	size_t stride;		/* from one to the next */
	size_t code;		/* bytes of the code, big endian; the status follows it */
	const struct dbc_signal *count;	/* NULL: not told */
};

static bool layout_of(const struct dbc_message *m, struct layout *ret)
{
	const struct dbc_signal *first = dbc_find_signal(m, "Fault1_Code");
	const struct dbc_signal *status = dbc_find_signal(m, "Fault1_Status");
	const struct dbc_signal *second = dbc_find_signal(m, "Fault2_Code");

	if (!first || !status || !second || !first->motorola || first->bits % 8 || first->bits > 32 ||
	    second->start <= first->start)
		return false;
	*ret = (struct layout){
		.head = first->start / 8u,
		.stride = (second->start - first->start) / 8u,
		.code = first->bits / 8u,
		.count = dbc_find_signal(m, "Fault_Count"),
	};

	return status->start / 8u == ret->head + ret->code && ret->stride == ret->code + 1 &&
	       (!ret->count || ret->count->start / 8u < ret->head);
}

bool fault_is_message(const struct dbc_message *m)
{
	struct layout l;

	return layout_of(m, &l);
}

int fault_read(const struct survey_item *item, size_t i, struct fault *ret)
{
	struct layout l;
	const uint8_t *p;
	size_t n;

	if (item->result < 0 || !layout_of(item->message, &l))
		return 0;
	/* That there is none may be all that it says. */
	if (l.count && item->len == l.count->start / 8u + 1u && item->data[item->len - 1] == 0)
		return 0;
	if (item->len < l.head || (item->len - l.head) % l.stride)
		return -EBADMSG;
	n = (item->len - l.head) / l.stride;
	if (l.count && item->data[l.count->start / 8u] != n)
		return -EBADMSG;
	if (i >= n)
		return 0;
	p = item->data + l.head + i * l.stride;
	*ret = (struct fault){ .code_digits = 2 * (unsigned int)l.code, .status = p[l.code] };
	for (size_t k = 0; k < l.code; k++)
		ret->code = ret->code << 8 | p[k];

	return 1;
}

const char *fault_status_word(enum diag_protocol protocol, unsigned int bit)
{
	static const char *const words[] = {
		"failed now",
		"failed this cycle",
		"pending",
		"confirmed",
		"not tested since cleared",
		"failed since cleared",
		"not tested this cycle",
		"warning lamp",
	};

	return protocol == DIAG_UDS && bit < ARRAY_SIZE(words) ? words[bit] : NULL;
}
