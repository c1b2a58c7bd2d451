/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h - memory that runs out at a chosen allocation of this process. Only one file of a
 * program may include it: it defines malloc(3) and its kin.
 */
#ifndef CONFORMANCE_MEMORY_H
#define CONFORMANCE_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The program's own functions stand before those of the library and of the sanitizers, which are
 * weak. Those that allocate within the C library, as vasprintf(3) and opendir(3), come here, too.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define BELOW(function) __interceptor_##function
#endif
#endif
#ifndef BELOW
#define BELOW(function) __libc_##function
#endif

void *BELOW(malloc)(size_t len);
void *BELOW(calloc)(size_t num, size_t size);
void *BELOW(realloc)(void *old, size_t len);

static struct {
	pid_t process; /* in it alone, and 0: nowhere */
	unsigned long countdown;
	bool ran_out;
} memory;

/* runs_out is called by each allocation; one of them fails, and those after it do not. */
static bool runs_out(void)
{
	if (memory.process == 0 || memory.countdown == 0 || memory.process != getpid() ||
	    --memory.countdown > 0)
		return false;
	memory.ran_out = true;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t len)
{
	return runs_out() ? NULL : BELOW(malloc)(len);
}

void *calloc(size_t num, size_t size)
{
	return runs_out() ? NULL : BELOW(calloc)(num, size);
}

void *realloc(void *old, size_t len)
{
	return runs_out() ? NULL : BELOW(realloc)(old, len);
}

void *reallocarray(void *old, size_t num, size_t size)
{
	return realloc(old, num * size); /* the tests' arrays are small */
}

char *strndup(const char *text, size_t cap)
{
	const size_t len = strnlen(text, cap);
	char *copy = malloc(len + 1);

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

char *strdup(const char *text)
{
	return strndup(text, strlen(text));
}

#endif /* CONFORMANCE_MEMORY_H */
