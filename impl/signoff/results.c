/* SPDX-License-Identifier: Apache-2.0 */
/* results.c - the files of a finished sign-off: records, JUnit, KTAP, summary. */
#include "signoff_conduct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *conduct_path(const struct conduct *conduct, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", conduct->rundir.path, name) < 0 ? NULL : path;
}

static enum gng_status no_memory(struct conduct *conduct)
{
	return gng_why_set(&conduct->why, GNG_ENOMEM, 0, "signoff.results", "no memory");
}

/* replace closes out, which wrote other, and gives it its name. */
static enum gng_status replace(struct conduct *conduct, FILE *out, const char *other,
			       const char *path)
{
	bool failed = ferror(out) || fflush(out) != 0 || fsync(fileno(out)) != 0;

	failed |= fclose(out) != 0;
	if (!failed && rename(other, path) == 0)
		return GNG_OK;
	gng_why_set(&conduct->why, GNG_ESYS, errno, "signoff.results", "%s cannot be written: %s",
		    path, strerror(errno));
	unlink(other);
	return GNG_ESYS;
}

typedef bool write_fn(FILE *out, const void *context);

static enum gng_status write_as(struct conduct *conduct, const char *name, write_fn *what,
				const void *context)
{
	char *path = conduct_path(conduct, name), *other = NULL;
	enum gng_status status;
	FILE *out;

	if (!path || asprintf(&other, "%s.new", path) < 0) {
		free(path);
		return no_memory(conduct);
	}
	out = fopen(other, "we");
	if (!out)
		status = gng_why_set(&conduct->why, GNG_ESYS, errno, "signoff.results", "%s: %s",
				     other, strerror(errno));
	else if (!what(out, context)) {
		fclose(out);
		unlink(other);
		status = no_memory(conduct);
	} else
		status = replace(conduct, out, other, path);
	free(path);
	free(other);
	return status;
}

static bool put_text(FILE *out, const void *context)
{
	fputs(context, out);
	fputc('\n', out);
	return true;
}

enum gng_status conduct_write_file(struct conduct *conduct, const char *name, const char *text)
{
	return write_as(conduct, name, put_text, text);
}

/* ---- records: the run appended them as tests ended, these are in the plan's order ---- */

static bool put_records(FILE *out, const void *context)
{
	const struct conduct *conduct = context;

	for (size_t i = 0; i < conduct->num_records; i++) {
		char *line = gng_record_json(&conduct->records[i]);

		if (!line)
			return false;
		fputs(line, out);
		fputc('\n', out);
		free(line);
	}
	return true;
}

static enum gng_status write_summary(struct conduct *conduct)
{
	char *summary = gng_signoff_summary(&conduct->signoff);
	enum gng_status status =
		summary ? conduct_write_file(conduct, "summary.json", summary) : no_memory(conduct);

	free(summary);
	return status;
}

typedef enum gng_status project_fn(const char *path, const struct gng_record *records,
				   size_t num_records, struct gng_why *why);

static enum gng_status project(struct conduct *conduct, const char *name, project_fn *write)
{
	char *path = conduct_path(conduct, name);
	enum gng_status status =
		path ? write(path, conduct->records, conduct->num_records, &conduct->why)
		     : no_memory(conduct);

	free(path);
	return status;
}

/* What is shown from here on is what stands on the disk: a byte that JSON cannot hold, or the
 * thirteenth digit of a figure, is in no projection, so that a verifier makes the same again. */
enum gng_status conduct_write_records(struct conduct *conduct)
{
	char *path = conduct_path(conduct, "records.jsonl");
	struct gng_record *records = NULL;
	size_t num = 0, num_strangers;
	enum gng_status status = write_as(conduct, "records.jsonl", put_records, conduct);

	if (!path)
		status = no_memory(conduct);
	if (status == GNG_OK)
		status = gng_records_read(&records, &num, &num_strangers, conduct->plan, path,
					  &conduct->why);
	free(path);
	if (status != GNG_OK)
		return status;
	gng_records_free(conduct->records, conduct->num_records);
	conduct->records = records;
	conduct->num_records = num;
	return GNG_OK;
}

enum gng_status conduct_write_results(struct conduct *conduct)
{
	enum gng_status status = project(conduct, "report.junit.xml", gng_junit_write);

	if (status == GNG_OK)
		status = project(conduct, "report.ktap", gng_ktap_write);
	if (status == GNG_OK)
		status = write_summary(conduct);
	return status;
}
