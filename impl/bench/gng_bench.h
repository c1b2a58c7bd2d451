/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_bench.h - interleaved timing of code against its peers, the statistics of the ratio
 * rule (docs/ARCHITECTURE.md, "Verdict rules"), and the rows that a program of hwtests
 * prints for `gonogo bench`.
 *
 * Contestants take turns in slices of some 0.4 ms, so that what a shared machine does to one
 * it does to all. Ratios are ours to theirs in bytes per core cycle: above 1 ours is better.
 */
#ifndef GNG_BENCH_H
#define GNG_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_clock.h>
#include <gng_probe.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_BENCH_NUM_BLOCKS GNG_PROBE_NUM_BLOCKS
#define GNG_BENCH_MAX_CONTESTANTS 24
#define GNG_BENCH_MAX_LANES 64
#define GNG_BENCH_MAX_ROUNDS 1001 /* of one block */

/* ---- statistics: pure ---- */

/* gng_bench_median sorts values[0..num) and returns the middle one, or the mean of the two in
 * the middle; NAN if num is 0. */
double gng_bench_median(double *values, size_t num);

/* gng_bench_ratio compares two contestants. */
struct gng_bench_ratio {
	double median; /* of the ratios of all rounds */
	double lo, hi; /* 95 % of 1,000 bootstrap medians lie between */
	double blocks[GNG_BENCH_NUM_BLOCKS];
	uint64_t n; /* rounds */
};

/*
 * gng_bench_compare sets *ratio from num rounds: round i gave ours[i] and theirs[i], both "more
 * is better". The rounds form GNG_BENCH_NUM_BLOCKS blocks in the order of time, whose medians
 * go to blocks. The bootstrap draws from seed, so equal input gives equal output. GNG_EINVAL
 * if num is less than the blocks, or a figure is not finite and above 0; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_bench_compare(struct gng_bench_ratio *ratio, const double *ours,
					   const double *theirs, size_t num, uint64_t seed);

/* ---- timing ---- */

/*
 * gng_bench_contestant is one way to do the work. The last three are for one whose work is done
 * in another process, which must time itself: a call from here would be a time of messages.
 */
struct gng_bench_contestant {
	const char *name;
	bool (*work)(void *state); /* does it once; false if it failed */
	void *state;		   /* of this contestant in this lane alone */
	uint8_t *out;		   /* where work leaves its result */
	bool yardstick;		   /* other work, as memcpy: its result is not compared */
	/* time_ns does the work num_calls times on this thread's CPU and returns how long that
	 * took without what others did there, 0 if it failed. NULL: work is called and timed. */
	double (*time_ns)(void *state, uint64_t num_calls);
	double (*cpu_s)(void *state);	       /* CPU seconds of that process so far, or NULL */
	const char *(*complaint)(void *state); /* why it failed, a sentence; NULL or "": unknown */
};

/*
 * gng_bench_match is a set of contestants that do the same work. contestants has one row of
 * num_contestants for each lane; ours stands first in each. A lane is a thread on a CPU of
 * its own, and all lanes run the same contestant at the same time.
 */
struct gng_bench_match {
	const struct gng_bench_contestant *contestants; /* [num_lanes * num_contestants] */
	size_t num_contestants, num_lanes;
	size_t len;	/* bytes that one call of work handles: the unit of the figures */
	size_t out_len; /* bytes of the result, compared before and after the timing */
	unsigned int rounds_per_block;
	uint64_t slice_ns;
	uint64_t seed; /* of the order of turns and of the bootstrap */
	const struct gng_clock_rate *rate;
};

/* gng_bench_figure is the speed of one contestant, all lanes together. */
struct gng_bench_figure {
	double best_per_cycle, median_per_cycle; /* bytes per core cycle */
	double best_per_ns, median_per_ns;	 /* bytes per nanosecond: GB/s */
};

struct gng_bench_result {
	size_t num_contestants;
	struct gng_bench_figure figures[GNG_BENCH_MAX_CONTESTANTS];
	struct gng_bench_ratio ratios[GNG_BENCH_MAX_CONTESTANTS]; /* ours to theirs; [0] unset */
	double core_hz;	     /* median; 0 where core cycles cannot be told */
	double cpu_per_wall; /* CPU seconds of all contestants in a second of the timing */
};

