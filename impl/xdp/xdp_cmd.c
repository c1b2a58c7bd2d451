/* SPDX-License-Identifier: Apache-2.0 */
/* xdp_cmd.c - `gonogo xdp`: what XDP programs cost here, how many frames a second go through a
 * filter, and how long a frame takes from its sender to it. */
#include <jansson.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

#include "gng_xdp.h"

#define EXIT_LOST 1
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99
#define NUM_ROUNDS 9u
#define REPEAT 200000u
#define ARTICLE_REPEAT 2000u
#define PART 500000u	      /* live frames of one call */
#define GAP_NS 10000u	      /* between stamped frames */
#define FRAMES_A_SECOND 40000 /* of those: enough for P99.99 in the first second */
#define MAX_CONTESTANTS 12u

static const char help[] =
	"usage: gonogo xdp [--iface IF [--from IF]] [--method histogram|article] [--time S] "
	"[--json]\n"
	"\n"
	"Measures XDP programs of this build in the kernel: what each costs over one that does\n"
	"nothing, and frames per second through a filter and one that only drops, both beside\n"
	"the filters of xdp-tools; and how long stamped frames take from their sender to the\n"
	"program. Without --iface it makes a pair of veth in a network namespace of its own.\n"
	"\n"
	"  --iface IF    the port that receives, in native mode; its link may go down for a "
	"moment\n"
	"  --from IF     the port that sends to it over a cable; without it the port sends "
	"itself,\n"
	"                and its frames must come back by a plug that loops or by a peer\n"
	"  --method M    histogram (default), or also the article's way: two clocks and an event\n"
	"                of perf for each packet\n"
	"  --time S      seconds of traffic for latency and for rates, at most 3600 (default 1)\n"
	"  --json        one JSON object on stdout\n"
	"\n"
	"Exit status: 0 measured, 1 frames were lost, 2 usage, 3 this machine or process cannot,\n"
	"99 the harness failed.";

/* order is what the command line says. */
struct order {
	const char *receiver, *sender;
	bool article, json;
	uint64_t seconds;
};

/* ---- the command line ---- */

enum { IFACE = GNG_OPTIONS_OWN, FROM, METHOD, TIME, JSON };

static const struct option long_options[] = {
	{"iface", required_argument, NULL, IFACE},
	{"from", required_argument, NULL, FROM},
	{"method", required_argument, NULL, METHOD},
	{"time", required_argument, NULL, TIME},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	switch (option) {
	case IFACE:
		order->receiver = optarg;
		return if_nametoindex(optarg) != 0;
	case FROM:
		order->sender = optarg;
		return if_nametoindex(optarg) != 0;
	case METHOD:
		order->article = strcmp(optarg, "article") == 0;
		return order->article || strcmp(optarg, "histogram") == 0;
	case TIME:
		return gng_options_number(&order->seconds, optarg, 1, 3600);
	default:
		return order->json = true;
	}
}

static const struct gng_options options = {
	.verb = "xdp", .help = help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&options, order, argc, argv);

	if (status != -1)
		return status;
	if (optind < argc)
		return gng_options_refuse(&options, "it wants no word like", argv[optind]);
	if (order->sender && !order->receiver)
		return gng_options_refuse(
			&options, "who sends needs one that receives:", "--iface IF --from IF");
	return -1;
}

/* ---- what is measured ---- */

/* run is loaded programs, the ports, and what was found. */
struct run {
	const struct order *order;
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair; /* or the ports of the command line */
	struct gng_xdp_flow flow;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	uint32_t number;
	json_t *report;
	bool lost;
	struct gng_why why;
};

static double median(const double *values)
{
	static const double zeros[NUM_ROUNDS];
	const struct gng_xdp_contestant nothing = {0};
	struct gng_xdp_contestant one = {0};
	double over[GNG_XDP_MAX_ROUNDS];

	memcpy(one.ns, values, sizeof(zeros));
	return gng_xdp_over(over, &one, &nothing, NUM_ROUNDS);
}

