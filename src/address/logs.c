/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "address/logs.h"
#include "proto/kbus-log.h"

/* Last the one that asks least of a line. */
const struct log_format *const address_logs[] = {
	&log_candump, &log_asc, &log_trc, &log_csv, &log_pcap, &log_pcapng, &kbus_log, NULL,
};
