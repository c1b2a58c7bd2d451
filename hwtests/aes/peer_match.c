/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_match.c - puts ours and the peers on the same bytes and lets gng_bench time them.
 *
 * All contestants of a lane read one input and write one output, so none has a better place in
 * the caches. Keys are expanded before: the figures are of messages, not of key changes.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_PER_BLOCK 41
#define SLICE_NS 400000
#define SEED 20130515
#define PAGE 4096

/* lane_bytes is the memory of one lane. */
struct lane_bytes {
	uint8_t key[32], iv[16], aad[16], tag[PEER_TAG];
	uint8_t *memory, *in, *out;
	struct peer_job job;
};

struct setup {
	const struct peer_case *one;
	size_t num_contestants, num_lanes, opened;
	const struct peer_adapter *adapters[GNG_BENCH_MAX_CONTESTANTS];
	void *libraries[GNG_BENCH_MAX_CONTESTANTS];
	struct lane_bytes *lanes;
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
	const size_t room = (one->size + PEER_TAG + PAGE - 1) / PAGE * PAGE;

	/* Half a page apart: a load of in[i] behind a store to out[j] with the same low 12 bits
	 * of address waits for it on Intel (4K aliasing), and the figures were of that. */
	lane->memory = aligned_alloc(PAGE, 2 * room + PAGE);
	if (!lane->memory)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.match", "no memory for %zu bytes",
				   2 * room);
	lane->in = lane->memory;
	lane->out = lane->memory + room + PAGE / 2;
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
	struct gng_bench_contestant *made =
		&setup->contestants[lane * setup->num_contestants + who];
	enum gng_status status;

	*made = (struct gng_bench_contestant){match->titles[who], adapter->work, NULL, job->out};
	status = adapter->open(&made->state, match->titles[who], setup->libraries[who], job, why);
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
		setup->adapters[i % setup->num_contestants]->close(setup->contestants[i].state);
	for (size_t i = 0; setup->lanes && i < setup->num_lanes; i++)
		free(setup->lanes[i].memory);
	free(setup->lanes);
	free(setup->contestants);
}

static enum gng_status run(struct setup *setup, struct peer_match *match, struct gng_why *why)
{
	static struct gng_clock_rate rate; /* of the machine: once a process */
	const size_t tag = setup->one->mode == PEER_GCM_SEAL ? PEER_TAG : 0;
	const struct gng_bench_match bench = {
		.contestants = setup->contestants,
		.num_contestants = setup->num_contestants,
		.num_lanes = setup->num_lanes,
		.len = setup->one->size,
		.out_len = setup->one->size + tag,
		.rounds_per_block = ROUNDS_PER_BLOCK,
		.slice_ns = SLICE_NS,
		.seed = SEED,
		.rate = &rate,
	};
	enum gng_status status = GNG_OK;

	if (rate.hz <= 0)
		status = gng_clock_calibrate(&rate, 20 * 1000 * 1000, why);
	return status == GNG_OK ? gng_bench_run(&match->result, &bench, why) : status;
}

enum gng_status peer_match_run(struct peer_match *match, const struct peer_case *one,
			       struct peer_library *const *libraries, size_t num_libraries,
			       size_t num_lanes, struct gng_why *why)
{
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
	status = setup.lanes && setup.contestants
			 ? make_all(&setup, match, why)
			 : gng_why_set(why, GNG_ENOMEM, 0, "peer.match", "no memory");
	if (status == GNG_OK)
		status = run(&setup, match, why);
	setup_fini(&setup);
	return status;
}
