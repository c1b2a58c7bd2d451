/* SPDX-License-Identifier: Apache-2.0 */
/* evp_private.h - OpenSSL's error queue, between the entry of a call and its end. */
#ifndef EVP_PRIVATE_H
#define EVP_PRIVATE_H

#include "gng_evp.h"

#include <stdbool.h>

/* evp_begin remembers where the thread's queue stands. */
void evp_begin(void);

/* evp_end drops what the call put into the queue, and returns status. If that is not GNG_OK, why
 * gets "what: the words of the newest error", or what alone if the queue has none. */
enum gng_status evp_end(enum gng_status status, struct gng_why *why, const char *where,
			const char *what);

/* evp_refuse returns GNG_EINVAL with a sentence; the queue was not touched. */
enum gng_status evp_refuse(struct gng_why *why, const char *where, const char *what);

static inline bool evp_present(const void *p, size_t len)
{
	return p || len == 0;
}

/* evp_overlap: a[0..len) and b[0..b_len) share a byte. */
static inline bool evp_overlap(const void *a, size_t len, const void *b, size_t b_len)
{
	const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

	if (len == 0 || b_len == 0)
		return false;
	return x <= y ? y - x < len : x - y < b_len;
}

#endif /* EVP_PRIVATE_H */
