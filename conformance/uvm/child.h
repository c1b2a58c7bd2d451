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

/* raw_map maps as a program does that knows no library. */
static inline bool raw_map(int fd, void *at, int error)
{
	void *got = mmap(at, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			 (off_t)(uintptr_t)at);

	return error ? got == MAP_FAILED && errno == error : got == at;
}

/* ---- passing descriptors ---- */

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static inline void pass(int channel, int fd)
{
	char byte = 'p';
	struct iovec part = {&byte, 1};
	union control control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	expect(sendmsg(channel, &message, 0) == 1, "passing");
}

static inline int receive(int channel)
{
	char byte;
	struct iovec part = {&byte, 1};
	union control control;
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int fd = -1;

	if (recvmsg(channel, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

#endif /* CONFORMANCE_UVM_CHILD_H */
