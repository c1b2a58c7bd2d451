/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variants.c - one file, once for each variant of this machine. gng_cpu_caps reads GNG_CPU
 * once a process, so each variant has its own.
 */
#include "vectors_case.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each mask leaves less than the one before; the last leaves the portable variant. */
static const char *const masks[] = {"", "-vaes512", "-vaes512,-vaes256", "-aesni"};

#define NUM_MASKS (sizeof(masks) / sizeof(masks[0]))

/* verdict is what a child sends first; the result and its failures follow if status is OK. */
struct verdict {
	enum gng_status status;
	struct gng_why why;
};

static bool send_all(int fd, const void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		const ssize_t n = write(fd, (const char *)data + done, len - done);

		if (n < 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool take_all(int fd, void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		const ssize_t n = read(fd, (char *)data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static void be_child(int fd, const char *path, const char *mask)
{
	const char *outer = getenv("GNG_CPU");
	struct gng_vectors_result result;
	struct verdict verdict = {0};
	char text[512];
	bool sent;

	snprintf(text, sizeof(text), "%s%s%s", outer ? outer : "", outer && *outer ? "," : "",
		 mask);
	setenv("GNG_CPU", text, 1);
	verdict.status = gng_vectors_run(&result, path, &verdict.why);
	sent = send_all(fd, &verdict, sizeof(verdict));
	if (sent && verdict.status == GNG_OK)
		sent = send_all(fd, &result, sizeof(result)) &&
		       send_all(fd, result.failures,
				result.num_failures * sizeof(*result.failures));
	_exit(sent ? 0 : 1);
}

static bool take_result(struct gng_vectors_result *result, struct verdict *verdict, int fd)
{
	const struct gng_vectors_result none = {.run = 0};

	*result = none;
	if (!take_all(fd, verdict, sizeof(*verdict)))
		return false;
	if (verdict->status != GNG_OK)
		return true;
	if (!take_all(fd, result, sizeof(*result)) ||
	    result->num_failures > GNG_VECTORS_MAX_FAILURES)
		return false;
	result->failures = calloc(result->num_failures + 1, sizeof(*result->failures));
	return result->failures &&
	       take_all(fd, result->failures, result->num_failures * sizeof(*result->failures));
}

/* a_crash is one failed case: nothing is known of the others. */
static void a_crash(struct gng_vectors_result *result, const char *mask, int wait_status)
{
	free(result->failures);
	memset(result, 0, sizeof(*result));
	snprintf(result->algorithm, sizeof(result->algorithm), "unknown");
	snprintf(result->variant, sizeof(result->variant), "GNG_CPU=%s", mask);
	result->run = result->failed = 1;
	result->failures = calloc(1, sizeof(*result->failures));
	if (!result->failures)
		return;
	result->num_failures = 1;
	if (WIFSIGNALED(wait_status))
		snprintf(result->failures->why, sizeof(result->failures->why), "crashed: %s",
			 strsignal(WTERMSIG(wait_status)));
	else
		snprintf(result->failures->why, sizeof(result->failures->why), "ended with exit %d",
			 WEXITSTATUS(wait_status));
}

static enum gng_status run_masked(struct gng_vectors_result *result, const char *path,
				  const char *mask, struct gng_why *why)
{
	struct verdict verdict = {0};
	int ends[2], wait_status = 0;
	pid_t pid;
	bool whole;

	if (pipe(ends) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "vectors.run", "no pipe: %s",
				   strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		be_child(ends[1], path, mask);
	close(ends[1]);
	whole = pid > 0 && take_result(result, &verdict, ends[0]);
	close(ends[0]);
	if (pid < 0)
		return gng_why_set(why, GNG_ESYS, errno, "vectors.run", "no process: %s",
				   strerror(errno));
	while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	if (!whole)
		a_crash(result, mask, wait_status);
	if (why)
		*why = verdict.why;
	return verdict.status;
}

static bool is_known(const struct gng_vectors_result *results, size_t num, const char *variant)
{
	for (size_t i = 0; i < num; i++)
		if (strcmp(results[i].variant, variant) == 0)
			return true;
	return false;
}

enum gng_status gng_vectors_run_variants(struct gng_vectors_result **results, size_t *num_results,
					 const char *path, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	*num_results = 0;
	*results = calloc(NUM_MASKS, sizeof(**results));
	if (!*results)
		return gng_why_set(why, GNG_ENOMEM, 0, "vectors.run", "no memory");
	for (size_t i = 0; i < NUM_MASKS && status == GNG_OK; i++) {
		struct gng_vectors_result *result = &(*results)[*num_results];

		status = run_masked(result, path, masks[i], why);
		if (status == GNG_OK && is_known(*results, *num_results, result->variant))
			gng_vectors_result_fini(result); /* this machine lacks what was masked */
		else if (status == GNG_OK)
			(*num_results)++;
	}
	if (status == GNG_OK)
		return GNG_OK;
	for (size_t i = 0; i < *num_results; i++)
		gng_vectors_result_fini(&(*results)[i]);
	free(*results);
	*results = NULL;
	*num_results = 0;
	return status;
}
