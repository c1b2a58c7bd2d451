/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freertos_hw.c - the same application source on FreeRTOS and here: loops, latency, bytes. Debian
 * has no package of FreeRTOS: GNG_FREERTOS names a checkout of FreeRTOS-Kernel.
 */
/* requires: arm-none-eabi-gcc qemu-system-arm */
#include "qemu.h"

#include <ftw.h>
#include <math.h>
#include <sys/stat.h>

static char folder[4096];

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *where)
{
	(void)info;
	(void)flag;
	(void)where;
	return remove(path);
}

static void forget(void)
{
	if (*folder)
		nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void run_script(const char *script, const char *kernel, const char *image)
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		alarm(60);
		execl("/bin/sh", "sh", script, kernel, folder, image, (char *)NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		suite_fail("%s %s: cannot be compiled", script, kernel);
}

/* compiled is false, with the reason told, where there is no FreeRTOS. */
static bool compiled(const char *image)
{
	const char *kernel = getenv("GNG_FREERTOS"), *source = getenv("GNG_VECTORS");
	char script[4200], tasks[4200];

	snprintf(tasks, sizeof(tasks), "%s/tasks.c", kernel ? kernel : "");
	if (!kernel || access(tasks, R_OK) != 0) {
		gng_probe_skip("there is no FreeRTOS here",
			       "set GNG_FREERTOS to a checkout of FreeRTOS-Kernel");
		return false;
	}
	snprintf(script, sizeof(script), "%s/../hwtests/rtos/images/freertos",
		 source ? source : ".");
	if (access(script, R_OK) != 0) {
		gng_probe_skip("the sources of the images are not installed",
			       "run it from the source tree");
		return false;
	}
	snprintf(folder, sizeof(folder), "%s/gonogo-freertos-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	atexit(forget);
	run_script(script, kernel, image);
	return true;
}

static void passes(struct bare_run *run, const char *name)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/%s.elf", folder, name);
	qemu_run(run, "microbit", path, true);
	bare_judge(run, name, 0);
}

static void report(const char *metric, double ours, double theirs, double ratio)
{
	struct gng_measure measure = {
		.value = ratio, .unit = "ratio", .n = 1, .lo = ratio, .hi = ratio};
	char text[128];

	snprintf(measure.name, sizeof(measure.name), "%s", metric);
	measure.num_blocks = GNG_PROBE_NUM_BLOCKS; /* each run gives the same */
	for (int i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		measure.blocks[i] = ratio;
	snprintf(text, sizeof(text), "%.0f here, %.0f with FreeRTOS", ours, theirs);
	gng_probe_note(metric, text);
	gng_probe_measure(&measure);
}

static void loops_vs_freertos(void **state)
{
	static struct bare_run ours, theirs;
	double a, b;

	(void)state;
	if (!compiled("workload"))
		return;
	qemu_passes(&ours, &qemu_boards[0], "workload", true);
	passes(&theirs, "workload");
	a = bare_figure(&ours, "iterations");
	b = bare_figure(&theirs, "iterations");
	report("loops_vs_freertos", a, b, a / b);
}

static void task_latency_vs_freertos(void **state)
{
	static struct bare_run ours, theirs;
	double a, b;

	(void)state;
	if (!compiled("to_task"))
		return;
	qemu_passes(&ours, &qemu_boards[0], "to_task", true);
	passes(&theirs, "to_task");
	a = bare_figure(&ours, "worst");
	b = bare_figure(&theirs, "worst");
	report("task_latency_vs_freertos", a, b, b / a);
}

/* bytes_of reads the word of a file of sizes. */
static double bytes_of(const char *path, const char *word)
{
	char text[256] = "", *at;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	at = strstr(text, word);
	assert_non_null(at);
	return strtod(at + strlen(word), NULL);
}

static void bytes_vs_freertos(void **state)
{
	char ours[4096], theirs[4200];
	double a, b;

	(void)state;
	if (!compiled("footprint"))
		return;
	qemu_image(ours, "cortex-m0", "footprint");
	strcpy(strrchr(ours, '/'), "/sizes");
	snprintf(theirs, sizeof(theirs), "%s/sizes", folder);
	a = bytes_of(ours, "ram ");
	b = bytes_of(theirs, "ram ");
	assert_true(a < b);
	gng_probe_note("kernel RAM", a < b ? "less here" : "more here");
	a = bytes_of(ours, "rom ");
	b = bytes_of(theirs, "rom ");
	report("bytes_vs_freertos", a, b, b / a);
}

const struct suite_test suite_tests[] = {
	TEST(loops_vs_freertos, "K3.peer.freertos"),
	TEST(task_latency_vs_freertos, "K3.peer.freertos"),
	TEST(bytes_vs_freertos, "K3.peer.freertos"),
	{0},
};
