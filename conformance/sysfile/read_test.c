/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - files of a made-up machine: what is no text, no number or too long is absent. */
#include "../command.h"

#include <errno.h>
#include <sys/stat.h>

#include <gng_sysfile.h>

static const struct {
	const char *name, *bytes;
	size_t len;
	const char *text;
	unsigned long number;
} files[] = {
	{"/sys/one", "17\n", 3, "17", 17},
	{"/sys/hex", "0x1f\n", 5, "0x1f", 31},
	{"/sys/lines", "a\tb\nc \n\n", 8, "a\tb\nc", 0},
	{"/sys/negative", "-1\n", 3, "-1", 0},
	{"/sys/words", "17 ms\n", 6, "17 ms", 0},
	{"/sys/empty", "", 0, "", 0},
	{"/sys/zero", "17\0", 3, "", 0},
	{"/sys/high", "17\xff\n", 4, "", 0},
	{"/sys/large", "99999999999999999999999\n", 24, "99999999999999999999999", ~0ul},
};

static void files_are_text_or_absent(void **state)
{
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		command_write(files[i].name + 1, files[i].bytes, files[i].len);
		assert_int_equal(
			gng_sysfile_read(text, sizeof(text), command_folder(), files[i].name),
			*files[i].text != '\0');
		assert_string_equal(text, files[i].text);
		assert_int_equal(gng_sysfile_number(command_folder(), files[i].name),
				 files[i].number);
	}
	assert_false(gng_sysfile_read(text, 4, command_folder(), "/sys/none"));
	assert_true(gng_sysfile_read(text, 4, command_folder(), "/sys/lines"));
	assert_string_equal(text, "a\tb");
}

/* Names of sound cards come from their hardware, in UTF-8. */
static void bytes_are_read_whatever_they_are(void **state)
{
	char text[64];

	(void)state;
	command_text("cards", "R\xc3\x98"
			      "DE \n");
	command_text("empty", "\n");
	assert_true(gng_sysfile_bytes(text, sizeof(text), command_folder(), "/cards"));
	assert_string_equal(text, "R\xc3\x98"
				  "DE");
	assert_true(gng_sysfile_bytes(text, sizeof(text), command_folder(), "/empty"));
	assert_string_equal(text, "");
	command_text("folder/file", "");
	strcpy(text, "before");
	assert_false(gng_sysfile_bytes(text, sizeof(text), command_folder(), "/none"));
	assert_string_equal(text, "");
	assert_false(gng_sysfile_bytes(text, sizeof(text), command_folder(), "/folder"));
	assert_true(gng_sysfile_exists(command_folder(), "/folder"));
	assert_false(gng_sysfile_exists(command_folder(), "/none"));
	assert_int_equal(symlink("nowhere", command_path("dangling")), 0);
	assert_true(gng_sysfile_exists(command_folder(), "/dangling"));
}

static void an_integer_may_be_negative(void **state)
{
	static const struct {
		const char *text;
		long number;
	} rows[] = {{"17\n", 17},    {"-1\n", -1}, {"0\n", 0},	    {"0x10\n", -7},
		    {"17 ms\n", -7}, {"\n", -7},   {"17\xff\n", -7}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		command_text("integer", rows[i].text);
		assert_int_equal(gng_sysfile_integer(command_folder(), "/integer", -7),
				 rows[i].number);
	}
	assert_int_equal(gng_sysfile_integer(command_folder(), "/none", -7), -7);
}

static void a_fifo_keeps_nobody_waiting(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(mkfifo(command_path("fifo"), 0600), 0);
	assert_false(gng_sysfile_read(text, sizeof(text), command_folder(), "/fifo"));
}

static void join_name(void *context, const char *root, const char *name)
{
	assert_string_equal(root, command_folder());
	strcat(strcat(context, name), " ");
}

static void folders_and_links_are_followed_by_name(void **state)
{
	char names[64] = "", link[16];

	(void)state;
	command_text("bus/b", "");
	command_text("bus/a/x", "");
	command_text("bus/.hidden", "");
	assert_int_equal(gng_sysfile_each(command_folder(), "/bus", join_name, names), 2);
	assert_string_equal(names, "a b ");
	assert_int_equal(gng_sysfile_each(command_folder(), "/none", join_name, names), 0);
	assert_int_equal(symlink("../../drivers/vfio-pci", command_path("driver")), 0);
	gng_sysfile_link(link, sizeof(link), command_folder(), "/driver");
	assert_string_equal(link, "vfio-pci");
	gng_sysfile_link(link, 5, command_folder(), "/driver");
	assert_string_equal(link, "vfio");
	gng_sysfile_link(link, sizeof(link), command_folder(), "/bus");
	assert_string_equal(link, "");
}

static void a_whole_file_ends_at_a_limit(void **state)
{
	static char big[(2 << 20) + 1];
	char *text;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	command_text("big", big);
	text = gng_sysfile_text(command_folder(), "/big");
	assert_non_null(text);
	assert_int_equal(strlen(text), (1 << 20) - 1);
	free(text);
	assert_null(gng_sysfile_text(command_folder(), "/none"));
}

/* is_opened tells how a file of the folder is opened that may have 16 bytes. */
static enum gng_status is_opened(const char *name, struct gng_why *why)
{
	FILE *file;
	const enum gng_status status = gng_sysfile_open(&file, command_path(name), 16, why);

	assert_true((status == GNG_OK) == (file != NULL));
	if (file)
		assert_int_equal(fclose(file), 0);
	else
		assert_non_null(strstr(why->text, name));
	return status;
}

static void only_a_regular_file_of_its_length_is_opened(void **state)
{
	struct gng_why why;

	(void)state;
	command_text("kept", "sixteen bytes...");
	command_text("long", "seventeen bytes..");
	assert_int_equal(mkfifo(command_path("fifo"), 0600), 0);
	assert_int_equal(mkdir(command_path("folder"), 0700), 0);
	assert_int_equal(symlink("loop", command_path("loop")), 0);
	assert_int_equal(symlink("/dev/zero", command_path("endless")), 0);
	assert_int_equal(is_opened("kept", &why), GNG_OK);
	assert_int_equal(is_opened("long", &why), GNG_EFORMAT);
	assert_int_equal(is_opened("fifo", &why), GNG_EFORMAT);
	assert_int_equal(is_opened("folder", &why), GNG_EFORMAT);
	assert_int_equal(is_opened("endless", &why), GNG_EFORMAT);
	assert_int_equal(is_opened("loop", &why), GNG_ESYS);
	assert_int_equal(is_opened("none", &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
}

const struct suite_test suite_tests[] = {
	TEST(files_are_text_or_absent, "H3.sysfile.read"),
	TEST(bytes_are_read_whatever_they_are, "H3.sysfile.read"),
	TEST(an_integer_may_be_negative, "H3.sysfile.read"),
	TEST(a_fifo_keeps_nobody_waiting, "H3.sysfile.read"),
	TEST(folders_and_links_are_followed_by_name, "H3.sysfile.read"),
	TEST(only_a_regular_file_of_its_length_is_opened, "H3.sysfile.open"),
	TEST(a_whole_file_ends_at_a_limit, "H3.sysfile.read"),
	{0},
};
