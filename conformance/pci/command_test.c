/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo pci`: JSON and exit status; and capabilities and BARs of sound
 * dumps are those that `lspci -F` finds, those of this machine too. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

/* write_dump appends a function to the dump. */
static void write_dump(const char *name, const uint8_t *bytes, size_t have, size_t len,
		       const char *mode)
{
	FILE *file = command_open("dump", mode);

	fprintf(file, "%s words\n", name);
	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0)
			fprintf(file, "%02zx:", i);
		fprintf(file, i % 16 == 15 ? " %02x\n" : " %02x", i < have ? bytes[i] : 0);
	}
	assert_int_equal(fclose(file), 0);
}

static void it_answers_in_json_and_by_its_exit_status(void **state)
{
	static const uint8_t sound[64] = {0xf4, 0x1a, 0x41, 0x10}, broken[64] = {1, [14] = 2};
	json_t *json, *functions;

	(void)state;
	write_dump("00:01.0", sound, 64, 64, "w");
	assert_int_equal(command("gonogo-pci dump --json"), 0);
	write_dump("00:02.0", broken, 64, 64, "a");
	assert_int_equal(command("gonogo-pci dump --json"), 1);
	json = command_json();
	functions = json_object_get(json, "functions");
	assert_int_equal(json_array_size(functions), 2);
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(functions, 0), "vendor")),
		0x1af4);
	functions = json_array_get(functions, 1);
	assert_string_equal(json_string_value(json_object_get(functions, "error")), "layout");
	assert_int_equal(json_integer_value(json_object_get(functions, "offset")), 14);
	json_decref(json);
	write_dump("no slot", sound, 64, 64, "w");
	assert_int_equal(command("gonogo-pci dump --json"), 1);
	json = command_json();
	assert_string_equal(json_string_value(json_object_get(json, "error")), "dump-slot");
	json_decref(json);
}

static void a_wrong_call_is_a_usage_error(void **state)
{
	(void)state;
	command_wants_a_file("gonogo-pci");
	assert_int_equal(command("gonogo-pci /dev/null"), 4);
	assert_string_equal(command_err, "gonogo: pci: /dev/null holds no function: give what "
					 "lspci -xxxx says\n");
}

/* ---- lspci ---- */

/* theirs makes a list of what lspci -F says: "S slot", "C offset", "B index address". Fields of 0
 * are unassigned to it and left out by both. */
static const char theirs[] = "lspci -F dump -vv -n 2>/dev/null | sed -n "
			     "-e 's/^\\([0-9a-f:.]*\\) [0-9a-f]\\{4\\}: .*/S \\1/p' "
			     "-e 's/^\tCapabilities: \\[\\([0-9a-f]*\\).*/C \\1/p' "
			     "-e 's/^\tRegion \\([0-5]\\): [^ ]* [a-z ]*at \\([0-9a-f]\\{1,\\}\\)"
			     ".*/B \\1 \\2/p' >lspci";

static void ours(FILE *file, json_t *function)
{
	const char *slot = json_string_value(json_object_get(function, "slot"));
	json_t *one;
	size_t i;

	if (!slot || json_object_get(function, "error"))
		suite_fail("%s is refused", slot ? slot : "?");
	fprintf(file, "S %s\n", slot);
	json_array_foreach(json_object_get(function, "bars"), i, one)
	{
		const char *address = json_string_value(json_object_get(one, "address"));

		const bool is_io =
			strcmp(json_string_value(json_object_get(one, "kind")), "io") == 0;

		if (strcmp(address, "0x0") != 0)
			fprintf(file, "B %lld %0*llx\n",
				json_integer_value(json_object_get(one, "index")), is_io ? 4 : 8,
				strtoull(address, NULL, 16));
	}
	json_array_foreach(json_object_get(function, "capabilities"), i, one)
		fprintf(file, "C %02llx\n", json_integer_value(json_object_get(one, "offset")));
}

/* compare returns how many lines both lists have, and fails where they differ. */
static void compare(const char *where)
{
	json_t *json, *function;
	FILE *file;
	size_t i;

	if (command("gonogo-pci dump --json") != 0)
		suite_fail("%s: a sound dump is refused", where);
	json = command_json();
	assert_int_equal(command("%s", theirs), 0);
	file = command_open("ours", "w");
	json_array_foreach(json_object_get(json, "functions"), i, function) ours(file, function);
	fclose(file);
	json_decref(json);
	if (command("diff lspci ours") != 0)
		suite_fail("%s: lspci -F reads it otherwise; the log has the difference", where);
}

static bool has_lspci(void)
{
	if (command("command -v lspci") == 0)
		return true;
	gng_probe_skip("lspci is not installed", "apt-get install pciutils");
	return false;
}

static void check_case(struct gng_vec_case *one, void *arg)
{
	uint8_t space[4096] = {0};
	const size_t len = (size_t)suite_int(one, "len");
	const char *expect, *name;
	size_t have, more = 0;
	const uint8_t *bytes = suite_bytes(one, "bytes", &have);
	const uint8_t *extended =
		gng_vec_has(one, "extended") ? suite_bytes(one, "extended", &more) : NULL;

	(void)arg;
	gng_vec_skip(one, "at");
	gng_vec_skip(one, "clause");
	expect = suite_text(one, "expect");
	name = suite_text(one, "name");
	if (strcmp(expect, "sound") != 0)
		return;
	memcpy(space, bytes, have);
	if (extended)
		memcpy(space + 256, extended, more);
	write_dump("00:01.0", space, sizeof(space), len, "w");
	/* lspci takes what reads as ones for a capability of its own kind */
	if (strcmp(name, "extended_reads_as_ones") != 0 && len > 64)
		compare(name);
}

static void lspci_reads_sound_dumps_the_same(void **state)
{
	(void)state;
	if (has_lspci())
		suite_vectors("pci/spaces.vec", check_case, NULL);
}

static void lspci_reads_this_machine_the_same(void **state)
{
	(void)state;
	if (!has_lspci())
		return;
	if (command("lspci -xxxx >dump && test -s dump") != 0)
		gng_probe_skip("no PCI function can be read here", "a machine with PCI, and root");
	else
		compare("this machine");
}

const struct suite_test suite_tests[] = {
	TEST(it_answers_in_json_and_by_its_exit_status, "K6.pci.dump K6.pci.header"),
	TEST(a_wrong_call_is_a_usage_error, "K6.pci.dump"),
	TEST_SLOW(lspci_reads_sound_dumps_the_same, "K6.pci.dump K6.pci.capabilities"),
	TEST_SLOW(lspci_reads_this_machine_the_same, "K6.pci.dump K6.pci.capabilities"),
	{0},
};
