/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo acpi`: text, JSON, exit status; this machine's own tables; and
 * that iasl reads the sound tables of the vectors too. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

#include <dirent.h>
#include <errno.h>

/* every 8th vector: the sanitizers' programs start slowly */
static void check_case(struct gng_vec_case *one, void *arg)
{
	unsigned int *count = arg;
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);
	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;

	gng_vec_skip(one, "name");
	gng_vec_skip(one, "clause");
	gng_vec_skip(one, "at");
	if ((*count)++ % 8 != 0)
		return;
	command_write("table", bytes, len);
	assert_int_equal(command("gonogo-acpi table --json"), sound ? 0 : 1);
	command_answers(one, "signature");
}

static void it_answers_in_json_and_by_its_exit_status(void **state)
{
	unsigned int count = 0;

	(void)state;
	suite_vectors("acpi/tables.vec", check_case, &count);
}

static void a_wrong_call_is_a_usage_error(void **state)
{
	(void)state;
	command_wants_a_file("gonogo-acpi");
}

#define SYSTEM "/sys/firmware/acpi/tables"

static unsigned int check_own(DIR *dir)
{
	char arguments[PATH_MAX];
	unsigned int num = 0;

	for (const struct dirent *entry; (entry = readdir(dir));) {
		snprintf(arguments, sizeof(arguments), SYSTEM "/%s", entry->d_name);
		if (entry->d_type != DT_REG || strcmp(entry->d_name, "FACS") == 0 ||
		    access(arguments, R_OK) != 0)
			continue;
		snprintf(arguments, sizeof(arguments), SYSTEM "/%s --json", entry->d_name);
		if (command("gonogo-acpi %s", arguments) != 0)
			suite_fail("%s of this machine is refused: gonogo acpi " SYSTEM "/%s",
				   entry->d_name, entry->d_name);
		num++;
	}
	return num;
}

static void the_tables_of_this_machine_are_sound(void **state)
{
	DIR *dir = opendir(SYSTEM);
	unsigned int num;

	(void)state;
	num = dir ? check_own(dir) : 0;
	if (dir)
		closedir(dir);
	if (num == 0)
		gng_probe_skip("no table in " SYSTEM " can be read",
			       "a machine with ACPI, and root");
	else
		assert_true(num > 0);
}

/* ---- iasl ---- */

/* takes says whether iasl disassembles the file and says nothing of errors; 20200925 does not know
 * what came after ACPI 6.3, and never takes an RSDP. */
static bool takes(void)
{
	return command("ulimit -f 2048 && timeout 10 iasl -d table >theirs 2>&1 && "
		       "! grep -qiE 'error|invalid|incorrect' theirs table.dsl") == 0;
}

static void check_iasl(struct gng_vec_case *one, void *arg)
{
	static const char *const known[] = {
		"rsdt", "xsdt", "madt_x86_to_6_3", "fadt_1", "fadt_5", "fadt_6",
		"mcfg", "hpet", "srat_to_6_3",	   "slit"};
	const char *name = suite_text(one, "name");
	unsigned int *num = arg;
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);

	gng_vec_skip(one, "expect");
	gng_vec_skip(one, "at");
	gng_vec_skip(one, "clause");
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (strcmp(name, known[i]) != 0)
			continue;
		command_write("table", bytes, len);
		if (!takes())
			suite_fail("%s: iasl does not take %s", gng_vec_here(one), name);
		++*num;
	}
}

static void iasl_takes_the_sound_tables_that_it_knows(void **state)
{
	unsigned int num = 0;

	(void)state;
	if (command("command -v iasl") != 0) { /* NOLINT: a fixed command */
		gng_probe_skip("iasl is not installed", "apt-get install acpica-tools");
		return;
	}
	suite_vectors("acpi/tables.vec", check_iasl, &num);
	assert_int_equal(num, 10);
}

const struct suite_test suite_tests[] = {
	TEST(it_answers_in_json_and_by_its_exit_status, "K7.acpi.tables K7.acpi.hostile"),
	TEST(a_wrong_call_is_a_usage_error, "K7.acpi.tables"),
	TEST(the_tables_of_this_machine_are_sound, "K7.acpi.tables"),
	TEST_SLOW(iasl_takes_the_sound_tables_that_it_knows, "K7.acpi.tables"),
	{0},
};
