/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost_bench.c - `PROGRAM --bench`: the filter on a frame of 64 bytes beside those of xdp-tools and
 * a program that does nothing, for `gonogo bench xdp`. The kernel runs them all, in turns: on one
 * frame again and again, and on frames that come over a pair of veth or to the port of --iface.
 */
#include <stdio.h>
#include <string.h>

#include <gng_bench.h>
#include <gng_xdp.h>

#define MAX_RIVALS 4

/* The kernel takes some 10 ms to get ready for another program, so a call is many frames. */
#define BATCH 20000u
#define XDP_DROP_VERDICT 1u /* enum xdp_action of <linux/bpf.h> */

int suite_bench(int argc, char **argv);

/* rival is one program that the kernel runs on the frame. */
struct rival {
	const char *name, *title;
	int fd;
	const uint8_t *frame;
	uint32_t verdict;
	struct gng_xdp_peer *peer;
	struct bench *live; /* where frames come from; NULL: there is but one, which stays */
	uint64_t (*dropped)(void *rival);
	char complaint[256];
};

static const struct bench_case {
	const char *name, *label;
	struct gng_xdp_request request;
	enum gng_xdp_peer_kind peers[2];
	size_t num_peers;
	bool live;
} cases[] = {
	{"tuple", "UDP tuple", {.max_tuples = 64}, {GNG_XDP_PEER_PORT, GNG_XDP_PEER_ALL}, 2, false},
	{"prefix", "IPv4 prefix", {.max_prefixes = 64}, {GNG_XDP_PEER_ADDRESS}, 1, false},
	{"frames", "frames of UDP", {.max_tuples = 64}, {GNG_XDP_PEER_ALL}, 1, true},
};

/* bench is one case as it is timed; rivals[0] is ours, rivals[1] does nothing. */
struct bench {
	const struct bench_case *of;
	struct gng_xdp *xdp;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	struct gng_xdp_flow flow;
	struct rival rivals[MAX_RIVALS];
	size_t num;
	uint32_t number; /* of the rule */
	struct gng_xdp_pair pair;
	const char *to, *from; /* ports, or NULL for a pair of veth */
	bool open;
};

static void say(enum gng_bench_word word, const char *text, const char *reason, const char *remedy)
{
	struct gng_bench_line line = {.word = word};

	snprintf(line.text, sizeof(line.text), "%s", text);
	snprintf(line.reason, sizeof(line.reason), "%s", reason);
	snprintf(line.remedy, sizeof(line.remedy), "%s", remedy);
	gng_bench_line_write(stdout, &line);
}

/* ---- contestants ---- */

static double time_ns(struct rival *rival, uint64_t num_calls)
{
	struct gng_why why = {0};
	double ns;

	if (gng_xdp_cost(&ns, &rival->verdict, rival->fd, rival->frame, GNG_XDP_FRAME_LEN,
			 (uint32_t)num_calls * BATCH, &why) == GNG_OK)
		return ns * (double)num_calls * BATCH;
	memcpy(rival->complaint, why.text, sizeof(rival->complaint));
	return 0;
}

/* ---- frames that come ---- */

static uint64_t dropped_by_filter(void *rival)
{
	const struct bench *bench = ((const struct rival *)rival)->live;

	return gng_xdp_hits(bench->xdp, bench->number);
}

static uint64_t dropped_by_drop(void *rival)
{
	return gng_xdp_counts(((const struct rival *)rival)->live->xdp).dropped;
}

static uint64_t dropped_by_peer(void *rival)
{
	return gng_xdp_peer_dropped(((const struct rival *)rival)->peer);
}

/* time_live is the time of frames that were sent, if all of them came. */
static double time_live(struct rival *rival, uint64_t num)
{
	const struct bench *bench = rival->live;
	const int error = gng_xdp_replace(bench->xdp, rival->fd, bench->pair.to);
	struct gng_why why = {.text = "the program cannot be attached"};
	struct gng_xdp_rate rate = {0};

	if (!error && gng_xdp_rate_of(&rate, bench->xdp, bench->frame, GNG_XDP_FRAME_LEN,
				      (uint32_t)num, rival->dropped, rival, &why) == GNG_OK) {
		rival->verdict = XDP_DROP_VERDICT;
		if (rate.arrived == rate.sent)
			return rate.seconds * 1e9;
		snprintf(why.text, sizeof(why.text), "%llu of %llu frames came",
			 (unsigned long long)rate.arrived, (unsigned long long)rate.sent);
	}
	memcpy(rival->complaint, why.text, sizeof(rival->complaint));
	return 0;
}

