/* SPDX-License-Identifier: Apache-2.0 */
/* image_test.c - the initramfs: read back entry by entry (newc: 13 fields of 8 hex digits), and
 * programs with all that they need. The kernel itself reads it in boot_test.c. */
/* requires: zlib */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "lab_image.h"
#include "lab_text.h"

#define IMAGE "image.gz"
#define HEADER_LEN 110

/* archive is an initramfs that was read back. */
struct archive {
	char *bytes;
	size_t len;
};

struct entry {
	const char *name, *data;
	unsigned int mode;
	size_t len;
};

static void read_archive(struct archive *archive)
{
	const size_t cap = (size_t)64 << 20;
	gzFile in = gzopen(IMAGE, "rb");
	int n;

	assert_non_null(in);
	archive->bytes = malloc(cap);
	assert_non_null(archive->bytes);
	n = gzread(in, archive->bytes, (unsigned int)cap);
	assert_in_range(n, 1, cap - 1);
	archive->len = (size_t)n;
	assert_int_equal(gzclose(in), Z_OK);
}

static unsigned int field(const char *header, int number)
{
	char digits[9];

	memcpy(digits, header + 6 + 8 * number, 8);
	digits[8] = '\0';
	return (unsigned int)strtoul(digits, NULL, 16);
}

/* next_entry reads the entry at *at; false at the trailer. */
static bool next_entry(struct entry *entry, const struct archive *archive, size_t *at)
{
	const char *header = archive->bytes + *at;
	size_t name_len;

	assert_true(*at + HEADER_LEN <= archive->len);
	assert_memory_equal(header, "070701", 6);
	name_len = field(header, 11);
	*entry = (struct entry){
		.name = header + HEADER_LEN, .mode = field(header, 1), .len = field(header, 6)};
	assert_int_equal(strlen(entry->name) + 1, name_len);
	*at += (HEADER_LEN + name_len + 3) & ~(size_t)3;
	entry->data = archive->bytes + *at;
	*at += (entry->len + 3) & ~(size_t)3;
	assert_true(*at <= archive->len);
	return strcmp(entry->name, "TRAILER!!!") != 0;
}

static bool find(struct entry *entry, const struct archive *archive, const char *name)
{
	for (size_t at = 0; next_entry(entry, archive, &at);)
		if (strcmp(entry->name, name) == 0)
			return true;
	return false;
}

static void files_come_back_with_their_folders(void **state)
{
	struct archive archive;
	struct lab_image image;
	struct entry entry;
	size_t at = 0;

	(void)state;
	assert_int_equal(lab_image_open(&image, IMAGE, NULL), GNG_OK);
	assert_int_equal(lab_image_put(&image, "/a/b/c", "hello", 5, 0755, NULL), GNG_OK);
	assert_int_equal(lab_image_put(&image, "/a/d", "", 0, 0644, NULL), GNG_OK);
	assert_int_equal(lab_image_put(&image, "/a/b/c", "twice", 5, 0755, NULL), GNG_OK);
	assert_int_equal(lab_image_close(&image, NULL), GNG_OK);
	read_archive(&archive);
	assert_true(next_entry(&entry, &archive, &at));
	assert_string_equal(entry.name, "a");
	assert_int_equal(entry.mode, 0040755);
	assert_true(next_entry(&entry, &archive, &at));
	assert_string_equal(entry.name, "a/b");
	assert_true(next_entry(&entry, &archive, &at));
	assert_string_equal(entry.name, "a/b/c");
	assert_int_equal(entry.mode, 0100755);
	assert_int_equal(entry.len, 5);
	assert_memory_equal(entry.data, "hello", 5);
	assert_true(next_entry(&entry, &archive, &at));
	assert_string_equal(entry.name, "a/d");
	assert_false(next_entry(&entry, &archive, &at));
	assert_int_equal(at, archive.len);
	free(archive.bytes);
}

