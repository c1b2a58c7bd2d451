/* SPDX-License-Identifier: Apache-2.0 */
/* killed_test.c - `gonogo av soak` killed in the middle: it goes on where its file ends, and says
 * what it did not see. */
/* requires: jansson x264 openh264 */
#include <jansson.h>

#include "../command.h"

#include <signal.h>
#include <time.h>

static json_int_t number(json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

static size_t count_lines(const char *name)
{
	char *text = command_read(name);
	size_t num = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		num++;
	free(text);
	return num;
}

static void sleep_ms(long ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* kill_after kills a soak that has written num lines; exec makes the shell become the command. */
static void kill_after(size_t num)
{
	int status;
	const pid_t child = command_begin("exec gonogo-av soak --out one --seconds 300 --every 1");

	for (int i = 0; i < 2400 && (access(command_path("one/soak.log"), F_OK) != 0 ||
				     count_lines("one/soak.log") < num);
	     i++)
		sleep_ms(25);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(count_lines("one/soak.log") >= num);
}

/* soak_until goes on until so many seconds were seen, and returns its answer. */
static json_t *soak_until(json_int_t seconds)
{
	const int status =
		command("gonogo-av soak --out one --seconds %lld --every 1 --quantile 0.9 --json",
			(long long)seconds);

	assert_true(status == 0 || status == 1 || status == 3);
	return command_json();
}

/* check_near: each frame was near some kind of event or none, and each bad line says why. */
static void check_near(json_t *answer, json_int_t frames)
{
	json_t *near = json_object_get(answer, "near"), *worst = json_object_get(answer, "worst");
	json_int_t sum = 0;
	const char *kind;
	json_t *one;

	assert_int_equal(json_object_size(near), 6);
	json_object_foreach(near, kind, one) sum += number(one, "video_n");
	assert_true(sum > frames / 2); /* what the kill left unsettled is in no line */
	assert_int_equal(number(answer, "lines_unwatched"), 0);
	assert_true(json_array_size(worst) <= (size_t)number(answer, "lines_missed"));
	for (size_t i = 0; i < json_array_size(worst); i++)
		assert_true(json_object_size(json_object_get(json_array_get(worst, i), "causes")) >
			    0);
}

static void a_killed_soak_goes_on_and_bridges_nothing(void **state)
{
	json_int_t frames, periods, seconds;
	json_t *answer;

	(void)state;
	kill_after(2); /* begin, and the first second */
	command("gonogo-av soak --merge --quantile 0.9 --json one");
	answer = command_json();
	frames = number(json_object_get(answer, "video"), "n");
	periods = number(json_object_get(answer, "audio"), "n");
	seconds = frames / 60 + 1; /* one is left, whenever the kill came */
	json_decref(answer);

	answer = soak_until(seconds);
	assert_int_equal(number(json_object_get(answer, "video"), "n"), frames + 60);
	assert_int_equal(number(json_object_get(answer, "audio"), "n"), periods + 1000);
	assert_int_equal(number(answer, "segments"), 2);
	assert_int_equal(number(answer, "gaps"), 1);
	assert_int_equal(number(answer, "boots"), 1);
	assert_true(json_real_value(json_object_get(answer, "gap_s")) > 0);
	check_near(answer, frames + 60);
	json_decref(answer);

	/* complete, it runs no more; pooled with itself it is refused */
	answer = soak_until(seconds);
	assert_int_equal(number(json_object_get(answer, "video"), "n"), frames + 60);
	assert_int_equal(number(answer, "segments"), 2);
	json_decref(answer);
	command("cp -r one same");
	assert_int_equal(command("gonogo-av soak --merge one same"), 2);
	assert_non_null(strstr(command_err, "twice"));
	command("gonogo-av soak --merge --quantile 0.9 --json one");
	answer = command_json();
	assert_int_equal(number(answer, "terminals"), 1);
	json_decref(answer);
	assert_int_equal(command("sed -i '2s/\"n\":/\"n\":1/' same/soak.log; "
				 "gonogo-av soak --merge same"),
			 99);
	assert_non_null(strstr(command_err, "soak.log:2: its hash"));
}

static void wrong_words_are_refused(void **state)
{
	static const struct command_refusal rows[] = {
		{"soak", "--out", 2},
		{"soak --out d --hours 0", "'0'", 2},
		{"soak --out d --hours 169", "'169'", 2},
		{"soak --out d word", "'word'", 2},
		{"soak --merge", "--merge", 2},
		{"soak --merge /nonexistent", "/nonexistent", 99},
		{"soak --out d --quantile 2", "'2'", 2},
		{"soak --out /proc/nonexistent/d --seconds 1", "/proc/nonexistent/d", 99},
	};

	(void)state;
	command_refuses("gonogo-av", rows, COUNT_OF(rows));
}

const struct suite_test suite_tests[] = {
	TEST(a_killed_soak_goes_on_and_bridges_nothing, "T6.av.soak"),
	TEST(wrong_words_are_refused, "T6.av.soak"),
	{0},
};
