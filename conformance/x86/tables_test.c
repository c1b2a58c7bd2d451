/* SPDX-License-Identifier: Apache-2.0 */
/* tables_test.c - page tables under the walk of the processor: rights, unmapping, large pages. */
/* requires: gcc qemu-system-x86_64 */
#include "pc.h"

static void the_processor_grants_what_was_mapped(void **state)
{
	static struct bare_run run;

	(void)state;
	pc_passes(&run, "tables", NULL);
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(the_processor_grants_what_was_mapped, "K2.x86.paging"),
	{0},
};
