/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.h - steps run in a child, where a model answers: they count what went wrong, and the parent
 * asserts that nothing did.
 */
#ifndef CONFORMANCE_UVM_CHILD_H
#define CONFORMANCE_UVM_CHILD_H

#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_uvm.h>

#define LEN ((size_t)1 << 20)
/* Where nothing lies, under sanitizers too; below 4 GiB, to which the runner limits files. */
#define HERE ((void *)0x30000000)
#define THERE ((void *)0x40000000)

static int num_wrong; /* of this process */

static void expect(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "wrong: %s (%s)\n", what, strerror(errno));
	num_wrong++;
}

static const char *const any_version = "595.45.04";

static inline struct gng_uvm *open_one(uint64_t flags)
{
	const struct gng_uvm_request request = {.flags = flags};
	struct gng_uvm *uvm;
	struct gng_why why;

	if (gng_uvm_open(&uvm, &request, &why) == GNG_OK)
		return uvm;
	fprintf(stderr, "wrong: %s\n", why.text);
	_exit(100);
}

/* await_child adds what went wrong in a child. */
static inline void await_child(pid_t child)
{
	int status;

	expect(waitpid(child, &status, 0) == child && WIFEXITED(status), "a child that exits");
	num_wrong += WEXITSTATUS(status);
}

#endif /* CONFORMANCE_UVM_CHILD_H */
