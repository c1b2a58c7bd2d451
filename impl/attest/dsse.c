/* SPDX-License-Identifier: Apache-2.0 */
/* dsse.c - Dead Simple Signing Envelope, protocol.md and envelope.md v1.0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "attest_base64.h"
#include "attest_key.h"

#define MAX_SIGNATURES 32 /* each costs a verification with each key */

uint8_t *gng_attest_pae(size_t *len, const char *type, const void *body, size_t body_len)
{
	char head[256 + 64], *text = NULL;
	int head_len =
		snprintf(head, sizeof(head), "DSSEv1 %zu %s %zu ", strlen(type), type, body_len);

	if (head_len < 0 || (size_t)head_len >= sizeof(head))
		return NULL; /* no type that anybody uses is as long */
	text = malloc((size_t)head_len + body_len + 1);
	if (!text)
		return NULL;
	memcpy(text, head, (size_t)head_len);
	if (body_len)
		memcpy(text + head_len, body, body_len);
	*len = (size_t)head_len + body_len;
	return (uint8_t *)text;
}

/* ---- sealing ---- */

static json_t *signature_json(const struct gng_attest_key *key, const uint8_t *pae, size_t pae_len)
{
	uint8_t signature[ATTEST_SIGNATURE_CAP];
	size_t len = sizeof(signature);
	char *encoded;
	json_t *json;

	if (!attest_key_sign(signature, &len, key, pae, pae_len))
		return NULL;
	encoded = attest_base64_encode(signature, len);
	json = json_pack("{ss ss}", "keyid", key->id, "sig", encoded ? encoded : "");
	free(encoded);
	return json;
}

static json_t *signatures_json(const struct gng_attest_key *const *keys, size_t num_keys,
			       const uint8_t *pae, size_t pae_len)
{
	json_t *list = json_array(), *one;

	for (size_t i = 0; i < num_keys; i++) {
		one = pae ? signature_json(keys[i], pae, pae_len) : NULL;
		if (!one || json_array_append_new(list, one) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

enum gng_status gng_attest_seal(char **line, const char *type, const void *body, size_t body_len,
				const struct gng_attest_key *const *keys, size_t num_keys,
				struct gng_why *why)
{
	size_t pae_len = 0;
	uint8_t *pae;
	json_t *envelope = NULL, *signatures;
	char *payload;

	*line = NULL;
	if (num_keys == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "attest.seal",
				   "an envelope without a signature is none");
	pae = gng_attest_pae(&pae_len, type, body, body_len);
	payload = attest_base64_encode(body, body_len);
	signatures = signatures_json(keys, num_keys, pae, pae_len);
	if (payload && signatures)
		envelope = json_pack("{ss ss so}", "payload", payload, "payloadType", type,
				     "signatures", signatures);
	else
		json_decref(signatures);
	if (envelope)
		*line = json_dumps(envelope, JSON_COMPACT);
	json_decref(envelope);
	free(payload);
	free(pae);
	return *line ? GNG_OK
		     : gng_why_set(why, GNG_ESYS, 0, "attest.seal", "libcrypto did not sign");
}

/* ---- opening ---- */

static uint8_t *decode(size_t *len, const json_t *value)
{
	*len = 0;
	return json_is_string(value) ? attest_base64_decode(len, json_string_value(value),
							    json_string_length(value))
				     : NULL;
}

static const char *read_signatures(struct gng_attest_envelope *envelope, const json_t *list)
{
	const size_t num = json_array_size(list);

	if (num == 0)
		return "it has no signatures";
	if (num > MAX_SIGNATURES)
		return "it has more signatures than anybody needs";
	envelope->signatures = calloc(num, sizeof(*envelope->signatures));
	if (!envelope->signatures)
		return "no memory";
	for (; envelope->num_signatures < num; envelope->num_signatures++) {
		struct gng_attest_signature *one = &envelope->signatures[envelope->num_signatures];

		one->bytes = decode(
			&one->len,
			json_object_get(json_array_get(list, envelope->num_signatures), "sig"));
		if (!one->bytes)
			return "a signature is no base64";
	}
	return NULL;
}

/* read_envelope returns NULL, or what is wrong. */
static const char *read_envelope(struct gng_attest_envelope *envelope, const json_t *json)
{
	const json_t *type = json_object_get(json, "payloadType");

	if (!json_is_object(json))
		return "it is no JSON object";
	if (!json_is_string(type) || strlen(json_string_value(type)) != json_string_length(type))
		return "it has no payloadType";
	envelope->type = strdup(json_string_value(type));
	envelope->payload = decode(&envelope->payload_len, json_object_get(json, "payload"));
	if (!envelope->type || !envelope->payload)
		return "its payload is no base64";
	return read_signatures(envelope, json_object_get(json, "signatures"));
}

enum gng_status gng_attest_envelope_open(struct gng_attest_envelope *envelope, const char *line,
					 size_t len, struct gng_why *why)
{
	json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *wrong;

	memset(envelope, 0, sizeof(*envelope));
	wrong = json ? read_envelope(envelope, json) : "it is no JSON";
	json_decref(json);
	if (!wrong)
		return GNG_OK;
	gng_attest_envelope_fini(envelope);
	return gng_why_set(why, GNG_EFORMAT, 0, "attest.envelope", "%s", wrong);
}

void gng_attest_envelope_fini(struct gng_attest_envelope *envelope)
{
	for (size_t i = 0; envelope->signatures && i < envelope->num_signatures; i++)
		free(envelope->signatures[i].bytes);
	free(envelope->signatures);
	free(envelope->payload);
	free(envelope->type);
	memset(envelope, 0, sizeof(*envelope));
}

/* ---- checking ---- */

static bool is_signed_by(const struct gng_attest_envelope *envelope,
			 const struct gng_attest_key *key, const uint8_t *pae, size_t pae_len)
{
	for (size_t i = 0; i < envelope->num_signatures; i++)
		if (attest_key_verify(key, envelope->signatures[i].bytes,
				      envelope->signatures[i].len, pae, pae_len))
			return true;
	return false;
}

bool attest_key_is_repeated(const struct gng_attest_key *const *keys, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(keys[i]->id, keys[at]->id) == 0)
			return true;
	return false;
}

size_t gng_attest_envelope_check(bool *signed_by, const struct gng_attest_envelope *envelope,
				 const struct gng_attest_key *const *keys, size_t num_keys)
{
	size_t pae_len = 0, num = 0;
	uint8_t *pae =
		gng_attest_pae(&pae_len, envelope->type, envelope->payload, envelope->payload_len);

	for (size_t i = 0; i < num_keys; i++) {
		signed_by[i] = pae && is_signed_by(envelope, keys[i], pae, pae_len);
		num += signed_by[i] && !attest_key_is_repeated(keys, i);
	}
	free(pae);
	return num;
}
