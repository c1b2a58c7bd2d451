/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat_cmd.c - `gonogo schedlat`: watches how long threads wait for a CPU, and names who had
 * it. */
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include <gng_options.h>

#include "gng_schedlat.h"

#define EXIT_INCOMPLETE 3
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99
#define POLL_MS 200
#define MOST_LISTED 10000u /* waits in the JSON; all are counted */

static const char help[] =
	"usage: gonogo schedlat (--pid N | --comm NAME | --all) [--threshold MS] [--time S] "
	"[--live]\n"
	"       [--method recorder|article] [--json]\n"
	"\n"
	"Counts how long threads wait for a CPU once they can run, and prints each wait that\n"
	"reaches the threshold with the thread that held the CPU.\n"
	"\n"
	"  --pid N         the threads of this process, until it ends\n"
	"  --comm NAME     threads of this name\n"
	"  --all           every thread\n"
	"  --threshold MS  milliseconds, may have a point (default 5)\n"
	"  --time S        seconds, at most 86400 (default: until interrupted)\n"
	"  --live          each second the 20 threads that waited longest at P99\n"
	"  --method M      recorder (default), or article: at the first wait also perf record -e\n"
	"                  sched:sched_migrate_task, to see what it misses\n"
	"  --json          one JSON object on stdout at the end\n"
	"\n"
	"Exit status: 0 no wait reached the threshold, 1 one did, 2 usage, 3 this machine\n"
	"cannot, 4 no thread waited at all, 99 the harness failed.";

/* order is what the command line says. */
struct order {
	struct gng_schedlat_request request;
	bool all, json, live, article;
	int process;	  /* a pidfd of the one that is watched, or -1 */
	uint64_t seconds; /* 0: until interrupted, or that process ends */
};

/* ---- the command line ---- */

static bool read_process(struct order *order, const char *text)
{
	uint64_t number;

	if (!gng_options_number(&number, text, 1, INT32_MAX))
		return false;
	order->request.process = (uint32_t)number;
	return true;
}

static bool read_threshold(struct order *order, const char *text)
{
	char *end;
	const double ms = strtod(text, &end);

	if (*text < '0' || *text > '9' || *end != '\0' || !(ms >= 0.001 && ms <= 1e6))
		return false;
	order->request.threshold_ns = (uint64_t)(ms * 1e6);
	return true;
}

static bool read_comm(struct order *order, const char *text)
{
	order->request.comm = text;
	return *text != '\0' && strlen(text) < GNG_SCHEDLAT_COMM_LEN;
}

enum { PID = GNG_OPTIONS_OWN, COMM, ALL, THRESHOLD, TIME, LIVE, METHOD, JSON };

static const struct option long_options[] = {
	{"pid", required_argument, NULL, PID},
	{"comm", required_argument, NULL, COMM},
	{"all", no_argument, NULL, ALL},
	{"threshold", required_argument, NULL, THRESHOLD},
	{"time", required_argument, NULL, TIME},
	{"json", no_argument, NULL, JSON},
	{"live", no_argument, NULL, LIVE},
	{"method", required_argument, NULL, METHOD},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	switch (option) {
	case PID:
		return read_process(order, optarg);
	case COMM:
		return read_comm(order, optarg);
	case THRESHOLD:
		return read_threshold(order, optarg);
	case TIME:
		return gng_options_number(&order->seconds, optarg, 1, 86400);
	case METHOD:
		order->article = strcmp(optarg, "article") == 0;
		return order->article || strcmp(optarg, "recorder") == 0;
	case LIVE:
		return order->live = true;
	case ALL:
		return order->all = true;
	default:
		return order->json = true;
	}
}

static const struct gng_options options = {
	.verb = "schedlat", .help = help, .known = long_options, .set = set_option};

/* find_process takes hold of the process that is watched, for its number may be another's soon. */
static int find_process(struct order *order)
{
	char number[16];

	if (!order->request.process)
		return -1;
	order->process = pidfd_open((pid_t)order->request.process, 0);
	if (order->process >= 0)
		return -1;
	snprintf(number, sizeof(number), "%u", order->request.process);
	return gng_options_refuse(&options, "no process has the number", number);
}

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&options, order, argc, argv);

	if (status != -1)
		return status;
	if (optind < argc)
		return gng_options_refuse(&options, "it wants no word like", argv[optind]);
	if ((order->request.process != 0) + (order->request.comm != NULL) + order->all != 1)
		return gng_options_refuse(&options, "it wants one of",
					  "--pid N, --comm NAME, --all");
	if (order->live && order->json)
		return gng_options_refuse(&options, "one of both:", "--live, --json");
	return find_process(order);
}

