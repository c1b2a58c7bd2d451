/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost_hw.c - what programs cost on a frame, over one that does nothing, in interleaved rounds: the
 * histogram, the filter beside those of xdp-tools, and the article's way of measuring.
 */
/* needs: bench clock */
#include "measured.h"

#define REPEAT 200000u
#define ROUNDS 15 /* the kernel takes 10 ms and more to get ready for another program */

static const struct gng_xdp_request tables = {.max_tuples = 64, .max_prefixes = 64};

/* bench is loaded programs and a frame that the rules name. */
struct bench {
	struct gng_xdp *xdp;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	struct gng_xdp_flow flow;
	struct gng_xdp_contestant contestants[3];
};

static bool bench_open(struct bench *bench, const struct gng_xdp_request *request)
{
	bench->xdp = programs_open(request);
	bench->flow = flow_of(1, 9);
	gng_xdp_frame_fill(bench->frame, &bench->flow);
	return bench->xdp != NULL;
}

static struct gng_xdp_contestant contestant(const struct bench *bench, enum gng_xdp_program program)
{
	return (struct gng_xdp_contestant){.name = gng_xdp_program_name(program),
					   .fd = gng_xdp_fd(bench->xdp, program)};
}

static void compare(struct bench *bench, size_t num)
{
	struct gng_why why = {0};

	good(gng_xdp_compare(bench->contestants, num, bench->frame, sizeof(bench->frame), REPEAT,
			     ROUNDS, &why),
	     &why);
}

static void note_costs(const struct bench *bench, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		char note[32];

		snprintf(note, sizeof(note), "%.1f ns",
			 median_of(bench->contestants[i].ns, ROUNDS));
		gng_probe_note(bench->contestants[i].name, note);
	}
}

/* over_nothing reports what a program costs more than one that does nothing. */
static void over_nothing(const char *name, enum gng_xdp_program program, uint32_t verdict)
{
	double over[ROUNDS];
	struct bench bench;

	if (!bench_open(&bench, &tables))
		return;
	bench.contestants[0] = contestant(&bench, GNG_XDP_NOTHING);
	bench.contestants[1] = contestant(&bench, program);
	compare(&bench, 2);
	assert_int_equal(bench.contestants[0].verdict, XDP_PASS_VERDICT);
	assert_int_equal(bench.contestants[1].verdict, verdict);
	gng_xdp_over(over, &bench.contestants[1], &bench.contestants[0], ROUNDS);
	report_rounds(name, "ns", over, ROUNDS);
	note_costs(&bench, 2);
	programs_close(bench.xdp);
}

static void histogram_over_nothing(void **state)
{
	(void)state;
	over_nothing("histogram_over_nothing", GNG_XDP_PROBE, XDP_PASS_VERDICT);
}

static void two_clocks_over_nothing(void **state)
{
	(void)state;
	over_nothing("two_clocks_over_nothing", GNG_XDP_TWO_CLOCKS, XDP_PASS_VERDICT);
}

static void filter_over_nothing(void **state)
{
	(void)state;
	over_nothing("filter_over_nothing", GNG_XDP_FILTER, XDP_PASS_VERDICT);
}

/* third_vs_second reports how many times as much the third contestant costs over the first, which
 * does nothing, as the second. */
static void third_vs_second(const char *name, struct bench *bench)
{
	double second[ROUNDS], third[ROUNDS];

	compare(bench, 3);
	gng_xdp_over(second, &bench->contestants[1], &bench->contestants[0], ROUNDS);
	gng_xdp_over(third, &bench->contestants[2], &bench->contestants[0], ROUNDS);
	for (size_t i = 0; i < ROUNDS; i++)
		third[i] /= second[i];
	report_rounds(name, "ratio", third, ROUNDS);
	note_costs(bench, 3);
}

/* A time that is measured in a program is two clocks at least, on any CPU. */
static void histogram_vs_two_clocks(void **state)
{
	struct bench bench;

	(void)state;
	if (!bench_open(&bench, &tables))
		return;
	bench.contestants[0] = contestant(&bench, GNG_XDP_NOTHING);
	bench.contestants[1] = contestant(&bench, GNG_XDP_PROBE);
	bench.contestants[2] = contestant(&bench, GNG_XDP_TWO_CLOCKS);
	third_vs_second("histogram_vs_two_clocks", &bench);
	programs_close(bench.xdp);
}

/* ---- beside xdp-filter ---- */

static void add_rule(struct bench *bench, enum gng_xdp_peer_kind kind)
{
	struct gng_why why = {0};
	uint32_t number;

	if (kind == GNG_XDP_PEER_ADDRESS)
		good(gng_xdp_add_prefix(bench->xdp, &number, &bench->flow, 32, true, &why), &why);
	else
		good(gng_xdp_add_tuple(bench->xdp, &number, &bench->flow, true, &why), &why);
}

