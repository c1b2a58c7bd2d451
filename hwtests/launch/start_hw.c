/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start_hw.c - from the launch of a packet to the start of its work: the reference of this machine,
 * and the three ways of CUDA where there is a GPU, side by side in one run. Without a GPU these are
 * SKIP with the reason; `gonogo bench launch` prints the same rows.
 */
/* needs: mem clock hist bench journal */
#include "../suite.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gng_journal.h>

#include "start.h"

#define BIT(backend) (1u << (backend))
#define CPU_SIDES (BIT(GNG_LAUNCH_CPU_POLL) | BIT(GNG_LAUNCH_CPU_FUTEX))
#define CUDA_SIDES \
	(BIT(GNG_LAUNCH_CUDA_LAUNCH) | BIT(GNG_LAUNCH_CUDA_GRAPH) | BIT(GNG_LAUNCH_CUDA_PERSISTENT))

/* race runs the back ends; false after it has told why one that is wanted cannot run. */
static bool race(struct start_race *race, unsigned int backends)
{
	struct gng_why why;

	if (!start_open(race, backends, &why)) {
		gng_probe_skip(why.text, "free some memory");
		return false;
	}
	for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++) {
		const struct start_side *side = &race->sides[i];

		if (!(backends >> i & 1) || side->launch)
			continue;
		if (side->why.status != GNG_EUNSUPPORTED)
			suite_fail("%s: %s", gng_launch_name((enum gng_launch_backend)i),
				   side->why.text);
		gng_probe_skip(side->why.text, BIT(i) & CPU_SIDES
						       ? "a machine of two CPUs"
						       : "a machine with an NVIDIA GPU of Volta or "
							 "newer, and its driver 470 or newer");
		start_close(race);
		return false;
	}
	if (!start_run(race, &why))
		suite_fail("%s", why.text);
	return true;
}

/* ---- notes ---- */

static void note_path(const struct gng_launch_path *path)
{
	char words[GNG_LAUNCH_PATH_CAP];

	if (!*path->address)
		return;
	gng_probe_note("path", gng_launch_path_words(words, path));
	gng_probe_note("aspm policy", *path->aspm_policy ? path->aspm_policy : "not told");
}

