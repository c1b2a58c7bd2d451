/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privilege_test.c - which program types which capabilities open (capabilities(7); the checks in
 * kernel/bpf/syscall.c, bpf_prog_load). Each row runs in a child that gives the others up.
 */
#include "../suite.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_bpf.h>

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#define CAP_BPF 39
#endif

#define BIT(capability) (UINT64_C(1) << (capability))
#define NO_CHILD 125

/* keep gives up every capability that is not in keep; false if that is not allowed. */
static bool keep(uint64_t capabilities)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0}, now[2];

	if (syscall(SYS_capget, &header, now) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		const uint32_t wanted = (uint32_t)(capabilities >> (32 * i));

		if ((now[i].permitted & wanted) != wanted)
			return false;
		data[i].permitted = data[i].effective = wanted;
	}
	return syscall(SYS_capset, &header, data) == 0;
}

/* load_with returns the errno of a load in a child with these capabilities, or NO_CHILD. */
static int load_with(uint64_t capabilities, const char *type, const char *text)
{
	struct gng_bpf_code code;
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type(type), .code = &code};
	struct gng_bpf_verdict verdict;
	int status;
	pid_t pid;

	assert_int_equal(gng_bpf_assemble(&code, "t", text, NULL), GNG_OK);
	pid = fork();
	if (pid == 0) {
		if (!keep(capabilities) || gng_bpf_try(&verdict, &program, false, NULL) != GNG_OK)
			_exit(NO_CHILD);
		_exit(verdict.error);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	gng_bpf_code_fini(&code);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define BPF BIT(CAP_BPF)
#define NET BIT(CAP_NET_ADMIN)
#define PERFMON BIT(CAP_PERFMON)
#define TRIVIAL "r0 = 0; exit"
#define POINTER_TO_MAP "r0 = r10; exit"

static const struct {
	uint64_t capabilities;
	const char *type, *text;
	int error;
} rows[] = {
	{BPF, "socket_filter", TRIVIAL, 0},
	{BPF, "xdp", TRIVIAL, EPERM},
	{BPF, "kprobe", TRIVIAL, EPERM},
	{BPF | NET, "xdp", TRIVIAL, 0},
	{BPF | NET, "sched_cls", TRIVIAL, 0},
	{BPF | NET, "kprobe", TRIVIAL, EPERM},
	{BPF | PERFMON, "kprobe", TRIVIAL, 0},
	{BPF | PERFMON, "tracepoint", TRIVIAL, 0},
	{BPF | PERFMON, "xdp", TRIVIAL, EPERM},
	{NET | PERFMON, "xdp", TRIVIAL, EPERM},
	/* CAP_PERFMON also lets a program see addresses */
	{BPF, "socket_filter", POINTER_TO_MAP, EACCES},
	{BPF | PERFMON, "socket_filter", POINTER_TO_MAP, 0},
};

static void each_capability_opens_its_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int error = load_with(rows[i].capabilities, rows[i].type, rows[i].text);

		if (error == NO_CHILD)
			return gng_probe_skip("this process cannot choose its capabilities",
					      "root, or gonogo lab run bpf-matrix");
		if (error != rows[i].error)
			suite_fail("row %zu, %s: %s, not %s", i, rows[i].type,
				   gng_bpf_errno_name(error), gng_bpf_errno_name(rows[i].error));
		assert_int_equal(error, rows[i].error);
	}
}

/* Where kernel.unprivileged_bpf_disabled is 0 a socket filter would load; that is said, not passed
 * over. */
static void without_capabilities_nothing_loads(void **state)
{
	const int error = load_with(0, "socket_filter", TRIVIAL);

	(void)state;
	assert_int_equal(load_with(0, "xdp", TRIVIAL), EPERM);
	assert_int_equal(load_with(0, "kprobe", TRIVIAL), EPERM);
	if (error == 0)
		gng_probe_note("kernel.unprivileged_bpf_disabled", "0: a socket filter loads");
	else
		assert_int_equal(error, EPERM);
}

const struct suite_test suite_tests[] = {
	TEST(each_capability_opens_its_types, "B1.bpf.privilege"),
	TEST(without_capabilities_nothing_loads, "B1.bpf.privilege"),
	{0},
};
