/* SPDX-License-Identifier: Apache-2.0 */
/* source.c - what CPU and kernel say about the TSC, and what reading it costs. */
#include "gng_clock.h"

#include <stdio.h>
#include <string.h>

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

static void read_clocksource(char name[GNG_CLOCK_NAME_CAP])
{
	FILE *file = fopen(CLOCKSOURCE, "re");

	strcpy(name, "unknown");
	if (!file)
		return;
	if (fgets(name, GNG_CLOCK_NAME_CAP, file))
		name[strcspn(name, "\n")] = '\0';
	fclose(file);
}

bool gng_clock_invariant(char clocksource[GNG_CLOCK_NAME_CAP])
{
	if (clocksource)
		read_clocksource(clocksource);
	return gng_cpu_detect() & GNG_CPU_TSC_INVARIANT;
}

uint64_t gng_clock_read_cost(void)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 1000; i++) { /* about 20 us: some run between two interrupts */
		const uint64_t first = gng_clock_start(), last = gng_clock_stop();

		if (last - first < best)
			best = last - first;
	}
	return best;
}

#if !defined(__x86_64__) && !defined(__i386__)

#include <sched.h>
#include <time.h>

uint64_t gng_clock_start(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t gng_clock_stop_on(uint32_t *cpu)
{
	*cpu = (uint32_t)sched_getcpu();
	return gng_clock_start();
}

#endif
