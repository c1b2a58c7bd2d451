/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo-vectors`: exit status, text, JSON, and every variant. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

/* FIPS 197, appendix C.1; the second ciphertext is wrong in its last byte. */
#define CASE(count, last)                                             \
	"COUNT = " count "\nKEY = 000102030405060708090a0b0c0d0e0f\n" \
	"PLAINTEXT = 00112233445566778899aabbccddeeff\n"              \
	"CIPHERTEXT = 69c4e0d86a7b0430d8cdb78070b4c5" last "\n\n"

static void the_exit_status_tells_passed_failed_and_nothing(void **state)
{
	(void)state;
	command_text("ECB.rsp", CASE("0", "5a"));
	command_text("OFB.rsp", CASE("0", "5a"));
	assert_int_equal(command("gonogo-vectors ECB.rsp"), 0);
	command_says(command_out, " cases run, ");
	command_says(command_out, ", 0 failed\n");
	assert_int_equal(command("gonogo-vectors OFB.rsp"), 4);
	command_says(command_out,
		     "SKIP  OFB.rsp: 1 cases, the first because OFB is not supported\n");
	command_says(command_err,
		     "gonogo: vectors: nothing ran: no case of these files is supported\n");
	command_text("ECB.rsp", CASE("0", "5a") CASE("41", "5b"));
	assert_int_equal(command("gonogo-vectors ECB.rsp"), 1);
	command_says(command_out, "FAIL  ECB.rsp:6  case 41  portable\n"
				  "      encryption: byte 15 is 5a, the vector says 5b\n");
}

static void usage_and_unreadable_files_exit_2(void **state)
{
	(void)state;
	assert_int_equal(command("gonogo-vectors"), 2);
	command_says(command_err,
		     "gonogo: vectors: it wants one or more files; gonogo help vectors\n");
	assert_int_equal(command("gonogo-vectors --frob x"), 2);
	command_says(command_err,
		     "gonogo: vectors: unknown option '--frob'; --json stands first\n");
	assert_int_equal(command("gonogo-vectors absent.rsp"), 2);
	command_says(command_err, "gonogo: vectors: absent.rsp: No such file or directory\n");
	command_text("ECB.rsp", "COUNT = 0\nKEY = 00z\n");
	assert_int_equal(command("gonogo-vectors ECB.rsp"), 2);
	command_says(command_err, "ECB.rsp:2");
	assert_int_equal(command("gonogo-vectors --help"), 0);
	command_says(command_out, "usage: gonogo vectors ");
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
	json_t *list;

	(void)state;
	command_text("ECB.rsp", CASE("0", "5a") CASE("41", "5b"));
	assert_int_equal(command("gonogo-vectors --json ECB.rsp"), 1);
	list = command_json();
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
