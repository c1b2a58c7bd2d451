/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope_fuzz.c - base64 that is read says the same when it is written again, and an envelope
 * that opens is the same when it is put together anew. Input: a line of a bundle.
 */
/* requires: jansson */
/* bundle: 13 */
#include "../suite.h"

#include <attest_base64.h>
#include <gng_attest.h>
#include <jansson.h>

/* check_base64 compares with the canonical spelling: standard alphabet, padded. */
static void check_base64(const char *text, size_t len)
{
	size_t num, pad;
	uint8_t *bytes = attest_base64_decode(&num, text, len);
	char *again;

	if (!bytes)
		return;
	again = attest_base64_encode(bytes, num);
	while (len && text[len - 1] == '=')
		len--;
	pad = strlen(again) - len;
	fuzz_check(pad < 4 && strspn(again + len, "=") == pad, "another length", again);
	for (size_t i = 0; i < len; i++) {
		const char c = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];

		fuzz_check(again[i] == c, "another digit", again);
	}
	free(again);
	free(bytes);
}

static json_t *signatures_of(const struct gng_attest_envelope *envelope)
{
	json_t *list = json_array();

	for (size_t i = 0; i < envelope->num_signatures; i++) {
		char *sig = attest_base64_encode(envelope->signatures[i].bytes,
						 envelope->signatures[i].len);

		json_array_append_new(list, json_pack("{ss}", "sig", sig));
		free(sig);
	}
	return list;
}

static void check_same(const struct gng_attest_envelope *one,
		       const struct gng_attest_envelope *other)
{
	fuzz_check(strcmp(one->type, other->type) == 0, "type", one->type);
	fuzz_check(one->payload_len == other->payload_len &&
			   memcmp(one->payload, other->payload, one->payload_len) == 0,
		   "payload", one->type);
	fuzz_check(one->num_signatures == other->num_signatures, "signatures", one->type);
	for (size_t i = 0; i < one->num_signatures; i++)
		fuzz_check(one->signatures[i].len == other->signatures[i].len &&
				   memcmp(one->signatures[i].bytes, other->signatures[i].bytes,
					  one->signatures[i].len) == 0,
			   "signature", one->type);
}

static void check_envelope(const char *text, size_t len, int all)
{
	struct gng_attest_envelope envelope, again;
	struct gng_why why = {GNG_OK, 0, NULL, ""};
	char *payload, *line;
	json_t *json;

	if (gng_attest_envelope_open(&envelope, text, len, all ? &why : NULL) != GNG_OK) {
		fuzz_check(!all || (why.status == GNG_EFORMAT && *why.text), "no reason", why.text);
		return;
	}
	if (!all) {
		gng_attest_envelope_fini(&envelope);
		return;
	}
	payload = attest_base64_encode(envelope.payload, envelope.payload_len);
	json = json_pack("{ss ss so}", "payloadType", envelope.type, "payload", payload,
			 "signatures", signatures_of(&envelope));
	line = json_dumps(json, 0);
	fuzz_check(gng_attest_envelope_open(&again, line, strlen(line), NULL) == GNG_OK,
		   "does not open again", line);
	check_same(&envelope, &again);
	gng_attest_envelope_fini(&again);
	gng_attest_envelope_fini(&envelope);
	json_decref(json);
	free(payload);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_envelope((const char *)data, size, fuzz_one_in(64, data, size));
	if (memchr(data, '{', size) && !fuzz_one_in(64, data, size))
		return 0;
	check_base64((const char *)data, strnlen((const char *)data, size));
	return 0;
}
