/* SPDX-License-Identifier: Apache-2.0 */
/*
 * article_test.c - what the seed article (chapter 5) says of its snapshot: that sched_migrate_task
 * shows who delayed a thread, and that a service can read it as it comes.
 */
#include "hog.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>

#define EVENT "/sys/kernel/tracing/events/sched/sched_migrate_task/id"
#define REMEDY "root, and mount -t tracefs none /sys/kernel/tracing"
#define MAX_CPUS 64
#define MOST_HOGS 5

/* ---- events of threads that move ---- */

/* counter counts sched_migrate_task on all CPUs. */
struct counter {
	int fds[MAX_CPUS];
	size_t num;
};

static bool read_event(uint64_t *number)
{
	FILE *file = fopen(EVENT, "r");
	unsigned long long read = 0;
	const bool good = file && fscanf(file, "%llu", &read) == 1;

	if (file)
		fclose(file);
	*number = read;
	return good;
}

static void counter_close(struct counter *counter)
{
	while (counter->num)
		close(counter->fds[--counter->num]);
}

/* counter_open skips the test where this process may not count. */
static bool counter_open(struct counter *counter, const char *filter)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr)};
	const long num_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t number;

	*counter = (struct counter){.num = 0};
	if (!read_event(&number)) {
		gng_probe_skip(EVENT " cannot be read", REMEDY);
		return false;
	}
	attr.config = number;
	for (int cpu = 0; cpu < num_cpus && cpu < MAX_CPUS; cpu++) {
		const int fd =
			(int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

		if (fd < 0) {
			counter_close(counter);
			gng_probe_skip("this process may not count events of all CPUs", REMEDY);
			return false;
		}
		counter->fds[counter->num++] = fd;
		assert_int_equal(ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter), 0);
	}
	return true;
}

static uint64_t counted(const struct counter *counter)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < counter->num; i++) {
		uint64_t value = 0;

		assert_int_equal(read(counter->fds[i], &value, sizeof(value)), sizeof(value));
		sum += value;
	}
	return sum;
}

/* sees_a_move is the control: a thread that moves is counted by such a filter. It is of names, for
 * numbers are those of the first PID namespace. */
static bool sees_a_move(long last)
{
	struct counter counter;
	uint64_t num;

	assert_int_equal(prctl(PR_SET_NAME, "gng-mover"), 0);
	if (!bind_to(0, 0) || !counter_open(&counter, "comm == \"gng-mover\""))
		return false;
	assert_true(bind_to(0, last));
	num = counted(&counter);
	counter_close(&counter);
	if (num == 0)
		suite_fail("a thread that moved was not counted");
	return true;
}

