/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hog_test.c - a thread that sleeps a millisecond at a time, a process of higher real-time priority
 * that holds its CPU for 20 ms, and the monitor, which must name it each time.
 */
#include "hog.h"

#include <sys/mman.h>

#define NUM_HOGS 20

/* found_hog polls until a wait is blamed on the hog, for two seconds; others may come before. */
static bool found_hog(struct gng_schedlat *monitor, struct gng_schedlat_wait *wait, pid_t hog,
		      unsigned int *num_others)
{
	const uint64_t end = now_ns() + 2000 * MS;
	struct gng_why why;

	while (now_ns() < end) {
		bool found = false;

		if (gng_schedlat_poll(monitor, wait, &found, 200, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (found && wait->culprit == (uint32_t)hog &&
		    strcmp(wait->culprit_comm, hog_name(getpid())) ==
			    0) /* else it is not one yet */
			return true;
		*num_others += found;
	}
	return false;
}

static void check_wait(const struct gng_schedlat_wait *wait, const struct victim *victim)
{
	assert_int_equal(wait->thread, victim->id);
	assert_string_equal(wait->comm, victim_name());
	assert_string_equal(wait->culprit_comm, hog_name(getpid()));
	assert_true(wait->until_ns - wait->from_ns >= THRESHOLD_NS);
	assert_true(wait->held_ns >= THRESHOLD_NS / 2);
	assert_true(wait->held_ns <= wait->until_ns - wait->from_ns);
	assert_true(wait->told_ns >= wait->until_ns);
}

/* inject lets hogs come one after the other; each must be found. */
static void inject(struct gng_schedlat *monitor, const struct victim *victim)
{
	unsigned int num_found = 0, num_others = 0;
	uint64_t slowest = 0;
	char note[96];

	for (int i = 0; i < NUM_HOGS; i++) {
		struct gng_schedlat_wait wait;
		const uint64_t start = now_ns();
		const pid_t hog = hog_start(victim, NULL);
		int status;

		assert_true(hog > 0);
		if (found_hog(monitor, &wait, hog, &num_others)) {
			check_wait(&wait, victim);
			assert_true(wait.from_ns > start);
			num_found++;
			if (wait.told_ns - wait.until_ns > slowest)
				slowest = wait.told_ns - wait.until_ns;
		}
		assert_int_equal(waitpid(hog, &status, 0), hog);
		assert_int_equal(status, 0);
	}
	snprintf(note, sizeof(note), "%u of %d; %u other waits; told after %llu us at most",
		 num_found, NUM_HOGS, num_others, (unsigned long long)slowest / 1000);
	gng_probe_note("culprits", note);
	assert_int_equal(num_found, NUM_HOGS);
}

/* with_victim runs fn under a monitor of a victim. That it may also begin waits at wake-ups is
 * compared in since_test.c. */
static void with_victim(with_victim_fn fn)
{
	lock();
	with_victim_by(fn, false);
}

static void each_hog_is_named(void **state)
{
	(void)state;
	with_victim(inject);
}

/* number_of finds a hog; NUM_HOGS if it is none. */
static size_t number_of(const pid_t *hogs, uint32_t culprit)
{
	size_t i = 0;

	while (i < NUM_HOGS && (uint32_t)hogs[i] != culprit)
		i++;
	return i;
}

/* poll_all takes what is there, and returns how many of the hogs were named. */
static unsigned int poll_all(struct gng_schedlat *monitor, const struct victim *victim,
			     const pid_t *hogs)
{
	bool named[NUM_HOGS] = {false}, found = true;
	unsigned int num = 0;

	while (found) {
		struct gng_schedlat_wait wait;
		struct gng_why why;
		size_t i;

		if (gng_schedlat_poll(monitor, &wait, &found, 0, &why) != GNG_OK)
			suite_fail("%s", why.text);
		i = found ? number_of(hogs, wait.culprit) : NUM_HOGS;
		if (i == NUM_HOGS || strcmp(wait.culprit_comm, hog_name(getpid())) != 0)
			continue;
		check_wait(&wait, victim);
		num += !named[i];
		named[i] = true;
	}
	return num;
}

/* inject_unseen lets all hogs come before it polls once. */
static void inject_unseen(struct gng_schedlat *monitor, const struct victim *victim)
{
	pid_t hogs[NUM_HOGS];
	char note[32];
	unsigned int num;

	for (size_t i = 0; i < NUM_HOGS; i++) {
		int status;

		hogs[i] = hog_start(victim, NULL);
		assert_true(hogs[i] > 0);
		assert_int_equal(waitpid(hogs[i], &status, 0), hogs[i]);
		assert_int_equal(status, 0);
	}
	num = poll_all(monitor, victim, hogs);
	snprintf(note, sizeof(note), "%u of %d", num, NUM_HOGS);
	gng_probe_note("culprits", note);
	assert_int_equal(num, NUM_HOGS);
	assert_int_equal(gng_schedlat_lost(monitor), 0);
}

/* A monitor that shares the CPU with its hogs is late: here it looks when all are gone. */
static void hogs_of_the_monitors_own_cpu_are_all_named(void **state)
{
	cpu_set_t before;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_true(bind_to(0, last_cpu()));
	with_victim(inject_unseen);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

/* ---- a victim that is moved ---- */

/* bound_away lets the kernel stop the hog for a moment to move the victim: the hog is on record. */
static void bound_away(const struct victim *victim)
{
	nanosleep(&(struct timespec){0, 9 * (long)MS}, NULL);
	assert_true(bind_to(victim->id, 0));
}

/* pulled_away keeps the first CPU, too; when it is free, it takes the victim from behind the hog,
 * which runs on. */
static void pulled_away(const struct victim *victim)
{
	const uint64_t end = now_ns() + 9 * MS;
	cpu_set_t both;

	CPU_ZERO(&both);
	CPU_SET(0, &both);
	CPU_SET((size_t)last_cpu(), &both);
	assert_int_equal(sched_setaffinity((pid_t)victim->id, sizeof(both), &both), 0);
	while (now_ns() < end)
		continue;
	nanosleep(&(struct timespec){0, 2 * (long)MS}, NULL);
}

/* named takes all waits that were told, and says whether one is blamed on the hog. None is blamed
 * on nobody, or on this thread, which is on the CPU where it ends; on others it may be: real-time
 * threads of whoever else is on this machine. */
static bool named(struct gng_schedlat *monitor, struct gng_schedlat_wait *wait, pid_t hog)
{
	bool found = true, is_named = false;

	while (found) {
		struct gng_schedlat_wait one;
		struct gng_why why;

		if (gng_schedlat_poll(monitor, &one, &found, 0, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (!found)
			break;
		assert_true(one.culprit != 0 && one.culprit != (uint32_t)gettid());
		if (one.culprit == (uint32_t)hog) {
			*wait = one;
			is_named = true;
		}
	}
	return is_named;
}

/* flee lets a hog hold the last CPU, and takes the victim to the first one meanwhile. It says
 * whether the victim got there before the hog was gone, which the hog is blamed for. */
static bool flee(struct gng_schedlat *monitor, const struct victim *victim, bool *holds,
		 void (*away)(const struct victim *victim))
{
	struct gng_schedlat_wait wait;
	int status;
	pid_t hog;

	__atomic_store_n(holds, false, __ATOMIC_RELEASE);
	hog = hog_start(victim, holds);
	assert_true(hog > 0);
	while (!__atomic_load_n(holds, __ATOMIC_ACQUIRE))
		nanosleep(&(struct timespec){0, 100000}, NULL);
	away(victim);
	assert_int_equal(waitpid(hog, &status, 0), hog);
	assert_int_equal(status, 0);
	assert_true(bind_to(victim->id, last_cpu()));
	nanosleep(&(struct timespec){0, 2 * (long)MS}, NULL); /* the victim's turn */
	if (!named(monitor, &wait, hog))
		return false;
	check_wait(&wait, victim);
	assert_int_equal(wait.cpu, last_cpu());
	return wait.until_ns - wait.from_ns < 15 * MS;
}

/* let_flee tries until it came in time three times, which a busy machine may hinder; and there the
 * kernel may find another way to move it. */
static void let_flee(struct gng_schedlat *monitor, const struct victim *victim,
		     void (*away)(const struct victim *victim))
{
	bool *holds = mmap(NULL, sizeof(*holds), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			   -1, 0);
	unsigned int num_fled = 0;

	assert_true(holds != MAP_FAILED);
	be_fifo(ABOVE_BOTH);
	for (int i = 0; i < NUM_HOGS && num_fled < 3; i++)
		num_fled += flee(monitor, victim, holds, away);
	be_fifo(0);
	munmap(holds, sizeof(*holds));
	if (num_fled < 3)
		gng_probe_inconclusive("the victim was seldom moved in time", "an idle machine");
}

static void let_it_be_bound_away(struct gng_schedlat *monitor, const struct victim *victim)
{
	let_flee(monitor, victim, bound_away);
}

static void let_it_be_pulled_away(struct gng_schedlat *monitor, const struct victim *victim)
{
	let_flee(monitor, victim, pulled_away);
}

static void who_held_a_cpu_that_was_left_is_named(void **state)
{
	(void)state;
	on_the_first_cpu(with_victim, let_it_be_bound_away);
}

static void who_has_a_cpu_yet_that_was_left_is_named(void **state)
{
	(void)state;
	on_the_first_cpu(with_victim, let_it_be_pulled_away);
}

/* Waits of a microsecond come by the thousand: what finds no room is counted. */
static void what_finds_no_room_is_counted(void **state)
{
	const struct gng_schedlat_request request = {.threshold_ns = 1, .comm = victim_name()};
	uint64_t num_polled = 0;
	struct gng_schedlat *monitor;
	struct victim victim;
	bool found = true;

	(void)state;
	lock();
	monitor = open_or_skip(&request);
	if (!monitor)
		return;
	victim_start(&victim);
	for (int i = 0; i < 1000 && gng_schedlat_lost(monitor) == 0; i++)
		nanosleep(&(struct timespec){0, 10 * (long)MS}, NULL);
	victim_end(&victim);
	assert_true(gng_schedlat_lost(monitor) > 0);
	while (found) {
		struct gng_schedlat_wait wait;
		struct gng_why why;

		assert_int_equal(gng_schedlat_poll(monitor, &wait, &found, 0, &why), GNG_OK);
		num_polled += found;
	}
	assert_true(num_polled >= 2000);
	gng_schedlat_close(monitor);
}

/* ---- histograms ---- */

struct seen {
	uint32_t thread, num_threads;
	struct gng_schedlat_hist hist;
	bool idle;
};

static void see(void *arg, uint32_t thread, const char *comm, const struct gng_schedlat_hist *hist)
{
	struct seen *seen = arg;

	seen->num_threads++;
	seen->idle = seen->idle || thread == 0;
	if (thread != seen->thread)
		return;
	assert_string_equal(comm, victim_name());
	seen->hist = *hist;
}

/* count_rounds lets a victim sleep at least 100 times under a monitor, and looks at the histograms.
 * *rounds is how often it slept meanwhile, 0 where no monitor can run. */
static void count_rounds(const struct gng_schedlat_request *request, struct seen *seen,
			 uint32_t *rounds)
{
	struct gng_schedlat *monitor;
	struct victim victim;
	uint32_t before;

	victim_start(&victim);
	monitor = open_or_skip(request);
	before = __atomic_load_n(&victim.rounds, __ATOMIC_RELAXED);
	while (monitor && __atomic_load_n(&victim.rounds, __ATOMIC_RELAXED) < before + 100)
		nanosleep(&(struct timespec){0, 10 * (long)MS}, NULL);
	victim_end(&victim);
	if (!monitor)
		return;
	*seen = (struct seen){.thread = victim.id};
	assert_int_equal(gng_schedlat_each(monitor, see, seen), 0);
	*rounds = victim.rounds - before;
	gng_schedlat_close(monitor);
}

static void each_wake_up_of_a_thread_is_counted(void **state)
{
	const struct gng_schedlat_request requests[] = {
		{.threshold_ns = UINT64_MAX, .process = (uint32_t)getpid()},
		{.threshold_ns = UINT64_MAX, .comm = victim_name()},
		{.threshold_ns = UINT64_MAX},
		{.threshold_ns = UINT64_MAX, .comm = victim_name(), .by_wake_up = true},
	};

	(void)state;
	lock();
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		struct seen seen = {0};
		uint32_t rounds = 0;

		count_rounds(&requests[i], &seen, &rounds);
		if (rounds == 0)
			return;
		assert_false(seen.idle);
		/* The first sleep began before; and on a slow machine a sleep may be over before
		 * the thread has left its CPU, so that it waits for none. */
		assert_true(seen.hist.total + rounds / 10 >= rounds - 1);
		assert_true(seen.hist.max_ns >= gng_schedlat_quantile(&seen.hist, 0.5) / 2);
		if (requests[i].comm)
			assert_int_equal(seen.num_threads, 1);
	}
}

static void another_process_is_not_counted(void **state)
{
	const struct gng_schedlat_request request = {.threshold_ns = UINT64_MAX, .process = 1};
	struct seen seen = {0};
	uint32_t rounds = 0;

	(void)state;
	lock();
	count_rounds(&request, &seen, &rounds);
	if (rounds)
		assert_int_equal(seen.hist.total, 0);
}

/* ---- in a PID namespace ---- */

enum { INNER_GOOD, INNER_CANNOT, INNER_BAD };

/* watch_inside is process 1 of a PID namespace: it sleeps under a monitor of itself. */
static int watch_inside(void)
{
	const struct gng_schedlat_request request = {.threshold_ns = UINT64_MAX,
						     .process = (uint32_t)getpid()};
	struct seen seen = {.thread = (uint32_t)gettid()};
	struct gng_schedlat *monitor;
	struct gng_why why = {0};

	prctl(PR_SET_NAME, victim_name());
	if (getpid() != 1 || gng_schedlat_open(&monitor, &request, &why) != GNG_OK) {
		fprintf(stderr, "process %d in its namespace: %s\n", (int)getpid(), why.text);
		return INNER_CANNOT;
	}
	/* On a busy CPU a sleep may be over before the thread has left it: no wait, so one more. */
	for (int i = 0; i < 1000 && seen.hist.total < 99; i++) {
		nanosleep(&(struct timespec){0, (long)MS}, NULL);
		seen.num_threads = 0;
		gng_schedlat_each(monitor, see, &seen);
	}
	gng_schedlat_close(monitor);
	return seen.hist.total >= 99 && seen.num_threads == 1 ? INNER_GOOD : INNER_BAD;
}

/* become_first starts process 1 of a new PID namespace, and returns what it found. */
static int become_first(void)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID) != 0)
		return INNER_CANNOT;
	pid = fork();
	if (pid == 0)
		_exit(watch_inside());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return INNER_BAD;
	return WEXITSTATUS(status);
}

static void a_pid_namespace_has_its_own_numbers(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0)
		_exit(become_first());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == INNER_CANNOT)
		return gng_probe_skip("no PID namespace, or no monitor in it",
				      "root, or gonogo lab run schedlat-hogs");
	assert_int_equal(WEXITSTATUS(status), INNER_GOOD);
}