/* ---- watching ---- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* watch is what was seen so far. */
struct watch {
	const struct order *order;
	uint64_t num_waits, num_threads, num_windows;
	json_t *waits, *threads, *windows;
	json_t *snapshot; /* what perf saw, or null */
	uint64_t next_live_ns;
	struct gng_schedlat_hist before, now; /* of all threads */
	struct gng_schedlat_p99 last;	      /* of the window before */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double ms(uint64_t ns)
{
	return (double)ns * 1e-6;
}

/* name is comm as JSON takes it: a thread may call itself any bytes. */
static json_t *name(const char *comm)
{
	char text[GNG_SCHEDLAT_COMM_LEN + 1];

	snprintf(text, sizeof(text), "%.*s", (int)GNG_SCHEDLAT_COMM_LEN, comm);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			*at = '?';
	return json_string(text);
}

static json_t *wait_as_json(const struct gng_schedlat_wait *wait)
{
	return json_pack("{s:I,s:o,s:i,s:I,s:I,s:o,s:I,s:I}", "thread", (json_int_t)wait->thread,
			 "comm", name(wait->comm), "cpu", (int)wait->cpu, "waited_ns",
			 (json_int_t)(wait->until_ns - wait->from_ns), "culprit",
			 (json_int_t)wait->culprit, "culprit_comm", name(wait->culprit_comm),
			 "held_ns", (json_int_t)wait->held_ns, "told_after_ns",
			 (json_int_t)(wait->told_ns - wait->until_ns));
}

static void add_wait(struct watch *watch, const struct gng_schedlat_wait *wait)
{
	if (watch->num_waits++ < MOST_LISTED)
		json_array_append_new(watch->waits, wait_as_json(wait));
	if (watch->order->json)
		return;
	printf("%.16s (%u) waited %.3f ms for CPU %u; ", wait->comm, wait->thread,
	       ms(wait->until_ns - wait->from_ns), wait->cpu);
	if (wait->culprit == UINT32_MAX)
		printf("%.16s of another PID namespace held it for %.3f ms\n", wait->culprit_comm,
		       ms(wait->held_ns));
	else if (wait->culprit)
		printf("%.16s (%u) held it for %.3f ms\n", wait->culprit_comm, wait->culprit,
		       ms(wait->held_ns));
	else
		puts("no thread is on record");
	fflush(stdout);
}

/* ---- the article's way ---- */

#define SNAPSHOT_MS 500

/* snap starts perf as soon as the monitor hears of a wait, as the article would. */
static enum gng_status snap(struct watch *watch, const struct gng_schedlat_wait *wait,
			    struct gng_why *why)
{
	struct gng_schedlat_snapshot shot;
	const enum gng_status status = gng_schedlat_snapshot_take(&shot, SNAPSHOT_MS, why);
	json_int_t late;

