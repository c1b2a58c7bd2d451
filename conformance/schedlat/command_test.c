/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo schedlat`: its JSON, its exit status, and how it refuses. */
/* requires: jansson */
#include "../suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_schedlat.h>

#define TEXT_CAP ((size_t)4 << 20) /* a busy machine lists thousands of waits */

/* start runs gonogo-schedlat with arguments; finish returns its exit status and its output. */
static FILE *start(const char *arguments)
{
	char command[4096];
	FILE *out;

	snprintf(command, sizeof(command), "%s/gonogo-schedlat %s 2>&1", getenv("GNG_BUILD_DIR"),
		 arguments);
	out = popen(command, "r");
	assert_non_null(out);
	return out;
}

static int finish(char text[TEXT_CAP], FILE *out)
{
	const size_t len = fread(text, 1, TEXT_CAP - 1, out);
	int status;

	text[len] = '\0';
	status = pclose(out);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* sleep_often is what the command watches: this process wakes up for two seconds. */
static void sleep_often(void)
{
	for (int i = 0; i < 2000; i++)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static json_int_t number(json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

/* watch_self lets the command watch this process for a second; NULL where it cannot. */
static json_t *watch_self(const char *threshold, int expected)
{
	static char text[TEXT_CAP];
	char arguments[128];
	json_t *answer;
	FILE *out;
	int status;

	snprintf(arguments, sizeof(arguments), "--pid %d --time 1 --threshold %s --json",
		 (int)getpid(), threshold);
	out = start(arguments);
	sleep_often();
	status = finish(text, out);
	if (status == 3) {
		gng_probe_skip(text, "root, or gonogo lab run schedlat-hogs");
		return NULL;
	}
	assert_int_equal(status, expected);
	answer = json_loads(text, 0, NULL);
	assert_true(json_is_object(answer));
	return answer;
}

static void it_counts_the_waits_of_a_process(void **state)
{
	json_t *answer = watch_self("1000000", 0), *threads, *thread;

	(void)state;
	if (!answer)
		return;
	threads = json_object_get(answer, "threads");
	assert_int_equal(json_array_size(threads), 1);
	thread = json_array_get(threads, 0);
	assert_int_equal(number(thread, "thread"), getpid());
	assert_true(number(thread, "waits") > 20);
	assert_true(number(thread, "p50_ns") > 0);
	assert_int_equal(number(answer, "threshold_ns"), 1000000000000);
	assert_int_equal(json_array_size(json_object_get(answer, "waits")), 0);
	json_decref(answer);
}

/* Every wake-up takes a microsecond. */
static void a_wait_over_the_threshold_is_listed_and_is_status_1(void **state)
{
	json_t *answer = watch_self("0.001", 1), *waits, *wait;

	(void)state;
	if (!answer)
		return;
	waits = json_object_get(answer, "waits");
	assert_true(json_array_size(waits) > 0);
	/* the command, woken up on this CPU, keeps this process waiting: they may be many */
	assert_true(number(answer, "num_waits") == (json_int_t)json_array_size(waits) ||
		    json_array_size(waits) == 10000);
	assert_int_equal(number(answer, "lost"), 0);
	wait = json_array_get(waits, 0);
	assert_int_equal(number(wait, "thread"), getpid());
	assert_true(number(wait, "waited_ns") >= 1000);
	assert_true(json_is_string(json_object_get(wait, "culprit_comm")));
	json_decref(answer);
}

static void the_live_view_is_drawn_each_second(void **state)
{
	static char text[TEXT_CAP];
	unsigned int num_tables = 0;
	char arguments[96];
	FILE *out;
	int status;

	(void)state;
	snprintf(arguments, sizeof(arguments), "--pid %d --time 3 --threshold 1000000 --live",
		 (int)getpid());
	out = start(arguments);
	sleep_often();
	status = finish(text, out);
	if (status == 3) {
		gng_probe_skip(text, "root, or gonogo lab run schedlat-hogs");
		return;
	}
	assert_int_equal(status, 0);
	for (const char *at = text; (at = strstr(at, "  thread  name")); at++)
		num_tables++;
	assert_true(num_tables >= 2); /* one of them is the last, without --live too */
	assert_non_null(strstr(text, "0 waits over 1000000.000 ms"));
}

/* What perf records begins when the wait is over. */
static void the_articles_snapshot_comes_too_late(void **state)
{
	static char text[TEXT_CAP];
	char arguments[96];
	json_t *answer, *snapshot;
	FILE *out;
	int status;

	(void)state;
	snprintf(arguments, sizeof(arguments),
		 "--pid %d --time 2 --threshold 0.001 --method article --json", (int)getpid());
	out = start(arguments);
	sleep_often();
	status = finish(text, out);
	if (status == 3) {
		gng_probe_skip(text, "root, and apt-get install linux-perf");
		return;
	}
	assert_int_equal(status, 1);
	answer = json_loads(text, 0, NULL);
	assert_true(json_is_object(answer));
	snapshot = json_object_get(answer, "snapshot");
	assert_true(json_is_false(json_object_get(snapshot, "before_wait_ended")));
	if (number(snapshot, "events"))
		assert_true(number(snapshot, "first_after_ns") > 0);
	json_decref(answer);
}

/* Without --time it ends with the process; whose number, once it is gone, is refused. */
static void it_ends_with_the_process(void **state)
{
	static char text[TEXT_CAP];
	const pid_t child = fork();
	char arguments[32];
	int status;

	(void)state;
	if (child == 0) {
		sleep_often();
		_exit(0);
	}
	snprintf(arguments, sizeof(arguments), "--pid %d", (int)child);
	status = finish(text, start(arguments));
	assert_int_equal(waitpid(child, NULL, 0), child);
	if (status == 3) {
		gng_probe_skip(text, "root, or gonogo lab run schedlat-hogs");
		return;
	}
	assert_in_range(status, 0, 1);
	assert_int_equal(finish(text, start(arguments)), 2);
	assert_non_null(strstr(text, "no process has the number"));
}

static const struct {
	const char *arguments, *words;
} refused[] = {
	{"--all --method guess", "'guess'"},
	{"--all --live --json", "--live, --json"},
	{"", "one of"},
	{"--all --pid 1", "one of"},
	{"--all more", "'more'"},
	{"--colour", "--colour"},
	{"--pid", "--pid"},
	{"--pid 0", "'0'"},
	{"--pid -1", "'-1'"},
	{"--comm ''", "''"},
	{"--comm a-name-of-sixteen", "'a-name-of-sixteen'"},
	{"--all --threshold 0", "'0'"},
	{"--all --threshold nan", "'nan'"},
	{"--all --threshold 5ms", "'5ms'"},
	{"--all --time 0", "'0'"},
};

static void a_wrong_word_is_named(void **state)
{
	static char text[TEXT_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (finish(text, start(refused[i].arguments)) != 2 ||
		    !strstr(text, refused[i].words))
			suite_fail("gonogo schedlat %s: %s", refused[i].arguments, text);
		gng_probe_assertion();
	}
	assert_int_equal(finish(text, start("--help")), 0);
	assert_non_null(strstr(text, "usage: gonogo schedlat"));
}

const struct suite_test suite_tests[] = {
	TEST(it_counts_the_waits_of_a_process, "T4.schedlat.command"),
	TEST(a_wait_over_the_threshold_is_listed_and_is_status_1, "T4.schedlat.command"),
	TEST_SLOW(the_live_view_is_drawn_each_second, "T4.schedlat.command"),
	TEST(the_articles_snapshot_comes_too_late, "T4.schedlat.article"),
	TEST(it_ends_with_the_process, "T4.schedlat.command"),
	TEST(a_wrong_word_is_named, "T4.schedlat.command"),
	{0},
};
