/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime.h - DPDK's runtime files in the folder of the test: a start then writes nowhere else of
 * this machine's, and the same prefix may be in use in another test.
 */
#ifndef CONFORMANCE_EAL_RUNTIME_H
#define CONFORMANCE_EAL_RUNTIME_H

#include "../command.h"

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

#endif /* CONFORMANCE_EAL_RUNTIME_H */
