/* SPDX-License-Identifier: Apache-2.0 */
/* x86_machine.h - the bare machine: ports, registers, interrupt controllers, timers, serial line,
 * end. For images; one instruction a wrapper. */
#ifndef X86_MACHINE_H
#define X86_MACHINE_H

#include <gng_x86.h>

#define X86_CODE 0x08
#define X86_DATA 0x10
#define X86_USER_DATA 0x1b
#define X86_USER_CODE 0x23
#define X86_TSS 0x28
#define X86_SPARE 0x38 /* a descriptor for tests */

#define X86_IRQ 32	/* vector of IRQ 0 behind the 8259 */
#define X86_SYSCALL 128 /* reachable from user mode */
#define X86_APIC_SPURIOUS 255

static inline void x86_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t x86_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void x86_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void x86_disable(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static inline void x86_halt(void)
{
	__asm__ volatile("hlt" : : : "memory");
}

static inline void x86_pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

static inline uint64_t x86_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline uint64_t x86_msr(uint32_t index)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return (uint64_t)high << 32 | low;
}

static inline void x86_set_msr(uint32_t index, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline uint64_t x86_flags(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags));
	return flags;
}

static inline uint64_t x86_cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void x86_set_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline uint64_t x86_cr2(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t x86_cr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void x86_set_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t x86_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void x86_set_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline void x86_invalidate(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

struct x86_cpuid {
	uint32_t a, b, c, d;
};

static inline struct x86_cpuid x86_cpuid(uint32_t leaf, uint32_t part)
{
	struct x86_cpuid id;

	__asm__ volatile("cpuid"
			 : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d)
			 : "a"(leaf), "c"(part));
	return id;
}

static inline uint32_t x86_read32(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static inline void x86_write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

/* ---- start.S, entry.S ---- */

enum x86_loader { X86_PVH = 1, X86_MULTIBOOT2 = 2 };
extern uint32_t x86_loader;    /* who loaded the image; 0: nobody that it knows */
extern uint32_t x86_boot_info; /* physical address of what the loader says */

extern uint8_t x86_stubs[256][16];
extern uint8_t x86_gdt[64], x86_idt[256][16];
extern uint8_t x86_nmi_stack[4096], x86_fault_stack[4096], x86_user_stack[4096];
extern uint32_t x86_state_mask; /* what XSAVE saves; 0: FXSAVE */
extern uint64_t x86_state_len;	/* of what is saved of vector registers */

/* x86_dispatch is what the stubs call. */
void x86_dispatch(struct gng_x86_frame *frame);

/* ---- interrupt controllers ---- */

/* x86_irq_handle sets what runs for an IRQ of the 8259, after its end was signalled. */
void x86_irq_handle(unsigned int irq, void (*run)(void *context), void *context);

/* x86_pic_start moves the 8259 to vectors 32 to 47, and lets no IRQ through. It turns the local
 * APIC on, through which it interrupts. */
void x86_pic_start(void);
void x86_pic_unmask(unsigned int irq);
void x86_pic_mask_all(void);
extern volatile uint64_t x86_pic_num_spurious;

#define X86_APIC 0xfee00000ull
#define X86_APIC_EOI 0xb0
#define X86_APIC_ISR 0x100
#define X86_APIC_TIMER 0x320
#define X86_APIC_TIMER_ONCE 0u
#define X86_APIC_TIMER_PERIODIC (1u << 17)
#define X86_APIC_TIMER_DEADLINE (2u << 17)
#define X86_IOAPIC 0xfec00000ull

static inline uint32_t x86_apic_read(uint32_t at)
{
	return x86_read32(X86_APIC + at);
}

static inline void x86_apic_write(uint32_t at, uint32_t value)
{
	x86_write32(X86_APIC + at, value);
}

/* x86_apic_start turns the local APIC on; its spurious interrupts are counted. */
void x86_apic_start(void);
void x86_apic_end(void);
extern volatile uint64_t x86_apic_num_spurious;

/* x86_apic_send sends an interrupt to this processor itself; nmi: that, and vector is ignored. */
void x86_apic_send(uint8_t vector, bool nmi);

/* x86_apic_timer starts the timer, in one of the modes above; count 0 stops it. A deadline is
 * written to its own register. */
void x86_apic_timer(uint8_t vector, uint32_t mode, uint32_t count);

/* x86_ioapic_route sends a global interrupt to a vector of this processor, edge, active high;
 * vector 0 masks it. */
void x86_ioapic_route(unsigned int gsi, uint8_t vector);
unsigned int x86_ioapic_num(void); /* of its inputs */

/* ---- timers ---- */

/* x86_pit_start makes channel 0 tick; false for a rate that it cannot. */
bool x86_pit_start(uint32_t hz);
void x86_pit_stop(void); /* but for one tick, 55 ms later */
uint16_t x86_pit_count(void);

/* x86_hpet_open tells where the HPET is; false if there is none there. */
bool x86_hpet_open(uint64_t address);

/* x86_hpet_once arms comparator 0 to interrupt in ns; returns the global interrupt that it uses. */
unsigned int x86_hpet_once(uint64_t ns);
uint64_t x86_hpet_counter(void);
uint32_t x86_hpet_femtoseconds(void); /* of a count */

/* ---- what compilers call ---- */

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

/* ---- serial line, end ---- */

void x86_serial_start(void);
void x86_put(const char *text);
void x86_put_number(uint64_t value);
void x86_put_hex(uint64_t value);

/* x86_exit ends QEMU with 2 * code + 1 through its isa-debug-exit. */
void x86_exit(uint8_t code) __attribute__((noreturn));

#define X86_SUCCESS 0x10 /* QEMU ends with 33, which nothing else does */
#define X86_FAILURE 1
#define X86_BAIL 0x7f

/* x86_bail ends an image that cannot go on. */
void x86_bail(const char *why, uint64_t value) __attribute__((noreturn));

#endif /* X86_MACHINE_H */
