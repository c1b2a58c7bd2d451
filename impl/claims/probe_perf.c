/* SPDX-License-Identifier: Apache-2.0 */
/* probe_perf.c - the article's use of perf: whether its events count, and whether its pipeline
 * makes a picture. */
#include "claims_probe.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORK_LEN ((size_t)8 << 20) /* more than a level 2 cache holds */

static const struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
} events[] = {
	{"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
	{"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
	{"cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
	{"task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
	{"page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
	{"dummy", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY},
};

static const struct event *event_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strlen(events[i].name) == len && strncmp(events[i].name, name, len) == 0)
			return &events[i];
	return NULL;
}

/* work faults memory in and writes to each of its lines. */
static void work(void)
{
	volatile uint8_t *bytes = malloc(WORK_LEN);

	for (size_t i = 0; bytes && i < WORK_LEN; i += 64)
		bytes[i] = (uint8_t)i;
	free((void *)bytes);
}

/* count returns how often an event was counted while this thread worked; -errno if it cannot be. */
static int64_t count(const struct event *event)
{
	struct perf_event_attr attr = {.type = event->type,
				       .size = sizeof(attr),
				       .config = event->config,
				       .exclude_hv = 1};
	const int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	uint64_t value = 0;

	if (fd < 0)
		return -errno;
	work();
	if (read(fd, &value, sizeof(value)) != sizeof(value))
		value = 0;
	close(fd);
	return (int64_t)value;
}

/* counts: with = names of events, "cycles,instructions,cache-misses": all count. */
static void counts(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char said[160] = "";
	size_t len;

	for (const char *name = claim->with; (len = strcspn(name, ",")) > 0;
	     name += len + (name[len] == ',')) {
		const struct event *event = event_of(name, len);
		const int64_t value = event ? count(event) : 0;
		const size_t used = strlen(said);

		if (!event)
			return claims_find(finding, CLAIMS_DOUBT, "no event is known as '%.40s'",
					   name);
		if (value < 0)
			return claims_find(finding, CLAIMS_ABSENT,
					   "the kernel opens no counter of %s: %s", event->name,
					   strerror((int)-value));
		if (value == 0)
			return claims_find(finding, CLAIMS_FAILS, "%s counts nothing", event->name);
		snprintf(said + used, sizeof(said) - used, " %s %lld", event->name,
			 (long long)value);
	}
	claims_find_truth(finding, *said != '\0', "counted while 8 MiB were written:%s", said);
}

/* flamegraph: with = an event that perf samples; the scripts of the condition are in PATH. */
static void flamegraph(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	static const char script[] =
		"folder=$(mktemp -d) && trap 'rm -rf \"$folder\"' EXIT && cd \"$folder\" || exit;"
		" exec 2>log; perf record -q -e '%.40s' -g -o data --"
		" timeout 1 sh -c 'while :; do :; done' >log; [ -s data ] || exit;"
		" perf script -i data >stacks; [ -s stacks ] || exit;"
		" stackcollapse-perf.pl <stacks | flamegraph.pl >picture;"
		" grep -c '<rect' picture; grep -c '</svg>' picture";
	char command[sizeof(script) + 64];
	int rects = 0, ends = 0;
	FILE *pipe;

	if (claim->with[strcspn(claim->with, "'%")]) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' names no event", claim->with);
		return;
	}
	snprintf(command, sizeof(command), script, claim->with);
	pipe = popen(command, "re");
	if (!pipe || fscanf(pipe, "%d %d", &rects, &ends) != 2)
		claims_find(finding, CLAIMS_ABSENT, "perf samples no '%.40s' here", claim->with);
	else
		claims_find_truth(finding, rects > 2 && ends == 1,
				  "perf script | stackcollapse-perf.pl | flamegraph.pl wrote %d "
				  "rectangles and %d end of an SVG",
				  rects, ends);
	if (pipe)
		pclose(pipe);
}

const struct claims_probe claims_probes_perf[] = {
	{"perf_counts", false, counts},
	{"perf_flamegraph", false, flamegraph},
	{0},
};
