/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_x86.h - what an x86-64 kernel hands to its processor: gates, segments, TSS, page tables; and
 * the entry of interrupts in an image that runs on the bare machine.
 *
 * Clauses are the headings of Intel's Software Developer's Manual, volume 3. The first two parts
 * are pure functions, for images and for hosted programs alike; the last part ("machine") is in
 * the archive that impl/x86/machine makes for images only. It compiles freestanding.
 */
#ifndef GNG_X86_H
#define GNG_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- descriptors ---- */

/* gng_x86_is_canonical says whether bits 63 to 47 are equal: "Canonical Addressing". */
bool gng_x86_is_canonical(uint64_t address);

enum gng_x86_gate_kind { GNG_X86_INTERRUPT_GATE = 14, GNG_X86_TRAP_GATE = 15 };

/* gng_x86_gate is an entry of the IDT: "64-Bit Mode IDT". */
struct gng_x86_gate {
	uint64_t offset;
	uint16_t selector;
	uint8_t ist; /* 0: no stack of its own, 1 to 7 */
	uint8_t dpl; /* 0 to 3: who may reach it by INT */
	enum gng_x86_gate_kind kind;
	bool present;
};

/* gng_x86_gate_encode writes the 16 bytes of a gate. GNG_EINVAL if ist, dpl or kind is none, or
 * the offset is not canonical; bytes are then untouched. */
GNG_MUST enum gng_status gng_x86_gate_encode(uint8_t bytes[16], const struct gng_x86_gate *gate);

/* gng_x86_gate_decode reads one back. GNG_EFORMAT for another type (an IDT of this mode holds
 * neither call nor task gates), a reserved bit that is set, or an offset that is not canonical. */
GNG_MUST enum gng_status gng_x86_gate_decode(struct gng_x86_gate *gate, const uint8_t bytes[16]);

/* gng_x86_segment is a code or data segment of 64-bit mode, where base and limit mean nothing:
 * "Segment Descriptors". */
struct gng_x86_segment {
	bool code; /* else data that may be written */
	uint8_t dpl;
	bool present;
};

/* gng_x86_segment_encode writes the 8 bytes of its descriptor. GNG_EINVAL if dpl is none. */
GNG_MUST enum gng_status gng_x86_segment_encode(uint8_t bytes[8],
						const struct gng_x86_segment *segment);

#define GNG_X86_TSS_LEN 104u

/* gng_x86_tss is a task-state segment: "Task Management in 64-bit Mode". rsp[i] is the stack of
 * privilege level i, ist[i] is stack i + 1 of the interrupt stack table. There is no I/O map. */
struct gng_x86_tss {
	uint64_t rsp[3], ist[7];
};

/* gng_x86_tss_encode writes it. GNG_EINVAL if a stack is not canonical. */
GNG_MUST enum gng_status gng_x86_tss_encode(uint8_t bytes[GNG_X86_TSS_LEN],
					    const struct gng_x86_tss *tss);

/* gng_x86_tss_descriptor writes the 16 bytes of the descriptor of a TSS at base, not busy: "TSS
 * Descriptor in 64-bit mode". GNG_EINVAL if base is not canonical. */
GNG_MUST enum gng_status gng_x86_tss_descriptor(uint8_t bytes[16], uint64_t base);

/* gng_x86_has_error_code says whether the processor pushes an error code for an exception:
 * "Exception and Interrupt Vectors". */
bool gng_x86_has_error_code(uint8_t vector);

/* gng_x86_error_code is the format for segments and gates: "Error Code". */
uint32_t gng_x86_error_code(uint16_t index, bool idt, bool ldt, bool external);

/* ---- 4-level paging ---- */

enum gng_x86_rights {
	GNG_X86_WRITE = 1,
	GNG_X86_USER = 2,
	GNG_X86_EXECUTE = 4,
	GNG_X86_GLOBAL = 8,
	GNG_X86_UNCACHED = 16,
	GNG_X86_ALL_RIGHTS = 31,
};

