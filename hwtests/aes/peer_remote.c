/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_remote.c - a peer in another process: the job goes there once, then turns are asked for.
 *
 * What is asked is a line, and what follows it is bytes:
 *	job MODE KEY_LEN LEN NUM_MESSAGES FRESH, with key, iv, aad, tag and in -> ok TITLE
 *	try				 -> ok, with out
 *	time NUM_CALLS			 -> ok NANOSECONDS, without what others did on its CPU
 *	count NUM_CALLS (peer_go.go alone)	 -> ok ALLOCATIONS
 * "no REASON" is an answer to each. The process keeps in and out in memory of its own, and does
 * one call that is not timed before those that are: after ours they are as cold as ours were.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS 10000
#define COUNTED 100 /* calls whose allocations are counted */
#define COUNTED_LONG 4
#define LONG (1u << 20)

struct remote {
	const struct peer_job *job;
	struct gng_bench_process *process;
	struct gng_why why; /* of the last failure */
};

enum gng_status peer_job_send(struct gng_bench_process *process, const struct peer_job *job,
			      struct gng_why *why)
{
	const struct {
		const void *bytes;
		size_t len;
	} parts[] = {{job->key, job->key_len},
		     {job->iv, 16},
		     {job->aad, PEER_AAD},
		     {job->tag, PEER_TAG},
		     {job->in, job->len * job->num_messages}};
	enum gng_status status;
	char line[96];

	snprintf(line, sizeof(line), "job %s %zu %zu %zu %d\n", peer_modes[job->mode], job->key_len,
		 job->len, job->num_messages, job->fresh);
	status = gng_bench_process_send(process, line, strlen(line), why);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == GNG_OK; i++)
		status = gng_bench_process_send(process, parts[i].bytes, parts[i].len, why);
	return status;
}

/* ask sends a line and takes the answer to it. */
static enum gng_status ask(struct gng_bench_process *process, const char *line, char answer[96],
			   struct gng_why *why)
{
	enum gng_status status = gng_bench_process_send(process, line, strlen(line), why);

	return status == GNG_OK ? gng_bench_process_reply(process, answer, 96, why) : status;
}

static void remote_close(void *state)
{
	struct remote *remote = state;

	gng_bench_process_close(remote->process);
	free(remote);
}

static enum gng_status remote_open(void **state, char title[PEER_TITLE_CAP], void *handle,
				   const struct peer_job *job, struct gng_why *why)
{
	const struct peer_library *library = handle;
	struct remote *remote = calloc(1, sizeof(*remote));
	char answer[96] = "";
	enum gng_status status;

	if (!remote)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.remote", "no memory");
	remote->job = job;
	status = gng_bench_process_open(&remote->process, library->name, library->argv, DEADLINE_MS,
					why);
	if (status == GNG_OK)
		status = peer_job_send(remote->process, job, why);
	if (status == GNG_OK)
		status = gng_bench_process_reply(remote->process, answer, sizeof(answer), why);
	if (status != GNG_OK) {
		remote_close(remote);
		return status;
	}
	if (*answer)
		snprintf(title, PEER_TITLE_CAP, "%.31s", answer);
	*state = remote;
	return GNG_OK;
}

/* remote_work lets it work once and takes the result, which is compared with ours. */
static bool remote_work(void *state)
{
	struct remote *remote = state;
	char answer[96];

	return ask(remote->process, "try\n", answer, &remote->why) == GNG_OK &&
	       gng_bench_process_read(remote->process, remote->job->out,
				      remote->job->num_messages * peer_stride(remote->job),
				      &remote->why) == GNG_OK;
}

double peer_remote_time_ns(void *state, uint64_t num_calls)
{
	struct remote *remote = state;
	char line[64], answer[96], *end;
	double ns;

	gng_bench_process_pin(remote->process);
	snprintf(line, sizeof(line), "time %llu\n", (unsigned long long)num_calls);
	if (ask(remote->process, line, answer, &remote->why) != GNG_OK)
		return 0;
	ns = strtod(answer, &end);
	if (end != answer && !*end && ns > 0)
		return ns;
	gng_why_set(&remote->why, GNG_EFORMAT, 0, "peer.remote", "'%.40s' is no time", answer);
	return 0;
}

double peer_remote_cpu_s(void *state)
{
	const struct remote *remote = state;

	return gng_bench_process_cpu_s(remote->process);
}

const char *peer_remote_complaint(void *state)
{
	const struct remote *remote = state;

	return remote->why.text;
}

const struct peer_adapter peer_remote = {
	.name = "remote", .open = remote_open, .work = remote_work, .close = remote_close};

/* peer_go is a program: its work is all there. */
const struct peer_adapter peer_go = {
	.name = "go", .kept = "golang-go/peer_go", .package = "golang-go", .program = true};

/* ---- allocations ---- */

/* sum_of_calls reads the table of libmemusage: "malloc|" and so on, then the number of calls. */
static double sum_of_calls(const char *text)
{
	static const char *const rows[] = {" malloc|", "realloc|", " calloc|"};
	double sum = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *row = strstr(text, rows[i]);
		unsigned long calls;

		if (!row)
			return -1;
		row += strlen(rows[i]);
		row += strcspn(row, " \n"); /* the end of the colour */
		if (sscanf(row, "%lu", &calls) != 1)
			return -1;
		sum += (double)calls;
	}
	return sum;
}

static size_t num_counted(const struct peer_job *job)
{
	return job->len * job->num_messages < LONG ? COUNTED : COUNTED_LONG;
}

/* count_process runs num calls in a process whose allocations are counted: all of them. */
static double count_process(const struct peer_library *library, const struct peer_job *job,
			    size_t num)
{
	char program[512], text[2048], served[640], calls[24];
	const char *argv[] = {"env",
			      "LD_PRELOAD=libmemusage.so",
			      "MEMUSAGE_NO_TIMER=1",
			      program,
			      "--bench",
			      "--count",
			      served,
			      calls,
			      NULL};
	struct gng_bench_process *process;
	double sum = -1;
	const ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[len > 0 ? len : 0] = '\0';
	snprintf(served, sizeof(served), "%s=%s", library->adapter->name, library->path);
	snprintf(calls, sizeof(calls), "%zu", num);
	if (gng_bench_process_open(&process, library->name, argv, DEADLINE_MS, NULL) != GNG_OK)
		return -1;
	if (peer_job_send(process, job, NULL) == GNG_OK &&
	    gng_bench_process_end(process, text, sizeof(text), NULL) == GNG_OK)
		sum = sum_of_calls(text);
	gng_bench_process_close(process);
	return sum;
}

/* count_program asks a program that counts itself. */
static double count_program(const struct peer_library *library, const struct peer_job *job)
{
	struct remote *remote;
	char title[PEER_TITLE_CAP], answer[96], line[32];
	void *state;
	double sum = -1;

	if (remote_open(&state, title, (void *)library, job, NULL) != GNG_OK)
		return -1;
	remote = state;
	snprintf(line, sizeof(line), "count %zu\n", num_counted(job));
	if (ask(remote->process, line, answer, NULL) == GNG_OK)
		sum = strtod(answer, NULL);
	remote_close(state);
	return sum < 0 ? -1 : sum / (double)num_counted(job);
}

double peer_count(const struct peer_library *library, const struct peer_job *job)
{
	const size_t num = num_counted(job);
	double few, many;

	if (library->adapter->program)
		return count_program(library, job);
	if (library->argv[0])
		return -1;
	few = count_process(library, job, 1);
	many = few < 0 ? -1 : count_process(library, job, 1 + num);
	return many < few || many < 0 ? -1 : (many - few) / (double)num;
}
