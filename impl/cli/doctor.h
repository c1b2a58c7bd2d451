/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.h - what the probes of `gonogo doctor` share: findings, and names in folders. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <gng_sysfile.h>

#include "gng_cli.h"

#define DOCTOR_TEXT 4096

/* doctor_probe fills *finding; evidence is always set, and remedy unless ok. A probe that
 * has nothing to say about this machine leaves evidence empty and is dropped. */
struct doctor_probe {
	const char *group, *check;
	void (*run)(struct gng_cli_finding *finding, const struct gng_cli_machine *machine);
};

/* A table of probes ends with {0}. */
extern const struct doctor_probe doctor_processor[], doctor_kernel[], doctor_real_time[],
	doctor_devices[];

/* doctor_tools adds a finding for each tier of ci/packages.debian; returns their number. */
size_t doctor_tools(struct gng_cli_finding *findings, size_t cap,
		    const struct gng_cli_machine *machine);

/* doctor_ok and doctor_fix say what was found, and return nothing so that a probe reads as a
 * list of cases. */
void doctor_ok(struct gng_cli_finding *finding, const char *evidence, ...) GNG_PRINTF(2, 3);
void doctor_fix(struct gng_cli_finding *finding, const char *remedy, const char *evidence, ...)
	GNG_PRINTF(3, 4);

/*
 * doctor_entries lists the entries of a folder under root whose name begins with prefix,
 * separated by blanks and sorted, as far as they fit, and returns how many there are.
 */
size_t doctor_entries(char *names, size_t cap, const char *root, const char *path,
		      const char *prefix);

/* doctor_has_word tells whether word is one of the words of text, split at blanks. */
bool doctor_has_word(const char *text, const char *word);

#endif /* DOCTOR_H */
