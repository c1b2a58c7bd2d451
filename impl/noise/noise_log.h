/* SPDX-License-Identifier: Apache-2.0 */
/* noise_log.h - what each CPU wrote down while it spun, and the pure judgement of it. */
#ifndef NOISE_LOG_H
#define NOISE_LOG_H

#include "gng_noise.h"

/* noise_entry is a span of one CPU that was not spun: a gap, or its planned sleep. Times are
 * TSC cycles while it is written down, ns since the common start when it is judged. */
struct noise_entry {
	uint64_t begin, end;
	bool is_sleep;
	/* the rest for gaps: what changed since the entry before */
	uint32_t num_switches; /* ru_nivcsw */
	uint64_t idle_ns;      /* monotonic time less thread CPU time */
	int64_t num_irqs;      /* interrupts that this CPU took; -1: unknown */
};

/* noise_log holds the entries of one CPU, in the order of time, without overlap. */
struct noise_log {
	struct noise_entry *entries;
	size_t num_entries, cap;
	uint64_t num_lost; /* gaps that found the log full */
};

/* noise_classify returns the class of the gap logs[self].entries[entry]. */
enum gng_noise_class noise_classify(const struct noise_log *logs, size_t num_logs, size_t self,
				    size_t entry);

/* noise_interrupts_of returns the interrupts of a CPU in the text of /proc/interrupts, or -1
 * if the text has no column for it. */
int64_t noise_interrupts_of(const char *text, int cpu);

/* noise_psi_avg10 returns avg10 of the line "some" of /proc/pressure/cpu, NAN without it. */
double noise_psi_avg10(const char *text);

/* noise_read reads a file of /proc to text[0..cap) with a NUL. False if it cannot be read or
 * does not fit. */
bool noise_read(char *text, size_t cap, int fd);

/* noise_spinner is the thread of one CPU. */
struct noise_spinner {
	int cpu;
	const struct noise_plan *plan;
	struct gng_hist *hist;
	struct noise_log log;
	uint64_t awake_cycles;
};

/* noise_plan is common to the threads, and constant while they run, but for stop. */
struct noise_plan {
	double ns_per_cycle;
	uint64_t start_cycles, start_mono_ns; /* one moment on both clocks */
	uint64_t duration_ns, slot_cycles, gap_cycles;
	bool stop;
};

/* noise_spin is the body of the thread; its argument is a struct noise_spinner. */
void *noise_spin(void *spinner);

#endif /* NOISE_LOG_H */
