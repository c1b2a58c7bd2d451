/* SPDX-License-Identifier: Apache-2.0 */
/* prove.c - puts the witnesses together, and says where they contradict the request. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem_proof.h"

#define SMAPS "/proc/self/smaps"
#define THP "/sys/kernel/mm/transparent_hugepage/enabled"
#define BALANCING "/proc/sys/kernel/numa_balancing"

/* read_whole reads a file of /proc, which has no size, with read(2): stdio would allocate inside
 * the very address space that is read, and may split a VMA between two reads. */
static char *read_whole(size_t *len, const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t cap = (size_t)1 << 16;
	char *text = fd < 0 ? NULL : malloc(cap);
	ssize_t n = 1;

	*len = 0;
	while (text && n > 0) {
		if (*len + 1 == cap) {
			char *grown = realloc(text, cap *= 2);

			if (!grown)
				break;
			text = grown;
		}
		n = read(fd, text + *len, cap - 1 - *len);
		*len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	if (text && n != 0) {
		free(text);
		return NULL;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

static void read_thp(struct gng_mem_proof *proof)
{
	size_t len;
	char *text = read_whole(&len, THP);

	mem_thp_mode(proof->thp, text ? text : "");
	free(text);
}

int mem_tries(void)
{
	size_t len;
	char *text = read_whole(&len, BALANCING);
	const bool balanced = text && *text != '0';

	free(text);
	return balanced ? MEM_BALANCED_TRIES : 1;
}

static enum gng_status prove_once(struct gng_mem_proof *proof, const void *base, size_t len,
				  struct gng_why *why)
{
	const uintptr_t lo = (uintptr_t)base;
	enum gng_status status;
	size_t smaps_len;
	char *smaps;

	memset(proof, 0, sizeof(*proof));
	proof->len = len;
	read_thp(proof);
	smaps = read_whole(&smaps_len, SMAPS);
	if (!smaps)
		return gng_why_set(why, GNG_ESYS, errno, "mem.prove", SMAPS ": %s",
				   strerror(errno));
	status = mem_smaps_add(proof, smaps, smaps_len, lo, lo + len, why);
	free(smaps);
	return status == GNG_OK ? mem_nodes_add(proof, base, len, why) : status;
}

enum gng_status gng_mem_prove_range(struct gng_mem_proof *proof, const void *base, size_t len,
				    struct gng_why *why)
{
	const uintptr_t lo = (uintptr_t)base;
	enum gng_status status;
	int tries;

	if ((lo | len) & 4095 || len == 0 || lo + len < lo)
		return gng_why_set(
			why, GNG_EINVAL, 0, "mem.prove",
			"a proof is of whole pages: base and length are multiples of 4096");
	status = prove_once(proof, base, len, why);
	if (status != GNG_OK || proof->present_len == len)
		return status;
	for (tries = mem_tries(); --tries > 0 && status == GNG_OK && proof->present_len < len;) {
		mem_nodes_settle(base, len);
		status = prove_once(proof, base, len, why);
	}
	return status;
}

/* ---- judging ---- */

static void judge_huge(struct gng_mem_proof *proof, const struct gng_mem_request *request)
{
	const size_t huge = proof->huge_len >> 10, all = proof->len >> 10;

	if (request->backend == GNG_MEM_SMALL && proof->huge_len)
		snprintf(proof->shortfall, sizeof(proof->shortfall),
			 "%zu of %zu KiB are in huge pages, and small ones were requested", huge,
			 all);
	else if (request->backend != GNG_MEM_SMALL && proof->huge_len != proof->len)
		snprintf(proof->shortfall, sizeof(proof->shortfall),
			 "%zu of %zu KiB are in huge pages (transparent_hugepage is %s): free "
			 "memory "
			 "is short or in pieces: echo 1 > /proc/sys/vm/compact_memory",
			 huge, all, proof->thp);
}

static void judge_nodes(struct gng_mem_proof *proof, const struct gng_mem_request *request)
{
	const size_t right =
		request->node < 0 ? proof->present_len : proof->node_len[request->node];

	if (right == proof->len)
		return;
	snprintf(proof->shortfall, sizeof(proof->shortfall),
		 "%zu of %zu KiB are on node %d: it has no more free memory (numactl --hardware)",
		 right >> 10, proof->len >> 10, request->node);
}

void mem_judge(struct gng_mem_proof *proof, const struct gng_mem_request *request)
{
	*proof->shortfall = '\0';
	if (proof->present_len != proof->len)
		snprintf(proof->shortfall, sizeof(proof->shortfall),
			 "%zu of %zu KiB are in memory: the rest was swapped or dropped: mlock it",
			 proof->present_len >> 10, proof->len >> 10);
	if (!*proof->shortfall)
		judge_huge(proof, request);
	if (!*proof->shortfall)
		judge_nodes(proof, request);
}
