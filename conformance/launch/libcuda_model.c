/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcuda_model.c - a model of libcuda: a thread does what gonogo_launch of impl/launch/launch.cu
 * would do on a GPU. The tests build it as a shared library. It shows what happens on errors, and
 * that everything is given back; of a GPU and its speed it shows nothing.
 *
 * MODEL_FAIL=NAME:ERROR:N makes the Nth call of a function fail, and each one after it.
 * MODEL_VERSION is what cuDriverGetVersion says, MODEL_LACKS a function that it does not have, and
 * MODEL_MAJOR the compute capability. Built with -DMODEL_OLD it has no cuGetProcAddress_v2.
 * MODEL_DIES=N that the kernel ends at order N.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
#define SLOT_LEN 128
#define DEPTH 1024
#define STOP 0xffffffffu
#define MAX_LAUNCHES 4096
#define INVALID_VALUE 1
#define INVALID_CONTEXT 201
#define NOT_READY 600
#define LAUNCH_FAILED 719
#define TICK 32

typedef unsigned long long device_pointer;

/* launch is the arguments of one kernel. */
struct launch {
	unsigned char *ring, *packets;
	unsigned int *next, stays;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct launch queue[MAX_LAUNCHES], captured;
static unsigned long head, tail; /* kernels done, kernels launched */
static atomic_int ends, dead, capturing, live;
static pthread_t gpu;
static __thread void *current; /* the context of this thread */
static char context, module, function, stream, graph;

/* model_live returns how many things were made and not yet given back. */
EXPORT int model_live(void);
int model_live(void)
{
	return live;
}

/* model_kernels returns how many kernels run or wait. */
EXPORT int model_kernels(void);
int model_kernels(void)
{
	int num;

	pthread_mutex_lock(&lock);
	num = (int)(tail - head);
	pthread_mutex_unlock(&lock);
	return num;
}

/* fails counts the calls of name and returns the planted error once it is due. */
static int fails(const char *name)
{
	static atomic_int calls;
	const char *plan = getenv("MODEL_FAIL");
	const size_t len = strlen(name);
	int error, due;

	if (dead)
		return LAUNCH_FAILED;
	if (!plan || strncmp(plan, name, len) != 0 ||
	    sscanf(plan + len, ":%d:%d", &error, &due) != 2)
		return 0;
	return ++calls >= due ? error : 0;
}

static int in_context(const char *name)
{
	const int error = fails(name);

	return error ? error : current ? 0 : INVALID_CONTEXT;
}

static int make(const char *name, void **what, void *value)
{
	const int error = in_context(name);

	if (error)
		return error;
	live++;
	*what = value;
	return 0;
}

static int give_back(const char *name)
{
	live--; /* also of a dead device: CUDA frees all with the context */
	return dead ? LAUNCH_FAILED : fails(name);
}

/* ---- the GPU ---- */

/* globaltimer is a clock of its own, in steps. */
static unsigned long long globaltimer(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return ((unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec +
		123456789) /
	       TICK * TICK;
}

static unsigned int sum_of(const unsigned char *at, unsigned int len)
{
	unsigned int sum = 0, word;

	for (; len && len != STOP; at += 4, len -= len < 4 ? len : 4) {
		word = 0;
		memcpy(&word, at, len < 4 ? len : 4);
		sum += word;
	}
	return sum;
}

static void run(const struct launch *one)
{
	const char *dies = getenv("MODEL_DIES");
	unsigned int sequence = *one->next, len;
	unsigned long long at, size, began = globaltimer();

	do {
		unsigned char *slot = one->ring + (size_t)((sequence - 1) % DEPTH) * SLOT_LEN;

		for (unsigned int polls = 1; polls; polls++) {
			if (polls % 4096 == 0)
				nanosleep(&(struct timespec){0, 1000}, NULL);
			size = atomic_load((_Atomic unsigned long long *)(slot + 8));
			at = atomic_load((_Atomic unsigned long long *)slot);
			if (ends || (size >> 32 == sequence && at >> 48 == (sequence & 0xffff)))
				break;
		}
		if (one->stays)
			began = globaltimer();
		len = (unsigned int)size;
		if (ends || (dies && sequence >= (unsigned int)atoi(dies))) {
			dead = !ends;
			return;
		}
		memcpy(slot + 64, &began, 8);
		size = sum_of(one->packets + (at & 0xffffffffffffull), len);
		memcpy(slot + 72, &size, 4);
		atomic_store((_Atomic unsigned int *)(slot + 76), sequence);
		sequence++;
	} while (one->stays && len != STOP);
	*one->next = sequence;
}

static void *gpu_main(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	while (!ends) {
		struct launch one;

		if (head == tail) {
			pthread_cond_wait(&more, &lock);
			continue;
		}
		one = queue[head % MAX_LAUNCHES];
		pthread_mutex_unlock(&lock);
		if (!dead)
			run(&one);
		pthread_mutex_lock(&lock);
		head++;
		pthread_cond_broadcast(&more);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void enqueue(const struct launch *one)
{
	pthread_mutex_lock(&lock);
	queue[tail++ % MAX_LAUNCHES] = *one;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
}

/* ---- the interface ---- */

static int init(unsigned int flags)
{
	(void)flags;
	return fails("cuInit");
}

static int driver_version(int *version)
{
	const char *told = getenv("MODEL_VERSION");

	*version = told ? atoi(told) : 12040;
	return fails("cuDriverGetVersion");
}

static int error_name(int error, const char **name)
{
	*name = error == LAUNCH_FAILED ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR_OF_THE_MODEL";
	return 0;
}

static int device_count(int *count)
{
	*count = 1;
	return fails("cuDeviceGetCount");
}

static int device_get(int *device, int ordinal)
{
	*device = ordinal;
	return ordinal ? 101 : fails("cuDeviceGet");
}

static int device_name(char *name, int len, int device)
{
	(void)device;
	snprintf(name, (size_t)len, "model: no GPU at all");
	return 0;
}

static int device_attribute(int *value, int attribute, int device)
{
	const char *major = getenv("MODEL_MAJOR");

	(void)device;
	*value = attribute == 75 ? (major ? atoi(major) : 9) : attribute == 76 ? 0 : 1;
	return 0;
}

static int device_address(char *address, int len, int device)
{
	(void)device;
	snprintf(address, (size_t)len, "FFFF:FF:1F.7");
	return 0;
}

static int context_retain(void **made, int device)
{
	const int error = fails("cuDevicePrimaryCtxRetain");

	(void)device;
	if (error)
		return error;
	live++;
	*made = &context;
	ends = 0;
	return pthread_create(&gpu, NULL, gpu_main, NULL) == 0 ? 0 : 999;
}

static int context_release(int device)
{
	(void)device;
	pthread_mutex_lock(&lock);
	ends = 1;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
	pthread_join(gpu, NULL);
	head = tail = 0;
	return give_back("cuDevicePrimaryCtxRelease");
}

static int context_set(void *value)
{
	const int error = fails("cuCtxSetCurrent");

	if (!error)
		current = value;
	return error;
}

static int module_load(void **made, const void *image)
{
	if (!strstr(image, ".entry gonogo_launch"))
		return 218;
	return make("cuModuleLoadData", made, &module);
}

static int module_unload(void *value)
{
	(void)value;
	return give_back("cuModuleUnload");
}

static int module_function(void **made, void *of, const char *name)
{
	(void)of;
	*made = &function;
	return strcmp(name, "gonogo_launch") == 0 ? in_context("cuModuleGetFunction") : 500;
}

static int host_alloc(void **at, size_t len, unsigned int flags)
{
	const int error = make("cuMemHostAlloc", at, NULL);

	if (!error)
		*at = aligned_alloc(4096, (len + 4095) / 4096 * 4096);
	return flags == 3 ? error : INVALID_VALUE;
}

static int host_free(void *at)
{
	free(at);
	return give_back("cuMemFreeHost");
}

static int host_register(void *at, size_t len, unsigned int flags)
{
	void *same;

	return at && len && flags == 3 ? make("cuMemHostRegister", &same, at) : INVALID_VALUE;
}

static int host_unregister(void *at)
{
	(void)at;
	return give_back("cuMemHostUnregister");
}

static int host_device_pointer(device_pointer *pointer, void *at, unsigned int flags)
{
	(void)flags;
	*pointer = (device_pointer)at;
	return in_context("cuMemHostGetDevicePointer");
}

static int mem_alloc(device_pointer *pointer, size_t len)
{
	void *at = NULL;
	const int error = make("cuMemAlloc", &at, NULL);

	*pointer = error ? 0 : (device_pointer)calloc(1, len);
	return error;
}

static int mem_free(device_pointer pointer)
{
	free((void *)pointer);
	return give_back("cuMemFree");
}

static int memset_words(device_pointer pointer, unsigned int word, size_t num)
{
	for (size_t i = 0; i < num; i++)
		((unsigned int *)pointer)[i] = word;
	return in_context("cuMemsetD32");
}

static int stream_create(void **made, unsigned int flags)
{
	(void)flags;
	return make("cuStreamCreate", made, &stream);
}

static int stream_destroy(void *value)
{
	(void)value;
	return give_back("cuStreamDestroy");
}

static int stream_query(void *value)
{
	const int error = in_context("cuStreamQuery");
	int busy;

	(void)value;
	pthread_mutex_lock(&lock);
	busy = head != tail;
	pthread_mutex_unlock(&lock);
	return error ? error : busy ? NOT_READY : 0;
}

static int stream_synchronize(void *value)
{
	(void)value;
	pthread_mutex_lock(&lock);
	while (head != tail && !dead)
		pthread_cond_wait(&more, &lock);
	pthread_mutex_unlock(&lock);
	return in_context("cuStreamSynchronize");
}

static int launch_kernel(void *what, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z,
			 unsigned int block_x, unsigned int block_y, unsigned int block_z,
			 unsigned int shared_len, void *on, void **parameters, void **extra)
{
	const int error = in_context("cuLaunchKernel");
	struct launch one;

	if (error)
		return error;
	if (what != &function || grid_x != 1 || grid_y != 1 || grid_z != 1 || block_x != 32 ||
	    block_y != 1 || block_z != 1 || shared_len || on != &stream || extra)
		return INVALID_VALUE;
	one.ring = *(void **)parameters[0];
	one.next = *(void **)parameters[1];
	one.packets = *(void **)parameters[2];
	one.stays = *(unsigned int *)parameters[3];
	if (capturing)
		captured = one;
	else
		enqueue(&one);
	return 0;
}

static int capture_begin(void *on, int mode)
{
	const int error = in_context("cuStreamBeginCapture");

	(void)on;
	(void)mode;
	capturing = !error;
	return error;
}

static int capture_end(void *on, void **made)
{
	(void)on;
	capturing = 0;
	return make("cuStreamEndCapture", made, &graph);
}

static int graph_instantiate(void **made, void *of, unsigned long long flags)
{
	(void)of;
	return flags ? INVALID_VALUE : make("cuGraphInstantiateWithFlags", made, &captured);
}

static int graph_launch(void *exec, void *on)
{
	const int error = in_context("cuGraphLaunch");

	(void)on;
	if (!error)
		enqueue(exec);
	return error;
}

static int graph_exec_destroy(void *value)
{
	(void)value;
	return give_back("cuGraphExecDestroy");
}

static int graph_destroy(void *value)
{
	(void)value;
	return give_back("cuGraphDestroy");
}

/* ---- names ---- */

#define FUNCTION(name, code)       \
	{                          \
		name, (void *)code \
	}

static const struct {
	const char *name;
	void *code;
} functions[] = {
	FUNCTION("cuInit", init),
	FUNCTION("cuDriverGetVersion", driver_version),
	FUNCTION("cuGetErrorName", error_name),
	FUNCTION("cuDeviceGetCount", device_count),
	FUNCTION("cuDeviceGet", device_get),
	FUNCTION("cuDeviceGetName", device_name),
	FUNCTION("cuDeviceGetAttribute", device_attribute),
	FUNCTION("cuDeviceGetPCIBusId", device_address),
	FUNCTION("cuDevicePrimaryCtxRetain", context_retain),
	FUNCTION("cuDevicePrimaryCtxRelease", context_release),
	FUNCTION("cuCtxSetCurrent", context_set),
	FUNCTION("cuModuleLoadData", module_load),
	FUNCTION("cuModuleUnload", module_unload),
	FUNCTION("cuModuleGetFunction", module_function),
	FUNCTION("cuMemHostAlloc", host_alloc),
	FUNCTION("cuMemFreeHost", host_free),
	FUNCTION("cuMemHostRegister", host_register),
	FUNCTION("cuMemHostUnregister", host_unregister),
	FUNCTION("cuMemHostGetDevicePointer", host_device_pointer),
	FUNCTION("cuMemAlloc", mem_alloc),
	FUNCTION("cuMemFree", mem_free),
	FUNCTION("cuMemsetD32", memset_words),
	FUNCTION("cuStreamCreate", stream_create),
	FUNCTION("cuStreamDestroy", stream_destroy),
	FUNCTION("cuStreamQuery", stream_query),
	FUNCTION("cuStreamSynchronize", stream_synchronize),
	FUNCTION("cuLaunchKernel", launch_kernel),
	FUNCTION("cuStreamBeginCapture", capture_begin),
	FUNCTION("cuStreamEndCapture", capture_end),
	FUNCTION("cuGraphInstantiateWithFlags", graph_instantiate),
	FUNCTION("cuGraphLaunch", graph_launch),
	FUNCTION("cuGraphExecDestroy", graph_exec_destroy),
	FUNCTION("cuGraphDestroy", graph_destroy),
};

static int find(const char *name, void **code, int version)
{
	const char *lacks = getenv("MODEL_LACKS");
	const int error = fails("cuGetProcAddress");

	*code = NULL;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (version == 11040 && strcmp(functions[i].name, name) == 0 &&
		    !(lacks && strcmp(lacks, name) == 0))
			*code = functions[i].code;
	return error;
}

EXPORT int cuInit(unsigned int flags);
int cuInit(unsigned int flags)
{
	return init(flags);
}

EXPORT int cuDriverGetVersion(int *version);
int cuDriverGetVersion(int *version)
{
	return driver_version(version);
}

EXPORT int cuGetErrorName(int error, const char **name);
int cuGetErrorName(int error, const char **name)
{
	return error_name(error, name);
}

EXPORT int cuGetProcAddress(const char *name, void **code, int version, unsigned long long flags);
int cuGetProcAddress(const char *name, void **code, int version, unsigned long long flags)
{
	(void)flags;
	return find(name, code, version);
}

#ifndef MODEL_OLD
EXPORT int cuGetProcAddress_v2(const char *name, void **code, int version, unsigned long long flags,
			       int *found);
int cuGetProcAddress_v2(const char *name, void **code, int version, unsigned long long flags,
			int *found)
{
	(void)flags;
	*found = 0;
	return find(name, code, version);
}
#endif
