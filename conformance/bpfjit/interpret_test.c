/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpret_test.c - the oracle itself: values worked out by hand from RFC 9669, which the kernel
 * must compute as well, and programs that would leave their memory or never end.
 *
 * Attributes of a case: name, code (the body of a function), r0; since (major * 1000 + minor) where
 * older kernels lack the instruction. Values must hold for r0 as a whole.
 */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gng_bpf.h>
#include <gng_bpfjit.h>

static void assemble(struct gng_bpf_code *code, const char *place, const char *text)
{
	struct gng_why why;

	if (gng_bpf_assemble(code, place, text, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

/* ---- values ---- */

/* one is a case: a function whose result the caller stores in the map, all 64 bits of it. */
struct one {
	struct gng_bpf_code code;
	uint64_t expected;
	const char *place, *name;
};

static void read_case(struct one *one, struct gng_vec_case *vec)
{
	static char text[2048];
	const char *name, *code, *r0;
	struct gng_why why;
	char *end;

	if (gng_vec_text(vec, &name, "name", &why) != GNG_OK ||
	    gng_vec_text(vec, &code, "code", &why) != GNG_OK ||
	    gng_vec_text(vec, &r0, "r0", &why) != GNG_OK)
		suite_fail("%s", why.text);
	one->place = gng_vec_here(vec);
	one->name = name;
	one->expected = strtoull(r0, &end, 0);
	if (*r0 == '\0' || *end != '\0')
		suite_fail("%s: '%s' is no number", one->place, r0);
	snprintf(text, sizeof(text),
		 "call fn body_; r1 = map_value 0; *(u64 *)(r1 + 0) = r0; r0 = 0; exit; body_: %s",
		 code);
	assemble(&one->code, one->place, text);
}

static void interpret_case(struct gng_vec_case *vec, void *arg)
{
	static uint8_t value[8];
	struct gng_bpfjit_machine machine = {
		.regions = {{.at = 0x1000, .bytes = value, .len = sizeof(value)}},
		.num_regions = 1,
	};
	struct gng_why why;
	struct one one;
	uint64_t got;

	(void)arg;
	gng_vec_skip(vec, "since");
	read_case(&one, vec);
	if (gng_bpfjit_interpret(&machine, &one.code, &why) != GNG_OK)
		suite_fail("%s: %s", one.place, why.text);
	memcpy(&got, value, 8);
	if (got != one.expected)
		suite_fail("%s: %s: %#llx, not %#llx", one.place, one.name, (unsigned long long)got,
			   (unsigned long long)one.expected);
	gng_probe_assertion();
	gng_bpf_code_fini(&one.code);
}

static void the_interpreter_has_the_values_of_the_specification(void **state)
{
	(void)state;
	suite_vectors("bpfjit/isa.vec", interpret_case, NULL);
}

/* kernel is where the kernel's half of a case runs. */
struct kernel {
	struct gng_bpf_map map;
	int map_fd;
	uint64_t *value;
};

static bool open_kernel(struct kernel *kernel)
{
	struct gng_why why;
	size_t num;

	if (gng_bpf_maps_parse(&kernel->map, &num, 1, "map", "array 4 8 1 mmap", &why) != GNG_OK)
		suite_fail("%s", why.text);
	kernel->map_fd = gng_bpf_map_create(&kernel->map);
	if (kernel->map_fd < 0) {
		gng_probe_skip("this process may not use BPF",
			       "root, or gonogo lab run bpfjit-compilers");
		return false;
	}
	kernel->value = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, kernel->map_fd, 0);
	assert_true(kernel->value != MAP_FAILED);
	return true;
}

static void run_in_kernel(struct gng_vec_case *vec, void *arg)
{
	struct kernel *kernel = arg;
	struct gng_bpf_run run = {.in = "0123456789abcdef", .in_len = 16};
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type("xdp"),
					  .maps = &kernel->map,
					  .num_maps = 1,
					  .map_fds = &kernel->map_fd};
	const bool known =
		!gng_vec_has(vec, "since") || suite_int(vec, "since") <= (int64_t)gng_bpf_kernel();
	struct gng_why why;
	struct one one;
	int fd;

	read_case(&one, vec);
	program.code = &one.code;
	*kernel->value = ~one.expected;
	if (known) {
		if (gng_bpf_load(&fd, &program, &why) != GNG_OK ||
		    gng_bpf_run_once(&run, fd, &why) != GNG_OK)
			suite_fail("%s: %s: %s", one.place, one.name, why.text);
		close(fd);
		if (*kernel->value != one.expected)
			suite_fail("%s: %s: %#llx, not %#llx", one.place, one.name,
				   (unsigned long long)*kernel->value,
				   (unsigned long long)one.expected);
		gng_probe_assertion();
	}
	gng_bpf_code_fini(&one.code);
}

static void the_kernel_has_the_values_of_the_specification(void **state)
{
	struct kernel kernel;

	(void)state;
	if (!open_kernel(&kernel))
		return;
	suite_vectors("bpfjit/isa.vec", run_in_kernel, &kernel);
	munmap(kernel.value, 8);
	close(kernel.map_fd);
}

/* ---- what is no program ---- */

static const struct {
	const char *text;
	enum gng_status status;
	const char *words;
} hostile[] = {
	{"r0 = 1", GNG_EFORMAT, "instruction 1 is behind the end"},
	{"goto -1", GNG_ELIMIT, "no exit"},
	{"goto +5; exit", GNG_EFORMAT, "instruction 0 jumps out"},
	{"r0 = 0; goto -3", GNG_EFORMAT, "instruction 1 jumps out"},
	{"f: call fn f; exit", GNG_EFORMAT, "calls too deep"},
	{"r0 = 0; call 1; exit", GNG_EFORMAT, "instruction 1 calls a helper"},
	{"r0 = *(u64 *)(r10 + 0); exit", GNG_EFORMAT, "reaches memory"},
	{"r0 = *(u64 *)(r10 - 7); exit", GNG_EFORMAT, "reaches memory"},
	{"*(u8 *)(r10 - 513) = 1; exit", GNG_EFORMAT, "reaches memory"},
	{"r1 = 0; lock *(u64 *)(r1 + 0) += r1; exit", GNG_EFORMAT, "reaches memory"},
	{"r1 = -1; *(u8 *)(r1 + 0) = 1; exit", GNG_EFORMAT, "reaches memory"},
	{"r1 = map_value 0 + 8; *(u8 *)(r1 + 0) = 1; exit", GNG_EFORMAT, "reaches memory"},
	{"r1 = map_value 1; exit", GNG_EFORMAT, "names what is not there"},
	{"raw 0x18 1 0 0 0", GNG_EFORMAT, "cut in the middle"},
	{"raw 0xff 1 0 0 0; exit", GNG_EFORMAT, "no calculation"},
	{"raw 0xe5 0 0 0 0; exit", GNG_EFORMAT, "no jump"},
	{"raw 0xdb 10 0 -8 0x23; exit", GNG_EFORMAT, "no atomic operation"},
	{"raw 0xcb 10 0 -8 0; exit", GNG_EFORMAT, "less than four bytes"},
	{"raw 0x2b 10 0 -8 0; exit", GNG_EFORMAT, "no store"},
	{"raw 0x39 0 10 -8 0; exit", GNG_EFORMAT, "no load"},
	{"raw 0x28 0 0 0 0; exit", GNG_EFORMAT, "no instruction of RFC 9669"},
	{"raw 0x79 11 10 -8 0; exit", GNG_EFORMAT, "a register that is none"},
	{"r10 = 1; exit", GNG_EFORMAT, "writes to r10"},
};

static void what_leaves_its_memory_or_never_ends_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		uint8_t value[8] = {0};
		struct gng_bpfjit_machine machine = {.regions = {{0x1000, value, sizeof(value)}},
						     .num_regions = 1};
		struct gng_bpf_code code;
		struct gng_why why = {0};
		enum gng_status status;

		assemble(&code, "hostile", hostile[i].text);
		status = gng_bpfjit_interpret(&machine, &code, &why);
		if (status != hostile[i].status || !strstr(why.text, hostile[i].words))
			suite_fail("%s: %s: %s", hostile[i].text, gng_status_name(status),
				   why.text);
		gng_probe_assertion();
		gng_bpf_code_fini(&code);
	}
}

