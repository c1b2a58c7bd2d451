/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat_blame.h - who held a CPU during a wait: one text for the program in the kernel and for
 * the tests of it. */
#ifndef SCHEDLAT_BLAME_H
#define SCHEDLAT_BLAME_H

#include "schedlat_shared.h"

/* schedlat_blame is a wait that is looked into, and what was found so far. */
struct schedlat_blame {
	unsigned long long from_ns, until_ns, held_ns;
	unsigned int wait, record; /* record: the culprit's, if held_ns is not 0 */
	unsigned int cpu, pad;
};

/* A thread has a place by its number. Of two in one wait with the same place the one stays that ran
 * longer at a time. */
static inline void schedlat_add(struct schedlat_blame *blame, struct schedlat_cpu *cpu,
				unsigned int thread, unsigned int record, unsigned long long ran_ns)
{
	struct schedlat_runner *runner = &cpu->runners[thread & (SCHEDLAT_NUM_RUNNERS - 1)];

	if (runner->wait != blame->wait || runner->thread != thread) {
		if (runner->wait == blame->wait && runner->held_ns >= ran_ns)
			return;
		runner->thread = thread;
		runner->wait = blame->wait;
		runner->held_ns = 0;
	}
	runner->held_ns += ran_ns;
	if (runner->held_ns > blame->held_ns) {
		blame->held_ns = runner->held_ns;
		blame->record = record;
	}
}

/*
 * schedlat_look takes the record that lies back before the newest. It returns 1 at the one whose
 * run began before the wait, 0 to go on. The oldest record says when its run ended; if others were
 * overwritten it is not known when that began.
 */
static inline int schedlat_look(struct schedlat_blame *blame, struct schedlat_cpu *cpu,
				unsigned int back)
{
	const unsigned long long number = cpu->written - 1 - back;
	const unsigned int record = number & (SCHEDLAT_NUM_RECORDS - 1);
	const unsigned int before = (number - 1) & (SCHEDLAT_NUM_RECORDS - 1);
	const unsigned long long ended_ns = cpu->records[record].at_ns;
	unsigned long long began_ns = blame->from_ns;

	if (ended_ns <= blame->from_ns)
		return 1;
	if (back == SCHEDLAT_NUM_RECORDS - 1 && number > 0)
		return 1;
	if (number > 0 && cpu->records[before].at_ns > began_ns)
		began_ns = cpu->records[before].at_ns;
	if (cpu->records[record].previous != 0)
		schedlat_add(blame, cpu, cpu->records[record].previous, record,
			     ended_ns - began_ns);
	return number == 0 || began_ns == blame->from_ns;
}

/* schedlat_look_at_running takes the thread that has the CPU yet, and is on no record. */
static inline void schedlat_look_at_running(struct schedlat_blame *blame, struct schedlat_cpu *cpu,
					    unsigned int thread)
{
	const unsigned int newest = (cpu->written - 1) & (SCHEDLAT_NUM_RECORDS - 1);
	unsigned long long began_ns = blame->from_ns;

	if (cpu->written > 0 && cpu->records[newest].at_ns > began_ns)
		began_ns = cpu->records[newest].at_ns;
	if (thread != 0 && blame->until_ns > began_ns)
		schedlat_add(blame, cpu, thread, SCHEDLAT_RUNNING, blame->until_ns - began_ns);
}

#endif /* SCHEDLAT_BLAME_H */