static bool is_named(struct gng_schedlat *monitor, pid_t hog)
{
	bool found = true;

	while (found) {
		struct gng_schedlat_wait wait;
		struct gng_why why;

		if (gng_schedlat_poll(monitor, &wait, &found, 200, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (found && wait.culprit == (uint32_t)hog)
			return true;
	}
	return false;
}

/* hold_under_watch lets a hog hold the victim's CPU: the monitor names it, and no event tells.
 * Beside real-time threads of others the first few may be blamed less than those. */
static void hold_under_watch(struct gng_schedlat *monitor, const struct victim *victim)
{
	struct counter counter;
	bool named = false;
	char filter[96];
	int status;
	pid_t hog;

	snprintf(filter, sizeof(filter), "comm == \"%s\" || comm == \"%s\"", victim_name(),
		 hog_name(getpid()));
	if (!counter_open(&counter, filter))
		return;
	for (int i = 0; i < MOST_HOGS && !named; i++) {
		hog = hog_start(victim, NULL);
		assert_true(hog > 0);
		assert_int_equal(waitpid(hog, &status, 0), hog);
		assert_int_equal(status, 0);
		named = is_named(monitor, hog);
	}
	assert_true(named);
	assert_int_equal(counted(&counter), 0);
	counter_close(&counter);
}

static void who_held_a_cpu_is_no_event_of_a_move(void **state)
{
	const struct gng_schedlat_request request = {.threshold_ns = THRESHOLD_NS,
						     .comm = victim_name()};
	const long last = last_cpu();
	struct gng_schedlat *monitor;
	struct victim victim;

	(void)state;
	if (last == 0)
		return gng_probe_skip("no thread can move", "a machine with two CPUs");
	lock();
	monitor = open_or_skip(&request);
	if (!monitor)
		return;
	/* where the hog starts, too, so that it need not move either */
	if (sees_a_move(last)) {
		victim_start(&victim);
		hold_under_watch(monitor, &victim);
		victim_end(&victim);
	}
	gng_schedlat_close(monitor);
}

/* ---- the file of perf ---- */

#define HEADER_LEN 56 /* of struct perf_file_header: up to and with the size of the data */
#define SIZE_AT 48

/* data_len reads how much data a file says that it has; false before its header is there. */
static bool data_len(uint64_t *len, const char *path)
{
	uint8_t header[HEADER_LEN];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const bool whole = fd >= 0 && read(fd, header, sizeof(header)) == sizeof(header) &&
			   memcmp(header, "PERFILE2", 8) == 0;

	if (fd >= 0)
		close(fd);
	if (whole)
		memcpy(len, header + SIZE_AT, sizeof(*len));
	return whole;
}

/* perf_start records in a folder while a command runs, which leaves a mark at its end. */
static pid_t perf_start(const char *folder)
{
	const pid_t child = fork();

	if (child != 0)
		return child;
	if (chdir(folder) != 0 || !freopen("/dev/null", "w", stderr) ||
	    !freopen("/dev/null", "w", stdout))
		_exit(127);
	execlp("timeout", "timeout", "20", "perf", "record", "-q", "-e", "sched:sched_migrate_task",
	       "-a", "-o", "data", "--", "sh", "-c", "sleep 0.3; : >mark", (char *)NULL);
	_exit(127);
}

/* follow reads the header until perf ends, and returns its status; *num_told is how many of
 * *num_reads readers were told of data while perf recorded. */
static int follow(pid_t perf, const char *data, const char *mark, unsigned int *num_told,
		  unsigned int *num_reads)
{
	int status = 0;

	*num_told = 0;
	*num_reads = 0;
	while (waitpid(perf, &status, WNOHANG) != perf) {
		uint64_t len = 0;

		if (data_len(&len, data) && access(mark, F_OK) != 0) { /* and it records still */
			*num_reads += 1;
			*num_told += len != 0;
		}
		nanosleep(&(struct timespec){0, (long)MS}, NULL);
	}
	return status;
}

/* perf writes the size of its data when all is over: who reads before is told that there is none.
 */
static void nobody_reads_a_snapshot_before_it_ends(void **state)
{
	const char *base = getenv("TMPDIR");
	char folder[PATH_MAX], data[PATH_MAX + 8], mark[PATH_MAX + 8];
	unsigned int num_told, num_reads;
	uint64_t len = 0;
	int status;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/perf-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(data, sizeof(data), "%s/data", folder);
	snprintf(mark, sizeof(mark), "%s/mark", folder);
	status = follow(perf_start(folder), data, mark, &num_told, &num_reads);
	if (status == 0)
		assert_true(data_len(&len, data));
	unlink(data);
	unlink(mark);
	rmdir(folder);
	if (status != 0)
		return gng_probe_skip("perf cannot record sched:sched_migrate_task",
				      "root, and apt-get install linux-perf");
	assert_true(num_reads >= 20);
	assert_true(len > 0);
	assert_int_equal(num_told, 0);
}

const struct suite_test suite_tests[] = {
	TEST(who_held_a_cpu_is_no_event_of_a_move, "T4.schedlat.article"),
	TEST(nobody_reads_a_snapshot_before_it_ends, "T4.schedlat.article"),
	{0},
};
