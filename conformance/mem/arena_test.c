/* SPDX-License-Identifier: Apache-2.0 */
/* arena_test.c - arenas and their proofs, against what the kernel does when nobody looks. */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_mem.h>

#define LEN (8 * GNG_MEM_HUGE)

/* open_arena skips where the machine has no such memory at all. */
static struct gng_mem *open_arena(enum gng_mem_backend backend, enum gng_mem_mode mode, int node)
{
	const struct gng_mem_request request = {
		.len = LEN, .node = node, .backend = backend, .mode = mode};
	struct gng_mem *mem;
	struct gng_why why;

	if (gng_mem_open(&mem, &request, &why) == GNG_OK)
		return mem;
	if (backend == GNG_MEM_SMALL) /* there are always small pages */
		suite_fail("%s", why.text);
	gng_probe_skip(why.text, "gonogo lab run mem-nodes: its guests have a pool of huge pages");
	return NULL;
}

static void small_pages_are_proved_small(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_SMALL, GNG_MEM_STRICT, GNG_MEM_ANY_NODE);
	const struct gng_mem_proof *proof;

	(void)state;
	if (!mem)
		return;
	proof = gng_mem_proved(mem);
	assert_int_equal(proof->huge_len, 0);
	assert_int_equal(proof->present_len, LEN);
	assert_true(proof->exact);
	assert_string_equal(proof->shortfall, "");
	gng_mem_close(mem);
}

static void huge_pages_are_proved_huge(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_THP, GNG_MEM_BEST, GNG_MEM_ANY_NODE);

	(void)state;
	if (!mem)
		return;
	assert_int_equal((uintptr_t)gng_mem_base(mem) % GNG_MEM_HUGE, 0);
	if (*gng_mem_proved(mem)->shortfall)
		gng_probe_skip(gng_mem_proved(mem)->shortfall,
			       "echo 1 > /proc/sys/vm/compact_memory, or gonogo lab run mem-nodes");
	else
		assert_int_equal(gng_mem_proved(mem)->huge_len, LEN);
	gng_mem_close(mem);
}

/* A drop of 4 KiB splits one huge page: kpageflags still says THP, the request was never changed,
 * and only a new proof knows. */
static void a_split_page_is_seen_by_the_next_proof(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_THP, GNG_MEM_STRICT, GNG_MEM_ANY_NODE);
	struct gng_mem_proof proof;

	(void)state;
	if (!mem)
		return;
	assert_int_equal(madvise((char *)gng_mem_base(mem) + GNG_MEM_HUGE / 2, 4096, MADV_DONTNEED),
			 0);
	assert_int_equal(gng_mem_prove(&proof, mem, NULL), GNG_OK);
	assert_int_equal(proof.huge_len, LEN - GNG_MEM_HUGE);
	assert_int_equal(proof.present_len, LEN - 4096);
	assert_non_null(strstr(proof.shortfall, "in memory"));
	((volatile char *)gng_mem_base(mem))[GNG_MEM_HUGE / 2] = 1;
	assert_int_equal(gng_mem_prove(&proof, mem, NULL), GNG_OK);
	assert_non_null(strstr(proof.shortfall, "in huge pages"));
	gng_mem_close(mem);
}

/* PR_SET_THP_DISABLE is transparent_hugepage=never for one process. MADV_HUGEPAGE returns 0 there
 * too; since 6.18 it may still be granted, so proof and verdict are compared, not expected. */
static void without_thp_strict_fails_and_best_says_so(void **state)
{
	struct gng_mem_request request = {
		.len = LEN, .node = GNG_MEM_ANY_NODE, .mode = GNG_MEM_BEST};
	struct gng_mem *mem;
	struct gng_why why;
	size_t huge;

	(void)state;
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_OK);
	huge = gng_mem_proved(mem)->huge_len;
	assert_true((huge == LEN) == !*gng_mem_proved(mem)->shortfall);
	gng_mem_close(mem);
	request.mode = GNG_MEM_STRICT;
	assert_int_equal(gng_mem_open(&mem, &request, &why), huge == LEN ? GNG_OK : GNG_ELIMIT);
	if (huge == LEN)
		gng_mem_close(mem);
	else
		assert_non_null(strstr(why.text, "in huge pages"));
}

