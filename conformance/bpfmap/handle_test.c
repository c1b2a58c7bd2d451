/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handle_test.c - what becomes of &map in a program: the descriptor that the loader writes into
 * ld_imm64 is the number of the map in what the verifier leaves, and its address in machine code.
 */
/* requires: libbpf */
#include "../bpf_image.h"
#include "program.h"

#define LD_IMM64 0x18 /* BPF_LD | BPF_DW | BPF_IMM, RFC 9669 section 5.4 */
#define NAMES_MAP 1   /* src_reg of one that names a map: BPF_PSEUDO_MAP_FD */
#define NUM_MAPS 2

/* reads both maps, the second first */
#define BOTH                                                                                  \
	"*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map 1; call 1; r2 = r10; r2 += -4; " \
	"r1 = map 0; call 1; r0 = 2; exit"

static uint32_t number_of(int map)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(map, &info, &len), 0);
	assert_true(info.id != 0);
	return info.id;
}

/* named fills numbers with the maps that ld_imm64 names, in their order. */
static size_t named(uint32_t numbers[NUM_MAPS], const struct bpf_image *image)
{
	const struct gng_bpf_insn *insn = (const void *)image->xlated, *last;
	size_t num = 0;

	for (last = insn + image->xlated_len / sizeof(*insn) - 1; insn < last; insn++) {
		if (insn->code != LD_IMM64 || insn->src_reg != NAMES_MAP)
			continue;
		assert_true(num < NUM_MAPS);
		assert_int_equal(insn[1].imm, 0);
		numbers[num++] = (uint32_t)insn->imm;
	}
	return num;
}

/* addresses finds constants of 64 bits that go to the first argument (movabs rdi: 48 BF). */
static size_t addresses(uint64_t found[NUM_MAPS], const struct bpf_image *image)
{
	size_t num = 0;

	for (uint32_t i = 0; i + 10 <= image->jited_len; i++) {
		if (image->jited[i] != 0x48 || image->jited[i + 1] != 0xbf)
			continue;
		assert_true(num < NUM_MAPS);
		memcpy(&found[num++], &image->jited[i + 2], 8);
	}
	return num;
}

static void check_numbers(const struct bpf_image *image, const int *fds)
{
	uint32_t numbers[NUM_MAPS];

	assert_int_equal(named(numbers, image), NUM_MAPS);
	assert_int_equal(numbers[0], number_of(fds[1]));
	assert_int_equal(numbers[1], number_of(fds[0]));
	assert_int_not_equal(numbers[0], numbers[1]);
}

/* Loaded by other descriptors of the same maps, it names the same maps at the same addresses. */
static void check_again(const struct bpf_image *before, const struct gng_bpf_map *maps,
			const int *fds)
{
	const int others[NUM_MAPS] = {dup(fds[0]), dup(fds[1])};
	const int fd = program_load_with(maps, others, NUM_MAPS, "xdp", BOTH);
	uint64_t first[NUM_MAPS], again[NUM_MAPS];
	static struct bpf_image image;

	bpf_image_read(&image, fd);
	check_numbers(&image, fds);
	if (before->jited_len) {
		assert_int_equal(addresses(first, before), NUM_MAPS);
		assert_int_equal(addresses(again, &image), NUM_MAPS);
		assert_memory_equal(first, again, sizeof(first));
		assert_true(first[0] != first[1]);
		assert_true(first[0] >> 63 == 1 && first[1] >> 63 == 1); /* of the kernel's half */
	}
	close(fd);
	close(others[0]);
	close(others[1]);
}

static void a_map_in_a_program_becomes_the_kernels_handle(void **state)
{
	struct gng_bpf_map maps[NUM_MAPS];
	static struct bpf_image image;
	int fds[NUM_MAPS], fd;

	(void)state;
	for (size_t i = 0; i < NUM_MAPS; i++)
		if (!map_make(&maps[i], &fds[i], "percpu_hash 4 8 4"))
			return;
	fd = program_load_with(maps, fds, NUM_MAPS, "xdp", BOTH);
	bpf_image_read(&image, fd);
	check_numbers(&image, fds);
	check_again(&image, maps, fds);
	close(fd);
	close(fds[0]);
	close(fds[1]);
}

const struct suite_test suite_tests[] = {
	TEST(a_map_in_a_program_becomes_the_kernels_handle, "B2.bpf.elements"),
	{0},
};
