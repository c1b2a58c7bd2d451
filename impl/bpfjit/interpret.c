/* SPDX-License-Identifier: Apache-2.0 */
/* interpret.c - runs a program by RFC 9669, an instruction at a time, in memory that it checks. */
#include <string.h>

#include "bpfjit_arithmetic.h"
#include "bpfjit_insn.h"
#include "gng_bpfjit.h"

/* frame is what a call keeps: where to go on, and the registers that the callee must not lose. */
struct frame {
	size_t back;
	uint64_t saved[4]; /* r6 to r9 */
};

/* run is a program on its way; next is the instruction after this one. */
struct run {
	struct gng_bpfjit_machine *machine;
	const struct gng_bpf_code *code;
	struct frame frames[GNG_BPFJIT_MAX_FRAMES];
	size_t depth, next;
	const char *fault; /* NULL until something is wrong */
	bool done;
};

static void fault(struct run *run, const char *what)
{
	if (!run->fault)
		run->fault = what;
}

/* ---- memory ---- */

static uint32_t frame_at(size_t depth)
{
	return GNG_BPFJIT_STACK_AT + (uint32_t)depth * 2 * GNG_BPFJIT_STACK_LEN;
}

static uint8_t *within(uint64_t address, size_t len, uint64_t at, uint8_t *bytes, size_t cap)
{
	if (address < at || address - at > cap || cap - (address - at) < len)
		return NULL;
	return bytes + (address - at);
}

static uint8_t *reach(struct run *run, uint64_t address, size_t len)
{
	struct gng_bpfjit_machine *machine = run->machine;
	uint8_t *found = NULL;

	for (size_t i = 0; i < machine->num_regions && !found; i++)
		found = within(address, len, machine->regions[i].at, machine->regions[i].bytes,
			       machine->regions[i].len);
	for (size_t i = 0; i <= run->depth && !found; i++)
		found = within(address, len, frame_at(i), machine->stacks[i], GNG_BPFJIT_STACK_LEN);
	if (!found)
		fault(run, "reaches memory that is not there");
	return found;
}

static size_t size_of(uint8_t code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	default:
		return 8;
	}
}

/* The CPUs of this project are little-endian, so the low bytes of a value stand first. */
static uint64_t load(struct run *run, uint64_t address, size_t len)
{
	const uint8_t *bytes = reach(run, address, len);
	uint64_t value = 0;

	if (bytes)
		memcpy(&value, bytes, len);
	return value;
}

static void store(struct run *run, uint64_t address, size_t len, uint64_t value)
{
	uint8_t *bytes = reach(run, address, len);

	if (bytes)
		memcpy(bytes, &value, len);
}

/* ---- instructions ---- */

static void wide(struct run *run, const struct gng_bpf_insn *insn)
{
	const struct gng_bpf_insn *second = insn + 1;
	const uint32_t low = (uint32_t)insn->imm;

	if (run->next >= run->code->num_insns || second->code != 0)
		return fault(run, "is cut in the middle");
	run->next++;
	if (insn->src_reg == 0)
		run->machine->regs[insn->dst_reg] = (uint64_t)(uint32_t)second->imm << 32 | low;
	else if (insn->src_reg == BPF_PSEUDO_MAP_VALUE && low < run->machine->num_regions)
		run->machine->regs[insn->dst_reg] =
			run->machine->regions[low].at + (uint64_t)(uint32_t)second->imm;
	else
		fault(run, "names what is not there");
}

static void load_register(struct run *run, const struct gng_bpf_insn *insn)
{
	const size_t len = size_of(insn->code);
	const uint64_t value =
		load(run, run->machine->regs[insn->src_reg] + (uint64_t)(int64_t)insn->off, len);
	const unsigned int unused = 64 - 8 * (unsigned int)len;

	if (BPF_MODE(insn->code) == BPFJIT_MEMSX && len < 8)
		run->machine->regs[insn->dst_reg] =
			(uint64_t)((int64_t)(value << unused) >> unused);
	else if (BPF_MODE(insn->code) == BPF_MEM)
		run->machine->regs[insn->dst_reg] = value;
	else
		fault(run, "is no load");
}

/* loses_extension says whether this exchange is one of those that are to have the known fault. */
static bool loses_extension(struct gng_bpfjit_machine *machine)
{
	const uint32_t number = machine->num_exchanged++;

	return number < 32 && machine->lost >> number & 1;
}

static void compare_exchange(struct run *run, uint64_t address, size_t len, uint64_t old,
			     uint64_t source)
{
	uint64_t *r0 = &run->machine->regs[0];
	const uint64_t expected = len == 4 ? (uint32_t)*r0 : *r0;
	const bool succeeds = old == expected;

	if (succeeds)
		store(run, address, len, source);
	if (succeeds && len == 4 && loses_extension(run->machine))
		return; /* what r0 had stays: its lower half is the old value */
	*r0 = old;
}

static void atomic(struct run *run, const struct gng_bpf_insn *insn)
{
	const bool loads = insn->imm == BPFJIT_LOAD_ACQ;
	uint64_t *regs = run->machine->regs, result;
	const uint64_t address =
		regs[loads ? insn->src_reg : insn->dst_reg] + (uint64_t)(int64_t)insn->off;
	const size_t len = size_of(insn->code);
	const uint64_t old = load(run, address, len);

	if (loads) {
		regs[insn->dst_reg] = old;
	} else if (insn->imm == BPFJIT_STORE_REL) {
		store(run, address, len, regs[insn->src_reg]);
	} else if (len < 4) {
		fault(run, "is atomic on less than four bytes");
	} else if (insn->imm == BPF_CMPXCHG) {
		compare_exchange(run, address, len, old, regs[insn->src_reg]);
	} else if (!bpfjit_atomic(&result, insn->imm, old, regs[insn->src_reg])) {
		fault(run, "is no atomic operation");
	} else {
		store(run, address, len, result);
		if (insn->imm & BPF_FETCH)
			regs[insn->src_reg] = old;
	}
}

