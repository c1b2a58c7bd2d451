/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_fuzz.c - what the writer escapes comes back when a reader resolves it, and holds no
 * markup: the oracle unescapes by itself and compares with the input.
 */
#include "../block.h"
#include "../suite.h"

#include <stdbool.h>

#include "signoff_html.h"

#define REPLACEMENT "\357\277\275"

static const struct {
	const char *reference;
	char byte;
} references[] = {
	{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''},
};

/* starts_with compares byte by byte: each call of strncmp would tell the engine two words. */
static bool starts_with(const char *text, const char *word)
{
	while (*word && *text == *word) {
		text++;
		word++;
	}
	return *word == '\0';
}

static bool is_markup(char byte)
{
	return byte == '<' || byte == '>' || byte == '"' || byte == '\'';
}

/* resolve turns one reference at text into its byte and returns its length, 0 if unknown. */
static size_t resolve(char *byte, const char *text)
{
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		*byte = references[i].byte;
		if (starts_with(text, references[i].reference))
			return strlen(references[i].reference);
	}
	return 0;
}

/* same_byte tells whether the writer may show input's byte as shown. */
static bool same_byte(unsigned char input, char shown)
{
	return input == (unsigned char)shown || (shown == ' ' && (input == '\t' || input == '\n'));
}

/* A byte may be replaced only if it is a control or part of what is no plain ASCII. */
static bool may_be_replaced(unsigned char byte)
{
	return byte < 0x20 || byte >= 0x7f;
}

/* code_point is that of a sequence of two or three bytes, 0 of anything else. */
static unsigned int code_point(const unsigned char *in)
{
	unsigned int point = 0;

	if ((in[0] & 0xe0) == 0xc0 && (in[1] & 0xc0) == 0x80)
		return (in[0] & 0x1fu) << 6 | (in[1] & 0x3fu);
	if ((in[0] & 0xf0) == 0xe0 && (in[1] & 0xc0) == 0x80 && (in[2] & 0xc0) == 0x80)
		point = (in[0] & 0xfu) << 12 | (in[1] & 0x3fu) << 6 | (in[2] & 0x3fu);
	return point < 0x800 ? 0 : point; /* a shorter one would do */
}

/* is_control: C1, the marks that turn letters (UAX #9), and the separators of lines. */
static bool is_control(unsigned int point)
{
	return (point >= 0x80 && point < 0xa0) || point == 0x61c || point == 0x200e ||
	       point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* skip_replaced steps over what one U+FFFD stands for: a byte, or all of a control. */
static const unsigned char *skip_replaced(const unsigned char *in)
{
	const unsigned int point = code_point(in);

	fuzz_check(may_be_replaced(*in), "a good byte was replaced", "html_text");
	if (is_control(point))
		return in + (point < 0x800 ? 2 : 3);
	return in + 1;
}

static void check_back(const unsigned char *in, const char *out)
{
	while (*out) {
		char byte = *out;
		size_t len = 1;

		fuzz_check(!is_markup(byte), "raw markup", "html_text");
		fuzz_check((unsigned char)byte >= 0x20 && byte != 0x7f, "raw control", "html_text");
		if (byte == '&') {
			len = resolve(&byte, out);
			fuzz_check(len > 0, "an unknown reference", "html_text");
		}
		if (starts_with(out, REPLACEMENT) && !starts_with((const char *)in, REPLACEMENT)) {
			in = skip_replaced(in);
			out += 3;
			continue;
		}
		fuzz_check(same_byte(*in, byte), "another byte", "html_text");
		in++;
		out += len;
	}
	fuzz_check(*in == '\0', "the end is missing", "html_text");
}

static const char *written(struct fuzz_text *out, const char *text, bool by_format)
{
	FILE *file = fuzz_text_begin(out);

	if (by_format)
		html_put(file, "%s", text);
	else
		html_text(file, text);
	return fuzz_text_end(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_text one, other;
	const int all = fuzz_one_in(64, data, size);
	const char *text = fuzz_copy(data, size); /* what follows a NUL is another text */
	const char *out;

	out = written(&one, text, false);
	check_back((const unsigned char *)text, out);
	if (all)
		fuzz_check(strcmp(out, written(&other, text, true)) == 0,
			   "a format escapes otherwise", "html_put");
	return 0;
}
