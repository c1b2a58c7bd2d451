/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_governor.c - whether governor "performance" fixes the clock of a core: cpufreq's manual
 * says that it requests the highest frequency, and what the processor makes of that is measured
 * here.
 */
#include "claims_probe.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gng_clock.h>

#define CALIBRATE_NS 50000000
#define STATE_NS 150000000 /* governors and firmware decide every 10 ms or more often */
#define IDLE_NS 50000000
#define SAME 0.02 /* as a share: a step of a multiplier is 100 MHz */
#define MAX_THREADS 256

/* ---- governors ---- */

/* read_governor reads that of an entry "cpu0"; false if it is no CPU or has none. */
static bool read_governor(char governor[32], const char *folder, const char *name)
{
	char path[PATH_MAX];
	unsigned int cpu;
	FILE *file;
	bool ok;

	if (sscanf(name, "cpu%u", &cpu) != 1)
		return false;
	snprintf(path, sizeof(path), "%s/cpu%u/cpufreq/scaling_governor", folder, cpu);
	file = fopen(path, "re");
	ok = file && fgets(governor, 32, file);
	if (file)
		fclose(file);
	if (ok)
		governor[strcspn(governor, "\n")] = '\0';
	return ok;
}

/* lacks_governor says what is missing for a measurement. */
static bool lacks_governor(struct claims_finding *finding, const char *folder)
{
	DIR *dir = opendir(folder);
	char governor[32], other[32] = "";
	unsigned int num = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!read_governor(governor, folder, entry->d_name))
			continue;
		num++;
		if (strcmp(governor, "performance") != 0)
			memcpy(other, governor, sizeof(other));
	}
	if (dir)
		closedir(dir);
	if (num == 0)
		claims_find(finding, CLAIMS_ABSENT,
			    "no CPU in %.100s has cpufreq: firmware or a hypervisor sets the clock",
			    folder);
	else if (*other)
		claims_find(finding, CLAIMS_ABSENT,
			    "the governor here is %s: cpupower frequency-set -g performance, then "
			    "gonogo claims again",
			    other);
	return num == 0 || *other;
}

/* ---- the clock ---- */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* core_ghz is the median clock while this thread multiplies for some time. */
static double core_ghz(double tsc_hz)
{
	static double samples[4096];
	const uint64_t until = now_ns() + STATE_NS;
	size_t num = 0;

	while (num < sizeof(samples) / sizeof(samples[0]) && (num == 0 || now_ns() < until))
		samples[num++] = gng_clock_core_ratio();
	qsort(samples, num, sizeof(samples[0]), by_value);
	return samples[num / 2] > 0 ? tsc_hz / samples[num / 2] / 1e9 : 0;
}

static void *keep_busy(void *stop)
{
	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED))
		gng_clock_core_ratio();
	return NULL;
}

/* loaded_ghz is the clock while all other CPUs multiply too. */
static double loaded_ghz(double tsc_hz)
{
	const long num_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[MAX_THREADS];
	int num = 0;
	bool stop = false;
	double ghz;

	while (num + 1 < num_cpus && num < MAX_THREADS &&
	       pthread_create(&threads[num], NULL, keep_busy, &stop) == 0)
		num++;
	ghz = core_ghz(tsc_hz);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	while (num-- > 0)
		pthread_join(threads[num], NULL);
	return ghz;
}

void claims_governor_judge(struct claims_finding *finding, const double ghz[CLAIMS_NUM_LOADS])
{
	double lo = ghz[0], hi = ghz[0];

	for (int i = 1; i < CLAIMS_NUM_LOADS; i++) {
		lo = ghz[i] < lo ? ghz[i] : lo;
		hi = ghz[i] > hi ? ghz[i] : hi;
	}
	if (lo <= 0) {
		claims_find(finding, CLAIMS_ABSENT, "this machine has no time-stamp counter");
		return;
	}
	claims_find_truth(finding, hi <= lo * (1 + SAME),
			  "governor performance: %.3g GHz behind idling, %.3g GHz alone, %.3g GHz "
			  "while all CPUs work (dependent imul)",
			  ghz[0], ghz[1], ghz[2]);
}

/* governor: with = the folder of CPUs, /sys/devices/system/cpu. */
static void governor(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const struct timespec idle = {.tv_nsec = IDLE_NS};
	struct gng_clock_rate rate;
	double ghz[CLAIMS_NUM_LOADS];
	struct gng_why why;

	if (lacks_governor(finding, claim->with))
		return;
	if (gng_clock_calibrate(&rate, CALIBRATE_NS, &why) != GNG_OK) {
		claims_find(finding, CLAIMS_ABSENT, "%s", why.text);
		return;
	}
	nanosleep(&idle, NULL);
	ghz[0] = rate.hz / gng_clock_core_ratio() / 1e9;
	ghz[1] = core_ghz(rate.hz);
	ghz[2] = loaded_ghz(rate.hz);
	claims_governor_judge(finding, ghz);
}

const struct claims_probe claims_probes_governor[] = {
	{"clock_governor", false, governor},
	{0},
};
