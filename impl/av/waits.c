/* SPDX-License-Identifier: Apache-2.0 */
/* waits.c - what the scheduler says of the threads of a run, where it may be asked. */
#include "av_run.h"

#include <string.h>

void av_waits_open(struct av_run *run, struct gng_av_result *result)
{
	struct gng_why why = {.text = "it is not asked for"};
	char said[160] = "";

	if (run->options->waits && av_load(&run->scheduler, "schedlat", &why) == GNG_OK)
		run->waits = run->scheduler.module->waits_open(AV_WAIT_NS, said, sizeof(said));
	result->waits.told = run->waits != NULL;
	if (run->options->waits && !run->waits)
		av_note(result, "who had the CPU is not known, late wakes are counted: %s",
			*said ? said : why.text);
}

bool av_waits_next(const struct av_run *run, struct av_wait *wait)
{
	return run->waits && run->scheduler.module->waits_next(run->waits, wait);
}

void av_waits_close(struct av_run *run)
{
	if (run->waits)
		run->scheduler.module->waits_close(run->waits);
	av_unload(&run->scheduler);
}

bool av_waits_count(struct gng_av_waits *waits, const struct av_wait *wait)
{
	const uint64_t long_ns = wait->until_ns - wait->from_ns;

	if (strncmp(wait->thread, "av-", 3) != 0) /* it has no deadline */
		return false;
	waits->num++;
	if (long_ns > waits->longest_ns) {
		waits->longest_ns = long_ns;
		memcpy(waits->thread, wait->thread, sizeof(waits->thread));
		memcpy(waits->culprit, wait->culprit, sizeof(waits->culprit));
	}
	return strncmp(wait->thread, "av-video-", 9) == 0;
}
