/* SPDX-License-Identifier: Apache-2.0 */
/* vectors_case.h - one case in terms of AES calls, whatever file it came from. */
#ifndef VECTORS_CASE_H
#define VECTORS_CASE_H

#include <stdbool.h>

#include "gng_vectors.h"

/* vectors_bytes is an attribute; data is borrowed, present tells absent from empty. */
struct vectors_bytes {
	const uint8_t *data;
	size_t len;
	bool present;
};

enum vectors_expected {
	VECTORS_VALID,
	VECTORS_INVALID,    /* must be refused */
	VECTORS_ACCEPTABLE, /* Wycheproof: legal, but an implementation may refuse it */
};

struct vectors_case {
	struct vectors_bytes key, iv, aad, plain, cipher, tag;
	enum vectors_expected expected;
	bool decrypts; /* of a Monte Carlo test: the direction */
};

enum vectors_outcome { VECTORS_PASSED, VECTORS_FAILED, VECTORS_SKIPPED };

/* vectors_judge makes the calls of one case and compares; why says what failed or why it
 * was skipped. */
enum vectors_outcome vectors_judge(char why[160], enum gng_vectors_algorithm algorithm,
				   const struct vectors_case *one);

/* vectors_judge_mct is vectors_judge for the Monte Carlo tests. */
enum vectors_outcome vectors_judge_mct(char why[160], enum gng_vectors_algorithm algorithm,
				       const struct vectors_case *one);

/* vectors_fail and vectors_skip format why and return the outcome. */
enum vectors_outcome vectors_fail(char why[160], const char *format, ...) GNG_PRINTF(2, 3);
enum vectors_outcome vectors_skip(char why[160], const char *format, ...) GNG_PRINTF(2, 3);

/* vectors_compare fails with the first byte that differs. what names the value. */
enum vectors_outcome vectors_compare(char why[160], const char *what, const uint8_t *got,
				     const struct vectors_bytes *wanted);

#endif /* VECTORS_CASE_H */
