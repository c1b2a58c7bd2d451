/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_verbs.h - parts of the command `gonogo rt`: its options, its verbs, and what it prints. */
#ifndef RTCONF_VERBS_H
#define RTCONF_VERBS_H

#include "gng_rtconf.h"

#define RT_SAVED "/run/gonogo-rt.saved"

enum { RT_USAGE = 2, RT_INCOMPLETE = 3, RT_HARNESS = 99 };

struct rt_options {
	const char *root, *saved;
	struct gng_rtconf_cpus cpus;
	enum gng_rtconf_partition partition;
	bool has_cpus, json;
	int priority;
	size_t num_words;
	char **words; /* what stands behind the options */
};

/* Both write one sentence to stderr and return the exit status. */
int rt_refuse(const char *what, const char *word);
int rt_fail(const struct gng_why *why);

/* Verbs return the exit status. */
int rt_audit(const struct rt_options *options);
int rt_plan(const struct rt_options *options);
int rt_apply(const struct rt_options *options);
int rt_restore(const struct rt_options *options);
int rt_boot(const struct rt_options *options);

void rt_say_complaint(void *file, const struct gng_rtconf_complaint *one);
void rt_say_proof(const struct rt_options *options, const struct gng_rtconf_thread *thread,
		  const struct gng_rtconf_crowd *crowd, const struct gng_rtconf_proof *proof,
		  const struct gng_rtconf_effects *effects);

#endif /* RTCONF_VERBS_H */