static void print_cost(struct run *run, json_t *costs, const struct gng_xdp_contestant *one,
		       const struct gng_xdp_contestant *nothing, bool peer)
{
	double over[GNG_XDP_MAX_ROUNDS];
	const double ns = median(one->ns), more = gng_xdp_over(over, one, nothing, NUM_ROUNDS);

	json_array_append_new(costs, json_pack("{s:s,s:f,s:f,s:b}", "program", one->name, "ns", ns,
					       "over_nothing_ns", more, "peer", peer));
	if (!run->order->json)
		printf("%-18s %10.1f %14.1f\n", one->name, ns, more);
}

static size_t own_contestants(const struct run *run, struct gng_xdp_contestant *contestants)
{
	static const enum gng_xdp_program programs[] = {
		GNG_XDP_NOTHING,   GNG_XDP_FRAGMENT,   GNG_XDP_PROBE,
		GNG_XDP_ONE_CLOCK, GNG_XDP_TWO_CLOCKS, GNG_XDP_FILTER,
	};
	size_t num = sizeof(programs) / sizeof(programs[0]);

	for (size_t i = 0; i < num; i++)
		contestants[i] = (struct gng_xdp_contestant){
			.name = gng_xdp_program_name(programs[i]),
			.fd = gng_xdp_fd(run->xdp, programs[i]),
		};
	return num;
}

/* add_peers loads those that are there; an absent one is said, and no error. */
static size_t add_peers(struct run *run, struct gng_xdp_peer **peers,
			struct gng_xdp_contestant *contestants, size_t num)
{
	for (size_t i = 0; i < GNG_XDP_NUM_PEERS; i++) {
		const enum gng_xdp_peer_kind kind = (enum gng_xdp_peer_kind)i;

		if (gng_xdp_peer_open(&peers[i], kind, &run->flow, &run->why) != GNG_OK) {
			fprintf(stderr, "gonogo: xdp: SKIP %s: %s\n", gng_xdp_peer_name(kind),
				run->why.text);
			continue;
		}
		contestants[num++] = (struct gng_xdp_contestant){.name = gng_xdp_peer_name(kind),
								 .fd = gng_xdp_peer_fd(peers[i])};
	}
	return num;
}

static enum gng_status measure_costs(struct run *run)
{
	static struct gng_xdp_contestant all[MAX_CONTESTANTS];
	struct gng_xdp_peer *peers[GNG_XDP_NUM_PEERS] = {NULL};
	const size_t own = own_contestants(run, all);
	const size_t num = add_peers(run, peers, all, own);
	json_t *costs = json_array();
	const enum gng_status status = gng_xdp_compare(all, num, run->frame, sizeof(run->frame),
						       REPEAT, NUM_ROUNDS, &run->why);

	if (status == GNG_OK && !run->order->json)
		printf("%-18s %10s %14s\n", "program", "ns a frame", "over nothing");
	for (size_t i = 0; status == GNG_OK && i < num; i++)
		print_cost(run, costs, &all[i], &all[0], i >= own);
	json_object_set_new(run->report, "costs", costs);
	for (size_t i = 0; i < GNG_XDP_NUM_PEERS; i++)
		gng_xdp_peer_close(peers[i]);
	return status;
}

/* ---- the article's way ---- */

