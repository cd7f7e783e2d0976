/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

/*
 * Setting CAN interfaces, by libsocketcan. What the kernel answers comes back as an error:
 * -EPERM: without CAP_NET_ADMIN; -ENODEV: no such interface; -ENOSYS: the program was built
 * without libsocketcan; -EIO: no answer that is known. All but canctl_start() and
 * canctl_stop() are for the kind "can" (canif.h). Nothing is printed.
 */
#ifdef HAVE_LIBSOCKETCAN

/*
 * BITRATE in bit/s; SAMPLE_POINT in per mille of a bit, 0: the one that
 * CiA recommends, as the kernel has it. It takes the nearest it can make, up to 5 % off.
 * -EBUSY: the interface is up; -EDOM, -EINVAL: the controller cannot come near.
 */
_must_check_ int canctl_set_bitrate(const char *ifname, uint32_t bitrate, uint32_t sample_point);

/* Leave bus-off by itself so long after it; 0: never. -EBUSY; -EOPNOTSUPP. */
_must_check_ int canctl_set_restart(const char *ifname, uint32_t ms);

/* Neither send nor acknowledge. -EBUSY; -EOPNOTSUPP: the controller has no such mode. */
_must_check_ int canctl_set_listen_only(const char *ifname, bool on);

/* Up. -EINVAL: it has no bit rate. */
_must_check_ int canctl_start(const char *ifname);

/* Down. */
_must_check_ int canctl_stop(const char *ifname);

/* Leave bus-off now. -EBUSY: it is not in bus-off; -EINVAL: it is down, or restarts itself. */
_must_check_ int canctl_restart(const char *ifname);

#else

static inline int canctl_set_bitrate(const char *ifname, uint32_t bitrate, uint32_t sample_point)
{
	(void)ifname;
	(void)bitrate;
	(void)sample_point;

	return -ENOSYS;
}

static inline int canctl_set_restart(const char *ifname, uint32_t ms)
{
	(void)ifname;
	(void)ms;

	return -ENOSYS;
}

static inline int canctl_set_listen_only(const char *ifname, bool on)
{
	(void)ifname;
	(void)on;

	return -ENOSYS;
}

static inline int canctl_start(const char *ifname)
{
	(void)ifname;

	return -ENOSYS;
}

static inline int canctl_stop(const char *ifname)
{
	(void)ifname;

	return -ENOSYS;
}

static inline int canctl_restart(const char *ifname)
{
	(void)ifname;

	return -ENOSYS;
}

#endif
