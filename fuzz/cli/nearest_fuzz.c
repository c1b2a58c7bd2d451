/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest_fuzz.c - the nearest name is the one that another reckoning of the same distance
 * finds: memoised from the ends of both words, not filled from their beginnings. Words are
 * separated by zero bytes; the first is the mistyped one.
 */
/* bundle: 2 */
#include "../suite.h"

#include <gng_cli.h>

#define MAX_NAMES 8
#define MAX_LEN 20

static unsigned int from_end(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int d[MAX_LEN + 3][MAX_LEN + 3];

	for (size_t i = a_len + 1; i-- > 0;) {
		for (size_t j = b_len + 1; j-- > 0;) {
			unsigned int best = (unsigned int)(a_len - i + b_len - j);

			if (i < a_len && d[i + 1][j] + 1 < best)
				best = d[i + 1][j] + 1;
			if (j < b_len && d[i][j + 1] + 1 < best)
				best = d[i][j + 1] + 1;
			if (i < a_len && j < b_len && d[i + 1][j + 1] + (a[i] != b[j]) < best)
				best = d[i + 1][j + 1] + (a[i] != b[j]);
			if (i + 1 < a_len && j + 1 < b_len && a[i] == b[j + 1] &&
			    a[i + 1] == b[j] && d[i + 2][j + 2] + 1 < best)
				best = d[i + 2][j + 2] + 1;
			d[i][j] = best;
		}
	}
	return d[0][0];
}

static const char *reference(const char *word, const char *const *names, size_t num_names)
{
	unsigned int best = (unsigned int)strlen(word) / 2 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < num_names; i++) {
		const unsigned int now = from_end(word, strlen(word), names[i], strlen(names[i]));

		if (now < best) {
			best = now;
			nearest = names[i];
		}
	}
	return nearest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char words[MAX_NAMES + 1][MAX_LEN + 1] = {{0}};
	const char *names[MAX_NAMES], *nearest;
	size_t word = 0, len = 0;

	for (size_t i = 0; i < size && word <= MAX_NAMES; i++) {
		if (data[i] && len < MAX_LEN)
			words[word][len++] = (char)data[i];
		else if (!data[i])
			word++, len = 0;
	}
	for (size_t i = 0; i < MAX_NAMES; i++)
		names[i] = words[i + 1];
	if (word > MAX_NAMES)
		word = MAX_NAMES;
	nearest = gng_cli_nearest(words[0], names, word);
	if (fuzz_one_in(64, data, size))
		fuzz_check(nearest == reference(words[0], names, word), "another name is nearer",
			   words[0]);
	return 0;
}
