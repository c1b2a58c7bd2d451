/* SPDX-License-Identifier: Apache-2.0 */
/* rm_client.h - a client of the resource manager with the first GPU, its address space and memory.
 */
#ifndef CONFORMANCE_UVM_RM_CLIENT_H
#define CONFORMANCE_UVM_RM_CLIENT_H

#include "child.h"

#include <dirent.h>

#define MEMORY_LEN ((uint64_t)2 << 20)

struct rm_client {
	struct gng_uvm_rm *rm;
	struct gng_uvm_gpu gpu;
	uint32_t vaspace, memory;
};

static inline struct rm_client rm_client_open(void)
{
	const struct gng_uvm_rm_request request = {.version = NULL};
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	struct rm_client client;
	struct gng_why why;
	size_t num;

	if (gng_uvm_rm_open(&client.rm, &request, &why) == GNG_OK &&
	    gng_uvm_rm_cards(client.rm, cards, &num, &why) == GNG_OK && num >= 1 &&
	    gng_uvm_rm_attach(client.rm, &client.gpu, &cards[0], NULL, &why) == GNG_OK)
		return client;
	fprintf(stderr, "wrong: %s\n", why.text);
	_exit(100);
}

static inline void rm_client_fill(struct rm_client *client)
{
	uint32_t verdict;

	expect(gng_uvm_rm_vaspace(client->rm, &client->vaspace, &client->gpu, &verdict, NULL) ==
		       GNG_OK,
	       "an address space");
	expect(gng_uvm_rm_memory(client->rm, &client->memory, &client->gpu, MEMORY_LEN, &verdict,
				 NULL) == GNG_OK,
	       "memory");
}

static inline void rm_client_close(struct rm_client *client)
{
	expect(gng_uvm_rm_detach(client->rm, &client->gpu, NULL) == GNG_OK, "detach");
	expect(gng_uvm_rm_num_objects(client->rm) == 0, "nothing is kept behind a GPU");
	expect(gng_uvm_rm_close(client->rm, NULL) == GNG_OK, "close");
}

/* num_descriptors counts what this process has open. */
static inline int num_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int num = 0;

	while (folder && readdir(folder))
		num++;
	if (folder)
		closedir(folder);
	return num;
}

#endif /* CONFORMANCE_UVM_RM_CLIENT_H */