/* Any bytes at all end, and the sanitizers see that they touch nothing else. */
static void bytes_that_are_no_program_end(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint8_t value[8] = {0};
		struct gng_bpfjit_machine machine = {.regions = {{0x1000, value, sizeof(value)}},
						     .num_regions = 1};
		struct gng_bpf_insn insns[8];
		struct gng_bpf_code code = {.insns = insns, .num_insns = COUNT_OF(insns)};
		struct gng_why why = {0};

		for (size_t i = 0; i < COUNT_OF(insns); i++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			memcpy(&insns[i], &random, sizeof(random));
			insns[i].dst_reg = insns[i].dst_reg % 11;
		}
		assert_true(gng_bpfjit_interpret(&machine, &code, &why) == GNG_OK ||
			    why.text[0] != '\0');
	}
}

const struct suite_test suite_tests[] = {
	TEST(the_interpreter_has_the_values_of_the_specification, "B1.bpf.interpreter"),
	TEST(the_kernel_has_the_values_of_the_specification, "B1.bpf.interpreter B1.bpf.jit"),
	TEST(what_leaves_its_memory_or_never_ends_is_refused, "B1.bpf.interpreter-bounds"),
	TEST(bytes_that_are_no_program_end, "B1.bpf.interpreter-bounds"),
	{0},
};
