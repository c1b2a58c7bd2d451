/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_isolate.h - mutated code must not reach the machine. Private to impl/mutants and its
 * suites. */
#ifndef MUTANTS_ISOLATE_H
#define MUTANTS_ISOLATE_H

#include <gng_gauge.h>

/*
 * isolate_run calls run(context) in a child with namespaces of its own and returns its result in
 * *status: file systems are read only but for home->out, a /tmp of its own, the compiler's cache
 * and what the kernel makes (/proc, /sys, /dev); it sees no process but its own, and all that it
 * started ends with it. home->source stands where it stood. GNG_EPERM if this system lets nobody
 * make namespaces; GNG_ESYS. Signals that end this process end the child.
 */
GNG_MUST enum gng_status isolate_run(int *status, const struct gng_home *home,
				     int (*run)(void *context), void *context, struct gng_why *why);

/* isolate_room is what a /tmp in memory may take: half of what the machine under root ("": this
 * one) or the group of this process can spare, if that is plenty; else 0, and /tmp is on a disk. */
unsigned long isolate_room(const char *root);

/* isolate_has_room: a test that runs in the folder does not fail because its file system is full.
 */
bool isolate_has_room(const char *folder);

#endif /* MUTANTS_ISOLATE_H */
