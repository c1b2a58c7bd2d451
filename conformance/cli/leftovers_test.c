/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers_test.c - kill -9 of a real run in the middle of a test that changed this machine:
 * doctor --leftovers lists all of it and removes all of it.
 */
/* needs: journal */
#include "fixture.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>

#include <gng_journal.h>

#define VICTIM "GNG_LEFTOVER_VICTIM"
#define PAGES "/proc/sys/vm/nr_hugepages"
#define WAIT_S 30

/* ---- the test that is killed: this program again, below the real runner ---- */

static void note(struct gng_journal *journal, enum gng_journal_kind kind, const char *what)
{
	struct gng_why why = {0};

	if (gng_journal_note(journal, kind, what, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

static void write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* make_netns does what `ip netns add` does. */
static void make_netns(const char *path)
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		mkdir("/run/netns", 0755);
		close(open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
		_exit(unshare(CLONE_NEWNET) == 0 &&
				      mount("/proc/self/ns/net", path, "none", MS_BIND, NULL) == 0
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* be_a_daemon is a process that no signal of the runner's death reaches. */
static void be_a_daemon(void)
{
	if (fork() != 0)
		return;
	setsid();
	for (;;)
		pause();
}

/* victim changes this machine, says so in the file that it is given, and waits to be killed. */
static void victim(const char *place)
{
	struct gng_journal *journal = NULL;
	char path[PATH_MAX], name[32], pages[32];

	assert_int_equal(gng_journal_open(&journal, NULL), GNG_OK);
	note(journal, GNG_JOURNAL_FOLDER, place);
	assert_int_equal(mkdir(place, 0700), 0);
	note(journal, GNG_JOURNAL_MOUNT, place);
	assert_int_equal(mount("gonogo", place, "tmpfs", 0, "size=64k"), 0);
	snprintf(name, sizeof(name), "gonogo-%d", getpid() % 10000000);
	note(journal, GNG_JOURNAL_NETNS, name);
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	make_netns(path);
	note(journal, GNG_JOURNAL_VALUE, PAGES);
	snprintf(pages, sizeof(pages), "%d", atoi(getenv("GNG_LEFTOVER_PAGES")) + 1);
	write_text(PAGES, pages);
	be_a_daemon();
	snprintf(path, sizeof(path), "%s/ready", place);
	write_text(path, name);
	for (;;)
		pause();
}

/* ---- the run ---- */

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;

	if (!file || getline(&text, &cap, file) < 0) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

#define PRIVATE_BUILD "/mnt/build"

/*
 * go_private gives this process a /tmp, /run, BPF file system and network of its own: what other
 * runs left on this machine is not this test's to remove. The build stays visible.
 */
static bool go_private(void)
{
	const char *build = fixture_build_dir();

	if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/mnt", "tmpfs", 0, NULL) != 0 || mkdir(PRIVATE_BUILD, 0755) != 0 ||
	    mount(build, PRIVATE_BUILD, NULL, MS_BIND | MS_REC, NULL) != 0 ||
	    mount("none", "/tmp", "tmpfs", 0, NULL) != 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) != 0)
		return false;
	if (access("/sys/fs/bpf", F_OK) == 0)
		assert_int_equal(mount("none", "/sys/fs/bpf", "tmpfs", 0, NULL), 0);
	setenv("GNG_BUILD_DIR", PRIVATE_BUILD, 1);
	setenv("TMPDIR", "/mnt", 1);
	return true;
}

/* plant_victim puts this program in place of what the fixture's test "hangs" does. */
static void plant_victim(const char *test, const char *place, const char *pages)
{
	const char *tail = strstr(fixture_script, "hangs) sleep 50");
	char self[PATH_MAX], script[4 * PATH_MAX];

	assert_non_null(tail);
	snprintf(self, sizeof(self), PRIVATE_BUILD "/tests/conformance.cli.leftovers");
	snprintf(script, sizeof(script),
		 "%.*shangs) " VICTIM "='%s' GNG_LEFTOVER_PAGES=%s exec '%s' --run %s;;\nesac\n",
		 (int)(tail - fixture_script), fixture_script, place, pages, self, test);
	fixture_file("build/tests/conformance.demo.all", script);
}

/* start_run starts the real gonogo on the tree whose one test is the victim. */
static pid_t start_run(void)
{
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (chdir(fixture) == 0 && freopen("check.out", "w", stdout) &&
	    freopen("check.err", "w", stderr)) {
		setenv("GNG_OUT", fixture_path("out"), 1);
		execl("build/gonogo", "gonogo", "check", "conformance.demo.all.hangs",
		      (char *)NULL);
	}
	_exit(1);
}

static char *wait_for(const char *path)
{
	char *text = NULL;

	for (int i = 0; i < WAIT_S * 50 && !text; i++) {
		usleep(20000);
		text = read_text(path);
	}
	if (!text)
		fail_msg("%s did not come within %d s", path, WAIT_S);
	return text;
}

/* kill_children kills the processes that a process has started itself. */
static void kill_children(pid_t of)
{
	char path[300], text[512], *after;
	DIR *proc = opendir("/proc");
	int parent;

	assert_non_null(proc);
	for (const struct dirent *entry; (entry = readdir(proc));) {
		FILE *file = NULL;

		if (snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name) > 0 &&
		    atoi(entry->d_name) > 1)
			file = fopen(path, "re");
		if (!file)
			continue;
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		after = strrchr(text, ')');
		if (after && sscanf(after, ") %*c %d", &parent) == 1 && parent == of)
			kill(atoi(entry->d_name), SIGKILL);
	}
	closedir(proc);
}

/* kill_run kills the nanny first, so that nobody cleans up, then the runner; then the test's
 * process dies by its PDEATHSIG. */
static void kill_run(pid_t runner, const char *name)
{
	int status;

	assert_int_equal(kill(runner, SIGSTOP), 0);
	kill_children(runner);
	assert_int_equal(kill(runner, SIGKILL), 0);
	assert_int_equal(waitpid(runner, &status, 0), runner);
	for (int i = 0; i < 500 && gng_journal_start_time(atoi(name + 7)); i++)
		usleep(10000);
}

static void expect_line(const char *text, const char *before, const char *what)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line), "%s%s", before, what);
	gng_probe_assertion();
	if (!strstr(text, line))
		suite_fail("'%s' is not in\n%s", line, text);
}

