/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unbind_test.c - the device goes while another process is in the middle of mapping its memory: the
 * mapping is refused, or its touch is a SIGBUS, and never memory that somebody else has.
 *
 * On one CPU the order is made, not hoped for. A call that waits for the device holds the driver's
 * lock; the mapping queues behind it, then the unbind, which is of a real-time thread: as soon as
 * the mapping lets the lock go, the unbind takes the CPU from it, before the kernel has put the
 * area into the list of those that are zapped. The unbind ends the device's interrupts first, so
 * that the call lasts until its deadline: that it does shows that the order was this one.
 */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "left.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define NUM_TRIES 20
#define EXIT_REFUSED 10
#define EXIT_OTHER 11

/* ---- the parties ---- */

/* holder is a thread in a transfer, 100 ms of the device's time. */
struct holder {
	const struct gng_kmod *kmod;
	pid_t thread;
	enum gng_status status;
	struct gng_why why;
};

static void *hold(void *arg)
{
	struct holder *holder = arg;

	__atomic_store_n(&holder->thread, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	holder->status = gng_kmod_write(holder->kmod, 0, 0, 64, &holder->why);
	return NULL;
}

/* map_and_touch is the other process: it maps, waits for a byte, and touches. */
static void map_and_touch(int device, int told)
{
	const volatile uint8_t *memory =
		mmap(NULL, GNG_KMOD_BUFFER_LEN, PROT_READ, MAP_SHARED, device, 0);
	char byte;

	if (memory == MAP_FAILED)
		_exit(errno == ENODEV ? EXIT_REFUSED : EXIT_OTHER);
	if (read(told, &byte, 1) != 1)
		_exit(EXIT_OTHER);
	_exit(*memory & 1);
}

/* waits_inside says whether a thread comes to wait in the kernel as one that no signal wakes; false
 * if it waits otherwise, or does not within some seconds. */
static bool waits_inside(pid_t thread)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", thread);
	for (int i = 0; i < 3000; i++) {
		char *text = gng_sysfile_text("", path);
		const char *state = text ? strrchr(text, ')') : NULL;
		const char is = state ? state[2] : '?';

		free(text);
		if (is == 'D')
			return true;
		if (is != 'R')
			return false;
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	return false;
}

static bool holds(struct holder *holder)
{
	pid_t thread = 0;

	for (int i = 0; i < 3000 && !thread; i++) {
		thread = __atomic_load_n(&holder->thread, __ATOMIC_ACQUIRE);
		nanosleep(&(struct timespec){0, 100000}, NULL);
	}
	return thread && waits_inside(thread);
}

/* ---- a try ---- */

static void become(int policy, int priority)
{
	const struct sched_param param = {.sched_priority = priority};

	assert_int_equal(sched_setscheduler(0, policy, &param), 0);
}

/* unbind_between returns whether the three came in order; *status is that of the other process. */
static bool unbind_between(int *status)
{
	struct gng_kmod kmod;
	struct holder holder = {.kmod = &kmod};
	pthread_t thread;
	bool in_order;
	int told[2];
	pid_t pid;

	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	assert_int_equal(pipe(told), 0);
	assert_int_equal(pthread_create(&thread, NULL, hold, &holder), 0);
	in_order = holds(&holder);
	pid = fork();
	if (pid == 0)
		map_and_touch(kmod.fd, told[0]);
	assert_true(pid > 0);
	in_order = in_order && waits_inside(pid);
	become(SCHED_FIFO, 10);
	assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
	become(SCHED_OTHER, 0);
	assert_int_equal(write(told[1], "", 1), 1);
	assert_int_equal(waitpid(pid, status, 0), pid);
	pthread_join(thread, NULL);
	close(told[0]);
	close(told[1]);
	gng_kmod_close(&kmod);
	return in_order && holder.status == GNG_ESYS && holder.why.sys_errno == ETIMEDOUT;
}

static void a_mapping_in_progress_ends_with_its_device(void **state)
{
	int status = 0;
	bool in_order = false;

	(void)state;
	if (!driver_load(""))
		return;
	for (int i = 0; i < NUM_TRIES && !in_order; i++) {
		if (i > 0)
			assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
		in_order = unbind_between(&status);
		check_nothing_left();
		if (!(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS) &&
		    !(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_REFUSED))
			suite_fail("the mapping outlives the device: its touch ends with 0x%x",
				   (unsigned int)status);
		gng_probe_assertion();
	}
	driver_unload();
	if (!in_order)
		gng_probe_inconclusive("the unbind never came between", "a guest with one CPU");
}

/* What would be copied at a write, or reaches beyond the page, is refused. */
static void only_the_shared_page_can_be_mapped(void **state)
{
	static const struct {
		size_t len;
		int flags, page, error;
	} rows[] = {{GNG_KMOD_BUFFER_LEN, MAP_PRIVATE, 0, EINVAL},
		    {2 * GNG_KMOD_BUFFER_LEN, MAP_SHARED, 0, EINVAL},
		    {GNG_KMOD_BUFFER_LEN, MAP_SHARED, 1, EINVAL},
		    {1, MAP_SHARED, 0, 0}};
	struct gng_kmod kmod;

	(void)state;
	if (!driver_load(""))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		void *memory = mmap(NULL, rows[i].len, PROT_READ | PROT_WRITE, rows[i].flags,
				    kmod.fd, (off_t)rows[i].page * GNG_KMOD_BUFFER_LEN);

		assert_int_equal(memory == MAP_FAILED ? errno : 0, rows[i].error);
		if (memory != MAP_FAILED)
			munmap(memory, rows[i].len);
	}
	gng_kmod_close(&kmod);
	driver_unload();
}

GUEST_PASSES(a_guest_unbinds_between, "6.1-cloud",
	     "unbind.a_mapping_in_progress_ends_with_its_device", GUEST_DEVICE)

const struct suite_test suite_tests[] = {
	TEST(a_mapping_in_progress_ends_with_its_device, "K8.kmod.failures"),
	TEST(only_the_shared_page_can_be_mapped, "K8.kmod.user"),
	TEST_SLOW(a_guest_unbinds_between, "K8.kmod.failures"),
	{0},
};
