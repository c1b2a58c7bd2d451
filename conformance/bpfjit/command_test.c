/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo bpfjit`: what it says, how it repeats, and how it refuses. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

#include <gng_bpf.h>

static void it_counts_what_it_compared(void **state)
{
	json_t *answer;
	int status;

	(void)state;
	status = command("gonogo-bpfjit --count 100 --seed 7 --kinds jumps,calls --json");
	if (status == 3)
		return gng_probe_skip(command_err, "root");
	assert_int_equal(status, 0);
	answer = command_json();
	assert_string_equal(json_string_value(json_object_get(answer, "verdict")), "GO");
	assert_string_equal(json_string_value(json_object_get(answer, "kinds")), "jumps,calls");
	assert_int_equal(json_integer_value(json_object_get(answer, "programs")), 100);
	assert_int_equal(json_integer_value(json_object_get(answer, "runs")), 200);
	assert_int_equal(json_integer_value(json_object_get(answer, "refused")), 0);
	assert_true(json_is_null(json_object_get(answer, "differs")));
	json_decref(answer);
}

static json_int_t number(json_t *answer, const char *key)
{
	assert_true(json_is_number(json_object_get(answer, key)));
	return (json_int_t)json_number_value(json_object_get(answer, key));
}

/* made_by returns the instructions of 101 programs; 0 where none can be loaded. */
static json_int_t made_by(unsigned int jobs)
{
	json_int_t insns;
	json_t *answer;
	int status;

	status = command("gonogo-bpfjit --count 101 --seed 7 --kinds none --jobs %u --json", jobs);
	if (status == 3)
		return 0;
	assert_int_equal(status, 0);
	answer = command_json();
	assert_int_equal(number(answer, "jobs"), jobs);
	assert_int_equal(number(answer, "programs"), 101);
	assert_int_equal(number(answer, "runs"), 202);
	assert_true(number(answer, "programs_per_cpu_s") > 0);
	insns = number(answer, "instructions");
	json_decref(answer);
	return insns;
}

/* Threads share the seeds: together they make the programs that one makes, each once. */
static void jobs_share_the_seeds(void **state)
{
	const json_int_t one = made_by(1);

	(void)state;
	if (one == 0)
		return gng_probe_skip(command_err, "root");
	assert_int_equal(made_by(3), one);
}

/* Where this kernel has a known fault, its programs are a NO-GO unless it is excepted. */
static void a_known_fault_is_no_other_difference(void **state)
{
	const char *const range = "--count 100 --seed 2500 --json";
	json_int_t explained;
	json_t *answer;
	int status;

	(void)state;
	status = command("gonogo-bpfjit %s", range);
	if (status == 3)
		return gng_probe_skip(command_err, "root");
	answer = command_json();
	explained = number(answer, "explained");
	assert_int_equal(status, explained > 0);
	assert_int_equal(number(answer, "programs"), 100);
	assert_true(explained == 0 || json_array_size(json_object_get(answer, "faults")) == 1);
	json_decref(answer);
	assert_int_equal(command("gonogo-bpfjit %s --except lost-extension", range), 0);
	answer = command_json();
	assert_int_equal(number(answer, "explained"), explained);
	json_decref(answer);
	assert_int_equal(command("gonogo-bpfjit --except other"), 2);
}

/* The listing is the program: assembled, it is as long and ends in an exit of RFC 9669. */
static void a_listing_is_a_program(void **state)
{
	struct gng_bpf_code code;
	char *text;

	(void)state;
	assert_int_equal(command("gonogo-bpfjit --seed 3 --kinds none --list"), 0);
	text = strdup(command_out);
	assert_int_equal(command("gonogo-bpfjit --seed 3 --kinds none --list"), 0);
	assert_string_equal(text, command_out);
	assert_int_equal(command("gonogo-bpfjit --seed 4 --kinds none --list"), 0);
	assert_string_not_equal(text, command_out);
	assert_int_equal(gng_bpf_assemble(&code, "listing", text, NULL), GNG_OK);
	free(text);
	assert_in_range(code.num_insns, 20, 1024);
	assert_int_equal(code.insns[code.num_insns - 1].code, 0x95);
	gng_bpf_code_fini(&code);
}

static const struct command_refusal refused[] = {
	{"more", "'more'", 2},
	{"--colour", "--colour", 2},
	{"--time", "--time", 2},
	{"--time 0", "'0'", 2},
	{"--time 1s", "'1s'", 2},
	{"--time 86401", "'86401'", 2},
	{"--count 0", "'0'", 2},
	{"--jobs 0", "'0'", 2},
	{"--jobs 65", "'65'", 2},
	{"--seed -1", "'-1'", 2},
	{"--kinds jump", "'jump'", 2},
	{"--kinds jumps,", "'jumps,'", 2},
	{"--kinds none,v4", "'none,v4'", 2},
	{"--kinds ''", "''", 2},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	command_refuses("gonogo-bpfjit", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-bpfjit --help"), 0);
	assert_non_null(strstr(command_out, "usage: gonogo bpfjit"));
}

const struct suite_test suite_tests[] = {
	TEST(it_counts_what_it_compared, "B1.bpf.jit-command"),
	TEST(a_known_fault_is_no_other_difference, "B1.bpf.jit-faults B1.bpf.jit-command"),
	TEST(jobs_share_the_seeds, "B1.bpf.jit-command"),
	TEST(a_listing_is_a_program, "B1.bpf.jit-command"),
	TEST(a_wrong_word_is_named, "B1.bpf.jit-command"),
	{0},
};
