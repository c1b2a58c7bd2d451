/* SPDX-License-Identifier: Apache-2.0 */
/* nodes.c - on which NUMA node pages really are: move_pages(2) with no nodes moves nothing and
 * answers for each page, without privilege. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mem_proof.h"

#define PAGE ((size_t)4096)
#define AT_ONCE 512 /* the pages of one huge page; their addresses fit the stack */

/* count adds pages by their status: a node, or a negative errno (-ENOENT: not in memory). */
static void count(struct gng_mem_proof *proof, const int *status, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		if (status[i] < 0)
			continue;
		proof->present_len += PAGE;
		if (status[i] < GNG_MEM_MAX_NODES)
			proof->node_len[status[i]] += PAGE;
	}
}

enum gng_status mem_nodes_add(struct gng_mem_proof *proof, const void *base, size_t len,
			      struct gng_why *why)
{
	const uint8_t *at = base, *end = at + len;
	const void *pages[AT_ONCE];
	int status[AT_ONCE];

	while (at < end) {
		size_t num = 0;

		for (; num < AT_ONCE && at < end; at += PAGE)
			pages[num++] = at;
		if (syscall(SYS_move_pages, 0, num, pages, NULL, status, 0) != 0)
			return gng_why_set(why, GNG_ESYS, errno, "mem.nodes", "move_pages: %s",
					   strerror(errno));
		count(proof, status, num);
	}
	return GNG_OK;
}

/* ---- NUMA balancing ---- */

#define IS_PRESENT (UINT64_C(1) << 63) /* of a word of /proc/PID/pagemap */

/* look reads a byte of each of these pages that is in memory, as the kernel reads for others: what
 * this process may not read is an error there, and no signal. */
static void look(const uint64_t *words, const uint8_t *base, size_t num)
{
	struct iovec there[AT_ONCE];
	uint8_t bytes[AT_ONCE];
	struct iovec here = {bytes, 0};

	for (size_t i = 0; i < num; i++)
		if (words[i] & IS_PRESENT)
			there[here.iov_len++] = (struct iovec){(void *)(base + i * PAGE), 1};
	if (here.iov_len)
		(void)!process_vm_readv(getpid(), &here, 1, there, here.iov_len, 0);
}

void mem_nodes_settle(const void *base, size_t len)
{
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	const uint8_t *at = base, *end = at + len;
	uint64_t words[AT_ONCE];

	while (fd >= 0 && at < end) {
		const size_t left = (size_t)(end - at) / PAGE,
			     num = left < AT_ONCE ? left : AT_ONCE;
		const off_t from = (off_t)((uintptr_t)at / PAGE * sizeof(*words));

		if (pread(fd, words, num * sizeof(*words), from) != (ssize_t)(num * sizeof(*words)))
			break;
		look(words, at, num);
		at += num * PAGE;
	}
	if (fd >= 0)
		close(fd);
}
