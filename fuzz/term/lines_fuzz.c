/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines_fuzz.c - a wrapped text has the same words in the same order, and no line of several
 * words passes column 79. The first byte is the indent, the second picks text or command.
 */
/* bundle: 6 */
#include "../block.h"
#include "../suite.h"

#include <gng_term.h>

#define MAX_LEN 2048

static int is_blank(char c)
{
	return c == ' ' || c == '\n';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

static size_t word_len(const char *text)
{
	size_t len = 0;

	while (text[len] && !is_blank(text[len]))
		len++;
	return len;
}

static size_t line_len(const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != '\n')
		len++;
	return len;
}

static size_t indent_len(const char *text)
{
	size_t len = 0;

	while (text[len] == ' ')
		len++;
	return len;
}

/* same_words walks both texts; a command's line ends " \" are no words of it. */
static void same_words(const char *in, const char *out, int is_command)
{
	for (;;) {
		in = skip_blanks(in);
		out = skip_blanks(out);
		while (is_command && out[0] == '\\' && out[1] == '\n')
			out = skip_blanks(out + 1);
		fuzz_check(*in || !*out, "words more than there were", out);
		if (!*in)
			return;
		for (; *in && !is_blank(*in); in++, out++)
			fuzz_check(*in == *out, "words differ", in);
		fuzz_check(!*out || is_blank(*out), "a longer word", in);
	}
}

static void check_width(const char *out, int is_command)
{
	while (*out) {
		const size_t indent = indent_len(out);
		const size_t word = word_len(out + indent);
		const size_t rest = line_len(out + indent + word);
		const size_t len = indent + word + rest;
		const int alone = rest == 0 || (is_command && rest == 2);

		fuzz_check(alone || len < GNG_TERM_COLUMNS, "a line is too long", out);
		fuzz_check(out[len] == '\n', "the last line has no end", out);
		out += len + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_text written;
	const int indent = size > 0 ? data[0] % 40 : 0, is_command = size > 1 ? data[1] & 1 : 0;
	const size_t skip = size < 2 ? size : 2;
	const char *text, *out;
	FILE *file;

	if (size > 2 + MAX_LEN || memchr(data + skip, '\\', size - skip))
		return 0;
	text = fuzz_copy(data + skip, size - skip);
	file = fuzz_text_begin(&written);
	if (is_command)
		gng_term_command(file, indent, text);
	else
		gng_term_wrap(file, indent, text);
	out = fuzz_text_end(&written);
	same_words(text, out, is_command);
	check_width(out, is_command);
	return 0;
}
