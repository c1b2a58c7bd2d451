/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo bpf load`: states, verdict and exit status, as text and as JSON. */
/* needs: bpf */
/* requires: jansson */
#include "samples.h"

#include <jansson.h>

#include "../command.h"

static const char *text_at(json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "(none)";
}

/* load_json runs the command on an object; the caller owns the answer. */
static json_t *load_json(const char *file, const char *more, int expected)
{
	const int status = command("gonogo-bpf load '%s' --json %s", file, more);
	json_t *json = command_json();

	if (status != expected)
		suite_fail("exit status %d: %s%s", status, command_out, command_err);
	return json;
}

static void a_sound_object_is_loaded(void **state)
{
	const char *file = samples_path("life");
	json_t *json, *states;

	(void)state;
	if (!file || !samples_may())
		return;
	json = load_json(file, "", 0);
	states = json_object_get(json, "states");
	assert_string_equal(text_at(json, "verdict"), "loaded");
	assert_int_equal(json_array_size(states), 2);
	assert_string_equal(json_string_value(json_array_get(states, 1)), "loaded");
	assert_int_equal(json_array_size(json_object_get(json, "programs")), 4);
	assert_string_equal(text_at(json, "errno"), "");
	json_decref(json);
	assert_int_equal(command("gonogo-bpf load '%s'", file), 0);
	assert_non_null(strstr(command_out, "state   loaded\nverdict loaded\n"));
}

static void a_refused_one_says_class_remedy_and_log(void **state)
{
	const char *file = samples_path("bad");
	json_t *json;

	(void)state;
	if (!file || !samples_may())
		return;
	json = load_json(file, "--program null_unchecked", 1);
	assert_string_equal(text_at(json, "verdict"), "refused");
	assert_string_equal(text_at(json, "class"), "null-unchecked");
	assert_string_equal(text_at(json, "errno"), "EACCES");
	assert_non_null(strstr(text_at(json, "log"), "map_value_or_null"));
	assert_true(strlen(text_at(json, "remedy")) > 10);
	json_decref(json);
	assert_int_equal(command("gonogo-bpf load '%s' --program null_unchecked", file), 1);
	assert_non_null(strstr(command_out, "state   refused\nverdict refused\n"));
	assert_non_null(strstr(command_out, "class   null-unchecked\n"));
	assert_non_null(strstr(command_out, "log     R0 invalid mem access"));
}

static void a_file_that_is_no_object_is_refused(void **state)
{
	json_t *json;

	(void)state;
	command_write("text.o",
		      "no object at all, but long enough to have the head of an ELF file\n", 66);
	json = load_json("text.o", "", 1);
	assert_string_equal(text_at(json, "class"), "malformed");
	assert_int_equal(json_array_size(json_object_get(json, "states")), 0);
	json_decref(json);
	assert_int_equal(command("gonogo-bpf load absent.o"), 99);
	assert_non_null(strstr(command_out, "absent.o"));
}

static void without_privilege_it_is_status_3(void **state)
{
	const char *file = samples_path("life");
	int status;

	(void)state;
	if (!file)
		return;
	if (geteuid() == 0)
		status = command("setpriv --reuid 65534 --clear-groups gonogo-bpf load '%s'", file);
	else
		status = command("gonogo-bpf load '%s'", file);
	if (status == 126 || status == 127)
		return gng_probe_skip("another user may not run this build's programs",
				      "run it as an ordinary user");
	if (status == 99)
		return gng_probe_skip("another user may not read this build's objects",
				      "run it as an ordinary user");
	assert_int_equal(status, 3);
	assert_non_null(strstr(command_out, "class   policy\n"));
}

static void pins_stay_where_they_were_wanted(void **state)
{
	const char *file = samples_path("life");

	(void)state;
	if (!file || !samples_may())
		return;
	/* in a mount namespace, with a BPF file system of its own that ends with it */
	assert_int_equal(command("mkdir bpffs; unshare -m sh -c \"mount -t bpf bpf bpffs && "
				 "gonogo-bpf load '%s' --pin bpffs/mine && ls bpffs/mine && "
				 "{ gonogo-bpf load '%s' --pin bpffs/mine; echo again \\$?; }\"",
				 file, file),
			 0);
	assert_non_null(strstr(command_out, "state   pinned\n"));
	assert_non_null(strstr(command_out, "map_numbers\n"));
	assert_non_null(strstr(command_out, "program_pass\n"));
	assert_non_null(strstr(command_out, "EEXIST"));
	assert_non_null(strstr(command_out, "again 1\n"));
	assert_int_equal(command("gonogo-bpf load '%s' --pin here", file), 2);
	assert_non_null(strstr(command_out, "mount -t bpf"));
	assert_int_equal(command("test ! -e here"), 0);
}

static void a_wrong_word_is_named(void **state)
{
	static const struct command_refusal rows[] = {
		{"", "''", 2},
		{"unload x", "'unload'", 2},
		{"load", "'load'", 2},
		{"load a b", "'b'", 2},
		{"load a --colour", "'--colour'", 2},
		{"load a --pin", "'--pin'", 2},
	};

	(void)state;
	command_refuses("gonogo-bpf", rows, COUNT_OF(rows));
	assert_int_equal(command("gonogo-bpf --help"), 0);
	assert_non_null(strstr(command_out, "usage: gonogo bpf load"));
}

static void a_program_that_there_is_not_is_usage(void **state)
{
	const char *file = samples_path("life");

	(void)state;
	if (!file)
		return;
	assert_int_equal(command("gonogo-bpf load '%s' --program nobody", file), 2);
	assert_non_null(strstr(command_out, "'nobody'"));
}

const struct suite_test suite_tests[] = {
	TEST(a_sound_object_is_loaded, "B1.bpfobj.command"),
	TEST(a_refused_one_says_class_remedy_and_log, "B1.bpfobj.command"),
	TEST(a_file_that_is_no_object_is_refused, "B1.bpfobj.command"),
	TEST(without_privilege_it_is_status_3, "B1.bpfobj.command"),
	TEST(pins_stay_where_they_were_wanted, "B1.bpfobj.command"),
	TEST(a_wrong_word_is_named, "B1.bpfobj.command"),
	TEST(a_program_that_there_is_not_is_usage, "B1.bpfobj.command"),
	{0},
};
