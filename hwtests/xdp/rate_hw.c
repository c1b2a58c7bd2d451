/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate_hw.c - frames per second through a filter on a pair of veth, made by the kernel and dropped
 * by it on one CPU, in all and of the time that receiving takes, beside the filter of xdp-tools;
 * and how long stamped frames take from sender to filter. Whatever is sent must arrive.
 */
/* needs: hist */
#include "measured.h"

#include <math.h>
#include <sched.h>

#define NUM_FRAMES 300000u
#define ROUNDS 10
#define NUM_PACED 40000u /* bounds the quantile 0.9999 at 95 % */
#define GAP_NS 10000

static const struct gng_xdp_request tuples = {.max_tuples = 64};

/* way is loaded programs, a pair of interfaces, and a frame that a rule drops. */
struct way {
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	struct gng_xdp_peer *peer;
	struct gng_xdp_flow flow;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	uint32_t number;
};

static bool way_open(struct way *way, const struct gng_xdp_request *request)
{
	struct gng_why why = {0};

	*way = (struct way){.xdp = programs_open(request), .flow = flow_of(1, 9)};
	if (!way->xdp)
		return false;
	good(gng_xdp_pair_open(&way->pair, &why), &why);
	gng_xdp_frame_fill(way->frame, &way->flow);
	good(gng_xdp_add_tuple(way->xdp, &way->number, &way->flow, true, &why), &why);
	good(gng_xdp_to_interface(way->xdp, way->pair.from, &why), &why);
	return true;
}

/* place binds a thread (0: this one) to a CPU, where nothing else of a user comes between. */
static void place(int thread, int cpu, int priority)
{
	const struct sched_param param = {.sched_priority = priority};
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(thread, sizeof(one), &one), 0);
	(void)sched_setscheduler(thread, SCHED_FIFO, &param); /* a container may not: noise */
}

/* end_cpu is the first that this process may use, or the last. */
static int end_cpu(bool last)
{
	cpu_set_t may;
	int found = -1;

	assert_int_equal(sched_getaffinity(0, sizeof(may), &may), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE && (last || found < 0); cpu++)
		if (CPU_ISSET(cpu, &may))
			found = cpu;
	return found;
}

/* rate_open makes a way whose frames this thread makes, on the first CPU. */
static bool rate_open(struct way *way)
{
	if (!way_open(way, &tuples))
		return false;
	place(0, end_cpu(false), 1);
	return true;
}

static void way_close(struct way *way)
{
	gng_xdp_pair_close(&way->pair);
	gng_xdp_peer_close(way->peer);
	programs_close(way->xdp);
}

static uint64_t dropped_by_ours(void *context)
{
	const struct way *way = context;

	return gng_xdp_hits(way->xdp, way->number);
}

static uint64_t dropped_by_peer(void *context)
{
	return gng_xdp_peer_dropped(((const struct way *)context)->peer);
}

/* sent_mpps sends to the program that is attached; what arrives is counted. Below 0 where this
 * kernel makes no frames. */
static double sent_mpps(struct way *way, uint64_t (*arrived)(void *context), uint32_t num)
{
	struct gng_xdp_rate rate;
	struct gng_why why = {0};
	enum gng_status status;
	uint64_t before, overrun;

	good(gng_xdp_pair_overrun(&way->pair, &before, &why), &why);
	status = gng_xdp_rate_of(&rate, way->xdp, way->frame, sizeof(way->frame), num, arrived, way,
				 &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "Linux 5.18 or newer, or gonogo lab run xdp-frames");
		return -1;
	}
	good(status, &why);
	good(gng_xdp_pair_overrun(&way->pair, &overrun, &why), &why);
	assert_int_equal(rate.arrived + overrun - before, rate.sent);
	return (double)rate.arrived / rate.seconds * 1e-6;
}

static double mpps_of(struct way *way, int program, uint64_t (*arrived)(void *context),
		      uint32_t num)
{
	struct gng_why why = {0};
	double mpps;

	good(gng_xdp_attach_fd(way->xdp, program, way->pair.to, GNG_XDP_NATIVE, &why), &why);
	mpps = sent_mpps(way, arrived, num);
	gng_xdp_detach(way->xdp, way->pair.to);
	return mpps;
}

static double mpps(struct way *way, int program, uint64_t (*arrived)(void *context))
{
	return mpps_of(way, program, arrived, NUM_FRAMES);
}

static void live_frames_filtered(void **state)
{
	double rates[ROUNDS];
	struct way way;

	(void)state;
	if (!rate_open(&way))
		return;
	for (size_t i = 0; i < ROUNDS; i++) {
		rates[i] = mpps(&way, gng_xdp_fd(way.xdp, GNG_XDP_FILTER), dropped_by_ours);
		if (rates[i] < 0)
			return way_close(&way);
	}
	report_rounds("live_frames_filtered", "Mpps", rates, ROUNDS);
	way_close(&way);
}

