/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload_test.c - a program is replaced 10,000 times while frames come, by libbpf and by Go, and
 * each frame is had by one of the two. The control takes the program away before it puts the next
 * one there, and must miss some.
 */
/* needs: bench */
#include "go.h"

#include <pthread.h>

#define NUM_RELOADS 10000u
#define PART 2000u /* frames of one call, after which the sender looks whether it shall end */
#define GAP_US 20

/* traffic is a thread that sends until it is told to stop. */
struct traffic {
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	pthread_t thread;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	uint64_t sent, overrun; /* these met a full ring, before any program */
	bool stop;
	enum gng_status status;
	struct gng_why why;
};

static void *send_until_stopped(void *arg)
{
	struct traffic *traffic = arg;

	while (traffic->status == GNG_OK && !__atomic_load_n(&traffic->stop, __ATOMIC_ACQUIRE)) {
		traffic->status = gng_xdp_send_live(traffic->xdp, traffic->frame,
						    sizeof(traffic->frame), PART, &traffic->why);
		if (traffic->status == GNG_OK)
			__atomic_add_fetch(&traffic->sent, PART, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* traffic_begin attaches a root and lets frames come to it; it returns when some were sent. */
static bool traffic_begin(struct traffic *traffic, enum gng_xdp_program root)
{
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_why *why = &traffic->why;

	*traffic = (struct traffic){.xdp = programs_open(NULL)};
	if (!traffic->xdp)
		return false;
	good(gng_xdp_pair_open(&traffic->pair, why), why);
	gng_xdp_frame_fill(traffic->frame, &flow);
	assert_int_equal(gng_xdp_swap(traffic->xdp, GNG_XDP_SWAP_TAIL_CALL, false, 0), 0);
	good(gng_xdp_attach(traffic->xdp, root, traffic->pair.to, GNG_XDP_NATIVE, why), why);
	good(gng_xdp_to_interface(traffic->xdp, traffic->pair.from, why), why);
	assert_int_equal(pthread_create(&traffic->thread, NULL, send_until_stopped, traffic), 0);
	while (__atomic_load_n(&traffic->sent, __ATOMIC_RELAXED) == 0 && traffic->status == GNG_OK)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	return true;
}

/* traffic_end returns what was counted; false where this kernel makes no frames. */
static bool traffic_end(struct traffic *traffic, struct gng_xdp_counts *counts)
{
	__atomic_store_n(&traffic->stop, true, __ATOMIC_RELEASE);
	pthread_join(traffic->thread, NULL);
	*counts = gng_xdp_counts(traffic->xdp);
	good(gng_xdp_pair_overrun(&traffic->pair, &traffic->overrun, &traffic->why), &traffic->why);
	gng_xdp_pair_close(&traffic->pair);
	programs_close(traffic->xdp);
	if (traffic->status != GNG_EUNSUPPORTED)
		good(traffic->status, &traffic->why);
	else
		gng_probe_skip(traffic->why.text,
			       "Linux 5.18 or newer, or gonogo lab run xdp-frames");
	return traffic->status == GNG_OK;
}

static void judge(const struct traffic *traffic, const struct gng_xdp_counts *counts,
		  unsigned int num_reloads)
{
	char note[128];

	snprintf(note, sizeof(note),
		 "%llu sent; %llu had by one, %llu by the other, %llu missed; %llu met a full ring",
		 (unsigned long long)traffic->sent, (unsigned long long)counts->ran_a,
		 (unsigned long long)counts->ran_b, (unsigned long long)counts->missed,
		 (unsigned long long)traffic->overrun);
	gng_probe_note("frames", note);
	snprintf(note, sizeof(note), "%u", num_reloads);
	gng_probe_note("reloads", note);
	assert_int_equal(counts->missed, 0);
	assert_int_equal(counts->ran_a + counts->ran_b + traffic->overrun, traffic->sent);
	assert_true(traffic->overrun < traffic->sent / 10);
	/* Both had their share, so it was under traffic that they took turns. */
	assert_true(counts->ran_a > traffic->sent / 50 && counts->ran_b > traffic->sent / 50);
}

/* pause_between lets frames come between two reloads. */
static void pause_between(void)
{
	nanosleep(&(struct timespec){0, GAP_US * 1000}, NULL);
}

static void reload(enum gng_xdp_program root, enum gng_xdp_swap way, unsigned int num)
{
	struct gng_xdp_counts counts;
	struct traffic traffic;

	if (!traffic_begin(&traffic, root))
		return;
	for (unsigned int i = 1; i <= num; i++) {
		assert_int_equal(gng_xdp_swap(traffic.xdp, way, i & 1, traffic.pair.to), 0);
		pause_between();
	}
	if (traffic_end(&traffic, &counts))
		judge(&traffic, &counts, num);
}

static void no_frame_is_lost_in_10000_tail_calls_replaced(void **state)
{
	(void)state;
	reload(GNG_XDP_BY_TAIL_CALL, GNG_XDP_SWAP_TAIL_CALL, NUM_RELOADS);
}

static void no_frame_is_lost_in_10000_values_replaced(void **state)
{
	(void)state;
	reload(GNG_XDP_BY_VALUE, GNG_XDP_SWAP_VALUE, NUM_RELOADS);
}

static void no_frame_is_lost_in_10000_stores(void **state)
{
	(void)state;
	reload(GNG_XDP_BY_VALUE, GNG_XDP_SWAP_MAPPED, NUM_RELOADS);
}

/* The kernel waits for a grace period with each of these. */
static void no_frame_is_lost_in_100_links_updated(void **state)
{
	(void)state;
	reload(GNG_XDP_WORKER_A, GNG_XDP_SWAP_LINK, 100);
}

static void no_frame_is_lost_in_10000_links_updated(void **state)
{
	(void)state;
	reload(GNG_XDP_WORKER_A, GNG_XDP_SWAP_LINK, NUM_RELOADS);
}

/* ---- by Go ---- */

static void reload_by_go(enum gng_xdp_program root, const char *way)
{
	struct gng_bench_process *go = go_open();
	struct gng_xdp_counts counts;
	struct traffic traffic;

	if (!go)
		return;
	if (traffic_begin(&traffic, root)) {
		go_take(go, traffic.xdp);
		go_ask(go, "swap %s %u %d", way, NUM_RELOADS, GAP_US);
		gng_bench_process_close(go); /* it holds the programs, too */
		if (traffic_end(&traffic, &counts))
			judge(&traffic, &counts, NUM_RELOADS);
	} else {
		gng_bench_process_close(go);
	}
}

static void no_frame_is_lost_in_10000_tail_calls_replaced_by_go(void **state)
{
	(void)state;
	reload_by_go(GNG_XDP_BY_TAIL_CALL, "tail");
}

static void no_frame_is_lost_in_10000_values_replaced_by_go(void **state)
{
	(void)state;
	reload_by_go(GNG_XDP_BY_VALUE, "value");
}

/* ---- the control ---- */

static void taking_a_program_away_first_misses_frames(void **state)
{
	struct gng_xdp_counts counts;
	struct traffic traffic;

	(void)state;
	if (!traffic_begin(&traffic, GNG_XDP_BY_TAIL_CALL))
		return;
	/* on a busy machine 500 gaps may pass while the sender has no CPU */
	for (unsigned int i = 1;
	     i <= 500 || (i <= 50000 && gng_xdp_counts(traffic.xdp).missed == 0); i++) {
		assert_int_equal(gng_xdp_unset(traffic.xdp), 0);
		pause_between();
		assert_int_equal(gng_xdp_swap(traffic.xdp, GNG_XDP_SWAP_TAIL_CALL, i & 1, 0), 0);
		pause_between();
	}
	if (!traffic_end(&traffic, &counts))
		return;
	assert_int_equal(counts.ran_a + counts.ran_b + counts.missed + traffic.overrun,
			 traffic.sent);
	assert_true(counts.missed > 0);
}

const struct suite_test suite_tests[] = {
	TEST(no_frame_is_lost_in_10000_tail_calls_replaced, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_10000_values_replaced, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_10000_stores, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_100_links_updated, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_10000_links_updated, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_10000_tail_calls_replaced_by_go, "B4.xdp.reload"),
	TEST_SLOW(no_frame_is_lost_in_10000_values_replaced_by_go, "B4.xdp.reload"),
	TEST(taking_a_program_away_first_misses_frames, "B4.xdp.reload"),
	{0},
};
