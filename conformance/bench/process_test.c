/* SPDX-License-Identifier: Apache-2.0 */
/* process_test.c - a peer's process that answers, lies, dies, hangs or never was: shell scripts. */
#include "../suite.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gng_bench.h>

#define DEADLINE_MS 400

static struct gng_bench_process *start(const char *script)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct gng_bench_process *process;
	struct gng_why why = {0};

	assert_int_equal(gng_bench_process_open(&process, "z", argv, DEADLINE_MS, &why), GNG_OK);
	return process;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void ask(struct gng_bench_process *process, const char *line)
{
	assert_int_equal(gng_bench_process_send(process, line, strlen(line), NULL), GNG_OK);
}

static void a_question_is_answered(void **state)
{
	struct gng_bench_process *process =
		/* in one write: what follows the line is read ahead with it */
		start("while read -r word; do printf 'ok <%s>\\na\\nb' \"$word\"; done");
	char line[64], bytes[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		ask(process, "how are you\n");
		assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL),
				 GNG_OK);
		assert_string_equal(line, "<how are you>");
		assert_int_equal(gng_bench_process_read(process, bytes, 1, NULL), GNG_OK);
		assert_int_equal(gng_bench_process_read(process, bytes + 1, 2, NULL), GNG_OK);
		assert_memory_equal(bytes, "a\nb", 3);
	}
	gng_bench_process_close(process);
	gng_bench_process_close(NULL);
}

/* More than a socket holds goes there and back, though neither side reads meanwhile. */
static void large_messages_arrive_whole(void **state)
{
	const size_t len = 3u << 20;
	struct gng_bench_process *process = start(
		"head -c 3145728 >/dev/null; echo ok; head -c 3145728 /dev/zero | tr '\\0' x");
	char *bytes = malloc(len), line[64];

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'y', len);
	assert_int_equal(gng_bench_process_send(process, bytes, len, NULL), GNG_OK);
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL), GNG_OK);
	assert_string_equal(line, "");
	assert_int_equal(gng_bench_process_read(process, bytes, len, NULL), GNG_OK);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != 'x')
			suite_fail("byte %zu is not what was sent", i);
	assert_int_equal(bytes[len - 1], 'x');
	free(bytes);
	gng_bench_process_close(process);
}

static void a_refusal_is_its_reason(void **state)
{
	struct gng_bench_process *process = start("read -r word; echo 'no such mode'; read -r word;"
						  "echo ok");
	struct gng_why why = {0};
	char line[64];

	(void)state;
	ask(process, "job\n");
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why), GNG_ESYS);
	assert_string_equal(why.text, "z: such mode");
	ask(process, "again\n"); /* it lives */
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL), GNG_OK);
	gng_bench_process_close(process);
	process = start("echo 'no time'"); /* it does not even read the question */
	nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	ask(process, "job\n");
	memset(&why, 0, sizeof(why));
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why), GNG_ESYS);
	assert_string_equal(why.text, "z: time");
	gng_bench_process_close(process);
}

static void a_death_is_told_with_its_last_words(void **state)
{
	static const struct {
		const char *script, *text;
	} deaths[] = {
		{"read -r word; echo 'it hurts' >&2; echo more >&2; exit 3",
		 "z: its process ended with status 3: it hurts"},
		{"read -r word; kill -SEGV $$",
		 "z: its process ended by signal 11 and said nothing"},
		{"read -r word; printf 'ok but'",
		 "z: its process ended with status 0 and said nothing"},
	};
	char line[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(deaths); i++) {
		struct gng_bench_process *process = start(deaths[i].script);
		struct gng_why why = {0};

		ask(process, "job\n");
		assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why),
				 GNG_ESYS);
		assert_string_equal(why.text, deaths[i].text);
		memset(&why, 0, sizeof(why)); /* and again, whatever is asked */
		assert_int_equal(gng_bench_process_read(process, line, 1, &why), GNG_ESYS);
		assert_string_equal(why.text, deaths[i].text);
		assert_int_equal(gng_bench_process_send(process, "x", 1, NULL), GNG_ESYS);
		assert_true(gng_bench_process_cpu_s(process) == 0);
		gng_bench_process_close(process);
	}
}