static void note_side(const struct start_side *side)
{
	const struct gng_launch_info *info = gng_launch_info(side->launch);
	const struct gng_launch_series *all = &side->all;
	char text[256];

	gng_probe_note("device", info->device);
	snprintf(text, sizeof(text),
		 "submit returned after %llu ns, done after %llu ns (p50); caller on CPU %d",
		 (unsigned long long)gng_hist_value_at_quantile(all->submit, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(all->done, 0.5), all->cpu);
	gng_probe_note(gng_launch_name(info->backend), text);
	snprintf(
		text, sizeof(text),
		"start is known to +-%llu ns at worst, %llu of %llu by its bounds alone; tick %llu",
		(unsigned long long)all->bound_ns, (unsigned long long)all->num_unsound,
		(unsigned long long)all->num, (unsigned long long)all->device_tick);
	gng_probe_note("clock", text);
	if (info->driver_version) {
		snprintf(text, sizeof(text), "CUDA %d.%d, compute capability %d.%d, PTX text %zu",
			 info->driver_version / 1000, info->driver_version % 1000 / 10,
			 info->capability / 10, info->capability % 10, info->text);
		gng_probe_note("driver", text);
	}
	note_path(&info->path);
}

/* ---- figures ---- */

/* report_start reports a quantile of the start. Its bounds are those of the clocks: the quantile of
 * what was at least, and of what was at most. */
static void report_start(const char *name, const struct start_side *side, double quantile)
{
	const struct gng_launch_series *all = &side->all;
	struct gng_measure measure = {.unit = "ns", .n = all->num, .quantile = quantile};
	struct gng_why why;
	char *text;

	assert_int_equal(all->num,
			 GNG_PROBE_NUM_BLOCKS * start_num(gng_launch_info(side->launch)->backend));
	if (gng_hist_encode(&text, all->start, &why) != GNG_OK)
		suite_fail("%s", why.text);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = (double)gng_hist_value_at_quantile(all->start, quantile);
	measure.lo = (double)gng_hist_value_at_quantile(all->start_lo, quantile);
	measure.hi = (double)gng_hist_value_at_quantile(all->start_hi, quantile);
	measure.hist = text;
	gng_probe_measure(&measure);
	note_side(side);
	free(text);
}

static void start_of(const char *name, enum gng_launch_backend backend, double quantile)
{
	struct start_race all;

	if (!race(&all, BIT(backend)))
		return;
	report_start(name, &all.sides[backend], quantile);
	start_close(&all);
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* report_ratio: how many times sooner ours starts than theirs, block by block. */
static void report_ratio(const char *name, const struct start_side *ours,
			 const struct start_side *theirs)
{
	struct gng_measure measure = {
		.unit = "ratio", .n = ours->all.num, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		measure.blocks[i] = sorted[i] = theirs->p50[i] / fmax(ours->p50[i], 1);
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), ascending);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	assert_true(theirs->all.num >= (uint64_t)GNG_PROBE_NUM_BLOCKS * START_SLOW_BLOCK);
	gng_probe_measure(&measure);
	note_side(ours);
	note_side(theirs);
}

static void ratio_of(const char *name, enum gng_launch_backend ours, enum gng_launch_backend theirs,
		     unsigned int backends)
{
	struct start_race all;

	if (!race(&all, backends))
		return;
	report_ratio(name, &all.sides[ours], &all.sides[theirs]);
	start_close(&all);
}

/* ---- the reference ---- */

static void cpu_poll_start_p50(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CPU_POLL, 0.5);
}

static void cpu_poll_vs_futex(void **state)
{
	(void)state;
	ratio_of(__func__, GNG_LAUNCH_CPU_POLL, GNG_LAUNCH_CPU_FUTEX, CPU_SIDES);
}

/* ---- the GPU ---- */

static void cuda_launch_start_p50(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CUDA_LAUNCH, 0.5);
}

static void cuda_launch_start_p99(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CUDA_LAUNCH, 0.99);
}

static void cuda_graph_start_p50(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CUDA_GRAPH, 0.5);
}

static void doorbell_start_p50(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CUDA_PERSISTENT, 0.5);
}

static void doorbell_start_p99(void **state)
{
	(void)state;
	start_of(__func__, GNG_LAUNCH_CUDA_PERSISTENT, 0.99);
}

static void doorbell_vs_launch(void **state)
{
	(void)state;
	ratio_of(__func__, GNG_LAUNCH_CUDA_PERSISTENT, GNG_LAUNCH_CUDA_LAUNCH,
		 CUDA_SIDES | BIT(GNG_LAUNCH_CPU_POLL));
}

static void doorbell_vs_graph(void **state)
{
	(void)state;
	ratio_of(__func__, GNG_LAUNCH_CUDA_PERSISTENT, GNG_LAUNCH_CUDA_GRAPH,
		 CUDA_SIDES | BIT(GNG_LAUNCH_CPU_POLL));
}

/* ---- ASPM: both policies, where this process may change them ---- */

#define POLICY "/sys/module/pcie_aspm/parameters/policy"

/* set_policy writes one of the kernel's words, and lets links settle. */
static bool set_policy(const char *word)
{
	const int fd = open(POLICY, O_WRONLY | O_CLOEXEC);
	const bool set = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (fd >= 0)
		close(fd);
	nanosleep(&(struct timespec){0, 100000000}, NULL);
	return set;
}

/* report_mean reports the mean of the start; the buckets of the histogram are good to 0.1 %. */
static void report_mean(const char *name, const struct start_side *side)
{
	struct gng_measure measure = {.unit = "ns", .n = side->all.num};

	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = gng_hist_mean(side->all.start);
	measure.lo = gng_hist_mean(side->all.start_lo);
	measure.hi = gng_hist_mean(side->all.start_hi);
	assert_true(measure.lo <= measure.hi);
	gng_probe_measure(&measure);
	note_side(side);
}