/* ---- without privilege ---- */

static void without_privilege_it_says_so(void **state)
{
	const struct gng_schedlat_request request = {.threshold_ns = THRESHOLD_NS};
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		struct gng_schedlat *monitor;
		struct gng_why why;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(99);
		_exit((int)gng_schedlat_open(&monitor, &request, &why));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == GNG_EUNSUPPORTED)
		return gng_probe_skip("this kernel has no BTF", "gonogo lab run schedlat-hogs");
	assert_int_equal(WEXITSTATUS(status), GNG_EPERM);
}

const struct suite_test suite_tests[] = {
	TEST(each_hog_is_named, "T4.schedlat.recorder"),
	TEST(hogs_of_the_monitors_own_cpu_are_all_named, "T4.schedlat.recorder"),
	TEST(who_held_a_cpu_that_was_left_is_named, "T4.schedlat.recorder"),
	TEST(who_has_a_cpu_yet_that_was_left_is_named, "T4.schedlat.recorder"),
	TEST_SLOW(what_finds_no_room_is_counted, "T4.schedlat.recorder"),
	TEST(each_wake_up_of_a_thread_is_counted, "T4.schedlat.latency"),
	TEST(another_process_is_not_counted, "T4.schedlat.latency"),
	TEST(a_pid_namespace_has_its_own_numbers, "T4.schedlat.namespace"),
	TEST(without_privilege_it_says_so, "T4.schedlat.latency"),
	{0},
};
