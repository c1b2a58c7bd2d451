/* SPDX-License-Identifier: Apache-2.0 */
/*
 * isolate.c - runs a campaign where its mutants can hurt nobody. A clean-up whose check a mutant
 * took away, run as root, removes what it is told to remove: that cost a machine its /etc.
 */
#include "mutants_isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_sysfile.h>

#include "mutants_campaign.h"
#include "mutants_files.h"

#define MAX_OPEN 3	   /* folders that stay writable, or in place below /tmp */
#define PLENTY (2ul << 30) /* of memory: 60 mutants of gauge take 170 MiB */
#define LEAST_ROOM (64ul << 20)

/* island is a folder that is to stand at its path whatever becomes of the rest. */
struct island {
	char path[PATH_MAX];
	bool writable;
	int fd;
};

struct shield {
	char scratch[64]; /* becomes /tmp */
	struct island islands[MAX_OPEN];
	size_t num_islands;
};

/* ---- what stays ---- */

static void add_island(struct shield *shield, const char *path, bool writable)
{
	struct island *island = &shield->islands[shield->num_islands];

	if (!path || !realpath(path, island->path))
		return;
	island->writable = writable;
	shield->num_islands++;
}

static void add_cache(struct shield *shield)
{
	const char *own = getenv("CCACHE_DIR"), *home = getenv("HOME");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/.cache/ccache", home ? home : "");
	add_island(shield, own ? own : path, true);
}

/* ---- mounts ---- */

/* what the kernel makes up is no file of anybody's; the nodes of /dev it does not make again: a
 * mutant that went up from its folder removed all of them */
static bool is_pseudo(const char *type)
{
	static const char *const types[] = {
		"proc",	   "sysfs",   "devpts", "cgroup",    "cgroup2", "bpf",	   "securityfs",
		"debugfs", "tracefs", "mqueue", "hugetlbfs", "fusectl", "configfs"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

/* is_common: a folder in memory where tests meet what runs, as /dev/shm and /run/netns. */
static bool is_common(const struct mntent *one)
{
	static const char *const places[] = {"/dev", "/run", "/sys"};

	if (strcmp(one->mnt_type, "tmpfs") != 0 && strcmp(one->mnt_type, "ramfs") != 0)
		return false;
	if (strcmp(one->mnt_dir, "/dev") == 0) /* the nodes of a container */
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const size_t len = strlen(places[i]);

		if (strncmp(one->mnt_dir, places[i], len) == 0 && strchr("/", one->mnt_dir[len]))
			return true;
	}
	return false;
}

static bool is_writable_island(const struct shield *shield, const char *path)
{
	for (size_t i = 0; i < shield->num_islands; i++)
		if (shield->islands[i].writable && strcmp(shield->islands[i].path, path) == 0)
			return true;
	return strcmp(path, "/tmp") == 0;
}

/* A remount must repeat the flags that the mount has, or a user namespace is refused. */
static int make_read_only(const char *path)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
	struct statvfs now;

	if (statvfs(path, &now) != 0)
		return errno == ENOENT ? 0 : -1; /* whoever made it has removed it meanwhile */
	flags |= now.f_flag & ST_NOSUID ? MS_NOSUID : 0;
	flags |= now.f_flag & ST_NODEV ? MS_NODEV : 0;
	flags |= now.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
	flags |= now.f_flag & ST_NOATIME ? MS_NOATIME : 0;
	flags |= now.f_flag & ST_RELATIME ? MS_RELATIME : 0;
	return mount(NULL, path, NULL, flags, NULL);
}

static int make_all_read_only(const struct shield *shield)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *one;
	int failed = mounts ? 0 : -1;

	while (mounts && failed == 0 && (one = getmntent(mounts)))
		if (!is_pseudo(one->mnt_type) && !is_common(one) &&
		    !is_writable_island(shield, one->mnt_dir))
			failed = make_read_only(one->mnt_dir);
	if (mounts)
		endmntent(mounts);
	return failed;
}

static int put_island(const struct island *island)
{
	char from[32];

	snprintf(from, sizeof(from), "/proc/self/fd/%d", island->fd);
	/* below /tmp its path went with the old one */
	if (access(island->path, F_OK) != 0 && mutants_make_folder(island->path, NULL) != GNG_OK)
		return -1;
	return mount(from, island->path, NULL, MS_BIND | MS_REC, NULL);
}

/* open_islands comes after the namespace: what was opened before belongs to another one's mounts.
 */
static int open_islands(struct shield *shield)
{
	for (size_t i = 0; i < shield->num_islands; i++) {
		struct island *island = &shield->islands[i];

		island->fd = open(island->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (island->fd < 0)
			return -1;
	}
	return 0;
}

unsigned long isolate_room(const char *root)
{
	const unsigned long most = gng_sysfile_number(root, "/sys/fs/cgroup/memory.max");
	char *text = gng_sysfile_text(root, "/proc/meminfo");
	const char *at = text ? strstr(text, "MemAvailable:") : NULL;
	unsigned long room = at ? strtoul(at + strlen("MemAvailable:"), NULL, 10) << 10 : 0;

	free(text);
	room = most > 0 && most < room ? most : room;
	return room / 2 >= PLENTY ? room / 2 : 0;
}

bool isolate_has_room(const char *folder)
{
	struct statvfs about;

	return statvfs(folder, &about) != 0 ||
	       (unsigned long)about.f_bavail * about.f_frsize >= LEAST_ROOM;
}

/* mount_tmp: in memory if there is room. Each of some thousand tests makes files, and on a disk
 * they were half of the system time of a run. */
static int mount_tmp(const struct shield *shield)
{
	const unsigned long room = isolate_room("");
	char options[64];

	snprintf(options, sizeof(options), "mode=1777,size=%lu", room);
	if (room > 0 && mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) == 0)
		return 0;
	return mount(shield->scratch, "/tmp", NULL, MS_BIND, NULL);
}

