/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_test.c - the machine code behind AES in Go, in OpenSSL and here: registers, instructions,
 * calls, arguments; and what Go's assembler makes of the article's lines (section 2.1).
 */
/* requires: go */
#include "golang.h"

/* code counts what the disassembly of one implementation has. */
struct code {
	size_t aes_xmm, aes_ymm, aes_zmm; /* AESENC and VAESENC by the width of their registers */
	size_t assists, calls, indirect;
	bool stack_arguments, register_arguments;
	unsigned int highest; /* register number in an AES instruction */
};

static void count_aes(struct code *code, const char *line)
{
	code->aes_zmm += strstr(line, "%zmm") != NULL;
	code->aes_ymm += strstr(line, "%ymm") != NULL;
	code->aes_xmm += !strstr(line, "%zmm") && !strstr(line, "%ymm");
	for (const char *at = line; (at = strstr(at, "mm")); at++) {
		unsigned int number;

		if (sscanf(at, "mm%u", &number) == 1 && number > code->highest)
			code->highest = number;
	}
}

static void count_line(struct code *code, const char *line)
{
	if (strstr(line, "aesenc"))
		count_aes(code, line);
	code->assists += strstr(line, "aeskeygenassist") != NULL;
	code->calls += strstr(line, "call ") != NULL;
	code->indirect += strstr(line, "call   *") != NULL;
	code->stack_arguments |= strstr(line, "0x8(%rsp),%r") != NULL;
	code->register_arguments |= strstr(line, "(%rdi)") != NULL;
}

/* read_code disassembles what the words select; -1: objdump fails. */
static int read_code(struct golang *go, struct code *code, const char *option, const char *file)
{
	const char *const words[] = {"objdump", "-d", "--no-show-raw-insn", option, file, NULL};
	char *rest, *line;
	int status;

	memset(code, 0, sizeof(*code));
	go->quiet = true;
	status = golang_run(go, NULL, words);
	rest = go->said;
	while (rest && (line = strsep(&rest, "\n")))
		count_line(code, line);
	return status;
}

static void tell(const char *name, const struct code *code)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "aesenc on xmm %zu, ymm %zu, zmm %zu, registers to %u; aeskeygenassist %zu; calls "
		 "%zu, indirect %zu",
		 code->aes_xmm, code->aes_ymm, code->aes_zmm, code->highest, code->assists,
		 code->calls, code->indirect);
	gng_probe_note(name, text);
}

static bool open_release(struct golang *go)
{
	if (!golang_open(go))
		return false;
	if (go->asan)
		return golang_skip("instrumented code is not what is compared",
				   "gonogo check --builds release");
	if (system("command -v objdump >"
		   "/dev/null 2>&1") != 0)
		return golang_skip("objdump is not installed", "apt-get install binutils");
	return true;
}

/* Go's block functions, in its own names: xmm registers and arguments on the stack (ABI0). */
static void go_has_xmm_registers_and_stack_arguments(void **state)
{
	char program[PATH_MAX + 64];
	struct golang go;
	struct code code;

	(void)state;
	if (!open_release(&go))
		return;
	snprintf(program, sizeof(program), "%s/go/gonogo.test", go.build);
	assert_int_equal(
		read_code(&go, &code, "--disassemble=crypto/aes.encryptBlockAsm.abi0", program), 0);
	tell("Go crypto/aes.encryptBlockAsm", &code);
	assert_true(code.aes_xmm >= 10);
	assert_int_equal(code.aes_ymm + code.aes_zmm, 0);
	assert_true(code.stack_arguments);
	assert_int_equal(
		read_code(&go, &code, "--disassemble=crypto/aes.expandKeyAsm.abi0", program), 0);
	tell("Go crypto/aes.expandKeyAsm", &code);
	assert_true(code.assists >= 10);
	golang_close(&go);
}

