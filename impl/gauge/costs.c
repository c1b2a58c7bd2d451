/* SPDX-License-Identifier: Apache-2.0 */
/*
 * costs.c - what tests took in earlier runs. The last run may be one of a single test, so it goes
 * back until it knows all, or has read enough.
 */
#include "gng_gauge.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gauge_rundir.h"
#include "gauge_text.h"

#define READ_MAX ((off_t)16 << 20) /* five whole runs */

struct costs {
	const struct gng_plan *plan;
	double *seconds; /* by place in the plan; below 0: not known yet */
	size_t num_unknown;
	off_t left; /* of READ_MAX */
};

static void learn(struct costs *costs, const struct gng_record *records, size_t num_records)
{
	for (size_t i = 0; i < num_records; i++) {
		double *seconds = &costs->seconds[records[i].test - costs->plan->tests];

		if (*seconds >= 0)
			continue;
		*seconds = records[i].seconds > 0 ? records[i].seconds : 0;
		costs->num_unknown--;
	}
}

/* learn_from reads one run: one that was cut, or is not to be read, teaches nothing. */
static void learn_from(struct costs *costs, const char *runs, const char *name)
{
	char *path = gauge_format("%s/%s/records.jsonl", runs, name);
	size_t num_records, num_strangers;
	struct gng_record *records;
	struct stat file;

	if (path && lstat(path, &file) == 0 && S_ISREG(file.st_mode) &&
	    file.st_size <= costs->left) {
		costs->left -= file.st_size;
		if (gng_records_read(&records, &num_records, &num_strangers, costs->plan, path,
				     NULL) == GNG_OK) {
			learn(costs, records, num_records);
			gng_records_free(records, num_records);
		}
	}
	free(path);
}

/* newest_first compares names of runs of any kind by their stamps. */
static int newest_first(const void *a, const void *b)
{
	return strcmp(strchr(*(char *const *)b, '-'), strchr(*(char *const *)a, '-'));
}

static void learn_all(struct costs *costs, const char *runs)
{
	const int fd = open(runs, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct gauge_names list;
	size_t num = 0;

	if (fd < 0 || gauge_list(&list, runs, "", NULL) != GNG_OK) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (size_t i = 0; i < list.num; i++)
		if (gauge_run_stamp(fd, list.names[i])) {
			char *swap = list.names[num];

			list.names[num++] = list.names[i];
			list.names[i] = swap;
		}
	close(fd);
	if (num > 0)
		qsort(list.names, num, sizeof(*list.names), newest_first);
	for (size_t i = 0; i < num && costs->num_unknown > 0; i++)
		learn_from(costs, runs, list.names[i]);
	gauge_list_fini(&list);
}

double *gng_run_costs(const struct gng_plan *plan, const char *out)
{
	struct costs costs = {.plan = plan, .left = READ_MAX};
	char *runs = gauge_format("%s/runs", out);

	costs.seconds = calloc(plan->num_tests + 1, sizeof(*costs.seconds));
	for (size_t i = 0; costs.seconds && i < plan->num_tests; i++)
		if (plan->tests[i].selected && !plan->tests[i].cannot) {
			costs.seconds[i] = -1;
			costs.num_unknown++;
		}
	if (costs.seconds && runs)
		learn_all(&costs, runs);
	for (size_t i = 0; costs.seconds && i < plan->num_tests; i++)
		if (costs.seconds[i] < 0)
			costs.seconds[i] = 0;
	free(runs);
	return costs.seconds;
}
