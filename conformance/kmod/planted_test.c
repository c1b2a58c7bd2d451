/* SPDX-License-Identifier: Apache-2.0 */
/*
 * planted_test.c - a bug for each detector of the debug kernel, done by a module: the guest must be
 * judged a failure with the detector's own words, and one without a bug a success.
 */
/* needs: gauge lab sysfile */
#include "guest.h"

#define MODULE "gonogo_wrong"

/* do_wrong runs in the guest. */
static void do_wrong(const char *parameters)
{
	if (!in_debug_kernel() ||
	    !module_load("kmod", MODULE, parameters, "gonogo check --slow kmod.planted"))
		return;
	gng_probe_assertion();
	module_unload(MODULE);
}

#define DEED(name)                            \
	static void deed_##name(void **state) \
	{                                     \
		(void)state;                  \
		do_wrong("deed=" #name);      \
	}

DEED(none)
DEED(outside)
DEED(freed)
DEED(leak)
DEED(inversion)
DEED(sleep)
DEED(shift)
DEED(mapping)

/* judge_with boots a guest that does a deed. */
static bool judge_with(const char *deed, const char *lines, const char *words)
{
	char test[64];

	snprintf(test, sizeof(test), "planted.deed_%s", deed);
	return guest_judge_driver("6.1-debug", test, lines, words);
}

static bool judge(const char *deed, const char *words)
{
	return judge_with(deed, "", words);
}

static void without_a_bug_nothing_is_reported(void **state)
{
	(void)state;
	judge("none", NULL);
}

static void kasan_sees_a_byte_behind_and_one_freed(void **state)
{
	(void)state;
	if (judge("outside", "BUG: KASAN: slab-out-of-bounds in wrong_outside"))
		judge("freed", "BUG: KASAN: use-after-free in wrong_freed");
}

static void kmemleak_sees_what_is_lost(void **state)
{
	(void)state;
	judge("leak", "kmemleak: unreferenced object");
}

static void lockdep_sees_an_inversion_and_a_sleeper(void **state)
{
	(void)state;
	if (judge("inversion", "WARNING: possible circular locking dependency detected"))
		judge("sleep", "BUG: scheduling while atomic");
}

static void ubsan_sees_a_shift_that_is_too_wide(void **state)
{
	(void)state;
	judge("shift", "UBSAN: shift-out-of-bounds in");
}

static void dma_api_sees_a_mapping_given_back_in_part(void **state)
{
	(void)state;
	if (judge_with("mapping", "known: WARNING remove_proc_entry\n", " check_unmap+0x"))
		judge_with("mapping", "known: WARNING check_unmap\n", NULL);
}

const struct suite_test suite_tests[] = {
	TEST(deed_none, "K8.kmod.debug"),
	TEST(deed_outside, "K8.kmod.debug"),
	TEST(deed_freed, "K8.kmod.debug"),
	TEST(deed_leak, "K8.kmod.debug"),
	TEST(deed_inversion, "K8.kmod.debug"),
	TEST(deed_sleep, "K8.kmod.debug"),
	TEST(deed_shift, "K8.kmod.debug"),
	TEST(deed_mapping, "K8.kmod.debug"),
	TEST_SLOW(without_a_bug_nothing_is_reported, "K8.kmod.debug"),
	TEST_SLOW(kasan_sees_a_byte_behind_and_one_freed, "K8.kmod.debug"),
	TEST_SLOW(kmemleak_sees_what_is_lost, "K8.kmod.debug"),
	TEST_SLOW(lockdep_sees_an_inversion_and_a_sleeper, "K8.kmod.debug"),
	TEST_SLOW(ubsan_sees_a_shift_that_is_too_wide, "K8.kmod.debug"),
	TEST_SLOW(dma_api_sees_a_mapping_given_back_in_part, "K8.kmod.debug"),
	{0},
};
