/* SPDX-License-Identifier: Apache-2.0 */
/* leftovers_test.c - what a killed process left is found and removed, what is in use or another's
 * stays. All of it lies in a folder that is made here. */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gng_dpdk.h>

#include "../command.h"

#define MAX_FOUND 8

struct found {
	size_t num;
	char paths[MAX_FOUND][300];
};

static void note(void *context, const char *path)
{
	struct found *found = context;

	assert_true(found->num < MAX_FOUND);
	snprintf(found->paths[found->num++], sizeof(found->paths[0]), "%s", path);
}

/* search makes the folder a machine whose user is not root: its runtime folder is /tmp. */
static void search(struct found *found)
{
	const struct gng_dpdk_machine machine = {.root = command_folder(), .uid = 1000};

	size_t num;

	memset(found, 0, sizeof(*found));
	num = gng_dpdk_leftovers(&machine, note, found);
	assert_int_equal(num, found->num);
	assert_int_equal(gng_dpdk_leftovers(&machine, NULL, NULL), found->num);
}

static bool has(const struct found *found, const char *end)
{
	for (size_t i = 0; i < found->num; i++)
		if (strlen(found->paths[i]) > strlen(end) &&
		    strcmp(found->paths[i] + strlen(found->paths[i]) - strlen(end), end) == 0)
			return true;
	return false;
}

static void make_leftovers(void)
{
	assert_int_equal(command("mkdir -p proc huge tmp/dpdk/gonogo-1 tmp/dpdk/gonogo-2 "
				 "tmp/dpdk/rte && "
				 "(seq -f 'none /mnt/%%.0f tmpfs rw 0 0' 500; "
				 "echo 'none /huge hugetlbfs rw 0 0') >proc/mounts && "
				 "touch tmp/dpdk/gonogo-1/config tmp/dpdk/gonogo-1/fbarray_memzone "
				 "tmp/dpdk/gonogo-2/config tmp/dpdk/rte/config huge/gonogo-1map_0 "
				 "huge/gonogo-2map_0 huge/rtemap_0 huge/gonogo-notes"),
			 0);
}

static int open_file(const char *name)
{
	char path[2 * PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", command_folder(), name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* hold takes the locks of a running EAL in a child: a process does not see its own. */
static pid_t hold(int end)
{
	const pid_t child = fork();
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char byte = 0;

	if (child != 0)
		return child;
	if (fcntl(open_file("tmp/dpdk/gonogo-2/config"), F_SETLK, &lock) != 0 ||
	    flock(open_file("huge/gonogo-2map_0"), LOCK_SH) != 0)
		_exit(1);
	_exit(write(end, &byte, 1) == 1 && read(end, &byte, 1) >= 0 ? 0 : 1);
}

static void what_is_in_use_or_of_others_stays(void **state)
{
	struct found found;
	int ends[2], status;
	pid_t child;
	char byte;

	(void)state;
	make_leftovers();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	child = hold(ends[1]);
	assert_true(child > 0);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	search(&found);
	assert_int_equal(found.num, 2);
	assert_true(has(&found, "/tmp/dpdk/gonogo-1") && has(&found, "/huge/gonogo-1map_0"));
	for (size_t i = 0; i < found.num; i++)
		assert_int_equal(gng_dpdk_remove(found.paths[i], NULL), GNG_OK);
	search(&found);
	assert_int_equal(found.num, 0);
	assert_int_equal(write(ends[0], &byte, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	search(&found);
	assert_int_equal(found.num, 2);
	assert_int_equal(command("ls tmp/dpdk/rte/config huge/rtemap_0 huge/gonogo-notes"), 0);
}

static void only_what_bears_our_name_is_removed(void **state)
{
	char path[2 * PATH_MAX];
	struct gng_why why;

	(void)state;
	make_leftovers();
	snprintf(path, sizeof(path), "%s/huge/rtemap_0", command_folder());
	assert_int_equal(gng_dpdk_remove(path, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "rtemap_0"));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(gng_dpdk_remove("gonogo-relative", &why), GNG_EINVAL);
	snprintf(path, sizeof(path), "%s/gonogo-gone", command_folder());
	assert_int_equal(gng_dpdk_remove(path, &why), GNG_OK);
	assert_int_equal(command("mkdir -p gonogo-deep/folder"), 0);
	snprintf(path, sizeof(path), "%s/gonogo-deep", command_folder());
	assert_int_equal(gng_dpdk_remove(path, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOTEMPTY);
}

static void the_command_lists_before_it_removes(void **state)
{
	(void)state;
	assert_int_equal(command("mkdir -p dpdk/gonogo-0 && touch dpdk/gonogo-0/config"), 0);
	assert_int_equal(command("RUNTIME_DIRECTORY=$PWD gonogo-dpdk clean --dry-run"), 0);
	assert_non_null(strstr(command_out, "found "));
	assert_int_equal(command("test -d dpdk/gonogo-0"), 0);
	assert_int_equal(command("RUNTIME_DIRECTORY=$PWD gonogo-dpdk clean"), 0);
	assert_non_null(strstr(command_out, "/dpdk/gonogo-0"));
	assert_int_equal(command("test ! -e dpdk/gonogo-0"), 0);
	assert_int_equal(command("gonogo-dpdk clean --all"), 2);
}

const struct suite_test suite_tests[] = {
	TEST(what_is_in_use_or_of_others_stays, "D1.dpdk.leftovers"),
	TEST(only_what_bears_our_name_is_removed, "D1.dpdk.leftovers"),
	TEST(the_command_lists_before_it_removes, "D1.dpdk.leftovers"),
	{0},
};
