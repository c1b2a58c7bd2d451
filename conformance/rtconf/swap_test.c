/* SPDX-License-Identifier: Apache-2.0 */
/* swap_test.c - vm.swappiness=0 swaps, or kills instead; mlockall() keeps pages in memory. In a
 * guest with a swap area of compressed memory. */
/* needs: sysfile */
#include "../swap.h"

/* Without generations the kernel swaps all the same once free and file-backed pages are fewer than
 * a watermark. It stands high here, so that its own thread comes before anybody calls the killer.
 */
static void swappiness_0_swaps(void **state)
{
	int signal;

	(void)state;
	if (!swap_begin())
		return;
	swap_generations("0");
	swap_tell("/proc/sys/vm/watermark_scale_factor", "1000");
	assert_true(swap_pressed(&signal, "0") > 0);
	gng_probe_note("the process", signal ? "was killed" : "lived");
	swap_tell("/proc/sys/vm/watermark_scale_factor", "10");
	swap_end();
}

/* Debian's 6.12 has generations on. There 0 swaps nothing, and the killer takes the process though
 * the area is empty: 1 is what keeps swapping rare. */
static void swappiness_0_with_generations_kills(void **state)
{
	int signal;

	(void)state;
	if (!swap_begin())
		return;
	if (swap_generations("y")) {
		assert_int_equal(swap_pressed(&signal, "0"), 0);
		assert_int_equal(signal, SIGKILL);
		assert_true(swap_pressed(&signal, "1") > 0);
		assert_int_equal(signal, 0);
	} else {
		gng_probe_skip("this kernel has no multi-generational LRU", "CONFIG_LRU_GEN=y");
	}
	swap_end();
}

/* The locked pages are older than those of the process that presses. */
static void locked_pages_stay(void **state)
{
	const size_t len = (size_t)16 << 20;
	int signal;

	(void)state;
	if (!swap_begin())
		return;
	assert_int_equal(mlockall(MCL_CURRENT | MCL_FUTURE), 0);
	swap_touch(len);
	assert_true(swap_pressed(&signal, "60") > 0);
	assert_int_equal(swap_number("/proc/self/status", "VmSwap"), 0);
	assert_true(swap_number("/proc/self/status", "VmLck") * 1024 >= len);
	munlockall();
	swap_end();
}

const struct suite_test suite_tests[] = {
	TEST(swappiness_0_swaps, "T1.rtconf.swap"),
	TEST(swappiness_0_with_generations_kills, "T1.rtconf.swap"),
	TEST(locked_pages_stay, "T1.rtconf.swap"),
	{0},
};
