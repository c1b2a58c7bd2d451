/* SPDX-License-Identifier: Apache-2.0 */
/* case_test.c - case files: what they say, and what is wrong in them by file and line. */
#include "../suite.h"

#include <gng_lab.h>
#include <string.h>

#define FILE_NAME "conformance/bpf/matrix.case"
#define WHOLE "title: a\nkernel: 6.1-cloud\nrun: conformance.hist\n"

static void a_case_is_read_whole(void **state)
{
	struct gng_lab_case one;

	(void)state;
	assert_int_equal(gng_lab_case_parse(&one, FILE_NAME,
					    "# two kernels\ntitle: all rows\n\nkernel: 6.1-cloud\n"
					    "kernel: 6.12-rt\nnode: 256\nnode: 128\ncpus: 4\n"
					    "iommu: intel\ndevice: edu,dma_mask=1  \n"
					    "run: conformance.bpf\nrun: aes\ndeadline: 7\n"
					    "library: libgcc_s.so.?\n"
					    "beside: conformance.eal.sender.each\n"
					    "monitor: gonogo.qmp\n",
					    NULL),
			 GNG_OK);
	assert_string_equal(one.name, "bpf-matrix");
	assert_string_equal(one.title, "all rows");
	assert_int_equal(one.kernels.num, 2);
	assert_string_equal(one.kernels.texts[1], "6.12-rt");
	assert_int_equal(one.memory_mib, 384);
	assert_int_equal(one.cpus, 4);
	assert_string_equal(one.devices.texts[0], "edu,dma_mask=1");
	assert_int_equal(one.runs.num, 2);
	assert_int_equal(one.deadline_s, 7);
	assert_string_equal(one.libraries.texts[0], "libgcc_s.so.?");
	assert_int_equal(one.libraries.lines[0], 14);
	assert_string_equal(one.beside, "conformance.eal.sender.each");
	assert_string_equal(one.monitor, "gonogo.qmp");
	assert_int_equal(one.boot_s, 60);
	gng_lab_case_fini(&one);
}

/* Each text is refused with a reason that holds the words. */
static const struct {
	const char *text, *words;
} refused[] = {
	{"", "matrix.case:1: the case lacks a line: title"},
	{"title: a\nrun: hist\n", "lacks a line: kernel"},
	{"title: a\nkernel: 6.1-rt\n", "lacks a line: run"},
	{WHOLE "colour: red\n", "matrix.case:4: a case has no such key: colour"},
	{WHOLE "title: b\n", "matrix.case:4: this stands twice: title"},
	{WHOLE "cpus: 2\ncpus: 2\n", "matrix.case:5: this stands twice: cpus"},
	{WHOLE "cpus: 17\n", "in range, not 17"},
	{WHOLE "cpus: 0\n", "in range, not 0"},
	{WHOLE "cpus: -1\n", "in range, not -1"},
	{WHOLE "memory: 1G\n", "in range, not 1G"},
	{WHOLE "node: much\n", "whole number of MiB, not much"},
	{WHOLE "node: 64\nmemory: 64\n", "contradict"},
	{WHOLE "iommu: amd\n", "not amd"},
	{WHOLE "known: remove_proc_entry\ncpus: 1\n",
	 "matrix.case:4: known wants BUG or WARNING and a function, not remove_proc_entry"},
	{WHOLE "device:\n", "matrix.case:4: there is no value behind device"},
	{WHOLE "library: /lib/libm.so.6\n", "matrix.case:4: library wants a pattern below"},
	{WHOLE "library: dpdk/../x.so\n", "libraries, not dpdk/../x.so"},
	{WHOLE "beside: conformance.x\n", "matrix.case:4: beside wants the whole id of a test"},
	{WHOLE "beside: conformance.a.b.c\nbeside: conformance.a.b.c\n", "5: this stands twice"},
	{WHOLE "edu\n", "matrix.case:4: this is no \"key: value\": edu"},
	{WHOLE "device: a\x1b[2J\n", "matrix.case:4: a control character"},
};

static void what_is_wrong_is_named_by_line(void **state)
{
	struct gng_lab_case one;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_int_equal(gng_lab_case_parse(&one, FILE_NAME, refused[i].text, &why),
				 GNG_EFORMAT);
		if (!strstr(why.text, refused[i].words))
			suite_fail("row %zu: '%s' lacks '%s'", i, why.text, refused[i].words);
	}
}

static void a_file_that_is_absent_is_named(void **state)
{
	struct gng_lab_case one;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_lab_case_read(&one, "nowhere/x.case", &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "nowhere/x.case"));
}

/* Release names of Debian's packages, and others that are none. */
static const struct {
	const char *release, *selector;
} releases[] = {
	{"6.1.0-56-cloud-amd64", "6.1-cloud"},
	{"6.1.0-56-amd64", "6.1-standard"},
	{"6.1.0-56-rt-amd64", "6.1-rt"},
	{"6.12.117+deb12-cloud-amd64", "6.12-cloud"},
	{"6.12.117+deb12-rt-amd64", "6.12-rt"},
	{"6.12.1-amd64", "6.12-standard"},
	{"10.0.0-amd64", "10.0-standard"},
	{"6.1.0-56-cloud-arm64", NULL},
	{"-amd64", NULL},
	{"6-amd64", NULL},
	{"vmlinuz", NULL},
	{"", NULL},
};

static void a_release_name_gives_its_selector(void **state)
{
	char selector[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(releases); i++) {
		const bool known = gng_lab_selector(selector, releases[i].release);

		assert_int_equal(known, releases[i].selector != NULL);
		if (known)
			assert_string_equal(selector, releases[i].selector);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_case_is_read_whole, "H1.lab.case"),
	TEST(what_is_wrong_is_named_by_line, "H1.lab.case"),
	TEST(a_file_that_is_absent_is_named, "H1.lab.case"),
	TEST(a_release_name_gives_its_selector, "H1.lab.kernel"),
	{0},
};
