/* SPDX-License-Identifier: Apache-2.0 */
/*
 * beside_test.c - a test that runs on this machine while a guest does: what it is told, how it is
 * judged and how it ends. These tests start themselves: with a folder told, they are the ones
 * beside.
 */
/* needs: gauge */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lab_beside.h"
#include "lab_qemu.h"
#include "lab_text.h"

/* beside_run starts a test of this file beside no guest at all and fills *record. */
static void run(struct gng_record *record, struct gng_test *test, const char *function,
		int grace_ms)
{
	struct gng_execution execution;
	struct lab_sockets sockets;
	struct lab_beside beside;
	struct gng_home *home;

	*test = (struct gng_test){.id = "conformance.lab.beside.x",
				  .suite = "conformance",
				  .subsystem = "lab",
				  .stem = "beside",
				  .variant = "",
				  .requirements = "",
				  .file = "beside_test.c",
				  .build = "lab"};
	test->function = (char *)(uintptr_t)function;
	assert_int_equal(gng_home_open(&home, getenv("GNG_BUILD_DIR"), NULL), GNG_OK);
	assert_int_equal(lab_sockets_make(&sockets, NULL), GNG_OK);
	assert_int_equal(lab_beside_start(&beside, home, test, &sockets, NULL), GNG_OK);
	lab_beside_end(&beside, grace_ms, &execution);
	gng_record_judge(record, test, &execution);
	free((char *)(uintptr_t)execution.report);
	free((char *)(uintptr_t)execution.log);
	lab_sockets_remove(&sockets);
	gng_home_close(home);
}

static void a_test_is_told_its_folder(void **state)
{
	const char *folder = getenv(LAB_SOCKETS);
	struct gng_record record = {0};
	struct gng_test test;
	struct stat info;

	(void)state;
	if (folder) {
		assert_int_equal(stat(folder, &info), 0);
		assert_true(S_ISDIR(info.st_mode));
		assert_non_null(getenv("GNG_BUILD_DIR"));
		return;
	}
	run(&record, &test, __func__, 20000);
	assert_int_equal(record.verdict, GNG_PASS);
	assert_int_equal(record.assertions, 3);
	gng_record_fini(&record);
}

static void a_failure_is_one_with_its_reason(void **state)
{
	struct gng_record record = {0};
	struct gng_test test;

	(void)state;
	if (getenv(LAB_SOCKETS))
		suite_fail("frame 17 did not come back");
	run(&record, &test, __func__, 20000);
	assert_int_equal(record.verdict, GNG_FAIL);
	assert_non_null(strstr(record.reason, "frame 17 did not come back"));
	gng_record_fini(&record);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void one_that_hangs_is_ended(void **state)
{
	struct gng_record record = {0};
	const double start_s = now_s();
	struct gng_test test;

	(void)state;
	if (getenv(LAB_SOCKETS)) {
		sleep(60);
		return;
	}
	run(&record, &test, __func__, 100);
	assert_int_equal(record.verdict, GNG_FAIL);
	assert_non_null(strstr(record.reason, "still running"));
	assert_true(now_s() - start_s < 30);
	gng_record_fini(&record);
}

/* Of the folder sockets are removed, and nothing that somebody else put there. */
static void sockets_go_and_nothing_else(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct lab_sockets sockets;
	char folder[64], file[80];
	FILE *other;

	(void)state;
	assert_int_equal(lab_sockets_make(&sockets, NULL), GNG_OK);
	snprintf(folder, sizeof(folder), "%s", sockets.path);
	assert_true(strlen(folder) < sizeof(address.sun_path) - strlen("/guest99"));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/guest0", folder);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	snprintf(file, sizeof(file), "%s/other", folder);
	other = fopen(file, "w");
	assert_non_null(other);
	fclose(other);
	lab_sockets_remove(&sockets);
	assert_int_not_equal(access(address.sun_path, F_OK), 0);
	assert_int_equal(access(file, F_OK), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(folder), 0);
	close(fd);
}

/* qemu_is_told says what QEMU's arguments have for a case with these lines, whose sockets are in
 * /tmp/x; words end with NULL. */
static void qemu_is_told(const char *lines, const char *const words[])
{
	const struct gng_lab_kernel kernel = {.image = "vmlinuz"};
	const struct lab_qemu_files files = {"initramfs", "console", "/tmp/x"};
	struct gng_lab_list argv = {0};
	struct gng_lab_case one;
	char text[512];

	snprintf(text, sizeof(text), "title: t\nkernel: 6.1-cloud\nrun: conformance.hist\n%s",
		 lines);
	assert_int_equal(gng_lab_case_parse(&one, "a/b.case", text, NULL), GNG_OK);
	assert_int_equal(lab_qemu_arguments(&argv, &one, &kernel, &files, NULL), GNG_OK);
	for (; *words; words++)
		assert_true(lab_list_has(&argv, *words));
	lab_list_fini(&argv);
	gng_lab_case_fini(&one);
}

static void qemu_is_told_the_folder_wherever_it_stands(void **state)
{
	static const char *const words[] = {"dgram,id=l,local.path=/tmp/x/a,remote.path=/tmp/x/b",
					    "o,path=/tmp/x", "{sockets", NULL};

	(void)state;
	qemu_is_told("netdev: dgram,id=l,local.path={sockets}/a,remote.path={sockets}/b\n"
		     "object: o,path={sockets}\ndevice: {sockets\n",
		     words);
}

static void qemu_joins_a_port_to_its_monitor(void **state)
{
	static const char *const words[] = {"socket,id=qmp,path=/tmp/x/qmp,server=on,wait=off",
					    "chardev=qmp,mode=control",
					    "socket,id=qmp-port,path=/tmp/x/qmp",
					    "virtserialport,chardev=qmp-port,name=m", NULL};

	(void)state;
	qemu_is_told("monitor: m\n", words);
}

const struct suite_test suite_tests[] = {
	TEST(a_test_is_told_its_folder, "H1.lab.beside"),
	TEST(a_failure_is_one_with_its_reason, "H1.lab.beside"),
	TEST(one_that_hangs_is_ended, "H1.lab.beside"),
	TEST(sockets_go_and_nothing_else, "H1.lab.beside"),
	TEST(qemu_is_told_the_folder_wherever_it_stands, "H1.lab.beside"),
	TEST(qemu_joins_a_port_to_its_monitor, "H1.lab.beside"),
	{0},
};
