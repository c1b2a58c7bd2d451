/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real gonogo-hwmap: options, tags, and a specification that ctest takes. */
/* requires: jansson cmake */
#include "machine.h"

#include <sys/wait.h>

#include <jansson.h>

/* run calls the command with a shell in the tree's folder; its output is in stdout and stderr. */
static int run(const char *words)
{
	char command[3 * PATH_MAX];
	int status;

	snprintf(command, sizeof(command), "cd '%s' && '%s/gonogo-hwmap' %s >stdout 2>stderr",
		 machine_root, getenv("GNG_BUILD_DIR"), words);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *output(const char *name)
{
	static char text[65536];
	FILE *file = fopen(machine_path(name), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void text_has_evidence_and_remedy(void **state)
{
	(void)state;
	machine_bare();
	assert_int_equal(run("--root ."), 0);
	assert_non_null(strstr(output("stdout"), "lacks  bare-metal       the CPU says that a "
						 "hypervisor runs it\n"
						 "         remedy: run on the machine itself"));
	assert_string_equal(output("stderr"), "");
}

static void tags_are_the_needs_that_are_met(void **state)
{
	(void)state;
	machine_lab();
	assert_int_equal(run("--tags --root ."), 0);
	assert_string_equal(
		output("stdout"),
		"bare-metal\ntsc-clock\nfixed-frequency\nisolated-cpus\nhuge-pages\n"
		"numa\niommu\nnic-10g\nnvidia-gpu\nnvidia-h100\nsound-card\npreempt-rt\n"
		"vaes\navx512\n");
}

static void json_has_devices_and_needs(void **state)
{
	json_t *json;

	(void)state;
	machine_lab();
	assert_int_equal(run("--json --root ."), 0);
	json = json_loads(output("stdout"), 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "needs")), GNG_HWMAP_NUM_NEEDS);
	assert_int_equal(json_array_size(json_object_get(json, "nics")), 2);
	assert_true(json_is_false(json_object_get(json, "virtual")));
	json_decref(json);
}

static void this_machine_can_be_shown(void **state)
{
	json_t *json;

	(void)state;
	machine_make();
	assert_int_equal(run("--json"), 0);
	json = json_loads(output("stdout"), 0, NULL);
	assert_true(json_integer_value(json_object_get(json, "cpus")) >= 1);
	json_decref(json);
}

/* ---- CTest itself is the judge of its format ---- */

#define WANTS(groups)                                                                         \
	"add_test(one \"/bin/sh\" \"-c\" \"env >got\")\nset_tests_properties(one PROPERTIES " \
	"RESOURCE_GROUPS \"" groups "\")\n"

static int run_ctest(const char *tests)
{
	char command[2 * PATH_MAX];
	int status;

	machine_write("CTestTestfile.cmake", tests);
	snprintf(command, sizeof(command),
		 "cd '%s' && ctest --resource-spec-file spec.json >ctest.out 2>&1", machine_root);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void ctest_gives_the_devices_to_a_test(void **state)
{
	(void)state;
	machine_lab();
	assert_int_equal(run("--ctest --root . >spec.json; true"), 0);
	assert_int_equal(run_ctest(WANTS("nics_10g:1,gpus:1,huge_page_gibibytes:2,cpus:1")), 0);
	assert_non_null(
		strstr(output("got"), "CTEST_RESOURCE_GROUP_0_GPUS=id:0000_01_00_0,slots:1"));
	assert_non_null(strstr(output("got"), "CTEST_RESOURCE_GROUP_0_NICS_10G=id:port_1,slots:1"));
	assert_non_null(strstr(output("got"), "CTEST_RESOURCE_GROUP_0_HUGE_PAGE_GIBIBYTES=id:all"));
	/* it does not promise more than there is */
	assert_int_not_equal(run_ctest(WANTS("gpus:2")), 0);
	assert_non_null(strstr(output("ctest.out"), "Insufficient resources"));
}

static void wrong_words_are_refused(void **state)
{
	(void)state;
	machine_bare();
	assert_int_equal(run("--xml"), 2);
	assert_non_null(strstr(output("stderr"), "unknown option '--xml'"));
	assert_int_equal(run("--root"), 2);
	assert_int_equal(run("--json --tags"), 2);
	assert_non_null(strstr(output("stderr"), "--json and --tags exclude each other"));
	assert_int_equal(run("--root nowhere"), 99);
	assert_non_null(strstr(output("stderr"), "nowhere/proc is empty or absent"));
	assert_int_equal(run("--root . --json >/dev/full; echo $?"), 0);
	assert_string_equal(output("stdout"), "99\n");
	assert_int_equal(run("--help"), 0);
	assert_non_null(strstr(output("stdout"), "usage: gonogo hwmap"));
}

const struct suite_test suite_tests[] = {
	TEST(text_has_evidence_and_remedy, "H1.hwmap.command"),
	TEST(tags_are_the_needs_that_are_met, "H1.hwmap.tags"),
	TEST(json_has_devices_and_needs, "H1.hwmap.command"),
	TEST(this_machine_can_be_shown, "H1.hwmap.read"),
	TEST(ctest_gives_the_devices_to_a_test, "H1.hwmap.ctest"),
	TEST(wrong_words_are_refused, "H1.hwmap.command"),
	{0},
};
