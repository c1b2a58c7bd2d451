/* SPDX-License-Identifier: Apache-2.0 */
/* cgo_live.h - handles on the C heap, counted. */
#ifndef CGO_LIVE_H
#define CGO_LIVE_H

#include <stddef.h>

/* cgo_new returns zeroed memory of len bytes, or NULL. cgo_delete wipes and frees it. */
void *cgo_new(size_t len);
void cgo_delete(void *handle, size_t len);

#endif /* CGO_LIVE_H */