/* open_way makes a pair of veth, or takes ports, and attaches the filter, once. */
static enum gng_status open_way(struct bench *bench, struct gng_why *why)
{
	enum gng_status status = bench->to
					 ? gng_xdp_ports(&bench->pair, bench->to, bench->from, why)
					 : gng_xdp_pair_open(&bench->pair, why);

	bench->open = status == GNG_OK;
	if (status == GNG_OK)
		status = gng_xdp_to_interface(bench->xdp, bench->pair.from, why);
	if (status == GNG_OK)
		status = gng_xdp_attach(bench->xdp, GNG_XDP_FILTER, bench->pair.to, GNG_XDP_NATIVE,
					why);
	if (status == GNG_OK)
		status = gng_xdp_hears(bench->xdp, &bench->pair, bench->frame, GNG_XDP_FRAME_LEN,
				       dropped_by_filter, &bench->rivals[0], why);
	return status;
}

static void close_way(struct bench *bench)
{
	if (!bench->open)
		return;
	gng_xdp_detach(bench->xdp, bench->pair.to);
	if (!bench->to)
		gng_xdp_pair_close(&bench->pair);
}

static double time_of(void *state, uint64_t num_calls)
{
	struct rival *rival = state;

	return rival->live ? time_live(rival, num_calls * BATCH) : time_ns(rival, num_calls);
}

static bool work(void *state)
{
	return time_of(state, 1) > 0;
}

static const char *complaint(void *state)
{
	return ((const struct rival *)state)->complaint;
}

static void add_rival(struct bench *bench, const char *name, const char *title, int fd,
		      struct gng_xdp_peer *peer)
{
	bench->rivals[bench->num++] = (struct rival){
		.name = name,
		.title = title,
		.fd = fd,
		.frame = bench->frame,
		.peer = peer,
		.live = bench->of->live ? bench : NULL,
		.dropped = peer		? dropped_by_peer
			   : bench->num ? dropped_by_drop
					: dropped_by_filter,
	};
}

static bool is_selected(const char *peers, const char *name)
{
	const char *at = peers ? strstr(peers, name) : NULL;

	return !peers || at;
}

static void add_peers(struct bench *bench, const char *peers)
{
	for (size_t i = 0; i < bench->of->num_peers; i++) {
		const char *name = gng_xdp_peer_name(bench->of->peers[i]);
		struct gng_xdp_peer *peer = NULL;
		struct gng_why why = {0};

		if (!is_selected(peers, name))
			continue;
		if (gng_xdp_peer_open(&peer, bench->of->peers[i], &bench->flow, &why) == GNG_OK)
			add_rival(bench, name, name, gng_xdp_peer_fd(peer), peer);
		else
			say(GNG_BENCH_ABSENT, name, why.text, "apt-get install libxdp1");
	}
}

static enum gng_status open_bench(struct bench *bench, const struct bench_case *of,
				  const char *peers, struct gng_why *why)
{
	enum gng_status status;

	*bench = (struct bench){.of = of,
				.to = bench->to,
				.from = bench->from,
				.flow = {.version = 4,
					 .protocol = 17,
					 .source = {198, 18, 0, 1},
					 .dest = {198, 19, 0, 1},
					 .source_port = 4000,
					 .dest_port = 9}};
	gng_xdp_frame_fill(bench->frame, &bench->flow);
	status = gng_xdp_open(&bench->xdp, &of->request, why);
	if (status == GNG_OK && of->request.max_tuples)
		status = gng_xdp_add_tuple(bench->xdp, &bench->number, &bench->flow, true, why);
	else if (status == GNG_OK)
		status =
			gng_xdp_add_prefix(bench->xdp, &bench->number, &bench->flow, 24, true, why);
	if (status != GNG_OK)
		return status;
	add_rival(bench, "gonogo", "", gng_xdp_fd(bench->xdp, GNG_XDP_FILTER), NULL);
	if (is_selected(peers, "nothing") && !of->live)
		add_rival(bench, "nothing", "XDP_PASS", gng_xdp_fd(bench->xdp, GNG_XDP_NOTHING),
			  NULL);
	else if (is_selected(peers, "nothing"))
		add_rival(bench, "nothing", "XDP_DROP", gng_xdp_fd(bench->xdp, GNG_XDP_DROP), NULL);
	add_peers(bench, peers);
	return of->live ? open_way(bench, why) : GNG_OK;
}

/* ---- rows ---- */