/* One call through an interface for each block, and so no static binding. */
static void go_cbc_calls_indirectly_for_each_block(void **state)
{
	char program[PATH_MAX + 64];
	struct golang go;
	struct code code;

	(void)state;
	if (!open_release(&go))
		return;
	snprintf(program, sizeof(program), "%s/go/gonogo.test", go.build);
	assert_int_equal(read_code(&go, &code,
				   "--disassemble=crypto/cipher.(*cbcEncrypter).CryptBlocks",
				   program),
			 0);
	tell("Go cbcEncrypter.CryptBlocks", &code);
	assert_true(code.indirect >= 1);
	assert_int_equal(code.aes_xmm, 0);
	golang_close(&go);
}

static void ours_has_wide_registers_and_register_arguments(void **state)
{
	static const char *const section = "--section=.text";
	char library[PATH_MAX + 64];
	struct golang go;
	struct code code;

	(void)state;
	if (!open_release(&go))
		return;
	snprintf(library, sizeof(library), "%s/impl/aes/libgng_aes.a", go.build);
	assert_int_equal(read_code(&go, &code, section, library), 0);
	tell("ours, all variants", &code);
	assert_true(code.aes_xmm > 0);
	assert_true(code.aes_ymm > 0);
	assert_true(code.aes_zmm > 0);
	assert_in_range(code.highest, 16, 31);
	assert_true(code.register_arguments);
	golang_close(&go);
}

static void openssl_is_told_too(void **state)
{
	static const char *const pattern = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";
	struct golang go;
	struct code code;

	(void)state;
	if (!open_release(&go))
		return;
	if (access(pattern, R_OK) != 0) {
		golang_skip("libcrypto.so.3 is elsewhere", "apt-get install libssl3");
		return;
	}
	assert_int_equal(read_code(&go, &code, "--section=.text", pattern), 0);
	tell("OpenSSL libcrypto.so.3", &code);
	assert_true(code.aes_xmm > 100);
	golang_close(&go);
}

/* ---- the assembler ---- */

static char folder[PATH_MAX];

static void remove_folder(void)
{
	static const char *const names[] = {"one.s", "one.o"};
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

/* assembles tells whether Go's assembler takes the line. It removes its output when it fails, so
 * that is a file of ours. */
static bool assembles(struct golang *go, const char *line)
{
	static const char *const words[] = {"go", "tool", "asm", "-o", "one.o", "one.s", NULL};
	char path[PATH_MAX + 16];
	FILE *file;

	snprintf(path, sizeof(path), "%s/one.s", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "TEXT one(SB),4,$0\n\t%s\n\tRET\n", line);
	assert_int_equal(fclose(file), 0);
	gng_probe_assertion();
	return golang_run(go, folder, words) == 0;
}

static void go_refuses_what_the_article_assembles(void **state)
{
	const char *tmp = getenv("TMPDIR");
	const char *const object[] = {"go", "tool", "objdump", "one.o", NULL};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	snprintf(folder, sizeof(folder), "%s/gonogo-asm-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	atexit(remove_folder);
	assert_false(assembles(&go, "VMOVDQU SI, Y0"));
	assert_true(assembles(&go, "VMOVDQU (SI), Y0")); /* what loads */
	assert_false(assembles(&go, "VAESKEYGENASSIST $0x1, Y1, Y2"));
	assert_true(assembles(&go, "VAESKEYGENASSIST $0x1, X1, X2")); /* the only width */
	/* This one exists, but Y2 is the state and Y0 the key: c4 e2 6d dc c0 */
	assert_true(assembles(&go, "VAESENC Y0, Y2, Y0"));
	assert_int_equal(golang_run(&go, folder, object), 0);
	assert_non_null(strstr(go.said, "c4e26ddcc0"));
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST(go_has_xmm_registers_and_stack_arguments, "C2.code.compare"),
	TEST(go_cbc_calls_indirectly_for_each_block, "C2.code.compare"),
	TEST(ours_has_wide_registers_and_register_arguments, "C2.code.compare"),
	TEST(openssl_is_told_too, "C2.code.compare"),
	TEST(go_refuses_what_the_article_assembles, "C2.code.assembler"),
	{0},
};
