/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.c - an HTML writer that cannot forget to escape (HTML Living Standard, 13.3
 * "Serializing HTML fragments"). Reasons and machine facts come from strangers.
 */
#include "signoff_html.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\357\277\275" /* U+FFFD */
#define MAX_SPEC 16
#define LONG_WORD 30

/* ---- UTF-8 (RFC 3629) ---- */

static size_t continuation_bytes(const unsigned char *text, size_t num)
{
	for (size_t i = 1; i <= num; i++)
		if ((text[i] & 0xc0) != 0x80) /* stops at the NUL too */
			return 0;
	return num + 1;
}

/* wide_len returns the length of the valid sequence of several bytes at text, or 0. */
static size_t wide_len(const unsigned char *text)
{
	const unsigned int lead = text[0], second = text[1];

	if (lead >= 0xc2 && lead <= 0xdf)
		return continuation_bytes(text, 1);
	if (lead >= 0xe0 && lead <= 0xef) {
		if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f))
			return 0; /* too long, or a surrogate */
		return continuation_bytes(text, 2);
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
			return 0; /* too long, or above U+10FFFF */
		return continuation_bytes(text, 3);
	}
	return 0;
}

/* put writes bytes to a file that is locked: a call for each would check and lock each time. */
static void put(FILE *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putc_unlocked(bytes[i], out);
}

/* is_control tells of a valid sequence: C1 controls, and what turns the order of letters on the
 * screen (UAX #9: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) or breaks a line
 * (U+2028, U+2029), so that a command to copy is not what it looks like. */
static bool is_control(const unsigned char *text)
{
	if (text[0] == 0xc2)
		return text[1] < 0xa0;
	if (text[0] == 0xd8)
		return text[1] == 0x9c;
	if (text[0] != 0xe2)
		return false;
	if (text[1] == 0x80)
		return text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xa8 && text[2] <= 0xae);
	return text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9;
}

/* wide writes one sequence of several bytes and returns its length. Controls are legal UTF-8, and
 * not wanted in a page. */
static size_t wide(FILE *out, const unsigned char *text)
{
	const size_t len = wide_len(text);

	if (len == 0 || is_control(text)) {
		put(out, REPLACEMENT, sizeof(REPLACEMENT) - 1);
		return len ? len : 1;
	}
	put(out, (const char *)text, len);
	return len;
}

/* ---- escaping ---- */

static const char *reference(unsigned char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
		return " ";
	default:
		return byte < 0x20 || byte == 0x7f ? REPLACEMENT : NULL;
	}
}

void html_text(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)(text ? text : "");

	flockfile(out); /* once, and not for each byte */
	while (*at) {
		const char *other = reference(*at);

		if (other)
			put(out, other, strlen(other));
		else if (*at < 0x80)
			putc_unlocked(*at, out);
		else {
			at += wide(out, at);
			continue;
		}
		at++;
	}
	funlockfile(out);
}

/* ---- formats ---- */

/* put_one writes the conversion in spec, which ends in its letter, with its argument. */
static void put_one(FILE *out, const char *spec, char letter, va_list *args)
{
	char text[64];

	if (letter == 's') {
		html_text(out, va_arg(*args, const char *));
		return;
	}
	if (letter == 'c')
		snprintf(text, sizeof(text), "%c", va_arg(*args, int));
	else if (letter == 'd' || letter == 'i')
		snprintf(text, sizeof(text), spec, va_arg(*args, int));
	else if (letter == 'u' && strchr(spec, 'z'))
		snprintf(text, sizeof(text), spec, va_arg(*args, size_t));
	else if (letter == 'u')
		snprintf(text, sizeof(text), spec, va_arg(*args, unsigned int));
	else
		snprintf(text, sizeof(text), spec, va_arg(*args, double));
	html_text(out, text);
}

void html_put(FILE *out, const char *format, ...)
{
	va_list args;
	char spec[MAX_SPEC];

	va_start(args, format);
	while (*format) {
		const size_t plain = strcspn(format, "%");
		size_t len;

		fwrite(format, 1, plain, out);
		format += plain;
		if (!*format)
			break;
		if (format[1] == '%') {
			fputc('%', out);
			format += 2;
			continue;
		}
		len = strspn(format + 1, "-+ #0123456789.z") + 2;
		snprintf(spec, sizeof(spec), "%.*s", (int)len, format);
		put_one(out, spec, format[len - 1], &args);
		format += len;
	}
	va_end(args);
}

/* Names under this length stay whole: they fit the narrowest column of ids. */
#define LONG_NAME 28

void html_id(FILE *out, const char *id)
{
	const char *dot;

	while ((dot = strchr(id, '.'))) {
		for (; id <= dot; id++)
			html_text(out, (const char[]){*id, '\0'});
		fputs("<wbr>", out);
	}
	for (const char *at = id; *at; at++) {
		html_text(out, (const char[]){*at, '\0'});
		if (*at == '_' && at - id >= LONG_NAME)
			fputs("<wbr>", out);
	}
}

/* A word of a command stays whole, but for a long id, which breaks after its dots. */
void html_command(FILE *out, const char *command)
{
	const char *at = command;
	char word[256];

	while (*at) {
		const size_t blanks = strspn(at, " "), len = strcspn(at + blanks, " ");

		if (blanks)
			fputc(' ', out);
		snprintf(word, sizeof(word), "%.*s", (int)len, at + blanks);
		if (len >= sizeof(word) || len > LONG_WORD)
			html_id(out, len < sizeof(word) ? word : at + blanks);
		else
			html_put(out, "<span class=\"n\">%s</span>", word);
		at = len < sizeof(word) ? at + blanks + len : "";
	}
}

/* ---- verdicts: colour never alone, glyph and word ---- */

static const struct {
	const char *name, *glyph;
} verdicts[GNG_NUM_VERDICTS] = {
	[GNG_PASS] = {"PASS", "g-pass"},  [GNG_FAIL] = {"FAIL", "g-fail"},
	[GNG_ERROR] = {"ERROR", "g-err"}, [GNG_MISSING] = {"MISSING", "g-miss"},
	[GNG_SKIP] = {"SKIP", "g-skip"},  [GNG_INCONCLUSIVE] = {"INC", "g-inc"},
};

const char *html_verdict_class(enum gng_verdict verdict)
{
	return verdicts[verdict].name;
}

const char *html_verdict_glyph(enum gng_verdict verdict)
{
	return verdicts[verdict].glyph;
}

void html_verdict(FILE *out, enum gng_verdict verdict)
{
	html_put(out,
		 "<span class=\"v %s\"><svg class=\"g\" aria-hidden=\"true\"><use href=\"#%s\"/>"
		 "</svg>%s</span>",
		 html_verdict_class(verdict), html_verdict_glyph(verdict),
		 gng_verdict_name(verdict));
}