static uint64_t dropped_by_drop(void *context)
{
	return gng_xdp_counts(((const struct way *)context)->xdp).dropped;
}

/* What the way takes alone: a program that only counts and drops, in turns with the filter. */
static void live_frames_filtered_vs_dropped(void **state)
{
	double ratios[ROUNDS], rates[ROUNDS];
	struct way way;
	char note[32];

	(void)state;
	if (!rate_open(&way))
		return;
	for (size_t i = 0; i < ROUNDS; i++) {
		rates[i] = mpps(&way, gng_xdp_fd(way.xdp, GNG_XDP_DROP), dropped_by_drop);
		if (rates[i] < 0)
			return way_close(&way);
		ratios[i] =
			mpps(&way, gng_xdp_fd(way.xdp, GNG_XDP_FILTER), dropped_by_ours) / rates[i];
	}
	report_rounds("live_frames_filtered_vs_dropped", "ratio", ratios, ROUNDS);
	snprintf(note, sizeof(note), "%.2f Mpps", median_of(rates, ROUNDS));
	gng_probe_note("dropped", note);
	way_close(&way);
}

/* ---- what receives alone ---- */

/* A batch of half the ring: the thread that receives is woken once for it, and nothing is lost. */
static const struct gng_xdp_request batched = {.max_tuples = 64, .batch = 128};

/* split_open lets a thread of its own receive, on a CPU; returns it, or 0 if the test is over. */
static int split_open(struct way *way, int cpu)
{
	struct gng_why why = {0};
	enum gng_status status;
	int thread = 0;

	if (!way_open(way, &batched))
		return 0;
	good(gng_xdp_attach(way->xdp, GNG_XDP_DROP, way->pair.to, GNG_XDP_NATIVE, &why), &why);
	status = gng_xdp_pair_thread(&thread, &way->pair, &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "Linux 5.12 or newer, outside of a container");
		way_close(way);
		return 0;
	}
	good(status, &why);
	place(thread, cpu, 2);
	place(0, end_cpu(false), 1);
	return thread;
}

static double cpu_s(int process)
{
	struct timespec used;
	clockid_t id;

	assert_int_equal(clock_getcpuclockid(process, &id), 0);
	assert_int_equal(clock_gettime(id, &used), 0);
	return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* split_mpps sets *of_cpu to frames by the receiver's CPU time, and returns those by the clock;
 * below 0 where this kernel makes none. */
static double split_mpps(double *of_cpu, struct way *way, int thread, enum gng_xdp_program program,
			 uint64_t (*arrived)(void *context))
{
	const uint64_t before = arrived(way);
	double start, mpps;

	assert_int_equal(gng_xdp_replace(way->xdp, gng_xdp_fd(way->xdp, program), way->pair.to), 0);
	start = cpu_s(thread);
	mpps = sent_mpps(way, arrived, NUM_FRAMES);
	*of_cpu = (double)(arrived(way) - before) / (cpu_s(thread) - start) * 1e-6;
	return mpps;
}

/* report_split reports the filter's rates by the clock or by CPU time, beside a program that only
 * drops, in turns. */
static void report_split(const char *name, int cpu, bool by_clock)
{
	double rates[ROUNDS], floors[ROUNDS];
	struct way way;
	char note[64];
	const int thread = split_open(&way, cpu);

	if (!thread)
		return;
	for (size_t i = 0; i < ROUNDS; i++) {
		double floor, rate, by;

		floor = split_mpps(&by, &way, thread, GNG_XDP_DROP, dropped_by_drop);
		if (floor < 0)
			return way_close(&way);
		floors[i] = by_clock ? floor : by;
		rate = split_mpps(&by, &way, thread, GNG_XDP_FILTER, dropped_by_ours);
		rates[i] = by_clock ? rate : by;
	}
	report_rounds(name, "Mpps", rates, ROUNDS);
	snprintf(note, sizeof(note), "%.2f Mpps, of which the filter reaches %.0f %%",
		 median_of(floors, ROUNDS),
		 median_of(rates, ROUNDS) / median_of(floors, ROUNDS) * 100);
	gng_probe_note("dropped", note);
	way_close(&way);
}

/* A core's rate: the frames are made on the same CPU, in time that is not the receiver's. */
static void live_frames_filtered_per_core(void **state)
{
	(void)state;
	report_split("live_frames_filtered_per_core", end_cpu(false), false);
}

/* Another CPU makes them: by the clock, where both share a cache. */
static void live_frames_filtered_from_a_cpu(void **state)
{
	(void)state;
	if (end_cpu(false) == end_cpu(true))
		return gng_probe_skip("one CPU cannot send to another", "a second CPU");
	report_split("live_frames_filtered_from_a_cpu", end_cpu(true), true);
}

/* ---- one CPU again ---- */

/* A run of few frames takes as long for each as one of many: nothing else is in the time. */
static void short_runs_vs_long(void **state)
{
	double ratios[ROUNDS];
	struct way way;

	(void)state;
	if (!rate_open(&way))
		return;
	for (size_t i = 0; i < ROUNDS; i++) {
		const int drop = gng_xdp_fd(way.xdp, GNG_XDP_DROP);
		const double few = mpps_of(&way, drop, dropped_by_drop, NUM_FRAMES / 20);

		if (few < 0)
			return way_close(&way);
		ratios[i] = few / mpps(&way, drop, dropped_by_drop);
	}
	report_rounds("short_runs_vs_long", "ratio", ratios, ROUNDS);
	way_close(&way);
}

/* The peer's filter of all that it knows stands for ours of a whole tuple. */
static void live_frames_vs_xdp_filter(void **state)
{
	double ratios[ROUNDS];
	struct gng_why why = {0};
	struct way way;

	(void)state;
	if (!rate_open(&way))
		return;
	if (gng_xdp_peer_open(&way.peer, GNG_XDP_PEER_ALL, &way.flow, &why) == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "apt-get install libxdp1");
		return way_close(&way);
	}
	for (size_t i = 0; i < ROUNDS; i++) {
		const double ours =
			mpps(&way, gng_xdp_fd(way.xdp, GNG_XDP_FILTER), dropped_by_ours);

		if (ours < 0)
			return way_close(&way);
		ratios[i] = ours / mpps(&way, gng_xdp_peer_fd(way.peer), dropped_by_peer);
	}
	report_rounds("live_frames_vs_xdp_filter", "ratio", ratios, ROUNDS);
	way_close(&way);
}

