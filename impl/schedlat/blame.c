/* SPDX-License-Identifier: Apache-2.0 */
/* blame.c - who held a CPU during a wait, as the program in the kernel finds it. */
#include <stdlib.h>
#include <string.h>

#include "gng_schedlat.h"
#include "schedlat_blame.h"

static void put(struct schedlat_cpu *cpu, const struct gng_schedlat_switch *one)
{
	struct schedlat_record *record = &cpu->records[cpu->written++ & (SCHEDLAT_NUM_RECORDS - 1)];

	record->at_ns = one->at_ns;
	record->previous = one->previous;
	memcpy(record->comm, one->comm, sizeof(record->comm));
}

static void name(struct gng_schedlat_wait *wait, const struct schedlat_blame *blame,
		 const struct schedlat_cpu *cpu, const struct gng_schedlat_switch *running)
{
	const struct schedlat_record *one = &cpu->records[blame->record % SCHEDLAT_NUM_RECORDS];
	const bool runs = blame->record == SCHEDLAT_RUNNING;

	wait->culprit = 0;
	wait->held_ns = blame->held_ns;
	memset(wait->culprit_comm, 0, sizeof(wait->culprit_comm));
	if (!blame->held_ns)
		return;
	wait->culprit = runs ? running->previous : one->previous;
	memcpy(wait->culprit_comm, runs ? running->comm : one->comm, sizeof(wait->culprit_comm));
}

enum gng_status gng_schedlat_blame(struct gng_schedlat_wait *wait,
				   const struct gng_schedlat_switch *switches, size_t num_switches,
				   const struct gng_schedlat_switch *running)
{
	struct schedlat_blame blame = {
		.from_ns = wait->from_ns, .until_ns = wait->until_ns, .wait = 1};
	struct schedlat_cpu *cpu = calloc(1, sizeof(*cpu));

	if (!cpu)
		return GNG_ENOMEM;
	for (size_t i = 0; i < num_switches; i++)
		put(cpu, &switches[i]);
	for (unsigned int back = 0; back < SCHEDLAT_NUM_RECORDS && back < cpu->written; back++)
		if (schedlat_look(&blame, cpu, back))
			break;
	if (running)
		schedlat_look_at_running(&blame, cpu, running->previous);
	name(wait, &blame, cpu, running);
	free(cpu);
	return GNG_OK;
}
