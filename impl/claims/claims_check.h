/* SPDX-License-Identifier: Apache-2.0 */
/* claims_check.h - the comparison of numbers by which a record is judged without a machine. */
#ifndef CLAIMS_CHECK_H
#define CLAIMS_CHECK_H

#include "gng_claims.h"

/* claims_sides is the comparison that decided: the first that is false, else the last. */
struct claims_sides {
	double left, right;
	char operator[3];
	bool holds, known;
};

/*
 * claims_check computes text with numbers[0..num). GNG_EFORMAT says what is wrong: a word that
 * is no number, a missing operand or parenthesis, a division by zero, a result that is no
 * comparison, or more than 32 open operators.
 */
enum gng_status claims_check(bool *holds, struct claims_sides *sides, const char *text,
			     const struct gng_claims_number *numbers, size_t num,
			     struct gng_why *why);

#endif /* CLAIMS_CHECK_H */
