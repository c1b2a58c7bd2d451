/* SPDX-License-Identifier: Apache-2.0 */
/* write.c - the statements about a sign-off that has just ended, and the verdict of a reviewer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest_bundle.h"
#include "attest_statement.h"

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "attest.write", "no memory");
}

/* ---- the profile ---- */

/* profile_name returns the profile that the summary names (caller frees), or NULL. */
static char *profile_name(const char *dir)
{
	char *path, *name = NULL;
	json_t *summary;

	if (asprintf(&path, "%s/summary.json", dir) < 0)
		return NULL;
	summary = json_load_file(path, 0, NULL);
	free(path);
	if (json_is_string(json_object_get(summary, "profile")))
		name = strdup(json_string_value(json_object_get(summary, "profile")));
	json_decref(summary);
	return name;
}

static enum gng_status copy_file(const char *from, const char *to, struct gng_why *why)
{
	size_t len;
	char *text = attest_text(&len, from);
	FILE *file = text ? fopen(to, "wxe") : NULL;
	bool ok = file && fwrite(text, 1, len, file) == len;

	if (file && fclose(file) != 0)
		ok = false;
	free(text);
	if (ok)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "attest.write", "%s cannot be copied to %s: %s",
			   from, to, strerror(errno));
}

static enum gng_status keep_profile(const char *dir, const struct gng_home *home,
				    struct gng_why *why)
{
	char *name = profile_name(dir), *from = NULL, *to = NULL;
	enum gng_status status;

	if (!name || strchr(name, '/'))
		status = gng_why_set(why, GNG_EFORMAT, 0, "attest.write",
				     "%s/summary.json: it names no profile", dir);
	else if (asprintf(&from, "%s/impl/signoff/%s.profile", home->source, name) < 0 ||
		 asprintf(&to, "%s/%s.profile", dir, name) < 0)
		status = no_memory(why);
	else
		status = copy_file(from, to, why);
	free(name);
	free(from);
	free(to);
	return status;
}

/* ---- the bundle ---- */

static char *lines(const struct evidence *evidence, const struct gng_home *home,
		   const struct gng_attest_key *const *keys, size_t num_keys)
{
	json_t *predicate = statement_derived(evidence);
	json_t *facts = statement_facts(evidence, home);
	char *all = NULL, *line[3];

	json_object_update(predicate, facts);
	json_decref(facts);
	line[0] = bundle_line(statement_test_result(evidence), keys, num_keys);
	line[1] = bundle_line(statement_make(statement_subject(evidence), STATEMENT_SIGNOFF,
					     json_incref(predicate)),
			      keys, num_keys);
	line[2] = bundle_line(statement_provenance(evidence, predicate), keys, num_keys);
	json_decref(predicate);
	if (line[0] && line[1] && line[2] &&
	    asprintf(&all, "%s\n%s\n%s\n", line[0], line[1], line[2]) < 0)
		all = NULL;
	for (int i = 0; i < 3; i++)
		free(line[i]);
	return all;
}

static enum gng_status write_lines(const struct evidence *evidence, const struct gng_home *home,
				   const struct gng_attest_key *const *keys, size_t num_keys)
{
	char *text = lines(evidence, home, keys, num_keys);
	enum gng_status status;

	if (!text)
		return gng_why_set(evidence->why, GNG_ESYS, 0, "attest.write",
				   "the statements cannot be made or signed");
	status = bundle_write(evidence->dir, "", text, evidence->why);
	free(text);
	return status;
}

enum gng_status gng_attest_write(const char *dir, const struct gng_home *home,
				 const struct gng_attest_key *const *keys, size_t num_keys,
				 struct gng_why *why)
{
	struct evidence evidence;
	enum gng_status status = keep_profile(dir, home, why);

	if (status != GNG_OK)
		return status;
	status = evidence_list(&evidence, dir, why);
	if (status == GNG_OK)
		status = evidence_read(&evidence);
	if (status == GNG_OK)
		status = evidence_judge(&evidence);
	if (status == GNG_OK)
		status = write_lines(&evidence, home, keys, num_keys);
	evidence_close(&evidence);
	return status;
}

/* ---- the reviewer ---- */

static enum gng_status append(const struct evidence *evidence, const struct gng_attest_key *key)
{
	char *path = evidence_path(evidence, GNG_ATTEST_BUNDLE), *old = NULL, *line, *text = NULL;
	enum gng_status status;
	char now[32];
	size_t len = 0;

	if (path)
		old = attest_text(&len, path);
	free(path);
	statement_now(now);
	line = bundle_line(statement_review(evidence, now), &key, 1);
	if (!old || !line ||
	    asprintf(&text, "%s%s\n", len && old[len - 1] != '\n' ? "\n" : "", line) < 0)
		status = no_memory(evidence->why);
	else
		status = bundle_write(evidence->dir, old, text, evidence->why);
	free(text);
	free(line);
	free(old);
	return status;
}

enum gng_status gng_attest_countersign(const char *dir, const struct gng_attest_policy *policy,
				       const struct gng_attest_key *key, struct gng_why *why)
{
	struct gng_attest_result result;
	struct evidence evidence;
	enum gng_status status;

	if (policy->num_keys == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "attest.countersign",
				   "a review needs the key of the lab that signed: --pubkey FILE");
	status = gng_attest_verify(&result, dir, policy, why);
	if (status != GNG_OK)
		return status;
	status = evidence_list(&evidence, dir, why);
	if (status == GNG_OK)
		status = evidence_read(&evidence);
	if (status == GNG_OK)
		status = evidence_judge(&evidence);
	if (status == GNG_OK)
		status = append(&evidence, key);
	evidence_close(&evidence);
	return status;
}
