/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_test.c - cases of foreign files become calls: what passes, fails and is skipped
 * (Wycheproof doc/files.md; NIST AESAVS and GCMVS).
 */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_vectors.h>

static struct gng_vectors_result result;
static struct gng_why why;

static void run(const char *name, const char *text)
{
	gng_vectors_result_fini(&result);
	if (gng_vectors_run_text(&result, name, text, strlen(text), &why) != GNG_OK)
		fail_msg("%s", why.text);
}

static void expect(uint64_t passed, uint64_t failed, uint64_t skipped)
{
	assert_int_equal(result.passed, passed);
	assert_int_equal(result.failed, failed);
	assert_int_equal(result.skipped, skipped);
	assert_int_equal(result.run, passed + failed);
}

static char *path_of(const char *name)
{
	static char path[4096];
	const char *folder = getenv("GNG_VECTORS");

	assert_non_null(folder);
	snprintf(path, sizeof(path), "%s/aes/%s", folder, name);
	return path;
}

static void files_of_the_tree_pass_whole(void **state)
{
	/* case counts: vectors/aes/SOURCES and the files' own "# cases" */
	static const struct {
		const char *name, *algorithm;
		uint64_t num_cases;
	} files[] = {
		{"ECBVarTxt128.rsp", "AES-ECB", 256},
		{"CBCMMT256.rsp", "AES-CBC", 20},
		{"gcmEncryptExtIV192.rsp", "AES-GCM", 7875},
		{"gcmDecrypt256.rsp", "AES-GCM", 7875},
		{"aes-128-ctr.txt", "AES-CTR", 3},
		{"gcm-spec.vec", "AES-GCM", 18},
		{"fips197.vec", "by shape", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		if (gng_vectors_run(&result, path_of(files[i].name), &why) != GNG_OK)
			fail_msg("%s", why.text);
		assert_string_equal(result.algorithm, files[i].algorithm);
		expect(files[i].num_cases, 0, 0);
		gng_probe_cases(result.run, files[i].num_cases);
	}
}

#define READ_CAP 65536

static char *read_whole(const char *path)
{
	char *text = calloc(1, READ_CAP);
	FILE *file = fopen(path, "r");

	assert_non_null(text);
	assert_non_null(file);
	assert_in_range(fread(text, 1, READ_CAP, file), 1, READ_CAP - 1);
	fclose(file);
	return text;
}

static void a_corrupted_copy_fails_by_file_and_case(void **state)
{
	char *text = read_whole(path_of("CBCMMT128.rsp")), *at;

	(void)state;
	at = strstr(text, "COUNT = 7");
	assert_non_null(at);
	at = strstr(at, "CIPHERTEXT = ");
	assert_non_null(at);
	at[14] = at[14] == '0' ? '1' : '0'; /* the low digit of byte 0 */
	run("copy/CBCMMT128.rsp", text);
	expect(19, 1, 0);
	assert_string_equal(result.failures[0].id, "7");
	assert_memory_equal(result.failures[0].here, "copy/CBCMMT128.rsp:", 19);
	assert_non_null(strstr(result.failures[0].why, "encryption: byte 0 is "));
	free(text);
}

#define GROUP(algorithm, tests)                                 \
	"{\"algorithm\":\"" algorithm "\",\"numberOfTests\":1," \
	"\"testGroups\":[{\"type\":\"X\",\"tests\":[" tests "]}]}"

/* McGrew and Viega, The Galois/Counter Mode of Operation, test case 2 */
#define GCM(tag_digit, result)                                      \
	"{\"tcId\":2,\"key\":\"00000000000000000000000000000000\"," \
	"\"iv\":\"000000000000000000000000\",\"aad\":\"\","         \
	"\"msg\":\"00000000000000000000000000000000\","             \
	"\"ct\":\"0388dace60b6a392f328c2b971b2fe78\","              \
	"\"tag\":\"ab6e47d42cec13bdf53a67b21257bdd" tag_digit "\",\"result\":\"" result "\"}"

static void invalid_must_be_refused_and_acceptable_may(void **state)
{
	(void)state;
	run("w.json", GROUP("AES-GCM", GCM("f", "valid")));
	expect(1, 0, 0);
	run("w.json", GROUP("AES-GCM", GCM("e", "valid")));
	expect(0, 1, 0);
	assert_string_equal(result.failures[0].why, "tag: byte 15 is df, the vector says de");
	run("w.json", GROUP("AES-GCM", GCM("e", "invalid")));
	expect(1, 0, 0);
	run("w.json", GROUP("AES-GCM", GCM("f", "invalid")));
	expect(0, 1, 0);
	assert_string_equal(result.failures[0].why, "open accepts what is invalid");
	assert_string_equal(result.failures[0].id, "2");
	run("w.json", GROUP("AES-GCM", GCM("e", "acceptable")));
	expect(1, 0, 0);
	run("w.json", GROUP("AES-GCM", GCM("f", "acceptable")));
	expect(1, 0, 0);
}

static void an_empty_nonce_is_refused_or_skipped(void **state)
{
#define NO_NONCE(result)                                                  \
	GROUP("AES-GCM",                                                  \
	      "{\"tcId\":3,\"key\":\"00000000000000000000000000000000\"," \
	      "\"iv\":\"\",\"aad\":\"\",\"msg\":\"\",\"ct\":\"\","        \
	      "\"tag\":\"58e2fccefa7e3061367f1d57a4e7455a\",\"result\":\"" result "\"}")
	(void)state;
	run("w.json", NO_NONCE("invalid"));
	expect(1, 0, 0);
	run("w.json", NO_NONCE("valid"));
	expect(0, 0, 1);
	assert_string_equal(result.skip_reason, "an empty nonce is not supported");
}

/* Made with OpenSSL 3.0: AES-128-CBC over "gonogo", and over the same with a bad padding. */
#define CBC(cipher, result)                                               \
	GROUP("AES-CBC-PKCS5",                                            \
	      "{\"tcId\":4,\"key\":\"000102030405060708090a0b0c0d0e0f\"," \
	      "\"iv\":\"101112131415161718191a1b1c1d1e1f\","              \
	      "\"msg\":\"676f6e6f676f\",\"ct\":\"" cipher "\",\"result\":\"" result "\"}")
#define CBC_GOOD "ab571ca9dda0df2d2dc5515954c5b356"
#define CBC_BAD_PADDING "aed3ea5397a6bc6782815b12923cb5ec"

static void padding_is_checked_in_both_directions(void **state)
{
	(void)state;
	run("w.json", CBC(CBC_GOOD, "valid"));
	expect(1, 0, 0);
	assert_string_equal(result.algorithm, "AES-CBC-PKCS5");
	run("w.json", CBC(CBC_BAD_PADDING, "invalid"));
	expect(1, 0, 0);
	run("w.json", CBC("", "invalid"));
	expect(1, 0, 0);
	run("w.json", CBC(CBC_BAD_PADDING, "valid"));
	expect(0, 1, 0);
	run("w.json", CBC(CBC_GOOD, "invalid"));
	expect(0, 1, 0);
	assert_string_equal(result.failures[0].why, "decryption accepts what is invalid");
}

static void gmac_authenticates_the_message(void **state)
{
#define GMAC(tag, result)                                                                 \
	GROUP("AES-GMAC", "{\"tcId\":5,\"key\":\"000102030405060708090a0b0c0d0e0f\","     \
			  "\"iv\":\"000102030405060708090a0b\",\"msg\":\"676f6e6f676f\"," \
			  "\"tag\":\"" tag "\",\"result\":\"" result "\"}")
	(void)state;
	run("w.json", GMAC("5ca58a2984df26759214c270b4cd6665", "valid"));
	expect(1, 0, 0);
	run("w.json", GMAC("5ca58a2984df26759214c270b4cd6660", "invalid"));
	expect(1, 0, 0);
	run("w.json", GMAC("5ca58a2984df26759214c270b4cd6660", "valid"));
	expect(0, 1, 0);
}

static void what_is_not_supported_is_skipped_with_a_reason(void **state)
{
#define CAVP(attributes) "COUNT = 0\n" attributes "PLAINTEXT = 00\nCIPHERTEXT = 00\n"
	static const char block[] = "COUNT = 0\nKEY = 00000000000000000000000000000000\n"
				    "IV = 00000000000000000000000000000000\n"
				    "PLAINTEXT = 00\nCIPHERTEXT = 00\n";
	static const struct {
		const char *name, *text, *reason;
	} cases[] = {
		{"OFBMMT128.rsp", block, "OFB is not supported"},
		{"CFB8MMT128.rsp", block, "CFB is not supported"},
		{"TCBCMMT1.rsp", block, "CBC is not supported"},
		{"OFBMCT128.rsp", block, "OFB MCT is not supported"},
		{"mine.rsp", block, "the file names no mode, and CBC, OFB and CFB look alike"},
		{"w.json", GROUP("AES-CCM", GCM("f", "valid")), "AES-CCM is not supported"},
		{"w.json", GROUP("AES-GCM-SIV", GCM("f", "valid")), "AES-GCM-SIV is not supported"},
		{"ECB.rsp", CAVP("KEY = 0000\n"), "a key of 2 bytes is not supported"},
		{"ECB.rsp", CAVP(""), "the case has no key"},
		{"CBC.rsp", CAVP("KEY = 00000000000000000000000000000000\nIV = 00\n"),
		 "an IV of 1 bytes is not supported"},
		{"gcm.rsp",
		 "COUNT = 0\nKey = 00000000000000000000000000000000\nIV = 00\nPT = \nCT = \n"
		 "AAD = \nTag = 0011223344\n",
		 "a tag of 5 bytes is not supported"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		run(cases[i].name, cases[i].text);
		assert_string_equal(result.skip_reason, cases[i].reason);
		expect(0, 0, 1);
	}
}

static void comments_name_the_mode_where_the_file_does_not(void **state)
{
	(void)state;
	/* SP 800-38A F.2.1, first block */
	run("mine.rsp", "# CAVS 11.1\n# AESVS MMT test data for CBC\n\n[ENCRYPT]\n\nCOUNT = 0\n"
			"KEY = 2b7e151628aed2a6abf7158809cf4f3c\n"
			"IV = 000102030405060708090a0b0c0d0e0f\n"
			"PLAINTEXT = 6bc1bee22e409f96e93d7e117393172a\n"
			"CIPHERTEXT = 7649abac8119b246cee98e9b12e9197d\n");
	assert_string_equal(result.algorithm, "AES-CBC");
	expect(1, 0, 0);
}

/* NIST's ECBMCT128.rsp and CBCMCT128.rsp, COUNT = 0. The decryption of ECB is the way back;
 * that of CBC was computed from the AESAVS text with another implementation of AES. */
#define MCT_ECB(way, cipher)                                               \
	"[" way "]\n\nCOUNT = 0\nKEY = 139a35422f1d61de3c91787fe0507afd\n" \
	"PLAINTEXT = b9145a768b7dc489a096b546f43b231f\nCIPHERTEXT = " cipher "\n"
#define MCT_CBC(way, plain, cipher)                                        \
	"[" way "]\n\nCOUNT = 0\nKEY = 9dc2c84a37850c11699818605f47958c\n" \
	"IV = 256953b2feab2a04ae0180d8335bbed6\n"                          \
	"PLAINTEXT = " plain "\nCIPHERTEXT = " cipher "\n"

static void monte_carlo_chains_a_thousand_blocks(void **state)
{
	(void)state;
	run("ECBMCT128.rsp", MCT_ECB("ENCRYPT", "d7c3ffac9031238650901e157364c386"));
	expect(1, 0, 0);
	run("ECBMCT128.rsp", MCT_ECB("DECRYPT", "d7c3ffac9031238650901e157364c386"));
	expect(1, 0, 0);
	run("ECBMCT128.rsp", MCT_ECB("ENCRYPT", "d7c3ffac9031238650901e157364c387"));
	expect(0, 1, 0);
	run("CBCMCT128.rsp", MCT_CBC("ENCRYPT", "2e586692e647f5028ec6fa47a55a2aab",
				     "1b1ebd1fc45ec43037fd4844241a437f"));
	expect(1, 0, 0);
	run("CBCMCT128.rsp", MCT_CBC("DECRYPT", "98796de2b10ea46d37f5728377c244ee",
				     "2e586692e647f5028ec6fa47a55a2aab"));
	expect(1, 0, 0);
}

static void a_malformed_file_is_an_error_with_its_line(void **state)
{
	(void)state;
	gng_vectors_result_fini(&result);
	assert_int_equal(gng_vectors_run_text(&result, "bad.rsp", "COUNT = 0\nKEY = 0\n", 18, &why),
			 GNG_EFORMAT);
	assert_non_null(strstr(why.text, "bad.rsp:2"));
	assert_int_equal(result.run, 0);
	assert_int_equal(gng_vectors_run(&result, "/no/such/file", &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "/no/such/file: "));
}

static void failures_are_counted_beyond_those_that_are_kept(void **state)
{
	const size_t num = GNG_VECTORS_MAX_FAILURES + 7;
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < num; i++)
		fprintf(file,
			"COUNT = %zu\nKEY = 00000000000000000000000000000000\n"
			"PLAINTEXT = 00000000000000000000000000000000\n"
			"CIPHERTEXT = 00000000000000000000000000000000\n\n",
			i);
	fclose(file);
	run("ECB.rsp", text);
	free(text);
	expect(0, num, 0);
	assert_int_equal(result.num_failures, GNG_VECTORS_MAX_FAILURES);
}

const struct suite_test suite_tests[] = {
	TEST(files_of_the_tree_pass_whole, "H1.vectors.formats"),
	TEST(a_corrupted_copy_fails_by_file_and_case, "H1.vectors.failures"),
	TEST(invalid_must_be_refused_and_acceptable_may, "H1.vectors.expected"),
	TEST(an_empty_nonce_is_refused_or_skipped, "H1.vectors.expected"),
	TEST(padding_is_checked_in_both_directions, "H1.vectors.expected"),
	TEST(gmac_authenticates_the_message, "H1.vectors.expected"),
	TEST(what_is_not_supported_is_skipped_with_a_reason, "H1.vectors.skipped"),
	TEST(comments_name_the_mode_where_the_file_does_not, "H1.vectors.formats"),
	TEST(monte_carlo_chains_a_thousand_blocks, "H1.vectors.mct"),
	TEST(a_malformed_file_is_an_error_with_its_line, "H1.vectors.failures"),
	TEST(failures_are_counted_beyond_those_that_are_kept, "H1.vectors.failures"),
	{0},
};
