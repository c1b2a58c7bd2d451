/* SPDX-License-Identifier: Apache-2.0 */
/* bugs.c - C functions as careless bindings call them; sanitizers look inside. */
#include "bugs.h"

#include <string.h>

void c_fill(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		((volatile uint8_t *)p)[i] = 7;
}

int c_sum(const uint8_t *p, size_t len)
{
	int sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += ((const volatile uint8_t *)p)[i];
	return sum;
}

uint8_t *c_new(size_t len)
{
	uint8_t *p = malloc(len);

	if (p)
		memset(p, 7, len);
	return p;
}

static uint8_t *kept;

void c_keep(uint8_t *p)
{
	kept = p;
}

void c_write_kept(void)
{
	c_fill(kept, 16);
}

static uint8_t *slot;
uint8_t **c_slot = &slot;

int c_sum_pair(const struct c_pair *pair)
{
	return c_sum(pair->data, pair->len);
}

size_t c_bytes(int len)
{
	return len < 0 ? 0 : (size_t)len;
}

size_t c_length(const char *text)
{
	return strlen(text);
}

void c_xor(uint8_t *out, const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = in[i] ^ 0x5a;
}

struct c_measured *c_measure(size_t len)
{
	struct c_measured *measured = malloc(sizeof(*measured));

	if (!measured)
		return NULL;
	measured->failed = len == 0;
	if (len > 0)
		measured->len = len;
	return measured;
}

static __thread int last;

void c_fail(int code)
{
	last = code;
}

int c_last(void)
{
	return last;
}

void *c_acquire(size_t len)
{
	char *block = malloc(16 + len);

	return block ? block + 16 : NULL;
}

void c_release(void *p)
{
	if (p)
		free((char *)p - 16);
}

void c_count(long *counter, long num)
{
	for (long i = 0; i < num; i++) {
		const long now = *(volatile long *)counter;

		*(volatile long *)counter = now + 1;
	}
}

void c_each(int (*visit)(uintptr_t token), uintptr_t token)
{
	volatile char *held = malloc(100);

	if (held)
		held[0] = 1; /* or the compiler removes malloc and free together */
	while (visit(token) == 0)
		;
	free((void *)held);
}

void c_tag(uint8_t *tag)
{
	c_fill(tag, 16);
}

static int (*volatile function)(void);

static int seven(void)
{
	return 7;
}

void c_init(void)
{
	function = seven;
}

int c_run(void)
{
	return function();
}

int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

int c_check_leaks(void)
{
	return __lsan_do_recoverable_leak_check ? __lsan_do_recoverable_leak_check() : 0;
}
