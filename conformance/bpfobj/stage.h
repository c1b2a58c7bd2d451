/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - interfaces of a network namespace and a BPF file system of a mount namespace that are
 * this process's own, and what can be seen of programs there.
 */
#ifndef CONFORMANCE_BPFOBJ_STAGE_H
#define CONFORMANCE_BPFOBJ_STAGE_H

#include "samples.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define LOOPBACK 1u /* its index in every network namespace */

/* ---- the stage ---- */

static char folder[PATH_MAX]; /* the mount point of the BPF file system */

static inline void unmount(void)
{
	umount2(folder, MNT_DETACH);
	rmdir(folder);
}

/* own_namespaces mounts a BPF file system that only this process sees; the test is skipped where it
 * may not. */
static inline bool own_namespaces(void)
{
	const char *tmp = getenv("TMPDIR");

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		gng_probe_skip("this process may make no namespaces", SAMPLES_REMEDY);
		return false;
	}
	snprintf(folder, sizeof(folder), "%s/bpfobj-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	atexit(unmount);
	assert_int_equal(mount("bpf", folder, "bpf", 0, NULL), 0);
	return true;
}

static inline const char *below(const char *name)
{
	static char paths[4][PATH_MAX + 64];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static inline size_t count_pins(void)
{
	DIR *dir = opendir(folder);
	size_t num = 0;

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		num += !strchr(entry->d_name, '.'); /* progs.debug is the kernel's */
	closedir(dir);
	return num;
}

/* begin loads life.bpf.c on an own stage; NULL where the test is skipped. */
static inline struct gng_bpfobj *begin(void)
{
	if (!samples_may() || !samples_path("life") || !own_namespaces())
		return NULL;
	return samples_load("life");
}

static inline void must(enum gng_status status, const struct gng_why *why)
{
	if (status != GNG_OK)
		suite_fail("%s", why->text);
	gng_probe_assertion();
}

static inline void attach_to(struct gng_bpfobj *object, const char *program, unsigned int ifindex)
{
	const struct gng_bpfobj_target target = {.ifindex = ifindex};
	struct gng_why why;

	must(gng_bpfobj_attach(object, program, &target, &why), &why);
}

/* is_alive asks the kernel for a program by its number; what is let go dies a moment later. */
static inline bool is_alive(uint32_t id)
{
	const struct {
		uint32_t id, next, flags;
	} attr = {.id = id};
	int fd = -1;

	for (int i = 0; i < 200; i++) {
		fd = (int)syscall(SYS_bpf, 13 /* BPF_PROG_GET_FD_BY_ID */, &attr, sizeof(attr));
		if (fd < 0)
			return false;
		close(fd);
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	}
	return true;
}

static inline uint32_t id_of(const struct gng_bpfobj *object, const char *name)
{
	uint32_t info[64] = {0}; /* struct bpf_prog_info: type, id, ... */
	struct {
		uint32_t fd, len;
		uint64_t info;
	} attr = {.len = sizeof(info), .info = (uintptr_t)info};
	struct gng_bpfobj_program one;

	for (size_t i = 0; gng_bpfobj_program_at(object, i, &one); i++)
		if (strcmp(one.name, name) == 0)
			attr.fd = (uint32_t)one.fd;
	assert_int_equal(syscall(SYS_bpf, 15 /* BPF_OBJ_GET_INFO_BY_FD */, &attr, sizeof(attr)), 0);
	return info[1];
}

/* raise_loopback sets the loopback of this namespace up. */
static inline void raise_loopback(int fd)
{
	struct ifreq request = {.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "lo");
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
}

/* loopback_passes sends a datagram over the loopback of this namespace: does it come? */
static inline bool loopback_passes(void)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in self = {.sin_family = AF_INET};
	struct timeval patience = {.tv_usec = 100000};
	socklen_t len = sizeof(self);
	char byte = 1;
	bool came;

	assert_true(fd >= 0);
	raise_loopback(fd);
	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&self, sizeof(self)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&self, &len), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(sendto(fd, &byte, 1, 0, (struct sockaddr *)&self, len), 1);
	came = recv(fd, &byte, 1, 0) == 1;
	close(fd);
	return came;
}

#endif /* CONFORMANCE_BPFOBJ_STAGE_H */
