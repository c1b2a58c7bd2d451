/* SPDX-License-Identifier: Apache-2.0 */
/* remove.c - removes a leftover of this machine: folder, file, namespace or interface. */
#include "remove.h"

#include <errno.h>
#include <ftw.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

static int remove_tree(const char *path)
{
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 ? 0 : errno;
}

/* A named namespace is a bind mount on an empty file: iproute2's convention. */
static int remove_netns(const char *path)
{
	if (umount2(path, MNT_DETACH) != 0 && errno != EINVAL)
		return errno;
	return unlink(path) == 0 ? 0 : errno;
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
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int error = 0;

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

int remove_leftover(enum gng_cli_leftover kind, const char *path)
{
	if (kind == GNG_CLI_NETNS)
		return remove_netns(path);
	if (kind == GNG_CLI_INTERFACE)
		return remove_interface(strrchr(path, '/') + 1);
	return remove_tree(path);
}
