/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c - image: what an interrupt leaves as it was, and on which stack it runs. */
#include "entry.h"
#include "cases.h"

#define FLAGS_WANTED 0xcd7u /* CF PF AF ZF SF DF OF */
#define MXCSR_DEFAULT 0x1f80u
#define X87_DEFAULT 0x37fu
#define X87_EMPTY 0xffffu
#define SELF 112

volatile uint64_t entry_ticks;

static struct entry_registers want, got;
static struct {
	uint64_t num, vector, error, flags, mxcsr;
	uint16_t x87_control, x87_tags;
	bool misaligned;
} seen;

/* look is a handler that notes what the entry promises, and then breaks what it may break. */
static void look(struct gng_x86_frame *frame)
{
	uint32_t mxcsr, x87[7]; /* words of FNSTENV: control, status, tags, and where it was */

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	__asm__ volatile("fnstenv %0\n\tfld1" : "=m"(x87));
	seen.x87_control = (uint16_t)x87[0];
	seen.x87_tags = (uint16_t)x87[2];
	seen.num++;
	seen.vector = frame->vector;
	seen.error = frame->error;
	seen.flags = x86_flags();
	seen.mxcsr = mxcsr;
	seen.misaligned = (uint64_t)__builtin_frame_address(0) % 16 != 0;
	entry_scribble();
}

static void look_at_tick(void *context)
{
	(void)context;
	entry_ticks++;
	entry_scribble();
}

/* ---- 256 gates ---- */

static enum cases_result gates_are_those_of_the_stubs(void)
{
	for (unsigned int i = 0; i < 256; i++) {
		struct gng_x86_gate gate;

		if (gng_x86_gate_decode(&gate, x86_idt[i]) != GNG_OK ||
		    gate.offset != (uint64_t)x86_stubs[i] || gate.selector != X86_CODE ||
		    gate.kind != GNG_X86_INTERRUPT_GATE || !gate.present ||
		    gate.ist != (i == 8	  ? 1
				 : i == 2 ? 2
					  : 0) ||
		    gate.dpl != (i == 3 || i == X86_SYSCALL ? 3 : 0))
			return CASES_NOT_OK;
	}
	return CASES_OK;
}

static uint8_t code[4] = {0xcd, 0, 0xc3}; /* INT n; RET */

/* arrive lets a vector arrive: by INT, or as the processor would push an error code. */
static void arrive(uint8_t vector)
{
	if (!gng_x86_has_error_code(vector)) {
		code[1] = vector;
		__asm__ volatile("call *%0" : : "r"(code) : "memory", "cc");
		return;
	}
	__asm__ volatile("mov %%rsp, %%rax\n\t"
			 "and $-16, %%rsp\n\t"
			 "push %1\n\t"
			 "push %%rax\n\t"
			 "pushfq\n\t"
			 "push %2\n\t"
			 "lea 1f(%%rip), %%rcx\n\t"
			 "push %%rcx\n\t"
			 "push $0x1234\n\t"
			 "jmp *%0\n"
			 "1:"
			 :
			 : "d"(x86_stubs[vector]), "i"(X86_DATA), "i"(X86_CODE)
			 : "rax", "rcx", "memory", "cc");
}

static enum cases_result every_vector_arrives(void)
{
	bool all = true;

	for (unsigned int i = 0; i < 256; i++) {
		const gng_x86_handler before = gng_x86_handle((uint8_t)i, look);

		seen.num = 0;
		arrive((uint8_t)i);
		all = all && seen.num == 1 && seen.vector == i && !seen.misaligned &&
		      seen.error == (gng_x86_has_error_code((uint8_t)i) ? 0x1234 : 0);
		gng_x86_handle((uint8_t)i, before);
	}
	return cases_is(all);
}

/* ---- registers ---- */

static void make_pattern(void)
{
	for (unsigned int i = 0; i < 15; i++)
		want.integer[i] = 0x0123456789abcdef * (2 * i + 3);
	want.flags = FLAGS_WANTED;
	for (unsigned int i = 0; i < 16; i++)
		for (unsigned int k = 0; k < 32; k++)
			want.vectors[i][k] = (uint8_t)(i * 37 + k * 5 + 1);
}

static bool vectors_are_kept(void)
{
	const unsigned int len = x86_state_mask & 4 ? 32 : 16;

	for (unsigned int i = 0; i < 16; i++)
		for (unsigned int k = 0; k < len; k++)
			if (got.vectors[i][k] != want.vectors[i][k])
				return false;
	return true;
}

static bool integers_are_kept(void)
{
	for (unsigned int i = 0; i < 15; i++)
		if (got.integer[i] != want.integer[i])
			return false;
	return got.lost == 0;
}

/* dirty_stack leaves bytes behind that an entry must not take for its own. */
static __attribute__((noinline)) void dirty_stack(void)
{
	volatile uint8_t bytes[6144];

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0xa5;
}

/* by_itself holds the registers across INT 112. */
static void by_itself(void)
{
	make_pattern();
	dirty_stack();
	gng_x86_handle(SELF, look);
	entry_hold(&got, &want, false);
	gng_x86_handle(SELF, NULL);
}

static enum cases_result integer_registers_survive(void)
{
	by_itself();
	return cases_is(integers_are_kept());
}