	if (status != GNG_OK)
		return status;
	late = shot.num_events ? (json_int_t)(shot.first_ns - wait->until_ns) : 0;
	json_decref(watch->snapshot);
	watch->snapshot = json_pack("{s:I,s:I,s:b}", "events", (json_int_t)shot.num_events,
				    "first_after_ns", late, "before_wait_ended",
				    shot.num_events && shot.first_ns < wait->until_ns);
	if (!watch->order->json)
		printf("perf: %u threads moved; its first event is %.3f ms after the wait was "
		       "over, and none says who held the CPU\n",
		       shot.num_events, (double)late * 1e-6);
	return GNG_OK;
}

/* ---- live ---- */

#define LIVE_NS UINT64_C(1000000000)
#define LIVE_ROWS 20

/* row is a thread in the live table. */
struct row {
	uint32_t thread;
	char comm[GNG_SCHEDLAT_COMM_LEN];
	uint64_t waits, p50_ns, p99_ns, max_ns;
};

struct rows {
	struct row rows[LIVE_ROWS];
	size_t num;
};

/* add_row keeps the rows in falling order of their P99. */
static void add_row(void *arg, uint32_t thread, const char *comm,
		    const struct gng_schedlat_hist *hist)
{
	struct rows *table = arg;
	struct row row = {.thread = thread,
			  .waits = hist->total,
			  .p50_ns = gng_schedlat_quantile(hist, 0.5),
			  .p99_ns = gng_schedlat_quantile(hist, 0.99),
			  .max_ns = hist->max_ns};
	size_t at = table->num;

	snprintf(row.comm, sizeof(row.comm), "%s", comm);
	while (at > 0 && table->rows[at - 1].p99_ns < row.p99_ns)
		at--;
	if (at == LIVE_ROWS)
		return;
	if (table->num < LIVE_ROWS)
		table->num++;
	memmove(&table->rows[at + 1], &table->rows[at],
		(table->num - at - 1) * sizeof(table->rows[0]));
	table->rows[at] = row;
}

/* draw prints the table anew; on a terminal over the last one. */
static void draw(struct watch *watch, struct gng_schedlat *monitor)
{
	struct rows table = {.num = 0};

	gng_schedlat_each(monitor, add_row, &table);
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	printf("%8s  %-16s %10s %10s %10s %10s   %llu waits over %.3f ms\n", "thread", "name",
	       "waits", "P50 ms", "P99 ms", "max ms", (unsigned long long)watch->num_waits,
	       ms(watch->order->request.threshold_ns));
	for (size_t i = 0; i < table.num; i++)
		printf("%8u  %-16s %10llu %10.3f %10.3f %10.3f\n", table.rows[i].thread,
		       table.rows[i].comm, (unsigned long long)table.rows[i].waits,
		       ms(table.rows[i].p50_ns), ms(table.rows[i].p99_ns),
		       ms(table.rows[i].max_ns));
	fflush(stdout);
}

static void add_to_window(void *arg, uint32_t thread, const char *comm,
			  const struct gng_schedlat_hist *hist)
{
	struct watch *watch = arg;

	(void)thread;
	(void)comm;
	watch->now.total += hist->total;
	for (size_t i = 0; i < GNG_SCHEDLAT_NUM_BUCKETS; i++)
		watch->now.counts[i] += hist->counts[i];
}

static void say_trend(const struct watch *watch, const struct gng_schedlat_p99 *p99, int trend)
{
	if (!watch->order->json && trend != 0)
		printf("P99 %s from %.3f to %.3f ms (%llu waits)\n", trend > 0 ? "rose" : "fell",
		       ms(watch->last.p99_ns), ms(p99->p99_ns), (unsigned long long)p99->total);
}

/* end_window closes the window if it has enough samples; else it goes on. */
static void end_window(struct watch *watch, struct gng_schedlat *monitor)
{
	struct gng_schedlat_hist window = {0};
	struct gng_schedlat_p99 p99;
	int trend;

	watch->now = (struct gng_schedlat_hist){0};
	gng_schedlat_each(monitor, add_to_window, watch);
	window.total = watch->now.total - watch->before.total;
	for (size_t i = 0; i < GNG_SCHEDLAT_NUM_BUCKETS; i++)
		window.counts[i] = watch->now.counts[i] - watch->before.counts[i];
	p99 = gng_schedlat_p99_of(&window);
	if (!p99.enough)
		return;
	trend = gng_schedlat_trend_of(&watch->last, &p99);
	say_trend(watch, &p99, trend);
	json_array_append_new(watch->windows,
			      json_pack("{s:I,s:I,s:I,s:I,s:i}", "waits", (json_int_t)p99.total,
					"p99_ns", (json_int_t)p99.p99_ns, "lo_ns",
					(json_int_t)p99.lo_ns, "hi_ns", (json_int_t)p99.hi_ns,
					"trend", trend));
	watch->num_windows++;
	watch->last = p99;
	watch->before = watch->now;
}

/* The end of a bucket may lie behind the longest wait in it. */
static uint64_t at_most(uint64_t ns, uint64_t max_ns)
{
	return ns < max_ns ? ns : max_ns;
}

static void add_thread(void *arg, uint32_t thread, const char *comm,
		       const struct gng_schedlat_hist *hist)
{
	struct watch *watch = arg;
	const uint64_t p50 = at_most(gng_schedlat_quantile(hist, 0.5), hist->max_ns);
	const uint64_t p99 = at_most(gng_schedlat_quantile(hist, 0.99), hist->max_ns);

	if (!watch->order->json && watch->num_threads == 0)
		printf("%8s  %-16s %10s %10s %10s %10s\n", "thread", "name", "waits", "P50 ms",
		       "P99 ms", "max ms");
	watch->num_threads++;
	if (!watch->order->json)
		printf("%8u  %-16s %10llu %10.3f %10.3f %10.3f\n", thread, comm,
		       (unsigned long long)hist->total, ms(p50), ms(p99), ms(hist->max_ns));
	json_array_append_new(watch->threads,
			      json_pack("{s:I,s:o,s:I,s:I,s:I,s:I}", "thread", (json_int_t)thread,
					"comm", name(comm), "waits", (json_int_t)hist->total,
					"p50_ns", (json_int_t)p50, "p99_ns", (json_int_t)p99,
					"max_ns", (json_int_t)hist->max_ns));
}

static bool has_ended(const struct order *order)
{
	struct pollfd process = {.fd = order->process, .events = POLLIN};

	return order->process >= 0 && poll(&process, 1, 0) == 1;
}

/* follow watches until the time is over, the process has ended or a signal came. */
static enum gng_status follow(struct watch *watch, struct gng_schedlat *monitor,
			      struct gng_why *why)
{
	const uint64_t start = now_ns(), seconds = watch->order->seconds;
	uint64_t next = start + POLL_MS * 1000000u;
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && !interrupted && !has_ended(watch->order) &&
	       (seconds == 0 || now_ns() - start < seconds * 1000000000u)) {
		struct gng_schedlat_wait wait;
		bool found = false;

		status = gng_schedlat_poll(monitor, &wait, &found, POLL_MS, why);
		if (status == GNG_OK && found)
			add_wait(watch, &wait);
		if (status == GNG_OK && found && watch->order->article && watch->num_waits == 1)
			status = snap(watch, &wait, why);
		if (watch->order->live && now_ns() >= watch->next_live_ns) {
			draw(watch, monitor);
			watch->next_live_ns = now_ns() + LIVE_NS;
		}
		if (now_ns() < next)
			continue;
		end_window(watch, monitor);
		next = now_ns() + POLL_MS * 1000000u;
	}
	return status;
}

