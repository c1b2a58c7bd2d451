/* SPDX-License-Identifier: Apache-2.0 */
/* attest_base64.h - base64 of RFC 4648, both alphabets when read. Private to impl/attest. */
#ifndef ATTEST_BASE64_H
#define ATTEST_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* attest_base64_encode returns the standard encoding with padding (caller frees), or NULL. */
char *attest_base64_encode(const void *bytes, size_t len);

/*
 * attest_base64_decode returns the bytes with a NUL behind them (caller frees). NULL if text is
 * in neither alphabet or mixes them, is padded wrongly, or has bits that encode nothing.
 */
uint8_t *attest_base64_decode(size_t *len, const char *text, size_t text_len);

#endif /* ATTEST_BASE64_H */
