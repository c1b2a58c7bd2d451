/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_bench.c - `PROGRAM --bench`: the cases of the tests for `gonogo bench`, all peers of a
 * case interleaved with each other, as lines of gng_bench.h.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIZE (64u << 20)
#define LARGE (1u << 20) /* no cache of a core holds it */

int suite_bench(int argc, char **argv);

struct bench_options {
	const char *mode;
	size_t size; /* 0: those of the cases */
	struct peer_setting setting;
	struct peer_libraries libraries;
};

/* ---- options ---- */

static bool to_number(size_t *number, const char *text, size_t most)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno && *number > 0 && *number <= most;
}

static enum gng_status set_option(struct bench_options *options, const char *name,
				  const char *value, struct gng_why *why)
{
	if (strcmp(name, "--mode") == 0) {
		options->mode = value;
		return GNG_OK;
	}
	if (strcmp(name, "--peer") == 0)
		return peer_libraries_add(&options->libraries, value, why);
	if (strcmp(name, "--peers") == 0)
		return GNG_OK; /* after all of --peer: see read_options */
	if (strcmp(name, "--size") == 0 && to_number(&options->size, value, MAX_SIZE))
		return GNG_OK;
	if (strcmp(name, "--jobs") == 0 &&
	    to_number(&options->setting.num_lanes, value, GNG_BENCH_MAX_LANES))
		return GNG_OK;
	if (strcmp(name, "--latency") == 0) {
		options->setting.latency = true;
		return GNG_OK;
	}
	return gng_why_set(why, GNG_EINVAL, 0, "peer.bench", "%s %s: unknown, or no such number",
			   name, value);
}

static enum gng_status read_options(struct bench_options *options, int argc, char **argv,
				    struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	options->setting.num_lanes = 1;
	options->setting.allocations = true;
	peer_libraries_init(&options->libraries);
	for (int i = 1; i < argc && status == GNG_OK; i += 2)
		status = i + 1 < argc ? set_option(options, argv[i], argv[i + 1], why)
				      : gng_why_set(why, GNG_EINVAL, 0, "peer.bench",
						    "%s wants a value", argv[i]);
	for (int i = 1; i + 1 < argc && status == GNG_OK; i += 2)
		if (strcmp(argv[i], "--peers") == 0)
			status = peer_libraries_select(&options->libraries, argv[i + 1], why);
	return status;
}

/* ---- which cases ---- */

static bool is_whole(const struct peer_case *one, size_t size)
{
	const bool any_length =
		one->mode == PEER_CTR || one->mode == PEER_GCM_SEAL || one->mode == PEER_GCM_OPEN;

	return any_length || size % 16 == 0;
}

static bool same_work(const struct peer_case *a, const struct peer_case *b)
{
	return a->mode == b->mode && a->key_len == b->key_len && a->fresh == b->fresh &&
	       a->batch == b->batch && strcmp(a->variant, b->variant) == 0;
}

/* has_better tells whether another case stands for this work at that size. */
static bool has_better(const struct peer_case *one, size_t size)
{
	if (one->size == size)
		return false;
	for (const struct peer_case *other = peer_cases; other->name; other++)
		if (same_work(one, other) && (other->size == size || other < one))
			return true;
	return false;
}

/* "encrypt" and "decrypt" are directions of what a caller gets, the variant that this CPU
 * dispatches to; anything else is part of a name. */
static bool has_mode(const struct peer_case *one, const char *mode)
{
	const struct peer_job job = {.mode = one->mode};
	const bool encrypt = strcmp(mode, "encrypt") == 0;

	if (!encrypt && strcmp(mode, "decrypt") != 0)
		return strstr(one->name, mode) != NULL;
	return peer_encrypts(&job) == encrypt && strcmp(one->variant, peer_best_variant()) == 0;
}

static bool is_wanted(const struct bench_options *options, const struct peer_case *one)
{
	const size_t size = options->size;

	if (options->mode && !has_mode(one, options->mode))
		return false;
	return !size || (is_whole(one, size) && !has_better(one, size) &&
			 size * (one->batch ? one->batch : 1) <= MAX_SIZE);
}

/* resized is the case at the size of --size. Its name then says so, and no budget knows it. */
static struct peer_case resized(const struct peer_case *one, size_t size, char name[48])
{
	struct peer_case made = *one;
	const char *unit = strrchr(one->name, '_');

	if (!size || size == one->size)
		return made;
	snprintf(name, 48, "%.*s_%zu", (int)(unit - one->name), one->name, size);
	made.name = name;
	made.size = size;
	return made;
}

/* ---- output ---- */

static void say(enum gng_bench_word word, const char *text, const char *reason, const char *remedy)
{
	struct gng_bench_line line = {.word = word};

	snprintf(line.text, sizeof(line.text), "%s", text);
	snprintf(line.reason, sizeof(line.reason), "%s", reason);
	snprintf(line.remedy, sizeof(line.remedy), "%s", remedy);
	gng_bench_line_write(stdout, &line);
}

static void say_absent(const struct peer_library *library)
{
	char remedy[128];

	peer_remedy(remedy, library);
	say(GNG_BENCH_ABSENT, library->name, library->reason, remedy);
}

static void name_metric(char metric[48], const char *one, const char *peer)
{
	snprintf(metric, 48, "%s_vs_%s", one, peer);
	for (char *at = metric; *at; at++)
		*at = *at == '-' || *at == '.' ? '_' : *at;
}

