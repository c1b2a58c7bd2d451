/* SPDX-License-Identifier: Apache-2.0 */
/* nodes_test.c - arenas on two NUMA nodes: here if there are two, in a guest by nodes.case. */
/* needs: gauge lab */
#include "../guest.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <mem_proof.h>

#define LEN (4 * GNG_MEM_HUGE)
#define SPILL_LEN ((size_t)48 << 20)
#define MPOL_PREFERRED 1
#define MPOL_BIND 2

/* two_nodes skips on a machine with one. */
static bool two_nodes(void)
{
	if (access("/sys/devices/system/node/node1/meminfo", R_OK) == 0)
		return true;
	gng_probe_skip("this machine has one NUMA node", "gonogo lab run mem-nodes");
	return false;
}

/* free_on returns the bytes that are free on a node. */
static size_t free_on(int node)
{
	char path[80], line[120];
	size_t kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", node);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Node %*d MemFree: %zu", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}

static void check_on(const struct gng_mem *mem, int node)
{
	const struct gng_mem_proof *proof = gng_mem_proved(mem);

	assert_int_equal(proof->present_len, LEN);
	assert_int_equal(proof->node_len[node], LEN);
	assert_string_equal(proof->shortfall, "");
}

static void every_backend_binds_to_each_node(void **state)
{
	(void)state;
	if (!two_nodes())
		return;
	for (int node = 0; node < 2; node++)
		for (int backend = GNG_MEM_THP; backend <= GNG_MEM_SMALL; backend++) {
			const struct gng_mem_request request = {
				.len = LEN,
				.node = node,
				.backend = (enum gng_mem_backend)backend,
				.mode = GNG_MEM_STRICT};
			struct gng_mem *mem;
			struct gng_why why;

			if (gng_mem_open(&mem, &request, &why) != GNG_OK)
				suite_fail("backend %d on node %d: %s", backend, node, why.text);
			check_on(mem, node);
			gng_mem_close(mem);
		}
}

/* What the article's code does: mbind returns 0, the policy says node 1, and every page is where
 * it was touched. Only the proof tells. */
static void a_policy_after_the_touch_moves_nothing(void **state)
{
	unsigned long mask = 2, node0 = 1;
	struct gng_mem_proof proof;
	char *base;

	(void)state;
	if (!two_nodes())
		return;
	base = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(base != MAP_FAILED);
	assert_int_equal(syscall(SYS_mbind, base, LEN, MPOL_BIND, &node0, 65UL, 0), 0);
	memset(base, 1, LEN);
	assert_int_equal(syscall(SYS_mbind, base, LEN, MPOL_BIND, &mask, 65UL, 0), 0);
	assert_int_equal(gng_mem_prove_range(&proof, base, LEN, NULL), GNG_OK);
	assert_int_equal(proof.node_len[0], LEN);
	assert_int_equal(proof.node_len[1], 0);
	munmap(base, LEN);
}

/* No node has 16 TiB, and BIND does not spill to the other one. */
static void a_full_node_is_an_error_and_no_spill(void **state)
{
	const struct gng_mem_request request = {.len = (size_t)1 << 44, .node = 1};
	struct gng_mem *mem;
	struct gng_why why;

	(void)state;
	if (!two_nodes())
		return;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_ENOMEM);
	assert_non_null(strstr(why.text, "are free on node 1"));
}

/* fill takes what is free on a node but some, in small pages bound there, and never gives it back.
 */
static void fill(int node, size_t but)
{
	const unsigned long mask = 1ul << node;
	const size_t len = free_on(node) - but;
	char *base = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(base != MAP_FAILED);
	assert_int_equal(madvise(base, len, MADV_NOHUGEPAGE), 0);
	assert_int_equal(syscall(SYS_mbind, base, len, MPOL_BIND, &mask, 65UL, 0), 0);
	memset(base, 1, len);
}

/* spilled returns how many bytes of huge pages that are touched on node 0 lie on node 1. */
static size_t spilled(int policy)
{
	const unsigned long mask = 1;
	struct gng_mem_proof proof;
	char *base =
		mmap(NULL, SPILL_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(base != MAP_FAILED);
	assert_int_equal(madvise(base, SPILL_LEN, MADV_HUGEPAGE), 0);
	if (policy)
		assert_int_equal(syscall(SYS_mbind, base, SPILL_LEN, policy, &mask, 65UL, 0), 0);
	memset(base, 1, SPILL_LEN);
	assert_int_equal(gng_mem_prove_range(&proof, base, SPILL_LEN, NULL), GNG_OK);
	assert_int_equal(proof.present_len, SPILL_LEN);
	munmap(base, SPILL_LEN);
	return proof.node_len[1];
}

static void run_on_node_0(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus); /* of a guest of nodes.case it is there */
	assert_int_equal(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
}

/* The same pages stay where they are touched as long as there is room. */
static void without_binding_pages_spill_to_the_other_node(void **state)
{
	(void)state;
	if (!two_nodes())
		return;
	if (!getenv("GNG_LAB"))
		return gng_probe_skip("only a guest's node is filled up",
				      "gonogo lab run mem-nodes");
	run_on_node_0();
	assert_int_equal(spilled(0), 0);
	assert_int_equal(spilled(MPOL_BIND), 0);
	fill(0, SPILL_LEN / 2);
	assert_true(spilled(0) > 0);
	assert_true(spilled(MPOL_PREFERRED) > 0);
}

/* ---- NUMA balancing ---- */

#define BALANCED_LEN (8 * GNG_MEM_HUGE)

static uint64_t num_hinted(void)
{
	char line[120];
	uint64_t num = 0;
	FILE *file = fopen("/proc/vmstat", "re");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "numa_pte_updates %" SCNu64, &num) == 1)
			break;
	if (file)
		fclose(file);
	return num;
}

