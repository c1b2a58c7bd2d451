/* SPDX-License-Identifier: Apache-2.0 */
/* isolate_test.c - what runs behind the shield can neither change a file of the machine nor reach a
 * process of it. */
/* needs: gauge journal sysfile */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_journal.h>

#include "mutants_isolate.h"

#define EXIT_NOT_HERE 77

/* site is a home in the test's own folder, with one file that is not to be lost. */
struct site {
	struct gng_home home;
	char source[256], out[256], file[300];
	pid_t outside; /* this process, as it is known outside */
	dev_t tmp;     /* the file system of /tmp there */
};

static void make_site(struct site *site)
{
	const char *folder = getenv("TMPDIR");
	struct stat about;

	snprintf(site->source, sizeof(site->source), "%.200s/source", folder);
	snprintf(site->out, sizeof(site->out), "%.200s/source/out", folder);
	snprintf(site->file, sizeof(site->file), "%s/precious", site->source);
	assert_int_equal(mkdir(site->source, 0777), 0);
	assert_int_equal(close(open(site->file, O_CREAT | O_WRONLY, 0666)), 0);
	site->home = (struct gng_home){.source = site->source, .out = site->out};
	site->outside = getpid();
	assert_int_equal(stat("/tmp", &about), 0);
	site->tmp = about.st_dev;
}

/* in_shield returns what run returns behind the shield, or -1 with the skip told. */
static int in_shield(struct site *site, int (*run)(void *context))
{
	struct gng_why why;
	int status;

	if (isolate_run(&status, &site->home, run, site, &why) == GNG_OK)
		return status;
	gng_probe_skip(why.text, "root, or kernel.unprivileged_userns_clone = 1");
	return -1;
}

static int shielded(struct site *site, int (*run)(void *context))
{
	make_site(site);
	return in_shield(site, run);
}

static int lose_the_file(void *context)
{
	const struct site *site = context;

	return unlink(site->file) == 0 || errno != EROFS;
}

static void no_file_of_the_machine_can_be_lost(void **state)
{
	struct site site;
	const int status = shielded(&site, lose_the_file);

	(void)state;
	if (status < 0)
		return;
	assert_int_equal(status, 0);
	assert_int_equal(access(site.file, F_OK), 0);
}

/* lose_a_device names none that there is: a file system that can be written is asked for it first.
 */
static int lose_a_device(void *context)
{
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)context;
	if (null < 0 || write(null, "", 1) != 1)
		return 2; /* and yet devices are used */
	return unlink("/dev/gonogo-no-such-device") == 0 || errno != EROFS;
}

/* A mutant that took ".." for a folder of an old run emptied /dev of the machine. */
static void no_device_of_the_machine_can_be_lost(void **state)
{
	struct site site;
	const int status = shielded(&site, lose_a_device);

	(void)state;
	if (status >= 0)
		assert_int_equal(status, 0);
}

/* Somebody's tree may lie in memory, too. The mount is in a namespace of its own. */
static int lose_a_file_in_memory(void)
{
	struct gng_why why;
	struct site site;
	char folder[300];
	int status;

	make_site(&site);
	snprintf(folder, sizeof(folder), "%s/memory", site.source);
	snprintf(site.file, sizeof(site.file), "%s/memory/precious", site.source);
	if (mkdir(folder, 0777) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", folder, "tmpfs", 0, NULL) != 0 ||
	    close(open(site.file, O_CREAT | O_WRONLY, 0666)) != 0 ||
	    isolate_run(&status, &site.home, lose_the_file, &site, &why) != GNG_OK)
		return EXIT_NOT_HERE;
	return status == 0 && access(site.file, F_OK) == 0 ? 0 : 1;
}

