/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - segments, gates, stacks, and what a vector calls: Intel SDM volume 3. */
#include "x86_machine.h"

#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_OSXSAVE (1u << 18)
#define CPUID_XSAVE (1u << 26)
/* x87, SSE, AVX and AVX-512: parts that XSAVE's standard format has */
#define STATE_WANTED 0xe7u
#define FXSAVE_LEN 512u

struct pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

uint8_t x86_gdt[64] __attribute__((aligned(16))), x86_idt[256][16] __attribute__((aligned(16)));
uint8_t x86_fault_stack[4096] __attribute__((aligned(16)));
uint8_t x86_nmi_stack[4096] __attribute__((aligned(16)));
uint8_t x86_user_stack[4096] __attribute__((aligned(16))); /* of the kernel, for user mode */
uint32_t x86_state_mask;
uint64_t x86_state_len = FXSAVE_LEN;

static uint8_t tss[GNG_X86_TSS_LEN] __attribute__((aligned(16)));
static gng_x86_handler handlers[256];

static uint64_t top_of(const uint8_t *stack)
{
	return (uint64_t)stack + sizeof(x86_fault_stack);
}

static void must(enum gng_status status)
{
	if (status != GNG_OK)
		x86_bail("status", status);
}

static void load_segments(void)
{
	const struct pointer pointer = {sizeof(x86_gdt) - 1, (uint64_t)x86_gdt};
	static const struct gng_x86_segment segments[] = {
		{.code = true, .dpl = 0, .present = true},
		{.code = false, .dpl = 0, .present = true},
		{.code = false, .dpl = 3, .present = true},
		{.code = true, .dpl = 3, .present = true},
	};
	const struct gng_x86_tss stacks = {
		.rsp = {top_of(x86_user_stack)},
		.ist = {top_of(x86_fault_stack), top_of(x86_nmi_stack)},
	};

	for (unsigned int i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		must(gng_x86_segment_encode(x86_gdt + X86_CODE + 8 * i, &segments[i]));
	must(gng_x86_tss_encode(tss, &stacks));
	must(gng_x86_tss_descriptor(x86_gdt + X86_TSS, (uint64_t)tss));
	__asm__ volatile("lgdt %0\n\tltr %w1" : : "m"(pointer), "r"(X86_TSS) : "memory");
}

/* stack_of: exceptions that may find a bad stack, or any, have one of their own. */
static uint8_t stack_of(unsigned int vector)
{
	if (vector == 8) /* #DF */
		return 1;
	if (vector == 2) /* NMI */
		return 2;
	return 0;
}

static void load_gates(void)
{
	const struct pointer pointer = {sizeof(x86_idt) - 1, (uint64_t)x86_idt};

	for (unsigned int i = 0; i < 256; i++) {
		const struct gng_x86_gate gate = {
			.offset = (uint64_t)x86_stubs[i],
			.selector = X86_CODE,
			.ist = stack_of(i),
			.dpl = i == 3 || i == X86_SYSCALL ? 3 : 0,
			.kind = GNG_X86_INTERRUPT_GATE,
			.present = true,
		};

		must(gng_x86_gate_encode(x86_idt[i], &gate));
	}
	__asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

/* enable_vectors lets vector instructions run, and says what their state is. */
static void enable_vectors(void)
{
	x86_set_cr4(x86_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	if (!(x86_cpuid(1, 0).c & CPUID_XSAVE))
		return;
	x86_set_cr4(x86_cr4() | CR4_OSXSAVE);
	x86_state_mask = x86_cpuid(13, 0).a & STATE_WANTED;
	__asm__ volatile("xsetbv" : : "c"(0), "a"(x86_state_mask), "d"(0));
	x86_state_len = x86_cpuid(13, 0).b; /* of what was just enabled */
}

void gng_x86_start(void)
{
	load_segments();
	load_gates();
	enable_vectors();
}

gng_x86_handler gng_x86_handle(uint8_t vector, gng_x86_handler handler)
{
	const gng_x86_handler before = handlers[vector];

	handlers[vector] = handler;
	return before;
}

void x86_dispatch(struct gng_x86_frame *frame)
{
	const gng_x86_handler handler = handlers[(uint8_t)frame->vector];

	if (!handler) {
		x86_put("# rip ");
		x86_put_hex(frame->rip);
		x86_put(" error ");
		x86_put_hex(frame->error);
		x86_bail("vector", frame->vector);
	}
	handler(frame);
}
