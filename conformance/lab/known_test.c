/* SPDX-License-Identifier: Apache-2.0 */
/* known_test.c - which report of a guest's kernel a case excuses: one kind, in one function. */
#include "../suite.h"

#include <lab_known.h>

static void a_kind_and_a_function_are_wanted(void **state)
{
	static const char *const sound[] = {"WARNING a", "BUG remove_proc_entry", "BUG f.isra.0"};
	static const char *const wrong[] = {
		"",	      "WARNING",     "WARNING ",	  "UBSAN f",  "WARN f",
		"WARNINGS f", "WARNING a b", "remove_proc_entry", "BUG f+0x", " f"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sound); i++)
		assert_true(lab_known_parses(sound[i]));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_false(lab_known_parses(wrong[i]));
}

#define KNOWN "WARNING remove_proc_entry"
#define PLACE "CPU: 0 PID: 90 at fs/proc/generic.c:718 "

static void another_report_that_names_the_function_is_none(void **state)
{
	static const struct {
		const char *report;
		bool known;
	} rows[] = {
		{"at a.b.c: WARNING: " PLACE "remove_proc_entry+0x12/0x1a0", true},
		{"at a.b.c: WARNING: " PLACE "remove_proc_entry", false},
		{"at a.b.c: WARNING: " PLACE "try_remove_proc_entry+0x12/0x1a0", false},
		{"at a.b.c: WARNING: " PLACE "remove_proc_entry_of+0x12/0x1a0", false},
		{"at a.b.c: BUG: KASAN: slab-use-after-free in remove_proc_entry+0x12/0x1a0",
		 false},
		{"at the end: kmemleak: unreferenced object in remove_proc_entry+0x12/0x1a0",
		 false},
		{"at a.b.c: WARNING: possible recursive locking detected", false},
		{"remove_proc_entry+0x12", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (lab_known_is(KNOWN, rows[i].report) != rows[i].known)
			suite_fail("row %zu: %s", i, rows[i].report);
	gng_probe_assertion();
}

const struct suite_test suite_tests[] = {
	TEST(a_kind_and_a_function_are_wanted, "H1.lab.known"),
	TEST(another_report_that_names_the_function_is_none, "H1.lab.known"),
	{0},
};
