/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_match.c - puts ours and the peers on the same bytes and lets gng_bench time them.
 *
 * All contestants of a lane read one input and write one output, so none has a better place in
 * the caches. Keys are expanded before, unless the case has a fresh key for each message.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_PER_BLOCK 41
#define LEAST_ROUNDS 3
#define SLICE_NS 400000
#define CASE_NS 4e9
#define SEED 20130515
#define LEAST_CALLS 1000
#define MOST_CALLS 20000

/* lane_bytes is the memory of one lane. */
struct lane_bytes {
	uint8_t key[32], iv[16], aad[16], tag[PEER_TAG];
	struct peer_memory memory;
	uint8_t *in, *out;
	struct peer_job job;
};

struct setup {
	const struct peer_case *one;
	size_t num_contestants, num_lanes, opened;
	const struct peer_adapter *adapters[GNG_BENCH_MAX_CONTESTANTS];
	void *libraries[GNG_BENCH_MAX_CONTESTANTS];
	struct lane_bytes *lanes;
	struct peer_worker *workers;
	struct gng_bench_contestant *contestants;
};

/* fill writes a fixed sequence: the same job in each lane, and in each run. */
static void fill(uint8_t *bytes, size_t len, uint32_t state)
{
	for (size_t i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223; /* Knuth's and Lewis's "quick and dirty" */
		bytes[i] = (uint8_t)(state >> 24);
	}
}

/* make_openable replaces in by a ciphertext of ours, whose tag goes to tag. That all peers open
 * it is the check. */
static enum gng_status make_openable(struct lane_bytes *lane, struct gng_why *why)
{
	const size_t len = lane->job.len;
	struct peer_job job = lane->job;
	char title[PEER_TITLE_CAP];
	enum gng_status status;
	void *state;
	bool ok;

	job.mode = PEER_GCM_SEAL;
	status = peer_ours.open(&state, title, NULL, &job, why);
	if (status != GNG_OK)
		return status;
	ok = peer_ours.work(state);
	peer_ours.close(state);
	memcpy(lane->in, lane->out, len);
	memcpy(lane->tag, lane->out + len, PEER_TAG);
	return ok ? GNG_OK : gng_why_set(why, GNG_ESYS, 0, "peer.match", "our own seal fails");
}

static enum gng_status make_lane(struct lane_bytes *lane, const struct peer_case *one,
				 struct gng_why *why)
{
	const struct peer_job shape = {.mode = one->mode, .len = one->size};
	const size_t num = one->batch ? one->batch : 1;

	lane->in = peer_memory_lay(&lane->memory, num * one->size, num * peer_stride(&shape),
				   &lane->out);
	if (!lane->in)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.match",
				   "no memory for messages of %zu bytes", one->size);
	fill(lane->key, sizeof(lane->key), 1);
	fill(lane->iv, sizeof(lane->iv), 2);
	fill(lane->aad, sizeof(lane->aad), 3);
	fill(lane->in, num * one->size, 4);
	lane->job = (struct peer_job){.mode = one->mode,
				      .key_len = one->key_len,
				      .len = one->size,
				      .num_messages = num,
				      .fresh = one->fresh,
				      .variant = one->variant,
				      .key = lane->key,
				      .iv = lane->iv,
				      .aad = lane->aad,
				      .in = lane->in,
				      .tag = lane->tag,
				      .out = lane->out};
	return one->mode == PEER_GCM_OPEN ? make_openable(lane, why) : GNG_OK;
}

static enum gng_status make_contestant(struct setup *setup, struct peer_match *match, size_t lane,
				       size_t who, struct gng_why *why)
{
	const struct peer_job *job = &setup->lanes[lane].job;
	const size_t at = lane * setup->num_contestants + who;
	struct peer_worker *worker = &setup->workers[at];
	enum gng_status status = peer_worker_open(worker, match->titles[who], setup->adapters[who],
						  setup->libraries[who], job, why);

	if (status == GNG_OK)
		setup->contestants[at] = peer_worker_contestant(worker, match->titles[who]);
	if (status != GNG_OK && who > 0 && why)
		status = gng_why_set(why, GNG_ESYS, 0, "peer.match", "%s: %s", match->titles[who],
				     why->text);
	return status;
}

static enum gng_status make_all(struct setup *setup, struct peer_match *match, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t lane = 0; lane < setup->num_lanes && status == GNG_OK; lane++) {
		status = make_lane(&setup->lanes[lane], setup->one, why);
		for (size_t who = 0; who < setup->num_contestants && status == GNG_OK; who++) {
			status = make_contestant(setup, match, lane, who, why);
			setup->opened += status == GNG_OK;
		}
	}
	return status;
}