static void a_node_is_proved_by_its_pages(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_SMALL, GNG_MEM_STRICT, 0);

	(void)state;
	if (!mem)
		return;
	assert_int_equal(gng_mem_proved(mem)->node_len[0], LEN);
	gng_mem_close(mem);
}

static void a_node_that_is_not_there_is_named(void **state)
{
	struct gng_mem_request request = {.len = LEN, .node = 61};
	struct gng_mem *mem = (struct gng_mem *)&request;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "node 61"));
	assert_ptr_equal(mem, &request);
	request.node = GNG_MEM_MAX_NODES;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_EINVAL);
	request.node = -2;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_EINVAL);
	request = (struct gng_mem_request){.len = 0, .node = GNG_MEM_ANY_NODE};
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_EINVAL);
}

/* ---- guards ---- */

/* dies_of returns the signal of a child that writes to at. */
static int dies_of(volatile char *at)
{
	const pid_t pid = fork();
	int status;

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		*at = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_touch_outside_is_a_fault(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_SMALL, GNG_MEM_BEST, GNG_MEM_ANY_NODE);
	char *base;

	(void)state;
	if (!mem)
		return;
	base = gng_mem_base(mem);
	assert_int_equal(dies_of(base), 0);
	assert_int_equal(dies_of(base + gng_mem_len(mem) - 1), 0);
	assert_int_equal(dies_of(base - 1), SIGSEGV);
	assert_int_equal(dies_of(base + gng_mem_len(mem)), SIGSEGV);
	gng_mem_close(mem);
}

/* ---- limits ---- */

/* No gap of the 128 TiB of a process is so large: its program and its stack lie between. */
static void too_much_address_space_is_refused(void **state)
{
	const struct gng_mem_request request = {.len = (size_t)127 << 40, .node = GNG_MEM_ANY_NODE};
	struct gng_mem *mem;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_ENOMEM);
	assert_non_null(strstr(why.text, "address space"));
}

static void an_empty_pool_is_named_with_its_knob(void **state)
{
	const struct gng_mem_request request = {
		.len = (size_t)1 << 40, .node = GNG_MEM_ANY_NODE, .backend = GNG_MEM_HUGETLB};
	struct gng_mem *mem;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_ENOMEM);
	assert_true(strstr(why.text, "nr_hugepages") || strstr(why.text, "address space"));
}

static void pages_of_the_pool_are_proved(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_HUGETLB, GNG_MEM_STRICT, GNG_MEM_ANY_NODE);

	(void)state;
	if (!mem)
		return;
	assert_int_equal(gng_mem_proved(mem)->huge_len, LEN);
	gng_mem_close(mem);
}

/* ---- a second witness: PAGEMAP_SCAN, Linux 6.7 (linux/fs.h) ---- */

struct scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages, category_inverted,
		category_mask, category_anyof_mask, return_mask;
};

struct scan_region {
	uint64_t start, end, categories;
};

#define PAGEMAP_SCAN_REQUEST _IOWR('f', 16, struct scan_arg)
#define PAGE_IS_HUGE_BIT ((uint64_t)1 << 6)

/* scan returns the bytes of [base, base + len) that are huge, or -1 where the kernel cannot say */
static long long scan(const void *base, size_t len)
{
	struct scan_region regions[64];
	struct scan_arg arg = {
		.size = sizeof(arg),
		.start = (uintptr_t)base,
		.end = (uintptr_t)base + len,
		.vec = (uintptr_t)regions,
		.vec_len = COUNT_OF(regions),
		.category_mask = PAGE_IS_HUGE_BIT,
		.return_mask = PAGE_IS_HUGE_BIT,
	};
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	const int num = fd < 0 ? -1 : ioctl(fd, PAGEMAP_SCAN_REQUEST, &arg);
	long long sum = 0;

	if (fd >= 0)
		close(fd);
	for (int i = 0; i < num; i++)
		sum += (long long)(regions[i].end - regions[i].start);
	return num < 0 ? -1 : sum;
}

