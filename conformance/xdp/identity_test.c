/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity_test.c - one object, loaded by libbpf and by cilium/ebpf: what `bpftool prog dump
 * xlated` and `jited` would print. The compiler's output may differ only where it holds an address:
 * behind a call or jump, which are relative, and in a constant of 64 bits.
 */
/* needs: bench */
#include "../bpf_image.h"
#include "go.h"

#define REMEDY_JITED "sysctl net.core.bpf_jit_enable=1 kernel.kptr_restrict=0"

/* is_operand says whether a byte of machine code belongs to an address: within four behind E8
 * (call) or E9 (jump), or 0F 8x (conditional jump); within eight behind 48..4F B8..BF (a constant).
 */
static bool is_operand(const uint8_t *code, size_t at)
{
	for (size_t back = 1; back <= 8 && back <= at; back++) {
		const uint8_t opcode = code[at - back],
			      before = back < at ? code[at - back - 1] : 0;

		if (back <= 4 && (opcode == 0xe8 || opcode == 0xe9))
			return true;
		if (back <= 4 && (opcode & 0xf0) == 0x80 && before == 0x0f)
			return true;
		if ((opcode & 0xf8) == 0xb8 && (before & 0xf0) == 0x40)
			return true;
	}
	return false;
}

/* differing counts bytes that differ, and demands that each is part of an address. */
static unsigned int differing(const struct bpf_image *ours, const struct bpf_image *theirs)
{
	unsigned int num = 0;

	assert_int_equal(ours->jited_len, theirs->jited_len);
	for (size_t i = 0; i < ours->jited_len; i++) {
		if (ours->jited[i] == theirs->jited[i])
			continue;
		num++;
		if (!is_operand(ours->jited, i) || !is_operand(theirs->jited, i))
			suite_fail("byte %zu of %u is 0x%02x by C and 0x%02x by Go", i,
				   ours->jited_len, ours->jited[i], theirs->jited[i]);
	}
	return num;
}

/* write_object writes the object to a file, which both load. */
static void write_object(char path[PATH_MAX])
{
	size_t len;
	const void *object = gng_xdp_object(&len);
	int fd;

	snprintf(path, PATH_MAX, "%s/xdp-object-XXXXXX", getenv("TMPDIR"));
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, object, len), len);
	close(fd);
}

/* load_both reads what libbpf's and Go's loading gave; the text of the program is one. */
static void load_both(struct bpf_image *ours, struct bpf_image *theirs,
		      struct gng_bench_process *go, const struct gng_xdp *xdp, const char *path,
		      enum gng_xdp_program program)
{
	const char *name = gng_xdp_program_name(program);
	const int fd = bpf_prog_get_fd_by_id(
		(uint32_t)strtoul(go_ask(go, "load %s %s", path, name), NULL, 10));

	assert_true(fd >= 0);
	bpf_image_read(ours, gng_xdp_fd(xdp, program));
	bpf_image_read(theirs, fd);
	close(fd);
	assert_int_not_equal(ours->id, theirs->id);
	assert_memory_equal(ours->tag, theirs->tag, sizeof(ours->tag));
}

static void compare(struct gng_bench_process *go, const struct gng_xdp *xdp, const char *path,
		    enum gng_xdp_program program)
{
	static struct bpf_image ours, theirs;
	char note[96];

	load_both(&ours, &theirs, go, xdp, path, program);
	assert_int_equal(ours.xlated_len, theirs.xlated_len);
	if (ours.jited_len == 0)
		return gng_probe_skip("the kernel shows no machine code", REMEDY_JITED);
	snprintf(note, sizeof(note), "%u bytes, %u of them differ, in addresses", ours.jited_len,
		 differing(&ours, &theirs));
	gng_probe_note(gng_xdp_program_name(program), note);
}

/* tell_filter notes what becomes of constants: cilium/ebpf 0.9.1 freezes them after it has loaded
 * the program, so that its verifier keeps what they rule out. */
static void tell_filter(struct gng_bench_process *go, const struct gng_xdp *xdp, const char *path)
{
	static struct bpf_image ours, theirs;
	char note[96];

	load_both(&ours, &theirs, go, xdp, path, GNG_XDP_FILTER);
	snprintf(note, sizeof(note), "%u bytes by C, %u by Go", ours.jited_len, theirs.jited_len);
	gng_probe_note("filter, which has constants", note);
}

static void c_and_go_get_the_same_machine_code(void **state)
{
	static const enum gng_xdp_program programs[] = {GNG_XDP_NOTHING, GNG_XDP_FRAGMENT,
							GNG_XDP_ECHO,	 GNG_XDP_ARRIVE,
							GNG_XDP_ARTICLE, GNG_XDP_BY_TAIL_CALL};
	struct gng_xdp *xdp;
	struct gng_bench_process *go = go_open_with(&xdp);
	char path[PATH_MAX];

	(void)state;
	if (!go)
		return;
	write_object(path);
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		compare(go, xdp, path, programs[i]);
	tell_filter(go, xdp, path);
	unlink(path);
	go_close_with(go, xdp);
}

/* The comparison sees another program: what does nothing is not what drops. */
static void another_program_is_another_code(void **state)
{
	static struct bpf_image one, other;
	struct gng_xdp *xdp = programs_open(NULL);

	(void)state;
	if (!xdp)
		return;
	bpf_image_read(&one, gng_xdp_fd(xdp, GNG_XDP_WORKER_A));
	bpf_image_read(&other, gng_xdp_fd(xdp, GNG_XDP_WORKER_B));
	assert_int_equal(one.jited_len, other.jited_len);
	if (one.jited_len == 0)
		gng_probe_skip("the kernel shows no machine code", REMEDY_JITED);
	else
		assert_memory_not_equal(one.tag, other.tag, sizeof(one.tag));
	programs_close(xdp);
}

const struct suite_test suite_tests[] = {
	TEST(c_and_go_get_the_same_machine_code, "B4.xdp.identity"),
	TEST(another_program_is_another_code, "B4.xdp.identity"),
	{0},
};
