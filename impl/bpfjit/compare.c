/* SPDX-License-Identifier: Apache-2.0 */
/* compare.c - programs on both sides, on the same memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpfjit_insn.h"
#include "gng_bpfjit.h"

#define NUM_RUNS 2
#define MAX_EXPLAINED 8 /* exchanges: all ways of losing their extensions are tried */
#define VALUE_AT 0x1000u
#define CONTEXT_AT 0x2000u
#define PACKET_AT 0x3000u
#define CHOICE_AT GNG_BPFJIT_VALUE_LEN /* in the map: which program of a load runs */
#define NUM_CHOOSING (3 + GNG_BPFJIT_TOGETHER - 1)

struct gng_bpfjit {
	struct gng_bpf_map map;
	int map_fd, type;
	unsigned int faults;   /* of this kernel */
	uint8_t *kernel_value; /* the map, mapped: no call is needed to fill and to read it */
	uint8_t value[GNG_BPFJIT_VALUE_LEN], value_before[GNG_BPFJIT_VALUE_LEN];
	uint8_t packet[GNG_BPFJIT_PACKET_LEN], kernel_packet[GNG_BPFJIT_PACKET_LEN];
	uint8_t packet_before[GNG_BPFJIT_PACKET_LEN];
	uint32_t context[2]; /* data and data_end of struct xdp_md */
	struct gng_bpfjit_machine machine;
	struct gng_bpf_code code; /* all that is loaded */
	struct gng_bpf_code parts[GNG_BPFJIT_TOGETHER];
	struct gng_bpf_insn insns[NUM_CHOOSING + GNG_BPFJIT_TOGETHER * GNG_BPFJIT_MAX_INSNS];
};

static enum gng_status make_map(struct gng_bpfjit *jit, struct gng_why *why)
{
	size_t num;
	enum gng_status status =
		gng_bpf_maps_parse(&jit->map, &num, 1, "bpfjit", "array 4 264 1 mmap", why);

	if (status != GNG_OK)
		return status;
	jit->map_fd = gng_bpf_map_create(&jit->map);
	if (jit->map_fd < 0)
		return gng_why_set(why, jit->map_fd == -EPERM ? GNG_EPERM : GNG_ESYS, -jit->map_fd,
				   "bpfjit.open", "no BPF map: %s", strerror(-jit->map_fd));
	jit->kernel_value =
		mmap(NULL, CHOICE_AT + 8, PROT_READ | PROT_WRITE, MAP_SHARED, jit->map_fd, 0);
	if (jit->kernel_value == MAP_FAILED)
		return gng_why_set(why, GNG_ESYS, errno, "bpfjit.open", "BPF map not mapped: %s",
				   strerror(errno));
	return GNG_OK;
}

static struct gng_bpf_program program_of(const struct gng_bpfjit *jit)
{
	return (struct gng_bpf_program){
		.type = (uint32_t)jit->type,
		.code = &jit->code,
		.maps = &jit->map,
		.num_maps = 1,
		.map_fds = &jit->map_fd,
	};
}

/* A kernel without the compiler would be an interpreter judged by an interpreter. */
static enum gng_status prove_compiler(struct gng_bpfjit *jit, struct gng_why *why)
{
	const struct gng_bpf_program program = program_of(jit);
	enum gng_status status;
	uint32_t len;
	int fd;

	gng_bpfjit_generate(&jit->code, 0, 0);
	status = gng_bpf_load(&fd, &program, why);
	if (status != GNG_OK)
		return why && why->sys_errno == EPERM ? GNG_EPERM : status;
	len = gng_bpf_jited_len(fd);
	close(fd);
	return len ? GNG_OK
		   : gng_why_set(why, GNG_EUNSUPPORTED, 0, "bpfjit.open",
				 "this kernel interprets: sysctl net.core.bpf_jit_enable=1");
}

void gng_bpfjit_close(struct gng_bpfjit *jit)
{
	if (!jit)
		return;
	if (jit->kernel_value && jit->kernel_value != MAP_FAILED)
		munmap(jit->kernel_value, CHOICE_AT + 8);
	if (jit->map_fd >= 0)
		close(jit->map_fd);
	free(jit);
}

/* ---- one program ---- */

