/* SPDX-License-Identifier: Apache-2.0 */
/* nodes.c - on which NUMA node pages really are: move_pages(2) with no nodes moves nothing and
 * answers for each page, without privilege. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
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
