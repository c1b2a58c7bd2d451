/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo-claims`: exit status, selection, JSON and docs/claims.md. */
/* requires: jansson */
#include "../suite.h"

#include "record.h"

#include <limits.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

static char folder[64];

static void remove_ours(void)
{
	glob_t files;
	char path[128];

	snprintf(path, sizeof(path), "%s/ours/*.claims", folder);
	if (glob(path, 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++)
			unlink(files.gl_pathv[i]);
		globfree(&files);
	}
	snprintf(path, sizeof(path), "%s/ours", folder);
	rmdir(path);
}

static void remove_files(void)
{
	static const char *const names[] = {"stdout", "stderr", "l/9.claims"};
	char path[128];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/l", folder);
	rmdir(path);
	remove_ours();
	rmdir(folder);
}

static void write_ledger(const char *const *lines, size_t num)
{
	char text[RECORD_CAP], path[128];
	FILE *file;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
		assert_non_null(mkdtemp(folder));
		atexit(remove_files);
		snprintf(path, sizeof(path), "%s/l", folder);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	record_text(text, lines, num);
	snprintf(path, sizeof(path), "%s/l/9.claims", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *path)
{
	char *text = NULL;
	size_t cap = 0;
	FILE *file = fopen(path, "r");

	if (!file)
		return NULL;
	if (getdelim(&text, &cap, EOF, file) < 0 && text)
		*text = '\0';
	fclose(file);
	return text;
}

static char *output(const char *name)
{
	char path[128], *text;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	text = read_file(path);
	assert_non_null(text);
	return text;
}

static void expect(const char *name, const char *part)
{
	char *text = output(name);
	const bool found = strstr(text, part) != NULL;

	if (!found)
		print_error("%s lacks \"%s\":\n%s\n", name, part, text);
	free(text);
	assert_true(found);
}

static int run(const char *arguments)
{
	char command[3 * PATH_MAX], self[PATH_MAX];
	const char *build = getenv("GNG_BUILD_DIR");
	ssize_t len;
	int status;

	if (!build) {
		len = readlink("/proc/self/exe", self, sizeof(self) - 1);
		assert_true(len > 0);
		self[len] = '\0';
		*strrchr(self, '/') = '\0';
		*strrchr(self, '/') = '\0';
		build = self;
	}
	snprintf(command, sizeof(command), "cd '%s' && '%s/gonogo-claims' %s >stdout 2>stderr",
		 folder, build, arguments);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_refuted_claim_is_no_no_go(void **state)
{
	static const char *const lines[] = {"probe = sys_priority_max", "quantity = 50"};

	(void)state;
	write_ledger(lines, 2);
	assert_int_equal(run("--ledger l"), 0);
	expect("stdout", "REFUTED  C.9.1");
	expect("stdout", "sched_get_priority_max(SCHED_FIFO) is 99");
	expect("stderr", "");
}

static void the_table_counts_verdicts_by_section(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	assert_int_equal(run("--ledger l"), 0);
	expect("stdout", "Section 9\n");
	expect("stdout", " 9                0        0           0         0         0        1");
	expect("stdout", " all              0        0           0         0         0        1");
}

static void a_corrupt_ledger_exits_99_with_file_and_line(void **state)
{
	static const char *const lines[] = {"relation = ?"};
	char *said;

	(void)state;
	write_ledger(lines, 1);
	assert_int_equal(run("--ledger l --json"), 99);
	expect("stderr", "l/9.claims:4: relation is =, <= or >=, not '?'");
	said = output("stdout");
	assert_string_equal(said, "");
	free(said);
	assert_int_equal(run("--ledger nowhere"), 99);
	expect("stderr", "nowhere: cannot read");
}

static void a_claim_stands_in_the_file_of_its_section(void **state)
{
	static const char *const lines[] = {"section = 8", "id = C.8.1"};

	(void)state;
	write_ledger(lines, 2);
	assert_int_equal(run("--ledger l"), 99);
	expect("stderr", "section 8 belongs into 8.claims");
}

static void usage_exits_2_and_an_unknown_claim_4(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	assert_int_equal(run("--what"), 2);
	expect("stderr", "unknown option '--what'");
	assert_int_equal(run("--ledger"), 2);
	assert_int_equal(run("--json --markdown"), 2);
	assert_int_equal(run("--ledger l 8"), 4);
	expect("stderr", "no claim is called '8': write a section as 2.3 or an id as C.9.1");
	assert_int_equal(run("--help"), 0);
	expect("stdout", "usage: gonogo claims");
}

static size_t count_of(const char *arguments)
{
	json_t *list;
	char *text;
	size_t num;

	assert_int_equal(run(arguments), 0);
	text = output("stdout");
	list = json_loads(text, 0, NULL);
	assert_non_null(list);
	num = json_array_size(list);
	json_decref(list);
	free(text);
	return num;
}

/* copy_ledger copies ours, but for the tests that would judge: what is selected is asked here. */
static void copy_ledger(void)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "mkdir -p '%s/ours' && cp '%s'/claims/*.claims '%s/ours' && sed -i "
		 "'s/^probe = test_.*/probe = -/; /^with = conformance/d' '%s'/ours/*",
		 folder, getenv("GNG_VECTORS"), folder, folder);
	assert_int_equal(system(command), 0); /* NOLINT: of this test */
}

static void a_section_or_an_id_selects(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	copy_ledger();
	assert_int_equal(count_of("--ledger ours --json C.2.3.16"), 1);
	assert_int_equal(count_of("--ledger ours C.3.1.1 C.5.42 --json"), 2);
	assert_int_equal(count_of("--ledger ours 3.1 --json"), 19);
	assert_int_equal(count_of("--ledger ours 3 --json"), 19 + 27 + 22);
}

static void json_has_the_fields_of_the_contract(void **state)
{
	static const char *const lines[] = {"probe = arithmetic", "check = 1 < 2",
					    "quote = \xe8\xaf\x8d"};
	const char *id, *section, *quote, *verdict, *evidence;
	json_t *list;
	char *text;

	(void)state;
	write_ledger(lines, 3);
	assert_int_equal(run("--ledger l --json"), 0);
	text = output("stdout");
	list = json_loads(text, 0, NULL);
	free(text);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_unpack(json_array_get(list, 0), "{s:s,s:s,s:s,s:s,s:s}", "id", &id,
				     "section", &section, "quote", &quote, "verdict", &verdict,
				     "evidence", &evidence),
			 0);
	assert_string_equal(id, "C.9.1");
	assert_string_equal(section, "9");
	assert_string_equal(quote, "\xe8\xaf\x8d");
	assert_string_equal(verdict, "CONFIRMED");
	assert_string_equal(evidence, "1 < 2: 1 < 2 is true");
	json_decref(list);
}

static void docs_claims_is_what_the_command_prints(void **state)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[PATH_MAX], *docs, *said;

	(void)state;
	write_ledger(NULL, 0);
	assert_non_null(vectors);
	snprintf(path, sizeof(path), "%s/../docs/claims.md", vectors);
	docs = read_file(path);
	if (!docs) {
		gng_probe_skip("docs/claims.md is not installed", "run in the source tree");
		return;
	}
	assert_int_equal(run("--markdown"), 0);
	said = output("stdout");
	if (strcmp(docs, said) != 0)
		suite_fail("docs/claims.md is stale: gonogo claims --markdown > docs/claims.md");
	assert_non_null(strstr(said, "INCONSISTENT: `"));
	assert_null(strstr(said, "NOT-MEASURABLE-HERE"));
	free(docs);
	free(said);
}

const struct suite_test suite_tests[] = {
	TEST(a_refuted_claim_is_no_no_go, "H2.claims.exit"),
	TEST(the_table_counts_verdicts_by_section, "H2.claims.verdict"),
	TEST(a_corrupt_ledger_exits_99_with_file_and_line, "H2.claims.exit H2.claims.refusals"),
	TEST(a_claim_stands_in_the_file_of_its_section, "H2.claims.refusals"),
	TEST(usage_exits_2_and_an_unknown_claim_4, "H2.claims.exit"),
	TEST(a_section_or_an_id_selects, "H2.claims.exit"),
	TEST(json_has_the_fields_of_the_contract, "H2.claims.json"),
	TEST(docs_claims_is_what_the_command_prints, "H2.claims.docs"),
	{0},
};