/* fill mixes small numbers, powers of two and noise: pure noise seldom divides or wraps. */
static void fill(uint8_t *bytes, size_t len, uint64_t *random)
{
	for (size_t i = 0; i < len; i += 8) {
		uint64_t value = bpfjit_next(random);
		const unsigned int kind = value & 7, by = value >> 3 & 63;

		value = bpfjit_next(random);
		if (kind == 0)
			value &= 0xff;
		else if (kind == 1)
			value = UINT64_C(1) << by;
		else if (kind == 2)
			value = (uint64_t)(int64_t)(int32_t)value;
		else if (kind == 3)
			value = ~(UINT64_C(1) << by);
		memcpy(bytes + i, &value, 8);
	}
}

/* begin_again puts the interpreter before its first instruction. */
static void begin_again(struct gng_bpfjit *jit, uint32_t lost)
{
	struct gng_bpfjit_machine *machine = &jit->machine;

	memcpy(jit->value, jit->value_before, sizeof(jit->value));
	memcpy(jit->packet, jit->packet_before, sizeof(jit->packet));
	jit->context[0] = PACKET_AT;
	jit->context[1] = PACKET_AT + GNG_BPFJIT_PACKET_LEN;
	memset(machine->regs, 0, sizeof(machine->regs));
	machine->regs[1] = CONTEXT_AT;
	machine->num_regions = 3;
	machine->regions[0] = (struct gng_bpfjit_region){VALUE_AT, jit->value, sizeof(jit->value)};
	machine->regions[1] =
		(struct gng_bpfjit_region){PACKET_AT, jit->packet, sizeof(jit->packet)};
	machine->regions[2] = (struct gng_bpfjit_region){CONTEXT_AT, (uint8_t *)jit->context,
							 sizeof(jit->context)};
	machine->lost = lost;
	machine->num_exchanged = 0;
}

static enum gng_status differs(const char *what, size_t at, const uint8_t *kernel,
			       const uint8_t *own, struct gng_why *why)
{
	uint64_t a, b;

	memcpy(&a, kernel + at * 8, 8);
	memcpy(&b, own + at * 8, 8);
	if (a == b)
		return GNG_OK;
	return gng_why_set(why, GNG_EFORMAT, 0, "bpfjit.compare",
			   "%s %zu: %#llx by the kernel, %#llx by RFC 9669", what, at,
			   (unsigned long long)a, (unsigned long long)b);
}

static enum gng_status judge(struct gng_bpfjit *jit, uint32_t retval, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < GNG_BPFJIT_VALUE_LEN / 8 && status == GNG_OK; i++)
		status = differs("word of registers, stack and map", i, jit->kernel_value,
				 jit->value, why);
	for (size_t i = 0; i < GNG_BPFJIT_PACKET_LEN / 8 && status == GNG_OK; i++)
		status = differs("word of the packet", i, jit->kernel_packet, jit->packet, why);
	if (status == GNG_OK && retval != (uint32_t)jit->machine.regs[0])
		status = gng_why_set(why, GNG_EFORMAT, 0, "bpfjit.compare",
				     "result: %#x by the kernel, %#x by RFC 9669", retval,
				     (uint32_t)jit->machine.regs[0]);
	return status;
}

/* explain looks for the exchanges whose lost extensions give what the kernel has: GNG_OK if there
 * are such. */
static enum gng_status explain(struct gng_bpfjit *jit, const struct gng_bpf_code *code,
			       uint32_t retval)
{
	const uint32_t num = jit->machine.num_exchanged;
	const uint32_t most = num < MAX_EXPLAINED ? num : MAX_EXPLAINED;
	enum gng_status status = GNG_EFORMAT;

	for (uint32_t lost = 1; lost < 1u << most && status != GNG_OK; lost++) {
		begin_again(jit, lost);
		status = gng_bpfjit_interpret(&jit->machine, code, NULL);
		if (status == GNG_OK)
			status = judge(jit, retval, NULL);
	}
	return status;
}

/* run_on runs one of the programs of a load on both sides; the memory before is set. */
static enum gng_status run_on(struct gng_bpfjit *jit, int fd, uint32_t choice, uint32_t *retval,
			      struct gng_why *why)
{
	struct gng_bpf_run run = {
		.in = jit->packet_before,
		.out = jit->kernel_packet,
		.in_len = sizeof(jit->packet_before),
	};
	enum gng_status status;

