/* SPDX-License-Identifier: Apache-2.0 */
/* dsse_test.c - envelopes: the vector of DSSE's protocol.md, both alphabets, t of n keys. */
/* needs: signoff hist noise gauge */
/* requires: jansson */
#include "lab.h"

#include <attest_base64.h>
#include <jansson.h>

#define PAYLOAD "{\"a\":\"\\u00fb\\u00ff~~~???\"}"

/* The public key of protocol.md, "Test Vectors" (X, Y there), as SubjectPublicKeyInfo. */
static const char dsse_key[] = "-----BEGIN PUBLIC KEY-----\n"
			       "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMr\n"
			       "CrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==\n"
			       "-----END PUBLIC KEY-----\n";

static const char dsse_envelope[] =
	"{\"payload\": \"aGVsbG8gd29ybGQ=\",\n"
	" \"payloadType\": \"http://example.com/HelloWorld\",\n"
	" \"signatures\": [{\"sig\": "
	"\"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUi"
	"HqJPcIAriEGAHTVeCUjW2JIZA==\"}]}\n";

static void pae_of_hello_world_is_the_vector(void **state)
{
	static const char expected[] = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
	size_t len;
	uint8_t *pae = gng_attest_pae(&len, "http://example.com/HelloWorld", "hello world", 11);

	(void)state;
	assert_non_null(pae);
	assert_int_equal(len, sizeof(expected) - 1);
	assert_memory_equal(pae, expected, len);
	free(pae);
	pae = gng_attest_pae(&len, "", NULL, 0);
	assert_int_equal(len, 12);
	assert_memory_equal(pae, "DSSEv1 0  0 ", len);
	free(pae);
}

/* check opens an envelope and returns how many of the keys signed it; -1 if it is none. */
static int check(const char *text, const struct gng_attest_key *const *keys, size_t num_keys)
{
	struct gng_attest_envelope envelope;
	bool signed_by[GNG_ATTEST_MAX_KEYS];
	size_t num;

	if (gng_attest_envelope_open(&envelope, text, strlen(text), NULL) != GNG_OK)
		return -1;
	num = gng_attest_envelope_check(signed_by, &envelope, keys, num_keys);
	gng_attest_envelope_fini(&envelope);
	return (int)num;
}

static void envelope_of_the_vector_verifies(void **state)
{
	const struct gng_attest_key *keys[1];
	struct gng_attest_key *key;
	char *forged = strdup(dsse_envelope);

	(void)state;
	lab_open();
	lab_write("dsse.pub", dsse_key, 0644);
	assert_int_equal(gng_attest_key_open(&key, lab_path("dsse.pub"), false, NULL), GNG_OK);
	keys[0] = key;
	assert_int_equal(check(dsse_envelope, keys, 1), 1);
	strstr(forged, "HelloWorld")[0] = 'J';
	assert_int_equal(check(forged, keys, 1), 0);
	gng_attest_key_close(key);
	free(forged);
}

static char *seal(const struct lab_key *keys, size_t num)
{
	const struct gng_attest_key *secret[2] = {keys[0].secret, num > 1 ? keys[1].secret : NULL};
	char *line;

	assert_int_equal(gng_attest_seal(&line, GNG_ATTEST_PAYLOAD_TYPE, PAYLOAD, strlen(PAYLOAD),
					 secret, num, NULL),
			 GNG_OK);
	assert_null(strchr(line, '\n'));
	return line;
}

static void envelope_counts_distinct_keys(void **state)
{
	struct lab_key keys[2], stranger;
	const struct gng_attest_key *both[3], *twice[2], *other[1];
	char *line;

	(void)state;
	lab_open();
	keys[0] = lab_key("a", GNG_ATTEST_ED25519);
	keys[1] = lab_key("b", GNG_ATTEST_P256);
	stranger = lab_key("c", GNG_ATTEST_ED25519);
	both[0] = keys[0].public, both[1] = keys[1].public, both[2] = stranger.public;
	twice[0] = twice[1] = keys[0].public;
	other[0] = stranger.public;
	line = seal(keys, 2);
	assert_int_equal(check(line, both, 3), 2);
	assert_int_equal(check(line, twice, 2), 1);
	assert_int_equal(check(line, other, 1), 0);
	assert_int_equal(check(line, NULL, 0), 0);
	free(line);
	line = seal(keys, 1);
	assert_int_equal(check(line, both, 3), 1);
	free(line);
	lab_key_close(&keys[0]);
	lab_key_close(&keys[1]);
	lab_key_close(&stranger);
}

/* respell puts a member in the URL-safe alphabet, without padding. */
static void respell(json_t *object, const char *key)
{
	char *text = strdup(json_string_value(json_object_get(object, key)));

	text[strcspn(text, "=")] = '\0';
	for (char *c = text; (c = strpbrk(c, "+/")); c++)
		*c = *c == '+' ? '-' : '_';
	json_object_set_new(object, key, json_string(text));
	free(text);
}

