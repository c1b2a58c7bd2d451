/* SPDX-License-Identifier: Apache-2.0 */
/* paging_fuzz.c - operations on page tables, against a model of segments and a reference walker. */
/* bundle: 28 */
#include "../suite.h"

#include <gng_x86.h>

/* What judges is nothing for an engine to explore, and to count it took two thirds of the time. Its
 * own bounds are watched where the seeds are replayed. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("coverage", "address"))), \
			     apply_to = function)
#endif
#include "../../conformance/x86/script.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif

#define MAX_SIZE (1 + 16 * SCRIPT_OP)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct script script;

	if (size == 0 || size > MAX_SIZE)
		return 0;
	script_run(&script, data, size);
	fuzz_check(!script.wrong, script.wrong ? script.wrong : "", "script");
	return 0;
}
