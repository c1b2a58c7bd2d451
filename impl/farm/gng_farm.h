/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_farm.h - fuzzing at scale: what a fuzzer printed when it died, the seeds that keep a bug
 * from coming back, and `gonogo fuzz`, which runs fuzzers and looks after their corpora.
 */
#ifndef GNG_FARM_H
#define GNG_FARM_H

#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- crashes ---- */

#define GNG_FARM_MAX_FRAMES 3

/*
 * gng_farm_crash is the cause of a crash as a report states it. Texts hold printable ASCII
 * only, so that no input of a fuzzer becomes a terminal sequence or a path.
 */
struct gng_farm_crash {
	char kind[48];	   /* "heap-buffer-overflow", "ABRT", "timeout", "leak", ... */
	char message[160]; /* of fuzz_check or of UBSan, digits as '0'; may be "" */
	size_t num_frames; /* own functions, innermost first, runtime and C library left out */
	char frames[GNG_FARM_MAX_FRAMES][96];
	char signature[80]; /* [a-z0-9_-]+: equal for crashes of one cause */
};

/*
 * gng_farm_crash_parse reads log[0..len), the output of a fuzzer that died: the first report of
 * a sanitizer or of libFuzzer in it. Two crashes have one cause when kind, message and frames
 * are equal; addresses, line numbers and suffixes of cloned functions do not count. A timeout is
 * known by the function that the fuzzer called, since it is interrupted anywhere. False if there
 * is no report; *crash then has the kind "unknown".
 */
bool gng_farm_crash_parse(struct gng_farm_crash *crash, const char *log, size_t len);

/* ---- progress ---- */

/* gng_farm_progress is a line of libFuzzer: "#1024 NEW cov: 12 ft: 13 corp: 5/23b ...". */
struct gng_farm_progress {
	uint64_t executions, coverage, features, corpus, exec_per_s;
};

/* gng_farm_progress_parse reads the last whole line of that form in log[0..len). False, and
 * *progress untouched, if there is none. */
bool gng_farm_progress_parse(struct gng_farm_progress *progress, const char *log, size_t len);

/* ---- regression seeds ---- */

/*
 * gng_farm_seed_add sets *added (the caller frees it) to text, which is that of the .seeds file
 * called path, with the seed data[0..len) behind the last one and its "# cases:" raised. A seed
 * of the same bytes stays alone: *added then equals text. GNG_EFORMAT with file:line if there is
 * not exactly one "# cases: N" or the name is taken by other bytes; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_farm_seed_add(char **added, const char *path, const char *text,
					   const char *name, const uint8_t *data, size_t len,
					   struct gng_why *why);

/* ---- the command ---- */

/* gng_farm_main is `gonogo fuzz`: it returns the exit status. argv[0] is its name. */
int gng_farm_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_FARM_H */
