/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what chapter 1 of the article says of C and of Go in a kernel, one statement a
 * test: what C lays out and costs, and what the tools of Go make of interrupt entry. */
/* requires: gcc go */
#include "../command.h"

#include <gng_x86.h>

/* ---- C ---- */

/* Bit-fields as a gate and as the entry of a table of pages; their order is the compiler's. */
struct gate_fields {
	uint64_t offset_low : 16, selector : 16, ist : 3, zero : 5, kind : 5, dpl : 2, present : 1,
		offset_middle : 16;
	uint64_t offset_high : 32, reserved : 32;
};

struct entry_fields {
	uint64_t present : 1, write : 1, user : 1, through : 1, cache_disable : 1, accessed : 1,
		dirty : 1, large : 1, global : 1, free : 3, frame : 40, more : 11, no_execute : 1;
};

static void bit_fields_lay_out_hardware_words(void **state)
{
	const struct gate_fields fields = {.offset_low = 0x8abc,
					   .selector = 8,
					   .ist = 1,
					   .kind = GNG_X86_INTERRUPT_GATE,
					   .dpl = 3,
					   .present = 1,
					   .offset_middle = 0x4567,
					   .offset_high = 0xffff8123};
	const struct gng_x86_gate gate = {.offset = 0xffff812345678abc,
					  .selector = 8,
					  .ist = 1,
					  .dpl = 3,
					  .kind = GNG_X86_INTERRUPT_GATE,
					  .present = true};
	const struct entry_fields entry = {
		.present = 1, .user = 1, .global = 1, .frame = 0x55, .no_execute = 1};
	const uint64_t want = 0x8000000000055105;
	uint8_t bytes[16];

	(void)state;
	assert_int_equal(gng_x86_gate_encode(bytes, &gate), GNG_OK);
	assert_int_equal(sizeof(fields), sizeof(bytes));
	assert_memory_equal(&fields, bytes, sizeof(bytes));
	assert_memory_equal(&entry, &want, sizeof(want));
}

/* The same function by a wrapper with a structure, and by the bare instruction. */
static void an_inline_wrapper_costs_nothing(void **state)
{
	static const char wrapped[] =
		"struct port { unsigned short number; };\n"
		"static inline void out(struct port port, unsigned char value)\n"
		"{ __asm__ volatile(\"outb %0, %1\" : : \"a\"(value), \"Nd\"(port.number)); }\n"
		"void end(void) { const struct port master = {0x20}; out(master, 0x20); }\n";
	static const char bare[] =
		"void end(void) { __asm__ volatile(\"outb %0, %1\" : : \"a\"((unsigned char)0x20),"
		" \"Nd\"((unsigned short)0x20)); }\n";

	(void)state;
	command_write("wrapped.c", wrapped, sizeof(wrapped) - 1);
	command_write("bare.c", bare, sizeof(bare) - 1);
	if (command("for file in wrapped bare; do gcc -O2 -c $file.c -o $file.o && "
		    "objcopy -O binary -j .text $file.o $file.bin || exit; done; "
		    "test -s bare.bin && cmp wrapped.bin bare.bin") != 0)
		suite_fail("the code differs: %s%s", command_out, command_err);
	gng_probe_assertion();
}

/* ---- Go ---- */

/* assemble lets the assembler of Go read lines, and tells what it made of them. */
static void assemble(const char *lines)
{
	char text[512];

	snprintf(text, sizeof(text), "TEXT \302\267entry(SB), 7, $0\n%s", lines);
	command_write("entry.s", text, strlen(text));
	if (command("go tool asm -p main -o entry.o entry.s && go tool objdump entry.o") != 0)
		suite_fail("not assembled: %s%s", command_out, command_err);
}

static void go_assembles_the_entry_of_an_interrupt(void **state)
{
	(void)state;
	assemble("\tPUSHQ AX\n\tPOPQ AX\n\tIRETQ\n");
	assert_non_null(strstr(command_out, "48cf")); /* Intel SDM volume 2, IRET with REX.W */
}

static void go_assembles_moves_of_the_stack_pointer(void **state)
{
	(void)state;
	assemble("\tSUBQ $64, SP\n\tMOVQ AX, 8(SP)\n\tMOVQ BX, SP\n\tRET\n");
	assert_non_null(strstr(command_out, "4889dc")); /* mov %rbx, %rsp */
}

static void the_library_of_go_has_no_interrupts(void **state)
{
	(void)state;
	assert_int_equal(command("go list std"), 0);
	assert_non_null(strstr(command_out, "\nruntime\n"));
	assert_null(strstr(command_out, "interrupt"));
	assert_null(strstr(command_out, "irq"));
}

/* The entry of a function compares the stack pointer with the limit of a goroutine, and may call
 * the runtime, which moves the stack: on a stack that an interrupt found, and at any depth. */
static void functions_of_go_may_move_their_stack(void **state)
{
	static const char source[] =
		"package main\n\nfunc f(n int) int {\n\tvar a [64]int\n\ta[n%64] = n\n"
		"\tif n > 0 {\n\t\treturn f(n-1) + a[n%64]\n\t}\n\treturn 0\n}\n\n"
		"func main() { f(3) }\n";

	(void)state;
	command_write("f.go", source, sizeof(source) - 1);
	if (command("go tool compile -S -p main -o f.o f.go") != 0)
		suite_fail("not compiled: %s%s", command_out, command_err);
	assert_non_null(strstr(command_out, "runtime.morestack"));
	assert_non_null(strstr(command_out, "16(R14)")); /* g.stackguard0 */
}

const struct suite_test suite_tests[] = {
	TEST(bit_fields_lay_out_hardware_words, "K1.x86.article"),
	TEST(an_inline_wrapper_costs_nothing, "K1.x86.article"),
	TEST(go_assembles_the_entry_of_an_interrupt, "K1.x86.article"),
	TEST(go_assembles_moves_of_the_stack_pointer, "K1.x86.article"),
	TEST(the_library_of_go_has_no_interrupts, "K1.x86.article"),
	TEST(functions_of_go_may_move_their_stack, "K1.x86.article"),
	{0},
};