static void say_memory(const struct peer_match *match)
{
	char text[256];

	if (!*match->memory)
		return;
	snprintf(text, sizeof(text), "Large messages: %s.", match->memory);
	say(GNG_BENCH_NOTE, "", text, "");
}

static void say_row(const struct peer_case *one, const struct peer_library *library,
		    const struct peer_match *match, size_t who, double ceiling)
{
	const struct gng_bench_result *result = &match->result;
	struct gng_bench_line line = {.word = GNG_BENCH_ROW};
	struct gng_bench_row *row = &line.row;

	name_metric(row->metric, one->name, library->name);
	snprintf(row->label, sizeof(row->label), "%s", one->label);
	snprintf(row->variant, sizeof(row->variant), "%s", one->variant);
	snprintf(row->peer, sizeof(row->peer), "%s", library->name);
	snprintf(row->title, sizeof(row->title), "%s", match->titles[who]);
	row->size = one->size;
	row->ours = result->figures[0].median_per_cycle;
	row->ours_gb_per_s = result->figures[0].median_per_ns;
	row->theirs = result->figures[who].median_per_cycle;
	row->theirs_gb_per_s = result->figures[who].median_per_ns;
	row->core_hz = result->core_hz;
	row->ceiling = ceiling;
	row->cpu_per_wall = result->cpu_per_wall;
	row->our_allocations = match->allocations[0];
	row->their_allocations = match->allocations[who];
	snprintf(row->memory, sizeof(row->memory), "%s", match->memory);
	row->our_latency = match->latencies[0];
	row->their_latency = match->latencies[who];
	row->ratio = result->ratios[who];
	gng_bench_line_write(stdout, &line);
}

/* ---- cases ---- */

static bool has_word(const char *words, const char *word)
{
	const size_t len = strlen(word);

	for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* does tells whether the peer is timed in this case: some have no call for a new key. */
static bool does(const struct peer_adapter *adapter, const struct peer_case *one)
{
	if ((one->fresh && !adapter->rekey && !adapter->program) ||
	    (adapter->can && !adapter->can(one->mode, one->size)))
		return false;
	return has_word(one->peers, adapter->name) ||
	       (adapter->yardstick && one->size >= LARGE && strcmp(one->variant, "portable") != 0);
}

static size_t peers_of(struct peer_library **peers, struct peer_libraries *libraries,
		       const struct peer_case *one)
{
	size_t num = 0;

	for (size_t i = 0; i < libraries->num; i++)
		if (libraries->all[i].handle && num + 1 < GNG_BENCH_MAX_CONTESTANTS &&
		    does(libraries->all[i].adapter, one))
			peers[num++] = &libraries->all[i];
	return num;
}

static bool run_case(struct bench_options *options, const struct peer_case *listed)
{
	struct peer_library *peers[GNG_BENCH_MAX_CONTESTANTS];
	char name[48];
	const struct peer_case one = resized(listed, options->size, name);
	const size_t num = peers_of(peers, &options->libraries, &one);
	struct peer_match match;
	struct gng_why why = {0};
	enum gng_status status;
	double ceiling;

	say(GNG_BENCH_CASE, one.name, "", "");
	if (num == 0)
		return true;
	status = peer_match_run(&match, &one, peers, num, &options->setting, &why);
	ceiling = peer_ceiling(&one) * (double)options->setting.num_lanes;
	for (size_t i = 0; i < num && status == GNG_OK; i++)
		say_row(&one, peers[i], &match, i + 1, ceiling);
	if (status == GNG_OK)
		say_memory(&match);
	if (status == GNG_EUNSUPPORTED)
		say(GNG_BENCH_ABSENT, one.variant, why.text, "use a machine that has it");
	else if (status != GNG_OK)
		say(GNG_BENCH_FAIL, "", why.text, "");
	return status == GNG_OK || status == GNG_EUNSUPPORTED;
}

static void load_libraries(struct peer_libraries *libraries)
{
	for (size_t i = 0; i < libraries->num; i++)
		if (libraries->all[i].selected && !peer_library_load(&libraries->all[i]))
			say_absent(&libraries->all[i]);
}

int suite_bench(int argc, char **argv)
{
	static struct bench_options options;
	struct gng_bench_line plan = {.word = GNG_BENCH_PLAN};
	struct gng_why why = {0};
	bool ok = true;

	if (argc > 2 && strcmp(argv[1], "--serve") == 0)
		return peer_serve(argv[2]);
	if (argc > 3 && strcmp(argv[1], "--count") == 0)
		return peer_count_serve(argv[2], strtoul(argv[3], NULL, 10));
	if (read_options(&options, argc, argv, &why) != GNG_OK) {
		fprintf(stderr, "gonogo: %s\n", why.text);
		return 2;
	}
	for (const struct peer_case *one = peer_cases; one->name; one++)
		plan.number += is_wanted(&options, one);
	gng_bench_line_write(stdout, &plan);
	load_libraries(&options.libraries);
	for (const struct peer_case *one = peer_cases; one->name && ok; one++)
		if (is_wanted(&options, one))
			ok = run_case(&options, one);
	say(GNG_BENCH_END, "", "", "");
	return ok ? 0 : 1;
}