/* drain takes the waits that ended and were not told yet; those that end meanwhile are too many. */
static enum gng_status drain(struct watch *watch, struct gng_schedlat *monitor, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	bool found = true;

	for (unsigned int i = 0; status == GNG_OK && found && i < MOST_LISTED; i++) {
		struct gng_schedlat_wait wait;

		status = gng_schedlat_poll(monitor, &wait, &found, 0, why);
		if (status == GNG_OK && found)
			add_wait(watch, &wait);
	}
	return status;
}

static int report(struct watch *watch, struct gng_schedlat *monitor)
{
	const uint32_t not_counted = gng_schedlat_each(monitor, add_thread, watch);
	const uint32_t lost = gng_schedlat_lost(monitor);
	json_t *all;

	if (not_counted)
		fprintf(stderr, "gonogo: schedlat: %u threads found no room and were not counted\n",
			not_counted);
	if (lost)
		fprintf(stderr,
			"gonogo: schedlat: %u waits came faster than they were read: --threshold\n",
			lost);
	all = json_pack("{s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o}", "threshold_ns",
			(json_int_t)watch->order->request.threshold_ns, "not_counted",
			(json_int_t)not_counted, "num_waits", (json_int_t)watch->num_waits, "lost",
			(json_int_t)lost, "waits", watch->waits, "windows", watch->windows,
			"threads", watch->threads, "snapshot", watch->snapshot);
	if (watch->order->json && (json_dumpf(all, stdout, JSON_COMPACT) != 0 || puts("") == EOF))
		return EXIT_HARNESS;
	json_decref(all);
	if (watch->num_waits)
		return 1;
	return watch->num_threads ? 0 : EXIT_NOTHING;
}

static int run(const struct order *order)
{
	static struct watch watch;
	struct gng_schedlat *monitor = NULL;
	struct gng_why why = {0};
	enum gng_status status = gng_schedlat_open(&monitor, &order->request, &why);
	int result = EXIT_HARNESS;

	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: schedlat: %s\n", why.text);
		return status == GNG_EPERM || status == GNG_EUNSUPPORTED ? EXIT_INCOMPLETE
									 : EXIT_HARNESS;
	}
	watch = (struct watch){.order = order,
			       .waits = json_array(),
			       .threads = json_array(),
			       .windows = json_array(),
			       .snapshot = json_null(),
			       .next_live_ns = now_ns() + LIVE_NS};
	status = follow(&watch, monitor, &why);
	if (status == GNG_OK)
		status = drain(&watch, monitor, &why);
	if (status == GNG_EUNSUPPORTED)
		result = EXIT_INCOMPLETE;
	if (status == GNG_OK)
		result = report(&watch, monitor);
	else
		fprintf(stderr, "gonogo: schedlat: %s\n", why.text);
	gng_schedlat_close(monitor);
	return result;
}

int main(int argc, char **argv)
{
	struct order order = {.request.threshold_ns = 5000000, .process = -1};
	const struct sigaction action = {.sa_handler = on_signal};
	const int status = parse(&order, argc, argv);

	if (status != -1)
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return run(&order);
}
