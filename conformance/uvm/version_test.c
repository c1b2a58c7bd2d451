/* SPDX-License-Identifier: Apache-2.0 */
/* version_test.c - versions of the driver: as the kernel says them, compared, known or refused. */
#include "../suite.h"

#include <errno.h>
#include <string.h>

#include <gng_uvm.h>

static const struct {
	const char *text, *version;
} texts[] = {
	{"NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\n"
	 "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n",
	 "550.54.14"},
	{"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.126.09  Release Build  "
	 "(dvs-builder@U22-A23-20-3)\nGCC version:  gcc version 13.3.0\n",
	 "580.126.09"},
	{"NVRM version: NVIDIA UNIX aarch64 Kernel Module  550.100  Tue Jun 25\n", "550.100"},
	{"NVRM version: 535.43.02", "535.43.02"},
};

static void the_kernel_s_words_are_read(void **state)
{
	struct gng_uvm_version version;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (gng_uvm_version_read(&version, texts[i].text, strlen(texts[i].text), &why) !=
		    GNG_OK)
			suite_fail("%s", why.text);
		assert_string_equal(version.text, texts[i].version);
		assert_true(gng_uvm_version_known(&version));
	}
}

static void what_names_no_version_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"NVRM version:",
		"NVRM version: NVIDIA UNIX x86_64 Kernel Module",
		"NVRM version: NVIDIA UNIX 86.64 Kernel\n550.54.14",
		"GCC version: 550.54.14",
		"NVRM version: x550.54.14 550.54.14x 550 550. 550.54. 550.54.14.1",
		"NVRM version: 9999999999999999999999.54.14",
	};
	struct gng_uvm_version version;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(gng_uvm_version_read(&version, wrong[i], strlen(wrong[i]), NULL),
				 GNG_EFORMAT);
	assert_int_equal(gng_uvm_version_parse(&version, "550.54.14 ", NULL), GNG_EFORMAT);
	assert_int_equal(gng_uvm_version_parse(&version, "99.54.14", NULL), GNG_EFORMAT);
	assert_int_equal(gng_uvm_version_parse(&version, "550", NULL), GNG_EFORMAT);
	assert_int_equal(gng_uvm_version_parse(&version, "", NULL), GNG_EFORMAT);
}

static void known_versions_rise_and_each_is_known(void **state)
{
	struct gng_uvm_version last, version;
	size_t num = 0;

	(void)state;
	for (; gng_uvm_version_at(num); num++, last = version) {
		assert_int_equal(gng_uvm_version_parse(&version, gng_uvm_version_at(num), NULL),
				 GNG_OK);
		assert_true(num == 0 || gng_uvm_version_compare(&last, &version) < 0);
		assert_true(gng_uvm_version_known(&version));
		assert_string_equal(gng_uvm_version_nearest(&version), version.text);
	}
	assert_int_equal(num, 193); /* tags of the public sources up to 595.45.04 */
}

/* What a newer driver, or one that was never published, is told: the nearest, and a refusal. */
static void an_unknown_version_is_refused_by_name(void **state)
{
	static const char *const unknown[][2] = {{"580.159", "580.142"},
						 {"600.10.01", "595.45.04"},
						 {"550.54.16", "550.54.15"},
						 {"550.100.00", "550.100"}};
	struct gng_uvm_request request = {.device = "/dev/null"};
	struct gng_uvm_version version;
	struct gng_uvm *uvm = NULL;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(unknown); i++) {
		assert_int_equal(gng_uvm_version_parse(&version, unknown[i][0], NULL), GNG_OK);
		assert_false(gng_uvm_version_known(&version));
		assert_string_equal(gng_uvm_version_nearest(&version), unknown[i][1]);
		request.version = unknown[i][0];
		assert_int_equal(gng_uvm_open(&uvm, &request, &why), GNG_EUNSUPPORTED);
		assert_non_null(strstr(why.text, unknown[i][0]));
		assert_non_null(strstr(why.text, unknown[i][1]));
	}
	assert_int_equal(gng_uvm_version_parse(&version, "470.10.01", NULL), GNG_OK);
	assert_null(gng_uvm_version_nearest(&version));
	request.version = "470.10.01";
	assert_int_equal(gng_uvm_open(&uvm, &request, &why), GNG_EUNSUPPORTED);
	assert_ptr_equal(uvm, NULL);
}

static void a_device_that_is_none_is_told(void **state)
{
	struct gng_uvm_request request = {.device = "/dev/null", .version = "595.45.04"};
	struct gng_uvm *uvm;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_uvm_open(&uvm, &request, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "UVM_INITIALIZE"));
	assert_int_equal(why.sys_errno, ENOTTY);
	request.device = "/dev/gonogo-none";
	assert_int_equal(gng_uvm_open(&uvm, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "/dev/gonogo-none"));
	assert_string_equal(gng_uvm_status_name(0x16), "NV_ERR_ILLEGAL_ACTION");
	assert_string_equal(gng_uvm_status_name(0x8b), "NV_STATUS");
}

const struct suite_test suite_tests[] = {
	TEST(the_kernel_s_words_are_read, "D2.uvm.version"),
	TEST(what_names_no_version_is_refused, "D2.uvm.version"),
	TEST(known_versions_rise_and_each_is_known, "D2.uvm.version"),
	TEST(an_unknown_version_is_refused_by_name, "D2.uvm.version D2.uvm.status"),
	TEST(a_device_that_is_none_is_told, "D2.uvm.status"),
	{0},
};