static void say_row(const struct bench *bench, const struct gng_bench_result *result, size_t who)
{
	struct gng_bench_line line = {.word = GNG_BENCH_ROW};
	struct gng_bench_row *row = &line.row;

	snprintf(row->metric, sizeof(row->metric), "%s_vs_%s", bench->of->name,
		 bench->rivals[who].name);
	snprintf(row->label, sizeof(row->label), "%s", bench->of->label);
	snprintf(row->variant, sizeof(row->variant), "filter");
	snprintf(row->peer, sizeof(row->peer), "%s", bench->rivals[who].name);
	snprintf(row->title, sizeof(row->title), "%s", bench->rivals[who].title);
	row->size = GNG_XDP_FRAME_LEN;
	row->ours = result->figures[0].median_per_cycle;
	row->ours_gb_per_s = result->figures[0].median_per_ns;
	row->theirs = result->figures[who].median_per_cycle;
	row->theirs_gb_per_s = result->figures[who].median_per_ns;
	row->core_hz = result->core_hz;
	row->cpu_per_wall = result->cpu_per_wall;
	row->our_allocations = row->their_allocations = -1;
	row->ratio = result->ratios[who];
	gng_bench_line_write(stdout, &line);
}

static enum gng_status time_all(struct bench *bench, struct gng_why *why)
{
	struct gng_bench_contestant contestants[MAX_RIVALS];
	struct gng_bench_result result = {0};
	struct gng_clock_rate rate;
	struct gng_bench_match match = {.contestants = contestants,
					.num_contestants = bench->num,
					.num_lanes = 1,
					.len = (size_t)GNG_XDP_FRAME_LEN * BATCH,
					.out_len = sizeof(bench->rivals[0].verdict),
					.rounds_per_block = 7,
					.slice_ns = 400000,
					.seed = 1,
					.rate = &rate};
	enum gng_status status = gng_clock_calibrate(&rate, 20 * 1000 * 1000, why);

	for (size_t i = 0; i < bench->num; i++)
		contestants[i] = (struct gng_bench_contestant){
			.name = bench->rivals[i].name,
			.work = work,
			.state = &bench->rivals[i],
			.out = (uint8_t *)&bench->rivals[i].verdict,
			.yardstick = strcmp(bench->rivals[i].name, "nothing") == 0,
			.time_ns = time_of,
			.complaint = complaint};
	if (status == GNG_OK)
		status = gng_bench_run(&result, &match, why);
	for (size_t i = 1; status == GNG_OK && i < bench->num; i++)
		say_row(bench, &result, i);
	return status;
}

/* A machine that cannot is no failure. */
static bool is_absent(enum gng_status status)
{
	return status == GNG_EPERM || status == GNG_EUNSUPPORTED;
}

static bool run_case(const struct bench_case *of, const char *peers, const char *to,
		     const char *from)
{
	static struct bench bench;
	struct gng_why why = {0};
	enum gng_status status;

	bench.to = to;
	bench.from = from;
	say(GNG_BENCH_CASE, of->name, "", "");
	status = open_bench(&bench, of, peers, &why);
	if (status == GNG_OK && bench.num > 1)
		status = time_all(&bench, &why);
	close_way(&bench);
	for (size_t i = 0; i < bench.num; i++)
		gng_xdp_peer_close(bench.rivals[i].peer);
	gng_xdp_close(bench.xdp);
	if (is_absent(status))
		say(GNG_BENCH_ABSENT, "xdp", why.text,
		    status == GNG_EPERM ? "root, or CAP_BPF and CAP_NET_ADMIN" : "gonogo-xdp(1)");
	else if (status != GNG_OK)
		say(GNG_BENCH_FAIL, "", why.text, "");
	return status == GNG_OK || is_absent(status);
}

static const char *option(int argc, char **argv, const char *name)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return NULL;
}

int suite_bench(int argc, char **argv)
{
	const char *mode = option(argc, argv, "--mode"), *size = option(argc, argv, "--size");
	struct gng_bench_line plan = {.word = GNG_BENCH_PLAN};
	const size_t num_cases = sizeof(cases) / sizeof(cases[0]);
	bool wanted[sizeof(cases) / sizeof(cases[0])] = {false}, ok = true;

	for (size_t i = 0; i < num_cases; i++) {
		wanted[i] = (!mode || strstr(cases[i].name, mode)) &&
			    (!size || strcmp(size, "64") == 0);
		plan.number += wanted[i];
	}
	gng_bench_line_write(stdout, &plan);
	for (size_t i = 0; i < num_cases && ok; i++)
		if (wanted[i])
			ok = run_case(&cases[i], option(argc, argv, "--peers"),
				      option(argc, argv, "--iface"), option(argc, argv, "--from"));
	say(GNG_BENCH_END, "", "", "");
	return ok ? 0 : 1;
}
