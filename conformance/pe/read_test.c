/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - each image is read or refused at the byte and by the clause that its vector names;
 * cut or changed anywhere it is read within its bounds. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_pe.h>

/* image_of returns the bytes of a case, as long as they are; the caller frees them. */
static uint8_t *image_of(struct gng_vec_case *one, size_t *len)
{
	const size_t want = (size_t)suite_int(one, "len");
	size_t have;
	const uint8_t *bytes = suite_bytes(one, "bytes", &have);
	uint8_t *image = calloc(1, want ? want : 1);

	assert_non_null(image);
	assert_true(have <= want);
	if (have)
		memcpy(image, bytes, have);
	*len = want;
	return image;
}

static void check_case(struct gng_vec_case *one, void *arg)
{
	const char *expect = suite_text(one, "expect");
	const int64_t at = suite_int(one, "at");
	struct gng_pe_fault fault;
	struct gng_pe image;
	size_t len;
	uint8_t *bytes = image_of(one, &len);

	(void)arg;
	gng_vec_skip(one, "name");
	if (gng_pe_read(&image, &fault, bytes, len) == GNG_OK) {
		if (strcmp(expect, "sound") != 0 || image.num_relocations != at)
			suite_fail("%s: read with %u relocations", gng_vec_here(one),
				   image.num_relocations);
	} else if (strcmp(gng_pe_error_name(fault.error), expect) != 0 ||
		   fault.offset != (size_t)at ||
		   strcmp(fault.clause, suite_text(one, "clause")) != 0) {
		suite_fail("%s: '%s' at %zu by %s", gng_vec_here(one),
			   gng_pe_error_name(fault.error), fault.offset, fault.clause);
	}
	free(bytes);
}

static void images_are_read_or_refused_where_they_are_broken(void **state)
{
	(void)state;
	suite_vectors("pe/images.vec", check_case, NULL);
}

/* read_exact reads a copy with no byte behind it, so that a sanitizer sees what is read there. */
static void read_exact(const uint8_t *bytes, size_t len, const char *where)
{
	struct gng_pe_walk walk = {0, 0, 0};
	struct gng_pe_relocation relocation;
	struct gng_pe_fault fault;
	struct gng_pe image;
	uint8_t *copy = malloc(len ? len : 1);
	uint32_t num = 0;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	if (gng_pe_read(&image, &fault, copy, len) == GNG_OK) {
		while (gng_pe_next(&image, &walk, &relocation))
			num++;
		if (num != image.num_relocations)
			suite_fail("%s: %u relocations of %u", where, num, image.num_relocations);
	} else if (fault.offset > len || !fault.clause) {
		suite_fail("%s: a fault at %zu of %zu", where, fault.offset, len);
	}
	free(copy);
}

static void check_changes(struct gng_vec_case *one, void *arg)
{
	static const uint8_t values[] = {0, 1, 7, 0x7f, 0x80, 0xff};
	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;
	size_t len;
	uint8_t *bytes = image_of(one, &len);

	(void)arg;
	gng_vec_skip(one, "name");
	gng_vec_skip(one, "at");
	gng_vec_skip(one, "clause");
	for (size_t cut = 0; sound && cut < len; cut += 3)
		read_exact(bytes, cut, gng_vec_here(one));
	for (size_t at = 0; sound && at < 0x200; at++) {
		const uint8_t was = bytes[at];

		for (size_t i = 0; i < COUNT_OF(values); i++) {
			bytes[at] = values[i];
			read_exact(bytes, len, gng_vec_here(one));
		}
		bytes[at] = was;
	}
	free(bytes);
}

static void what_is_cut_or_changed_is_read_within_its_bounds(void **state)
{
	(void)state;
	suite_vectors("pe/images.vec", check_changes, NULL);
}

static void keep(struct gng_vec_case *one, void *arg)
{
	uint8_t *bytes = arg;
	size_t len;
	const bool is_it = strcmp(suite_text(one, "name"), "two_blocks") == 0;
	uint8_t *image = image_of(one, &len);

	gng_vec_skip(one, "expect");
	gng_vec_skip(one, "at");
	gng_vec_skip(one, "clause");
	if (is_it)
		memcpy(bytes, image, 0x800);
	free(image);
}

static void sections_and_relocations_are_given(void **state)
{
	static const uint32_t addresses[] = {0x1010, 0x1020, 0x1040, 0x2000};
	static uint8_t bytes[0x800];
	struct gng_pe_relocation one;
	struct gng_pe_section section;
	struct gng_pe_walk walk = {0, 0, 0};
	struct gng_pe_fault fault;
	struct gng_pe image;

	(void)state;
	suite_vectors("pe/images.vec", keep, bytes);
	assert_int_equal(gng_pe_read(&image, &fault, bytes, sizeof(bytes)), GNG_OK);
	assert_true(image.is_64);
	assert_int_equal(image.machine, 0x8664);
	assert_int_equal(image.subsystem, 10);
	assert_int_equal(image.image_base, 0x400000);
	assert_int_equal(image.entry, 0x1000);
	assert_true(gng_pe_section_at(&image, 1, &section));
	assert_string_equal(section.name, ".reloc");
	assert_int_equal(section.address, 0x2000);
	assert_int_equal(section.file_at, 0x600);
	assert_false(gng_pe_section_at(&image, 2, &section));
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		assert_true(gng_pe_next(&image, &walk, &one));
		assert_int_equal(one.address, addresses[i]);
		assert_int_equal(one.width, i == 2 ? 4 : 8);
	}
	assert_false(gng_pe_next(&image, &walk, &one));
}

const struct suite_test suite_tests[] = {
	TEST(images_are_read_or_refused_where_they_are_broken, "K5.boot.pe"),
	TEST(what_is_cut_or_changed_is_read_within_its_bounds, "K5.boot.pe"),
	TEST(sections_and_relocations_are_given, "K5.boot.pe"),
	{0},
};