static int raise_shield(struct shield *shield)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || open_islands(shield) != 0 ||
	    mount_tmp(shield) != 0)
		return -1;
	for (size_t i = 0; i < shield->num_islands; i++)
		if (put_island(&shield->islands[i]) != 0)
			return -1;
	if (make_all_read_only(shield) != 0)
		return -1;
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* ---- processes ---- */

/* map_user keeps this user's number in a user namespace, as user_namespaces(7) demands. */
static int put(const char *path, const char *format, unsigned int id)
{
	char text[64];
	const int len = snprintf(text, sizeof(text), format, id, id);
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool done = fd >= 0 && write(fd, text, (size_t)len) == len;

	if (fd >= 0)
		close(fd);
	return done ? 0 : -1;
}

static int enter(void)
{
	const unsigned int user = geteuid(), group = getegid();
	const int spaces = CLONE_NEWNS | CLONE_NEWPID;

	if (user == 0)
		return unshare(spaces);
	if (unshare(spaces | CLONE_NEWUSER) != 0)
		return -1;
	return put("/proc/self/setgroups", "deny", 0) == 0 &&
			       put("/proc/self/uid_map", "%u %u 1", user) == 0 &&
			       put("/proc/self/gid_map", "%u %u 1", group) == 0
		       ? 0
		       : -1;
}

#define EXIT_NO_SHIELD 98

static void live(struct shield *shield, int (*run)(void *context), void *context)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv("TMPDIR", "/tmp", 1);
	/* From here other processes look dead: what they noted must not be undone. */
	setenv("GNG_JOURNAL", "/tmp/journal", 1);
	if (raise_shield(shield) != 0) {
		perror("gonogo: mutants: the shield");
		_exit(EXIT_NO_SHIELD);
	}
	exit(run(context)); /* as process 1 of its namespace: all others end with it */
}

/* fork_heedful holds back the wish to end in the parent until await, which hands it on: one that
 * came just before a wait would be lost. before gets the signals that were held back already. */
static pid_t fork_heedful(sigset_t *before)
{
	sigset_t wishes;
	pid_t pid;

	sigemptyset(&wishes);
	sigaddset(&wishes, SIGINT);
	sigaddset(&wishes, SIGTERM);
	sigprocmask(SIG_BLOCK, &wishes, before);
	pid = fork();
	if (pid <= 0)
		sigprocmask(SIG_SETMASK, before, NULL);
	return pid;
}

/* await hands on the wish to end of whoever interrupts it: only the run can end well. */
static int await(pid_t pid, const sigset_t *before)
{
	struct pollfd run = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	int status = 0;

	while (run.fd >= 0 && ppoll(&run, 1, NULL, before) < 0 && errno == EINTR)
		kill(pid, SIGTERM);
	if (run.fd >= 0)
		close(run.fd);
	sigprocmask(SIG_SETMASK, before, NULL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "gonogo: mutants: the run was ended by signal %d\n", WTERMSIG(status));
	return EXIT_HARNESS;
}

/* go_between enters the namespaces, which the caller must not: a process that joins one of
 * processes does so only with its children. */
static void go_between(struct shield *shield, int (*run)(void *context), void *context)
{
	sigset_t before;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (enter() != 0) {
		perror("gonogo: mutants: namespaces");
		_exit(EXIT_NO_SHIELD);
	}
	pid = fork_heedful(&before);
	if (pid == 0)
		live(shield, run, context);
	_exit(pid < 0 ? EXIT_NO_SHIELD : await(pid, &before));
}

static enum gng_status run_shielded(int *status, struct shield *shield, int (*run)(void *context),
				    void *context, struct gng_why *why)
{
	const int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	sigset_t before;
	pid_t pid;

	fflush(NULL);
	pid = fork_heedful(&before);
	if (pid == 0)
		go_between(shield, run, context);
	if (pid < 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.isolate", "fork: %s",
				   strerror(errno));
	/* a folder in which a process works is no leftover: gonogo doctor */
	if (chdir(shield->scratch) != 0)
		perror(shield->scratch);
	*status = await(pid, &before);
	if (here >= 0 && fchdir(here) == 0)
		close(here);
	if (*status != EXIT_NO_SHIELD)
		return GNG_OK;
	return gng_why_set(
		why, GNG_EPERM, 0, "mutants.isolate",
		"mutants may do anything, and this system lets nobody shield it from "
		"them: run it as root, or with --unshielded in a machine that may be lost");
}

static void remove_scratch(const char *path)
{
	const char *const argv[] = {"rm", "-rf", "--one-file-system", path, NULL};

	mutants_run(argv, NULL, "/dev/null");
}

enum gng_status isolate_run(int *status, const struct gng_home *home, int (*run)(void *context),
			    void *context, struct gng_why *why)
{
	struct shield shield = {.scratch = P_tmpdir "/gonogo-mutants-XXXXXX"};
	enum gng_status outcome;

	if (!mkdtemp(shield.scratch) || chmod(shield.scratch, 01777) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.isolate", "%s: %s",
				   shield.scratch, strerror(errno));
	mkdir(home->out, 0777);
	add_island(&shield, home->source, false);
	add_island(&shield, home->out, true);
	add_cache(&shield);
	outcome = run_shielded(status, &shield, run, context, why);
	remove_scratch(shield.scratch);
	return outcome;
}
