/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classes.c - classes of refusals. errno alone tells little: EACCES and EINVAL each stand for
 * dozens. The words are parts of lines of kernel/bpf/verifier.c that 6.1, 6.12 and 6.18 share, or
 * one row for each spelling; they may stand anywhere in the log.
 */
#include <errno.h>
#include <string.h>

#include "gng_bpf.h"

static const struct gng_bpf_class classes[] = {
	/* structure */
	{"no-exit", "last insn is not an exit or jmp", EINVAL, "end each path with exit"},
	{"jump-out-of-range", "jump out of range", EINVAL, "a jump must lead into its function"},
	{"unreachable", "unreachable insn", EINVAL, "remove instructions that no path reaches"},
	{"infinite-loop", "infinite loop detected", EINVAL, "the loop must change what ends it"},
	{"back-edge", "back-edge from insn", EINVAL,
	 "loops need CAP_BPF, and recursion is refused"},
	{"unknown-opcode", "unknown opcode", EINVAL, "no such instruction"},
	{"unknown-opcode", "BPF_LDX uses reserved fields", EINVAL, "no such load"},
	{"reserved-field", "reserved field", EINVAL,
	 "a field that the instruction does not use is 0"},
	{"bad-register", "is invalid", EINVAL, "registers are r0 to r10"},
	{"bad-ld-imm64", "invalid bpf_ld_imm64 insn", EINVAL, "its second slot holds only imm"},
	{"bad-ld-imm64", "unrecognized bpf_ld_imm64 insn", EINVAL,
	 "its source register says what it is"},
	{"into-ld-imm64", "into the middle of ldimm64", EINVAL, "jump before or behind the pair"},
	{"into-ld-imm64", "jump into the middle of ldimm64", EINVAL,
	 "jump before or behind the pair"},
	{"division-by-zero", "div by zero", EINVAL, "a constant divisor must not be 0"},
	{"bad-shift", "invalid shift", EINVAL, "shift by less than the width"},
	{"bad-call", "invalid destination", EINVAL, "a call leads to the beginning of a function"},
	{"bad-atomic", "invalid atomic op", EINVAL, "no such atomic operation or size"},
	{"legacy-load", "BPF_LD_[ABS|IND]", EINVAL, "legacy loads are for socket filters and tc"},
	{"legacy-load", "R6 != pointer to skb", EINVAL, "keep the context in r6"},
	/* registers and stack */
	{"uninitialized-register", "!read_ok", EACCES,
	 "write the register on each path before it is read"},
	{"frame-pointer", "frame pointer is read only", EACCES, "r10 cannot be written"},
	{"stack-write", "invalid write to stack", EACCES, "write within 512 bytes below r10"},
	{"stack-read", "invalid read from stack", EACCES, "write a slot before it is read"},
	{"stack-read", "invalid indirect read from stack", EACCES,
	 "fill the buffer before a helper reads it"},
	{"stack-read", "invalid indirect access to stack", EACCES,
	 "the helper's buffer must lie within the stack"},
	{"stack-read", "invalid stack type", EACCES, "the helper's buffer must lie on the stack"},
	{"stack-alignment", "misaligned stack access", EACCES, "a slot is aligned to its size"},
	{"stack-variable", "unbounded variable-offset", EACCES, "bound the index into the stack"},
	{"stack-variable", "variable offset stack", EACCES, "index the stack by constants"},
	{"stack-depth", "combined stack size", EACCES,
	 "all frames of a call chain share 512 bytes"},
	{"stack-spill", "invalid size of register fill", EACCES, "read a spilled pointer whole"},
	{"stack-spill", "corrupted spill memory", EACCES, "read a spilled pointer whole"},
	{"stack-spill", "attempt to corrupt spilled pointer", EACCES,
	 "do not overwrite part of a spilled pointer"},
	/* context, packets and values */
	{"context-access", "invalid bpf_context access", EACCES,
	 "no such field, size or direction in this context"},
	{"context-modified", "dereference of modified ctx ptr", EACCES,
	 "keep the context pointer as it came"},
	{"context-modified", "variable ctx access", EACCES, "index the context by constants"},
	{"context-atomic", "BPF_ATOMIC stores into", EACCES, "atomics work on maps and stack"},
	{"context-atomic", "BPF_ST stores into", EACCES, "store a register into the context"},
	{"packet-bounds", "outside of the packet", EACCES, "compare with data_end first"},
	{"packet-write", "cannot write into packet", EACCES,
	 "this program type only reads packets"},
	{"null-unchecked", "_or_null'", EACCES, "compare the result with 0 first"},
	{"null-unchecked", "possibly NULL pointer passed", EACCES,
	 "compare with 0 before it is passed"},
	{"value-bounds", "invalid access to map value", EACCES, "stay within the value"},
	{"value-bounds", "outside of the allowed memory range", EACCES,
	 "bound the index below the size"},
	{"value-unbounded", "unbounded memory access", EACCES, "bound the index from above"},
	{"value-negative", "min value is negative", EACCES, "bound the index from below"},
	{"value-alignment", "misaligned value access", EACCES, "align the offset to the access"},
	{"packet-alignment", "misaligned packet access", EACCES, "align the offset to the access"},
	{"map-read-only", "write into map forbidden", EACCES, "the map is read only for programs"},
	{"map-write-only", "read from map forbidden", EACCES, "the map is write only for programs"},
	{"direct-map-value", "no direct value access support", EINVAL,
	 "map values are addressed in arrays"},
	{"direct-map-value", "only read from bpf_array", EACCES,
	 "map values are addressed in arrays"},
	{"not-a-pointer", "invalid mem access", EACCES,
	 "the register holds no pointer that can be followed"},
	/* arithmetic on pointers */
	{"pointer-arithmetic", "pointer += pointer", EACCES, "add a number"},
	{"pointer-arithmetic", "pointer arithmetic", EACCES, "only + and - by bounded numbers"},
	{"pointer-arithmetic", "operator prohibited", EACCES, "only + and - on pointers"},
	{"pointer-arithmetic", "operator  with", EACCES, "only + and - on pointers"},
	{"pointer-arithmetic", "subtract pointer from scalar", EACCES,
	 "subtract the number from the pointer"},
	{"pointer-arithmetic", "prohibited", EACCES, "this pointer cannot be changed"},
	{"pointer-arithmetic", "math between", EACCES, "the offset is too large or not bounded"},
	{"pointer-partial", "partial copy of pointer", EACCES, "copy the whole pointer"},
	{"pointer-leak", "leaks addr", EACCES, "an address must not reach user space"},
	{"pointer-compare", "pointer comparison prohibited", EACCES,
	 "compare numbers, or pointers with 0"},
	{"pointers-mixed", "same insn cannot be used with different pointers", EINVAL,
	 "one instruction, one kind of pointer"},
	/* helpers */
	{"core-relocation", "unknown#195896080", EINVAL, /* what loaders put for what they miss */
	 "this kernel lacks a type or field that the program reads"},
	{"core-relocation", "failed to resolve CO-RE relocation", EINVAL, /* written by libbpf */
	 "this kernel lacks a type or field that the program reads"},
	{"unknown-helper", "invalid func unknown", EINVAL, "no such helper"},
	{"helper-not-allowed", "unknown func", EINVAL, "this program type lacks the helper"},
	{"helper-not-allowed", "cannot use helper", EINVAL, "this program type lacks the helper"},
	{"gpl-only", "GPL-restricted", EINVAL, "license the program as GPL"},
	{"gpl-only", "GPL compatible", EINVAL, "license the program as GPL"},
	{"misconfigured", "kernel subsystem misconfigured verifier", EINVAL,
	 "an argument is of a kind that the helper cannot have"},
	{"map-for-helper", "expected prog array map", EINVAL, "tail calls go through a prog_array"},
	{"map-for-helper", "cannot pass map_type", EINVAL,
	 "the helper does not work on this kind of map"},
	{"argument-type", "expected=", EACCES, "the argument is of another kind"},
	{"map-reference", "not pointing to valid bpf_map", 0, "the descriptor is no map"},
	{"zero-size", "invalid zero-sized read", EACCES, "the size must be at least 1"},
	{"zero-size", "invalid zero-size", EACCES, "the size must be at least 1"},
	/* locks, references, functions */
	{"lock-call", "not allowed while holding a lock", EINVAL,
	 "release the lock before the call"},
	{"lock-direct", "cannot be accessed directly by load/store", EACCES,
	 "use the helper for locks and timers"},
	{"lock-held", "bpf_spin_unlock is missing", EINVAL, "release the lock on each path"},
	{"lock-held", "bpf_spin_lock-ed region", EINVAL, "release the lock on each path"},
	{"lock-order", "taken", EINVAL, "take one lock at a time"},
	{"lock-order", "bpf_spin_unlock without taking a lock", EINVAL, "take the lock first"},
	{"reference-leak", "Unreleased reference", EINVAL,
	 "release what was acquired on each path"},
	{"reference-leak", "reference leak", EINVAL, "release what was acquired on each path"},
	{"frames", "frames is too deep", E2BIG, "at most 8 calls deep"},
	{"frames", "the call stack of", E2BIG, "at most 8 calls deep"},
	{"tail-call", "tail_call", EINVAL, "tail calls and functions need BTF"},
	{"return-value", "At program exit the register R0", EINVAL,
	 "return a value that the program type allows"},
	{"return-value", "cannot return stack pointer", EINVAL, "return a number"},
	{"return-value", "R0 leaks", EACCES, "return a number"},
	{"async-callback", "callback", EINVAL,
	 "a callback has its own rules for arguments and results"},
	{"not-sleepable", "sleepable", EINVAL, "only some program types may sleep"},
	{"loop-too-complex", "jumps is too complex", 0, "make the program smaller"},
	{"too-complex", "BPF program is too large", E2BIG, "at most a million steps are followed"},
	{"btf-missing", "missing btf func_info", EINVAL, "build with BTF"},
	{"attach-btf", "attach_btf_id", EINVAL, "name the function to attach to"},
	/* without words in the log */
	{"policy", "", EPERM,
	 "this process may not: capabilities, lockdown or kernel.unprivileged_bpf_disabled"},
	{"not-supported", "", 524, "this kernel does not support it"},
	{"bad-descriptor", "", EBADF, "a descriptor is not open, or no map"},
	{"bad-address", "", EFAULT, "a pointer of the attributes is no address of this process"},
	{"log-too-small", "", ENOSPC,
	 "the log did not fit, whatever the verdict was: load without a log"},
	{"too-large", "", E2BIG,
	 "too many instructions or maps, or an attribute that this kernel lacks"},
	{"absent", "", ENOENT, "what it refers to does not exist"},
	{"no-memory", "", ENOMEM, "memory or its limit is used up"},
	{"bad-attribute", "", EINVAL, "an attribute is out of range; the log says nothing"},
};

const struct gng_bpf_class *gng_bpf_classes(size_t *num_classes)
{
	*num_classes = sizeof(classes) / sizeof(classes[0]);
	return classes;
}

/* is_trace says whether a line only follows the program: "5: (85) call ...", or a state of
 * registers, which names kinds of pointers that no complaint is about. */
static bool is_trace(const char *line)
{
	const size_t digits = strspn(line, "0123456789");

	return (digits && line[digits] == ':') || *line == ' ';
}

/* complains looks for words in the lines of a log that are no trace. */
static bool complains(const char *log, const char *words)
{
	const size_t len = strlen(words);

	for (const char *line = log; *line;) {
		const size_t end = strcspn(line, "\n");

		if (!is_trace(line) && memmem(line, end, words, len))
			return true;
		line += end + (line[end] == '\n');
	}
	return false;
}

/* fits compares the errno too. That of some refusals changed between kernels, and their words did
 * not; a class without words has nothing else. */
static bool fits(const struct gng_bpf_class *one, int error, const char *log)
{
	if (*one->words == '\0')
		return one->error == error;
	return error != 0 && complains(log, one->words);
}

const char *gng_bpf_classify(int error, const char *log)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (fits(&classes[i], error, log))
			return classes[i].name;
	return "unknown";
}
