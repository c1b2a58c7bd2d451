/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_audit.h - a check of the audit: it reads files under a root and says what it found. */
#ifndef RTCONF_AUDIT_H
#define RTCONF_AUDIT_H

#include "gng_rtconf.h"

/* audit_target is what is audited, and for whom. */
struct audit_target {
	const char *root;
	const struct gng_rtconf_cpus *cpus;
};

/* A check that finds no answer leaves evidence empty. */
struct audit_check {
	const char *code;
	void (*run)(struct gng_rtconf_finding *finding, const struct audit_target *target);
};

/* Tables that end with {0}. */
extern const struct audit_check audit_kernel[], audit_group[], audit_cpus[], audit_memory[];

void audit_ok(struct gng_rtconf_finding *finding, const char *evidence, ...) GNG_PRINTF(2, 3);
void audit_bad(struct gng_rtconf_finding *finding, const char *remedy, const char *evidence, ...)
	GNG_PRINTF(3, 4);

/* audit_number reads a file of one number; false if there is none. */
bool audit_number(long *value, const char *root, const char *path);

/* audit_limit returns a soft limit of this process, ~0 for "unlimited" or for what a capability
 * (capabilities(7)) lets it ignore; false if there is no answer. */
bool audit_limit(unsigned long *value, const char *root, const char *name, unsigned int capability);

#endif /* RTCONF_AUDIT_H */
