/* SPDX-License-Identifier: Apache-2.0 */
/* grub_test.c - the image boots by GRUB 2, which hands over by multiboot2. */
/* requires: gcc qemu-system-x86_64 grub-mkimage grub-pc-bin */
#include "../command.h"
#include "../x86/pc.h"

#define GRUB "/usr/lib/grub/i386-pc"

static struct bare_run run;

/* make_disk writes grub.disk: GRUB with a memory disk that holds the image. */
static void make_disk(void)
{
	static const char menu[] = "multiboot2 (memdisk)/handover.elf by grub\nboot\n";
	char image[4096];

	bare_image(image, "boot/bios", "handover.elf");
	command_write("menu", menu, sizeof(menu) - 1);
	if (command("cp '%s' handover.elf && tar cf memory.tar handover.elf && "
		    "grub-mkimage -O i386-pc -d " GRUB " -o core -p / -c menu -m memory.tar "
		    "biosdisk memdisk tar multiboot2 boot && "
		    "cat " GRUB "/boot.img core >grub.disk && truncate -s 1M grub.disk",
		    image) != 0)
		suite_fail("no disk with GRUB: %s", command_err);
}

static void grub_boots_the_image_by_multiboot2(void **state)
{
	char drive[4200];
	const char *const words[] = {"-machine", "pc", "-serial", "stdio", "-drive", drive, NULL};

	(void)state;
	make_disk();
	snprintf(drive, sizeof(drive), "file=%s/grub.disk,format=raw,if=ide", command_folder());
	pc_run_words(&run, PC_DEADLINE_S, words);
	bare_judge(&run, "handover.elf by GRUB", PC_SUCCESS);
	assert_int_equal(bare_lines(run.output, "ok "), 4);
	assert_non_null(strstr(run.output, "# by multiboot2\n"));
	assert_non_null(strstr(run.output, "# command line: by grub\n"));
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(grub_boots_the_image_by_multiboot2, "K5.boot.grub K5.boot.multiboot2"),
	{0},
};
