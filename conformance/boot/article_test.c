/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what chapter 1 of the article says of boot code, one statement a test: whether C
 * alone switches modes, and which processors the compiler of Go knows. */
/* requires: gcc go */
#include "../command.h"
#include "../gocache.h"

#include <ctype.h>

/* count_in counts the lines of a file of the loader's sources that begin with an instruction. */
static unsigned int count_in(const char *name, const char *const words[], size_t num)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[4200], line[512];
	unsigned int found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../impl/boot/bios/%s", vectors ? vectors : ".", name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		const char *at = line;

		while (isspace((unsigned char)*at))
			at++;
		for (size_t i = 0; i < num; i++)
			found += strncmp(at, words[i], strlen(words[i])) == 0;
	}
	fclose(file);
	return found;
}

/* What the loader does in assembly has no words in C: the descriptor table, far jumps, control
 * registers, model-specific ones. */
static void switching_modes_takes_assembly(void **state)
{
	static const char *const words[] = {"lgdt", "ljmp", "mov %cr", "mov %eax, %cr", "wrmsr"};
	unsigned int num;

	(void)state;
	num = count_in("switch.S", words, COUNT_OF(words));
	if (num == 0) {
		gng_probe_skip("the sources of the loader are not installed",
			       "run it from the source tree");
		return;
	}
	assert_true(num >= 12);
}

/* All have 32 or 64 bits; wasm has 32 and 64. */
static void go_knows_no_processor_of_16_bits(void **state)
{
	static const char known[] =
		" 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 "
		"ppc64le riscv64 s390x wasm ";
	char *rest = NULL;

	(void)state;
	assert_int_equal(command("go tool dist list"), 0);
	for (char *line = strtok_r(command_out, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char word[64];

		assert_non_null(strchr(line, '/'));
		snprintf(word, sizeof(word), " %s ", strchr(line, '/') + 1);
		if (!strstr(known, word))
			suite_fail("%s: is it of 16 bits?", line);
		gng_probe_assertion();
	}
}

/* The smallest program: a segment has 64 KiB, and no option of the linker splits text. */
static void a_program_of_go_fits_no_segment(void **state)
{
	static const char source[] = "package main\n\nfunc main() {}\n";
	const char *text;

	(void)state;
	gocache_keep(getenv("GNG_BUILD_DIR"));
	command_write("m.go", source, sizeof(source) - 1);
	if (command("export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOENV=off "
		    "GOCACHE=\"${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/go-build}\" && "
		    "go build -ldflags '-s -w' -o m m.go && size -A -d m") != 0)
		suite_fail("not built: %s%s", command_out, command_err);
	text = strstr(command_out, ".text");
	assert_non_null(text);
	assert_true(strtoul(text + 5, NULL, 10) > 65536);
	assert_int_not_equal(command("go tool link -help 2>&1 | grep -i segment:"), 0);
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(switching_modes_takes_assembly, "K4.boot.article"),
	TEST_ONCE(go_knows_no_processor_of_16_bits, "K4.boot.article"),
	TEST_ONCE(a_program_of_go_fits_no_segment, "K4.boot.article"),
	{0},
};
