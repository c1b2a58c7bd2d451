/* SPDX-License-Identifier: Apache-2.0 */
/*
 * since_test.c - since when a thread waits: what the scheduler keeps, and what a program sees that
 * runs at each wake-up, must be the same; two monitors of one victim are compared.
 */
#include "hog.h"

#include <sys/mman.h>
#include <sys/mount.h>

#define NUM_HOGS 10
#define MAX_WAITS 64u
#define SAME_END_NS MS		  /* two monitors tell the end of a wait within this */
#define SAME_NS (100 * MS / 1000) /* under emulation; else a microsecond */

/* take_hogs takes what was told, and keeps what is blamed on hogs; meanwhile others may come. */
static size_t take_hogs(struct gng_schedlat *monitor, struct gng_schedlat_wait *waits)
{
	size_t num = 0;
	bool found = true;

	while (num < MAX_WAITS && found) {
		struct gng_why why;

		if (gng_schedlat_poll(monitor, &waits[num], &found, 0, &why) != GNG_OK)
			suite_fail("%s", why.text);
		num += found && strcmp(waits[num].culprit_comm, hog_name(getpid())) == 0;
	}
	return num;
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* find_wait returns the wait that ended with this one; NULL if there is none. */
static const struct gng_schedlat_wait *find_wait(const struct gng_schedlat_wait *waits, size_t num,
						 const struct gng_schedlat_wait *wait)
{
	for (size_t i = 0; i < num; i++)
		if (apart(waits[i].until_ns, wait->until_ns) < SAME_END_NS)
			return &waits[i];
	return NULL;
}

/* compare_ways wants each wait that is told by wake-up told by queue. Where the machine stood still
 * between the queue and the wake-up they begin apart, so most must begin together. */
static void compare_ways(struct gng_schedlat *by_queue, struct gng_schedlat *by_wake_up)
{
	struct gng_schedlat_wait queued[MAX_WAITS], woken[MAX_WAITS];
	const size_t num_queued = take_hogs(by_queue, queued);
	const size_t num_woken = take_hogs(by_wake_up, woken);
	size_t num_same = 0;
	char note[64];

	assert_true(num_woken >= NUM_HOGS / 2); /* of some waits others may be blamed */
	for (size_t i = 0; i < num_woken; i++) {
		const struct gng_schedlat_wait *other = find_wait(queued, num_queued, &woken[i]);

		assert_non_null(other);
		assert_int_equal(other->culprit, woken[i].culprit);
		num_same += apart(other->from_ns, woken[i].from_ns) <= SAME_NS;
	}
	snprintf(note, sizeof(note), "%zu of %zu", num_same, num_woken);
	gng_probe_note("waits that begin together", note);
	assert_true(4 * num_same >= 3 * num_woken);
}

/* hold lets all hogs come; away (or NULL) is done as each of them holds the victim's CPU. */
static void hold(const struct victim *victim, void (*away)(const struct victim *victim))
{
	bool *holds = mmap(NULL, sizeof(*holds), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			   -1, 0);

	assert_true(holds != MAP_FAILED);
	for (int i = 0; i < NUM_HOGS; i++) {
		int status;
		pid_t hog;

		__atomic_store_n(holds, false, __ATOMIC_RELEASE);
		hog = hog_start(victim, holds);
		assert_true(hog > 0);
		while (away && !__atomic_load_n(holds, __ATOMIC_ACQUIRE))
			nanosleep(&(struct timespec){0, 100000}, NULL);
		if (away)
			away(victim);
		assert_int_equal(waitpid(hog, &status, 0), hog);
		assert_int_equal(status, 0);
		assert_true(bind_to(victim->id, last_cpu()));
	}
	munmap(holds, sizeof(*holds));
}

/* watch_in_both_ways opens the other monitor, and lets the hogs come. */
static void watch_in_both_ways(struct gng_schedlat *by_wake_up, const struct victim *victim,
			       void (*away)(const struct victim *victim))
{
	const struct gng_schedlat_request request = {.threshold_ns = THRESHOLD_NS,
						     .comm = victim_name()};
	struct gng_schedlat *by_queue = open_or_skip(&request);

	if (!by_queue)
		return;
	assert_int_equal(gng_schedlat_by_queue(by_queue),
			 access("/proc/self/schedstat", R_OK) == 0);
	assert_false(gng_schedlat_by_queue(by_wake_up));
	hold(victim, away);
	nanosleep(&(struct timespec){0, 2 * (long)MS}, NULL); /* the victim's turn */
	compare_ways(by_queue, by_wake_up);
	gng_schedlat_close(by_queue);
}

static void with_victim_by_wake_up(with_victim_fn fn)
{
	lock();
	with_victim_by(fn, true);
}

static void watch_one_that_stays(struct gng_schedlat *by_wake_up, const struct victim *victim)
{
	watch_in_both_ways(by_wake_up, victim, NULL);
}

static void a_wait_begins_when_the_scheduler_says(void **state)
{
	(void)state;
	with_victim_by_wake_up(watch_one_that_stays);
}

/* ---- a victim that is moved ---- */

/* move takes it to the first CPU, when it has waited for longer than the threshold. */
static void move(const struct victim *victim)
{
	nanosleep(&(struct timespec){0, 8 * (long)MS}, NULL);
	assert_true(bind_to(victim->id, 0));
}

static void watch_one_that_is_moved(struct gng_schedlat *by_wake_up, const struct victim *victim)
{
	be_fifo(ABOVE_BOTH);
	watch_in_both_ways(by_wake_up, victim, move);
	be_fifo(0);
}

static void who_is_moved_waits_on(void **state)
{
	(void)state;
	on_the_first_cpu(with_victim_by_wake_up, watch_one_that_is_moved);
}

/* ---- a scheduler that keeps nothing ---- */

enum { WAY_QUEUE, WAY_WAKE_UP, WAY_CANNOT };

/* open_without_counts opens where the scheduler seems to count nothing. */
static int open_without_counts(void)
{
	const struct gng_schedlat_request request = {.threshold_ns = UINT64_MAX};
	struct gng_schedlat *monitor;
	struct gng_why why;
	bool by_queue;

	if (unshare(CLONE_NEWNS) != 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("/dev/null", "/proc/thread-self/schedstat", NULL, MS_BIND, NULL) != 0 ||
	    gng_schedlat_open(&monitor, &request, &why) != GNG_OK)
		return WAY_CANNOT;
	by_queue = gng_schedlat_by_queue(monitor);
	gng_schedlat_close(monitor);
	return by_queue ? WAY_QUEUE : WAY_WAKE_UP;
}

static void without_a_count_of_the_scheduler_a_wait_begins_at_its_wake_up(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0)
		_exit(open_without_counts());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == WAY_CANNOT)
		return gng_probe_skip("no namespace of mounts, or no monitor in it",
				      "root, or gonogo lab run schedlat-hogs");
	assert_int_equal(WEXITSTATUS(status), WAY_WAKE_UP);
}

const struct suite_test suite_tests[] = {
	TEST(a_wait_begins_when_the_scheduler_says, "T4.schedlat.latency"),
	TEST(who_is_moved_waits_on, "T4.schedlat.latency"),
	TEST(without_a_count_of_the_scheduler_a_wait_begins_at_its_wake_up, "T4.schedlat.latency"),
	{0},
};
