/* SPDX-License-Identifier: Apache-2.0 */
/*
 * injected_test.c - each allocation of a binding fails in turn, by the kernel's own fault injection
 * (Linux, Documentation/fault-injection): a clean error, nothing left, and the next binding works.
 */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "left.h"

#define MAX_ALLOCATIONS 2000
#define FAULTS "/sys/kernel/debug/"

/* Every allocation may fail, those that may sleep too, and none says more than its line. */
static void allow_faults(void)
{
	static const char *const files[] = {
		FAULTS "failslab/ignore-gfp-wait", FAULTS "fail_page_alloc/ignore-gfp-wait",
		FAULTS "fail_page_alloc/min-order", FAULTS "failslab/verbose",
		FAULTS "fail_page_alloc/verbose"};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		assert_int_equal(driver_tell(files[i], "0"), 0);
}

/* bind_failing lets the n-th allocation of the binding fail; *injected says whether there was one.
 * The write that asks for it counts none, and the fault is over when this returns. */
static int bind_failing(unsigned int n, bool *injected)
{
	const int bind = open(DRIVER "bind", O_WRONLY | O_CLOEXEC);
	const int nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	char text[16], left[16] = "";
	int error = 0;

	assert_true(bind >= 0 && nth >= 0);
	snprintf(text, sizeof(text), "%u", n);
	assert_true(write(nth, text, strlen(text)) > 0);
	if (write(bind, driver_slot, strlen(driver_slot)) < 0)
		error = errno;
	assert_true(pread(nth, left, sizeof(left) - 1, 0) > 0);
	assert_true(pwrite(nth, "0", 1, 0) > 0);
	*injected = strtoul(left, NULL, 10) == 0;
	close(nth);
	close(bind);
	return error;
}

/*
 * enable lets the device be enabled before the binding, so that the binding does not evaluate
 * ACPI's methods: ACPICA of 6.1 uses what it has freed when an allocation of a method fails (KASAN,
 * in acpi_ns_get_attached_object), which is no failure of the driver.
 */
static void enable(const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/enable", driver_slot);
	assert_int_equal(driver_tell(path, value), 0);
}

/* An allocation that the kernel can do without gives no error; any other gives one of these: EBUSY
 * of a region (its request has no other error), ENOSPC of an interrupt. */
static void check_outcome(unsigned int n, int error)
{
	if (error != 0 && error != ENOMEM && error != EBUSY && error != ENOSPC)
		suite_fail("allocation %u: %s", n, strerror(error));
	if (error == 0) {
		check_works();
		assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
	}
	check_left(1);
}

static void each_failing_allocation_leaves_nothing(void **state)
{
	unsigned int n, num_errors = 0;
	bool injected = true;

	(void)state;
	if (!in_debug_kernel() || !driver_load(""))
		return;
	allow_faults();
	assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
	enable("1");
	for (n = 1; injected && n < MAX_ALLOCATIONS; n++) {
		const int error = bind_failing(n, &injected);

		check_outcome(n, error);
		if (error == 0)
			continue;
		num_errors++;
		assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
		assert_int_equal(driver_tell(DRIVER "unbind", driver_slot), 0);
	}
	assert_false(injected); /* the last had no allocation left to fail */
	assert_true(num_errors >= NUM_STEPS);
	printf("%u allocations, %u of them fatal\n", n - 2, num_errors);
	enable("0");
	assert_int_equal(driver_tell(DRIVER "bind", driver_slot), 0);
	check_all_there();
	driver_unload();
	check_nothing_left();
}

GUEST_PASSES(a_guest_leaves_nothing, "6.1-debug", "injected.each_failing_allocation_leaves_nothing",
	     GUEST_DEVICE "known: WARNING remove_proc_entry\n")

const struct suite_test suite_tests[] = {
	TEST(each_failing_allocation_leaves_nothing, "K8.kmod.failures"),
	TEST_SLOW(a_guest_leaves_nothing, "K8.kmod.failures"),
	{0},
};