/* program_test is this very program: dynamic, and with libraries of its own. */
static void a_program_comes_with_all_that_it_needs(void **state)
{
	struct archive archive;
	struct lab_image image;
	struct lab_needs needs;
	struct entry entry;
	char self[4096];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)state;
	assert_true(len > 0);
	self[len] = '\0';
	assert_int_equal(lab_needs_read(&needs, self, NULL), GNG_OK);
	assert_non_null(needs.interpreter);
	assert_true(needs.libraries.num >= 2);
	assert_int_equal(lab_image_open(&image, IMAGE, NULL), GNG_OK);
	assert_int_equal(lab_image_put_program(&image, self, NULL), GNG_OK);
	for (size_t i = 0; i < needs.libraries.num; i++) {
		bool found = false;

		for (size_t k = 0; k < image.names.num; k++)
			found = found || strstr(image.names.texts[k], needs.libraries.texts[i]);
		assert_true(found);
	}
	assert_int_equal(lab_image_close(&image, NULL), GNG_OK);
	read_archive(&archive);
	assert_true(find(&entry, &archive, needs.interpreter + 1));
	assert_true(find(&entry, &archive, self + 1));
	assert_memory_equal(entry.data, "\177ELF", 4);
	free(archive.bytes);
	lab_needs_fini(&needs);
}

static void write_image(const char *path)
{
	struct lab_image image;

	assert_int_equal(lab_image_open(&image, path, NULL), GNG_OK);
	assert_int_equal(lab_image_put(&image, "/x", "12345", 5, 0644, NULL), GNG_OK);
	assert_int_equal(lab_image_close(&image, NULL), GNG_OK);
}

static void equal_contents_are_equal_bytes(void **state)
{
	(void)state;
	write_image("one.gz");
	assert_int_equal(system("sleep 1.1"), 0); /* gzip's time stamp has seconds */
	write_image("two.gz");
	assert_int_equal(system("cmp one.gz two.gz"), 0);
}

static void a_folder_is_taken_whole_and_links_are_not_followed(void **state)
{
	struct lab_image image;
	char path[4096];

	(void)state;
	assert_int_equal(system("mkdir -p tree/sub && echo a >tree/a && echo b >tree/sub/b && "
				"ln -sf ../.. tree/sub/up"),
			 0);
	assert_non_null(realpath("tree", path));
	assert_int_equal(lab_image_open(&image, IMAGE, NULL), GNG_OK);
	assert_int_equal(lab_image_put_tree(&image, path, NULL), GNG_OK);
	strcat(path, "/sub/b");
	assert_true(lab_list_has(&image.names, path));
	path[strlen(path) - 1] = 'u';
	strcat(path, "p");
	assert_false(lab_list_has(&image.names, path));
	assert_int_equal(lab_image_close(&image, NULL), GNG_OK);
}

/* what is no ELF file of this machine; the last one is a header whose tables are nowhere */
static void what_is_no_program_is_refused(void **state)
{
	unsigned char bytes[64] = "\177ELF\2\1\1";
	struct lab_needs needs;
	struct gng_why why;
	FILE *file;

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len += 16) {
		bytes[18] = 62;				      /* e_machine: EM_X86_64 */
		memset(&bytes[32], len == 64 ? 0xff : 0, 24); /* e_phoff, e_shoff, counts */
		bytes[56] = 9;				      /* e_phnum */
		file = fopen("elf", "w");
		assert_non_null(file);
		fwrite(bytes, 1, len, file);
		fclose(file);
		if (lab_needs_read(&needs, "elf", &why) == GNG_OK)
			lab_needs_fini(&needs); /* a bare header needs nothing */
		else
			assert_non_null(strstr(why.text, "elf: "));
	}
	assert_int_equal(lab_needs_read(&needs, "/etc/hostname", &why), GNG_EFORMAT);
	assert_int_equal(lab_needs_read(&needs, "absent", &why), GNG_ESYS);
}

static void a_full_disk_leaves_no_image(void **state)
{
	static char much[1 << 20];
	struct lab_image image;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < sizeof(much); i++)
		much[i] = (char)(i * 2654435761u >> 13);
	assert_int_equal(lab_image_open(&image, "/dev/full", NULL), GNG_OK);
	image.path = "absent"; /* nobody removes /dev/full */
	if (lab_image_put(&image, "/much", much, sizeof(much), 0644, &why) == GNG_OK)
		assert_int_equal(lab_image_close(&image, &why), GNG_ESYS);
	else
		lab_image_abandon(&image);
	assert_non_null(strstr(why.text, "disk full"));
}

const struct suite_test suite_tests[] = {
	TEST(files_come_back_with_their_folders, "H1.lab.image"),
	TEST(a_program_comes_with_all_that_it_needs, "H1.lab.image"),
	TEST(equal_contents_are_equal_bytes, "H1.lab.image"),
	TEST(a_folder_is_taken_whole_and_links_are_not_followed, "H1.lab.image"),
	TEST(what_is_no_program_is_refused, "H1.lab.image"),
	TEST(a_full_disk_leaves_no_image, "H1.lab.image"),
	{0},
};
