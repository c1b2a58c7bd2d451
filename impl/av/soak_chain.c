/* SPDX-License-Identifier: Apache-2.0 */
/* soak_chain.c - lines of a soak: how they are made. */
#include "av_report.h"
#include "av_soak.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* digest writes SHA-256 of hash and json, as one text, over hash. */
static bool digest(char hash[AV_SOAK_HASH], const char *json)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
			  EVP_DigestUpdate(context, hash, AV_SOAK_HASH - 1) == 1 &&
			  EVP_DigestUpdate(context, json, strlen(json)) == 1 &&
			  EVP_DigestFinal_ex(context, sum, &len) == 1 && len == 32;

	EVP_MD_CTX_free(context);
	for (unsigned int i = 0; good && i < len; i++) { /* snprintf takes 10 times the SHA-256 */
		hash[2 * i] = digits[sum[i] >> 4];
		hash[2 * i + 1] = digits[sum[i] & 15];
	}
	return good;
}

enum gng_status av_soak_line(char **line, char hash[AV_SOAK_HASH], const char *json,
			     struct gng_why *why)
{
	if (!digest(hash, json))
		return gng_why_set(why, GNG_ESYS, 0, "av.soak", "SHA-256 failed");
	if (asprintf(line, "%s %s\n", hash, json) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.soak", "no memory for a line");
	return GNG_OK;
}

char *av_soak_begin(const char *id, const char *config, const char *boot, uint64_t at_ns)
{
	json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:I}", "kind", "begin", "soak", id, "config",
				   config, "boot", boot, "at_ns", (json_int_t)at_ns);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

static json_t *side(const struct gng_av_side *side_of_run, const struct gng_hist *hist)
{
	json_t *causes = json_object(), *object;
	char *text = NULL;

	if (gng_hist_encode(&text, hist, NULL) != GNG_OK) {
		json_decref(causes);
		return NULL;
	}
	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		if (side_of_run->causes[cause])
			json_object_set_new(causes, gng_av_cause_name((enum gng_av_cause)cause),
					    json_integer((json_int_t)side_of_run->causes[cause]));
	object = json_pack("{s:I,s:I,s:o,s:s}", "n", (json_int_t)side_of_run->num, "misses",
			   (json_int_t)side_of_run->misses, "causes", causes, "hist", text);
	free(text);
	return object;
}

char *av_soak_minute(const struct gng_av_result *result, uint64_t at_ns)
{
	json_t *video = side(&result->video, result->rows[GNG_AV_VIDEO]);
	json_t *audio = side(&result->audio, result->rows[GNG_AV_AUDIO]);
	json_t *object = json_pack(
		"{s:s,s:I,s:o,s:o,s:I,s:I,s:o}", "kind", "minute", "at_ns", (json_int_t)at_ns,
		"video", video, "audio", audio, "overruns", (json_int_t)result->overruns,
		"underruns", (json_int_t)result->underruns, "near", av_near_json(result->near));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}