static enum cases_result flags_survive(void)
{
	by_itself();
	return cases_is(got.flags == FLAGS_WANTED);
}

static enum cases_result vector_registers_survive(void)
{
	by_itself();
	return cases_is(vectors_are_kept());
}

static enum cases_result control_of_sse_survives(void)
{
	const uint32_t set = 0x7f80; /* rounds towards 0 */
	const uint32_t reset = MXCSR_DEFAULT;
	uint32_t after;

	__asm__ volatile("ldmxcsr %0" : : "m"(set));
	by_itself();
	__asm__ volatile("stmxcsr %0" : "=m"(after));
	__asm__ volatile("ldmxcsr %0" : : "m"(reset));
	return cases_is(after == set && seen.mxcsr == MXCSR_DEFAULT);
}

/* The registers of MMX are those of the x87: full, they leave a handler no place for its first
 * number, if the entry does not empty them. */
static enum cases_result x87_and_mmx_survive(void)
{
	const uint16_t set = 0x0c7f; /* rounds towards 0, in single precision */
	uint64_t before[8], after[8];
	uint16_t control;
	bool kept = true;

	for (unsigned int i = 0; i < 8; i++)
		before[i] = 0x0123456789abcdef * (2 * i + 3);
	gng_x86_handle(SELF, look);
	__asm__ volatile(
		"fldcw %[set]\n\t"
		"movq (%[before]), %%mm0\n\tmovq 8(%[before]), %%mm1\n\t"
		"movq 16(%[before]), %%mm2\n\tmovq 24(%[before]), %%mm3\n\t"
		"movq 32(%[before]), %%mm4\n\tmovq 40(%[before]), %%mm5\n\t"
		"movq 48(%[before]), %%mm6\n\tmovq 56(%[before]), %%mm7\n\t"
		"int %[vector]\n\t"
		"movq %%mm0, (%[after])\n\tmovq %%mm1, 8(%[after])\n\t"
		"movq %%mm2, 16(%[after])\n\tmovq %%mm3, 24(%[after])\n\t"
		"movq %%mm4, 32(%[after])\n\tmovq %%mm5, 40(%[after])\n\t"
		"movq %%mm6, 48(%[after])\n\tmovq %%mm7, 56(%[after])\n\t"
		"fnstcw %[control]\n\tfninit"
		: [control] "=m"(control)
		: [set] "m"(set), [before] "r"(before), [after] "r"(after), [vector] "i"(SELF)
		: "memory");
	gng_x86_handle(SELF, NULL);
	for (unsigned int i = 0; i < 8; i++)
		kept = kept && after[i] == before[i];
	return cases_is(kept && control == set && seen.x87_control == X87_DEFAULT &&
			seen.x87_tags == X87_EMPTY);
}

static void start_ticks(void)
{
	entry_ticks = 0;
	x86_pic_start();
	x86_pit_start(1000);
	gng_x86_on_timer(look_at_tick, NULL);
	x86_pic_unmask(0);
	x86_enable();
}

static void stop_ticks(void)
{
	x86_disable();
	x86_pic_mask_all();
}

static enum cases_result all_survives_the_timer(void)
{
	make_pattern();
	start_ticks();
	entry_hold(&got, &want, true);
	stop_ticks();
	return cases_is(integers_are_kept() && vectors_are_kept() && entry_ticks >= 3 &&
			got.flags & 1u << 10 && got.flags & 1u << 9);
}

static enum cases_result handlers_start_clean(void)
{
	bool clean;

	by_itself(); /* with DF set */
	clean = !(seen.flags & (1u << 10 | 1u << 9)) && !seen.misaligned;
	gng_x86_handle(SELF, look);
	__asm__ volatile("push %%rax\n\tint %0\n\tpop %%rax" : : "i"(SELF) : "memory", "cc");
	clean = clean && !seen.misaligned;
	gng_x86_handle(SELF, NULL);
	return cases_is(clean);
}

/* A leaf function that a compiler gives a red zone, unless it is told that there is none. */
static __attribute__((noinline)) uint64_t wait_in_a_leaf(uint64_t seed)
{
	volatile uint64_t kept[12];
	uint64_t bad = 0;

	for (unsigned int i = 0; i < 12; i++)
		kept[i] = seed * (i + 1);
	while (entry_ticks < 3)
		x86_pause();
	for (unsigned int i = 0; i < 12; i++)
		bad |= kept[i] ^ seed * (i + 1);
	return bad;
}

static enum cases_result leaves_have_no_red_zone(void)
{
	uint64_t bad;

	start_ticks();
	bad = wait_in_a_leaf(0x123456789);
	stop_ticks();
	return cases_is(bad == 0);
}

const struct cases_one cases_all[] = {
	{"gates_are_those_of_the_stubs", gates_are_those_of_the_stubs},
	{"every_vector_arrives", every_vector_arrives},
	{"integer_registers_survive", integer_registers_survive},
	{"flags_survive", flags_survive},
	{"vector_registers_survive", vector_registers_survive},
	{"control_of_sse_survives", control_of_sse_survives},
	{"x87_and_mmx_survive", x87_and_mmx_survive},
	{"all_survives_the_timer", all_survives_the_timer},
	{"handlers_start_clean", handlers_start_clean},
	{"leaves_have_no_red_zone", leaves_have_no_red_zone},
	{0},
};
