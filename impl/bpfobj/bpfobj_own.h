/* SPDX-License-Identifier: Apache-2.0 */
/* bpfobj_own.h - an object as the parts of this subsystem know it. */
#ifndef BPFOBJ_OWN_H
#define BPFOBJ_OWN_H

#include <bpf/libbpf.h>

#include "gng_bpfobj.h"

#define BPFOBJ_SAID_CAP 4096u

/* bpfobj_said is what libbpf warned of during a call: the first words, which have the cause. */
struct bpfobj_said {
	char text[BPFOBJ_SAID_CAP];
	size_t len;
};

/* bpfobj_listen lets warnings of this thread go to *said until bpfobj_listen(NULL). */
void bpfobj_listen(struct bpfobj_said *said);

/* bpfobj_first_words returns the first line without "libbpf: ", cut to fit; "" if there is none. */
const char *bpfobj_first_words(char *line, size_t cap, const char *said);

/* bpfobj_program is one program, its link and the place where that is pinned. */
struct bpfobj_program {
	struct bpf_program *program;
	struct bpf_link *link; /* NULL: not attached */
	char *pin;	       /* of the link, or NULL */
	char *log;
};

struct gng_bpfobj {
	struct bpf_object *object;
	enum gng_bpfobj_state state;
	struct bpfobj_program *programs;
	size_t num_programs;
	struct gng_bpfobj_verdict verdict;
	struct bpfobj_said said;
	char program[64]; /* that was refused */
	char **pins;	  /* of maps and programs */
	size_t num_pins;
	char *pin_dir;
};

/* bpfobj_must refuses a call unless the state is one of states, bits 1 << GNG_BPFOBJ_X. */
enum gng_status bpfobj_must(const struct gng_bpfobj *object, unsigned int states, const char *call,
			    struct gng_why *why);

#define BPFOBJ_IS_OPEN (1u << GNG_BPFOBJ_OPEN)
#define BPFOBJ_IS_LOADED (1u << GNG_BPFOBJ_LOADED | 1u << GNG_BPFOBJ_ATTACHED)
#define BPFOBJ_IS_ATTACHED (1u << GNG_BPFOBJ_ATTACHED)

/* bpfobj_find returns the program of that name, or NULL and why. */
struct bpfobj_program *bpfobj_find(const struct gng_bpfobj *object, const char *name,
				   const char *call, struct gng_why *why);

/* bpfobj_map returns the map of that name, or NULL and why. */
struct bpf_map *bpfobj_map(const struct gng_bpfobj *object, const char *name, const char *call,
			   struct gng_why *why);

/* bpfobj_failed is a call that the kernel refused: "WHAT: ERRNO: first words of libbpf". */
enum gng_status bpfobj_failed(int error, const char *call, const char *what,
			      const struct bpfobj_said *said, struct gng_why *why);

/* bpfobj_count_attached sets the state by whether a program is attached. */
void bpfobj_count_attached(struct gng_bpfobj *object);

/* bpfobj_release ends a link, and forgets its pin. */
void bpfobj_release(struct bpfobj_program *program);

#endif /* BPFOBJ_OWN_H */
