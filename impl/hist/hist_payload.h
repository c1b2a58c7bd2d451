/* SPDX-License-Identifier: Apache-2.0 */
/* hist_payload.h - the V2 payload before compression, and base64. Pure. */
#ifndef HIST_PAYLOAD_H
#define HIST_PAYLOAD_H

#include "gng_hist.h"

/* cookies: the second hexadecimal figure from the right is the word size, always 1 in V2 */
#define HIST_COOKIE_PAYLOAD UINT32_C(0x1c849313)
#define HIST_COOKIE_COMPRESSED UINT32_C(0x1c849314)

#define HIST_HEADER_LEN 40
#define HIST_MAX_COUNT_LEN 9 /* bytes of one count */

/* hist_payload_cap is an upper bound on what hist_payload_write needs. */
size_t hist_payload_cap(const struct gng_hist *hist);

/* hist_payload_write writes header and counts to out, and returns their length. */
size_t hist_payload_write(uint8_t *out, const struct gng_hist *hist);

/* hist_payload_header makes an empty histogram of the layout in header, and sets *counts_len
 * to the bytes of counts that follow. The caller closes *hist. */
GNG_MUST enum gng_status hist_payload_header(struct gng_hist **hist, size_t *counts_len,
					     const uint8_t header[HIST_HEADER_LEN],
					     struct gng_why *why);

/* hist_payload_counts reads in[0..len) into the empty histogram. */
GNG_MUST enum gng_status hist_payload_counts(struct gng_hist *hist, const uint8_t *in, size_t len,
					     struct gng_why *why);

size_t hist_base64_len(size_t num_bytes); /* characters that they become */
size_t hist_base64_cap(size_t len);	  /* the most bytes that characters can be */

/* hist_base64_write writes in[0..len) as base64 (RFC 4648 section 4) with padding and a NUL:
 * hist_base64_len(len) + 1 bytes. */
void hist_base64_write(char *out, const uint8_t *in, size_t len);

/* hist_base64_read decodes text[0..len) to out, which holds hist_base64_cap(len) bytes. False if it
 * is not canonical base64. */
bool hist_base64_read(uint8_t *out, size_t *out_len, const char *text, size_t len);

uint32_t hist_be32(const uint8_t in[4]);
void hist_put_be32(uint8_t out[4], uint32_t x);

#endif /* HIST_PAYLOAD_H */