/* ---- one way ---- */

static void report_quantile(const char *name, const struct gng_hist *hist, double quantile)
{
	struct gng_measure measure = {.unit = "ns", .n = hist->total, .quantile = quantile};
	struct gng_why why = {0};
	uint64_t lo, hi;
	char *text;

	/* each bound at 97.5 %: both together at 95 % */
	assert_int_equal(gng_hist_quantile_bounds(hist, quantile, 0.975, &lo, &hi), GNG_OK);
	assert_int_equal(gng_hist_encode(&text, hist, &why), GNG_OK);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = (double)gng_hist_value_at_quantile(hist, quantile);
	measure.lo = (double)lo;
	measure.hi = hi == GNG_HIST_INFINITE ? INFINITY : (double)hi;
	measure.hist = text;
	gng_probe_measure(&measure);
	free(text);
}

/* send_paced fills the histogram with NUM_PACED frames, one each 10 us. */
static void send_paced(struct way *way, struct gng_hist *hist)
{
	struct gng_xdp_socket *socket;
	struct gng_why why = {0};

	good(gng_xdp_attach(way->xdp, GNG_XDP_ARRIVE, way->pair.to, GNG_XDP_NATIVE, &why), &why);
	good(gng_xdp_socket_open(&socket, way->pair.from, 0, &why), &why);
	good(gng_xdp_socket_send(socket, way->frame, sizeof(way->frame), NUM_PACED, GAP_NS, &why),
	     &why);
	gng_xdp_socket_close(socket);
	good(gng_xdp_latencies(way->xdp, hist, &why), &why);
	assert_int_equal(hist->total, NUM_PACED);
}

static void one_way_p9999(void **state)
{
	static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999};
	static const char *const names[] = {"one_way_p50", "one_way_p90", "one_way_p99",
					    "one_way_p999", "one_way_p9999"};
	struct gng_hist *hist;
	struct way way;

	(void)state;
	if (!way_open(&way, &tuples))
		return;
	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3), GNG_OK);
	send_paced(&way, hist);
	for (size_t i = 0; i < COUNT_OF(quantiles); i++)
		report_quantile(names[i], hist, quantiles[i]);
	gng_hist_close(hist);
	way_close(&way);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(live_frames_filtered, "B3.xdp.rate"),
	TEST_SLOW(live_frames_filtered_vs_dropped, "B3.xdp.rate"),
	TEST(live_frames_filtered_per_core, "B3.xdp.rate"),
	TEST_SLOW(live_frames_filtered_from_a_cpu, "B3.xdp.rate"),
	TEST(short_runs_vs_long, "B3.xdp.rate"),
	TEST(live_frames_vs_xdp_filter, "B3.xdp.rate"),
	TEST_LATENCY(one_way_p9999, "B3.xdp.histogram"),
	{0},
};
