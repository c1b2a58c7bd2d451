/* SPDX-License-Identifier: Apache-2.0 */
/* flame_stacks.h - a list of counted stacks, sorted so that equal beginnings
 * are neighbours. */
#ifndef FLAME_STACKS_H
#define FLAME_STACKS_H

#include <stdint.h>

#include "gng_flame.h"

struct flame_stack {
	const char *text; /* frames with ';' between, no count behind; not terminated */
	size_t len;
	uint64_t count;
};

struct flame_stacks {
	struct flame_stack *all;
	size_t num, cap;
};

/* flame_stacks_add keeps a pointer to text[0..len). False if memory ran out. */
bool flame_stacks_add(struct flame_stacks *stacks, const char *text, size_t len, uint64_t count);

/* flame_stacks_sort sorts by frames and adds up equal stacks. */
void flame_stacks_sort(struct flame_stacks *stacks);

void flame_stacks_fini(struct flame_stacks *stacks);

/* flame_name_put writes text[0..len) as a frame's name: at most
 * GNG_FLAME_MAX_NAME bytes, cut between characters, without what a stack or a
 * terminal would take for something else. */
void flame_name_put(FILE *out, const char *text, size_t len);

/* flame_character returns the bytes of the UTF-8 character at text[0..len), 0
 * if it is none. */
size_t flame_character(const char *text, size_t len);

#endif /* FLAME_STACKS_H */
