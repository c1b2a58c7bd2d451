/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c - one thread for each CPU, and the sum of what they wrote down. */
#include "noise_log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define MIN_DURATION_NS UINT64_C(10000000)
#define MAX_DURATION_NS (3600 * NS_PER_S)
#define CALIBRATION_NS 50000000
#define LOG_CAP 65536 /* entries a CPU, 2.5 MiB: 1,000 gaps a second for a minute */
#define PLACE "noise.measure"

struct crew {
	struct noise_plan plan;
	struct noise_spinner *spinners;
	struct noise_log *logs; /* of the spinners, as noise_classify wants them */
	pthread_t *threads;
	size_t num, num_started;
};

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, PLACE, "no memory");
}

static void crew_fini(struct crew *crew)
{
	for (size_t i = 0; crew->spinners && i < crew->num; i++) {
		gng_hist_close(crew->spinners[i].hist);
		free(crew->spinners[i].log.entries);
	}
	free(crew->spinners);
	free(crew->logs);
	free(crew->threads);
}

/* 1 ns to 1 h: nothing that a measurement can see is over the range */
static enum gng_status open_hist(struct gng_hist **hist)
{
	return gng_hist_open(hist, 1, MAX_DURATION_NS, 3);
}

static enum gng_status spinner_init(struct noise_spinner *spinner, const struct noise_plan *plan,
				    int cpu)
{
	spinner->cpu = cpu;
	spinner->plan = plan;
	spinner->log.cap = LOG_CAP;
	spinner->log.entries = malloc(LOG_CAP * sizeof(spinner->log.entries[0]));
	if (!spinner->log.entries)
		return GNG_ENOMEM;
	return open_hist(&spinner->hist);
}

static enum gng_status crew_init(struct crew *crew, const cpu_set_t *allowed, struct gng_why *why)
{
	size_t next = 0;

	crew->num = (size_t)CPU_COUNT(allowed);
	crew->spinners = calloc(crew->num, sizeof(crew->spinners[0]));
	crew->logs = calloc(crew->num, sizeof(crew->logs[0]));
	crew->threads = calloc(crew->num, sizeof(crew->threads[0]));
	if (!crew->spinners || !crew->logs || !crew->threads)
		return no_memory(why);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed) &&
		    spinner_init(&crew->spinners[next++], &crew->plan, cpu) != GNG_OK)
			return no_memory(why);
	return GNG_OK;
}

static void make_plan(struct noise_plan *plan, const struct gng_clock_rate *rate,
		      uint64_t duration_ns, size_t num_cpus)
{
	struct timespec now;
	const uint64_t lead_ns = 1000000 + 100000 * num_cpus; /* to start the threads in */

	plan->ns_per_cycle = 1e9 / rate->hz;
	plan->slot_cycles = gng_clock_ns_to_cycles(rate, GNG_NOISE_SLOT_NS);
	plan->gap_cycles = gng_clock_ns_to_cycles(rate, GNG_NOISE_GAP_NS);
	plan->duration_ns = duration_ns;
	clock_gettime(CLOCK_MONOTONIC, &now);
	plan->start_cycles = gng_clock_stop() + gng_clock_ns_to_cycles(rate, lead_ns);
	plan->start_mono_ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec + lead_ns;
}

static int start(pthread_t *thread, struct noise_spinner *spinner)
{
	pthread_attr_t attributes;
	cpu_set_t set;
	int error = pthread_attr_init(&attributes);

	if (error)
		return error;
	CPU_ZERO(&set);
	CPU_SET(spinner->cpu, &set);
	error = pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
	if (!error)
		error = pthread_create(thread, &attributes, noise_spin, spinner);
	pthread_attr_destroy(&attributes);
	return error;
}

static enum gng_status run(struct crew *crew, struct gng_why *why)
{
	int error = 0;

	while (crew->num_started < crew->num) {
		const size_t i = crew->num_started;

		error = start(&crew->threads[i], &crew->spinners[i]);
		if (error)
			break;
		crew->num_started++;
	}
	if (error)
		__atomic_store_n(&crew->plan.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < crew->num_started; i++)
		pthread_join(crew->threads[i], NULL);
	if (error)
		return gng_why_set(why, GNG_ESYS, error, PLACE, "no thread on CPU %d",
				   crew->spinners[crew->num_started].cpu);
	return GNG_OK;
}

/* to_ns turns the times of the logs to ns since the start; what was before it is 0. */
static void to_ns(struct crew *crew)
{
	const uint64_t zero = crew->plan.start_cycles;

	for (size_t i = 0; i < crew->num; i++) {
		struct noise_log *log = &crew->spinners[i].log;

		for (size_t j = 0; j < log->num_entries; j++) {
			struct noise_entry *entry = &log->entries[j];
			const double scale = crew->plan.ns_per_cycle;

			entry->begin = entry->begin < zero
					       ? 0
					       : (uint64_t)((double)(entry->begin - zero) * scale);
			entry->end = entry->end < zero
					     ? 0
					     : (uint64_t)((double)(entry->end - zero) * scale);
		}
		crew->logs[i] = *log;
	}
}

