/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - one boot of a case: chooses the tests, makes the guest, listens, and judges. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gng_lab.h"
#include "lab_beside.h"
#include "lab_channel.h"
#include "lab_known.h"
#include "lab_library.h"
#include "lab_orders.h"
#include "lab_qemu.h"
#include "lab_text.h"

#define GRACE_S 20     /* for a guest that is slower than its own clock says */
#define LEAVE_MS 15000 /* from bye to the end of QEMU */
#define TICK_MS 500
#define BESIDE_MS 5000 /* from the end of the guest to that of the test beside it */

/* boot is one run of gng_lab_run. */
struct boot {
	struct gng_lab_result *result;
	const struct gng_lab_case *one;
	const struct gng_lab_options *options;
	const struct gng_lab_kernel *kernel;
	struct lab_channel channel;
	struct lab_qemu qemu;
	struct lab_sockets sockets;
	struct lab_beside beside;
	struct gng_lab_list libraries;
	char *initramfs, *console, *log;
	char end[400]; /* why the guest is not to be believed; "" if it is */
	double start_s, heard_s;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "lab.run", "no memory");
}

/* ---- which tests ---- */

static bool wanted(const struct gng_test *test, const struct gng_lab_case *one)
{
	return test->selected && strcmp(test->suite, "fuzz") != 0 &&
	       (!(test->flags & GNG_TEST_SLOW) || lab_list_has(&one->runs, test->id));
}

static enum gng_status choose_beside(struct gng_lab_result *result, const struct gng_lab_case *one,
				     struct gng_why *why)
{
	const struct gng_test *test = gng_plan_find(result->plan, one->beside, "", NULL);

	if (!test || strcmp(test->suite, "fuzz") == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "lab.run",
				   "%s: beside: there is no such test: %.100s", one->file,
				   one->beside);
	result->tests[result->num_records] = *test;
	result->tests[result->num_records++].build = result->build;
	return GNG_OK;
}

static enum gng_status choose_tests(struct gng_lab_result *result, const struct gng_lab_case *one,
				    const struct gng_home *home, struct gng_why *why)
{
	enum gng_status status = gng_plan_open(&result->plan, home, NULL, why);

	if (status == GNG_OK)
		status = gng_plan_select(result->plan, (const char *const *)one->runs.texts,
					 one->runs.num, NULL, why);
	if (status != GNG_OK)
		return status;
	result->tests = calloc(result->plan->num_tests + 2, sizeof(*result->tests));
	result->records = calloc(result->plan->num_tests + 2, sizeof(*result->records));
	if (!result->tests || !result->records ||
	    asprintf(&result->build, "lab-%s", result->selector) < 0)
		return no_memory(why);
	for (size_t i = 0; i < result->plan->num_tests; i++) {
		if (!wanted(&result->plan->tests[i], one))
			continue;
		result->tests[result->num_records] = result->plan->tests[i];
		result->tests[result->num_records++].build = result->build;
	}
	result->num_guest = result->num_records;
	if (result->num_guest == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "lab.run",
				   "%s: its run lines select only fuzzers or tests marked slow",
				   one->file);
	return one->beside ? choose_beside(result, one, why) : GNG_OK;
}

/* ---- what is missing ---- */

static bool in_path(const char *program)
{
	char *path = strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), *rest = path;
	bool found = false;

	for (char *folder; path && !found && (folder = strsep(&rest, ":"));) {
		char *full;

		if (asprintf(&full, "%s/%s", folder, program) < 0)
			break;
		found = access(full, X_OK) == 0;
		free(full);
	}
	free(path);
	return found;
}

static enum gng_status cannot(struct gng_lab_result *result, const char *remedy, const char *reason,
			      const char *detail, struct gng_why *why)
{
	if (asprintf(&result->cannot, "%s%s", reason, detail) < 0)
		result->cannot = NULL;
	result->remedy = strdup(remedy);
	if (!result->cannot || !result->remedy)
		return no_memory(why);
	for (size_t i = 0; i < result->num_records; i++)
		gng_record_say(&result->records[i], &result->tests[i], GNG_SKIP, result->cannot,
			       result->remedy);
	return GNG_OK;
}

