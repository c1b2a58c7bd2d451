/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo pe`: JSON and exit status; and an image that clang and lld link
 * has the sections and relocations that llvm-readobj finds in it. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

/* every 8th vector: the sanitizers' programs start slowly */
static void check_case(struct gng_vec_case *one, void *arg)
{
	unsigned int *count = arg;
	static uint8_t image[4096];
	const size_t whole = (size_t)suite_int(one, "len");
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);
	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;

	gng_vec_skip(one, "name");
	gng_vec_skip(one, "clause");
	gng_vec_skip(one, "at");
	if ((*count)++ % 8 != 0)
		return;
	assert_true(len <= whole && whole <= sizeof(image));
	memset(image, 0, sizeof(image));
	memcpy(image, bytes, len);
	command_write("image", image, whole);
	assert_int_equal(command("gonogo-pe image --json"), sound ? 0 : 1);
	command_answers(one, "format");
}

static void it_answers_in_json_and_by_its_exit_status(void **state)
{
	unsigned int count = 0;

	(void)state;
	suite_vectors("pe/images.vec", check_case, &count);
}

static void a_wrong_call_is_a_usage_error(void **state)
{
	(void)state;
	command_wants_a_file("gonogo-pe");
}

/* The app has a pointer that must be relocated, and is linked by clang and lld as one for UEFI. */
static const char build[] =
	"echo 'static int a; int *p = &a, **q = &p; long efi(void) { return **q; }' "
	">app.c && clang -target x86_64-unknown-windows -ffreestanding -mno-stack-arg-probe "
	"-c app.c -o app.obj && lld-link -subsystem:efi_application -entry:efi "
	"-nodefaultlib -out:app.efi app.obj";

/* theirs lists what llvm-readobj finds: "S address" and "R address". */
static const char theirs[] =
	"llvm-readobj --coff-basereloc --sections app.efi | sed -n "
	"-e 's/^ *VirtualAddress: 0x/S /p' -e '/Type: DIR64/{n;s/^ *Address: 0x/R /p}' >theirs";

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
	json_t *json;
	FILE *file;

	(void)state;
	if (command("command -v clang lld-link llvm-readobj") != 0) {
		gng_probe_skip("clang, lld-link or llvm-readobj is not installed",
			       "apt-get install clang lld llvm");
		return;
	}
	assert_int_equal(command("%s", build), 0);
	assert_int_equal(command("%s", theirs), 0);
	assert_int_equal(command("gonogo-pe app.efi --json"), 0);
	json = command_json();
	file = command_open("ours", "w");
	list(file, json, "sections", "S %llX\n");
	list(file, json, "relocations", "R %llX\n");
	assert_int_equal(fclose(file), 0);
	json_decref(json);
	assert_int_equal(command("diff theirs ours"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(it_answers_in_json_and_by_its_exit_status, "K5.boot.pe"),
	TEST(a_wrong_call_is_a_usage_error, "K5.boot.pe"),
	TEST_SLOW(an_image_of_lld_is_what_readobj_says, "K5.boot.pe"),
	{0},
};