static void a_second_witness_agrees(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_THP, GNG_MEM_BEST, GNG_MEM_ANY_NODE);
	struct gng_mem_proof proof;
	long long seen;

	(void)state;
	if (!mem)
		return;
	seen = scan(gng_mem_base(mem), LEN);
	if (seen < 0) {
		gng_probe_skip("this kernel has no PAGEMAP_SCAN", "Linux 6.7 or newer");
		return gng_mem_close(mem);
	}
	assert_int_equal(seen, gng_mem_proved(mem)->huge_len);
	assert_int_equal(madvise((char *)gng_mem_base(mem) + 4096, 4096, MADV_DONTNEED), 0);
	assert_int_equal(gng_mem_prove(&proof, mem, NULL), GNG_OK);
	assert_int_equal(scan(gng_mem_base(mem), LEN), proof.huge_len);
	gng_mem_close(mem);
}

/* ---- under load ---- */

#define NUM_PROOFS 200

struct load {
	atomic_bool over;
	uint8_t *base;
};

/* write_all writes to the arena, and neighbours writes neighbours and takes them away. */
static void *write_all(void *arg)
{
	struct load *load = arg;

	for (size_t at = 0; !load->over; at = (at + 4096 * 7 + 64) % LEN)
		((volatile uint8_t *)load->base)[at]++;
	return NULL;
}

static void *change_neighbours(void *arg)
{
	struct load *load = arg;

	while (!load->over) {
		uint8_t *at = mmap(NULL, GNG_MEM_HUGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED)
			break;
		at[0] = 1;
		munmap(at, GNG_MEM_HUGE / 2);
		munmap(at + GNG_MEM_HUGE / 2, GNG_MEM_HUGE / 2);
	}
	return NULL;
}

/* smaps is read while the map of addresses changes, and the proof stays what it was, and exact. */
static void a_proof_stays_the_same_under_load(void **state)
{
	struct gng_mem *mem = open_arena(GNG_MEM_SMALL, GNG_MEM_STRICT, GNG_MEM_ANY_NODE);
	struct load load = {.over = false};
	struct gng_mem_proof proof;
	pthread_t writer, mapper;
	struct gng_why why;
	bool is_same = true;

	(void)state;
	if (!mem)
		return;
	load.base = gng_mem_base(mem);
	assert_int_equal(pthread_create(&writer, NULL, write_all, &load), 0);
	assert_int_equal(pthread_create(&mapper, NULL, change_neighbours, &load), 0);
	for (int i = 0; i < NUM_PROOFS && is_same; i++) {
		is_same = gng_mem_prove(&proof, mem, &why) == GNG_OK && !*proof.shortfall &&
			  proof.exact && proof.present_len == LEN && proof.huge_len == 0;
	}
	load.over = true;
	pthread_join(writer, NULL);
	pthread_join(mapper, NULL);
	if (!is_same)
		suite_fail("%zu of %zu bytes are proved: %s", proof.present_len, (size_t)LEN,
			   proof.shortfall);
	gng_probe_assertion();
	gng_mem_close(mem);
}

static void a_range_of_no_whole_pages_is_refused(void **state)
{
	struct gng_mem_proof proof;
	const char bytes[16] = "";

	(void)state;
	assert_int_equal(gng_mem_prove_range(&proof, bytes, 16, NULL), GNG_EINVAL);
	assert_int_equal(gng_mem_prove_range(&proof, (void *)4096, 0, NULL), GNG_EINVAL);
	assert_int_equal(gng_mem_prove_range(&proof, (void *)4096, 4096, NULL), GNG_EFORMAT);
}

const struct suite_test suite_tests[] = {
	TEST(small_pages_are_proved_small, "D3.mem.proof"),
	TEST(huge_pages_are_proved_huge, "D3.mem.proof"),
	TEST(a_split_page_is_seen_by_the_next_proof, "D3.mem.proof D3.mem.pressure"),
	TEST(without_thp_strict_fails_and_best_says_so, "D3.mem.strict"),
	TEST(a_node_is_proved_by_its_pages, "D3.mem.bind"),
	TEST(a_node_that_is_not_there_is_named, "D3.mem.bind"),
	TEST(a_touch_outside_is_a_fault, "D3.mem.guards"),
	TEST(too_much_address_space_is_refused, "D3.mem.strict"),
	TEST(an_empty_pool_is_named_with_its_knob, "D3.mem.strict"),
	TEST(pages_of_the_pool_are_proved, "D3.mem.proof"),
	TEST(a_second_witness_agrees, "D3.mem.proof"),
	TEST(a_proof_stays_the_same_under_load, "D3.mem.proof D3.mem.pressure"),
	TEST(a_range_of_no_whole_pages_is_refused, "D3.mem.proof"),
	{0},
};
