/* SPDX-License-Identifier: Apache-2.0 */
/*
 * closes_test.c - what ends with the last close of a file on seccomp's model: objects of a client,
 * states of a descriptor, whose number is another file's then. A copy of the descriptor keeps them,
 * in the same process, in a child, in another one or on the way there.
 */
#include "model.h"
#include "rm_client.h"

/* on_model runs steps on a GPU; dropped: objects that only a close freed. */
static void on_model(int (*steps)(void *arg), uint32_t dropped)
{
	struct gng_uvm_machine machine = {.version = any_version, .num_gpus = 1};

	if (!on_machine(&machine, steps, NULL, 0))
		return;
	assert_int_equal(machine.num_left, 0);
	assert_int_equal(machine.num_orphans, 0);
	assert_int_equal(machine.num_dropped, dropped);
}

/* ---- objects ---- */

#define ALL_OF_IT ((uint64_t)1 << 30) /* of a GPU's memory */
#define NUM_DROPPED 4		      /* a client, a device, a subdevice and that memory */

/* taker has all memory of the GPU, by two descriptors that are gone when it is told to close. */
static struct rm_client taker(void)
{
	struct rm_client client = rm_client_open();
	uint32_t verdict;

	expect(gng_uvm_rm_memory(client.rm, &client.memory, &client.gpu, ALL_OF_IT, &verdict,
				 NULL) == GNG_OK,
	       "all memory of a GPU");
	return client;
}

static int control_of(const struct rm_client *client)
{
	return gng_uvm_rm_handle(client->rm, 0).fd;
}

static void close_behind_its_back(const struct rm_client *client)
{
	close(control_of(client));
	close(client->gpu.fd);
}

/* is_free asks a client of its own for all of the memory, and gives it back. */
static bool is_free(void)
{
	struct rm_client client = rm_client_open();
	uint32_t memory, verdict;
	const bool ok = gng_uvm_rm_memory(client.rm, &memory, &client.gpu, ALL_OF_IT, &verdict,
					  NULL) == GNG_OK;

	expect(ok || verdict == 0x51, "NV_ERR_NO_MEMORY, if anything");
	rm_client_close(&client);
	return ok;
}

static int close_it(void *arg)
{
	const struct rm_client client = taker();

	(void)arg;
	expect(!is_free(), "two clients have one GPU");
	close(control_of(&client));
	expect(!is_free(), "the device of the GPU keeps the client");
	close(client.gpu.fd);
	expect(is_free(), "the last close frees its memory");
	return num_wrong;
}

static void a_last_close_frees_what_is_left(void **state)
{
	(void)state;
	on_model(close_it, NUM_DROPPED);
}

static int copy_it(void *arg)
{
	const struct rm_client client = taker();
	const int copy = dup(control_of(&client));

	(void)arg;
	close_behind_its_back(&client);
	expect(!is_free(), "a copy keeps it");
	close(copy);
	expect(is_free(), "as long as it is there");
	return num_wrong;
}

static void a_copy_keeps_a_client(void **state)
{
	(void)state;
	on_model(copy_it, NUM_DROPPED);
}

static int inherit_it(void *arg)
{
	const struct rm_client client = taker();
	int go[2];
	pid_t child;
	char byte;

	(void)arg;
	expect(pipe(go) == 0, "a pipe");
	child = fork();
	if (child == 0) {
		close(go[1]);
		_exit(read(go[0], &byte, 1) == 0 ? 0 : 1); /* until the parent closes its end */
	}
	close(go[0]);
	close_behind_its_back(&client);
	expect(!is_free(), "a child keeps its parent's client");
	close(go[1]);
	await_child(child);
	expect(is_free(), "until it ends");
	return num_wrong;
}

static void a_child_keeps_its_parent_s_client(void **state)
{
	(void)state;
	on_model(inherit_it, NUM_DROPPED);
}

static int send_it(void *arg)
{
	const struct rm_client client = taker();
	int channel[2], copy;

	(void)arg;
	expect(socketpair(AF_UNIX, SOCK_STREAM, 0, channel) == 0, "a channel");
	pass(channel[0], control_of(&client));
	close_behind_its_back(&client);
	expect(!is_free(), "what is on its way is open");
	copy = receive(channel[1]);
	expect(copy >= 0 && !is_free(), "and so is what arrived");
	close(copy);
	expect(is_free(), "until it is closed, too");
	return num_wrong;
}

