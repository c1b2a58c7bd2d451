/* SPDX-License-Identifier: Apache-2.0 */
/* base64.c - RFC 4648, sections 4 and 5: strict, since two spellings of one payload are a hole. */
#include "attest_base64.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

char *attest_base64_encode(const void *bytes, size_t len)
{
	char *text;

	if (len > (size_t)1 << 29) /* EVP_EncodeBlock takes an int */
		return NULL;
	text = malloc((len + 2) / 3 * 4 + 1);
	if (text)
		EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	return text;
}

/* digit returns the value of a digit, or -1; *alphabet becomes 1 by + or /, 2 by - or _. */
static int digit(char c, int *alphabet)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *at = c ? strchr(digits, c) : NULL;

	if (at)
		return (int)(at - digits);
	if (c == '+' || c == '/')
		*alphabet |= 1;
	else if (c == '-' || c == '_')
		*alphabet |= 2;
	else
		return -1;
	return c == '+' || c == '-' ? 62 : 63;
}

/* unpadded returns the length without padding, or a length that no text has. */
static size_t unpadded(const char *text, size_t len)
{
	size_t pad = 0;

	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	if (pad && len % 4 != 0)
		return 1;
	return len - pad;
}

uint8_t *attest_base64_decode(size_t *len, const char *text, size_t text_len)
{
	const size_t num = unpadded(text, text_len);
	uint8_t *bytes = num % 4 == 1 ? NULL : malloc(num / 4 * 3 + 3);
	uint32_t bits = 0;
	int alphabet = 0, value;

	*len = 0;
	if (!bytes)
		return NULL;
	for (size_t i = 0; i < num; i++) {
		value = digit(text[i], &alphabet);
		if (value < 0 || alphabet == 3)
			goto bad;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 != 0)
			bytes[(*len)++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	if ((num % 4 == 2 && bits & 15) || (num % 4 == 3 && bits & 3))
		goto bad;
	bytes[*len] = 0;
	return bytes;
bad:
	free(bytes);
	return NULL;
}