static enum gng_status measure_article(struct run *run)
{
	struct gng_xdp_contestant both[2] = {
		{.name = "nothing", .fd = gng_xdp_fd(run->xdp, GNG_XDP_NOTHING)},
		{.name = "article", .fd = gng_xdp_fd(run->xdp, GNG_XDP_ARTICLE)},
	};
	double over[GNG_XDP_MAX_ROUNDS];
	struct gng_hist *hist;
	uint64_t taken, lost, p50, p99;
	enum gng_status status = gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3);

	if (status == GNG_OK)
		status = gng_xdp_events_open(run->xdp, hist, &run->why);
	if (status != GNG_OK)
		return status;
	status = gng_xdp_compare(both, 2, run->frame, sizeof(run->frame), ARTICLE_REPEAT,
				 NUM_ROUNDS, &run->why);
	gng_xdp_events_close(run->xdp, &taken, &lost);
	p50 = gng_hist_value_at_quantile(hist, 0.5);
	p99 = gng_hist_value_at_quantile(hist, 0.99);
	gng_hist_close(hist);
	if (status != GNG_OK)
		return status;
	json_object_set_new(run->report, "article",
			    json_pack("{s:f,s:f,s:I,s:I,s:I,s:I}", "ns", median(both[1].ns),
				      "over_nothing_ns",
				      gng_xdp_over(over, &both[1], &both[0], NUM_ROUNDS), "events",
				      (json_int_t)taken, "lost", (json_int_t)lost, "p50_ns",
				      (json_int_t)p50, "p99_ns", (json_int_t)p99));
	if (!run->order->json)
		printf("the article's way: %.1f ns a frame; it tells P50 %llu ns, P99 %llu ns "
		       "(%llu events, %llu lost)\n",
		       median(both[1].ns), (unsigned long long)p50, (unsigned long long)p99,
		       (unsigned long long)taken, (unsigned long long)lost);
	return GNG_OK;
}

/* ---- traffic ---- */

/* taker is a program that drops all that it is sent, and knows how many these were. */
struct taker {
	const char *name;
	int fd;
	uint64_t (*dropped)(void *context);
	void *context;
	bool peer;
	struct gng_xdp_rate all;
};

static uint64_t dropped_by_filter(void *context)
{
	const struct run *run = context;

	return gng_xdp_hits(run->xdp, run->number);
}

static uint64_t dropped_by_drop(void *context)
{
	const struct run *run = context;

	return gng_xdp_counts(run->xdp).dropped;
}

static uint64_t dropped_by_peer(void *context)
{
	return gng_xdp_peer_dropped(context);
}

/* find_takers takes the filter first; the peer's is the one that does what ours does. */
static size_t find_takers(struct run *run, struct taker takers[3], struct gng_xdp_peer **peer)
{
	size_t num = 0;

	takers[num++] = (struct taker){
		"filter", gng_xdp_fd(run->xdp, GNG_XDP_FILTER), dropped_by_filter, run, false, {0}};
	takers[num++] = (struct taker){
		"drop", gng_xdp_fd(run->xdp, GNG_XDP_DROP), dropped_by_drop, run, false, {0}};
	if (gng_xdp_peer_open(peer, GNG_XDP_PEER_ALL, &run->flow, &run->why) == GNG_OK)
		takers[num++] = (struct taker){gng_xdp_peer_name(GNG_XDP_PEER_ALL),
					       gng_xdp_peer_fd(*peer),
					       dropped_by_peer,
					       *peer,
					       true,
					       {0}};
	return num;
}

/* put puts a program in the place of the one that is attached. */
static enum gng_status put(struct run *run, int fd, const char *name)
{
	const int error = gng_xdp_replace(run->xdp, fd, run->pair.to);

	return error ? gng_why_set(&run->why, GNG_ESYS, -error, "xdp.replace", "%s: %s", name,
				   strerror(-error))
		     : GNG_OK;
}

/* send_part sends a part of all frames through a program. */
static enum gng_status send_part(struct run *run, struct taker *taker)
{
	struct gng_xdp_rate part;
	enum gng_status status = put(run, taker->fd, taker->name);

	if (status != GNG_OK)
		return status;
	status = gng_xdp_rate_of(&part, run->xdp, run->frame, sizeof(run->frame), PART,
				 taker->dropped, taker->context, &run->why);
	if (status != GNG_OK)
		return status;
	taker->all.sent += part.sent;
	taker->all.arrived += part.arrived;
	taker->all.seconds += part.seconds;
	return GNG_OK;
}

static double mpps(const struct gng_xdp_rate *rate)
{
	return (double)rate->arrived / rate->seconds * 1e-6;
}