static void store_value(struct run *run, const struct gng_bpf_insn *insn)
{
	const uint64_t *regs = run->machine->regs;
	const uint64_t value = BPF_CLASS(insn->code) == BPF_ST ? (uint64_t)(int64_t)insn->imm
							       : regs[insn->src_reg];

	if (BPF_MODE(insn->code) == BPF_MEM)
		store(run, regs[insn->dst_reg] + (uint64_t)(int64_t)insn->off, size_of(insn->code),
		      value);
	else if (BPF_MODE(insn->code) == BPF_ATOMIC && BPF_CLASS(insn->code) == BPF_STX)
		atomic(run, insn);
	else
		fault(run, "is no store");
}

static uint64_t operand(const struct run *run, const struct gng_bpf_insn *insn)
{
	return BPF_SRC(insn->code) == BPF_X ? run->machine->regs[insn->src_reg]
					    : (uint64_t)(int64_t)insn->imm;
}

static void calculate(struct run *run, const struct gng_bpf_insn *insn)
{
	uint64_t *target = &run->machine->regs[insn->dst_reg], result = 0;
	const bool known = BPF_OP(insn->code) == BPF_END
				   ? bpfjit_swap(&result, insn, *target)
				   : bpfjit_alu(&result, insn, *target, operand(run, insn));

	if (!known)
		return fault(run, "is no calculation");
	*target = result;
}

static void go(struct run *run, int64_t distance)
{
	const int64_t target = (int64_t)run->next + distance;

	if (target < 0 || target >= (int64_t)run->code->num_insns)
		fault(run, "jumps out of the program");
	else
		run->next = (size_t)target;
}

static void call(struct run *run, const struct gng_bpf_insn *insn)
{
	if (insn->src_reg != BPF_PSEUDO_CALL)
		return fault(run, "calls a helper");
	if (run->depth + 1 == GNG_BPFJIT_MAX_FRAMES)
		return fault(run, "calls too deep");
	run->frames[run->depth].back = run->next;
	memcpy(run->frames[run->depth].saved, &run->machine->regs[6], sizeof(run->frames[0].saved));
	run->depth++;
	run->machine->regs[10] = frame_at(run->depth) + GNG_BPFJIT_STACK_LEN;
	go(run, insn->imm);
}

static void leave(struct run *run)
{
	if (run->depth == 0) {
		run->done = true;
		return;
	}
	run->depth--;
	run->next = run->frames[run->depth].back;
	memcpy(&run->machine->regs[6], run->frames[run->depth].saved, sizeof(run->frames[0].saved));
	run->machine->regs[10] = frame_at(run->depth) + GNG_BPFJIT_STACK_LEN;
}

static void jump(struct run *run, const struct gng_bpf_insn *insn)
{
	const bool is_32 = BPF_CLASS(insn->code) == BPF_JMP32;
	bool taken = false;

	if (BPF_OP(insn->code) == BPF_JA)
		go(run, is_32 ? insn->imm : insn->off);
	else if (insn->code == (BPF_JMP | BPF_CALL))
		call(run, insn);
	else if (insn->code == (BPF_JMP | BPF_EXIT))
		leave(run);
	else if (!bpfjit_condition(&taken, insn, run->machine->regs[insn->dst_reg],
				   operand(run, insn)))
		fault(run, "is no jump");
	else if (taken)
		go(run, insn->off);
}

/* r10 is read-only; only what does not write to its destination may name it there. */
static bool may_name(const struct gng_bpf_insn *insn)
{
	const uint8_t class = BPF_CLASS(insn->code);
	const bool stores = class == BPF_ST || class == BPF_STX;

	return insn->src_reg <= 10 &&
	       (insn->dst_reg < 10 || (insn->dst_reg == 10 && (stores || class == BPF_JMP)));
}

static void step(struct run *run)
{
	const struct gng_bpf_insn *insn = &run->code->insns[run->next++];

	if (!may_name(insn))
		return fault(run, "names a register that is none, or writes to r10");
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return calculate(run, insn);
	case BPF_JMP:
	case BPF_JMP32:
		return jump(run, insn);
	case BPF_LDX:
		return load_register(run, insn);
	case BPF_ST:
	case BPF_STX:
		return store_value(run, insn);
	default:
		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW))
			return wide(run, insn);
		return fault(run, "is no instruction of RFC 9669");
	}
}

enum gng_status gng_bpfjit_interpret(struct gng_bpfjit_machine *machine,
				     const struct gng_bpf_code *code, struct gng_why *why)
{
	struct run run = {.machine = machine, .code = code};
	size_t at = 0;

	machine->regs[10] = frame_at(0) + GNG_BPFJIT_STACK_LEN;
	for (long steps = 0; steps < GNG_BPFJIT_MAX_STEPS && !run.done && !run.fault; steps++) {
		at = run.next;
		if (at >= code->num_insns)
			fault(&run, "is behind the end of the program");
		else
			step(&run);
	}
	if (run.fault)
		return gng_why_set(why, GNG_EFORMAT, 0, "bpfjit.interpret", "instruction %zu %s",
				   at, run.fault);
	if (!run.done)
		return gng_why_set(why, GNG_ELIMIT, 0, "bpfjit.interpret",
				   "no exit after %d instructions", GNG_BPFJIT_MAX_STEPS);
	return GNG_OK;
}