/* note_worst keeps the longest gaps in order; the shortest of them makes room. */
static void note_worst(struct gng_noise *noise, const struct gng_noise_gap *gap)
{
	size_t at = noise->num_worst;

	if (at == GNG_NOISE_WORST && noise->worst[--at].length_ns >= gap->length_ns)
		return;
	for (; at > 0 && noise->worst[at - 1].length_ns < gap->length_ns; at--)
		noise->worst[at] = noise->worst[at - 1];
	noise->worst[at] = *gap;
	if (noise->num_worst < GNG_NOISE_WORST)
		noise->num_worst++;
}

static void add_gap(struct gng_noise *noise, const struct crew *crew, size_t cpu, size_t entry)
{
	const struct noise_entry *gap = &crew->logs[cpu].entries[entry];
	const enum gng_noise_class class_of_gap = noise_classify(crew->logs, crew->num, cpu, entry);
	struct gng_noise_sum *sum = &noise->classes[class_of_gap];

	note_worst(noise, &(struct gng_noise_gap){.begin_ns = gap->begin,
						  .length_ns = gap->end - gap->begin,
						  .cpu = (uint32_t)crew->spinners[cpu].cpu,
						  .class_of_gap = class_of_gap});
	sum->num_gaps++;
	sum->total_ns += gap->end - gap->begin;
	if (gap->end - gap->begin > sum->max_ns)
		sum->max_ns = gap->end - gap->begin;
}

static enum gng_status sum_up(struct gng_noise *noise, struct crew *crew, struct gng_why *why)
{
	to_ns(crew);
	for (size_t i = 0; i < crew->num; i++) {
		const struct noise_spinner *spinner = &crew->spinners[i];

		if (gng_hist_merge(noise->hist, spinner->hist) != GNG_OK)
			return gng_why_set(why, GNG_ELIMIT, 0, PLACE, "over 2^63 samples");
		noise->awake_ns +=
			(uint64_t)((double)spinner->awake_cycles * crew->plan.ns_per_cycle);
		noise->num_unrecorded += spinner->log.num_lost;
		for (size_t j = 0; j < spinner->log.num_entries; j++)
			if (!spinner->log.entries[j].is_sleep)
				add_gap(noise, crew, i, j);
	}
	noise->num_cpus = (uint32_t)crew->num;
	return GNG_OK;
}

static double read_psi(void)
{
	const int fd = open("/proc/pressure/cpu", O_RDONLY | O_CLOEXEC);
	char text[512];
	double avg10 = (double)NAN;

	if (fd < 0)
		return avg10;
	if (noise_read(text, sizeof(text), fd))
		avg10 = noise_psi_avg10(text);
	close(fd);
	return avg10;
}

static enum gng_status measure(struct gng_noise *noise, struct crew *crew, uint64_t duration_ns,
			       struct gng_why *why)
{
	cpu_set_t allowed;
	enum gng_status status;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return gng_why_set(why, GNG_ESYS, errno, PLACE,
				   "the CPUs of this thread cannot be read");
	status = crew_init(crew, &allowed, why);
	if (status != GNG_OK)
		return status;
	make_plan(&crew->plan, &noise->rate, duration_ns, crew->num);
	status = run(crew, why);
	return status == GNG_OK ? sum_up(noise, crew, why) : status;
}

enum gng_status gng_noise_measure(struct gng_noise *noise, uint64_t duration_ns,
				  struct gng_why *why)
{
	struct crew crew = {0};
	enum gng_status status;

	memset(noise, 0, sizeof(*noise));
	if (duration_ns < MIN_DURATION_NS || duration_ns > MAX_DURATION_NS)
		return gng_why_set(why, GNG_EINVAL, 0, PLACE, "a measurement lasts 10 ms to 1 h");
	noise->duration_ns = duration_ns;
	noise->psi_cpu_avg10 = read_psi();
	status = gng_clock_calibrate(&noise->rate, CALIBRATION_NS, why);
	if (status != GNG_OK)
		return status;
	if (open_hist(&noise->hist) != GNG_OK)
		return no_memory(why);
	status = measure(noise, &crew, duration_ns, why);
	crew_fini(&crew);
	if (status != GNG_OK)
		gng_noise_fini(noise);
	return status;
}

void gng_noise_fini(struct gng_noise *noise)
{
	gng_hist_close(noise->hist);
	noise->hist = NULL;
}

uint64_t gng_noise_floor_ns(const struct gng_noise *noise, double q)
{
	return gng_hist_value_at_quantile(noise->hist, q);
}
