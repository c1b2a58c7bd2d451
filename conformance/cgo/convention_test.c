/* SPDX-License-Identifier: Apache-2.0 */
/* convention_test.c - how Go passes arguments: what its compiler makes, and what it promises. */
/* requires: go */
#include "../command.h"

/* Nine words fit the registers of a call (src/cmd/compile/abi-internal.md, "amd64 architecture").
 * Twelve lie partly there and partly on the stack, where f finds its tenth at the caller's SP+8. */
static void arguments_lie_in_registers_and_on_the_stack(void **state)
{
	static const char source[] =
		"package main\n\n//go:noinline\n"
		"func f(a, b, c, d, e, f, g, h, i, j, k, l int) int {\n\treturn a ^ i ^ j\n}\n\n"
		"func main() { println(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)) }\n";

	(void)state;
	command_write("f.go", source, sizeof(source) - 1);
	if (command("go tool compile -p main -o f.o f.go && go tool objdump -s 'main.f$' f.o") != 0)
		suite_fail("not compiled: %s%s", command_out, command_err);
	assert_non_null(strstr(command_out, "XORQ R11, AX")); /* the ninth */
	assert_non_null(strstr(command_out, "0x8(SP)"));      /* the tenth */
}

static void the_compiler_promises_no_convention(void **state)
{
	(void)state;
	if (command("cat \"$(go env GOROOT)/src/cmd/compile/abi-internal.md\"") != 0)
		return gng_probe_skip("this Go comes without the sources of its compiler",
				      "apt-get install golang-src");
	assert_non_null(strstr(command_out, "This ABI is *unstable*"));
	assert_non_null(strstr(command_out, "will change between Go versions"));
}

const struct suite_test suite_tests[] = {
	TEST(arguments_lie_in_registers_and_on_the_stack, "C3.cgo.convention"),
	TEST(the_compiler_promises_no_convention, "C3.cgo.convention"),
	{0},
};
