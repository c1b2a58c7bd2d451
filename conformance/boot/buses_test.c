/* SPDX-License-Identifier: Apache-2.0 */
/* buses_test.c - an image reaches PCI configuration space by ports and by memory: both read the
 * same of each function, also behind a bridge. */
/* requires: gcc qemu-system-x86_64 */
#include "../x86/pc.h"

static void ports_and_memory_reach_each_function(void **state)
{
	static struct bare_run run;
	char image[4096];
	const char *const words[] = {"-machine", "q35",
				     "-device",	 "pcie-root-port,id=bridge,chassis=1",
				     "-device",	 "virtio-rng-pci,bus=bridge",
				     "-device",	 "edu",
				     "-serial",	 "stdio",
				     "-kernel",	 image,
				     NULL};

	(void)state;
	bare_image(image, "boot/bios", "buses.elf");
	pc_run_words(&run, PC_DEADLINE_S, words);
	bare_judge(&run, "buses", PC_SUCCESS);
	assert_int_equal(bare_figure(&run, "differ"), 0);
	assert_non_null(strstr(run.output, "# id 0x00000000123411e8\n")); /* edu */
	assert_non_null(strstr(run.output, "# id 0x00000000808629c0\n")); /* the host bridge */
	assert_non_null(strstr(run.output, "# bus = 1\n"));		  /* behind the port */
	assert_non_null(strstr(run.output, "# id 0x000000001af41044\n")); /* virtio-rng there */
}

const struct suite_test suite_tests[] = {
	TEST(ports_and_memory_reach_each_function, "K5.boot.buses"),
	{0},
};
