/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kline-port.h"

#define CHUNK 64

int kline_port_speak(struct sim *s, struct portwire *w)
{
	struct sim_byte b;
	int r = 0;

	while (r == 0 && sim_kline_take(s, &b))
		r = portwire_say(w, b.value, b.baud);

	return r;
}

int kline_port_listen(struct sim *s, struct portwire *w, nsec_t start, nsec_t deadline)
{
	struct portwire_byte bytes[CHUNK];
	int n = portwire_recv(w, bytes, CHUNK, deadline);

	for (int i = 0; i < n; i++) {
		const struct sim_byte b = {
			.value = bytes[i].value,
			.baud = bytes[i].baud,
			.parity = SIM_PARITY_UNSEEN,
			.damaged = bytes[i].damaged,
		};

		sim_run(s, bytes[i].end - start);
		sim_kline_hear(s, &b);
	}

	return n < 0 ? n : 0;
}
