/* SPDX-License-Identifier: Apache-2.0 */
/* devices_child.c - the process of a row: it gives up what the row says, looks ahead, and starts.
 */
#include "devices.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_log.h>

#include "guest.h"

#define NOBODY 65534
#define VFIO "/dev/vfio"
#define DEADLINE_S 60

/* ---- /dev/vfio, as the row wants it ---- */

struct node {
	char name[32];
	int mode;
	bool is_there;
	dev_t number;
};

static bool put_node(const struct node *node)
{
	char path[64];

	snprintf(path, sizeof(path), VFIO "/%.31s", node->name);
	return !node->is_there || node->mode == DEVICES_ABSENT ||
	       (mknod(path, S_IFCHR | 0600, node->number) == 0 &&
		chmod(path, (mode_t)(node->mode ? node->mode : 0666)) == 0);
}

static void number_of(struct node *node)
{
	struct stat info;
	char path[64];

	snprintf(path, sizeof(path), VFIO "/%.31s", node->name);
	node->is_there = *node->name && stat(path, &info) == 0;
	node->number = node->is_there ? info.st_rdev : 0;
}

static void group_of(char name[32], const char *slot)
{
	char path[128];

	snprintf(path, sizeof(path), GUEST_PCI "/%s/iommu_group", slot);
	gng_sysfile_link(name, 32, "", path);
}

/* own_vfio hides /dev/vfio behind a folder of this process's: nobody else's nodes change. */
static bool own_vfio(const struct devices_row *row)
{
	struct node nodes[] = {{.name = "vfio", .mode = row->container},
			       {.name = "", .mode = row->group},
			       {.name = "", .mode = row->group}};
	bool put = true;

	if (!row->container && !row->group && !row->nobody)
		return true;
	group_of(nodes[1].name, guest.e1000e);
	group_of(nodes[2].name, guest.virtio);
	for (size_t i = 0; i < COUNT_OF(nodes); i++)
		number_of(&nodes[i]);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("gonogo", VFIO, "tmpfs", 0, "mode=0755") != 0)
		return !nodes[0].is_there; /* there is no such folder */
	for (size_t i = 0; i < COUNT_OF(nodes) && put; i++)
		put = put_node(&nodes[i]);
	return put;
}

/* ---- rights ---- */

static bool set_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)mask, .permitted = (uint32_t)mask},
		{.effective = (uint32_t)(mask >> 32), .permitted = (uint32_t)(mask >> 32)}};

	return syscall(SYS_capset, &header, data) == 0;
}

static uint64_t all_capabilities(void)
{
	struct gng_dpdk_machine here;

	gng_dpdk_machine_here(&here);
	return here.capabilities;
}

/* A process that changed its user may not be traced, and then /proc/self is root's. */
static bool give_up(const struct devices_row *row)
{
	const struct rlimit memlock = {(rlim_t)row->memlock_mib << 20,
				       (rlim_t)row->memlock_mib << 20};
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	const char *tmp = getenv("TMPDIR");
	char folder[128];

	if (setrlimit(RLIMIT_MEMLOCK, row->memlock_mib ? &memlock : &unlimited) != 0 &&
	    row->memlock_mib)
		return false;
	snprintf(folder, sizeof(folder), "%.100s/run-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder) || chmod(folder, 0777) != 0 ||
	    setenv("RUNTIME_DIRECTORY", folder, 1) != 0)
		return false;
	if (!row->nobody)
		return set_capabilities(all_capabilities() & ~row->drop);
	return prctl(PR_SET_KEEPCAPS, 1) == 0 && setgroups(0, NULL) == 0 &&
	       setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
	       set_capabilities(row->keep) && prctl(PR_SET_DUMPABLE, 1) == 0;
}

/* ---- the start ---- */

struct words {
	char text[400];
	const char *argv[DEVICES_MAX_WORDS];
	int argc;
};

/* split puts the slots for E and V. */
static void split(struct words *words, const char *arguments)
{
	FILE *out = fmemopen(words->text, sizeof(words->text), "w");
	char *rest = words->text;

	fprintf(out, "--no-telemetry --file-prefix=gonogo-d%d ", (int)getpid());
	for (; *arguments; arguments++) {
		if (*arguments == 'E' || *arguments == 'V')
			fputs(*arguments == 'E' ? guest.e1000e : guest.virtio, out);
		else
			fputc(*arguments, out);
	}
	fclose(out);
	words->argc = 0;
	while (rest && words->argc < DEVICES_MAX_WORDS)
		words->argv[words->argc++] = strsep(&rest, " ");
}

static void look_ahead(struct devices_outcome *outcome, const struct words *words)
{
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	struct gng_dpdk_machine machine;
	struct gng_dpdk_request request;
	size_t num;

	outcome->ahead = GNG_DPDK_ARGUMENT;
	if (gng_dpdk_request_read(&request, words->argc, words->argv, NULL) != GNG_OK)
		return;
	outcome->ahead = GNG_DPDK_READY;
	gng_dpdk_machine_here(&machine);
	num = gng_dpdk_preflight(checks, &request, &machine);
	for (size_t i = 0; i < num && outcome->ahead == GNG_DPDK_READY; i++) {
		outcome->ahead = checks[i].reason;
		memcpy(outcome->evidence, checks[i].evidence, sizeof(outcome->evidence));
		memcpy(outcome->remedy, checks[i].remedy, sizeof(outcome->remedy));
	}
}

