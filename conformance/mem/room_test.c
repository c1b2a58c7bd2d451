/* SPDX-License-Identifier: Apache-2.0 */
/* room_test.c - what is refused before it is touched: more than the machine or the cgroup has. */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem_room.h"

static void figures_of_meminfo_are_bytes(void **state)
{
	static const char text[] =
		"Node 1 MemTotal:       393216 kB\nNode 1 MemFree:         3 kB\n"
		"Node 1 FilePages:    99999999999999999999 kB\n";

	(void)state;
	assert_int_equal(mem_room_figure(text, "MemFree:"), 3 << 10);
	assert_int_equal(mem_room_figure(text, "MemAvailable:"), 0);
	assert_true(mem_room_figure(text, "FilePages:") == SIZE_MAX);
}

/* the lines of cgroups(7): version 2 alone, both with memory in version 1, and none */
static const struct {
	const char *text, *path;
	bool found, is_v2;
} groups[] = {
	{"0::/user.slice/a\n", "/user.slice/a", true, true},
	{"4:cpu,cpuacct:/\n3:memory:/a/b\n0::/c\n", "/a/b", true, false},
	{"0::/c\n3:memory:/a/b\n", "/a/b", true, false},
	{"4:cpu,cpuacct:/x\n", "", false, false},
	{"", "", false, false},
};

static void the_group_of_the_memory_controller_is_found(void **state)
{
	char path[4096];
	bool is_v2;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		assert_int_equal(mem_room_cgroup(path, groups[i].text, &is_v2), groups[i].found);
		if (!groups[i].found)
			continue;
		assert_string_equal(path, groups[i].path);
		assert_int_equal(is_v2, groups[i].is_v2);
	}
}

static void more_than_the_machine_has_is_refused(void **state)
{
	const struct gng_mem_request request = {.len = (size_t)1 << 43, .node = GNG_MEM_ANY_NODE};
	struct gng_mem *mem;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_ENOMEM);
	assert_non_null(strstr(why.text, "8388608 MiB are requested and "));
}

/* ---- a cgroup with a limit ---- */

#define GROUP "/sys/fs/cgroup/gonogo-mem-room"

static bool put(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

#define BELOW GROUP "/below"

static void leave_group(void)
{
	put("/sys/fs/cgroup/cgroup.procs", "0");
	rmdir(BELOW);
	rmdir(GROUP);
}

/* Only a guest's groups are made and changed: a host's may belong to somebody. The limit is of the
 * group; what enters is the group, or one below it that has no limit of its own. */
static bool enter_group(bool below)
{
	if (!getenv("GNG_LAB")) {
		gng_probe_skip("only in a guest are cgroups made", "gonogo lab run mem-nodes");
		return false;
	}
	assert_true(put("/sys/fs/cgroup/cgroup.subtree_control", "+memory"));
	assert_true(mkdir(GROUP, 0755) == 0 || errno == EEXIST);
	assert_true(put(GROUP "/memory.max", "33554432"));
	if (below) {
		assert_true(put(GROUP "/cgroup.subtree_control", "+memory"));
		assert_true(mkdir(BELOW, 0755) == 0 || errno == EEXIST);
	}
	assert_true(put(below ? BELOW "/cgroup.procs" : GROUP "/cgroup.procs", "0"));
	return true;
}

static void check_group(bool below)
{
	struct gng_mem_request request = {.len = (size_t)64 << 20, .node = GNG_MEM_ANY_NODE};
	enum gng_status status;
	struct gng_mem *mem;
	struct gng_why why;

	if (!enter_group(below))
		return;
	status = gng_mem_open(&mem, &request, &why);
	request.len = (size_t)4 << 20;
	assert_int_equal(gng_mem_open(&mem, &request, NULL), GNG_OK);
	gng_mem_close(mem);
	leave_group();
	assert_int_equal(status, GNG_ENOMEM);
	assert_non_null(strstr(why.text, "memory.max"));
}

static void more_than_the_cgroup_has_is_refused(void **state)
{
	(void)state;
	check_group(false);
}

static void a_limit_of_a_group_above_counts_too(void **state)
{
	(void)state;
	check_group(true);
}

const struct suite_test suite_tests[] = {
	TEST(figures_of_meminfo_are_bytes, "D3.mem.pressure"),
	TEST(the_group_of_the_memory_controller_is_found, "D3.mem.pressure"),
	TEST(more_than_the_machine_has_is_refused, "D3.mem.pressure"),
	TEST(more_than_the_cgroup_has_is_refused, "D3.mem.pressure"),
	TEST(a_limit_of_a_group_above_counts_too, "D3.mem.pressure"),
	{0},
};