struct writer {
	pthread_t thread;
	unsigned int cpu;
	uint8_t *base;
	atomic_bool *over;
};

static void *write_from_a_cpu(void *arg)
{
	const struct writer *writer = arg;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(writer->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (size_t at = 0; !*writer->over; at = (at + 4096 * 7 + 64) % BALANCED_LEN)
		((volatile uint8_t *)writer->base)[at]++;
	return NULL;
}

/* prove_beside proves again and again while both nodes' CPUs write to the arena, until the kernel
 * has taken access away from as many pages as there are; false with the proof that lacks some. */
static bool prove_beside(struct gng_mem_proof *proof, const struct gng_mem *mem)
{
	atomic_bool over = false;
	struct writer writers[2];
	const uint64_t before = num_hinted();
	const time_t end = time(NULL) + 30;
	bool is_same = true;

	for (unsigned int i = 0; i < 2; i++) {
		writers[i] = (struct writer){.cpu = i, .base = gng_mem_base(mem), .over = &over};
		pthread_create(&writers[i].thread, NULL, write_from_a_cpu, &writers[i]);
	}
	while (is_same && num_hinted() - before < BALANCED_LEN / 4096 && time(NULL) < end)
		is_same = gng_mem_prove(proof, mem, NULL) == GNG_OK && !*proof->shortfall;
	over = true;
	for (int i = 0; i < 2; i++)
		pthread_join(writers[i].thread, NULL);
	printf("access was taken away from %" PRIu64 " pages\n", num_hinted() - before);
	assert_true(num_hinted() > before);
	return is_same;
}

/* A page without access, of which the kernel wants to know who uses it, is in memory all the same.
 */
static void a_balanced_arena_is_proved_whole(void **state)
{
	(void)state;
	if (!two_nodes())
		return;
	if (!getenv("GNG_LAB"))
		return gng_probe_skip("whether a host balances is its owner's matter",
				      "gonogo lab run mem-nodes");
	for (int backend = GNG_MEM_THP; backend <= GNG_MEM_SMALL; backend += 2) {
		const struct gng_mem_request request = {.len = BALANCED_LEN,
							.node = GNG_MEM_ANY_NODE,
							.backend = (enum gng_mem_backend)backend,
							.mode = GNG_MEM_STRICT};
		struct gng_mem_proof proof;
		struct gng_mem *mem;
		struct gng_why why;

		if (gng_mem_open(&mem, &request, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (!prove_beside(&proof, mem))
			suite_fail("backend %d: %s", backend, proof.shortfall);
		gng_mem_close(mem);
	}
}

static void a_guest_balances_two_nodes(void **state)
{
	const char *build = getenv("GNG_BUILD_DIR");

	(void)state;
	if (build && strcmp(build + strlen(build) - strlen("asan"), "asan") == 0) {
		gng_probe_skip("the kernel looks at a sanitizer's shadow first, for minutes",
			       "gonogo check --slow --builds release");
		return;
	}
	guest_judge("6.1-cloud",
		    "title: balancing of two NUMA nodes\nkernel: 6.1-cloud\ncpus: 2\nnode: 384\n"
		    "node: 384\nappend: no_timer_check\ndeadline: 120\n"
		    "run: conformance.mem.nodes.a_balanced_arena_is_proved_whole\n",
		    NULL);
}

/* Memory that this process may not read is proved, too, and nothing dies of it. */
static void closed_memory_is_looked_at(void **state)
{
	struct gng_mem_proof proof;
	char *base = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(base != MAP_FAILED);
	memset(base, 1, LEN / 2);
	assert_int_equal(mprotect(base, LEN, PROT_NONE), 0);
	mem_nodes_settle(base, LEN);
	assert_int_equal(gng_mem_prove_range(&proof, base, LEN, NULL), GNG_OK);
	assert_true(proof.present_len <= LEN / 2 + GNG_MEM_HUGE);
	munmap(base, LEN);
}

const struct suite_test suite_tests[] = {
	TEST(every_backend_binds_to_each_node, "D3.mem.bind D3.mem.strict"),
	TEST(a_policy_after_the_touch_moves_nothing, "D3.mem.bind"),
	TEST(without_binding_pages_spill_to_the_other_node, "D3.mem.bind"),
	TEST(a_balanced_arena_is_proved_whole, "D3.mem.proof D3.mem.pressure"),
	TEST_SLOW(a_guest_balances_two_nodes, "D3.mem.pressure"),
	TEST(closed_memory_is_looked_at, "D3.mem.proof"),
	TEST(a_full_node_is_an_error_and_no_spill, "D3.mem.pressure"),
	{0},
};
