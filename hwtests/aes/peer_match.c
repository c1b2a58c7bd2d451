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

#define ROUNDS_PER_BLOCK 41
#define SLICE_NS 400000
#define SEED 20130515
#define PAGE 4096
#define LEAST_CALLS 1000
#define MOST_CALLS 20000

/* lane_bytes is the memory of one lane. */
struct lane_bytes {
	uint8_t key[32], iv[16], aad[16], tag[PEER_TAG];
	struct peer_memory memory;
	uint8_t *in, *out;
	struct peer_job job;
};

/* keyed is a contestant whose work begins with a new key. */
struct keyed {
	const struct peer_adapter *adapter;
	void *state;
};

struct setup {
	const struct peer_case *one;
	size_t num_contestants, num_lanes, opened;
	const struct peer_adapter *adapters[GNG_BENCH_MAX_CONTESTANTS];
	void *libraries[GNG_BENCH_MAX_CONTESTANTS];
	struct lane_bytes *lanes;
	struct keyed *keyed;
	struct gng_bench_contestant *contestants;
};

static bool rekey_and_work(void *state)
{
	const struct keyed *keyed = state;

	return keyed->adapter->rekey(keyed->state) && keyed->adapter->work(keyed->state);
}

bool peer_is_gcm(const struct peer_job *job)
{
	return job->mode == PEER_GCM_SEAL || job->mode == PEER_GCM_OPEN;
}

bool peer_encrypts(const struct peer_job *job)
{
	return job->mode != PEER_CBC_DECRYPT && job->mode != PEER_GCM_OPEN;
}

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
	const size_t room = (one->size + PEER_TAG + PAGE - 1) / PAGE * PAGE;

	/* Half a page apart: a load of in[i] behind a store to out[j] with the same low 12 bits
	 * of address waits for it on Intel (4K aliasing), and the figures were of that. */
	if (!peer_memory_open(&lane->memory, 2 * room + PAGE))
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.match", "no memory for %zu bytes",
				   2 * room);
	lane->in = lane->memory.bytes;
	lane->out = lane->memory.bytes + room + PAGE / 2;
	fill(lane->key, sizeof(lane->key), 1);
	fill(lane->iv, sizeof(lane->iv), 2);
	fill(lane->aad, sizeof(lane->aad), 3);
	fill(lane->in, one->size, 4);
	lane->job = (struct peer_job){
		one->mode, one->key_len, one->size, one->variant, lane->key,
		lane->iv,  lane->aad,	 lane->in,  lane->tag,	  lane->out,
	};
	return one->mode == PEER_GCM_OPEN ? make_openable(lane, why) : GNG_OK;
}

static enum gng_status make_contestant(struct setup *setup, struct peer_match *match, size_t lane,
				       size_t who, struct gng_why *why)
{
	const struct peer_adapter *adapter = setup->adapters[who];
	const struct peer_job *job = &setup->lanes[lane].job;
	const size_t at = lane * setup->num_contestants + who;
	struct gng_bench_contestant *made = &setup->contestants[at];
	struct keyed *keyed = &setup->keyed[at];
	enum gng_status status;

	*made = (struct gng_bench_contestant){.name = match->titles[who],
					      .work = adapter->work,
					      .out = job->out,
					      .yardstick = adapter->yardstick};
	status = adapter->open(&keyed->state, match->titles[who], setup->libraries[who], job, why);
	made->state = keyed->state;
	if (setup->one->fresh) {
		keyed->adapter = adapter;
		made->work = rekey_and_work;
		made->state = keyed;
	}
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
		setup->adapters[i % setup->num_contestants]->close(setup->keyed[i].state);
	for (size_t i = 0; setup->lanes && i < setup->num_lanes; i++)
		peer_memory_close(&setup->lanes[i].memory);
	free(setup->lanes);
	free(setup->keyed);
	free(setup->contestants);
}

/* A message of 10 MiB alone takes longer than a slice. */
static unsigned int rounds(size_t size)
{
	return size < 1u << 20 ? ROUNDS_PER_BLOCK : ROUNDS_PER_BLOCK / 4;
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
	const size_t tag = setup->one->mode == PEER_GCM_SEAL ? PEER_TAG : 0;
	const struct gng_bench_match bench = {
		.contestants = setup->contestants,
		.num_contestants = setup->num_contestants,
		.num_lanes = setup->num_lanes,
		.len = setup->one->size,
		.out_len = setup->one->size + tag,
		.rounds_per_block = rounds(setup->one->size),
		.slice_ns = SLICE_NS,
		.seed = SEED,
		.rate = &rate,
	};
	enum gng_status status = GNG_OK;

	if (rate.hz <= 0)
		status = gng_clock_calibrate(&rate, 20 * 1000 * 1000, why);
	if (status == GNG_OK)
		status = gng_bench_run(&match->result, &bench, why);
	match->huge_share = least_share(setup);
	if (status == GNG_OK && latency)
		status = gng_bench_latencies(match->latencies, &bench,
					     num_calls(match, setup->one->size), why);
	return status;
}

enum gng_status peer_match_run(struct peer_match *match, const struct peer_case *one,
			       struct peer_library *const *libraries, size_t num_libraries,
			       const struct peer_setting *setting, struct gng_why *why)
{
	const size_t num_lanes = setting->num_lanes;
	struct setup setup = {.one = one, .num_lanes = num_lanes};
	enum gng_status status;

	memset(match, 0, sizeof(*match));
	setup.adapters[setup.num_contestants++] = &peer_ours;
	snprintf(match->titles[0], PEER_TITLE_CAP, "ours (%s)", one->variant);
	for (size_t i = 0; i < num_libraries && i + 1 < GNG_BENCH_MAX_CONTESTANTS; i++) {
		setup.libraries[setup.num_contestants] = libraries[i]->handle;
		snprintf(match->titles[setup.num_contestants], PEER_TITLE_CAP, "%s",
			 libraries[i]->name);
		setup.adapters[setup.num_contestants++] = libraries[i]->adapter;
	}
	match->num_contestants = setup.num_contestants;
	setup.lanes = calloc(num_lanes, sizeof(*setup.lanes));
	setup.contestants = calloc(num_lanes * setup.num_contestants, sizeof(*setup.contestants));
	setup.keyed = calloc(num_lanes * setup.num_contestants, sizeof(*setup.keyed));
	status = setup.lanes && setup.contestants && setup.keyed
			 ? make_all(&setup, match, why)
			 : gng_why_set(why, GNG_ENOMEM, 0, "peer.match", "no memory");
	if (status == GNG_OK)
		status = run(&setup, match, setting->latency, why);
	setup_fini(&setup);
	return status;
}
