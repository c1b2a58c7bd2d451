/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failures_test.c - the failure table: what rte_eal_init answers, which reason that is, that
 * preflight tells the same reason before, and that nothing is left behind. Each row is printed,
 * expected against got.
 *
 * Rows that need huge pages, a mount or another user run in a mount namespace of their own. The
 * pages are lent by nr_overcommit_hugepages, so that none are reserved; the journal notes it first.
 */
/* needs: dpdk journal */
/* requires: jansson */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <jansson.h>

#include <gng_eal.h>
#include <gng_journal.h>

#include "runtime.h"

#define SMALL "--no-pci --no-huge -m 64 "
#define POOL "/proc/sys/vm/nr_overcommit_hugepages"
#define NUM_PAGES 64 /* 128 MiB */

/* ready is rte_errno's place where it means nothing: rc is not negative. */
struct row {
	const char *arguments;
	int rc; /* -1 or 1: at least 0 */
	int error;
	const char *reason;
	const char *ahead; /* what preflight says; NULL: the same */
	const char *as;	   /* words of the shell before the command, or NULL */
};

static int start(const struct row *row, const char *verb)
{
	runtime_own();
	return command("%s gonogo-dpdk %s --json -- --file-prefix=gonogo-f%d %s",
		       row->as ? row->as : "", verb, (int)getpid(), row->arguments);
}

static void say(const struct row *row, const json_t *got)
{
	printf("%-66s rc %2d errno %3d %-18s | rc %2d errno %3d %s\n", row->arguments, row->rc,
	       row->error, row->reason,
	       (int)json_integer_value(json_object_get(got, "rc")) < 0 ? -1 : 1,
	       (int)json_integer_value(json_object_get(got, "rte_errno")),
	       json_string_value(json_object_get(got, "reason")));
}

/* starts_as says whether a start came out as the row says; said is what it said. */
static bool starts_as(const struct row *row, char said[500])
{
	const int status = start(row, "start");
	json_t *got = command_json();
	const char *reason = json_string_value(json_object_get(got, "reason"));
	const int rc = (int)json_integer_value(json_object_get(got, "rc"));
	const int error = (int)json_integer_value(json_object_get(got, "rte_errno"));
	const bool as_said = reason && strcmp(reason, row->reason) == 0 &&
			     (rc < 0) == (row->rc < 0) && (rc >= 0 || error == row->error);

	say(row, got);
	assert_int_equal(status, !reason || strcmp(reason, "ready") != 0);
	snprintf(said, 500, "'%s': rc %d, rte_errno %d, %s: %s", row->arguments, rc, error,
		 reason ? reason : "?", json_string_value(json_object_get(got, "line")));
	json_decref(got);
	return as_said;
}

/* is_told_ahead: the first finding of preflight is the reason. */
static bool is_told_ahead(const struct row *row, char said[500])
{
	const char *want = row->ahead ? row->ahead : row->reason, *first = "ready";
	json_t *got, *one;
	bool same;
	size_t i;

	assert_in_range(start(row, "preflight"), 0, 1);
	got = command_json();
	json_array_foreach(got, i, one)
	{
		const char *reason = json_string_value(json_object_get(one, "reason"));

		if (strcmp(reason, "ready") != 0) {
			first = reason;
			break;
		}
	}
	same = strcmp(first, want) == 0;
	snprintf(said, 500, "'%s': preflight says %s, not %s", row->arguments, first, want);
	json_decref(got);
	return same;
}

static void check_row(const struct row *row)
{
	char said[500];

	if (!starts_as(row, said) || !is_told_ahead(row, said))
		suite_fail("%s", said);
}

/* check_nothing_is_left looks for what a start may leave: huge page files, folders and sockets of
 * our prefix. */
static void check_nothing_is_left(void)
{
	assert_int_equal(
		command("test -d run/dpdk && ls -d run/dpdk/* nobody/dpdk/* hp/gonogo* 2>&-; :"),
		0);
	assert_string_equal(command_out, "");
}

/* check_rows: each row leaves as little as all of them. */
static void check_rows(const struct row *rows, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		check_row(&rows[i]);
		check_nothing_is_left();
	}
}

/* ---- rows that run anywhere ---- */

