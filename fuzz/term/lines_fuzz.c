/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines_fuzz.c - a wrapped text has the same words in the same order, and no line of several
 * words passes column 79. The first byte is the indent, the second picks text or command.
 */
/* bundle: 6 */
#include "../suite.h"

#include <gng_term.h>

#define MAX_LEN 2048

/* same_words walks both texts; a command's line ends " \" are no words of it. */
static void same_words(const char *in, const char *out, int is_command)
{
	for (;;) {
		size_t in_len, out_len;

		in += strspn(in, " \n");
		out += strspn(out, " \n");
		while (is_command && strncmp(out, "\\\n", 2) == 0)
			out += 1 + strspn(out + 1, " \n");
		in_len = strcspn(in, " \n");
		out_len = strcspn(out, " \n");
		fuzz_check(in_len == out_len && memcmp(in, out, in_len) == 0, "words differ", in);
		if (!in_len)
			return;
		in += in_len;
		out += out_len;
	}
}

static void check_width(const char *out, int is_command)
{
	while (*out) {
		const size_t len = strcspn(out, "\n");
		const size_t indent = strspn(out, " ");
		const size_t word = strcspn(out + indent, " \n");
		const size_t rest = len - indent - word;
		const int alone = rest == 0 || (is_command && rest == 2);

		fuzz_check(alone || len < GNG_TERM_COLUMNS, "a line is too long", out);
		fuzz_check(out[len] == '\n', "the last line has no end", out);
		out += len + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_text written;
	char text[MAX_LEN + 1];
	const char *out;
	FILE *file;
	int is_command;

	if (size < 2 || size > MAX_LEN || memchr(data + 2, '\\', size - 2))
		return 0;
	is_command = data[1] & 1;
	memcpy(text, data + 2, size - 2);
	text[size - 2] = '\0';
	file = fuzz_text_begin(&written);
	if (is_command)
		gng_term_command(file, data[0] % 40, text);
	else
		gng_term_wrap(file, data[0] % 40, text);
	out = fuzz_text_end(&written);
	same_words(text, out, is_command);
	check_width(out, is_command);
	return 0;
}