static void what_is_on_its_way_is_kept(void **state)
{
	(void)state;
	on_model(send_it, NUM_DROPPED);
}

/* ---- states ---- */

static int use_the_number_again(void *arg)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	struct gng_uvm *uvm = open_one(0);
	const int fd = gng_uvm_fd(uvm);
	uint8_t early[24] = {0};
	uint32_t verdict;

	(void)arg;
	expect(gng_uvm_create_external_range(uvm, base, LEN, &verdict, NULL) == GNG_OK, "a range");
	close(fd);
	expect(open("/dev/nvidia-uvm", O_RDWR) == fd, "the number is given again");
	expect(raw_map(fd, HERE, EBADFD), "to a file that nobody initialised");
	expect(ioctl(fd, 72, early) == 0 && early[16] == GNG_UVM_ILLEGAL_ACTION, "of no ranges");
	close(fd);
	return num_wrong;
}

static void a_number_is_no_file(void **state)
{
	(void)state;
	on_model(use_the_number_again, 0);
}

/* Whoever keeps the memory of a process lets it go with his last descriptor, and for good. */
static int register_late(void *arg)
{
	struct rm_client client = rm_client_open();
	const struct gng_uvm_handle root = gng_uvm_rm_handle(client.rm, 0);
	struct gng_uvm *uvm = open_one(0);
	int32_t params[2] = {gng_uvm_fd(uvm), 99};
	const int keeper = open("/dev/nvidia-uvm", O_RDWR);
	uint32_t verdict;
	int node;

	(void)arg;
	expect(ioctl(keeper, 75, params) == 0 && params[1] == GNG_UVM_OK, "memory is kept");
	close(keeper);
	expect(gng_uvm_register_gpu(uvm, client.gpu.uuid, &root, &node, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_PAGE_TABLE_NOT_AVAIL,
	       "a space without memory takes no GPU");
	gng_uvm_close(uvm);
	rm_client_close(&client);
	return num_wrong;
}

static void without_memory_a_space_takes_no_gpu(void **state)
{
	(void)state;
	on_model(register_late, 0);
}

/* ---- how many ---- */

#define AT_ONCE 64

static int open_many(void *arg)
{
	int fds[AT_ONCE], one = -1;

	(void)arg;
	for (int i = 0; i < 3 * AT_ONCE; i++) {
		one = open("/dev/nvidia-uvm", O_RDWR);
		expect(one >= 0, "one after the other, as often as one likes");
		close(one);
	}
	for (int i = 0; i < AT_ONCE; i++)
		fds[i] = open("/dev/nvidia-uvm", O_RDWR);
	expect(fds[AT_ONCE - 1] >= 0, "64 at once");
	expect(open("/dev/nvidia-uvm", O_RDWR) < 0 && errno == EMFILE, "and no more");
	close(fds[0]);
	expect(open("/dev/nvidia-uvm", O_RDWR) == fds[0], "but in place of one");
	for (int i = 0; i < AT_ONCE; i++)
		close(fds[i]);
	return num_wrong;
}

static void files_are_counted_that_are_open(void **state)
{
	(void)state;
	on_model(open_many, 0);
}

const struct suite_test suite_tests[] = {
	TEST(a_last_close_frees_what_is_left, "D2.uvm.control D2.uvm.model"),
	TEST(a_copy_keeps_a_client, "D2.uvm.control D2.uvm.model"),
	TEST(a_child_keeps_its_parent_s_client, "D2.uvm.control D2.uvm.context"),
	TEST(what_is_on_its_way_is_kept, "D2.uvm.control D2.uvm.context"),
	TEST(a_number_is_no_file, "D2.uvm.context D2.uvm.model"),
	TEST(without_memory_a_space_takes_no_gpu, "D2.uvm.context"),
	TEST(files_are_counted_that_are_open, "D2.uvm.model"),
	{0},
};