static const struct row anywhere[] = {
	{SMALL "--bogus", -1, 0, "argument", NULL, NULL},
	{SMALL "-l 1000", -1, 22, "lcore", NULL, NULL},
	{"--no-pci --no-huge --in-memory", -1, 0, "argument", NULL, NULL},
	{SMALL "-d /nonexistent.so", -1, 22, "plugin", NULL, NULL},
	{SMALL "--vdev net_nothing0", -1, 19, "driver-unknown", NULL, NULL},
	{SMALL "--vdev net_null0,nothing=1", 1, 0, "ports-short", "ready", NULL},
	{SMALL "--vdev net_pcap0,rx_pcap=/no.pcap", 1, 0, "file-absent", NULL, NULL},
	{SMALL "--vdev net_pcap0,iface=no0", 1, 0, "interface-absent", NULL, NULL},
	{SMALL "--vdev net_pcap0,rx_pcap=text", 1, 0, "file-wrong", NULL, NULL},
	{SMALL "--vdev net_pcap0,rx_pcap=/dev/null", 1, 0, "file-wrong", "ready", NULL},
	{SMALL "--vdev net_af_packet0,iface=no0", 1, 0, "interface-absent", NULL, NULL},
	{SMALL "--vdev net_af_xdp0,iface=no0", 1, 0, "interface-absent", NULL, NULL},
	{SMALL "--vdev net_virtio_user0,path=/no.sock", 1, 0, "file-absent", NULL, NULL},
	{SMALL "--proc-type=secondary", -1, 0, "primary-absent", NULL, NULL},
	{"--no-huge -m 64 -a 0000:ff:1f.7", 1, 0, "device-absent", NULL, NULL},
	{SMALL "--vdev net_null0 --vdev net_ring0", 1, 0, "ready", NULL, NULL},
};

static void wrong_arguments_and_devices_have_their_reason(void **state)
{
	(void)state;
	command_text("text", "no capture\n");
	check_rows(anywhere, COUNT_OF(anywhere));
	check_nothing_is_left();
}

/* ---- a second primary process ---- */

/* be_first holds the prefix until the other end of the pipe is closed. */
static int be_first(int said, int told)
{
	char prefix[64], byte = 0;
	const char *const arguments[] = {"--no-pci", "--no-huge", "-m", "64", prefix};
	const struct gng_eal_config config = {.argc = COUNT_OF(arguments), .argv = arguments};
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;

	snprintf(prefix, sizeof(prefix), "--file-prefix=gonogo-f%d", (int)getppid());
	if (gng_eal_start(&eal, &report, &config, NULL) != GNG_OK || write(said, &byte, 1) != 1)
		return 1;
	(void)!read(told, &byte, 1);
	gng_eal_stop(eal);
	return 0;
}

static void a_second_primary_is_told_of_the_first(void **state)
{
	static const struct row row = {SMALL, -1, 0, "primary-running", NULL, NULL};
	int up[2], down[2], status;
	pid_t first;
	char byte;

	(void)state;
	runtime_own();
	assert_int_equal(pipe2(up, O_CLOEXEC) + pipe2(down, O_CLOEXEC), 0);
	first = fork();
	if (first == 0) {
		close(down[1]);
		_exit(be_first(up[1], down[0]));
	}
	assert_true(first > 0);
	close(up[1]);
	assert_int_equal(read(up[0], &byte, 1), 1); /* it holds the lock now */
	check_row(&row);
	assert_int_equal(close(down[1]), 0);
	assert_int_equal(waitpid(first, &status, 0), first);
	assert_int_equal(status, 0);
	check_nothing_is_left();
}

/* ---- rows for root: other users, huge pages, mounts ---- */

#define NOBODY "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all"
#define AS_NOBODY "RUNTIME_DIRECTORY=$PWD/nobody " NOBODY
#define AS_NOBODY_NOWHERE "env -u RUNTIME_DIRECTORY XDG_RUNTIME_DIR=/nonexistent " NOBODY

static const struct row unmounted[] = {
	{"--no-pci", -1, 13, "mount-absent", NULL, NULL},
	{"--no-pci --huge-dir /nonexistent", -1, 13, "mount-absent", NULL, NULL},
	{"--no-pci --in-memory --vdev net_null0", 1, 0, "ready", NULL, NULL},
	{"--no-pci --in-memory -m 2048", -1, 12, "pages-short", NULL, NULL},
};

static const struct row mounted[] = {
	{"--no-pci --huge-dir $PWD/hp -m 64 --huge-unlink=always", 1, 0, "ready", NULL, NULL},
	{"--no-pci --huge-dir $PWD/hp -m 2048", -1, 12, "pages-short", NULL, NULL},
	{"--no-pci --huge-dir $PWD/hp --socket-mem 2048", -1, 12, "pages-short", NULL, NULL},
	{"--no-pci --huge-dir $PWD/hp -m 64", -1, 13, "mount-denied", NULL, AS_NOBODY},
	{SMALL "--iova-mode=pa", 1, 0, "ready", NULL, AS_NOBODY},
	{SMALL "--vdev net_tap0", 1, 0, "privilege", NULL, AS_NOBODY},
	{SMALL "--vdev net_af_packet0,iface=lo", 1, 0, "privilege", NULL, AS_NOBODY},
	{SMALL, -1, 22, "runtime-folder", NULL, AS_NOBODY_NOWHERE},
	{SMALL "--vdev net_null0", 1, 0, "ready", NULL, AS_NOBODY},
	{SMALL "--no-shconf", 1, 0, "ready", NULL, AS_NOBODY_NOWHERE},
};

