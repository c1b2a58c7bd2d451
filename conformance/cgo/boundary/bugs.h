/* SPDX-License-Identifier: Apache-2.0 */
/* bugs.h - C functions as careless bindings call them. Each is right if it is called rightly. */
#ifndef BOUNDARY_BUGS_H
#define BOUNDARY_BUGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* c_fill writes len bytes; c_sum reads len bytes. */
void c_fill(uint8_t *p, size_t len);
int c_sum(const uint8_t *p, size_t len);

/* c_new returns len bytes from malloc, all 7. */
uint8_t *c_new(size_t len);

/* c_keep stores p, against the rule of cgo; c_write_kept writes 16 bytes there. */
void c_keep(uint8_t *p);
void c_write_kept(void);

/* c_slot is C memory that Go code can store a pointer in. */
extern uint8_t **c_slot;

struct c_pair {
	uint8_t *data;
	size_t len;
};
int c_sum_pair(const struct c_pair *pair);

/* c_bytes tells how many bytes an int says. */
size_t c_bytes(int len);
size_t c_length(const char *text);

/* c_xor is a cipher that goes forward: out may be in, nothing else that overlaps. */
void c_xor(uint8_t *out, const uint8_t *in, size_t len);

/* c_measure returns a struct from malloc. For an empty text it leaves len as it came. */
struct c_measured {
	size_t len;
	int failed;
};
struct c_measured *c_measure(size_t len);

/* An error number of this thread, as errno or OpenSSL's queue. */
void c_fail(int code);
int c_last(void);

/* Memory that only c_release may free. */
void *c_acquire(size_t len);
void c_release(void *p);

/* c_count adds num to *counter, one by one. */
void c_count(long *counter, long num);

/* c_each holds memory while it calls back. */
void c_each(int (*visit)(uintptr_t token), uintptr_t token);

/* c_tag writes a tag of 16 bytes. */
void c_tag(uint8_t *tag);

/* c_run calls what c_init has set. */
void c_init(void);
int c_run(void);

/* c_check_leaks returns 1 if the leak checker of this build, if any, has found a leak. */
int c_check_leaks(void);

#endif /* BOUNDARY_BUGS_H */