	memcpy(jit->kernel_value, jit->value_before, sizeof(jit->value_before));
	memcpy(jit->kernel_value + CHOICE_AT, &choice, sizeof(choice));
	begin_again(jit, 0);
	status = gng_bpf_run_once(&run, fd, why);
	*retval = run.retval;
	if (status == GNG_OK)
		status = gng_bpfjit_interpret(&jit->machine, &jit->parts[choice], why);
	return status == GNG_OK ? judge(jit, run.retval, why) : status;
}

/* run_both says in explained whether known faults of this kernel were needed to agree. */
static enum gng_status run_both(struct gng_bpfjit *jit, int fd, uint32_t choice, uint64_t *random,
				bool *explained, struct gng_why *why)
{
	enum gng_status status;
	uint32_t retval;

	fill(jit->value_before, sizeof(jit->value_before), random);
	fill(jit->packet_before, sizeof(jit->packet_before), random);
	status = run_on(jit, fd, choice, &retval, why);
	if (status != GNG_EFORMAT || !jit->faults ||
	    explain(jit, &jit->parts[choice], retval) != GNG_OK)
		return status;
	*explained = true;
	return GNG_OK;
}

/* find_faults runs the program of the known fault; the interpreter with it must say the same. */
static unsigned int find_faults(struct gng_bpfjit *jit)
{
	const struct gng_bpf_program program = program_of(jit);
	enum gng_status status;
	uint64_t words[4];
	uint32_t retval;
	int fd;

	bpfjit_fault_program(&jit->code, words);
	jit->parts[0] = jit->code;
	memset(jit->value_before, 0, sizeof(jit->value_before));
	memcpy(jit->value_before, words, sizeof(words));
	if (gng_bpf_load(&fd, &program, NULL) != GNG_OK)
		return 0; /* a kernel before atomics */
	status = run_on(jit, fd, 0, &retval, NULL);
	if (status == GNG_EFORMAT)
		status = explain(jit, &jit->code, retval) == GNG_OK ? GNG_EFORMAT : GNG_OK;
	close(fd);
	return status == GNG_EFORMAT ? GNG_BPFJIT_LOST_EXTENSION : 0;
}

enum gng_status gng_bpfjit_open(struct gng_bpfjit **jit, struct gng_why *why)
{
	struct gng_bpfjit *made = calloc(1, sizeof(*made));
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpfjit.open", "no memory");
	made->map_fd = -1;
	made->type = gng_bpf_type("xdp");
	made->code = (struct gng_bpf_code){.insns = made->insns, .cap = GNG_BPFJIT_MAX_INSNS};
	status = make_map(made, why);
	if (status == GNG_OK)
		status = prove_compiler(made, why);
	if (status != GNG_OK) {
		gng_bpfjit_close(made);
		return status;
	}
	made->faults = find_faults(made);
	*jit = made;
	return GNG_OK;
}

unsigned int gng_bpfjit_faults(const struct gng_bpfjit *jit)
{
	return jit->faults;
}

/* ---- programs of one load ---- */

/* generate puts num programs behind each other, and before them what chooses one of several. */
static void generate(struct gng_bpfjit *jit, uint64_t seed, uint32_t num, unsigned int kinds)
{
	size_t at = num > 1 ? 3 + num - 1 : 0;

	if (num > 1) {
		jit->insns[0] = (struct gng_bpf_insn){.code = BPF_LD | BPF_IMM | BPF_DW,
						      .dst_reg = 2,
						      .src_reg = BPF_PSEUDO_MAP_VALUE};
		jit->insns[1] = (struct gng_bpf_insn){.imm = CHOICE_AT};
		jit->insns[2] = (struct gng_bpf_insn){
			.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 2};
	}
	for (uint32_t i = 0; i < num; i++) {
		jit->parts[i] = (struct gng_bpf_code){.insns = jit->insns + at,
						      .cap = GNG_BPFJIT_MAX_INSNS};
		gng_bpfjit_generate(&jit->parts[i], seed + i, kinds);
		if (i > 0)
			jit->insns[2 + i] =
				(struct gng_bpf_insn){.code = BPF_JMP | BPF_JEQ | BPF_K,
						      .dst_reg = 2,
						      .off = (int16_t)(at - (2 + i) - 1),
						      .imm = (int32_t)i};
		at += jit->parts[i].num_insns;
	}
	jit->code.num_insns = at;
}

/* batch is what one load holds. */
struct batch {
	uint64_t seed; /* of the first program */
	uint32_t num;
	unsigned int kinds;
	int fd; /* below 0: the verifier refused it */
};

