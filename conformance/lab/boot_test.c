/* SPDX-License-Identifier: Apache-2.0 */
/* boot_test.c - guests of real kernels: one that works, and those that crash, hang or complain. */
/* needs: gauge */
#include "../suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <gng_lab.h>

#define CASE                                                                   \
	"title: t\nkernel: 6.1-cloud\nmemory: 512\nboot: 180\ndeadline: 120\n" \
	"run: conformance.lab.boot.the_kernel_is_the_one_ordered\n"

#define SHORT_CASE \
	"title: t\nkernel: 6.1-cloud\nrun: conformance.lab.boot.the_kernel_is_the_one_ordered\n"

/* lab is one boot of a test. */
struct lab {
	struct gng_home *home;
	struct gng_lab_case one;
	struct gng_lab_result result;
};

typedef void waiting(void *context, const char *doing, size_t done, size_t total);

static void run_waiting(struct lab *lab, const char *text, const char *selector, waiting *on_wait)
{
	struct gng_lab_options options = {.dir = ".", .on_wait = on_wait};
	struct gng_why why;

	if (gng_home_open(&lab->home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK ||
	    gng_lab_case_parse(&lab->one, "conformance/lab/t.case", text, &why) != GNG_OK)
		suite_fail("%s", why.text);
	options.home = lab->home;
	if (gng_lab_run(&lab->result, &lab->one, selector, &options, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

static void run_anyway(struct lab *lab, const char *text, const char *selector)
{
	run_waiting(lab, text, selector, NULL);
}

/* run_case boots text's case on selector; false, with the skip told, where it cannot. */
static bool run_case(struct lab *lab, const char *text, const char *selector)
{
	run_anyway(lab, text, selector);
	if (lab->result.cannot)
		gng_probe_skip(lab->result.cannot, lab->result.remedy);
	return !lab->result.cannot;
}

static void close_lab(struct lab *lab)
{
	gng_lab_result_fini(&lab->result);
	gng_lab_case_fini(&lab->one);
	gng_home_close(lab->home);
}

/* every record has that verdict, and the first one's reason the words */
static void check_records(const struct lab *lab, enum gng_verdict verdict, const char *words)
{
	const struct gng_lab_result *result = &lab->result;

	assert_true(result->num_records > 0);
	for (size_t i = 0; i < result->num_records; i++)
		if (result->records[i].verdict != verdict)
			suite_fail("%s is %s: %s", result->tests[i].id,
				   gng_verdict_name(result->records[i].verdict),
				   result->records[i].reason ? result->records[i].reason : "-");
	if (words && !strstr(result->records[0].reason, words))
		suite_fail("'%s' lacks '%s'", result->records[0].reason, words);
}

static void judge(const char *text, const char *selector, enum gng_verdict verdict,
		  const char *words)
{
	struct lab lab;

	if (run_case(&lab, text, selector)) {
		check_records(&lab, verdict, words);
		assert_true(access("lab-t-6.1-cloud.initramfs", F_OK) != 0);
	}
	close_lab(&lab);
}

/* This one runs on the host and, by the others, in guests. */
static void the_kernel_is_the_one_ordered(void **state)
{
	const char *ordered = getenv("GNG_LAB");
	struct utsname kernel;
	char selector[32];

	(void)state;
	assert_int_equal(uname(&kernel), 0);
	assert_string_equal(kernel.sysname, "Linux");
	if (!ordered)
		return;
	assert_true(gng_lab_selector(selector, kernel.release));
	assert_string_equal(selector, ordered);
}

static void tests_of_this_tree_pass_in_a_guest(void **state)
{
	struct lab lab;

	(void)state;
	if (run_case(&lab, CASE, "6.1-cloud")) {
		check_records(&lab, GNG_PASS, NULL);
		assert_true(lab.result.records[0].assertions > 0);
		assert_string_equal(lab.result.records[0].test->build, "lab-6.1-cloud");
		assert_non_null(strstr(lab.result.release, "-cloud-amd64"));
		assert_true(lab.result.boot_s > 0 && lab.result.boot_s < lab.result.seconds);
	}
	close_lab(&lab);
}

static void a_newer_kernel_with_packed_modules_boots(void **state)
{
	(void)state;
	judge(CASE "module: veth\n", "6.12-cloud", GNG_PASS, NULL);
}

/* QEMU ends with 0 when a guest restarts, as after a triple fault. */
static void a_guest_that_restarts_is_no_success(void **state)
{
	(void)state;
	judge(CASE "sysctl: /proc/sysrq-trigger = b\n", "6.1-cloud", GNG_FAIL,
	      "the guest ended without its leave");
}

static void a_panic_is_a_failure_with_its_words(void **state)
{
	(void)state;
	judge(CASE "append: rdinit=/absent init=/absent\n", "6.1-cloud", GNG_FAIL,
	      "the guest ended without its leave");
}

static void a_silent_guest_is_ended(void **state)
{
	(void)state;
	judge(SHORT_CASE "boot: 1\n", "6.1-cloud", GNG_FAIL, "silent for 1 s from its start");
}

/* own_qemu is the child of this process that is QEMU, or 0. */
static pid_t own_qemu(void)
{
	FILE *children;
	char path[64], command[32] = "";
	int pid = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", gettid());
	children = fopen(path, "re");
	if (!children || fscanf(children, "%d", &pid) != 1)
		pid = 0;
	if (children)
		fclose(children);
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	children = fopen(path, "re");
	if (!children || !fgets(command, sizeof(command), children) ||
	    strncmp(command, "qemu-system", 11) != 0)
		pid = 0;
	if (children)
		fclose(children);
	return pid;
}

static void kill_qemu(void *context, const char *doing, size_t done, size_t total)
{
	const pid_t qemu = own_qemu();

	(void)context, (void)doing, (void)done, (void)total;
	if (qemu > 1)
		kill(qemu, SIGSEGV);
}

/* As the kernel does it when memory is short, or QEMU itself by a fault. */
static void an_emulator_that_dies_is_no_guest_that_does(void **state)
{
	struct lab lab;

	(void)state;
	run_waiting(&lab, CASE, "6.1-cloud", kill_qemu);
	if (lab.result.cannot)
		gng_probe_skip(lab.result.cannot, lab.result.remedy);
	else
		check_records(&lab, GNG_FAIL, "QEMU was ended by signal 11");
	close_lab(&lab);
}

static void a_guest_that_is_not_as_ordered_fails(void **state)
{
	(void)state;
	judge(CASE "sysctl: kernel.no_such = 1\n", "6.1-cloud", GNG_FAIL,
	      "/proc/sys/kernel/no_such");
}

static void a_wrong_device_fails_with_the_words_of_qemu(void **state)
{
	(void)state;
	judge(CASE "device: no-such-device\n", "6.1-cloud", GNG_FAIL, "no-such-device");
}

static void without_a_kernel_it_skips_and_says_how_to_get_one(void **state)
{
	struct lab lab;

	(void)state;
	setenv("GNG_LAB_KERNELS", "nowhere", 1);
	run_anyway(&lab, CASE, "9.9-rt");
	check_records(&lab, GNG_SKIP, NULL);
	assert_non_null(strstr(lab.result.remedy, "ci/setup lab"));
	close_lab(&lab);
}

/* refuse runs a case that names no test of this tree; the reason has the words. */
static void refuse(const char *text, const char *words)
{
	struct gng_lab_options options = {.dir = "."};
	struct gng_lab_result result;
	struct gng_lab_case one;
	struct gng_home *home;
	struct gng_why why;

	assert_int_equal(gng_home_open(&home, getenv("GNG_BUILD_DIR"), NULL), GNG_OK);
	options.home = home;
	assert_int_equal(gng_lab_case_parse(&one, "a/b.case", text, NULL), GNG_OK);
	assert_int_equal(gng_lab_run(&result, &one, "6.1-rt", &options, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, words));
	gng_lab_case_fini(&one);
	gng_home_close(home);
}

static void a_selector_of_nothing_is_refused(void **state)
{
	(void)state;
	refuse("title: t\nkernel: 6.1-rt\nrun: fuzz.hist\n", "select only fuzzers");
	refuse(CASE "beside: conformance.lab.boot.no_such\n", "no such test: conformance.lab.boot");
}

static void a_library_that_is_not_installed_is_a_skip(void **state)
{
	struct lab lab;

	(void)state;
	run_anyway(&lab, CASE "library: no-such-folder/lib*.so\n", "6.1-cloud");
	assert_non_null(lab.result.cannot);
	check_records(&lab, GNG_SKIP, NULL);
	close_lab(&lab);
}

/* The test beside the guest is conformance.lab.beside's own, told the folder of this boot. */
static void a_test_runs_beside_the_guest(void **state)
{
	struct lab lab;

	(void)state;
	if (run_case(&lab, CASE "beside: conformance.lab.beside.a_test_is_told_its_folder\n",
		     "6.1-cloud")) {
		check_records(&lab, GNG_PASS, NULL);
		assert_int_equal(lab.result.num_guest, 1);
		assert_int_equal(lab.result.num_records, 2);
		assert_string_equal(lab.result.records[1].test->stem, "beside");
		assert_true(lab.result.records[1].assertions > 0);
	}
	close_lab(&lab);
}

/* ---- every case of the tree, on every kernel that it names and that is here ---- */

/* boot returns the number of tests that passed, and fails this test with the first one that did
 * not. What cannot run in that guest (SKIP) is told. */
static size_t boot(const struct gng_lab_case *one, const char *selector,
		   const struct gng_home *home)
{
	const struct gng_lab_options options = {.home = home, .dir = "."};
	struct gng_lab_result result;
	size_t num_passed = 0;
	struct gng_why why;

	if (gng_lab_run(&result, one, selector, &options, &why) != GNG_OK)
		suite_fail("%s on %s: %s", one->name, selector, why.text);
	if (result.cannot)
		gng_probe_note(selector, result.cannot);
	for (size_t i = 0; i < result.num_records; i++) {
		const struct gng_record *record = &result.records[i];

		if (record->verdict == GNG_PASS)
			num_passed++;
		else if (record->verdict != GNG_SKIP)
			suite_fail("%s on %s: %s is %s: %s", one->name, selector, record->test->id,
				   gng_verdict_name(record->verdict), record->reason);
	}
	gng_lab_result_fini(&result);
	return num_passed;
}

static void every_case_passes_in_its_guests(void **state)
{
	struct gng_lab_case *cases;
	size_t num_cases, num_passed = 0;
	struct gng_home *home;
	struct gng_why why;

	(void)state;
	if (gng_home_open(&home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK ||
	    gng_lab_cases_read(&cases, &num_cases, home->source, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_true(num_cases > 0);
	for (size_t i = 0; i < num_cases; i++)
		for (size_t k = 0; k < cases[i].kernels.num; k++)
			num_passed += boot(&cases[i], cases[i].kernels.texts[k], home);
	if (num_passed == 0)
		gng_probe_skip("no guest can be booted here", "ci/setup lab");
	gng_lab_cases_free(cases, num_cases);
	gng_home_close(home);
}

const struct suite_test suite_tests[] = {
	TEST(the_kernel_is_the_one_ordered, "H1.lab.boot"),
	TEST_SLOW(tests_of_this_tree_pass_in_a_guest, "H1.lab.boot"),
	TEST_SLOW(a_newer_kernel_with_packed_modules_boots, "H1.lab.boot"),
	TEST_SLOW(a_guest_that_restarts_is_no_success, "H1.lab.contract"),
	TEST_SLOW(a_panic_is_a_failure_with_its_words, "H1.lab.contract"),
	TEST(an_emulator_that_dies_is_no_guest_that_does, "H1.lab.contract"),
	TEST(a_silent_guest_is_ended, "H1.lab.contract"),
	TEST_SLOW(a_guest_that_is_not_as_ordered_fails, "H1.lab.contract"),
	TEST(a_wrong_device_fails_with_the_words_of_qemu, "H1.lab.contract"),
	TEST(without_a_kernel_it_skips_and_says_how_to_get_one, "H1.lab.boot"),
	TEST(a_selector_of_nothing_is_refused, "H1.lab.boot"),
	TEST(a_library_that_is_not_installed_is_a_skip, "H1.lab.library"),
	TEST_SLOW(a_test_runs_beside_the_guest, "H1.lab.beside"),
	TEST_SLOW(every_case_passes_in_its_guests, "H1.lab.boot"),
	{0},
};
