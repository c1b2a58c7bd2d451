/* SPDX-License-Identifier: Apache-2.0 */
/* row_fuzz.c - a line of --bench that is accepted says the same when it is written again. */
/* bundle: 15 */
#include "../block.h"
#include "../suite.h"

#include <gng_bench.h>

static char *written(const struct gng_bench_line *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	gng_bench_line_write(out, line);
	fclose(out);
	text[len - 1] = '\0'; /* the newline */
	return text;
}

/* The first writing brings the numbers into their shortest form; from then on nothing moves. */
static void check_again(const struct gng_bench_line *line)
{
	struct gng_bench_line again, third;
	char *text = written(line), *text_again, *text_third;

	fuzz_check(strchr(text, '\n') == NULL, "a text holds a newline", text);
	fuzz_check(gng_bench_line_parse(&again, text, NULL) == GNG_OK, "does not parse again",
		   text);
	text_again = written(&again);
	fuzz_check(strcmp(text, text_again) == 0, "says something else", text);
	fuzz_check(again.word == line->word && again.number == line->number, "another line", text);
	fuzz_check(gng_bench_line_parse(&third, text_again, NULL) == GNG_OK, "not a third time",
		   text);
	text_third = written(&third);
	fuzz_check(strcmp(text_again, text_third) == 0, "changes for ever", text);
	free(text);
	free(text_again);
	free(text_third);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_bench_line line;
	struct gng_why why = {0};
	const int all = fuzz_one_in(64, data, size);
	char *text = fuzz_copy(data, size);

	if (gng_bench_line_parse(&line, text, all ? &why : NULL) == GNG_OK) {
		if (all)
			check_again(&line);
	} else
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", text);
	return 0;
}
