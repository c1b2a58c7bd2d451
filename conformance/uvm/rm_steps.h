/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rm_steps.h - what a process does with handles of the resource manager and what must come of it,
 * on either model, each of which shows a GPU.
 */
#ifndef CONFORMANCE_UVM_RM_STEPS_H
#define CONFORMANCE_UVM_RM_STEPS_H

#include "rm_client.h"

#define NOT_FOUND 0x57u
#define INVALID_PARENT 0x36u
#define INVALID_CLIENT 0x23u
#define INVALID_CLASS 0x22u

/* ---- the ordinary way ---- */

static int rm_whole(void *arg)
{
	const int before = num_descriptors();
	struct rm_client client = rm_client_open();

	(void)arg;
	expect(gng_uvm_rm_is_model(client.rm), "it says that it is a model");
	expect(memcmp(client.gpu.uuid, "gonogo-model-GPU", 16) == 0, "the identifier");
	rm_client_fill(&client);
	expect(gng_uvm_rm_num_objects(client.rm) == 4, "four objects");
	rm_client_close(&client);
	expect(num_descriptors() == before, "no descriptor is left open");
	return num_wrong;
}

/* ---- what the driver refuses ---- */

/* len_of is the size of a class's parameters as of 595.45.04. */
static size_t len_of(uint32_t class_number)
{
	return class_number == 0x2080 ? 4 : class_number == 0x40 ? 128 : 56;
}

static void refused(struct gng_uvm_rm *rm, uint32_t parent, uint32_t class_number, void *params,
		    uint32_t wanted, const char *what)
{
	uint32_t object, verdict = 0;
	const enum gng_status status = gng_uvm_rm_alloc(rm, &object, parent, class_number, params,
							len_of(class_number), &verdict, NULL);

	if (status == GNG_ESYS && verdict == wanted)
		return;
	fprintf(stderr, "verdict %s, and should be %s\n", gng_uvm_status_name(verdict),
		gng_uvm_status_name(wanted));
	expect(false, what);
}

static int rm_refusals(void *arg)
{
	struct rm_client client = rm_client_open();
	const size_t before = gng_uvm_rm_num_objects(client.rm);
	uint32_t params[32] = {0};
	void *nowhere =
		mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* unreadable */

	(void)arg;
	refused(client.rm, 0x1234, 0x2080, NULL, NOT_FOUND, "a parent that is none");
	refused(client.rm, 0, 0x2080, NULL, INVALID_PARENT, "a subdevice below a client");
	refused(client.rm, client.gpu.subdevice, 0x80, params, INVALID_PARENT,
		"a device below a subdevice");
	refused(client.rm, 0, 0x7777, NULL, INVALID_CLASS, "a class that is none");
	refused(client.rm, client.gpu.device, 0x90f1, NULL, GNG_UVM_INVALID_ARGUMENT,
		"an address space without parameters");
	refused(client.rm, client.gpu.device, 0x2080, NULL, 0x1a, "a second subdevice");
	refused(client.rm, client.gpu.device, 0x90f1, nowhere, GNG_UVM_INVALID_ADDRESS,
		"parameters that cannot be read");
	params[0] = 32;
	refused(client.rm, 0, 0x80, params, GNG_UVM_INVALID_ARGUMENT, "device 32");
	params[0] = 31;
	refused(client.rm, 0, 0x80, params, GNG_UVM_INVALID_STATE, "a device that is not there");
	params[0] = 7; /* the owner of no bytes */
	refused(client.rm, client.gpu.device, 0x40, params, GNG_UVM_INVALID_ARGUMENT,
		"memory of no length");
	params[0] = 0;
	params[16] = 4096; /* bytes of no owner */
	refused(client.rm, client.gpu.device, 0x40, params, 0x39, "memory of no owner");
	expect(gng_uvm_rm_alloc(client.rm, params, client.gpu.device, 0x90f1, params, 48, NULL,
				NULL) == GNG_EINVAL,
	       "the size of another version is not sent");
	expect(gng_uvm_rm_num_objects(client.rm) == before, "what was refused is not kept");
	rm_client_close(&client);
	return num_wrong;
}

