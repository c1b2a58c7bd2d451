/* SPDX-License-Identifier: Apache-2.0 */
/* failures_test.c - each step of probe fails in turn and leaves nothing; then binding works. */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "left.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void set_failure(unsigned int step)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", step);
	assert_int_equal(driver_tell("/sys/module/gonogo_edu/parameters/fail_at", text), 0);
}

static void each_failure_of_probe_leaves_nothing(void **state)
{
	(void)state;
	if (!driver_load(""))
		return;
	check_all_there();
	for (unsigned int step = 1; step <= NUM_STEPS; step++) {
		assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
		check_nothing_left();
		set_failure(step);
		assert_int_equal(driver_tell(DRIVER "bind", driver_slot), ENOMEM);
		check_nothing_left();
		set_failure(0);
		assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
		check_all_there();
	}
	driver_unload();
	check_nothing_left();
}

/* There is no step behind the last: the table of the driver and this test agree. */
static void there_are_no_more_steps(void **state)
{
	(void)state;
	if (!driver_load("fail_at=8"))
		return;
	check_all_there();
	driver_unload();
	if (!driver_load("fail_at=7"))
		return;
	check_nothing_left(); /* insmod said 0 */
	driver_unload();
}

/* touch_dies says whether a read of the memory ends its process by SIGBUS. */
static bool touch_dies(const volatile uint8_t *memory)
{
	const pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(*memory);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
}

/* The device goes while a file is open and its memory mapped: neither reaches what is freed. */
static void an_open_file_outlives_its_device(void **state)
{
	struct gng_why why = {0};
	struct gng_kmod kmod;
	uint32_t out = 0;

	(void)state;
	if (!driver_load(""))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	kmod.memory[0] = 1;
	assert_false(touch_dies(kmod.memory));
	assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
	check_nothing_left();
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 5, &why), GNG_EUNSUPPORTED);
	assert_int_equal(why.sys_errno, ENODEV);
	assert_true(touch_dies(kmod.memory));
	assert_ptr_equal(mmap(NULL, GNG_KMOD_BUFFER_LEN, PROT_READ, MAP_SHARED, kmod.fd, 0),
			 MAP_FAILED);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
	check_all_there(); /* beside the old file, which stays what it is */
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 5, &why), GNG_EUNSUPPORTED);
	gng_kmod_close(&kmod);
	check_works();
	driver_unload();
	check_nothing_left();
}

/* free_kib is what /proc/meminfo says is available and slab that cannot be reclaimed. */
static unsigned long unreclaimable_kib(void)
{
	char *text = gng_sysfile_text("", "/proc/meminfo");
	const char *line = text ? strstr(text, "SUnreclaim:") : NULL;
	const unsigned long kib = line ? strtoul(line + 11, NULL, 10) : 0;

	free(text);
	return kib;
}

/* KASAN keeps what was freed for a while, so slab grows there; kmemleak judges that kernel. */
static void binding_again_and_again_leaks_nothing(void **state)
{
	const bool is_debug = access("/sys/kernel/debug/kmemleak", F_OK) == 0;
	const int rounds = is_debug ? 5 : 200;
	unsigned long before;

	(void)state;
	if (!driver_load(""))
		return;
	for (int warm = 0; warm < (is_debug ? 0 : 20); warm++) {
		assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
		assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
	}
	before = unreclaimable_kib();
	for (int i = 0; i < rounds; i++) {
		assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
		assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
	}
	/* a page of coherent memory alone would be 800 KiB, and is not slab; 1 KiB a time is 200 */
	assert_true(is_debug || unreclaimable_kib() < before + 200);
	check_all_there();
	driver_unload();
}

GUEST_PASSES(a_guest_leaves_nothing, "6.1-cloud", "failures.each_failure_of_probe_leaves_nothing",
	     GUEST_DEVICE)

GUEST_PASSES(a_guest_outlives_a_device, "6.1-cloud", "failures.an_open_file_outlives_its_device",
	     GUEST_DEVICE)

const struct suite_test suite_tests[] = {
	TEST(each_failure_of_probe_leaves_nothing, "K8.kmod.failures"),
	TEST(an_open_file_outlives_its_device, "K8.kmod.failures"),
	TEST(there_are_no_more_steps, "K8.kmod.failures"),
	TEST(binding_again_and_again_leaks_nothing, "K8.kmod.failures"),
	TEST_SLOW(a_guest_leaves_nothing, "K8.kmod.failures"),
	TEST_SLOW(a_guest_outlives_a_device, "K8.kmod.failures"),
	{0},
};
