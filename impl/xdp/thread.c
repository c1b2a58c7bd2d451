/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.c - a kernel thread that receives at one end of a pair (Documentation/networking/napi.rst,
 * "Threaded NAPI"). It is switched on in sysfs, of which this namespace's is mounted nowhere: a
 * mount that only a descriptor knows needs no place, and ends with it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "xdp_handle.h"

/* mounted returns the descriptor of a sysfs that shows this namespace, or -1 with errno. */
static int mounted(void)
{
	const int system = fsopen("sysfs", FSOPEN_CLOEXEC);
	int mount = -1, error;

	if (system < 0)
		return -1;
	if (fsconfig(system, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = fsmount(system, FSMOUNT_CLOEXEC, 0);
	error = errno;
	close(system);
	errno = error;
	return mount;
}

/* switch_on returns 0 or an errno. */
static int switch_on(const char *name)
{
	const int mount = mounted();
	char path[IF_NAMESIZE + 32];
	int file, error = errno;

	if (mount < 0)
		return error;
	snprintf(path, sizeof(path), "class/net/%s/threaded", name);
	file = openat(mount, path, O_WRONLY | O_CLOEXEC);
	error = file < 0 || write(file, "1", 1) != 1 ? errno : 0;
	if (file >= 0)
		close(file);
	close(mount);
	return error;
}

/* is_named says whether a process is called so, at least at its start. */
static bool is_named(const char *process, const char *start)
{
	char path[300], name[64] = "";
	ssize_t len;
	int file;

	snprintf(path, sizeof(path), "/proc/%s/comm", process);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	len = read(file, name, sizeof(name) - 1);
	close(file);
	return len > 0 && strncmp(name, start, strlen(start)) == 0;
}

/* find_thread returns the process, or 0. */
static int find_thread(const char *start)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	int found = 0;

	while (processes && !found && (entry = readdir(processes)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_named(entry->d_name, start))
			found = atoi(entry->d_name);
	if (processes)
		closedir(processes);
	return found;
}

enum gng_status gng_xdp_pair_thread(int *thread, const struct gng_xdp_pair *pair,
				    struct gng_why *why)
{
	static unsigned int num;
	char name[IF_NAMESIZE], start[IF_NAMESIZE + 8];
	int error, found;

	/* By the interface's name the thread is told from those of other pairs; 15 bytes are seen.
	 */
	snprintf(name, sizeof(name), "g%x",
		 ((unsigned int)gettid() << 4 |
		  (__atomic_fetch_add(&num, 1, __ATOMIC_RELAXED) & 15)) &
			 0xfffffff);
	error = xdp_rename(pair->to, name);
	if (!error)
		error = switch_on(name);
	if (error == ENOENT || error == ENODEV || error == EOPNOTSUPP || error == ENOSYS)
		return gng_why_set(
			why, GNG_EUNSUPPORTED, error, "xdp.thread",
			"no thread of its own receives for interface %d: that wants Linux "
			"5.12, and a program in native mode",
			pair->to);
	if (error)
		return xdp_failed(why, "xdp.thread", error, "a thread that receives");
	snprintf(start, sizeof(start), "napi/%s-", name);
	found = find_thread(start);
	if (!found)
		return gng_why_set(why, GNG_EUNSUPPORTED, ENOENT, "xdp.thread",
				   "/proc does not show the thread that receives for interface %d; "
				   "mount it outside of a container",
				   pair->to);
	*thread = found;
	return GNG_OK;
}
