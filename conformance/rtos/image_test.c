/* SPDX-License-Identifier: Apache-2.0 */
/* image_test.c - the audit of images: each instruction, hostile files, and the images built here.
 */
/* requires: arm-none-eabi-gcc */
#include "../suite.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rtos_image.h>

static bool allowed(uint16_t first, uint16_t second, bool v7m)
{
	unsigned int num;

	return rtos_thumb_allowed(first, second, v7m, &num);
}

/* Encodings of DDI 0419 and DDI 0403, chapter A6. */
static void instructions_that_v6m_lacks_are_found(void **state)
{
	static const uint16_t lacks[][2] = {
		{0xb108, 0},	  /* cbz r0 */
		{0xb9ff, 0},	  /* cbnz r7 */
		{0xbf08, 0},	  /* it eq */
		{0xfab0, 0xf080}, /* clz */
		{0xe850, 0x0f00}, /* ldrex */
		{0xfbb0, 0xf0f1}, /* udiv */
		{0xf240, 0x0001}, /* movw */
		{0xe92d, 0x0ff0}, /* push.w */
		{0xf000, 0x8000}, /* b<cond>.w */
		{0xf000, 0xb800}, /* b.w */
		{0xee30, 0x0a20}, /* vadd.f32 */
		{0xf3bf, 0x8f2f}, /* clrex */
		{0xf7f0, 0x8000}, /* b<cond>.w of another condition */
	};
	static const uint16_t has[][2] = {
		{0x4770, 0},	  /* bx lr */
		{0xbf00, 0},	  /* nop */
		{0xbf30, 0},	  /* wfi */
		{0xb662, 0},	  /* cpsie i */
		{0xba00, 0},	  /* rev */
		{0xb200, 0},	  /* sxth */
		{0xb5f0, 0},	  /* push */
		{0xbdf0, 0},	  /* pop */
		{0xbe00, 0},	  /* bkpt */
		{0xde00, 0},	  /* udf */
		{0xf000, 0xf800}, /* bl */
		{0xf7ff, 0xfffe}, /* bl backwards */
		{0xf3ef, 0x8305}, /* mrs r3, ipsr */
		{0xf380, 0x8809}, /* msr psp, r0 */
		{0xf3bf, 0x8f4f}, /* dsb */
		{0xf3bf, 0x8f5f}, /* dmb */
		{0xf3bf, 0x8f6f}, /* isb */
		{0xf7f0, 0xa000}, /* udf.w */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lacks); i++)
		if (allowed(lacks[i][0], lacks[i][1], false))
			suite_fail("%04x %04x passes for ARMv6-M", lacks[i][0], lacks[i][1]);
	for (size_t i = 0; i < COUNT_OF(has); i++)
		if (!allowed(has[i][0], has[i][1], false) || !allowed(has[i][0], has[i][1], true))
			suite_fail("%04x %04x is refused", has[i][0], has[i][1]);
	assert_false(allowed(0xee30, 0x0a20, true)); /* vadd.f32 */
	assert_false(allowed(0xed90, 0x0b00, true)); /* vldr d0 */
	assert_true(allowed(0xfab0, 0xf080, true));
	assert_true(allowed(0xb108, 0, true));
}

static uint8_t *read_image(const char *processor, const char *name, size_t *len)
{
	char path[4096];
	const ssize_t end = readlink("/proc/self/exe", path, sizeof(path) - 100);
	uint8_t *bytes = malloc(4 << 20);
	FILE *file;

	assert_true(end > 0 && bytes);
	path[end] = '\0';
	*strrchr(path, '/') = '\0';
	strcat(path, "/../rtos/");
	strcat(strcat(strcat(strcat(path, processor), "/"), name), ".elf");
	file = fopen(path, "rb");
	if (!file)
		suite_fail("%s: is not there", path);
	*len = fread(bytes, 1, 4 << 20, file);
	fclose(file);
	return realloc(bytes, *len);
}