/*
 * gng_bench_check runs each contestant once and compares out[0..out_len) with that of
 * contestant 0 in lane 0. GNG_EAUTH names the contestant that disagrees and the first byte;
 * GNG_ESYS one whose work failed, with its complaint; GNG_EINVAL if the match has no contestant,
 * lane or byte, or more than the maxima above; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_bench_check(const struct gng_bench_match *match, struct gng_why *why);

/*
 * gng_bench_run checks the outputs, times the contestants and checks the outputs again. Turns
 * come in a random order in each round, the core's clock is measured on both sides of each
 * slice, and each lane stays on its CPU meanwhile: lane 0 is the calling thread. A turn begins
 * with a call that is not timed. Time in which
 * the kernel ran something else there is not counted. Errors of
 * gng_bench_check; GNG_EUNSUPPORTED if there are fewer CPUs than lanes.
 */
GNG_MUST enum gng_status gng_bench_run(struct gng_bench_result *result,
				       const struct gng_bench_match *match, struct gng_why *why);

/* gng_bench_latency is the time of single calls, in ns. */
struct gng_bench_latency {
	double p50, p99, p999;
};

/*
 * gng_bench_latencies times num_calls (at least 1,000) calls of each contestant of lane 0 one
 * by one, in bursts that take turns, and sets latencies[0..num_contestants), to 0 for one that
 * times itself. The cost of the clock is taken off. GNG_EINVAL for fewer calls or an unsound match;
 * GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_bench_latencies(struct gng_bench_latency *latencies,
					     const struct gng_bench_match *match, size_t num_calls,
					     struct gng_why *why);

/* ---- contestants in processes of their own ---- */

/*
 * gng_bench_process is a program that answers on its standard output what it is asked on its
 * standard input: a line "ok ..." or "no ..." with a sentence, and bytes behind it if the
 * question says so. Its standard error is kept. After a failure it is dead, and every further
 * call fails alike.
 */
struct gng_bench_process;

/*
 * gng_bench_process_open starts argv[0] (a path, or a name in PATH). Each call below is to be
 * answered in deadline_ms, or the process is killed; so it is if this one ends. The caller
 * closes *process. GNG_ESYS if it cannot be started; one that cannot be executed fails at the
 * first question. name is for messages.
 */
GNG_MUST enum gng_status gng_bench_process_open(struct gng_bench_process **process,
						const char *name, const char *const *argv,
						unsigned int deadline_ms, struct gng_why *why);
void gng_bench_process_close(struct gng_bench_process *process); /* safe on NULL */

/*
 * gng_bench_process_send, _reply and _read send bytes, take a line without its "ok " and read
 * bytes. GNG_ESYS says what happened instead: a "no", a deadline, or an end with its status
 * and the first line of its standard error; GNG_EFORMAT for a line that is none of these or
 * too long for line[0..cap): the process is stopped then.
 */