/* beside reports how many times as much the peer's filter costs over nothing as ours. */
static void beside(const char *name, enum gng_xdp_peer_kind kind,
		   const struct gng_xdp_request *request)
{
	struct gng_xdp_peer *peer = NULL;
	struct gng_why why = {0};
	struct bench bench;
	enum gng_status status;

	if (!bench_open(&bench, request))
		return;
	add_rule(&bench, kind);
	status = gng_xdp_peer_open(&peer, kind, &bench.flow, &why);
	if (status == GNG_EUNSUPPORTED)
		return gng_probe_skip(why.text, "apt-get install libxdp1");
	good(status, &why);
	bench.contestants[0] = contestant(&bench, GNG_XDP_NOTHING);
	bench.contestants[1] = contestant(&bench, GNG_XDP_FILTER);
	bench.contestants[2] = (struct gng_xdp_contestant){.name = gng_xdp_peer_name(kind),
							   .fd = gng_xdp_peer_fd(peer)};
	third_vs_second(name, &bench);
	assert_int_equal(bench.contestants[1].verdict, XDP_DROP_VERDICT);
	assert_int_equal(bench.contestants[2].verdict, XDP_DROP_VERDICT);
	gng_xdp_peer_close(peer);
	programs_close(bench.xdp);
}

static void tuple_vs_xdp_filter_udp(void **state)
{
	static const struct gng_xdp_request request = {.max_tuples = 64};

	(void)state;
	beside("tuple_vs_xdp_filter_udp", GNG_XDP_PEER_PORT, &request);
}

static void tuple_vs_xdp_filter_all(void **state)
{
	static const struct gng_xdp_request request = {.max_tuples = 64};

	(void)state;
	beside("tuple_vs_xdp_filter_all", GNG_XDP_PEER_ALL, &request);
}

static void prefix_vs_xdp_filter_ip(void **state)
{
	static const struct gng_xdp_request request = {.max_prefixes = 64};

	(void)state;
	beside("prefix_vs_xdp_filter_ip", GNG_XDP_PEER_ADDRESS, &request);
}

/* ---- the article's way ---- */

/* The events are taken by a thread, as a user of the method needs; fewer frames, for it takes so
 * long. The histogram of the same frames is the other side. */
static void histogram_vs_article(void **state)
{
	double ratio[ROUNDS];
	struct gng_why why = {0};
	struct gng_hist *hist;
	struct bench bench;
	uint64_t taken, lost;
	char note[96];

	(void)state;
	if (!bench_open(&bench, NULL))
		return;
	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3), GNG_OK);
	good(gng_xdp_events_open(bench.xdp, hist, &why), &why);
	bench.contestants[0] = contestant(&bench, GNG_XDP_PROBE);
	bench.contestants[1] = contestant(&bench, GNG_XDP_ARTICLE);
	good(gng_xdp_compare(bench.contestants, 2, bench.frame, sizeof(bench.frame), 2000, ROUNDS,
			     &why),
	     &why);
	gng_xdp_events_close(bench.xdp, &taken, &lost);
	assert_int_equal(taken + lost, 2000 * ROUNDS);
	for (size_t i = 0; i < ROUNDS; i++)
		ratio[i] = bench.contestants[1].ns[i] / bench.contestants[0].ns[i];
	report_rounds("histogram_vs_article", "ratio", ratio, ROUNDS);
	note_costs(&bench, 2);
	snprintf(note, sizeof(note), "%llu taken, %llu lost; P50 %llu ns, P99 %llu ns",
		 (unsigned long long)taken, (unsigned long long)lost,
		 (unsigned long long)gng_hist_value_at_quantile(hist, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(hist, 0.99));
	gng_probe_note("what the article's way says", note);
	gng_hist_close(hist);
	programs_close(bench.xdp);
}

const struct suite_test suite_tests[] = {
	TEST(histogram_over_nothing, "B3.xdp.histogram"),
	TEST(histogram_vs_two_clocks, "B3.xdp.histogram"),
	TEST_SLOW(two_clocks_over_nothing, "B3.xdp.histogram"),
	TEST_SLOW(filter_over_nothing, "B3.xdp.rate"),
	TEST_SLOW(tuple_vs_xdp_filter_udp, "B3.xdp.rate"),
	TEST(tuple_vs_xdp_filter_all, "B3.xdp.rate"),
	TEST(prefix_vs_xdp_filter_ip, "B3.xdp.rate"),
	TEST_SLOW(histogram_vs_article, "B3.xdp.histogram"),
	{0},
};
