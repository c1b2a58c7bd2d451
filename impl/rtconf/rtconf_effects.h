/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_effects.h - what the kernel counts of one CPU. Private to impl/rtconf and its suites. */
#ifndef RTCONF_EFFECTS_H
#define RTCONF_EFFECTS_H

#include "gng_rtconf.h"

/* rtconf_column returns the figure of a CPU in the line "NAME: 1 2 ..." of /proc/interrupts or
 * /proc/softirqs, whose columns are the CPUs from 0; 0 if there is no such line. */
uint64_t rtconf_column(const char *root, const char *path, const char *name, unsigned int cpu);

/* rtconf_callbacks is for how long the kernel's threads ran that invoke a CPU's callbacks of RCU:
 * rcuc/N on that CPU (PREEMPT_RT), rcuop/N or rcuos/N wherever it may (rcu_nocbs); and how often
 * its softirq did. */
struct rtconf_callbacks {
	unsigned int cpu;
	uint64_t here_ns, there_ns, num_softirqs;
};
struct rtconf_callbacks rtconf_callbacks_of(const char *root, unsigned int cpu);

#endif /* RTCONF_EFFECTS_H */
