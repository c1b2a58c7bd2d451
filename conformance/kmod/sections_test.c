/* SPDX-License-Identifier: Apache-2.0 */
/* sections_test.c - what the module exports and asks of the kernel, and what of it is gone once it
 * is loaded. */
/* needs: sysfile */
#include "driver.h"

#include "../command.h"

static bool stands(const char *symbols, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), " %s\t[gonogo_edu]", name);
	return strstr(symbols, word) != NULL;
}

/* all_symbols reads /proc/kallsyms, which is longer than a file of the kernel usually is. */
static char *all_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char *text = NULL;
	size_t cap = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &cap, EOF, file) > 0);
	fclose(file);
	return text;
}

static void code_of_init_is_gone_after_the_load(void **state)
{
	char *symbols;

	(void)state;
	if (!driver_load(""))
		return;
	symbols = all_symbols();
	assert_false(stands(symbols, "gonogo_edu_init"));
	assert_false(stands(symbols, "init_module"));
	assert_true(stands(symbols, "gonogo_edu_exit"));
	assert_true(stands(symbols, "edu_probe"));
	free(symbols);
	driver_unload();
	symbols = all_symbols();
	assert_null(strstr(symbols, "[gonogo_edu]"));
	free(symbols);
}

/* object_of finds a module of this build; false: there is none. */
static bool find_object(char path[2 * PATH_MAX])
{
	if (command("ls -d %s/kmod/*/gonogo_edu.ko | head -n 1", command_build_dir()) != 0 ||
	    !*command_out) {
		gng_probe_skip("no module is built here: the headers of a kernel are missing",
			       "ci/setup lab, then make");
		return false;
	}
	snprintf(path, 2 * PATH_MAX, "%.*s", (int)strcspn(command_out, "\n"), command_out);
	return true;
}

/* read_object finds the module where there are tools to read it; false: the test is skipped. */
static bool read_object(char path[2 * PATH_MAX])
{
	if (!getenv("GNG_LAB"))
		return find_object(path);
	gng_probe_skip("a guest has no binutils", "gonogo check kmod on the host");
	return false;
}

static void nothing_is_exported_unasked(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	if (!read_object(path))
		return;
	assert_int_equal(command("nm --defined-only --extern-only %s | sed 's/.* //' | sort", path),
			 0);
	assert_non_null(strstr(command_out, "init_module\n"));
	assert_non_null(strstr(command_out, "cleanup_module\n"));
	assert_int_equal(command("nm --defined-only --extern-only %s | sed 's/.* //' | grep -vE "
				 "'^(init_module|cleanup_module|__this_module|__mod_pci__.*|"
				 "__mod_device_table.*)$'",
				 path),
			 1);
	assert_int_equal(command("readelf -SW %s", path), 0);
	assert_non_null(strstr(command_out, " .init.text "));
	assert_non_null(strstr(command_out, " .exit.text "));
	assert_null(strstr(command_out, "__ksymtab"));
	assert_int_equal(command("nm %s | grep -E ' t (gonogo_edu_init|edu_ioctl)$'", path), 0);
}

/* The table of gates is the kernel's: the driver gets its interrupts by a call. */
static void an_interrupt_is_asked_of_the_kernel(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	if (!read_object(path))
		return;
	assert_int_equal(command("nm --undefined-only %s", path), 0);
	assert_non_null(strstr(command_out, " devm_request_threaded_irq\n"));
	assert_null(strstr(command_out, "idt_table"));
	assert_int_equal(command("objdump -d %s", path), 0);
	assert_non_null(strstr(command_out, "<edu_probe>:"));
	assert_null(strstr(command_out, "\tlidt"));
}

const struct suite_test suite_tests[] = {
	TEST(code_of_init_is_gone_after_the_load, "K8.kmod.sections"),
	TEST(nothing_is_exported_unasked, "K8.kmod.sections"),
	TEST(an_interrupt_is_asked_of_the_kernel, "K8.kmod.interrupt"),
	{0},
};
