/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.c - the name that a mistyped word most likely meant: optimal string alignment
 * distance, which counts two exchanged neighbours as one error.
 */
#include "gng_cli.h"

#include <string.h>

#define MAX_LEN 63 /* longer names differ by more than a typing error */

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	const unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static unsigned int distance(const char *a, const char *b)
{
	const size_t a_len = strlen(a), b_len = strlen(b);
	unsigned int d[MAX_LEN + 1][MAX_LEN + 1];

	if (a_len > MAX_LEN || b_len > MAX_LEN)
		return MAX_LEN;
	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = (unsigned int)i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_len; i++)
		for (size_t j = 1; j <= b_len; j++) {
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
					d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1, d[i][j]);
		}
	return d[a_len][b_len];
}

const char *gng_cli_nearest(const char *word, const char *const *names, size_t num_names)
{
	unsigned int best = (unsigned int)strlen(word) / 2 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < num_names; i++) {
		const unsigned int now = distance(word, names[i]);

		if (now < best) {
			best = now;
			nearest = names[i];
		}
	}
	return nearest;
}