static void look_at_mode(void *arg)
{
	struct devices_outcome *outcome = arg;

	outcome->physical = rte_eal_iova_mode() == RTE_IOVA_PA;
}

static void look_at_rights(struct devices_outcome *outcome)
{
	struct gng_dpdk_machine here;

	gng_dpdk_machine_here(&here);
	outcome->capabilities = here.capabilities;
}

static void start(struct devices_outcome *outcome, const struct devices_row *row)
{
	struct words words;
	struct gng_eal_config config = {.num_wanted = SIZE_MAX};
	struct gng_eal *eal = NULL;

	split(&words, row->arguments);
	look_at_rights(outcome);
	look_ahead(outcome, &words);
	config.argc = words.argc;
	config.argv = words.argv;
	outcome->whole = gng_eal_start(&eal, &outcome->report, &config, NULL) != GNG_ESYS;
	if (eal)
		gng_eal_call(eal, look_at_mode, outcome);
	gng_eal_stop(eal);
}

/* ---- rte_eal_init itself, watched by its own log ---- */

static void look_at_maps(size_t *huge_kib, size_t *bar_kib)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[400];
	size_t kib;
	unsigned long start, end;
	bool is_bar = false;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			is_bar = strstr(line, "vfio-device") != NULL;
		else if (sscanf(line, "Private_Hugetlb: %zu", &kib) == 1 ||
			 sscanf(line, "Shared_Hugetlb: %zu", &kib) == 1)
			*huge_kib += kib;
		else if (is_bar && sscanf(line, "Size: %zu", &kib) == 1)
			*bar_kib += kib;
	}
	if (maps)
		fclose(maps);
}

static void look_at_link(void *context, const char *root, const char *name)
{
	char path[64], target[64] = "";
	bool *is_open = context;

	(void)root;
	snprintf(path, sizeof(path), "/proc/self/fd/%.20s", name);
	if (readlink(path, target, sizeof(target) - 1) > 0 &&
	    strncmp(target, VFIO "/", strlen(VFIO) + 1) == 0)
		*is_open |= strcmp(target, VFIO "/vfio") != 0;
}

static ssize_t listen_to(void *cookie, const char *bytes, size_t len)
{
	struct devices_outcome *outcome = cookie;
	size_t ignored = 0;

	if (!outcome->huge_before_kib && memmem(bytes, len, "PCI device 0", 12)) {
		look_at_maps(&outcome->huge_before_kib, &ignored);
		gng_sysfile_each("", "/proc/self/fd", look_at_link, &outcome->group_before);
	}
	return (ssize_t)len;
}

static void follow(struct devices_outcome *outcome, const struct devices_row *row)
{
	const cookie_io_functions_t functions = {.write = listen_to};
	char *argv[DEVICES_MAX_WORDS + 1] = {(char[]){"gonogo"}};
	FILE *log = fopencookie(outcome, "w", functions);
	struct words words;

	split(&words, row->arguments);
	for (int i = 0; i < words.argc && i < DEVICES_MAX_WORDS - 1; i++)
		argv[i + 1] = (char *)(uintptr_t)words.argv[i];
	setvbuf(log, NULL, _IOLBF, 0);
	rte_openlog_stream(log);
	outcome->report.rc = rte_eal_init(words.argc + 1, argv);
	look_at_maps(&outcome->huge_kib, &outcome->bar_kib);
	gng_sysfile_each("", "/proc/self/fd", look_at_link, &outcome->group_at_end);
	outcome->whole = true;
	rte_eal_cleanup();
	rte_openlog_stream(NULL);
	fclose(log);
}

/* ---- the process ---- */

static int live(const struct devices_row *row, int fd,
		void (*work)(struct devices_outcome *outcome, const struct devices_row *row))
{
	struct devices_outcome outcome = {.whole = false};

	alarm(DEADLINE_S);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (own_vfio(row) && give_up(row))
		work(&outcome, row);
	else
		snprintf(outcome.evidence, sizeof(outcome.evidence), "the row cannot be set up: %s",
			 strerror(errno));
	return write(fd, &outcome, sizeof(outcome)) != sizeof(outcome);
}

static void in_process(struct devices_outcome *outcome, const struct devices_row *row,
		       void (*work)(struct devices_outcome *outcome, const struct devices_row *row))
{
	int ends[2], status = 0;
	pid_t pid;

	gng_sysfile_each("", GUEST_PCI, guest_look, NULL);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(live(row, ends[1], work));
	close(ends[1]);
	if (read(ends[0], outcome, sizeof(*outcome)) != sizeof(*outcome))
		memset(outcome, 0, sizeof(*outcome));
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0 || !outcome->whole)
		suite_fail("'%s': wait status %d: %s", row->arguments, status, outcome->evidence);
}

void devices_try(struct devices_outcome *outcome, const struct devices_row *row)
{
	in_process(outcome, row, start);
}

void devices_follow(struct devices_outcome *outcome, const struct devices_row *row)
{
	in_process(outcome, row, follow);
}