static void expect_all(const char *verb, const char *place, const char *name)
{
	char *text = fixture_read("stdout"), before[64];

	snprintf(before, sizeof(before), "%s process ", verb);
	expect_line(text, before, "");
	snprintf(before, sizeof(before), "%s network namespace ", verb);
	expect_line(text, before, name);
	snprintf(before, sizeof(before), "%s mount ", verb);
	expect_line(text, before, place);
	snprintf(before, sizeof(before), "%s folder ", verb);
	expect_line(text, before, place);
	expect_line(text, strcmp(verb, "found") == 0 ? "found value " : "restored value ", PAGES);
	free(text);
}

/* lock_pages keeps the same test of another build from changing the number meanwhile: each would
 * put back what the other had set. It ends with the process. */
static bool lock_pages(void)
{
	const int fd = open(PAGES, O_RDWR | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX) == 0;
}

/* ---- the number of pages is the machine's, and stands in a journal outside of the private /run:
 * with that one alone, a kill -9 of this test took with it who knew the number ---- */

static struct gng_journal *pages_journal;
static int outside; /* the mount namespace that has the journal */
static pid_t owner;

static void give_back_pages(void)
{
	if (getpid() == owner && setns(outside, CLONE_NEWNS) == 0 &&
	    gng_journal_close(pages_journal, NULL) != GNG_OK)
		fputs("the number of huge pages could not be put back\n", stderr);
}

static void note_pages(void)
{
	outside = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	assert_true(outside >= 0);
	assert_int_equal(gng_journal_open(&pages_journal, NULL), GNG_OK);
	note(pages_journal, GNG_JOURNAL_VALUE, PAGES);
	owner = getpid();
	assert_int_equal(atexit(give_back_pages), 0);
}

static bool needs_root(void)
{
	if (geteuid() == 0 && lock_pages()) {
		note_pages();
		if (go_private())
			return false;
	}
	gng_probe_skip("namespaces, mounts and huge pages need root",
		       "sudo gonogo check conformance.cli.leftovers");
	return true;
}

static void killed_run_is_found_and_removed(void **state)
{
	char place[64], ready[80], netns[64], *name, *pages, *after;
	pid_t runner;

	(void)state;
	if (getenv(VICTIM))
		victim(getenv(VICTIM));
	if (needs_root())
		return;
	fixture_open();
	setenv("TMPDIR", "/tmp", 1);
	snprintf(place, sizeof(place), "/tmp/gonogo-victim-%d", getpid());
	snprintf(ready, sizeof(ready), "%s/ready", place);
	pages = read_text(PAGES);
	plant_victim(__func__, place, pages);
	runner = start_run();
	name = wait_for(ready);
	kill_run(runner, name);
	assert_int_equal(fixture_run("doctor --leftovers --dry-run"), 0);
	expect_all("found", place, name);
	assert_int_equal(access(ready, F_OK), 0); /* only listed */
	assert_int_equal(fixture_run("doctor --leftovers"), 0);
	expect_all("removed", place, name);
	snprintf(netns, sizeof(netns), "/run/netns/%s", name);
	assert_int_not_equal(access(netns, F_OK), 0);
	assert_int_not_equal(access(place, F_OK), 0);
	after = read_text(PAGES);
	assert_string_equal(after, pages);
	assert_int_equal(fixture_run("doctor --leftovers --dry-run"), 0);
	fixture_expect("stdout", "0 leftovers found");
	free(name);
	free(pages);
	free(after);
}

/* end_early: a child has reserved a page too many, and ends by kill -9 or by a failed assertion. */
static int end_early(bool is_killed, const char *more)
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		note_pages();
		if (!go_private())
			_exit(3);
		write_text(PAGES, more);
		if (is_killed)
			raise(SIGKILL);
		exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void this_test_gives_back_its_pages_however_it_ends(void **state)
{
	char *pages, *after, more[32];

	(void)state;
	if (geteuid() != 0 || !lock_pages()) {
		gng_probe_skip("huge pages need root",
			       "sudo gonogo check conformance.cli.leftovers");
		return;
	}
	pages = read_text(PAGES);
	snprintf(more, sizeof(more), "%d", atoi(pages) + 1);
	for (int is_killed = 0; is_killed < 2; is_killed++) {
		const int status = end_early(is_killed, more);

		assert_true(is_killed ? WIFSIGNALED(status) : WEXITSTATUS(status) == 1);
		if (is_killed)
			gng_journal_recover(NULL, NULL); /* as the runner does after each test */
		after = read_text(PAGES);
		assert_string_equal(after, pages);
		free(after);
	}
	free(pages);
}

const struct suite_test suite_tests[] = {
	TEST(killed_run_is_found_and_removed, "H1.cli.leftovers"),
	TEST(this_test_gives_back_its_pages_however_it_ends, "H1.cli.leftovers"),
	{0},
};