/* ---- memory that is all there is ---- */

#define ALL_MEMORY ((uint64_t)1 << 30) /* of the models' GPU */

static int rm_full(void *arg)
{
	struct rm_client client = rm_client_open();
	uint32_t most, rest, verdict;

	(void)arg;
	expect(gng_uvm_rm_memory(client.rm, &most, &client.gpu, ALL_MEMORY + 1, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == 0x51,
	       "no more than there is");
	expect(gng_uvm_rm_memory(client.rm, &most, &client.gpu, ALL_MEMORY - 65536, &verdict,
				 NULL) == GNG_OK,
	       "all but a page");
	expect(gng_uvm_rm_memory(client.rm, &rest, &client.gpu, 65537, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == 0x51,
	       "two pages are not left");
	expect(gng_uvm_rm_memory(client.rm, &rest, &client.gpu, 1, &verdict, NULL) == GNG_OK,
	       "one is");
	expect(gng_uvm_rm_free(client.rm, most, NULL, NULL) == GNG_OK &&
		       gng_uvm_rm_memory(client.rm, &most, &client.gpu, ALL_MEMORY - 65536,
					 &verdict, NULL) == GNG_OK,
	       "what is freed is there again");
	rm_client_close(&client);
	return num_wrong;
}

/* ---- what only a raw call can do ---- */

/* rm_alloc_words and rm_free_words are structures of 535 and later. */
struct rm_alloc_words {
	uint32_t client, parent, object, class_number;
	uint64_t params;
	uint32_t len, status;
};

struct rm_free_words {
	uint32_t client, parent, object, status;
};

#define RAW_ALLOC _IOC(_IOC_READ | _IOC_WRITE, 'F', 0x2b, sizeof(struct rm_alloc_words))
#define RAW_FREE _IOC(_IOC_READ | _IOC_WRITE, 'F', 0x29, sizeof(struct rm_free_words))

/* raw_free returns the verdict. */
static uint32_t raw_free(int fd, uint32_t client, uint32_t object)
{
	struct rm_free_words words = {client, client, object, 99};

	return ioctl(fd, RAW_FREE, &words) == 0 ? words.status : GNG_UVM_NO_VERDICT;
}

static uint32_t raw_device(int fd, uint32_t client, uint32_t object)
{
	uint8_t device[56] = {0};
	struct rm_alloc_words words = {client, client, object, 0x80, (uintptr_t)device, 0, 99};

	return ioctl(fd, RAW_ALLOC, &words) == 0 ? words.status : GNG_UVM_NO_VERDICT;
}

static int rm_raw(void *arg)
{
	struct rm_client client = rm_client_open();
	const struct gng_uvm_handle root = gng_uvm_rm_handle(client.rm, 0);
	const uint32_t mine = 0x1000;
	const int other = open("/dev/nvidiactl", O_RDWR);
	struct gng_why why;

	(void)arg;
	expect(raw_device(root.fd, root.client, client.gpu.device) == 0x19,
	       "the same handle again");
	expect(raw_device(root.fd, root.client, root.client) == INVALID_PARENT,
	       "the client's handle for an object");
	expect(raw_device(root.fd, root.client, 0xc9f00001) == 0x33, "a handle of the firmware");
	expect(raw_device(other, root.client, mine) == INVALID_CLIENT, "a client of another file");
	expect(raw_device(root.fd, 0x1234, mine) == 0x33, "a client that is none");
	expect(raw_device(client.gpu.fd, root.client, mine) == GNG_UVM_NO_VERDICT &&
		       errno == EINVAL,
	       "an allocation through the device of a GPU");
	expect(ioctl(root.fd, _IOC(_IOC_READ | _IOC_WRITE, 'F', 0x29, 15), &root) != 0 &&
		       errno == EINVAL,
	       "a structure of another size");
	expect(ioctl(root.fd, _IOC(_IOC_READ | _IOC_WRITE, 'F', 0x99, 16), &root) != 0 &&
		       errno == EINVAL,
	       "a call that is none");
	expect(raw_device(root.fd, root.client, mine) == GNG_UVM_OK, "a raw allocation");
	expect(raw_free(root.fd, root.client, mine) == GNG_UVM_OK, "and freed");
	expect(raw_free(root.fd, root.client, mine) == GNG_UVM_OK,
	       "what is freed again is no error to the driver");
	expect(gng_uvm_rm_free(client.rm, mine, NULL, &why) == GNG_EINVAL, "but it is one to us");
	close(other);
	rm_client_close(&client);
	return num_wrong;
}

/* ---- objects that are gone ---- */

static int rm_gone(void *arg)
{
	struct rm_client client = rm_client_open();
	uint8_t params[268] = {0};
	uint32_t verdict;

	(void)arg;
	params[4] = 2; /* flags: 16 bytes, and no text */
	expect(gng_uvm_rm_control(client.rm, client.gpu.subdevice, 0x2080014a, params, 268,
				  &verdict, NULL) == GNG_OK &&
		       params[8] == 16,
	       "the identifier of a GPU");
	expect(gng_uvm_rm_control(client.rm, client.gpu.subdevice, 0x2080014a, params, 264,
				  &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ARGUMENT,
	       "parameters of another size");
	expect(gng_uvm_rm_control(client.rm, client.gpu.device, 0x2080014a, params, 268, &verdict,
				  NULL) == GNG_ESYS &&
		       verdict == 0x56,
	       "a control of another class");
	expect(gng_uvm_rm_free(client.rm, client.gpu.subdevice, &verdict, NULL) == GNG_OK, "free");
	expect(gng_uvm_rm_control(client.rm, client.gpu.subdevice, 0x2080014a, params, 268,
				  &verdict, NULL) == GNG_ESYS &&
		       verdict == NOT_FOUND,
	       "use after free");
	expect(gng_uvm_rm_free(client.rm, client.gpu.subdevice, &verdict, NULL) == GNG_EINVAL,
	       "free after free");
	rm_client_close(&client);
	return num_wrong;
}

/* ---- forks, closed descriptors ---- */

static int rm_fork(void *arg)
{
	struct rm_client client = rm_client_open();
	struct gng_why why;
	pid_t child;

	(void)arg;
	rm_client_fill(&client);
	child = fork();
	if (child == 0) {
		uint32_t object, verdict = 99;

		expect(gng_uvm_rm_memory(client.rm, &object, &client.gpu, 4096, &verdict, &why) ==
				       GNG_EUNSUPPORTED &&
			       strstr(why.text, "forked child") && verdict == 0,
		       "a child allocates nothing");
		expect(gng_uvm_rm_free(client.rm, client.memory, NULL, NULL) == GNG_EUNSUPPORTED,
		       "a child frees nothing");
		expect(gng_uvm_rm_close(client.rm, NULL) == GNG_OK, "a child's close");
		_exit(num_wrong);
	}
	await_child(child);
	expect(gng_uvm_rm_num_objects(client.rm) == 4, "the parent keeps all");
	expect(gng_uvm_rm_free(client.rm, client.memory, NULL, NULL) == GNG_OK,
	       "which are there for the driver too");
	rm_client_close(&client);
	return num_wrong;
}

static int rm_closed(void *arg)
{
	struct rm_client client = rm_client_open();
	const int fd = gng_uvm_rm_handle(client.rm, 0).fd;
	uint32_t object;
	struct gng_why why;

	(void)arg;
	close(fd);
	expect(gng_uvm_rm_memory(client.rm, &object, &client.gpu, 4096, NULL, &why) ==
			       GNG_EUNSUPPORTED &&
		       strstr(why.text, "closed behind our back"),
	       "a descriptor that is closed");
	expect(open("/dev/null", O_RDONLY) == fd, "its number is another file's");
	expect(gng_uvm_rm_memory(client.rm, &object, &client.gpu, 4096, NULL, NULL) ==
		       GNG_EUNSUPPORTED,
	       "which is not asked");
	close(client.gpu.fd);
	expect(gng_uvm_rm_close(client.rm, &why) == GNG_EUNSUPPORTED, "close says so");
	expect(fcntl(fd, F_GETFD) >= 0, "and leaves the other file open");
	return num_wrong;
}

#endif /* CONFORMANCE_UVM_RM_STEPS_H */
