/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * A USB device in this process, for the kernel's vhci_hcd: it speaks USB/IP over a socket of
 * which the kernel has the other end (Documentation/usb/usbip_protocol.rst). At full speed,
 * control requests and bulk transfers only.
 */
#define VHCI_DATA_MAX 4096	/* of one transfer */
#define VHCI_PENDING 64		/* transfers from the device that wait for data */

struct vhci {
	int fd;			/* -1: not plugged in */
	unsigned int port;	/* of the hub */
	struct {
		uint32_t seq;
		size_t room;
	} in[VHCI_PENDING];	/* bulk transfers from the device, oldest first */
	size_t n_in;
};

/* What the host wants: a control request (ENDPOINT 0), or bytes for the device. */
struct vhci_request {
	uint32_t seq;
	unsigned int endpoint;
	bool to_host;		/* of a control request: the host wants LEN bytes */
	uint8_t setup[8];
	size_t len;
	uint8_t data[VHCI_DATA_MAX];
};

/* Plug the device in; each time at another port of the hub. Negative errno. */
_must_check_ int vhci_plug(struct vhci *v);

/* Pull it out: the driver's transfers fail, and the kernel removes the device. */
void vhci_unplug(struct vhci *v);

/*
 * Take what the host sent: 1 and *ret, which is to be answered by vhci_answer(); 0: it was
 * dealt with; negative errno: the host is gone. May wait for the rest of a message.
 */
_must_check_ int vhci_take(struct vhci *v, struct vhci_request *ret);

/* End R: N bytes of DATA for the host; or -EPIPE: there is no such request. */
void vhci_answer(struct vhci *v, const struct vhci_request *r, int status, const void *data, size_t n);

/* End the oldest transfer from the device with N bytes, at most in[0].room. */
void vhci_deliver(struct vhci *v, const void *data, size_t n);
