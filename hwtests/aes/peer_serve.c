/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_serve.c - `PROGRAM --bench --serve ADAPTER=FILE`: this program as the process of a peer. It
 * is started by another dynamic loader where FILE needs another C library than ours, takes a job
 * on standard input and answers as peer_remote.c says.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LEN (64u << 20)

struct service {
	uint8_t key[32], iv[16], aad[16], tag[PEER_TAG];
	struct peer_memory memory;
	struct peer_job job;
	struct peer_worker worker;
};

static int refuse(const char *reason)
{
	printf("no %s\n", reason);
	fflush(stdout);
	return 1;
}

static bool take(void *bytes, size_t len)
{
	return fread(bytes, 1, len, stdin) == len;
}

/* mode_of returns whether the word is a mode. */
static bool mode_of(enum peer_mode *mode, const char *word)
{
	for (size_t i = 0; peer_modes[i]; i++)
		if (strcmp(peer_modes[i], word) == 0) {
			*mode = (enum peer_mode)i;
			return true;
		}
	return false;
}

static bool is_sound(const struct peer_job *job)
{
	return (job->key_len == 16 || job->key_len == 32) && job->len > 0 && job->len <= MAX_LEN &&
	       job->num_messages > 0 && job->num_messages <= MAX_LEN / job->len;
}

/* take_job reads the line and the bytes of a job. */
static bool take_job(struct service *service)
{
	struct peer_job *job = &service->job;
	char mode[16];
	int fresh;
	size_t total;

	if (scanf("job %15s %zu %zu %zu %d", mode, &job->key_len, &job->len, &job->num_messages,
		  &fresh) != 5 ||
	    getchar() != '\n' || !mode_of(&job->mode, mode) || !is_sound(job))
		return false;
	total = job->len * job->num_messages;
	job->fresh = fresh != 0;
	job->key = service->key;
	job->iv = service->iv;
	job->aad = service->aad;
	job->tag = service->tag;
	job->in = peer_memory_lay(&service->memory, total, total + job->num_messages * PEER_TAG,
				  &job->out);
	return job->in && take(service->key, job->key_len) && take(service->iv, 16) &&
	       take(service->aad, PEER_AAD) && take(service->tag, PEER_TAG) &&
	       take(service->memory.bytes, total);
}

/* ---- questions ---- */

static int answer_try(struct service *service)
{
	const size_t len = service->job.num_messages * peer_stride(&service->job);

	memset(service->job.out, 0xa5, len); /* nothing of an earlier call passes for this one's */
	if (!peer_worker_work(&service->worker))
		return refuse("the library refuses the work");
	puts("ok");
	fwrite(service->job.out, 1, len, stdout);
	fflush(stdout);
	return 0;
}

static double now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int answer_time(struct service *service, unsigned long long num)
{
	const struct gng_bench_contestant all = peer_worker_contestant(&service->worker, "");
	double cpu, wall;

	if (!all.work(all.state))
		return refuse("the library refuses the work");
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	wall = now_ns(CLOCK_MONOTONIC);
	for (unsigned long long i = 0; i < num; i++)
		all.work(all.state);
	wall = now_ns(CLOCK_MONOTONIC) - wall;
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	printf("ok %.0f\n", cpu > 0 && cpu < wall ? cpu : wall); /* as gng_bench_run */
	fflush(stdout);
	return 0;
}

static int answer_all(struct service *service)
{
	char word[16];
	int code = 0;

	while (code == 0 && scanf("%15s", word) == 1) {
		unsigned long long num = 0;

		if (strcmp(word, "try") == 0)
			code = answer_try(service);
		else if (strcmp(word, "time") == 0 && scanf("%llu", &num) == 1 && num > 0)
			code = answer_time(service, num);
		else
			code = refuse("that is no question");
	}
	return code;
}

/* ---- the process ---- */

static bool start(struct service *service, const char *text, bool counts,
		  char title[PEER_TITLE_CAP], struct gng_why *why)
{
	void *library = NULL;
	const struct peer_adapter *adapter = peer_adapter_load(&library, text, counts, why);
	const char *equals = strchr(text, '=');

	if (!adapter || !take_job(service)) {
		if (adapter)
			(void)gng_why_set(why, GNG_EFORMAT, 0, "peer.serve", "that is no job");
		return false;
	}
	service->job.variant = equals ? equals + 1 : ""; /* for ours */
	return peer_worker_open(&service->worker, title, adapter, library, &service->job, why) ==
	       GNG_OK;
}

/* say_pages adds to the title what the bytes of a large message lie on, if not on huge pages. */
static void say_pages(char title[PEER_TITLE_CAP], const struct peer_memory *memory)
{
	const size_t len = strlen(title);

	if (memory->huge && peer_memory_huge_share(memory) < 1)
		snprintf(title + len, PEER_TITLE_CAP - len, ", small pages");
}

int peer_serve(const char *text)
{
	static struct service service;
	char title[PEER_TITLE_CAP] = "";
	struct gng_why why = {0};
	int code;

	if (!start(&service, text, false, title, &why))
		return refuse(why.text);
	say_pages(title, &service.memory);
	printf("ok %s\n", title);
	fflush(stdout);
	code = answer_all(&service);
	peer_worker_close(&service.worker);
	peer_memory_close(&service.memory);
	return code;
}

int peer_count_serve(const char *text, size_t num)
{
	static struct service service;
	char title[PEER_TITLE_CAP] = "";
	struct gng_why why = {0};
	bool ok = start(&service, text, true, title, &why);

	for (size_t i = 0; i < num && ok; i++)
		ok = peer_worker_work(&service.worker);
	return ok ? 0 : 1;
}
