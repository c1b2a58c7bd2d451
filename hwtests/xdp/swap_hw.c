/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swap_hw.c - what it costs to put another program or value in place of one, over the bare bpf(2)
 * with a command that does not exist, in interleaved rounds; by libbpf and by cilium/ebpf in one
 * run.
 */
/* needs: bench */
#include "../../conformance/xdp/go.h"
#include "measured.h"

#include <sys/syscall.h>

#define NUM_SWAPS 20000u
#define ROUNDS 15

static double thread_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* floor_ns is a call of bpf(2) that the kernel refuses at once. */
static double floor_ns(void)
{
	const double start = thread_ns();
	unsigned int refused = 0;

	for (unsigned int i = 0; i < NUM_SWAPS; i++)
		refused += syscall(SYS_bpf, 9999, NULL, 0) < 0;
	assert_int_equal(refused, NUM_SWAPS);
	return (thread_ns() - start) / NUM_SWAPS;
}

static double swap_ns(struct gng_xdp *xdp, enum gng_xdp_swap way)
{
	const double start = thread_ns();
	int error = 0;

	for (unsigned int i = 0; i < NUM_SWAPS; i++)
		error |= gng_xdp_swap(xdp, way, i & 1, 0);
	assert_int_equal(error, 0);
	return (thread_ns() - start) / NUM_SWAPS;
}

static void note_ns(const char *key, const double ns[ROUNDS])
{
	char note[32];

	snprintf(note, sizeof(note), "%.0f ns", median_of(ns, ROUNDS));
	gng_probe_note(key, note);
}

/* over_floor reports how many times the floor a way of swapping costs. */
static void over_floor(const char *name, enum gng_xdp_swap way)
{
	double ratios[ROUNDS], floors[ROUNDS], swaps[ROUNDS];
	struct gng_xdp *xdp = programs_open(NULL);

	if (!xdp)
		return;
	for (size_t i = 0; i < ROUNDS; i++) {
		floors[i] = floor_ns();
		swaps[i] = swap_ns(xdp, way);
		ratios[i] = swaps[i] / floors[i];
	}
	report_rounds(name, "ratio", ratios, ROUNDS);
	note_ns("bare bpf()", floors);
	note_ns("swap", swaps);
	programs_close(xdp);
}

static void tail_call_vs_floor(void **state)
{
	(void)state;
	over_floor("tail_call_vs_floor", GNG_XDP_SWAP_TAIL_CALL);
}

static void value_vs_floor(void **state)
{
	(void)state;
	over_floor("value_vs_floor", GNG_XDP_SWAP_VALUE);
}

static void mapped_vs_floor(void **state)
{
	(void)state;
	over_floor("mapped_vs_floor", GNG_XDP_SWAP_MAPPED);
}

/* The portable way waits for a grace period: reported, and not judged. */
static void link_update(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;
	double us[ROUNDS];

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	good(gng_xdp_attach(xdp, GNG_XDP_WORKER_A, pair.to, GNG_XDP_NATIVE, &why), &why);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct timespec from, to;

		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_int_equal(gng_xdp_swap(xdp, GNG_XDP_SWAP_LINK, !(i & 1), pair.to), 0);
		clock_gettime(CLOCK_MONOTONIC, &to);
		us[i] = (double)(to.tv_sec - from.tv_sec) * 1e6 +
			(double)(to.tv_nsec - from.tv_nsec) * 1e-3;
	}
	report_rounds("link_update", "us", us, ROUNDS);
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
}

/* by_go reports what Go takes for the same swap more than C, in times of C's. */
static void by_go(const char *name, const char *words, enum gng_xdp_swap way)
{
	double ratios[ROUNDS], c[ROUNDS], go_ns[ROUNDS], go_floor[ROUNDS];
	struct gng_xdp *xdp;
	struct gng_bench_process *go = go_open_with(&xdp);

	if (!go)
		return;
	go_take(go, xdp);
	for (size_t i = 0; i < ROUNDS; i++) {
		c[i] = swap_ns(xdp, way);
		go_ns[i] = strtod(go_ask(go, "swap %s %u 0", words, NUM_SWAPS), NULL);
		go_floor[i] = strtod(go_ask(go, "swap floor %u 0", NUM_SWAPS), NULL);
		ratios[i] = go_ns[i] / c[i];
	}
	report_rounds(name, "ratio", ratios, ROUNDS);
	note_ns("libbpf", c);
	note_ns("cilium/ebpf", go_ns);
	note_ns("bare bpf() from Go", go_floor);
	go_close_with(go, xdp);
}

static void tail_call_go_vs_c(void **state)
{
	(void)state;
	by_go("tail_call_go_vs_c", "tail", GNG_XDP_SWAP_TAIL_CALL);
}

static void value_go_vs_c(void **state)
{
	(void)state;
	by_go("value_go_vs_c", "value", GNG_XDP_SWAP_VALUE);
}

const struct suite_test suite_tests[] = {
	TEST(tail_call_vs_floor, "B4.xdp.swap"),
	TEST(value_vs_floor, "B4.xdp.swap"),
	TEST(mapped_vs_floor, "B4.xdp.swap"),
	TEST(link_update, "B4.xdp.swap"),
	TEST(tail_call_go_vs_c, "B4.xdp.swap"),
	TEST(value_go_vs_c, "B4.xdp.swap"),
	{0},
};
