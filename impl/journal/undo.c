/* SPDX-License-Identifier: Apache-2.0 */
/* undo.c - undoes one change: namespace, interface, mount, file, folder, value or process. */
#include "journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- files, folders, mounts ---- */

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

static int unmount(const char *path)
{
	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		; /* one may lie upon another */
	return errno == EINVAL || errno == ENOENT ? 0 : errno;
}

/* unescape turns the \040 of /proc/mounts into a blank, in place. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++, to++) {
		if (strncmp(text, "\\040", 4) == 0) {
			*to = ' ';
			text += 3;
		} else {
			*to = *text;
		}
	}
	*to = '\0';
}

/* unmount_below detaches what is mounted in a folder: its removal must not reach into that. */
static void unmount_below(const char *folder)
{
	const size_t len = strlen(folder);
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char *line = NULL, *path;
	size_t cap = 0;

	while (mounts && getline(&line, &cap, mounts) > 0) {
		path = strchr(line, ' ');
		if (!path || !strchr(path + 1, ' '))
			continue;
		*strchr(++path, ' ') = '\0';
		unescape(path);
		if (strncmp(path, folder, len) == 0 && (path[len] == '/' || !path[len]))
			unmount(path);
	}
	if (mounts)
		fclose(mounts);
	free(line);
}

static int remove_folder(const char *path)
{
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	unmount_below(path);
	if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0)
		return 0;
	return errno == ENOENT ? 0 : errno;
}

static int remove_file(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : errno;
}

/* ---- network ---- */

/* A named namespace is a bind mount on an empty file: iproute2's convention. */
static int remove_netns(const char *name)
{
	char path[64];
	int error;

	snprintf(path, sizeof(path), "/run/netns/%.40s", name);
	error = unmount(path);
	return error ? error : remove_file(path);
}

/* RTM_DELLINK: rtnetlink(7). The kernel answers with an error number, 0 for done. */
static int remove_interface(const char *name)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_DELLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.link = {.ifi_index = (int)if_nametoindex(name)},
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[256];
	} answer;
	int fd, error = 0;

	if (request.link.ifi_index == 0)
		return 0; /* gone */
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return errno;
	if (send(fd, &request, sizeof(request), 0) < 0)
		error = errno;
	else if (recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.head) + 4)
		error = EIO;
	else
		error = -answer.error.error;
	close(fd);
	return error;
}

/* ---- values and processes ---- */

/* choice_of returns what to write: of "always [madvise] never", which lists what could be chosen,
 * the word that was; else the value. */
static const char *choice_of(size_t *len, const char *value)
{
	const char *first = strchr(value, '['), *end = first ? strchr(first, ']') : NULL;

	*len = end ? (size_t)(end - first - 1) : strlen(value);
	return end ? first + 1 : value;
}

static int write_back(const char *path, const char *value)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t len;
	const char *choice = choice_of(&len, value);
	int error = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	if (write(fd, choice, len) < 0)
		error = errno;
	close(fd);
	return error;
}

int journal_start_of(unsigned long long *start, int pid)
{
	char path[64], text[1024], *after;
	char life = 'X';
	int error;

	*start = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	error = journal_read_some(text, sizeof(text), path);
	if (error == ENOENT || error == ESRCH)
		return 0;
	after = strrchr(text, ')'); /* the second field may hold anything */
	if (!error && (!after || sscanf(after,
					") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d "
					"%*d %*d %*d %*d %*d %llu",
					&life, start) != 2))
		error = EINVAL;
	if (life == 'Z' || life == 'X') /* a zombie does nothing more */
		*start = 0;
	return error;
}

unsigned long long gng_journal_start_time(int pid)
{
	unsigned long long start;

	return journal_start_of(&start, pid) == 0 ? start : 0;
}

static bool is_same_process(const struct gng_journal_change *change)
{
	const unsigned long long start = gng_journal_start_time(atoi(change->what));

	return start != 0 && start == strtoull(change->before, NULL, 10);
}

/* kill_process waits for the end: what the process holds is removed next. */
static int kill_process(const struct gng_journal_change *change)
{
	if (!is_same_process(change))
		return 0;
	if (kill(atoi(change->what), SIGKILL) != 0)
		return errno == ESRCH ? 0 : errno;
	for (int i = 0; i < 500 && is_same_process(change); i++)
		usleep(10000);
	return is_same_process(change) ? EBUSY : 0;
}

/* ---- all ---- */

static bool is_mounted(const char *path)
{
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char *line = NULL, *at;
	bool found = false;
	size_t cap = 0;

	while (mounts && !found && getline(&line, &cap, mounts) > 0) {
		at = strchr(line, ' ');
		if (!at || !strchr(at + 1, ' '))
			continue;
		*strchr(++at, ' ') = '\0';
		unescape(at);
		found = strcmp(at, path) == 0;
	}
	if (mounts)
		fclose(mounts);
	free(line);
	return found;
}

static bool differs(const struct gng_journal_change *change)
{
	char value[4096] = "";
	const int fd = open(change->what, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len = fd < 0 ? -1 : read(fd, value, sizeof(value) - 1);

	if (fd >= 0)
		close(fd);
	while (len > 0 && value[len - 1] == '\n')
		value[--len] = '\0';
	return len >= 0 && strcmp(value, change->before) != 0;
}

bool journal_stands(const struct gng_journal_change *change)
{
	char path[64];

	switch (change->kind) {
	case GNG_JOURNAL_NETNS:
		snprintf(path, sizeof(path), "/run/netns/%.40s", change->what);
		return access(path, F_OK) == 0;
	case GNG_JOURNAL_INTERFACE:
		return if_nametoindex(change->what) != 0;
	case GNG_JOURNAL_MOUNT:
		return is_mounted(change->what);
	case GNG_JOURNAL_VALUE:
		return differs(change);
	case GNG_JOURNAL_PROCESS:
		return is_same_process(change);
	default:
		return faccessat(AT_FDCWD, change->what, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
}

int gng_journal_undo(const struct gng_journal_change *change)
{
	if (!journal_may(change))
		return EPERM;
	switch (change->kind) {
	case GNG_JOURNAL_NETNS:
		return remove_netns(change->what);
	case GNG_JOURNAL_INTERFACE:
		return remove_interface(change->what);
	case GNG_JOURNAL_MOUNT:
		return unmount(change->what);
	case GNG_JOURNAL_FOLDER:
		return remove_folder(change->what);
	case GNG_JOURNAL_VALUE:
		return write_back(change->what, change->before);
	case GNG_JOURNAL_PROCESS:
		return kill_process(change);
	default:
		return remove_file(change->what);
	}
}
