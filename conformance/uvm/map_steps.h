/* SPDX-License-Identifier: Apache-2.0 */
/* map_steps.h - memory of the resource manager in a range of UVM, on either pair of models. */
#ifndef CONFORMANCE_UVM_MAP_STEPS_H
#define CONFORMANCE_UVM_MAP_STEPS_H

#include "rm_client.h"

static void map_wrongly(struct gng_uvm *uvm, const struct rm_client *client, uint64_t base)
{
	const struct gng_uvm_handle memory = gng_uvm_rm_handle(client->rm, client->memory),
				    vaspace = gng_uvm_rm_handle(client->rm, client->vaspace);
	uint32_t verdict;

	expect(gng_uvm_map_external(uvm, base, MEMORY_LEN, 0, client->gpu.uuid, &vaspace, &verdict,
				    NULL) == GNG_ESYS &&
		       verdict == 0x33,
	       "an address space is no memory");
	expect(gng_uvm_map_external(uvm, base, MEMORY_LEN, 65536, client->gpu.uuid, &memory,
				    &verdict, NULL) == GNG_ESYS &&
		       verdict == 0x37,
	       "beyond its end");
	expect(gng_uvm_map_external(uvm, base, MEMORY_LEN, 0, client->gpu.uuid, &memory, &verdict,
				    NULL) == GNG_OK,
	       "a mapping");
	expect(gng_uvm_unmap_external(uvm, base, MEMORY_LEN, client->gpu.uuid, &verdict, NULL) ==
		       GNG_OK,
	       "and none any more");
}

static void register_vaspace_of(struct gng_uvm *uvm, const struct rm_client *client)
{
	const struct gng_uvm_handle memory = gng_uvm_rm_handle(client->rm, client->memory),
				    vaspace = gng_uvm_rm_handle(client->rm, client->vaspace);
	uint32_t verdict;

	expect(gng_uvm_register_gpu_vaspace(uvm, client->gpu.uuid, &vaspace, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_PAGE_TABLE_NOT_AVAIL,
	       "there is no address space without the memory of a process");
	expect(gng_uvm_mm_initialize(uvm, &verdict, NULL) == GNG_OK, "which is kept now");
	expect(gng_uvm_register_gpu_vaspace(uvm, client->gpu.uuid, &memory, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == 0x31,
	       "memory is no address space");
	expect(gng_uvm_register_gpu_vaspace(uvm, client->gpu.uuid, &vaspace, &verdict, NULL) ==
		       GNG_OK,
	       "an address space");
}

static int register_and_map(void *arg)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	struct rm_client client = rm_client_open();
	const struct gng_uvm_handle root = gng_uvm_rm_handle(client.rm, 0);
	struct gng_uvm *uvm = open_one(0);
	struct gng_uvm_handle memory, vaspace;
	uint32_t verdict;
	int node;

	(void)arg;
	rm_client_fill(&client);
	memory = gng_uvm_rm_handle(client.rm, client.memory);
	vaspace = gng_uvm_rm_handle(client.rm, client.vaspace);
	expect(gng_uvm_register_gpu_vaspace(uvm, client.gpu.uuid, &vaspace, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_DEVICE,
	       "a GPU that is not registered");
	expect(gng_uvm_register_gpu(uvm, client.gpu.uuid, &root, &node, &verdict, NULL) == GNG_OK &&
		       node == -1,
	       "register");
	expect(gng_uvm_register_gpu(uvm, client.gpu.uuid, &root, &node, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_DEVICE,
	       "register again");
	expect(gng_uvm_create_external_range(uvm, base, MEMORY_LEN, &verdict, NULL) == GNG_OK,
	       "a range");
	expect(gng_uvm_map_external(uvm, base, MEMORY_LEN, 0, client.gpu.uuid, &memory, &verdict,
				    NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_DEVICE,
	       "no address space yet");
	register_vaspace_of(uvm, &client);
	map_wrongly(uvm, &client, base);
	expect(gng_uvm_migrate(uvm, base, MEMORY_LEN, client.gpu.uuid, -1, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ADDRESS,
	       "an external range does not migrate");
	expect(gng_uvm_map(uvm, THERE, LEN, NULL) == GNG_OK &&
		       gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)THERE, LEN, client.gpu.uuid, -1,
				       &verdict, NULL) == GNG_OK,
	       "managed memory does");
	expect(gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)THERE, LEN, NULL, 7, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ARGUMENT,
	       "but to no node that is not there");
	expect(gng_uvm_unregister_gpu_vaspace(uvm, client.gpu.uuid, &verdict, NULL) == GNG_OK &&
		       gng_uvm_unregister_gpu(uvm, client.gpu.uuid, &verdict, NULL) == GNG_OK,
	       "unregister");
	gng_uvm_close(uvm);
	rm_client_close(&client);
	return num_wrong;
}

#endif /* CONFORMANCE_UVM_MAP_STEPS_H */
