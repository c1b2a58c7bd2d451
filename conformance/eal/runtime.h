/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime.h - DPDK's runtime files in the folder of the test: a start then writes nowhere else of
 * this machine's, and the same prefix may be in use in another test.
 */
#ifndef CONFORMANCE_EAL_RUNTIME_H
#define CONFORMANCE_EAL_RUNTIME_H

#include "../command.h"

#include <sched.h>

/* runtime_own makes the folder at its first call; all processes begun afterwards use it. */
static inline void runtime_own(void)
{
	static char path[2 * PATH_MAX];

	if (*path)
		return;
	snprintf(path, sizeof(path), "%s/run", command_folder());
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(setenv("RUNTIME_DIRECTORY", path, 1), 0);
}

/* runtime_has_two_cpus: the loop has one, and the launch wants another; false after a skip. */
static inline bool runtime_has_two_cpus(void)
{
	cpu_set_t allowed;

	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	if (CPU_COUNT(&allowed) > 1 && CPU_ISSET(0, &allowed))
		return true;
	gng_probe_skip("the launch wants a CPU beside CPU 0", "run on two CPUs");
	return false;
}

#endif /* CONFORMANCE_EAL_RUNTIME_H */
