/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo pe`: JSON and exit status; and an image that clang and lld link
 * has the sections and relocations that llvm-readobj finds in it. */
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
static const char *const files[] = {"image",  "app.c", "app.obj", "app.efi",
				    "theirs", "ours",  "stdout",  "stderr"};

static void remove_files(void)
{
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (*folder)
		return;
	snprintf(folder, sizeof(folder), "%s/pe-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	atexit(remove_files);
}

static void write_image(const void *bytes, size_t len)
{
	char path[PATH_MAX + 16];
	FILE *file;

	snprintf(path, sizeof(path), "%s/image", folder);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* run returns the exit status of `gonogo pe ARGUMENTS`, executed in the folder. */
static int run(const char *arguments)
{
	char command[4 * PATH_MAX], self[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int status;

	assert_true(len > 0);
	self[len] = '\0';
	*strrchr(self, '/') = '\0'; /* tests/ */
	snprintf(command, sizeof(command), "cd '%s' && '%s/../gonogo-pe' %s >stdout 2>stderr",
		 folder, self, arguments);
	status = system(command); /* NOLINT: a fixed command */
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static json_t *output(void)
{
	char path[PATH_MAX + 16];
	json_error_t error;
	json_t *json;

	snprintf(path, sizeof(path), "%s/stdout", folder);
	json = json_load_file(path, 0, &error);
	if (!json)
		suite_fail("no JSON: %s", error.text);
	return json;
}

static const char *text_of(struct gng_vec_case *one, const char *name)
{
	const char *text;
	struct gng_why why;

	if (gng_vec_text(one, &text, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return text;
}

/* every 8th vector: the sanitizers' programs start slowly */
static void check_case(struct gng_vec_case *one, void *arg)
{
	const char *expect = text_of(one, "expect");
	const int64_t at = suite_int(one, "at");
	unsigned int *count = arg;
	static uint8_t image[4096];
	const size_t whole = (size_t)suite_int(one, "len");
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);
	const bool sound = strcmp(expect, "sound") == 0;
	json_t *json;

	gng_vec_skip(one, "name");
	gng_vec_skip(one, "clause");
	if ((*count)++ % 8 != 0)
		return;
	assert_true(len <= whole && whole <= sizeof(image));
	memset(image, 0, sizeof(image));
	memcpy(image, bytes, len);
	write_image(image, whole);
	assert_int_equal(run("image --json"), sound ? 0 : 1);
	json = output();
	if (sound) {
		assert_non_null(json_string_value(json_object_get(json, "format")));
	} else {
		assert_string_equal(json_string_value(json_object_get(json, "error")), expect);
		assert_int_equal(json_integer_value(json_object_get(json, "offset")), at);
		assert_string_equal(json_string_value(json_object_get(json, "clause")),
				    text_of(one, "clause"));
	}
	json_decref(json);
}

static void it_answers_in_json_and_by_its_exit_status(void **state)
{
	unsigned int count = 0;

	(void)state;
	make_folder();
	suite_vectors("pe/images.vec", check_case, &count);
}

static void a_wrong_call_is_a_usage_error(void **state)
{
	(void)state;
	make_folder();
	assert_int_equal(run(""), 2);
	assert_int_equal(run("--jso image"), 2);
	assert_int_equal(run("a b"), 2);
	assert_int_equal(run("not-there"), 99);
	assert_int_equal(run("--help"), 0);
}

/* The app has a pointer that must be relocated, and is linked by clang and lld as one for UEFI. */
static const char build[] =
	"cd '%s' && echo 'static int a; int *p = &a, **q = &p; long efi(void) { return **q; }' "
	">app.c && clang -target x86_64-unknown-windows -ffreestanding -mno-stack-arg-probe "
	"-c app.c -o app.obj >stdout 2>stderr && lld-link -subsystem:efi_application -entry:efi "
	"-nodefaultlib -out:app.efi app.obj >stdout 2>stderr";

/* theirs lists what llvm-readobj finds: "S address" and "R address". */
static const char theirs[] =
	"cd '%s' && llvm-readobj --coff-basereloc --sections app.efi | sed -n "
	"-e 's/^ *VirtualAddress: 0x/S /p' -e '/Type: DIR64/{n;s/^ *Address: 0x/R /p}' >theirs";

static int shell(const char *format)
{
	char command[3 * PATH_MAX];
	int status;

	snprintf(command, sizeof(command), format, folder);
	status = system(command); /* NOLINT: a fixed command */
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void list(FILE *file, json_t *json, const char *name, const char *format)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(json, name), i, one)
		fprintf(file, format, json_integer_value(json_object_get(one, "address")));
	assert_true(i > 0);
}

static void an_image_of_lld_is_what_readobj_says(void **state)
{
	char path[PATH_MAX + 16];
	json_t *json;
	FILE *file;

	(void)state;
	make_folder();
	if (shell("cd '%s' && command -v clang lld-link llvm-readobj >stdout") != 0) {
		gng_probe_skip("clang, lld-link or llvm-readobj is not installed",
			       "apt-get install clang lld llvm");
		return;
	}
	assert_int_equal(shell(build), 0);
	assert_int_equal(shell(theirs), 0);
	assert_int_equal(run("app.efi --json"), 0);
	json = output();
	snprintf(path, sizeof(path), "%s/ours", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	list(file, json, "sections", "S %llX\n");
	list(file, json, "relocations", "R %llX\n");
	assert_int_equal(fclose(file), 0);
	json_decref(json);
	assert_int_equal(shell("cd '%s' && diff theirs ours >&2"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(it_answers_in_json_and_by_its_exit_status, "K5.boot.pe"),
	TEST(a_wrong_call_is_a_usage_error, "K5.boot.pe"),
	TEST_SLOW(an_image_of_lld_is_what_readobj_says, "K5.boot.pe"),
	{0},
};
