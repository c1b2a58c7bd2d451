/* SPDX-License-Identifier: Apache-2.0 */
/* bios_test.c - a disk of our own boots by a PC BIOS: boot sector, loader, image, from real mode to
 * long mode; the image reads what it is handed, by PVH and by GRUB's multiboot2 too. */
/* requires: gcc qemu-system-x86_64 */
#include "../command.h"
#include "../x86/pc.h"

static struct bare_run run;

static void boot_disk(const char *machine, const char *disk)
{
	char drive[4200];
	const char *const words[] = {"-machine", machine, "-serial",   "stdio",
				     "-drive",	 drive,	  "-snapshot", NULL};

	snprintf(drive, sizeof(drive), "file=%s,format=raw,if=ide", disk);
	pc_run_words(&run, PC_DEADLINE_S, words);
}

static void expect_by(const char *what, const char *loader, unsigned int num)
{
	bare_judge(&run, what, PC_SUCCESS);
	assert_int_equal(bare_lines(run.output, "ok "), num);
	assert_non_null(strstr(run.output, loader));
}

static void a_disk_boots_from_real_to_long_mode(void **state)
{
	char path[4096];

	(void)state;
	bare_image(path, "boot/bios", "bios.disk");
	boot_disk("pc", path);
	expect_by("bios.disk on pc", "# by PVH", 13);
	assert_non_null(strstr(run.output, "# command line: bios\n"));
	boot_disk("q35", path);
	expect_by("bios.disk on q35", "# by PVH", 13);
}

/* The sector has 510 bytes at most, which the build sees to, and its signature. */
static void the_boot_sector_is_one(void **state)
{
	uint8_t sector[512];
	char path[4096];
	FILE *file;

	(void)state;
	bare_image(path, "boot/bios", "bios.disk");
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(sector, 1, sizeof(sector), file), sizeof(sector));
	fclose(file);
	assert_int_equal(sector[510], 0x55);
	assert_int_equal(sector[511], 0xaa);
}

static void boot_by_pvh(const char *firmware)
{
	char path[4096];
	const char *const words[] = {"-machine", "q35",	    "-bios", firmware,	"-serial",
				     "stdio",	 "-kernel", path,    "-append", "two words of it",
				     NULL};

	bare_image(path, "boot/bios", "handover.elf");
	pc_run_words(&run, PC_DEADLINE_S, words);
	expect_by(firmware, "# by PVH", 4);
	assert_non_null(strstr(run.output, "# command line: two words of it\n"));
}

static void the_image_boots_by_pvh(void **state)
{
	(void)state;
	boot_by_pvh("qboot.rom");
	boot_by_pvh("bios-256k.bin"); /* its map lies below 0x1000 */
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(a_disk_boots_from_real_to_long_mode, "K4.boot.modes K4.boot.e820"),
	TEST(the_boot_sector_is_one, "K4.boot.modes"),
	TEST_ONCE(the_image_boots_by_pvh, "K5.boot.pvh"),
	{0},
};
