/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo uvm`: what it says of a model, of a wrong version, and of no driver. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

/* on_model runs a verb on a model; false after a skip. */
static bool on_model(const char *model, const char *verb, int wanted)
{
	const int status = command("gonogo-uvm model %s -- gonogo-uvm %s", model, verb);

	if (status == 3 && strstr(command_err, "user notification")) {
		gng_probe_skip(command_err, "Linux 5.19 or newer, outside of a sandbox");
		return false;
	}
	if (status != wanted)
		suite_fail("exit status %d: %s%s", status, command_out, command_err);
	return true;
}

static void a_model_is_called_one(void **state)
{
	json_t *answer, *commands;

	(void)state;
	if (!on_model("--driver 580.126.09", "probe --json", 0))
		return;
	answer = command_json();
	commands = json_object_get(answer, "commands");
	assert_string_equal(json_string_value(json_object_get(answer, "verdict")), "GO");
	assert_string_equal(json_string_value(json_object_get(answer, "device")), "model");
	assert_string_equal(json_string_value(json_object_get(answer, "driver")), "580.126.09");
	assert_int_equal(json_array_size(commands), 18); /* 7 of the resource manager */
	assert_int_equal(json_array_size(json_object_get(answer, "calls")), 6);
	json_decref(answer);
	assert_non_null(strstr(command_err, "MODEL of driver 580.126.09"));
	assert_true(on_model("--driver 580.126.09", "probe", 0));
	assert_non_null(strstr(command_out, "a MODEL answers"));
	assert_non_null(strstr(command_out, "GO (model)"));
	assert_true(on_model("--driver 580.126.09", "probe --control /dev/gonogo-none", 0));
	assert_non_null(strstr(command_out, "not probed: /dev/gonogo-none"));
}

static void a_wrong_version_is_no_go(void **state)
{
	(void)state;
	if (!on_model("--driver 545.29.06", "probe --driver 550.54.14", 1))
		return;
	assert_non_null(strstr(command_out, "NO-GO (model): UVM_MAP_EXTERNAL_ALLOCATION has 1200"));
	assert_true(on_model("--driver 530.41.03", "probe --driver 535.43.02", 1));
	assert_non_null(strstr(command_out, "NO-GO (model): NV_ESC_RM_ALLOC has 32 bytes, its "
					    "verdict at 24, and should have 32 bytes, its verdict "
					    "at 28"));
	assert_true(on_model("--driver 580.159", "probe", 1));
	assert_non_null(strstr(command_out, "580.159 is not known"));
	assert_non_null(strstr(command_out, "of 580.142"));
}

static void layouts_are_those_of_a_version(void **state)
{
	(void)state;
	assert_int_equal(command("gonogo-uvm layouts --driver 590.48.01"), 0);
	assert_non_null(strstr(command_out, "UVM_FREE\n  since 590.44.01, number 0x22, 16 bytes"));
	assert_non_null(strstr(command_out, "NV_ESC_RM_ALLOC\n  since 535.43.02, number 0x2b, 32 "
					    "bytes, its verdict at 28\n"));
	assert_non_null(strstr(command_out, "NV_ESC_REGISTER_FD\n  since 515.43.04, number 0xc9, 4 "
					    "bytes\n"));
	assert_int_equal(command("gonogo-uvm layouts --driver 530.41.03"), 0);
	assert_null(strstr(command_out, "UVM_MM_INITIALIZE"));
	assert_non_null(strstr(command_out, "NV_ESC_RM_ALLOC\n  since 515.43.04, number 0x2b, 32 "
					    "bytes, its verdict at 24\n"));
	assert_int_equal(command("gonogo-uvm layouts"), 0);
	assert_non_null(strstr(command_out, "1200 bytes"));
	assert_non_null(strstr(command_out, "9264 bytes"));
}

/* ---- handles ---- */

static void each_step_of_a_mapping_is_told(void **state)
{
	json_t *answer, *steps, *last;

	(void)state;
	if (!on_model("--gpus 2 --driver 580.126.09", "handles --gpu 1 --json", 0))
		return;
	answer = command_json();
	steps = json_object_get(answer, "steps");
	last = json_array_get(steps, json_array_size(steps) - 1);
	assert_string_equal(json_string_value(json_object_get(answer, "verdict")), "GO");
	assert_string_equal(json_string_value(json_object_get(answer, "device")), "model");
	assert_int_equal(json_integer_value(json_object_get(answer, "gpus")), 2);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(answer, "gpu"), "uuid")),
		"GPU-676f6e6f-676f-2d6d-6f64-656c2d475056");
	assert_int_equal(json_array_size(steps), 27);
	assert_string_equal(json_string_value(json_object_get(last, "call")), "NV_ESC_RM_FREE");
	assert_string_equal(json_string_value(json_object_get(last, "of")), "NV01_ROOT_CLIENT");
	json_decref(answer);
	assert_true(on_model("--gpus 1 --driver 530.41.03", "handles", 0));
	assert_null(strstr(command_out, "UVM_MM_INITIALIZE"));
	assert_true(on_model("--gpus 1", "handles", 0));
	assert_non_null(strstr(command_out, "GO (model)"));
	assert_non_null(
		strstr(command_out, "NV01_MEMORY_LOCAL_USER             0x676e0004  NV_OK"));
}

static void without_a_gpu_it_is_not_run(void **state)
{
	json_t *answer;

	(void)state;
	if (!on_model("", "handles", 3))
		return;
	assert_non_null(strstr(command_out, "NOT RUN (model): the driver has 0 GPUs"));
	assert_true(on_model("--gpus 1", "handles --gpu 1 --json", 3));
	answer = command_json();
	assert_string_equal(json_string_value(json_object_get(answer, "verdict")), "NOT RUN");
	assert_true(json_is_null(json_object_get(answer, "gpu")));
	json_decref(answer);
}

static void handles_of_another_version_are_no_go(void **state)
{
	(void)state;
	if (!on_model("--gpus 1 --driver 590.48.01", "handles --driver 580.142", 1))
		return;
	assert_non_null(strstr(command_out, "NO-GO: the driver is 590.48.01, and not 580.142"));
	assert_true(on_model("--gpus 1", "handles --control '/dev/\"none\"' --json", 3));
}

/* The status of the command comes through, and what it may not open it may not here either. */
static void a_command_runs_as_ever(void **state)
{
	(void)state;
	if (command("gonogo-uvm model -- sh -c 'cat /proc/driver/nvidia/version; exit 7'") != 7)
		suite_fail("%s", command_err);
	assert_non_null(strstr(command_out, "NVRM version: "));
	assert_non_null(strstr(command_out, "model of gonogo"));
	assert_int_equal(command("gonogo-uvm model -- cat /proc/gonogo-none"), 1);
	assert_int_equal(command("gonogo-uvm model -- gonogo-none"), 127);
}

static const struct command_refusal refused[] = {
	{"", "''", 2},
	{"prove", "'prove'", 2},
	{"probe --driver", "--driver", 2},
	{"probe --driver x", "'x'", 2},
	{"probe --colour", "--colour", 2},
	{"probe twice", "'twice'", 2},
	{"probe --driver 595.45.04 --device /dev/gonogo-none", "/dev/gonogo-none", 3},
	{"probe --driver 595.45.04 --device /dev/null --json", "", 1},
	{"layouts --driver 470.10", "470.10", 1},
	{"handles --driver 595.45.04 --control /dev/gonogo-none", "/dev/gonogo-none", 3},
	{"handles --driver 595.45.04 --control /dev/null", "", 1},
	{"handles --driver 580.159 --control /dev/null", "580.159", 3},
	{"handles --gpu 32", "'32'", 2},
	{"model --gpus 3 -- true", "'3'", 2},
	{"model", "'--'", 2},
	{"model --driver 1 -- true", "'1'", 2},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	command_refuses("gonogo-uvm", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-uvm --help"), 0);
	assert_non_null(strstr(command_out, "gonogo uvm probe"));
}

const struct suite_test suite_tests[] = {
	TEST(a_model_is_called_one, "D2.uvm.command D2.uvm.model"),
	TEST(a_wrong_version_is_no_go, "D2.uvm.command D2.uvm.version"),
	TEST(each_step_of_a_mapping_is_told, "D2.uvm.command D2.uvm.control"),
	TEST(without_a_gpu_it_is_not_run, "D2.uvm.command D2.uvm.control"),
	TEST(handles_of_another_version_are_no_go, "D2.uvm.command D2.uvm.control"),
	TEST(layouts_are_those_of_a_version, "D2.uvm.command D2.uvm.layouts"),
	TEST(a_command_runs_as_ever, "D2.uvm.command D2.uvm.model"),
	TEST(a_wrong_word_is_named, "D2.uvm.command"),
	{0},
};
