/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - every case of a file, from attributes to an outcome. */
#include "vectors_case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_aes.h>
#include <gng_vec.h>

/* ---- from attributes to a case ---- */

/* The names that the three formats give to one thing. */
static const char *const key_names[] = {"key", NULL};
static const char *const iv_names[] = {"iv", "nonce", "counter", NULL};
static const char *const aad_names[] = {"aad", NULL};
static const char *const plain_names[] = {"msg", "plaintext", "pt", "plain", NULL};
static const char *const cipher_names[] = {"ct", "ciphertext", "cipher", NULL};
static const char *const tag_names[] = {"tag", NULL};

static enum gng_status take(struct vectors_bytes *bytes, struct gng_vec_case *from,
			    const char *const *names, struct gng_why *why)
{
	*bytes = (struct vectors_bytes){.len = 0};
	for (; *names; names++) {
		if (!gng_vec_has(from, *names))
			continue;
		bytes->present = true;
		return gng_vec_bytes(from, &bytes->data, &bytes->len, *names, why);
	}
	return GNG_OK;
}

static enum gng_status take_expected(struct vectors_case *one, struct gng_vec_case *from,
				     struct gng_why *why)
{
	const char *text;
	enum gng_status status;

	one->expected = gng_vec_has(from, "FAIL") ? VECTORS_INVALID : VECTORS_VALID;
	if (!gng_vec_has(from, "result"))
		return GNG_OK;
	status = gng_vec_text(from, &text, "result", why);
	if (status != GNG_OK)
		return status;
	if (strcmp(text, "valid") == 0)
		one->expected = VECTORS_VALID;
	else if (strcmp(text, "invalid") == 0)
		one->expected = VECTORS_INVALID;
	else if (strcmp(text, "acceptable") == 0)
		one->expected = VECTORS_ACCEPTABLE;
	else
		return gng_why_set(why, GNG_EFORMAT, 0, "vectors.run",
				   "%s: result is '%.32s', not valid, invalid or acceptable",
				   gng_vec_here(from), text);
	return GNG_OK;
}

static enum gng_status take_case(struct vectors_case *one, struct gng_vec_case *from,
				 struct gng_why *why)
{
	const struct {
		struct vectors_bytes *bytes;
		const char *const *names;
	} parts[] = {
		{&one->key, key_names},	    {&one->iv, iv_names},	  {&one->aad, aad_names},
		{&one->plain, plain_names}, {&one->cipher, cipher_names}, {&one->tag, tag_names},
	};
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == GNG_OK; i++)
		status = take(parts[i].bytes, from, parts[i].names, why);
	one->decrypts = gng_vec_has(from, "DECRYPT");
	return status == GNG_OK ? take_expected(one, from, why) : status;
}

/* ---- the file ---- */

static enum gng_status add_failure(struct gng_vectors_result *result,
				   const struct gng_vec_case *from, const char *text,
				   struct gng_why *why)
{
	struct gng_vectors_failure *failures, *failure;
	const char *here = gng_vec_here(from);
	const size_t len = strlen(here);

	if (result->num_failures == GNG_VECTORS_MAX_FAILURES)
		return GNG_OK;
	failures = reallocarray(result->failures, result->num_failures + 1, sizeof(*failures));
	if (!failures)
		return gng_why_set(why, GNG_ENOMEM, 0, "vectors.run", "no memory");
	result->failures = failures;
	failure = &failures[result->num_failures++];
	snprintf(failure->here, sizeof(failure->here), "%s",
		 len < sizeof(failure->here) ? here : here + len + 1 - sizeof(failure->here));
	snprintf(failure->id, sizeof(failure->id), "%s", gng_vec_id(from));
	snprintf(failure->why, sizeof(failure->why), "%s", text);
	return GNG_OK;
}

