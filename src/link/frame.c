/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/util.h"
#include "link/frame.h"

size_t frame_fd_len(size_t len)
{
	static const uint8_t legal[] = { 12, 16, 20, 24, 32, 48, 64 };

	if (len <= FRAME_CLASSIC_MAX)
		return len;
	for (size_t i = 0; i < ARRAY_SIZE(legal); i++)
		if (len <= legal[i])
			return legal[i];

	return FRAME_DATA_MAX;
}

/* Classes of linux/can/error.h, in the id, and the bits of data byte 1 with CRTL. */
#define ERR_TX_TIMEOUT 0x001u
#define ERR_LOSTARB 0x002u
#define ERR_CRTL 0x004u
#define ERR_PROT 0x008u
#define ERR_TRX 0x010u
#define ERR_ACK 0x020u
#define ERR_BUSOFF 0x040u
#define ERR_BUSERROR 0x080u
#define ERR_RESTARTED 0x100u

#define CRTL_RX_OVERFLOW 0x01u
#define CRTL_TX_OVERFLOW 0x02u
#define CRTL_WARNING 0x0cu /* receiving, sending */
#define CRTL_PASSIVE 0x30u
#define CRTL_ACTIVE 0x40u

static const struct {
	uint32_t class;
	uint8_t crtl; /* for ERR_CRTL: one of these bits; 0: none of them is known */
	const char *word;
} words[] = {
	{ ERR_BUSOFF, 0, "bus-off" },
	{ ERR_CRTL, CRTL_RX_OVERFLOW, "rx-overflow" },
	{ ERR_CRTL, CRTL_TX_OVERFLOW, "tx-overflow" },
	{ ERR_TRX, 0, "transceiver" },
	{ ERR_ACK, 0, "no-ack" },
	{ ERR_CRTL, CRTL_PASSIVE, "error-passive" },
	{ ERR_TX_TIMEOUT, 0, "tx-timeout" },
	{ ERR_CRTL, CRTL_WARNING, "error-warning" },
	{ ERR_PROT, 0, "protocol" },
	{ ERR_BUSERROR, 0, "bus-error" },
	{ ERR_LOSTARB, 0, "arbitration-lost" },
	{ ERR_RESTARTED, 0, "restarted" },
	{ ERR_CRTL, CRTL_ACTIVE, "error-active" },
	{ ERR_CRTL, 0, "controller" },
};

const char *frame_error_word(const struct frame *f)
{
	uint8_t crtl = f->len > 1 ? f->data[1] : 0;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if ((f->id & words[i].class) &&
		    (!words[i].crtl || (crtl & words[i].crtl)))
			return words[i].word;

	return "unknown";
}
