/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farm_child.h - one process that a campaign started. It has a process group of its own, dies
 * with the campaign, and its output is kept up to a limit, the newest part.
 */
#ifndef FARM_CHILD_H
#define FARM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <gng_base.h>

#define FARM_TAIL ((size_t)128 << 10) /* bytes of output that are kept */

struct farm_child {
	pid_t pid;  /* 0: none */
	int fd;	    /* its output; -1: closed */
	char *tail; /* tail[0..len) */
	size_t len;
	double started_s, deadline_s; /* of farm_now; 0: none */
	bool timed_out;
	int status; /* as of wait(2), once it ended */
	double cpu_s;
};

double farm_now(void); /* seconds, monotonic */

/*
 * farm_child_start runs argv in the folder cwd (NULL: here), with env ("NAME=VALUE", ended by
 * NULL) added to the environment. *child must be zeroed, or one that ended, whose tail is
 * used again. GNG_ESYS names a program that cannot be executed.
 */
GNG_MUST enum gng_status farm_child_start(struct farm_child *child, const char *const *argv,
					  const char *const *env, const char *cwd,
					  struct gng_why *why);

/* farm_child_pump takes what there is of the output, and kills a child that is over its
 * deadline. True once it has ended; child->pid is 0 then. */
bool farm_child_pump(struct farm_child *child);

/* farm_child_stop kills the group and waits. */
void farm_child_stop(struct farm_child *child);

/* farm_child_wait pumps until it ends; *stop (may be NULL) ends it early. */
void farm_child_wait(struct farm_child *child, const volatile int *stop);

/* farm_child_line returns the line of its output that says why it ended: the last error, else the
 * last line, printable ASCII only (caller frees). NULL if it said nothing. */
char *farm_child_line(const struct farm_child *child);

void farm_child_fini(struct farm_child *child);

/*
 * farm_guard runs campaign in a process of its own and returns its exit status. Whichever of
 * the two is killed, the other one kills all that was started.
 */
int farm_guard(int (*campaign)(void *context), void *context);

#endif /* FARM_CHILD_H */