static void print_rates(struct run *run, const struct taker *takers, size_t num)
{
	const struct gng_xdp_rate *own = &takers[0].all;
	json_t *rates = json_array();

	for (size_t i = 0; i < num; i++) {
		const struct gng_xdp_rate *one = &takers[i].all;

		run->lost = run->lost || one->arrived != one->sent;
		json_array_append_new(
			rates, json_pack("{s:s,s:I,s:I,s:f,s:b}", "program", takers[i].name, "sent",
					 (json_int_t)one->sent, "arrived", (json_int_t)one->arrived,
					 "mpps", mpps(one), "peer", takers[i].peer));
		if (!run->order->json)
			printf("%s: %.2f Mpps; %llu sent, %llu arrived\n", takers[i].name,
			       mpps(one), (unsigned long long)one->sent,
			       (unsigned long long)one->arrived);
	}
	json_object_set_new(run->report, "rates", rates);
	json_object_set_new(run->report, "rate",
			    json_pack("{s:I,s:I,s:f}", "sent", (json_int_t)own->sent, "arrived",
				      (json_int_t)own->arrived, "mpps", mpps(own)));
}

/* measure_rate lets the programs share the seconds, in parts that take turns. */
static enum gng_status measure_rate(struct run *run)
{
	struct gng_xdp_peer *peer = NULL;
	enum gng_status status = GNG_OK;
	struct taker takers[3];
	const size_t num = find_takers(run, takers, &peer);
	double seconds = 0;

	while (status == GNG_OK && seconds < (double)run->order->seconds) {
		seconds = 0;
		for (size_t i = 0; status == GNG_OK && i < num; i++) {
			status = send_part(run, &takers[i]);
			seconds += takers[i].all.seconds;
		}
	}
	if (status == GNG_OK)
		print_rates(run, takers, num);
	/* the peer's program goes with it */
	if (status == GNG_OK)
		status = put(run, gng_xdp_fd(run->xdp, GNG_XDP_FILTER), "filter");
	gng_xdp_peer_close(peer);
	return status;
}

static void print_latency(struct run *run, const struct gng_hist *hist)
{
	static const struct {
		const char *key, *title;
		double quantile;
	} points[] = {{"p50_ns", "P50", 0.5},	      {"p90_ns", "P90", 0.9},
		      {"p99_ns", "P99", 0.99},	      {"p999_ns", "P99.9", 0.999},
		      {"p9999_ns", "P99.99", 0.9999}, {"max_ns", "max", 1.0}};
	json_t *latency = json_pack("{s:I}", "n", (json_int_t)hist->total);

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		const uint64_t ns = gng_hist_value_at_quantile(hist, points[i].quantile);

		json_object_set_new(latency, points[i].key, json_integer((json_int_t)ns));
		if (!run->order->json)
			printf("%s%s %llu", i ? ", " : "one way: ", points[i].title,
			       (unsigned long long)ns);
	}
	if (!run->order->json)
		printf(" ns (%llu frames)\n", (unsigned long long)hist->total);
	json_object_set_new(run->report, "latency", latency);
}

/* send_stamped lets frames with stamps go, one each GAP_NS. */
static enum gng_status send_stamped(struct run *run, uint32_t num)
{
	struct gng_xdp_socket *socket = NULL;
	enum gng_status status = gng_xdp_socket_open(&socket, run->pair.from, 0, &run->why);

	if (status == GNG_OK)
		status = gng_xdp_socket_send(socket, run->frame, sizeof(run->frame), num, GAP_NS,
					     &run->why);
	gng_xdp_socket_close(socket);
	return status;
}

static enum gng_status measure_latency(struct run *run)
{
	const uint32_t num = (uint32_t)run->order->seconds * FRAMES_A_SECOND;
	struct gng_hist *hist;
	enum gng_status status = gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3);

	if (status != GNG_OK)
		return status;
	status = put(run, gng_xdp_fd(run->xdp, GNG_XDP_ARRIVE), "arrive");
	if (status == GNG_OK)
		status = send_stamped(run, num);
	if (status == GNG_OK)
		status = gng_xdp_latencies(run->xdp, hist, &run->why);
	if (status == GNG_OK) {
		run->lost = run->lost || hist->total != num;
		print_latency(run, hist);
	}
	gng_hist_close(hist);
	return status;
}

