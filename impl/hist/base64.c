/* SPDX-License-Identifier: Apache-2.0 */
/* base64.c - RFC 4648 section 4, strict: one text for one sequence of bytes. */
#include "hist_payload.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t hist_base64_len(size_t num_bytes)
{
	return (num_bytes + 2) / 3 * 4;
}

size_t hist_base64_cap(size_t len)
{
	return len / 4 * 3;
}

void hist_base64_write(char *out, const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i += 3) {
		const size_t num = len - i < 3 ? len - i : 3;
		uint32_t bits = 0;

		for (size_t j = 0; j < num; j++)
			bits |= (uint32_t)in[i + j] << (16 - 8 * j);
		for (size_t j = 0; j < 4; j++)
			*out++ = j <= num ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
	}
	*out = '\0';
}

static int figure_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* quad decodes four characters, of which the last may be padding, to num_bytes. */
static bool quad(uint8_t *out, size_t num_bytes, const char text[4])
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		const int figure = i <= num_bytes ? figure_of(text[i]) : 0;

		if (figure < 0)
			return false;
		bits |= (uint32_t)figure << (18 - 6 * i);
	}
	for (size_t i = 0; i < num_bytes; i++)
		out[i] = (uint8_t)(bits >> (16 - 8 * i));
	/* RFC 4648 section 3.5: the bits that padding leaves over are zero */
	return (bits << (8 * num_bytes) & 0xffffff) == 0;
}

bool hist_base64_read(uint8_t *out, size_t *out_len, const char *text, size_t len)
{
	*out_len = 0;
	if (len % 4)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		size_t num_bytes = 3;

		if (i + 4 == len && text[i + 3] == '=')
			num_bytes = text[i + 2] == '=' ? 1 : 2;
		if (!quad(out + *out_len, num_bytes, text + i))
			return false;
		*out_len += num_bytes;
	}
	return true;
}
