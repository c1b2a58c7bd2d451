/* SPDX-License-Identifier: Apache-2.0 */
/* farm_target.h - the fuzzers that there are, and what belongs to each. */
#ifndef FARM_TARGET_H
#define FARM_TARGET_H

#include <gng_gauge.h>

#include "farm_files.h"

#define FARM_NAME 128

/* farm_class is what a fuzzer does: a comment "class: crypto" in its source says it. FARM_GO is
 * half Go, whose crossings and collections no rate is asked of. */
enum farm_class { FARM_PARSER, FARM_CRYPTO, FARM_DER, FARM_YARDSTICK, FARM_GO };

struct farm_target {
	char name[FARM_NAME];	  /* aes_gcm_fuzz */
	char id[FARM_NAME];	  /* fuzz.aes.gcm; "" for a fuzzer of another tree */
	char program[FARM_PATH];  /* what fuzzes: of the engine's build */
	char twin[FARM_PATH];	  /* libFuzzer's, which merges and minimises; "" if not built */
	char coverage[FARM_PATH]; /* with the counters of llvm-cov; "" if not built */
	char replay[FARM_PATH];	  /* the test program, which unpacks its seeds; "" if none */
	char seeds[FARM_PATH];	  /* <stem>.seeds, or a folder of inputs beside the program */
	char dict[FARM_PATH];	  /* "" if none */
	char dir[FARM_PATH];	  /* where its campaign is kept */
	enum farm_class kind;
};

struct farm_targets {
	size_t num;
	struct farm_target *all; /* sorted by name */
};

/* farm_choice is where fuzzers are looked for and which are taken. */
struct farm_choice {
	const char *engine; /* "libfuzzer" or "afl" */
	const char *folder; /* of programs; NULL: those of this tree */
	const char *out;    /* absolute */
	bool yardstick;	    /* take it too, without being named */
	char *const *names; /* aes, aes.gcm, fuzz.aes.gcm or aes_gcm_fuzz */
	size_t num_names;
};

/*
 * farm_targets_open finds the fuzzers. GNG_EUNSUPPORTED if none was built, and how to build them;
 * GNG_EINVAL names what is no fuzzer. farm_targets_close frees *targets.
 */
GNG_MUST enum gng_status farm_targets_open(struct farm_targets *targets,
					   const struct gng_home *home,
					   const struct farm_choice *choice, struct gng_why *why);
void farm_targets_close(struct farm_targets *targets);

/*
 * farm_schedule is libFuzzer's option of how inputs are chosen. Of a cipher each input passes a
 * thousand edges, and to keep the rare ones of each input apart takes longer than to run it: with
 * -entropic=0 aes.gcm runs twice as many, and reaches as many edges in the same CPU time.
 */
const char *farm_schedule(const struct farm_target *target);

/* farm_has says whether PATH has that program. */
bool farm_has(const char *program);

#endif /* FARM_TARGET_H */