static void setup_fini(struct setup *setup)
{
	for (size_t i = 0; i < setup->opened; i++)
		peer_worker_close(&setup->workers[i]);
	for (size_t i = 0; setup->lanes && i < setup->num_lanes; i++)
		peer_memory_close(&setup->lanes[i].memory);
	free(setup->lanes);
	free(setup->workers);
	free(setup->contestants);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* call_ns is how long one call takes, roughly. */
static double call_ns(const struct gng_bench_contestant *contestant)
{
	const double first = now_ns();

	if (contestant->time_ns)
		return contestant->time_ns(contestant->state, 1);
	contestant->work(contestant->state);
	return now_ns() - first;
}

/* rounds are fewer where a call alone takes longer than a slice, so that a case ends. */
static unsigned int rounds(const struct setup *setup)
{
	double round_ns = 0, num;

	for (size_t i = 0; i < setup->num_contestants; i++) {
		const double ns = call_ns(&setup->contestants[i]);

		round_ns += ns > SLICE_NS ? ns : SLICE_NS;
	}
	num = CASE_NS / round_ns / GNG_BENCH_NUM_BLOCKS;
	if (num > ROUNDS_PER_BLOCK)
		return ROUNDS_PER_BLOCK;
	return num < LEAST_ROUNDS ? LEAST_ROUNDS : (unsigned int)num;
}

/* num_calls is at most some 0.3 s for each contestant. */
static size_t num_calls(const struct peer_match *match, size_t size)
{
	const double num = 3e8 * match->result.figures[0].median_per_ns / (double)size;

	if (num < LEAST_CALLS)
		return LEAST_CALLS;
	return num > MOST_CALLS ? MOST_CALLS : (size_t)num;
}

/* least_share looks when the memory was used: pages may be split and joined meanwhile. */
static double least_share(const struct setup *setup)
{
	double least = 1;

	if (!setup->lanes[0].memory.huge)
		return -1;
	for (size_t i = 0; i < setup->num_lanes; i++) {
		const double share = peer_memory_huge_share(&setup->lanes[i].memory);

		least = share < least ? share : least;
	}
	return least;
}

static enum gng_status run(struct setup *setup, struct peer_match *match, bool latency,
			   struct gng_why *why)
{
	static struct gng_clock_rate rate; /* of the machine: once a process */
	const struct peer_job *job = &setup->lanes[0].job;
	struct gng_bench_match bench = {
		.contestants = setup->contestants,
		.num_contestants = setup->num_contestants,
		.num_lanes = setup->num_lanes,
		.len = job->num_messages * job->len,
		.out_len = job->num_messages * peer_stride(job),
		.rounds_per_block = LEAST_ROUNDS,
		.slice_ns = SLICE_NS,
		.seed = SEED,
		.rate = &rate,
	};
	enum gng_status status = GNG_OK;

	if (rate.hz <= 0)
		status = gng_clock_calibrate(&rate, 20 * 1000 * 1000, why);
	if (status == GNG_OK) /* before anything is timed */
		status = gng_bench_check(&bench, why);
	if (status == GNG_OK) {
		bench.rounds_per_block = rounds(setup);
		status = gng_bench_run(&match->result, &bench, why);
	}
	match->huge_share = least_share(setup);
	if (match->huge_share >= 0)
		peer_memory_text(match->memory, match->huge_share);
	if (status == GNG_OK && latency)
		status = gng_bench_latencies(match->latencies, &bench, num_calls(match, bench.len),
					     why);
	return status;
}

/* count_all counts the allocations of ours, then of the peers. */
static void count_all(struct peer_match *match, const struct setup *setup,
		      struct peer_library *const *libraries)
{
	struct peer_library ours = {.name = "ours", .adapter = &peer_ours};

	snprintf(ours.path, sizeof(ours.path), "%s", setup->one->variant);
	match->allocations[0] = peer_count(&ours, &setup->lanes[0].job);
	for (size_t i = 1; i < setup->num_contestants; i++)
		match->allocations[i] = peer_count(libraries[i - 1], &setup->lanes[0].job);
}

enum gng_status peer_match_run(struct peer_match *match, const struct peer_case *one,
			       struct peer_library *const *libraries, size_t num_libraries,
			       const struct peer_setting *setting, struct gng_why *why)
{
	const size_t num_lanes = setting->num_lanes;
	struct setup setup = {.one = one, .num_lanes = num_lanes};
	enum gng_status status;

	memset(match, 0, sizeof(*match));
	for (size_t i = 0; i < GNG_BENCH_MAX_CONTESTANTS; i++)
		match->allocations[i] = -1;
	setup.adapters[setup.num_contestants++] = &peer_ours;
	snprintf(match->titles[0], PEER_TITLE_CAP, "ours (%s)", one->variant);
	for (size_t i = 0; i < num_libraries && i + 1 < GNG_BENCH_MAX_CONTESTANTS; i++) {
		setup.libraries[setup.num_contestants] = libraries[i]->handle;
		snprintf(match->titles[setup.num_contestants], PEER_TITLE_CAP, "%s",
			 libraries[i]->name);
		setup.adapters[setup.num_contestants++] = peer_library_adapter(libraries[i]);
	}
	match->num_contestants = setup.num_contestants;
	setup.lanes = calloc(num_lanes, sizeof(*setup.lanes));
	setup.contestants = calloc(num_lanes * setup.num_contestants, sizeof(*setup.contestants));
	setup.workers = calloc(num_lanes * setup.num_contestants, sizeof(*setup.workers));
	status = setup.lanes && setup.contestants && setup.workers
			 ? make_all(&setup, match, why)
			 : gng_why_set(why, GNG_ENOMEM, 0, "peer.match", "no memory");
	if (status == GNG_OK)
		status = run(&setup, match, setting->latency, why);
	if (status == GNG_OK && setting->allocations)
		count_all(match, &setup, libraries);
	setup_fini(&setup);
	return status;
}