/* first_unbuilt returns why a test's program does not exist here, or NULL. */
static const struct gng_test *first_unbuilt(const struct gng_lab_result *result)
{
	for (size_t i = 0; i < result->num_records; i++)
		if (result->tests[i].cannot)
			return &result->tests[i];
	return NULL;
}

/* ---- listening ---- */

static void say_end(struct boot *boot, const char *text)
{
	if (!*boot->end)
		snprintf(boot->end, sizeof(boot->end), "%s", text);
}

static void tell_wait(const struct boot *boot)
{
	const struct lab_channel *channel = &boot->channel;
	const char *doing = "booting";

	if (channel->bye)
		doing = "switching off";
	else if (channel->hello)
		doing = channel->num_ended < channel->num_steps
				? boot->result->tests[channel->num_ended].id
				: "between tests";
	if (boot->options->on_wait)
		boot->options->on_wait(boot->options->context, doing, channel->num_ended,
				       channel->num_steps);
}

static double patience_s(const struct boot *boot)
{
	if (!boot->channel.hello)
		return boot->one->boot_s;
	if (boot->channel.num_begun > boot->channel.num_ended)
		return boot->one->deadline_s + GRACE_S;
	return GRACE_S;
}

/* keep_output writes what the test printed to DIR/<case>-<selector>.log/<id>.log. */
static void keep_output(const struct boot *boot, const struct gng_test *test, const char *output,
			size_t len)
{
	char *path;
	FILE *file;

	if (len == 0 || asprintf(&path, "%s/%s-%s.log/%s%s%s.log", boot->options->dir,
				 boot->one->name, boot->result->selector, test->id,
				 *test->variant ? "@" : "", test->variant) < 0)
		return;
	*strrchr(path, '/') = '\0';
	mkdir(path, 0777);
	path[strlen(path)] = '/';
	file = fopen(path, "we");
	if (file) {
		fwrite(output, 1, len, file);
		fclose(file);
	}
	free(path);
}

static void judge_one(struct boot *boot, size_t i, const struct gng_execution *execution,
		      size_t log_len)
{
	keep_output(boot, &boot->result->tests[i], execution->log, log_len);
	gng_record_judge(&boot->result->records[i], &boot->result->tests[i], execution);
	if (boot->options->on_record)
		boot->options->on_record(boot->options->context, &boot->result->records[i]);
}

/* judge_step makes the record of a test that the guest has finished with. */
static void judge_step(struct boot *boot, size_t i)
{
	const struct lab_step *step = &boot->channel.steps[i];
	const struct gng_execution execution = {
		.wait_status = step->wait_status,
		.timed_out = step->late,
		.timeout_s = boot->one->deadline_s,
		.seconds = step->seconds,
		.report = step->report.text ? step->report.text : "",
		.report_len = step->report.len,
		.log = step->output.text ? step->output.text : "",
	};

	judge_one(boot, i, &execution, step->output.len);
}

/* take reads once from the guest; false at the end of what it says. */
static bool take(struct boot *boot)
{
	static const size_t cap = 65536;
	char bytes[65536];
	const size_t judged = boot->channel.num_ended;
	const ssize_t n = read(boot->qemu.records_fd, bytes, cap);
	struct gng_why why;

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	if (lab_channel_take(&boot->channel, bytes, (size_t)n, &why) != GNG_OK)
		say_end(boot, why.text);
	if (boot->channel.hello && boot->result->boot_s == 0)
		boot->result->boot_s = now_s() - boot->start_s;
	for (size_t i = judged; i < boot->channel.num_ended; i++)
		judge_step(boot, i);
	boot->heard_s = now_s();
	return !*boot->end;
}

