/* SPDX-License-Identifier: Apache-2.0 */
/* blame.c - who held a CPU during a wait. */
#include <string.h>

#include "gng_schedlat.h"

#define MAX_RUNNERS 256 /* of one wait; who came later held it for less than a 256th */

/* runner is a thread and how long it ran within the wait. */
struct runner {
	uint32_t thread;
	const char *comm;
	uint64_t held_ns;
};

static struct runner *find(struct runner *runners, size_t *num, uint32_t thread)
{
	for (size_t i = 0; i < *num; i++)
		if (runners[i].thread == thread)
			return &runners[i];
	if (*num == MAX_RUNNERS)
		return NULL;
	runners[*num] = (struct runner){.thread = thread};
	return &runners[(*num)++];
}

/* before returns when the run began that ended in a record: the latest switch on this CPU before
 * it, but not earlier than the wait. */
static uint64_t before(const struct gng_schedlat_wait *wait,
		       const struct gng_schedlat_switch *switches, size_t num, uint64_t at_ns)
{
	uint64_t latest = wait->from_ns;

	for (size_t i = 0; i < num; i++)
		if (switches[i].cpu == wait->cpu && switches[i].at_ns < at_ns &&
		    switches[i].at_ns > latest)
			latest = switches[i].at_ns;
	return latest;
}

void gng_schedlat_blame(struct gng_schedlat_wait *wait, const struct gng_schedlat_switch *switches,
			size_t num_switches)
{
	struct runner runners[MAX_RUNNERS];
	size_t num = 0;

	wait->culprit = 0;
	wait->held_ns = 0;
	memset(wait->culprit_comm, 0, sizeof(wait->culprit_comm));
	for (size_t i = 0; i < num_switches; i++) {
		const struct gng_schedlat_switch *one = &switches[i];
		struct runner *runner;

		if (one->cpu != wait->cpu || one->at_ns <= wait->from_ns ||
		    one->at_ns > wait->until_ns || one->previous == 0)
			continue;
		runner = find(runners, &num, one->previous);
		if (!runner)
			continue;
		runner->comm = one->comm;
		runner->held_ns += one->at_ns - before(wait, switches, num_switches, one->at_ns);
		if (runner->held_ns <= wait->held_ns)
			continue;
		wait->culprit = runner->thread;
		wait->held_ns = runner->held_ns;
		memcpy(wait->culprit_comm, runner->comm, sizeof(wait->culprit_comm));
	}
}
