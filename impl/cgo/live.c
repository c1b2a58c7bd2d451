/* SPDX-License-Identifier: Apache-2.0 */
/* live.c - handles on the C heap: counted, zeroed at birth, wiped at death. */
#include "cgo_live.h"
#include "gng_cgo.h"

#include <stdatomic.h>
#include <stdlib.h>

/* A whole cache line: a Go program opens and closes handles on all its threads. */
static _Alignas(64) atomic_int_fast64_t live;

uint32_t gng_cgo_abi(void)
{
	return GNG_CGO_ABI;
}

int64_t gng_cgo_live(void)
{
	return atomic_load(&live);
}

void *cgo_new(size_t len)
{
	void *handle = calloc(1, len);

	if (handle)
		atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
	return handle;
}

void cgo_delete(void *handle, size_t len)
{
	if (!handle)
		return;
	gng_wipe(handle, len);
	free(handle);
	atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
}

int gng_cgo_nothing(void)
{
	return 0;
}