static void listen_to(struct boot *boot)
{
	struct pollfd guest = {.fd = boot->qemu.records_fd, .events = POLLIN};
	char text[128];

	boot->heard_s = now_s();
	for (;;) {
		const int ready = poll(&guest, 1, TICK_MS);

		if (boot->options->stop && *boot->options->stop)
			return say_end(boot, "stopped by a signal");
		if (ready > 0 && !take(boot))
			return;
		if (ready == 0)
			tell_wait(boot);
		if (now_s() - boot->heard_s > patience_s(boot)) {
			snprintf(text, sizeof(text), "the guest was silent for %.0f s%s",
				 patience_s(boot), boot->channel.hello ? "" : " from its start");
			return say_end(boot, text);
		}
	}
}

/* ---- the end ---- */

/* last_line copies the last line of a file that is not blank. */
static void last_line(char *line, size_t cap, const char *path)
{
	char *text = lab_read_text(path), *rest = text, *part;

	*line = '\0';
	while (text && (part = strsep(&rest, "\r\n")))
		if (part[strspn(part, " \t")])
			snprintf(line, cap, "%s", part);
	free(text);
}

/* doubt says why a guest that ended is not to be believed. */
static void doubt(struct boot *boot, int wait_status)
{
	char line[200], text[400];

	if (boot->channel.bye && WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
		return;
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) != 0)
		last_line(line, sizeof(line), boot->log);
	else
		last_line(line, sizeof(line), boot->console);
	if (WIFSIGNALED(wait_status) && !boot->qemu.killed)
		snprintf(text, sizeof(text),
			 "QEMU was ended by signal %d, which is not the guest's doing (short of "
			 "memory: dmesg): %s",
			 WTERMSIG(wait_status), line);
	else if (boot->channel.bye)
		snprintf(text, sizeof(text), "QEMU did not end by itself: %s", line);
	else
		snprintf(text, sizeof(text), "the guest ended without its leave: %s",
			 *line ? line : "its console is empty");
	say_end(boot, text);
}

static void judge_rest(struct boot *boot)
{
	struct gng_lab_result *result = boot->result;
	const bool stopped = boot->options->stop && *boot->options->stop;

	for (size_t i = boot->channel.num_ended; i < result->num_guest; i++) {
		gng_record_say(&result->records[i], &result->tests[i],
			       stopped ? GNG_MISSING : GNG_FAIL,
			       *boot->end ? boot->end : "the guest said nothing of it", NULL);
		if (boot->options->on_record)
			boot->options->on_record(boot->options->context, &result->records[i]);
	}
}

/* reported returns the first report of the guest's kernel that the case does not know, or NULL. */
static const char *reported(const struct boot *boot)
{
	for (size_t i = 0; i < boot->channel.kernel.num; i++) {
		const char *text = boot->channel.kernel.texts[i];
		bool known = false;

		for (size_t k = 0; k < boot->one->knowns.num; k++)
			known = known || lab_known_is(boot->one->knowns.texts[k], text);
		if (!known)
			return text;
	}
	return NULL;
}

/* judge_trouble: what init complained of fails the whole boot, for a guest without a module or
 * sysctl of its case is another guest; and so does a bug that its kernel has found in itself. */
static void judge_trouble(struct boot *boot)
{
	const struct gng_lab_list *troubles = &boot->channel.troubles;
	const char *report = reported(boot);
	struct gng_lab_result *result = boot->result;
	char text[480];

	if (!troubles->num && !report && (!*boot->end || boot->channel.num_ended == 0))
		return;
	if (troubles->num)
		snprintf(text, sizeof(text), "the guest is not what the case asks for: %s",
			 troubles->texts[0]);
	else if (report)
		snprintf(text, sizeof(text), "the guest's kernel reported %s", report);
	else
		snprintf(text, sizeof(text), "not believed: %s", boot->end);
	for (size_t i = 0; i < result->num_records; i++) {
		if (result->records[i].verdict != GNG_PASS)
			continue;
		gng_record_fini(&result->records[i]);
		gng_record_say(&result->records[i], &result->tests[i], GNG_FAIL, text, NULL);
	}
}

