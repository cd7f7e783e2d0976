/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

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

#define DAMAGED "a frame was damaged: wrong bit rate, bad wires, or two senders of one id"

static const struct {
	uint32_t class;
	uint8_t crtl; /* for ERR_CRTL: one of these bits; 0: none of them is known */
	const char *word;
	const char *text;
} words[] = {
	{ ERR_BUSOFF, 0, "bus-off",
	  "the controller left the bus after too many errors (wrong bit rate, short circuit?); "
	  "see 'minikey links restart'" },
	{ ERR_CRTL, CRTL_RX_OVERFLOW, "rx-overflow",
	  "the controller had no room for what came: frames are lost" },
	{ ERR_CRTL, CRTL_TX_OVERFLOW, "tx-overflow",
	  "the controller had no room for what is to be sent" },
	{ ERR_TRX, 0, "transceiver", "the transceiver sees a fault of the wires" },
	{ ERR_ACK, 0, "no-ack",
	  "nobody acknowledges what is sent: nobody else is on the bus, or not at this bit rate" },
	{ ERR_CRTL, CRTL_PASSIVE, "error-passive",
	  "over 127 errors are counted: nobody acknowledges, or the bit rate is wrong" },
	{ ERR_TX_TIMEOUT, 0, "tx-timeout", "a frame could not be sent in time" },
	{ ERR_CRTL, CRTL_WARNING, "error-warning",
	  "over 95 errors are counted: nobody acknowledges, or the bit rate is wrong" },
	{ ERR_PROT, 0, "protocol", DAMAGED },
	{ ERR_BUSERROR, 0, "bus-error", DAMAGED },
	{ ERR_LOSTARB, 0, "arbitration-lost", "another sender came first; it is tried again" },
	{ ERR_RESTARTED, 0, "restarted", "the controller takes part in the bus again" },
	{ ERR_CRTL, CRTL_ACTIVE, "error-active", "the controller works as it should" },
	{ ERR_CRTL, 0, "controller", "the controller has a problem that its driver does not name" },
	{ 0, 0, "unknown", "the driver reports an error that it does not name" },
	/* These two are states only. */
	{ 0, 0, "stopped", "the interface is down" },
	{ 0, 0, "sleeping", "the controller sleeps" },
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

const char *frame_error_text(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, word))
			return words[i].text;

	return NULL;
}
