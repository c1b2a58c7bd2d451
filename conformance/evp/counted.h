/* SPDX-License-Identifier: Apache-2.0 */
/* counted.h - OpenSSL's allocator, replaced by one that counts and that free() cannot take. */
#ifndef CONFORMANCE_EVP_COUNTED_H
#define CONFORMANCE_EVP_COUNTED_H

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define COUNTED_FRONT 16

static size_t counted;

/* The pointer that OpenSSL gets lies behind the start of its block: free() of it aborts. */
static void *counted_malloc(size_t len, const char *file, int line)
{
	char *block = malloc(COUNTED_FRONT + len);

	(void)file;
	(void)line;
	counted++;
	if (!block)
		return NULL;
	memcpy(block, &len, sizeof(len));
	return block + COUNTED_FRONT;
}

static void counted_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	if (p)
		free((char *)p - COUNTED_FRONT);
}

static void *counted_realloc(void *p, size_t len, const char *file, int line)
{
	void *moved = counted_malloc(len, file, line);
	size_t old = 0;

	if (p)
		memcpy(&old, (char *)p - COUNTED_FRONT, sizeof(old));
	if (moved && p)
		memcpy(moved, p, old < len ? old : len);
	if (moved)
		counted_free(p, file, line);
	return moved;
}

/* Before main: after OpenSSL's first allocation it takes no other allocator. */
__attribute__((constructor)) static void count_allocations(void)
{
	if (CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free) != 1)
		abort();
}

#endif /* CONFORMANCE_EVP_COUNTED_H */