/* judge_beside ends the test beside the guest. It may have something to say yet, but not of a guest
 * that was broken off. */
static void judge_beside(struct boot *boot)
{
	struct gng_execution execution;

	if (!boot->one->beside)
		return;
	lab_beside_end(&boot->beside, *boot->end ? 0 : BESIDE_MS, &execution);
	if (!execution.log || !execution.report)
		gng_record_say(&boot->result->records[boot->result->num_guest],
			       &boot->result->tests[boot->result->num_guest], GNG_ERROR,
			       "no memory for what it said", NULL);
	else
		judge_one(boot, boot->result->num_guest, &execution, strlen(execution.log));
	free((char *)(uintptr_t)execution.report);
	free((char *)(uintptr_t)execution.log);
}

static enum gng_status start_machine(struct boot *boot, struct gng_why *why)
{
	const struct lab_qemu_files files = {boot->initramfs, boot->console, boot->sockets.path};
	struct gng_lab_list argv = {0};
	enum gng_status status = lab_qemu_arguments(&argv, boot->one, boot->kernel, &files, why);

	if (status == GNG_OK)
		status = lab_qemu_start(&boot->qemu, &argv, boot->log, why);
	lab_list_fini(&argv);
	return status;
}

/* start_both starts the test beside the guest first, so that its socket is there. */
static enum gng_status start_both(struct boot *boot, struct gng_why *why)
{
	struct gng_execution execution;
	enum gng_status status;

	if (!boot->one->beside)
		return start_machine(boot, why);
	status = lab_beside_start(&boot->beside, boot->options->home,
				  &boot->result->tests[boot->result->num_guest], &boot->sockets,
				  why);
	if (status != GNG_OK)
		return status;
	status = start_machine(boot, why);
	if (status == GNG_OK)
		return status;
	lab_beside_end(&boot->beside, 0, &execution);
	free((char *)(uintptr_t)execution.report);
	free((char *)(uintptr_t)execution.log);
	return status;
}

static enum gng_status live(struct boot *boot, struct gng_why *why)
{
	enum gng_status status = start_both(boot, why);

	if (status != GNG_OK)
		return status;
	boot->start_s = now_s();
	listen_to(boot);
	doubt(boot, lab_qemu_stop(&boot->qemu, *boot->end ? 0 : LEAVE_MS));
	judge_rest(boot);
	judge_beside(boot);
	judge_trouble(boot);
	boot->result->seconds = now_s() - boot->start_s;
	return GNG_OK;
}

static bool name_files(struct boot *boot)
{
	const char *dir = boot->options->dir, *selector = boot->result->selector;

	return asprintf(&boot->initramfs, "%s/%s-%s.initramfs", dir, boot->one->name, selector) >=
		       0 &&
	       asprintf(&boot->console, "%s/%s-%s.console", dir, boot->one->name, selector) >= 0 &&
	       asprintf(&boot->log, "%s/%s-%s.qemu", dir, boot->one->name, selector) >= 0;
}

/* QEMU cuts options at a comma: a folder with one would become another option. */
static enum gng_status start(struct boot *boot, struct gng_why *why)
{
	const struct lab_work work = {
		.one = boot->one,
		.kernel = boot->kernel,
		.home = boot->options->home,
		.num_tests = boot->result->num_guest,
		.tests = boot->result->tests,
		.libraries = &boot->libraries,
	};
	enum gng_status status;
	int slot;

