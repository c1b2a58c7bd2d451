/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locked_test.c - types of programs that a locked-down host refuses to everybody: fentry, fexit,
 * LSM and a function that replaces another one. Each is attached and must have run; where the host
 * refuses, that is said to be policy, and the virtual lab has kernels that do not.
 */
/* needs: bpf */
#include "samples.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* counters is .bss of locked.bpf.c. */
struct counters {
	uint64_t entered, left, asked;
};

/* load_one loads the program, or skips the test where policy is against it or BTF is absent. */
static struct gng_bpfobj *load_one(const char *file, const char *program)
{
	struct gng_bpfobj *object = samples_may() ? samples_open(file) : NULL;
	struct gng_why why;
	enum gng_status status;

	if (!object)
		return NULL;
	samples_only(object, program);
	status = gng_bpfobj_load(object, &why);
	if (status == GNG_OK)
		return object;
	if (status != GNG_EPERM && status != GNG_EUNSUPPORTED)
		suite_fail("%s", why.text);
	assert_true(strcmp(gng_bpfobj_verdict_of(object)->class_name, "policy") == 0 ||
		    strcmp(gng_bpfobj_verdict_of(object)->class_name, "kernel-btf") == 0);
	gng_probe_skip(why.text, SAMPLES_REMEDY);
	gng_bpfobj_close(object);
	return NULL;
}

static struct counters counters_of(const struct gng_bpfobj *object)
{
	const int fd = gng_bpfobj_map_fd(object, ".bss");
	struct counters *mapped;
	struct counters copy;

	assert_true(fd >= 0);
	mapped = mmap(NULL, sizeof(*mapped), PROT_READ, MAP_SHARED, fd, 0);
	assert_true(mapped != MAP_FAILED);
	copy = *mapped;
	munmap(mapped, sizeof(*mapped));
	return copy;
}

/* touch makes this process pass each of the hooks. */
static void touch(void)
{
	struct stat about;
	const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &about), 0);
	assert_int_equal(stat("/proc/self/status", &about), 0);
	close(fd);
}

/* run_attached attaches a program, touches its hook and returns the counters; false if skipped. */
static bool run_attached(struct counters *counters, const char *program)
{
	struct gng_bpfobj *object = load_one("locked", program);
	struct counters before;
	struct gng_why why;

	if (!object)
		return false;
	before = counters_of(object);
	touch();
	assert_int_equal(counters_of(object).entered, before.entered);
	if (gng_bpfobj_attach(object, program, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	touch();
	*counters = counters_of(object);
	assert_int_equal(gng_bpfobj_detach(object, program, &why), GNG_OK);
	gng_bpfobj_close(object);
	return true;
}

static void a_program_at_the_entry_of_a_function_runs(void **state)
{
	struct counters counters;

	(void)state;
	if (run_attached(&counters, "on_entry"))
		assert_true(counters.entered > 0);
}

static void a_program_at_the_exit_of_a_function_runs(void **state)
{
	struct counters counters;

	(void)state;
	if (run_attached(&counters, "on_exit"))
		assert_true(counters.left > 0);
}

static void a_program_of_a_security_hook_is_asked(void **state)
{
	struct counters counters;

	(void)state;
	if (run_attached(&counters, "on_open"))
		assert_true(counters.asked > 0);
}

static int fd_of(const struct gng_bpfobj *object, const char *name)
{
	struct gng_bpfobj_program one;

	for (size_t i = 0; gng_bpfobj_program_at(object, i, &one); i++)
		if (strcmp(one.name, name) == 0)
			return one.fd;
	return -1;
}

/* verdict_of runs the program that holds the function on a packet. */
static uint32_t verdict_of(int fd)
{
	uint8_t packet[64] = {0};
	struct gng_bpf_run run = {.in = packet, .in_len = sizeof(packet)};
	struct gng_why why;

	if (gng_bpf_run_once(&run, fd, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return run.retval;
}

static void a_function_that_a_program_lacks_is_no_aim(void **state)
{
	struct gng_bpfobj *whole = load_one("locked", "whole"), *other;
	struct gng_why why;

	(void)state;
	if (!whole)
		return;
	other = samples_open("replace");
	assert_int_equal(gng_bpfobj_aim(other, "other_verdict", fd_of(whole, "whole"),
					"no_such_function", &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, "no_such_function"));
	assert_int_equal(
		gng_bpfobj_aim(other, "other_verdict", fd_of(whole, "whole"), "verdict", &why),
		GNG_OK);
	gng_bpfobj_close(other);
	gng_bpfobj_close(whole);
}

static void a_function_of_a_program_is_replaced_while_it_runs(void **state)
{
	struct gng_bpfobj *whole = load_one("locked", "whole"), *other;
	struct gng_why why;
	enum gng_status status;
	int fd;

	(void)state;
	if (!whole)
		return;
	fd = fd_of(whole, "whole");
	other = samples_open("replace");
	assert_int_equal(gng_bpfobj_aim(other, "other_verdict", fd, "verdict", &why), GNG_OK);
	status = gng_bpfobj_load(other, &why);
	if (status == GNG_EPERM) {
		gng_probe_skip(why.text, SAMPLES_REMEDY);
	} else {
		assert_int_equal(status, GNG_OK);
		assert_int_equal(verdict_of(fd), 2);
		assert_int_equal(gng_bpfobj_attach(other, "other_verdict", NULL, &why), GNG_OK);
		assert_int_equal(verdict_of(fd), 1);
		assert_int_equal(gng_bpfobj_detach(other, "other_verdict", &why), GNG_OK);
		assert_int_equal(verdict_of(fd), 2);
	}
	gng_bpfobj_close(other);
	gng_bpfobj_close(whole);
}

const struct suite_test suite_tests[] = {
	TEST(a_program_at_the_entry_of_a_function_runs, "B1.bpf.life-cycle"),
	TEST(a_program_at_the_exit_of_a_function_runs, "B1.bpf.life-cycle"),
	TEST(a_program_of_a_security_hook_is_asked, "B1.bpf.life-cycle"),
	TEST(a_function_that_a_program_lacks_is_no_aim, "B1.bpf.life-cycle"),
	TEST(a_function_of_a_program_is_replaced_while_it_runs, "B1.bpf.life-cycle"),
	{0},
};
