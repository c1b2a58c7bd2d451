/* SPDX-License-Identifier: Apache-2.0 */
/* device_test.c - the driver of edu in a guest: registers, interrupts, transfers, and refusals. */
/* needs: sysfile */
#include "driver.h"

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
	struct gng_kmod_info info;

	(void)state;
	if (!begin(""))
		return;
	assert_int_equal(gng_kmod_info(&kmod, &info, NULL), GNG_OK);
	assert_int_equal(info.identification, 0x010000ed);
	assert_true(info.alive);
	assert_true(info.msi);
	assert_true(info.bus_address + GNG_KMOD_BUFFER_LEN <= 1u << 28);
	end();
}

static void each_operation_ends_in_its_interrupt(void **state)
{
	struct gng_kmod_info before, after;
	uint32_t out;

	(void)state;
	if (!begin(""))
		return;
	assert_int_equal(gng_kmod_info(&kmod, &before, NULL), GNG_OK);
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 10, NULL), GNG_OK);
	assert_int_equal(out, 3628800);
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 0, NULL), GNG_OK);
	assert_int_equal(out, 1);
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 13, NULL), GNG_OK);
	assert_int_equal(out, 1932053504); /* 13! modulo 2^32 */
	assert_int_equal(gng_kmod_raise(&kmod, &out, 0x80001000, NULL), GNG_OK);
	assert_int_equal(out, 0x80001000);
	assert_int_equal(gng_kmod_info(&kmod, &after, NULL), GNG_OK);
	assert_int_equal(after.num_irqs - before.num_irqs, 4);
	assert_true(driver_stands("/proc/interrupts"));
	end();
}

static void fill(uint8_t *bytes, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + seed + i / 251);
}

/* Out and back: not one byte beside the transfer may change. */
static void memory_goes_out_and_comes_back(void **state)
{
	static const struct {
		uint32_t out, device, back, len;
	} rows[] = {{0, 0, 2048, 2048}, {100, 4094, 7, 1}, {1, 0, 1, 4095}, {4000, 96, 1, 96}};
	uint8_t expected[GNG_KMOD_BUFFER_LEN];

	(void)state;
	if (!begin(""))
		return;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fill(kmod.memory, sizeof(expected), (unsigned int)i);
		memcpy(expected, kmod.memory, sizeof(expected));
		assert_int_equal(
			gng_kmod_write(&kmod, rows[i].device, rows[i].out, rows[i].len, NULL),
			GNG_OK);
		memmove(expected + rows[i].back, expected + rows[i].out, rows[i].len);
		memset(kmod.memory + rows[i].back, 0xee, rows[i].len);
		assert_int_equal(
			gng_kmod_read(&kmod, rows[i].back, rows[i].device, rows[i].len, NULL),
			GNG_OK);
		assert_memory_equal(kmod.memory, expected, sizeof(expected));
	}
	end();
}

static const struct {
	uint32_t device, offset, len;
} wrong[] = {{0, 0, 0},
	     {0, 0, 4096},
	     {4094, 0, 2},
	     {0, 0, 4097},
	     {4095, 0, 2},
	     {0, 4095, 2},
	     {0, 4096, 1},
	     {4096, 0, 1},
	     {UINT32_MAX, 0, 2},
	     {0, UINT32_MAX, 2},
	     {1, 1, 4096},
	     {0, 0, UINT32_MAX},
	     {1u << 31, 0, 1u << 31}};

static void what_lies_outside_is_refused(void **state)
{
	struct gng_why why;
	uint32_t out;

	(void)state;
	if (!begin(""))
		return;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(
			gng_kmod_write(&kmod, wrong[i].device, wrong[i].offset, wrong[i].len, &why),
			GNG_EINVAL);
		assert_int_equal(
			gng_kmod_read(&kmod, wrong[i].offset, wrong[i].device, wrong[i].len, &why),
			GNG_EINVAL);
	}
	assert_int_equal(gng_kmod_raise(&kmod, &out, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_kmod_wild(&kmod, 0, 16, &why), GNG_EPERM);
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
