/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo-vectors`: exit status, text, JSON, and every variant. */
/* requires: jansson */
#include "../suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

static char folder[PATH_MAX];

static void remove_files(void)
{
	static const char *const names[] = {"stdout", "stderr", "ECB.rsp", "OFB.rsp"};
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/vectors-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	atexit(remove_files);
}

static void write_file(const char *name, const char *text)
{
	char path[PATH_MAX + 64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *name)
{
	char path[PATH_MAX + 64], *text = NULL;
	size_t cap = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	if (getdelim(&text, &cap, '\0', file) < 0 && text)
		*text = '\0';
	fclose(file);
	assert_non_null(text);
	return text;
}

static void expect(const char *name, const char *part)
{
	char *text = read_file(name);
	const bool found = strstr(text, part) != NULL;

	if (!found)
		print_error("%s lacks \"%s\":\n%s\n", name, part, text);
	free(text);
	assert_true(found);
}

/* run executes the program in the folder; its output is in the files stdout and stderr. */
static int run(const char *arguments)
{
	char command[4 * PATH_MAX], self[PATH_MAX];
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
	snprintf(command, sizeof(command), "cd '%s' && '%s/gonogo-vectors' %s >stdout 2>stderr",
		 folder, build, arguments);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* FIPS 197, appendix C.1; the second ciphertext is wrong in its last byte. */
#define CASE(count, last)                                             \
	"COUNT = " count "\nKEY = 000102030405060708090a0b0c0d0e0f\n" \
	"PLAINTEXT = 00112233445566778899aabbccddeeff\n"              \
	"CIPHERTEXT = 69c4e0d86a7b0430d8cdb78070b4c5" last "\n\n"

static void the_exit_status_tells_passed_failed_and_nothing(void **state)
{
	(void)state;
	make_folder();
	write_file("ECB.rsp", CASE("0", "5a"));
	write_file("OFB.rsp", CASE("0", "5a"));
	assert_int_equal(run("ECB.rsp"), 0);
	expect("stdout", " cases run, ");
	expect("stdout", ", 0 failed\n");
	assert_int_equal(run("OFB.rsp"), 4);
	expect("stdout", "SKIP  OFB.rsp: 1 cases, the first because OFB is not supported\n");
	expect("stderr", "gonogo: nothing ran: no case of these files is supported\n");
	write_file("ECB.rsp", CASE("0", "5a") CASE("41", "5b"));
	assert_int_equal(run("ECB.rsp"), 1);
	expect("stdout", "FAIL  ECB.rsp:6  case 41  portable\n"
			 "      encryption: byte 15 is 5a, the vector says 5b\n");
}

static void usage_and_unreadable_files_exit_2(void **state)
{
	(void)state;
	make_folder();
	assert_int_equal(run(""), 2);
	expect("stderr", "gonogo: vectors wants one or more files; gonogo help vectors\n");
	assert_int_equal(run("--frob x"), 2);
	expect("stderr", "gonogo: vectors: unknown option '--frob'; --json stands first\n");
	assert_int_equal(run("absent.rsp"), 2);
	expect("stderr", "gonogo: absent.rsp: No such file or directory\n");
	write_file("ECB.rsp", "COUNT = 0\nKEY = 00z\n");
	assert_int_equal(run("ECB.rsp"), 2);
	expect("stderr", "ECB.rsp:2");
	assert_int_equal(run("--help"), 0);
	expect("stdout", "usage: gonogo vectors ");
}

static bool has_variant(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *variant = json_string_value(json_object_get(one, "variant"));

		if (variant && strcmp(variant, name) == 0)
			return true;
	}
	return false;
}

static void json_has_one_entry_a_variant(void **state)
{
	const char *file, *algorithm, *variant, *id, *reason;
	int num_run, passed, failed, skipped;
	char *text;
	json_t *list;

	(void)state;
	make_folder();
	write_file("ECB.rsp", CASE("0", "5a") CASE("41", "5b"));
	assert_int_equal(run("--json ECB.rsp"), 1);
	text = read_file("stdout");
	list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	assert_non_null(list);
	assert_true(has_variant(list, "portable"));
	if (gng_cpu_caps() & GNG_CPU_AESNI && gng_cpu_caps() & GNG_CPU_PCLMUL)
		assert_true(has_variant(list, "aesni"));
	assert_int_equal(json_unpack(json_array_get(list, json_array_size(list) - 1),
				     "{s:s,s:s,s:s,s:i,s:i,s:i,s:i,s:[{s:s,s:s}]}", "file", &file,
				     "algorithm", &algorithm, "variant", &variant, "run", &num_run,
				     "passed", &passed, "failed", &failed, "skipped", &skipped,
				     "failures", "case", &id, "why", &reason),
			 0);
	assert_string_equal(file, "ECB.rsp");
	assert_string_equal(algorithm, "AES-ECB");
	assert_string_equal(variant, "portable");
	assert_int_equal(num_run, 2);
	assert_int_equal(passed, 1);
	assert_int_equal(failed, 1);
	assert_int_equal(skipped, 0);
	assert_string_equal(id, "41");
	assert_string_equal(reason, "encryption: byte 15 is 5a, the vector says 5b");
	json_decref(list);
}

const struct suite_test suite_tests[] = {
	TEST(the_exit_status_tells_passed_failed_and_nothing, "H1.vectors.exit"),
	TEST(usage_and_unreadable_files_exit_2, "H1.vectors.exit"),
	TEST(json_has_one_entry_a_variant, "H1.vectors.variants H1.vectors.json"),
	{0},
};
