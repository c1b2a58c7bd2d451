/* SPDX-License-Identifier: Apache-2.0 */
/* compare.c - one program on both sides, on the same memory. */
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
	struct gng_bpf_code code;
	struct gng_bpf_insn insns[GNG_BPFJIT_MAX_INSNS];
};

static enum gng_status make_map(struct gng_bpfjit *jit, struct gng_why *why)
{
	size_t num;
	enum gng_status status =
		gng_bpf_maps_parse(&jit->map, &num, 1, "bpfjit", "array 4 256 1 mmap", why);

	if (status != GNG_OK)
		return status;
	jit->map_fd = gng_bpf_map_create(&jit->map);
	if (jit->map_fd < 0)
		return gng_why_set(why, jit->map_fd == -EPERM ? GNG_EPERM : GNG_ESYS, -jit->map_fd,
				   "bpfjit.open", "no BPF map: %s", strerror(-jit->map_fd));
	jit->kernel_value = mmap(NULL, GNG_BPFJIT_VALUE_LEN, PROT_READ | PROT_WRITE, MAP_SHARED,
				 jit->map_fd, 0);
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
		munmap(jit->kernel_value, GNG_BPFJIT_VALUE_LEN);
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
static enum gng_status explain(struct gng_bpfjit *jit, uint32_t retval)
{
	const uint32_t num = jit->machine.num_exchanged;
	const uint32_t most = num < MAX_EXPLAINED ? num : MAX_EXPLAINED;
	enum gng_status status = GNG_EFORMAT;

	for (uint32_t lost = 1; lost < 1u << most && status != GNG_OK; lost++) {
		begin_again(jit, lost);
		status = gng_bpfjit_interpret(&jit->machine, &jit->code, NULL);
		if (status == GNG_OK)
			status = judge(jit, retval, NULL);
	}
	return status;
}

/* run_on runs the program on both sides; the memory before is set. */
static enum gng_status run_on(struct gng_bpfjit *jit, int fd, uint32_t *retval, struct gng_why *why)
{
	struct gng_bpf_run run = {
		.in = jit->packet_before,
		.out = jit->kernel_packet,
		.in_len = sizeof(jit->packet_before),
	};
	enum gng_status status;

	memcpy(jit->kernel_value, jit->value_before, sizeof(jit->value_before));
	begin_again(jit, 0);
	status = gng_bpf_run_once(&run, fd, why);
	*retval = run.retval;
	if (status == GNG_OK)
		status = gng_bpfjit_interpret(&jit->machine, &jit->code, why);
	return status == GNG_OK ? judge(jit, run.retval, why) : status;
}

/* run_both says in explained whether known faults of this kernel were needed to agree. */
static enum gng_status run_both(struct gng_bpfjit *jit, int fd, uint64_t *random, bool *explained,
				struct gng_why *why)
{
	enum gng_status status;
	uint32_t retval;

	fill(jit->value_before, sizeof(jit->value_before), random);
	fill(jit->packet_before, sizeof(jit->packet_before), random);
	status = run_on(jit, fd, &retval, why);
	if (status != GNG_EFORMAT || !jit->faults || explain(jit, retval) != GNG_OK)
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
	memset(jit->value_before, 0, sizeof(jit->value_before));
	memcpy(jit->value_before, words, sizeof(words));
	if (gng_bpf_load(&fd, &program, NULL) != GNG_OK)
		return 0; /* a kernel before atomics */
	status = run_on(jit, fd, &retval, NULL);
	if (status == GNG_EFORMAT)
		status = explain(jit, retval) == GNG_OK ? GNG_EFORMAT : GNG_OK;
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

enum gng_status gng_bpfjit_compare(struct gng_bpfjit *jit, struct gng_bpfjit_outcome *outcome,
				   uint64_t seed, unsigned int kinds, struct gng_why *why)
{
	const struct gng_bpf_program program = program_of(jit);
	uint64_t random = ~seed;
	struct gng_why local = {0};
	enum gng_status status;
	bool explained = false;
	int fd;

	gng_bpfjit_generate(&jit->code, seed, kinds);
	outcome->programs++;
	outcome->insns += jit->code.num_insns;
	status = gng_bpf_load(&fd, &program, &local);
	if (status != GNG_OK) {
		outcome->refused++;
		gng_why_set(why, status, local.sys_errno, "bpfjit.compare",
			    "seed %llu kinds %u: %s", (unsigned long long)seed, kinds, local.text);
		return GNG_OK;
	}
	for (int i = 0; i < NUM_RUNS && status == GNG_OK; i++) {
		status = run_both(jit, fd, &random, &explained, &local);
		outcome->runs++;
	}
	close(fd);
	outcome->explained += status == GNG_OK && explained;
	if (status != GNG_OK || explained)
		gng_why_set(why, status, local.sys_errno, "bpfjit.compare",
			    "seed %llu kinds %u: %s%s", (unsigned long long)seed, kinds, local.text,
			    explained ? " (lost-extension)" : "");
	return status;
}