static enum gng_status count(struct gng_vectors_result *result, const struct gng_vec_case *from,
			     enum vectors_outcome outcome, const char *text, struct gng_why *why)
{
	if (outcome == VECTORS_SKIPPED) {
		if (result->skipped++ == 0)
			snprintf(result->skip_reason, sizeof(result->skip_reason), "%s", text);
		return GNG_OK;
	}
	result->run++;
	result->passed += outcome == VECTORS_PASSED;
	result->failed += outcome == VECTORS_FAILED;
	return outcome == VECTORS_FAILED ? add_failure(result, from, text, why) : GNG_OK;
}

static enum gng_status run_cases(struct gng_vectors_result *result, struct gng_vec *vec,
				 enum gng_vectors_algorithm algorithm, struct gng_why *why)
{
	struct gng_vec_case *from;
	enum gng_status status;

	while ((status = gng_vec_next(vec, &from, why)) == GNG_OK && from) {
		struct vectors_case one;
		char text[160] = "";
		enum vectors_outcome outcome;

		if (algorithm == GNG_VECTORS_UNKNOWN) {
			outcome = vectors_skip(text, "%s is not supported", result->algorithm);
		} else {
			status = take_case(&one, from, why);
			if (status != GNG_OK)
				return status;
			outcome = vectors_judge(text, algorithm, &one);
		}
		status = count(result, from, outcome, text, why);
		if (status != GNG_OK)
			return status;
	}
	return status;
}

static void name_variant(struct gng_vectors_result *result)
{
	static const uint8_t zeros[16];
	struct gng_aes_key key;

	snprintf(result->variant, sizeof(result->variant), "none");
	if (gng_aes_init(&key, zeros, sizeof(zeros)) == GNG_OK)
		snprintf(result->variant, sizeof(result->variant), "%s",
			 gng_aes_variant_name(&key));
	gng_aes_fini(&key);
}

static enum gng_status run(struct gng_vectors_result *result, struct gng_vec *vec, const char *path,
			   const char *text, size_t len, struct gng_why *why)
{
	const enum gng_vectors_algorithm algorithm =
		gng_vectors_recognise(result->algorithm, path, text, len);
	enum gng_status status;

	name_variant(result);
	status = run_cases(result, vec, algorithm, why);
	gng_vec_close(vec);
	if (status != GNG_OK) {
		gng_vectors_result_fini(result);
		memset(result, 0, sizeof(*result));
	}
	return status;
}

static enum gng_status read_file(char **text, size_t *len, const char *path, struct gng_why *why)
{
	FILE *file = fopen(path, "re");
	enum gng_status status = GNG_OK;

	*len = 0;
	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "vectors.run", "%s: %s", path,
				   strerror(errno));
	*text = malloc(GNG_VEC_MAX_LEN);
	if (*text)
		*len = fread(*text, 1, GNG_VEC_MAX_LEN, file);
	if (!*text || ferror(file)) {
		status = gng_why_set(why, *text ? GNG_ESYS : GNG_ENOMEM, errno, "vectors.run",
				     "%s: %s", path, strerror(errno));
		free(*text);
	}
	fclose(file);
	return status;
}

enum gng_status gng_vectors_run(struct gng_vectors_result *result, const char *path,
				struct gng_why *why)
{
	struct gng_vec *vec;
	enum gng_status status;
	char *text = NULL;
	size_t len;

	memset(result, 0, sizeof(*result));
	status = read_file(&text, &len, path, why);
	if (status != GNG_OK)
		return status;
	status = gng_vec_open(&vec, path, why);
	if (status == GNG_OK)
		status = run(result, vec, path, text, len, why);
	free(text);
	return status;
}

enum gng_status gng_vectors_run_text(struct gng_vectors_result *result, const char *name,
				     const char *text, size_t len, struct gng_why *why)
{
	struct gng_vec *vec;
	enum gng_status status;

	memset(result, 0, sizeof(*result));
	status = gng_vec_open_text(&vec, name, text, len, why);
	return status == GNG_OK ? run(result, vec, name, text, len, why) : status;
}

void gng_vectors_result_fini(struct gng_vectors_result *result)
{
	free(result->failures);
	result->failures = NULL;
	result->num_failures = 0;
}