GNG_MUST enum gng_status gng_bench_process_send(struct gng_bench_process *process,
						const void *bytes, size_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_bench_process_reply(struct gng_bench_process *process, char *line,
						 size_t cap, struct gng_why *why);
GNG_MUST enum gng_status gng_bench_process_read(struct gng_bench_process *process, void *bytes,
						size_t len, struct gng_why *why);

/* gng_bench_process_end says that nothing more will be asked, waits for the end and copies the
 * beginning of its standard error to text. GNG_ESYS unless it ends with status 0 in time. */
GNG_MUST enum gng_status gng_bench_process_end(struct gng_bench_process *process, char *text,
					       size_t cap, struct gng_why *why);

/* gng_bench_process_pin moves its first thread to the CPU of this thread. */
void gng_bench_process_pin(struct gng_bench_process *process);

/* gng_bench_process_cpu_s returns the CPU seconds that it has used; 0 once it is dead. */
double gng_bench_process_cpu_s(const struct gng_bench_process *process);

/* ---- ports: what the instructions allow ---- */

/* gng_bench_port is an instruction at one width. chain and flood execute 48 of them a turn, each
 * needing the one before, or 12 chains of them side by side. */
struct gng_bench_port {
	const char *name; /* "aesenc_zmm" */
	uint32_t needs;	  /* gng_cpu bits */
	void (*chain)(uint64_t turns), (*flood)(uint64_t turns);
};

/* gng_bench_ports ends with {0}; it is empty on other machines than x86-64. */
extern const struct gng_bench_port gng_bench_ports[];

/* gng_bench_port_named returns the port of that name, or NULL. */
const struct gng_bench_port *gng_bench_port_named(const char *name);

struct gng_bench_port_figure {
	double latency;	  /* core cycles until the result can be used */
	double per_cycle; /* instructions begun in a core cycle */
};

/* gng_bench_port_measure takes some 1 ms. GNG_EUNSUPPORTED if this CPU lacks the instruction
 * (or GNG_CPU masks it) or core cycles cannot be told. */
GNG_MUST enum gng_status gng_bench_port_measure(struct gng_bench_port_figure *figure,
						const struct gng_bench_port *port,
						struct gng_why *why);

/* gng_bench_mix is a kind of work: rounds of AES alone (ECB, CTR, CBC decryption), or with
 * GHASH. */
enum gng_bench_mix { GNG_BENCH_MIX_CRYPT, GNG_BENCH_MIX_GCM };

/*
 * gng_bench_ceiling measures the port limit: the bytes a core cycle that a loop gets through
 * which does the instructions of the mix on registers of bits (128, 256, 512) and nothing else.
 * rounds is 10 or 14. GNG_EUNSUPPORTED as gng_bench_port_measure, or for other numbers;
 * *per_cycle is then 0.
 */
GNG_MUST enum gng_status gng_bench_ceiling(double *per_cycle, enum gng_bench_mix mix,
					   unsigned int bits, unsigned int rounds,
					   struct gng_why *why);

/* ---- rows: what `PROGRAM --bench` tells `gonogo bench` ---- */

/* gng_bench_row is one comparison. Texts hold no tab and no newline. */
struct gng_bench_row {
	char metric[48];  /* = the test that measures it, and its line in the budget */
	char label[24];	  /* "GCM-256 seal" */
	char variant[16]; /* of ours */
	char peer[24];	  /* "openssl" */
	char title[32];	  /* "OpenSSL 3.0.17" */
	uint64_t size;	  /* bytes of a message */
	double ours, ours_gb_per_s, theirs, theirs_gb_per_s; /* ours, theirs: B/cycle */
	double core_hz;
	double ceiling;	     /* of ours, B/cycle: the port limit of all lanes; 0: unknown */
	double cpu_per_wall; /* CPU seconds in a second of the timing */
	struct gng_bench_latency our_latency, their_latency; /* all 0: not measured */
	double our_allocations, their_allocations;	     /* of one call; -1: not counted */
	char memory[160]; /* what large messages lay on and how memcpy is tuned; "": small */
	struct gng_bench_ratio ratio;
};

/* gng_bench_port_row is one instruction. */
struct gng_bench_port_row {
	char name[32];
	struct gng_bench_port_figure figure;
};

enum gng_bench_word {
	GNG_BENCH_PLAN,	  /* number: cases that will be timed */
	GNG_BENCH_CASE,	  /* text: the case that begins now */
	GNG_BENCH_ROW,	  /* row */
	GNG_BENCH_ABSENT, /* text: a peer; reason, remedy */
	GNG_BENCH_PORT,	  /* port */
	GNG_BENCH_NOTE,	  /* reason: a sentence about the conditions, shown once */
	GNG_BENCH_FAIL,	  /* reason: nothing can be said about speed */
	GNG_BENCH_END,	  /* everything was said */
};

/* gng_bench_line is one line that such a program prints. */
struct gng_bench_line {
	enum gng_bench_word word;
	unsigned long number;
	char text[64], reason[256], remedy[128];
	struct gng_bench_row row;
	struct gng_bench_port_row port;
};

/* gng_bench_line_write writes line as one line and flushes out. */
void gng_bench_line_write(FILE *out, const struct gng_bench_line *line);

/* gng_bench_line_parse reads one line without its newline. GNG_EFORMAT says which field is
 * wrong. *line is undefined then. */
GNG_MUST enum gng_status gng_bench_line_parse(struct gng_bench_line *line, const char *text,
					      struct gng_why *why);

/* ---- the command ---- */

/* gng_bench_main is `gonogo bench`: it returns the exit status. argv[0] is its name. */
int gng_bench_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BENCH_H */