/* ---- all of it ---- */

static enum gng_status open_ports(struct run *run)
{
	if (!run->order->receiver)
		return gng_xdp_pair_open(&run->pair, &run->why);
	return gng_xdp_ports(&run->pair, run->order->receiver, run->order->sender, &run->why);
}

/* reach attaches, once, for some ports lose their link by that, and says whether frames come to a
 * port that hears itself. Of two ports that is said by what is lost. */
static enum gng_status reach(struct run *run)
{
	enum gng_status status = gng_xdp_to_interface(run->xdp, run->pair.from, &run->why);

	if (status == GNG_OK)
		status = gng_xdp_attach(run->xdp, GNG_XDP_FILTER, run->pair.to, GNG_XDP_NATIVE,
					&run->why);
	if (status != GNG_OK || !run->order->receiver)
		return status;
	status = gng_xdp_hears(run->xdp, &run->pair, run->frame, sizeof(run->frame),
			       dropped_by_filter, run, &run->why);
	return status == GNG_EUNSUPPORTED && run->order->sender ? GNG_OK : status;
}

/* measure takes the traffic first: what is counted in the histogram otherwise is no traffic. */
static enum gng_status measure(struct run *run)
{
	enum gng_status status =
		gng_xdp_add_tuple(run->xdp, &run->number, &run->flow, true, &run->why);

	if (status == GNG_OK)
		status = reach(run);
	if (status == GNG_OK)
		status = measure_latency(run);
	if (status == GNG_OK)
		status = measure_rate(run);
	gng_xdp_detach(run->xdp, run->pair.to);
	if (status == GNG_OK)
		status = measure_costs(run);
	if (status == GNG_OK && run->order->article)
		status = measure_article(run);
	return status;
}

static int conclude(struct run *run, enum gng_status status)
{
	if (status == GNG_EPERM || status == GNG_EUNSUPPORTED) {
		fprintf(stderr, "gonogo: xdp: %s\n", run->why.text);
		return EXIT_INCOMPLETE;
	}
	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: xdp: %s\n", run->why.text);
		return EXIT_HARNESS;
	}
	if (run->order->json &&
	    (json_dumpf(run->report, stdout, JSON_COMPACT) != 0 || puts("") == EOF))
		return EXIT_HARNESS;
	if (run->lost)
		fputs("gonogo: xdp: frames were lost between sender and filter\n", stderr);
	return run->lost ? EXIT_LOST : 0;
}

static int run_order(const struct order *order)
{
	const struct gng_xdp_request request = {.max_tuples = 64};
	struct run run = {.order = order,
			  .flow = {.version = 4,
				   .protocol = 17,
				   .source = {198, 18, 0, 1}, /* RFC 2544: for benchmarks */
				   .dest = {198, 19, 0, 1},
				   .source_port = 4000,
				   .dest_port = 9}};
	enum gng_status status = gng_xdp_open(&run.xdp, &request, &run.why);
	int code;

	gng_xdp_frame_fill(run.frame, &run.flow);
	run.report = json_pack("{s:s,s:s,s:n}", "path", order->receiver ? "port" : "veth", "method",
			       order->article ? "article" : "histogram", "article");
	if (status == GNG_OK)
		status = open_ports(&run);
	if (status == GNG_OK) {
		status = measure(&run);
		if (!order->receiver)
			gng_xdp_pair_close(&run.pair);
	}
	code = conclude(&run, status);
	gng_xdp_close(run.xdp);
	json_decref(run.report);
	return code;
}

int main(int argc, char **argv)
{
	struct order order = {.seconds = 1};
	const int code = parse(&order, argc, argv);

	return code == -1 ? run_order(&order) : code;
}
