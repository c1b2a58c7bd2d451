/* SPDX-License-Identifier: Apache-2.0 */
/* uefi_test.c - a UEFI application and a DXE driver: what lies in their images, whether they are
 * built the same twice, and what they find under OVMF. */
/* needs: pe */
/* requires: gcc clang lld qemu-system-x86_64 ovmf */
#include "../command.h"
#include "../x86/pc.h"

#include <gng_pe.h>

#define FIRMWARE "/usr/share/ovmf/OVMF.fd"

static struct bare_run run;
static uint8_t bytes[65536];

static size_t read_image(const char *folder, const char *name)
{
	char path[4096];
	size_t len;
	FILE *file;

	bare_image(path, folder, name);
	file = fopen(path, "rb");
	if (!file)
		suite_fail("%s: cannot be opened", path);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_in_range(len, 1, sizeof(bytes) - 1);
	return len;
}

/* read_pe reads an image of the build as a stranger would. */
static void read_pe(struct gng_pe *image, const char *name)
{
	const size_t len = read_image("boot/uefi", name);
	struct gng_pe_fault fault;

	if (gng_pe_read(image, &fault, bytes, len) != GNG_OK)
		suite_fail("%s: %s at %zu", name, gng_pe_error_name(fault.error), fault.offset);
}

static void the_images_are_pe_without_unwinding(void **state)
{
	static const char *const names[] = {"app.efi", "driver.efi"};
	static const uint16_t subsystems[] = {10, 11};
	struct gng_pe_section section;
	struct gng_pe image;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		read_pe(&image, names[i]);
		assert_true(image.is_64);
		assert_int_equal(image.machine, 0x8664);
		assert_int_equal(image.subsystem, subsystems[i]);
		assert_true(image.num_relocations > 0);
		for (uint32_t k = 0; gng_pe_section_at(&image, k, &section); k++)
			if (strcmp(section.name, ".pdata") == 0 ||
			    strcmp(section.name, ".xdata") == 0 ||
			    strcmp(section.name, ".eh_fram") == 0)
				suite_fail("%s has %s", names[i], section.name);
	}
}

/* Two builds, each in a folder of its own, at times of their own. */
static void two_builds_are_equal_byte_for_byte(void **state)
{
	static const char *const names[] = {"app.efi", "driver.efi"};
	static uint8_t first[sizeof(bytes)];
	struct gng_pe image;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const size_t len = read_image("boot/uefi", names[i]);

		memcpy(first, bytes, len);
		assert_int_equal(read_image("boot/again", names[i]), len);
		assert_memory_equal(bytes, first, len);
		read_pe(&image, names[i]);
		assert_int_equal(image.timestamp, 0);
	}
}

/* gcc -m32 -ffreestanding -nostdlib, as the article has it: ELF of 32 bits with an interpreter. */
static void the_options_of_the_article_make_no_driver(void **state)
{
	const size_t len = read_image("boot/uefi", "article.elf");
	struct gng_pe_fault fault;
	struct gng_pe image;

	(void)state;
	assert_memory_equal(bytes, "\177ELF\1\1", 6); /* 32 bits, little-endian */
	assert_int_equal(bytes[18], 3);		      /* for the 386 */
	assert_int_equal(gng_pe_read(&image, &fault, bytes, len), GNG_EFORMAT);
	assert_int_equal(fault.error, GNG_PE_SIGNATURE);
}

static void lay_volume(void)
{
	char folder[4096];

	bare_image(folder, "boot/uefi", "");
	if (command("mkdir -p volume/EFI/BOOT && cp '%sapp.efi' volume/EFI/BOOT/BOOTX64.EFI && "
		    "cp '%sdriver.efi' '%sarticle.elf' volume/",
		    folder, folder, folder) != 0)
		suite_fail("no volume: %s", command_err);
}

/* What the application says goes to QEMU's debug console; the serial line is the firmware's. */
static void the_application_passes_under_ovmf(void **state)
{
	char drive[4200];
	const char *const words[] = {"-machine", "q35",	   "-serial", "none", "-debugcon", "stdio",
				     "-bios",	 FIRMWARE, "-drive",  drive,  NULL};

	(void)state;
	lay_volume();
	snprintf(drive, sizeof(drive), "file=fat:rw:%s/volume,format=raw", command_folder());
	pc_run_words(&run, 2 * PC_DEADLINE_S, words);
	bare_judge(&run, "the application", PC_SUCCESS);
	assert_int_equal(bare_lines(run.output, "ok "), 10);
}

const struct suite_test suite_tests[] = {
	TEST(the_images_are_pe_without_unwinding, "K5.boot.driver"),
	TEST_ONCE(two_builds_are_equal_byte_for_byte, "K5.boot.reproducible"),
	TEST(the_options_of_the_article_make_no_driver, "K5.boot.driver"),
	TEST_ONCE(the_application_passes_under_ovmf, "K5.boot.uefi K5.boot.driver"),
	{0},
};