static const struct row without_pages[] = {
	{"--no-pci --in-memory", -1, 13, "pages-absent", NULL, NULL},
};

/* take_turn waits until no other such test runs, of another build for instance: until this process
 * ends it holds the lock of the file that they all write. */
static bool take_turn(void)
{
	const int fd = open(POOL, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX) == 0;
}

static bool set_pages(struct gng_journal *journal, int num)
{
	char text[16];
	struct gng_why why;
	const int fd = open(POOL, O_RDWR | O_CLOEXEC);
	const int len = snprintf(text, sizeof(text), "%d\n", num);
	bool done;

	if (fd < 0)
		return false;
	if (gng_journal_note(journal, GNG_JOURNAL_VALUE, POOL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	done = write(fd, text, (size_t)len) == len;
	close(fd);
	return done;
}

static long pool(const char *what)
{
	assert_int_equal(
		command("cat /sys/kernel/mm/hugepages/hugepages-2048kB/%s_hugepages", what), 0);
	return strtol(command_out, NULL, 10);
}

/* check_pages: a start that is over has given back what the pool had lent it, and left no file. */
static void check_pages(long surplus)
{
	check_nothing_is_left();
	if (pool("surplus") > surplus)
		suite_fail("%ld huge pages are still lent, and were %ld before", pool("surplus"),
			   surplus);
}

/* check_with sets the pool before each row. It is the machine's: others may change it meanwhile,
 * and then the row is tried again. false if they go on doing so. */
static bool check_with(struct gng_journal *journal, int num_pages, const struct row *rows,
		       size_t num)
{
	char said[500];

	for (size_t i = 0, tries = 0; i < num && tries < 10; tries++) {
		long surplus;

		assert_true(set_pages(journal, num_pages));
		surplus = pool("surplus");
		if (starts_as(&rows[i], said) && is_told_ahead(&rows[i], said)) {
			check_pages(surplus);
			i++;
			tries = 0;
		} else if (pool("nr_overcommit") == num_pages) {
			suite_fail("%s", said);
		} else if (tries == 9) {
			gng_probe_skip("another process keeps changing the pool of huge pages",
				       "gonogo check --slow conformance.eal.failures, alone");
			return false;
		}
	}
	return true;
}

/* own_mounts leaves this process in a mount namespace without hugetlbfs but for hp. */
static void own_mounts(void)
{
	char path[2 * PATH_MAX];

	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	if (command("grep -q ' hugetlbfs ' /proc/mounts && umount -l /dev/hugepages") != 0)
		errno = 0;
	snprintf(path, sizeof(path), "%s/hp", command_folder());
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/nobody", command_folder());
	assert_int_equal(mkdir(path, 0700) + chown(path, 65534, 65534), 0);
	assert_int_equal(chmod(command_folder(), 0755), 0);
}

static void mount_pages(void)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/hp", command_folder());
	assert_int_equal(mount("gonogo", path, "hugetlbfs", 0, "mode=0700"), 0);
}

/* may_lend opens the journal; false: the test is skipped. */
static bool may_lend(struct gng_journal **journal)
{
	if (geteuid() != 0 || !take_turn()) {
		gng_probe_skip("huge pages are lent and users changed", "run as root");
		return false;
	}
	if (pool("free") > pool("resv")) { /* then EAL counts no page that the kernel lends */
		gng_probe_skip("this machine has free huge pages, which are not this test's",
			       "sysctl -w vm.nr_hugepages=0");
		return false;
	}
	assert_int_equal(gng_journal_open(journal, NULL), GNG_OK);
	own_mounts();
	return true;
}

static void memory_mounts_and_rights_have_their_reason(void **state)
{
	struct gng_journal *journal;

	(void)state;
	if (!may_lend(&journal))
		return;
	if (check_with(journal, 0, without_pages, COUNT_OF(without_pages)) &&
	    check_with(journal, NUM_PAGES, unmounted, COUNT_OF(unmounted))) {
		mount_pages();
		check_with(journal, NUM_PAGES, mounted, COUNT_OF(mounted));
	}
	check_nothing_is_left();
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

/* ---- cut short ---- */

/* How many threads a start takes is DPDK's affair: one more is allowed each time, until it is
 * ready. It never ends the process that asked, not by a panic either, and it never lacks a reason.
 */
static void too_few_threads_have_their_reason(void **state)
{
	size_t num_refused = 0, num_crashed = 0;
	const int uid = 600000 + (int)getpid() % 100000; /* nobody else's threads are counted */
	bool is_ready = false;

	(void)state;
	if (geteuid() != 0) {
		gng_probe_skip("a start by another user is tried", "run as root");
		return;
	}
	runtime_own();
	assert_int_equal(command("chmod 711 . && mkdir other && chown %d:%d other", uid, uid), 0);
	if (command("setpriv --reuid %d --regid %d --clear-groups test -x \"$(command -v "
		    "gonogo-eal)\" -a -w other",
		    uid, uid) != 0) {
		gng_probe_skip("the folder of the build or of the test is closed to other users",
			       "chmod a+x of the folders above them");
		return;
	}
	for (int num = 2; num < 40 && !is_ready; num++) {
		json_t *got;
		const char *reason;
		const int status =
			command("RUNTIME_DIRECTORY=$PWD/other setpriv --reuid %d --regid %d "
				"--clear-groups --bounding-set=-all prlimit --nproc=%d "
				"gonogo-eal start --json -- " SMALL
				"--file-prefix=gonogo-f%d -l 0,$(($(nproc)-1))",
				uid, uid, num, (int)getpid());

		if (status == 99) /* not even a helper can be made */
			continue;
		got = command_json();
		reason = json_string_value(json_object_get(got, "reason"));
		printf("%d threads: %s, %s\n", num, reason,
		       json_string_value(json_object_get(got, "line")));
		is_ready = strcmp(reason, "ready") == 0;
		num_refused += strcmp(reason, "threads") == 0;
		num_crashed += strcmp(reason, "crashed") == 0;
		assert_true(is_ready || strcmp(reason, "threads") == 0 ||
			    strcmp(reason, "crashed") == 0);
		json_decref(got);
	}
	assert_true(is_ready && num_refused > 0);
	assert_true(num_crashed > 0 || sysconf(_SC_NPROCESSORS_ONLN) < 2);
	assert_int_equal(command("test ! -d other/dpdk || ls other/dpdk"), 0);
	assert_string_equal(command_out, "");
}

/* A loop that is killed leaves its huge pages and its folder: `gonogo dpdk clean` finds them. */
static void what_a_killed_loop_left_is_removed(void **state)
{
	struct gng_journal *journal;
	long before;
	int status;
	pid_t loop;

	(void)state;
	if (!may_lend(&journal))
		return;
	mount_pages();
	assert_true(set_pages(journal, NUM_PAGES));
	before = pool("surplus");
	runtime_own();
	loop = command_begin("exec gonogo-eal run --time 60 -- --no-pci --huge-dir $PWD/hp -m 64 "
			     "-l 0 --vdev net_null0 --file-prefix=gonogo-k$PPID");
	/* its helper, which comes first, has such files, too */
	for (int i = 0; i < 200 && command("ls hp/gonogo-k*map_0 run/dpdk/*/config && "
					   "test -z \"$(cat /proc/%d/task/*/children)\"",
					   (int)loop) != 0;
	     i++)
		usleep(100000);
	assert_int_equal(kill(loop, SIGKILL), 0);
	assert_int_equal(waitpid(loop, &status, 0), loop);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(command("ls hp/gonogo-k*map_* && ls run/dpdk/gonogo-k*/config"), 0);
	assert_true(pool("surplus") > before);
	assert_int_equal(command("gonogo-dpdk clean --dry-run"), 0);
	assert_non_null(strstr(command_out, "/hp/gonogo-k"));
	assert_int_equal(command("gonogo-dpdk clean"), 0);
	assert_int_equal(command("ls hp run/dpdk"), 0);
	assert_null(strstr(command_out, "gonogo"));
	assert_int_equal(pool("surplus"), before);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(wrong_arguments_and_devices_have_their_reason, "D1.dpdk.failures"),
	TEST_SLOW(a_second_primary_is_told_of_the_first, "D1.dpdk.failures"),
	TEST_SLOW(memory_mounts_and_rights_have_their_reason, "D1.dpdk.failures"),
	TEST_SLOW(too_few_threads_have_their_reason, "D1.dpdk.failures"),
	TEST_SLOW(what_a_killed_loop_left_is_removed, "D1.dpdk.leftovers"),
	{0},
};