static void a_program_that_is_none_is_told_at_the_first_question(void **state)
{
	const char *const argv[] = {"/nonexistent/peer", NULL};
	struct gng_bench_process *process;
	struct gng_why why = {0};
	char line[64];

	(void)state;
	assert_int_equal(gng_bench_process_open(&process, "z", argv, DEADLINE_MS, &why), GNG_OK);
	(void)!gng_bench_process_send(process, "job\n", 4, NULL);
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why), GNG_ESYS);
	assert_string_equal(why.text, "z: its process ended with status 127: /nonexistent/peer "
				      "cannot be executed: No such file or directory");
	gng_bench_process_close(process);
}

static void silence_ends_at_the_deadline(void **state)
{
	static const char *const scripts[] = {"sleep 60", "printf ok; exec sleep 60",
					      "exec 0<&- 1>&-; exec sleep 60"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		struct gng_bench_process *process = start(scripts[i]);
		struct gng_why why = {0};
		double first = now_s();

		assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why),
				 GNG_ESYS);
		assert_string_equal(why.text, "z: its process did not answer within 400 ms and was "
					      "stopped");
		first = now_s() - first;
		assert_true(first > 0.39 && first < 5);
		gng_bench_process_close(process);
	}
}

static void one_that_does_not_read_is_stopped_too(void **state)
{
	const size_t len = 4u << 20; /* more than any socket holds */
	struct gng_bench_process *process = start("exec sleep 60");
	struct gng_why why = {0};
	char *bytes = calloc(len, 1);

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(gng_bench_process_send(process, bytes, len, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "did not answer within 400 ms"));
	free(bytes);
	gng_bench_process_close(process);
}

static void nonsense_is_no_answer(void **state)
{
	static const char *const scripts[] = {"echo okay", "echo",
					      "echo 'ok 0123456789012345678901234567890'",
					      "head -c 9999 /dev/zero | tr '\\0' o; exec sleep 60"};
	char line[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		struct gng_bench_process *process = start(scripts[i]);
		struct gng_why why = {0};

		assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), &why),
				 GNG_EFORMAT);
		assert_non_null(strstr(why.text, "which is no answer, and was stopped"));
		assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL),
				 GNG_ESYS);
		gng_bench_process_close(process);
	}
}

static void an_end_gives_what_was_said(void **state)
{
	struct gng_bench_process *process = start("cat >&2");
	struct gng_why why = {0};
	char text[64];

	(void)state;
	ask(process, "one\ntwo\n");
	assert_int_equal(gng_bench_process_end(process, text, sizeof(text), &why), GNG_OK);
	assert_string_equal(text, "one\ntwo\n");
	gng_bench_process_close(process);
	process = start("echo sorry >&2; exit 4");
	assert_int_equal(gng_bench_process_end(process, text, sizeof(text), &why), GNG_ESYS);
	assert_string_equal(why.text, "z: its process ended with status 4: sorry");
	gng_bench_process_close(process);
}

static void it_works_on_the_cpu_of_its_caller(void **state)
{
	struct gng_bench_process *process =
		start("read -r word; echo \"ok $(sed -n 's/^Cpus_allowed_list:.//p' "
		      "/proc/$$/status)\"; i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done;"
		      "echo ok; read -r word");
	char line[64], cpu[16];
	cpu_set_t before, one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	snprintf(cpu, sizeof(cpu), "%d", sched_getcpu());
	CPU_ZERO(&one);
	CPU_SET(atoi(cpu), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	gng_bench_process_pin(process);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	ask(process, "where\n");
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL), GNG_OK);
	assert_string_equal(line, cpu);
	assert_int_equal(gng_bench_process_reply(process, line, sizeof(line), NULL), GNG_OK);
	assert_true(gng_bench_process_cpu_s(process) > 0);
	gng_bench_process_close(process);
}

const struct suite_test suite_tests[] = {
	TEST(a_question_is_answered, "H1.bench.process"),
	TEST(large_messages_arrive_whole, "H1.bench.process"),
	TEST(a_refusal_is_its_reason, "H1.bench.process"),
	TEST(a_death_is_told_with_its_last_words, "H1.bench.process"),
	TEST(a_program_that_is_none_is_told_at_the_first_question, "H1.bench.process"),
	TEST(silence_ends_at_the_deadline, "H1.bench.process"),
	TEST(one_that_does_not_read_is_stopped_too, "H1.bench.process"),
	TEST(nonsense_is_no_answer, "H1.bench.process"),
	TEST(an_end_gives_what_was_said, "H1.bench.process"),
	TEST(it_works_on_the_cpu_of_its_caller, "H1.bench.process"),
	{0},
};
