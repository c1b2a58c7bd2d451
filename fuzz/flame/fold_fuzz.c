/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_fuzz.c - whatever is folded can be drawn, no sample gets lost, and the drawing has as many
 * tags closed as opened whatever the names are.
 */
/* bundle: 8 */
#include "../suite.h"

#include <gng_flame.h>

/* samples adds up the counts behind the last space of each line. */
static unsigned long samples(const char *folded)
{
	unsigned long sum = 0;

	for (const char *end; (end = strchr(folded, '\n')); folded = end + 1) {
		const char *space = memrchr(folded, ' ', (size_t)(end - folded));

		fuzz_check(space != NULL, "a line has no count", folded);
		sum += strtoul(space, NULL, 10);
	}
	return sum;
}

/* commands counts the samples of the input: lines that begin without a blank. */
static unsigned long commands(const char *text, size_t len)
{
	unsigned long num = 0;

	for (size_t i = 0; i < len; i++) {
		const bool first = i == 0 || text[i - 1] == '\n';

		num += first && !memchr(" \t\n\v\f\r", text[i], 6);
	}
	return num;
}

static size_t occurrences(const char *text, const char *part)
{
	size_t num = 0;

	for (; (text = strstr(text, part)); text++)
		num++;
	return num;
}

static void draw(const char *folded)
{
	struct gng_why why = {0};
	char *svg = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&svg, &len);

	fuzz_check(gng_flame_svg(out, folded, &why) == GNG_OK, "cannot be drawn", why.text);
	fclose(out);
	fuzz_check(occurrences(svg, "<") == 2 * (occurrences(svg, "</")) + occurrences(svg, "/>"),
		   "a name became markup", svg);
	free(svg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(256, data, size);
	struct gng_why why = {0};
	char *folded = NULL;

	if (gng_flame_fold(&folded, (const char *)data, size, all ? &why : NULL) != GNG_OK) {
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", "fold");
		return 0;
	}
	fuzz_check(strlen(folded) == 0 || folded[strlen(folded) - 1] == '\n', "no whole line",
		   folded);
	fuzz_check(samples(folded) == commands((const char *)data, size), "a sample is lost",
		   folded);
	if (*folded && all)
		draw(folded);
	free(folded);
	return 0;
}
