/* SPDX-License-Identifier: Apache-2.0 */
/* pulse.c - the control of sound: a thread above all others that wakes between two periods. */
#include "av_run.h"

/* What is late here no work of the run has delayed, for no thread of it comes before this one. */
void *av_pulse(void *arg)
{
	struct av_run *run = arg;

	av_take_class(run, AV_PULSE);
	for (uint32_t number = 0; !av_ending(run); number++) {
		struct av_wake wake = {.tick_ns = av_period_tick(run, number) + AV_PERIOD_NS / 2};

		av_sleep_until(wake.tick_ns);
		wake.late_ns = av_now() - wake.tick_ns;
		av_ring_push(&run->pulses, &wake);
	}
	return NULL;
}
