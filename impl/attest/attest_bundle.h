/* SPDX-License-Identifier: Apache-2.0 */
/* attest_bundle.h - the lines of a bundle. Private to impl/attest and its suites. */
#ifndef ATTEST_BUNDLE_H
#define ATTEST_BUNDLE_H

#include <jansson.h>

#include "gng_attest.h"

/* bundle holds the lines that are statements signed by at least one of the policy's keys, or
 * all statements if it has no keys. */
struct bundle {
	size_t num_statements, num_ignored;
	struct bundle_statement {
		json_t *json;
		const char *type; /* its predicateType */
		size_t num_signers;
		bool is_sealed, signed_by[GNG_ATTEST_MAX_KEYS];
	} * statements;
	char ignored[256]; /* why the first line was passed over */
};

/* bundle_read takes text[0..len) apart, line by line; a line is never an error, for in-toto
 * says to ignore what is not understood. GNG_ENOMEM. */
GNG_MUST enum gng_status bundle_read(struct bundle *bundle, const char *text, size_t len,
				     const struct gng_attest_policy *policy, struct gng_why *why);
void bundle_fini(struct bundle *bundle);

/* bundle_line seals a statement (taken) as a line, or writes it bare without keys. The caller
 * frees; NULL if it cannot be signed. */
char *bundle_line(json_t *statement, const struct gng_attest_key *const *keys, size_t num_keys);

/* bundle_write replaces dir's bundle by text, or by the old one and text behind it. */
GNG_MUST enum gng_status bundle_write(const char *dir, const char *old, const char *text,
				      struct gng_why *why);

#endif /* ATTEST_BUNDLE_H */