	if (strchr(boot->options->dir, ','))
		return gng_why_set(why, GNG_EINVAL, 0, "lab.run",
				   "%s: QEMU takes no comma in a path: choose another folder",
				   boot->options->dir);
	if (!name_files(boot))
		return no_memory(why);
	status = lab_work_image(&work, boot->initramfs, why);
	if (status != GNG_OK)
		return status;
	slot = lab_slot_take(boot->options->stop);
	if (slot < 0)
		status = gng_why_set(why, GNG_ESYS, ETIMEDOUT, "lab.run",
				     "two other guests run, and none ended within ten minutes");
	else
		status = lab_sockets_make(&boot->sockets, why);
	if (status == GNG_OK)
		status = live(boot, why);
	lab_sockets_remove(&boot->sockets);
	if (slot >= 0)
		close(slot);
	unlink(boot->initramfs);
	return status;
}

static enum gng_status boot_kernel(struct boot *boot, struct gng_why *why)
{
	enum gng_status status = lab_channel_init(&boot->channel, boot->result->num_guest, why);

	if (status == GNG_OK) {
		boot->result->release = strdup(boot->kernel->release);
		status = boot->result->release ? start(boot, why) : no_memory(why);
	}
	lab_channel_fini(&boot->channel);
	free(boot->initramfs);
	free(boot->console);
	free(boot->log);
	return status;
}

/* with_libraries boots with what the case's library lines mean; what is not installed is no fault
 * of the guest. */
static enum gng_status with_libraries(struct boot *boot, struct gng_why *why)
{
	struct gng_why lack = {0};
	enum gng_status status =
		lab_library_find(&boot->libraries, boot->one, LAB_LIBRARY_FOLDER, &lack);

	if (status == GNG_OK)
		status = boot_kernel(boot, why);
	else if (status == GNG_EUNSUPPORTED)
		status = cannot(boot->result, "install the package that has it: ci/setup",
				lack.text, "", why);
	else if (why)
		*why = lack;
	lab_list_fini(&boot->libraries);
	return status;
}

static enum gng_status run_on(struct gng_lab_result *result, const struct gng_lab_case *one,
			      const struct gng_lab_kernel *kernel,
			      const struct gng_lab_options *options, struct gng_why *why)
{
	struct boot boot = {.result = result, .one = one, .options = options, .kernel = kernel};
	const struct gng_test *unbuilt = first_unbuilt(result);

	if (unbuilt)
		return cannot(result, unbuilt->remedy ? unbuilt->remedy : "make", unbuilt->cannot,
			      "", why);
	if (!in_path(LAB_QEMU))
		return cannot(result, "ci/setup lab (apt-get install " LAB_QEMU_PACKAGE ")",
			      LAB_QEMU " is not installed", "", why);
	if (!kernel)
		return cannot(result,
			      strstr(result->selector, "-debug")
				      ? "ci/setup debug-kernel, then make"
				      : "ci/setup lab",
			      "no unpacked kernel is ", result->selector, why);
	return with_libraries(&boot, why);
}

enum gng_status gng_lab_run(struct gng_lab_result *result, const struct gng_lab_case *one,
			    const char *selector, const struct gng_lab_options *options,
			    struct gng_why *why)
{
	struct gng_lab_kernel *kernels = NULL;
	enum gng_status status;
	size_t num_kernels = 0;

	*result = (struct gng_lab_result){.selector = strdup(selector)};
	status = result->selector ? gng_lab_kernels_find(&kernels, &num_kernels, why)
				  : no_memory(why);
	if (status == GNG_OK)
		status = choose_tests(result, one, options->home, why);
	if (status == GNG_OK)
		status = run_on(result, one, gng_lab_kernel_choose(kernels, num_kernels, selector),
				options, why);
	gng_lab_kernels_free(kernels, num_kernels);
	if (status != GNG_OK)
		gng_lab_result_fini(result);
	return status;
}

void gng_lab_result_fini(struct gng_lab_result *result)
{
	for (size_t i = 0; result->records && i < result->num_records; i++)
		gng_record_fini(&result->records[i]);
	free(result->records);
	free(result->tests);
	gng_plan_close(result->plan);
	free(result->selector);
	free(result->release);
	free(result->cannot);
	free(result->remedy);
	free(result->build);
	*result = (struct gng_lab_result){0};
}