static void envelope_may_be_url_safe_and_name_any_key(void **state)
{
	struct lab_key key;
	const struct gng_attest_key *keys[1];
	char *line, *other, *named;

	(void)state;
	lab_open();
	key = lab_key("a", GNG_ATTEST_ED25519);
	keys[0] = key.public;
	line = seal(&key, 1);
	json_t *json = json_loads(line, 0, NULL);
	json_t *sig = json_array_get(json_object_get(json, "signatures"), 0);

	/* a keyid decides nothing: neither another one nor none */
	json_object_set_new(sig, "keyid", json_string("0000"));
	named = json_dumps(json, 0);
	assert_int_equal(check(named, keys, 1), 1);
	json_object_del(sig, "keyid");
	free(named);
	named = json_dumps(json, JSON_INDENT(1));
	assert_int_equal(check(named, keys, 1), 1);
	respell(json, "payload");
	respell(sig, "sig");
	other = json_dumps(json, 0);
	assert_int_equal(check(other, keys, 1), 1);
	json_decref(json);
	free(named);
	free(other);
	free(line);
	lab_key_close(&key);
}

static void envelope_refuses_what_is_none(void **state)
{
	static const char *const none[] = {
		"",
		"{}",
		"[]",
		"{\"payload\":\"YQ==\",\"payloadType\":\"t\"}",
		"{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[]}",
		"{\"payload\":\"YQ==\",\"signatures\":[{\"sig\":\"YQ==\"}]}",
		"{\"payload\":\"Y\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"YQ==\"}]}",
		"{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"Y!==\"}]}",
		"{\"payload\":\"YQ==\",\"payloadType\":\"t\",\"signatures\":[{}]}",
		("{\"payload\":\"YQ==\",\"payload\":\"Yg==\",\"payloadType\":\"t\","
		 "\"signatures\":[{\"sig\":\"YQ==\"}]}"),
	};
	struct gng_why why = {0};
	char *line;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(check(none[i], NULL, 0), -1);
	assert_int_equal(gng_attest_seal(&line, "t", "a", 1, NULL, 0, &why), GNG_EINVAL);
	assert_null(line);
}

static void base64_reads_one_spelling_of_each_alphabet(void **state)
{
	static const char *const good[] = {"", "+/+/", "-_-_", "YQ==", "YQ", "YWI=", "YWI"};
	static const char *const bad[] = {"A", "+_",  "+/-_",	"YR==",	 "YWJ=", "YQ=",
					  "=", "Y Q", "YQ==\n", "YQ===", "====", "YQ==YQ=="};
	size_t len;
	uint8_t *bytes;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		bytes = attest_base64_decode(&len, good[i], strlen(good[i]));
		assert_non_null(bytes);
		free(bytes);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_null(attest_base64_decode(&len, bad[i], strlen(bad[i])));
}

/* verified_by_openssl writes PAE and signature to files and asks the openssl program. */
static bool verified_by_openssl(const char *name, const char *line)
{
	json_t *json = json_loads(line, 0, NULL);
	const char *sig = json_string_value(
		json_object_get(json_array_get(json_object_get(json, "signatures"), 0), "sig"));
	size_t len, sig_len;
	uint8_t *bytes = attest_base64_decode(&sig_len, sig, strlen(sig));
	uint8_t *pae = gng_attest_pae(&len, GNG_ATTEST_PAYLOAD_TYPE, PAYLOAD, strlen(PAYLOAD));
	FILE *file = fopen(lab_path("pae"), "we");
	char command[256];

	fwrite(pae, 1, len, file);
	fclose(file);
	file = fopen(lab_path("sig"), "we");
	fwrite(bytes, 1, sig_len, file);
	fclose(file);
	json_decref(json);
	free(bytes);
	free(pae);
	snprintf(command, sizeof(command),
		 "openssl pkeyutl -verify -rawin -pubin -inkey %s.pub -in pae -sigfile sig", name);
	return lab_shell(command) == 0;
}

static void statement_is_verified_by_openssl_alone(void **state)
{
	struct lab_key keys[2];
	char *line;

	(void)state;
	lab_open();
	if (lab_shell("openssl version") != 0)
		return gng_probe_skip("the program openssl is not here", "apt-get install openssl");
	keys[0] = lab_key("a", GNG_ATTEST_ED25519);
	keys[1] = lab_key("b", GNG_ATTEST_P256);
	for (int i = 0; i < 2; i++) {
		line = seal(&keys[i], 1);
		assert_true(verified_by_openssl(i ? "b" : "a", line));
		assert_false(verified_by_openssl(i ? "a" : "b", line));
		free(line);
	}
	lab_key_close(&keys[0]);
	lab_key_close(&keys[1]);
}

const struct suite_test suite_tests[] = {
	TEST(pae_of_hello_world_is_the_vector, "H1.attest.pae"),
	TEST(envelope_of_the_vector_verifies, "H1.attest.pae H1.attest.envelope"),
	TEST(envelope_counts_distinct_keys, "H1.attest.threshold"),
	TEST(envelope_may_be_url_safe_and_name_any_key, "H1.attest.envelope"),
	TEST(envelope_refuses_what_is_none, "H1.attest.envelope"),
	TEST(base64_reads_one_spelling_of_each_alphabet, "H1.attest.envelope"),
	TEST(statement_is_verified_by_openssl_alone, "H1.attest.independent"),
	{0},
};
