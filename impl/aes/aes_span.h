/* SPDX-License-Identifier: Apache-2.0 */
/* aes_span.h - the hull of buffers, to see at a glance that many are apart. Private to impl/aes. */
#ifndef AES_SPAN_H
#define AES_SPAN_H

#include "aes_private.h"

/* aes_span is the hull of some buffers, as addresses; empty when from > to. */
struct aes_span {
	uintptr_t from, to;
};

#define AES_SPAN_EMPTY ((struct aes_span){UINTPTR_MAX, 0})

static inline void aes_span_add(struct aes_span *span, const void *p, size_t len)
{
	const uintptr_t at = (uintptr_t)p;

	if (len == 0)
		return;
	if (at < span->from)
		span->from = at;
	if (at + (len - 1) > span->to)
		span->to = at + (len - 1);
}

/* aes_span_widen is aes_span_add without a branch: to becomes the byte behind the hull, and a
 * buffer of length 0 counts. */
static inline void aes_span_widen(struct aes_span *span, const void *p, size_t len)
{
	const uintptr_t at = (uintptr_t)p;

	span->from = at < span->from ? at : span->from;
	span->to = at + len > span->to ? at + len : span->to;
}

static inline bool aes_span_has(const struct aes_span *span, const void *p, size_t len)
{
	const uintptr_t at = (uintptr_t)p;

	return len > 0 && span->from <= span->to && at <= span->to && at + (len - 1) >= span->from;
}

/* aes_span_append adds a buffer; false if it does not lie behind all that is there. */
static inline bool aes_span_append(struct aes_span *span, const void *p, size_t len)
{
	if (len > 0 && span->from <= span->to && (uintptr_t)p <= span->to)
		return false;
	aes_span_add(span, p, len);
	return true;
}

#endif /* AES_SPAN_H */
