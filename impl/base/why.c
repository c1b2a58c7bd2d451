/* SPDX-License-Identifier: Apache-2.0 */
/* why.c - the reason of a failure, formatted into the caller's struct. Hosted only. */
#include "gng_base.h"

#if __STDC_HOSTED__

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* utf8_len is the length that the first byte of a UTF-8 sequence announces (RFC 3629
 * section 3), or 1 for a byte that begins none. */
static size_t utf8_len(unsigned char first)
{
	if (first >= 0xf0)
		return 4;
	if (first >= 0xe0)
		return 3;
	return first >= 0xc0 ? 2 : 1;
}

/* drop_partial_character removes a sequence that the cut at text[len] left incomplete. */
static void drop_partial_character(char *text, size_t len)
{
	size_t start = len;

	while (start > 0 && len - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	start--;
	if (start + utf8_len((unsigned char)text[start]) > len)
		text[start] = '\0';
}

/* A newline would end the record, and an escape sequence could rewrite the terminal. */
static void hide_control_bytes(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static void write_text(struct gng_why *why, const char *format, va_list args)
{
	char text[sizeof(why->text)]; /* an argument may be why->text itself */
	const int len = vsnprintf(text, sizeof(text), format, args);

	if (len < 0) /* e.g. %ls with a character that the locale cannot say */
		text[0] = '\0';
	else if ((size_t)len >= sizeof(text))
		drop_partial_character(text, sizeof(text) - 1);
	hide_control_bytes(text);
	memcpy(why->text, text, strlen(text) + 1);
}

enum gng_status gng_why_set(struct gng_why *why, enum gng_status status, int sys_errno,
			    const char *where, const char *format, ...)
{
	va_list args;

	if (!why)
		return status;
	va_start(args, format);
	write_text(why, format, args);
	va_end(args);
	why->status = status;
	why->sys_errno = sys_errno;
	why->where = where;
	return status;
}

#endif /* __STDC_HOSTED__ */
