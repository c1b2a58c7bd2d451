/* SPDX-License-Identifier: Apache-2.0 */
/* ct.h - what the test and its target under Valgrind or MemorySanitizer agree on. */
#ifndef CONFORMANCE_AES_CT_H
#define CONFORMANCE_AES_CT_H

#include "variant.h"

enum ct_want {
	CT_CLEAN,   /* no report */
	CT_VERDICT, /* at most one report a call: a branch on the verdict, which the caller learns
		     */
	CT_LEAK,    /* a control, which must be reported */
};

/* ct_case works on secrets that the tool holds for undefined. run returns how often it asked for a
 * verdict. */
struct ct_case {
	const char *name;
	enum ct_want want;
	unsigned int (*run)(const struct gng_aes_variant *variant);
};

/* ct_cases ends with a NULL name. The controls are last. */
extern const struct ct_case ct_cases[];

#define CT_ENVIRONMENT "GNG_CT_TARGET"

/* ct_target runs every case and prints a line "ct: calls reports" for each. Only under Valgrind or
 * in the msan build. */
void ct_target(const struct gng_aes_variant *variant);

#endif /* CONFORMANCE_AES_CT_H */