static struct rtos_image audit(const char *processor, const char *name)
{
	struct rtos_image image;
	struct gng_why why;
	size_t len;
	uint8_t *bytes = read_image(processor, name, &len);

	if (rtos_image_audit(&image, bytes, len, strcmp(processor, "cortex-m0") != 0, &why) !=
	    GNG_OK)
		suite_fail("%s/%s: %s", processor, name, why.text);
	free(bytes);
	if (image.num_wrong)
		suite_fail("%s/%s: %u instructions that the processor lacks, first at 0x%x",
			   processor, name, image.num_wrong, image.first_wrong);
	assert_false(image.writable_code);
	return image;
}

static void images_have_only_instructions_of_their_processor(void **state)
{
	static const char *const processors[] = {"cortex-m0", "cortex-m3", "cortex-m4"};
	static const char *const names[] = {"footprint", "workload", "to_task",
					    "registers", "million",  "latency",
					    "hardfault", "overflow", "control"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(processors); i++)
		for (size_t j = 0; j < COUNT_OF(names); j++)
			assert_in_range(audit(processors[i], names[j]).num_code, 700, 6000);
	audit("cortex-m0", "nrf");
}

static void an_image_for_v7m_is_refused_on_v6m(void **state)
{
	struct rtos_image image;
	struct gng_why why;
	size_t len;
	uint8_t *bytes = read_image("cortex-m3", "footprint", &len);

	(void)state;
	assert_int_equal(rtos_image_audit(&image, bytes, len, false, &why), GNG_OK);
	assert_in_range(image.num_wrong, 20, 1000);
	free(bytes);
}

static void the_smallest_application_fits(void **state)
{
	const struct rtos_image image = audit("cortex-m0", "footprint");

	(void)state;
	print_message("%u bytes of ROM\n", image.rom);
	assert_in_range(image.rom, 1000, 3000);
}

/* Each header and table is cut and changed, byte by byte: never a crash, never a hang. */
static void hostile_images_are_refused_or_read(void **state)
{
	struct rtos_image image;
	struct gng_why why;
	size_t len, num_refused = 0;
	uint8_t *bytes = read_image("cortex-m0", "footprint", &len);
	Elf32_Ehdr header;

	(void)state;
	memcpy(&header, bytes, sizeof(header));
	for (size_t cut = 0; cut < len; cut += cut < 100 ? 1 : 997) {
		uint8_t *exact = malloc(cut);

		memcpy(exact, bytes, cut);
		num_refused += rtos_image_audit(&image, exact, cut, false, &why) != GNG_OK;
		free(exact);
	}
	assert_true(num_refused > 100);
	for (size_t i = 0; i < sizeof(header) + header.e_phnum * sizeof(Elf32_Phdr); i++) {
		const uint8_t was = bytes[i];

		bytes[i] ^= 0xff;
		num_refused += rtos_image_audit(&image, bytes, len, false, &why) != GNG_OK;
		bytes[i] = was;
	}
	for (size_t i = header.e_shoff; i < len; i++) {
		const uint8_t was = bytes[i];

		bytes[i] ^= 0x80;
		num_refused += rtos_image_audit(&image, bytes, len, false, &why) != GNG_OK;
		bytes[i] = was;
	}
	assert_true(num_refused > 130);
	assert_int_equal(rtos_image_audit(&image, bytes, len, false, &why), GNG_OK);
	free(bytes);
}

const struct suite_test suite_tests[] = {
	TEST(instructions_that_v6m_lacks_are_found, "K3.image.opcodes"),
	TEST(images_have_only_instructions_of_their_processor, "K3.image.opcodes K3.image.no-fp"),
	TEST(an_image_for_v7m_is_refused_on_v6m, "K3.image.opcodes"),
	TEST(the_smallest_application_fits, "K3.rtos.footprint"),
	TEST(hostile_images_are_refused_or_read, "K3.image.hostile"),
	{0},
};
