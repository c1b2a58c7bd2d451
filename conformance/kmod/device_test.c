/* SPDX-License-Identifier: Apache-2.0 */
/* device_test.c - the driver of edu in a guest: registers, interrupts, transfers, and refusals. */
/* needs: sysfile */
#include "operations.h"

#include <sys/ioctl.h>

#include "../../impl/kmod/module/gonogo_edu_ioctl.h"

static struct gng_kmod kmod;

static bool begin(const char *parameters)
{
	struct gng_why why;

	if (!driver_load(parameters))
		return false;
	if (gng_kmod_open(&kmod, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return true;
}

static void end(void)
{
	gng_kmod_close(&kmod);
	driver_unload();
	assert_int_equal(access(GNG_KMOD_DEVICE, F_OK), -1);
}

static void registers_answer_by_the_bar(void **state)
{
	(void)state;
	if (!begin(""))
		return;
	check_registers(&kmod);
	end();
}

static void each_operation_ends_in_its_interrupt(void **state)
{
	(void)state;
	if (!begin(""))
		return;
	check_interrupts(&kmod);
	assert_true(driver_stands("/proc/interrupts"));
	end();
}

static void memory_goes_out_and_comes_back(void **state)
{
	(void)state;
	if (!begin(""))
		return;
	check_transfers(&kmod);
	end();
}

static void what_lies_outside_is_refused(void **state)
{
	(void)state;
	if (!begin(""))
		return;
	check_refusals(&kmod);
	assert_int_equal(gng_kmod_wild(&kmod, 0, 16, NULL), GNG_EPERM);
	end();
}

static void hostile_calls_have_their_errno(void **state)
{
	struct gonogo_edu_call call = {1, 0};

	(void)state;
	if (!begin(""))
		return;
	assert_int_equal(ioctl(kmod.fd, _IO('G', 0), NULL), -1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(ioctl(kmod.fd, _IOWR('X', 1, struct gonogo_edu_call), &call), -1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(ioctl(kmod.fd, _IOC(3, 'G', 1, 4000), &call), -1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(ioctl(kmod.fd, GONOGO_EDU_FACTORIAL, (void *)8), -1);
	assert_int_equal(errno, EFAULT);
	end();
}

/* insmod returns 0 when no device could be bound, so what stands is asked, never its status. */
static void a_driver_in_use_is_not_unloaded(void **state)
{
	(void)state;
	if (!begin(""))
		return;
	assert_int_equal(syscall(SYS_delete_module, "gonogo_edu", O_NONBLOCK), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	end();
}

static void without_the_device_it_says_so(void **state)
{
	struct gng_why why;

	(void)state;
	if (access(GNG_KMOD_DEVICE, F_OK) == 0)
		return gng_probe_skip("this machine has the driver loaded", "rmmod gonogo_edu");
	assert_int_equal(gng_kmod_open(&kmod, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "gonogo lab run kmod-edu"));
}

const struct suite_test suite_tests[] = {
	TEST(registers_answer_by_the_bar, "K8.kmod.device"),
	TEST(each_operation_ends_in_its_interrupt, "K8.kmod.device"),
	TEST(memory_goes_out_and_comes_back, "K8.kmod.device"),
	TEST(what_lies_outside_is_refused, "K8.kmod.user"),
	TEST(hostile_calls_have_their_errno, "K8.kmod.user"),
	TEST(a_driver_in_use_is_not_unloaded, "K8.kmod.device"),
	TEST(without_the_device_it_says_so, "K8.kmod.user"),
	{0},
};
