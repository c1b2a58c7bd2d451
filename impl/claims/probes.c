/* SPDX-License-Identifier: Apache-2.0 */
/* probes.c - the probes by name, and how one says what it found. */
#include "claims_probe.h"

#include <stdarg.h>
#include <string.h>

static const struct claims_probe *const topics[] = {
	claims_probes_aes_speed, claims_probes_aes_steps, claims_probes_aes_loops,
	claims_probes_clock,	 claims_probes_text,	  claims_probes_system,
	claims_probes_bench,	 claims_probes_go,	  claims_probes_test,
	claims_probes_launch,	 claims_probes_governor,  claims_probes_aes_joint,
	claims_probes_perf,
};

const struct claims_probe *claims_probe_at(size_t i)
{
	for (size_t topic = 0; topic < sizeof(topics) / sizeof(topics[0]); topic++)
		for (const struct claims_probe *probe = topics[topic]; probe->name; probe++)
			if (i-- == 0)
				return probe;
	return NULL;
}

const struct claims_probe *claims_probe_find(const char *name)
{
	const struct claims_probe *probe;

	for (size_t i = 0; (probe = claims_probe_at(i)); i++)
		if (strcmp(probe->name, name) == 0)
			return probe;
	return NULL;
}

static void say(struct claims_finding *finding, const char *format, va_list arguments)
{
	vsnprintf(finding->said, sizeof(finding->said), format, arguments);
}

void claims_find(struct claims_finding *finding, enum claims_finding_kind kind, const char *format,
		 ...)
{
	va_list arguments;

	finding->kind = kind;
	va_start(arguments, format);
	say(finding, format, arguments);
	va_end(arguments);
}

void claims_find_figure(struct claims_finding *finding, double value, double lo, double hi,
			const char *format, ...)
{
	va_list arguments;

	*finding = (struct claims_finding){CLAIMS_FIGURE, value, lo, hi, ""};
	va_start(arguments, format);
	say(finding, format, arguments);
	va_end(arguments);
}

void claims_find_truth(struct claims_finding *finding, bool holds, const char *format, ...)
{
	va_list arguments;

	finding->kind = holds ? CLAIMS_HOLDS : CLAIMS_FAILS;
	va_start(arguments, format);
	say(finding, format, arguments);
	va_end(arguments);
}