static void mean_of(const char *name)
{
	struct start_race all;

	if (!race(&all, BIT(GNG_LAUNCH_CUDA_PERSISTENT)))
		return;
	report_mean(name, &all.sides[GNG_LAUNCH_CUDA_PERSISTENT]);
	start_close(&all);
}

static void doorbell_start_mean(void **state)
{
	(void)state;
	mean_of(__func__);
}

/* A figure of the doorbell; quantile 0 is the mean. */
static void doorbell_of(const char *name, double quantile)
{
	if (quantile > 0)
		start_of(name, GNG_LAUNCH_CUDA_PERSISTENT, quantile);
	else
		mean_of(name);
}

/* can_set says whether there is a GPU and a policy that may be written; else it has told why. */
static bool can_set(void)
{
	struct start_race all;

	if (!race(&all, BIT(GNG_LAUNCH_CUDA_PERSISTENT)))
		return false;
	start_close(&all);
	if (access(POLICY, W_OK) == 0)
		return true;
	gng_probe_skip(POLICY " cannot be written", "run it as root, with ASPM in the kernel");
	return false;
}

/* under_policy measures under one policy. The kernel's own comes back, after a kill too. */
static void under_policy(const char *name, const char *word, double quantile)
{
	struct gng_journal *journal;
	struct gng_why why;

	if (!can_set())
		return;
	if (gng_journal_open(&journal, &why) != GNG_OK ||
	    gng_journal_note(journal, GNG_JOURNAL_VALUE, POLICY, &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (set_policy(word))
		doorbell_of(name, quantile);
	else
		gng_probe_skip(POLICY " takes no policy: ASPM may be off in the firmware",
			       "boot with pcie_aspm=force");
	if (gng_journal_close(journal, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

static void aspm_performance_start_mean(void **state)
{
	(void)state;
	under_policy(__func__, "performance", 0);
}

static void aspm_performance_start_p99(void **state)
{
	(void)state;
	under_policy(__func__, "performance", 0.99);
}

static void aspm_powersave_start_mean(void **state)
{
	(void)state;
	under_policy(__func__, "powersave", 0);
}

static void aspm_powersave_start_p99(void **state)
{
	(void)state;
	under_policy(__func__, "powersave", 0.99);
}

const struct suite_test suite_tests[] = {
	TEST_LATENCY(cpu_poll_start_p50, "D4.launch.reference D4.launch.stamps"),
	TEST(cpu_poll_vs_futex, "D4.launch.reference"),
	TEST_LATENCY(cuda_launch_start_p50, "D4.launch.absent D4.launch.stamps"),
	TEST_LATENCY(cuda_launch_start_p99, "D4.launch.absent D4.launch.stamps"),
	TEST_LATENCY(cuda_graph_start_p50, "D4.launch.absent D4.launch.stamps"),
	TEST_LATENCY(doorbell_start_p50, "D4.launch.absent D4.launch.stamps"),
	TEST_LATENCY(doorbell_start_p99, "D4.launch.absent D4.launch.stamps"),
	TEST_LATENCY(doorbell_start_mean, "D4.launch.absent D4.launch.stamps D4.launch.path"),
	TEST(doorbell_vs_launch, "D4.launch.back-ends D4.launch.path"),
	TEST(doorbell_vs_graph, "D4.launch.back-ends"),
	TEST_LATENCY(aspm_performance_start_mean, "D4.launch.path"),
	TEST_LATENCY(aspm_performance_start_p99, "D4.launch.path"),
	TEST_LATENCY(aspm_powersave_start_mean, "D4.launch.path"),
	TEST_LATENCY(aspm_powersave_start_p99, "D4.launch.path"),
	{0},
};
