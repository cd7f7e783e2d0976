/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"
#include "sim/verb-fault.h"
#include "sim/verb-port.h"
#include "sim/verb-serial.h"

/* ---- of all traffic ---- */

int sim_run_drop(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->wire.drop = (double)c->value[2] / 1e6;

	return 0;
}

int sim_run_corrupt(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->wire.corrupt = (double)c->value[2] / 1e6;

	return 0;
}

int sim_run_corrupt_all(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)c, (void)f;
	s->wire.corrupt = 1;

	return 0;
}

int sim_run_delay(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->wire.delay = c->value[2];

	return 0;
}

int sim_run_bus(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	if (c->value[1] == 0) {
		sim_wire_bus_off(&s->wire, s->now);
	} else if (c->value[1] == 1) {
		sim_wire_unplug(&s->wire, s->now);
	} else {
		sim_wire_mend(&s->wire);
		s->ask = (struct ask_faults){ 0 };
		sim_mend_serial(s);
		sim_mend_port(s);
	}

	return 0;
}

/* ---- fault memory ---- */

static int check_module(const struct sim *s, const struct command *c, size_t word,
			struct sim_fault *f)
{
	const struct platform *p = s->model->platform;

	for (unsigned int i = 0; i < p->n_modules; i++)
		if ((int64_t)p->modules[i].name == c->value[word])
			return 0;

	return sim_command_fail(f, c->column[word], "the %s has no such module",
				s->model->name);
}

int sim_run_dtc(struct sim *s, const struct command *c, struct sim_fault *f)
{
	struct dtc d = {
		.module = (enum module_name)c->value[1],
		.code = (uint32_t)c->value[2],
		.status = (uint8_t)c->value[3],
	};
	size_t i = 0;

	while (i < s->n_dtcs &&
	       (s->dtc[i].module != d.module || s->dtc[i].code != d.code))
		i++;
	if (i == SIM_DTCS)
		return sim_command_fail(f, c->column[0],
					"there are %d faults already, which is all the "
					"room there is",
					SIM_DTCS);
	if (i == s->n_dtcs)
		s->n_dtcs++;
	s->dtc[i] = d;

	return 0;
}

int sim_run_dtc_clear(struct sim *s, const struct command *c, struct sim_fault *f)
{
	size_t n = 0;

	(void)f;
	for (size_t i = 0; i < s->n_dtcs; i++)
		if ((int64_t)s->dtc[i].module != c->value[1])
			s->dtc[n++] = s->dtc[i];
	s->n_dtcs = n;

	return 0;
}

int sim_check_dtc(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	const struct platform *p = s->model->platform;
	bool dme = c->value[1] == MODULE_DME && p->has_kline;
	unsigned int digits = 2 * (p->dcan ? p->dcan->dtc_bytes : dme ? 2 : p->dtc_bytes);

	if (!digits)
		return sim_command_fail(f, c->column[0],
					"the modules of the %s remember no faults here",
					s->model->name);
	if (c->verb->run == sim_run_dtc && (unsigned int)(c->value[2] >> 32) != digits)
		return sim_command_fail(f, c->column[2],
					"a fault of the %s has %u hexadecimal digits",
					dme ? "dme" : s->model->name, digits);
	if (p->dtc_bytes && c->value[1] != MODULE_GM && !dme)
		return sim_command_fail(f, c->column[1],
					"of the %s only gm and dme remember faults here",
					s->model->name);

	return check_module(s, c, 1, f);
}

/* ---- of the answers to diagnosis ---- */

int sim_run_pending(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->ask.pending = (unsigned int)c->value[2];

	return 0;
}

/* On a K-line the engine's module has codes of its own, kbus.md 5.4; 78 is `pending`. */
static bool is_kwp_code(const struct sim *s, uint8_t code)
{
	static const uint8_t codes[] = { 0x10, 0x11, 0x12, 0x21, 0x22, 0x23, 0x31, 0x33 };

	return s->port == SIM_PORT_KLINE && memchr(codes, code, sizeof(codes));
}

int sim_run_nrc(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	if (is_kwp_code(s, (uint8_t)c->value[2])) {
		s->ask.refuse_kwp = true;
		s->ask.code_kwp = (uint8_t)c->value[2];
	} else {
		s->ask.refuse = true;
		s->ask.code = (uint8_t)c->value[2];
	}

	return 0;
}

int sim_check_nrc(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	const struct platform *p = s->model->platform;
	uint8_t code = (uint8_t)c->value[2];

	if (is_kwp_code(s, code) || (p->refuses ? p->refuses(code) : code != 0))
		return 0;

	return sim_command_fail(f, c->column[2], "the %s refuses nothing with %02X",
				s->model->name, code);
}

int sim_run_slow(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->ask.slow = c->value[2];

	return 0;
}

int sim_run_silent(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)c, (void)f;
	s->ask.silent = ~0u;

	return 0;
}

int sim_check_silent(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	return check_module(s, c, 2, f);
}

int sim_run_silent_module(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->ask.silent |= 1u << c->value[2];

	return 0;
}

int sim_run_nonsense(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	if (c->value[1] == 0)
		s->ask.garbage = true;
	else
		s->ask.other = true;

	return 0;
}

int sim_check_isotp(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->model->platform->dcan)
		return 0;

	return sim_command_fail(f, c->column[0],
				"the modules of the %s have no flow control",
				s->model->name);
}

int sim_check_fc_wait(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (c->value[2] > DCAN_WAITS_MAX)
		return sim_command_fail(f, c->column[2],
					"a module waits %d times at most",
					DCAN_WAITS_MAX);

	return sim_check_isotp(s, c, f);
}

int sim_run_fc_wait(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->ask.fc_wait = (unsigned int)c->value[2];

	return 0;
}

int sim_run_overflow(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)c, (void)f;
	s->ask.overflow = true;

	return 0;
}