/* check_child lets a process of its own mount what it wants: 0 is success. */
static void check_child(int (*run)(void))
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(run());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == EXIT_NOT_HERE) {
		gng_probe_skip("this user may mount nothing", "root");
		return;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void no_file_in_memory_can_be_lost(void **state)
{
	(void)state;
	check_child(lose_a_file_in_memory);
}

static int write_where_it_may(void *context)
{
	const struct site *site = context;
	char path[300];
	int in_out, in_tmp;

	snprintf(path, sizeof(path), "%s/state", site->out);
	in_out = open(path, O_CREAT | O_WRONLY, 0666);
	in_tmp = open("/tmp/gonogo-isolate-test", O_CREAT | O_WRONLY, 0666);
	return in_out < 0 || in_tmp < 0;
}

static void results_and_a_tmp_of_its_own_are_writable(void **state)
{
	struct site site;
	char path[300];
	const int status = shielded(&site, write_where_it_may);

	(void)state;
	if (status < 0)
		return;
	assert_int_equal(status, 0);
	snprintf(path, sizeof(path), "%s/state", site.out);
	assert_int_equal(access(path, F_OK), 0);
	assert_true(access("/tmp/gonogo-isolate-test", F_OK) != 0);
}

/* ---- a /tmp in memory ---- */

/* A mutant's own /tmp lies in memory already: another one is another file system. */
static int is_tmp_in_memory(void *context)
{
	const long tmpfs = 0x01021994; /* statfs(2) */
	const struct site *site = context;
	struct statfs about;
	struct stat folder;

	if (statfs("/tmp", &about) != 0 || stat("/tmp", &folder) != 0)
		return 2;
	return folder.st_dev == site->tmp || about.f_type != tmpfs ||
	       (unsigned long)about.f_blocks * (unsigned long)about.f_bsize > isolate_room("") * 2;
}

static void tmp_is_in_memory_and_bounded(void **state)
{
	struct site site;
	int status;

	(void)state;
	if (isolate_room("") == 0) {
		gng_probe_skip("less than 4 GiB of memory are available", "a larger machine");
		return;
	}
	status = shielded(&site, is_tmp_in_memory);
	if (status >= 0)
		assert_int_equal(status, 0);
}

static void put(const char *folder, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%.100s/%.100s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Who has little memory works on a disk, and a group's limit counts as the machine's does. */
static void memory_is_taken_where_there_is_plenty(void **state)
{
	const char *folder = getenv("TMPDIR");
	const unsigned long gib = 1ul << 30;
	char path[300];

	(void)state;
	assert_int_equal(isolate_room(folder), 0);
	for (const char *const *name =
		     (const char *const[]){"proc", "sys", "sys/fs", "sys/fs/cgroup", NULL};
	     *name; name++) {
		snprintf(path, sizeof(path), "%.200s/%s", folder, *name);
		assert_int_equal(mkdir(path, 0777), 0);
	}
	put(folder, "proc/meminfo", "MemTotal: 99999999 kB\nMemAvailable:    8388608 kB\n");
	assert_true(isolate_room(folder) == 4 * gib);
	put(folder, "sys/fs/cgroup/memory.max", "max\n");
	assert_true(isolate_room(folder) == 4 * gib);
	put(folder, "sys/fs/cgroup/memory.max", "6442450944\n");
	assert_true(isolate_room(folder) == 3 * gib);
	put(folder, "sys/fs/cgroup/memory.max", "4294967295\n");
	assert_true(isolate_room(folder) == 0);
	put(folder, "sys/fs/cgroup/memory.max", "max\n");
	put(folder, "proc/meminfo", "MemAvailable:    4194304 kB\n");
	assert_true(isolate_room(folder) == 2 * gib);
	put(folder, "proc/meminfo", "MemAvailable:    4194303 kB\n");
	assert_true(isolate_room(folder) == 0);
}

/* fill makes a file system of 80 MiB, in a namespace of its own, and then has it of 40. */
static int fill(void)
{
	char folder[300];
	bool before;
	int fd;

	snprintf(folder, sizeof(folder), "%.200s/small", getenv("TMPDIR"));
	if (mkdir(folder, 0777) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", folder, "tmpfs", 0, "size=80m") != 0)
		return EXIT_NOT_HERE;
	before = isolate_has_room(folder);
	strcat(folder, "/file");
	fd = open(folder, O_CREAT | O_WRONLY, 0666);
	if (fd < 0 || posix_fallocate(fd, 0, 40 << 20) != 0)
		return EXIT_NOT_HERE;
	return before && !isolate_has_room(folder) ? 0 : 1;
}

/* Where nothing can be written any more each test fails, whatever was mutated. */
static void full_file_system_has_no_room(void **state)
{
	(void)state;
	check_child(fill);
}

/* Signal 0 asks whether a process is there; behind the shield the number is another's or nobody's.
 */
static int reach_outside(void *context)
{
	const struct site *site = context;

	return getpid() != 1 || (site->outside != 1 && kill(site->outside, 0) == 0);
}

static void no_process_of_the_machine_can_be_reached(void **state)
{
	struct site site;
	const int status = shielded(&site, reach_outside);

	(void)state;
	if (status >= 0)
		assert_int_equal(status, 0);
}

static int undo_what_the_dead_left(void *context)
{
	(void)context;
	gng_journal_recover(NULL, NULL);
	return 0;
}

/* Behind the shield this process looks dead, and what it noted like something left. */
static void what_the_living_noted_stays(void **state)
{
	struct gng_journal *journal;
	struct site site;
	char path[300];
	int status;

	(void)state;
	make_site(&site);
	assert_int_equal(mkdir(site.out, 0777), 0);
	snprintf(path, sizeof(path), "%s/journal",
		 site.out); /* where it is seen from inside, too */
	setenv("GNG_JOURNAL", path, 1);
	snprintf(path, sizeof(path), "%s/gonogo-noted", site.out);
	assert_int_equal(gng_journal_open(&journal, NULL), GNG_OK);
	assert_int_equal(gng_journal_note(journal, GNG_JOURNAL_FILE, path, NULL), GNG_OK);
	assert_int_equal(close(open(path, O_CREAT | O_WRONLY, 0666)), 0);
	status = in_shield(&site, undo_what_the_dead_left);
	if (status >= 0)
		assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

static int leave_a_child(void *context)
{
	(void)context;
	if (fork() == 0)
		for (;;)
			pause();
	return 7;
}

static void what_it_started_ends_with_it(void **state)
{
	struct site site;
	const int status = shielded(&site, leave_a_child);

	(void)state;
	if (status >= 0) /* the gauge fails a test that leaves a process behind */
		assert_int_equal(status, 7);
}

static int die(void *context)
{
	(void)context;
	signal(SIGILL, SIG_DFL); /* a sanitizer would exit */
	__builtin_trap();
}

static int succeed(void *context)
{
	(void)context;
	return 0;
}

static void run_that_a_signal_ended_is_no_lack_of_a_shield(void **state)
{
	struct site site;
	int status;

	(void)state;
	if (shielded(&site, succeed) < 0)
		return;
	assert_int_equal(isolate_run(&status, &site.home, die, &site, NULL), GNG_OK);
	assert_int_equal(status, 99);
}

/* ---- a wish to end ---- */

static volatile sig_atomic_t asked;
static int ready[2];

static void note(int number)
{
	(void)number;
	asked = 1;
}

static int end_when_asked(void *context)
{
	const struct timespec moment = {.tv_nsec = 10000000};

	(void)context;
	if (write(ready[1], "r", 1) != 1)
		return 1;
	for (int i = 0; i < 2000 && !asked; i++)
		nanosleep(&moment, NULL);
	return asked ? 5 : 1;
}

/* ask_when_ready asks this process alone to end, as kill(1) does. */
static pid_t ask_when_ready(void)
{
	const pid_t parent = getpid(), pid = fork();
	char byte;

	if (pid == 0)
		_exit(read(ready[0], &byte, 1) == 1 && kill(parent, SIGTERM) == 0 ? 0 : 1);
	return pid;
}

static void run_hears_that_it_shall_end(void **state)
{
	const struct sigaction action = {.sa_handler = note};
	struct site site;
	int status, asker;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(sigaction(SIGTERM, &action, NULL), 0);
	fflush(NULL);
	pid = ask_when_ready();
	status = shielded(&site, end_when_asked);
	if (status >= 0)
		assert_int_equal(status, 5);
	else
		close(ready[1]);
	kill(pid, SIGKILL); /* if there was no shield nobody was ready */
	assert_int_equal(waitpid(pid, &asker, 0), pid);
	signal(SIGTERM, SIG_DFL);
}

const struct suite_test suite_tests[] = {
	TEST(no_file_of_the_machine_can_be_lost, "H1.mutants.shield"),
	TEST(no_device_of_the_machine_can_be_lost, "H1.mutants.shield"),
	TEST(no_file_in_memory_can_be_lost, "H1.mutants.shield"),
	TEST(run_that_a_signal_ended_is_no_lack_of_a_shield, "H1.mutants.shield"),
	TEST(run_hears_that_it_shall_end, "H1.mutants.shield"),
	TEST(results_and_a_tmp_of_its_own_are_writable, "H1.mutants.shield"),
	TEST(tmp_is_in_memory_and_bounded, "H1.mutants.shield"),
	TEST(full_file_system_has_no_room, "H1.mutants.shield"),
	TEST(memory_is_taken_where_there_is_plenty, "H1.mutants.shield"),
	TEST(no_process_of_the_machine_can_be_reached, "H1.mutants.shield"),
	TEST(what_the_living_noted_stays, "H1.mutants.shield"),
	TEST(what_it_started_ends_with_it, "H1.mutants.shield"),
	{0},
};
