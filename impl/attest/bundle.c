/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - in-toto bundle v1: JSON Lines of which each is a statement of its own. */
#include "attest_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest_statement.h"

#define MAX_LINES 512 /* with MAX_SIGNATURES: a minute for the worst bundle and 16 keys */

/* ---- reading ---- */

static void ignore(struct bundle *bundle, size_t line, const char *what)
{
	if (bundle->num_ignored++ == 0)
		snprintf(bundle->ignored, sizeof(bundle->ignored), "line %zu: %.200s", line, what);
}

static bool is_our_type(const char *type)
{
	return strcmp(type, GNG_ATTEST_PAYLOAD_TYPE) == 0 ||
	       strcmp(type, "application/vnd.in-toto.test-result+json") == 0;
}

/* fits returns NULL if json is a Statement v1, else what it is not. */
static const char *fits(const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "_type"));

	if (!type || strcmp(type, STATEMENT_TYPE) != 0)
		return "it is no in-toto Statement v1";
	if (!json_is_string(json_object_get(json, "predicateType")) ||
	    json_array_size(json_object_get(json, "subject")) == 0)
		return "its statement has no subject or no type";
	return NULL;
}

/* read_payload parses what was signed: these bytes, not the envelope once more. */
static const char *read_payload(struct bundle_statement *statement,
				const struct gng_attest_envelope *envelope,
				const struct gng_attest_policy *policy)
{
	statement->is_sealed = true;
	statement->num_signers = gng_attest_envelope_check(statement->signed_by, envelope,
							   policy->keys, policy->num_keys);
	if (policy->num_keys && statement->num_signers == 0)
		return "it is signed by none of the keys given";
	if (!is_our_type(envelope->type))
		return "its payloadType is not in-toto's";
	statement->json = json_loadb((const char *)envelope->payload, envelope->payload_len,
				     JSON_REJECT_DUPLICATES, NULL);
	return statement->json ? fits(statement->json) : "its payload is no JSON";
}

static const char *read_bare(struct bundle_statement *statement, const char *text, size_t len,
			     const struct gng_attest_policy *policy, const char *why)
{
	statement->json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_object_get(statement->json, "_type"))
		return why;
	return policy->num_keys ? "it is a statement that nobody signed" : fits(statement->json);
}

static void read_line(struct bundle *bundle, size_t line, const char *text, size_t len,
		      const struct gng_attest_policy *policy)
{
	struct bundle_statement *statement = &bundle->statements[bundle->num_statements];
	struct gng_attest_envelope envelope;
	struct gng_why why;
	const char *wrong;

	memset(statement, 0, sizeof(*statement));
	if (gng_attest_envelope_open(&envelope, text, len, &why) == GNG_OK) {
		wrong = read_payload(statement, &envelope, policy);
		gng_attest_envelope_fini(&envelope);
	} else
		wrong = read_bare(statement, text, len, policy, why.text);
	if (wrong) {
		ignore(bundle, line, wrong);
		json_decref(statement->json);
		return;
	}
	statement->type = json_string_value(json_object_get(statement->json, "predicateType"));
	bundle->num_statements++;
}

/* num_lines counts no further than is read; at least one. */
static size_t num_lines(const char *text, size_t len)
{
	const char *const end = text + len;
	size_t num = 1;

	while (num < MAX_LINES && text < end && (text = memchr(text, '\n', (size_t)(end - text))))
		text++, num++;
	return num;
}

enum gng_status bundle_read(struct bundle *bundle, const char *text, size_t len,
			    const struct gng_attest_policy *policy, struct gng_why *why)
{
	const char *at = text, *end;
	size_t line = 0;

	memset(bundle, 0, sizeof(*bundle));
	bundle->statements = calloc(num_lines(text, len), sizeof(*bundle->statements));
	if (!bundle->statements)
		return gng_why_set(why, GNG_ENOMEM, 0, "attest.bundle", "no memory");
	while (at < text + len && line < MAX_LINES) {
		end = memchr(at, '\n', (size_t)(text + len - at));
		if (!end)
			end = text + len;
		read_line(bundle, ++line, at, (size_t)(end - at), policy);
		at = end + 1;
	}
	if (at < text + len)
		ignore(bundle, line + 1, "no more lines than these are read");
	return GNG_OK;
}

void bundle_fini(struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->num_statements; i++)
		json_decref(bundle->statements[i].json);
	free(bundle->statements);
	memset(bundle, 0, sizeof(*bundle));
}

/* ---- writing ---- */

char *bundle_line(json_t *statement, const struct gng_attest_key *const *keys, size_t num_keys)
{
	char *body = statement ? json_dumps(statement, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	char *line = NULL;

	json_decref(statement);
	if (!body || num_keys == 0)
		return body;
	if (gng_attest_seal(&line, GNG_ATTEST_PAYLOAD_TYPE, body, strlen(body), keys, num_keys,
			    NULL) != GNG_OK)
		line = NULL;
	free(body);
	return line;
}

enum gng_status bundle_write(const char *dir, const char *old, const char *text,
			     struct gng_why *why)
{
	char *path = NULL, *other = NULL;
	bool ok = asprintf(&path, "%s/%s", dir, GNG_ATTEST_BUNDLE) >= 0 &&
		  asprintf(&other, "%s.new", path) >= 0;
	FILE *file = ok ? fopen(other, "we") : NULL;

	ok = file && fputs(old, file) != EOF && fputs(text, file) != EOF && fflush(file) == 0 &&
	     fsync(fileno(file)) == 0;
	if (file && fclose(file) != 0)
		ok = false;
	if (ok && rename(other, path) == 0) {
		free(path);
		free(other);
		return GNG_OK;
	}
	gng_why_set(why, GNG_ESYS, errno, "attest.bundle", "%s cannot be written: %s",
		    path ? path : dir, strerror(errno));
	if (file)
		unlink(other);
	free(path);
	free(other);
	return GNG_ESYS;
}