/* tell writes what was found of a program; GNG_OK: a known fault explains it. */
static enum gng_status tell(struct gng_why *why, const struct gng_why *found,
			    const struct batch *batch, uint32_t which, enum gng_status status)
{
	return gng_why_set(why, status, found->sys_errno, "bpfjit.compare",
			   "seed %llu kinds %u: %s%s", (unsigned long long)batch->seed + which,
			   batch->kinds, found->text, status == GNG_OK ? " (lost-extension)" : "");
}

static enum gng_status run_part(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
				const struct batch *batch, uint32_t which, struct gng_why *why)
{
	uint64_t random = ~(batch->seed + which);
	struct gng_why found = {0};
	enum gng_status status = GNG_OK;
	bool explained = false;

	outcome->programs++;
	outcome->insns += jit->parts[which].num_insns;
	for (int run = 0; run < NUM_RUNS && status == GNG_OK; run++) {
		status = run_both(jit, batch->fd, which, &random, &explained, &found);
		outcome->runs++;
	}
	outcome->explained += status == GNG_OK && explained;
	return status != GNG_OK || explained ? tell(why, &found, batch, which, status) : GNG_OK;
}

/* run_parts sets *which to the one that differs, and closes the load. */
static enum gng_status run_parts(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
				 uint32_t *which, const struct batch *batch, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (uint32_t i = 0; i < batch->num && status == GNG_OK; i++) {
		*which = i;
		status = run_part(jit, outcome, batch, i, why);
	}
	close(batch->fd);
	return status;
}

static struct batch load(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome, uint64_t seed,
			 uint32_t num, unsigned int kinds, struct gng_why *why)
{
	const struct gng_bpf_program program = program_of(jit);
	struct batch batch = {seed, num, kinds, -1};

	generate(jit, seed, num, kinds);
	outcome->loads++;
	if (gng_bpf_load(&batch.fd, &program, why) != GNG_OK)
		batch.fd = -1;
	return batch;
}

enum gng_status gng_bpfjit_compare(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
				   uint64_t seed, unsigned int kinds, struct gng_why *why)
{
	struct gng_why found = {0};
	const struct batch batch = load(jit, outcome, seed, 1, kinds, &found);
	enum gng_status status;
	uint32_t which;

	if (batch.fd < 0) {
		outcome->programs++;
		outcome->insns += jit->parts[0].num_insns;
		outcome->refused++;
		tell(why, &found, &batch, 0, found.status);
		return GNG_OK;
	}
	status = run_parts(jit, outcome, &which, &batch, why);
	if (status != GNG_OK) {
		outcome->differs_seed = seed;
		outcome->differs_num = 1;
	}
	return status;
}

static enum gng_status compare_alone(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
				     uint64_t seed, uint32_t num, unsigned int kinds,
				     struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (uint32_t i = 0; i < num && status == GNG_OK; i++)
		status = gng_bpfjit_compare(jit, outcome, seed + i, kinds, why);
	return status;
}

static enum gng_status compare_together(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
					uint64_t seed, uint32_t num, unsigned int kinds,
					struct gng_why *why)
{
	struct gng_bpfjit_outcome again = {0};
	const struct batch batch = load(jit, outcome, seed, num, kinds, NULL);
	enum gng_status status;
	uint32_t which = 0;

	if (batch.fd < 0)
		return compare_alone(jit, outcome, seed, num, kinds, why);
	status = run_parts(jit, outcome, &which, &batch, why);
	if (status == GNG_OK)
		return GNG_OK;
	outcome->differs_seed = seed + which;
	outcome->differs_num = 1;
	if (gng_bpfjit_compare(jit, &again, seed + which, kinds, NULL) == GNG_OK) {
		outcome->differs_seed = seed; /* it takes the others, too */
		outcome->differs_num = num;
	}
	return status;
}

enum gng_status gng_bpfjit_compare_many(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
					uint64_t seed, uint64_t num, unsigned int kinds,
					struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (uint64_t done = 0; done < num && status == GNG_OK; done += GNG_BPFJIT_TOGETHER) {
		const uint64_t left = num - done;
		const uint32_t here =
			(uint32_t)(left < GNG_BPFJIT_TOGETHER ? left : GNG_BPFJIT_TOGETHER);

		status = here == 1 || (kinds & GNG_BPFJIT_CALLS)
				 ? compare_alone(jit, outcome, seed + done, here, kinds, why)
				 : compare_together(jit, outcome, seed + done, here, kinds, why);
	}
	return status;
}