/*
 * gng_x86_space is an address space: a tree of tables, "4-Level Paging and 5-Level Paging". The
 * caller fills all but root. table gives the 512 entries at a physical address, take a free table
 * (0: there is none; its contents do not matter), give takes one back. forget is called for each
 * page whose translation a processor may still hold; it may be NULL. Addresses of frames have
 * address_bits bits (12 to 52).
 */
struct gng_x86_space {
	uint64_t root;
	void *context;
	uint64_t *(*table)(void *context, uint64_t address);
	uint64_t (*take)(void *context);
	void (*give)(void *context, uint64_t address);
	void (*forget)(void *context, uint64_t address);
	unsigned int address_bits;
	bool has_1g_pages, has_no_execute;
};

/* gng_x86_space_open takes the root table. GNG_EINVAL for address_bits; GNG_ENOMEM. */
GNG_MUST enum gng_status gng_x86_space_open(struct gng_x86_space *space);

/* gng_x86_space_close gives all tables back; frames are the caller's. */
void gng_x86_space_close(struct gng_x86_space *space);

/*
 * gng_x86_map maps [address, address + len) to frames from frame on, with the largest pages that
 * fit. GNG_EINVAL if something is no multiple of 4096 or 0, not canonical, behind address_bits, or
 * if rights are none (without EXECUTE the processor must have no-execute); GNG_ELIMIT if a page of
 * it is mapped already; GNG_ENOMEM. On failure nothing is mapped.
 */
GNG_MUST enum gng_status gng_x86_map(struct gng_x86_space *space, uint64_t address, uint64_t frame,
				     uint64_t len, unsigned int rights);

/* gng_x86_unmap removes [address, address + len), of large pages too, and gives back tables that
 * are empty then. GNG_EINVAL as above, GNG_ELIMIT if a page of it is not mapped, GNG_ENOMEM if a
 * large page must be split and no table is free; on failure all is mapped as before. */
GNG_MUST enum gng_status gng_x86_unmap(struct gng_x86_space *space, uint64_t address, uint64_t len);

/* gng_x86_protect gives [address, address + len) other rights. Errors as of gng_x86_unmap. */
GNG_MUST enum gng_status gng_x86_protect(struct gng_x86_space *space, uint64_t address,
					 uint64_t len, unsigned int rights);

struct gng_x86_translation {
	uint64_t frame; /* the physical address, with the offset in the page */
	uint64_t page_len;
	unsigned int rights; /* of all levels together */
};

/* gng_x86_translate walks the tables, which may be another's. GNG_EINVAL: not canonical;
 * GNG_ELIMIT: not mapped; GNG_EFORMAT: an entry on the way has a reserved bit set. */
GNG_MUST enum gng_status gng_x86_translate(const struct gng_x86_space *space,
					   struct gng_x86_translation *translation,
					   uint64_t address);

/* ---- timers, as numbers ---- */

/* gng_x86_pit_divisor returns what channel 0 of the 8254 must count for hz ticks a second, rounded
 * to the nearest; 0 if it cannot (19 to 596591 Hz; 0 means 65536 to the chip). */
uint16_t gng_x86_pit_divisor(uint32_t hz);

/* ---- machine: in images only ---- */

/* gng_x86_frame is what a handler may read and change: all is restored on return. */
struct gng_x86_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

typedef void (*gng_x86_handler)(struct gng_x86_frame *frame);

/* gng_x86_start loads GDT, TSS and IDT: 256 gates, all for interrupts, 3 and 128 reachable from
 * user mode, 8 and 2 on stacks 1 and 2; turns on SSE and, where the processor has it, XSAVE with
 * AVX. Interrupts stay off. */
void gng_x86_start(void);

/* gng_x86_handle sets the handler of a vector and returns the one before. It runs with interrupts
 * off, may use all registers and, after it acknowledged its interrupt, turn interrupts on. NULL:
 * the vector is unexpected and ends the image. */
gng_x86_handler gng_x86_handle(uint8_t vector, gng_x86_handler handler);

/* gng_x86_on_timer is the article's hook of IRQ 0, done right: hook runs once for each tick of the
 * PIT or of what replaces it, behind an entry that saved every register, flag and vector register,
 * after the interrupt was acknowledged. NULL: none. */
void gng_x86_on_timer(void (*hook)(void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif /* GNG_X86_H */
