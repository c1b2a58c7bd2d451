/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuda.c - the back ends of CUDA: a kernel for each packet, a graph for each packet, or one kernel
 * that stays and polls the ring. All run gonogo_launch of launch.cu on one stream.
 */
#include "cuda_api.h"
#include "launch_ring.h"

#include <stdio.h>
#include <stdlib.h>

#define GPU_HZ 1e9 /* %globaltimer counts nanoseconds (PTX ISA, "Special Registers") */
#define WARP 32

extern const char *const launch_ptx[]; /* of CMakeLists.txt */

struct cuda_device {
	struct cuda_api api;
	void *library;
	CUdevice device;
	CUcontext context;
	CUmodule module;
	CUfunction function;
	CUstream stream;
	CUgraphExec graph;
	void *ring;	  /* mapped memory of the host */
	void *registered; /* the caller's packets, once they are */
	CUdeviceptr ring_at, next_at, packets_at;
};

/* make_current: CUDA keeps the context by thread, a goroutine changes threads, and others who use
 * CUDA in this thread change it too: so it is set for each launch, which takes a hundredth of that.
 */
static enum gng_status make_current(struct cuda_device *device, struct gng_why *why)
{
	return cuda_api_say(&device->api, device->api.context_set(device->context),
			    "cuCtxSetCurrent", why);
}

static enum gng_status launch_kernel(struct cuda_device *device, unsigned int stays,
				     struct gng_why *why)
{
	void *parameters[] = {&device->ring_at, &device->next_at, &device->packets_at, &stays};

	return cuda_api_say(&device->api,
			    device->api.launch_kernel(device->function, 1, 1, 1, WARP, 1, 1, 0,
						      device->stream, parameters, NULL),
			    "cuLaunchKernel", why);
}

static enum gng_status kick(struct gng_launch *launch, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	enum gng_status status;

	if (launch->polling) /* the order is all it needs */
		return GNG_OK;
	status = make_current(device, why);
	if (status == GNG_OK && launch->info.backend == GNG_LAUNCH_CUDA_PERSISTENT) {
		status = launch_kernel(device, 1, why);
		launch->polling = status == GNG_OK;
		return status;
	}
	if (status != GNG_OK)
		return status;
	if (!device->graph)
		return launch_kernel(device, 0, why);
	return cuda_api_say(&device->api, device->api.graph_launch(device->graph, device->stream),
			    "cuGraphLaunch", why);
}

/* health: a stream that is idle while a kernel should stay is as dead as one with an error. */
static enum gng_status health(struct gng_launch *launch, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	enum gng_status status = make_current(device, why);
	CUresult error;

	if (status != GNG_OK)
		return status;
	error = device->api.stream_query(device->stream);
	if (error == CUDA_NOT_READY)
		return GNG_OK;
	if (error == CUDA_SUCCESS_CODE && launch->polling)
		return gng_why_set(why, GNG_ESYS, 0, "launch.cuda",
				   "the kernel that should stay has ended");
	return cuda_api_say(&device->api, error, "cuStreamQuery", why);
}

static enum gng_status end_kernel(struct gng_launch *launch, struct gng_why *why)
{
	struct cuda_device *device = launch->device;

	launch->polling = false;
	if (launch->broken.status != GNG_OK) { /* it cannot answer */
		if (why)
			*why = launch->broken;
		return launch->broken.status;
	}
	if (!launch_stop(launch)) {
		const enum gng_status status = health(launch, why);

		return status != GNG_OK ? status
					: gng_why_set(why, GNG_ESYS, 0, "launch.cuda",
						      "the kernel does not end within 2 s");
	}
	return cuda_api_say(&device->api, device->api.stream_synchronize(device->stream),
			    "cuStreamSynchronize", why);
}

static enum gng_status cuda_pause(struct gng_launch *launch, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (launch->polling)
		status = make_current(launch->device, why);
	if (status == GNG_OK && launch->polling)
		status = end_kernel(launch, why);
	return status;
}

/* pinging: the quickest pings are those to a kernel that stays. */
static enum gng_status pinging(struct gng_launch *launch, bool begins, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	enum gng_status status = make_current(device, why);
	const bool stays = launch->info.backend == GNG_LAUNCH_CUDA_PERSISTENT;
	struct gng_why own;

	if (status == GNG_OK && begins && !launch->polling) {
		status = launch_kernel(device, 1, &own);
		launch->polling = status == GNG_OK;
	} else if (status == GNG_OK && !begins && !stays) {
		status = end_kernel(launch, &own);
	}
	if (status == GNG_OK)
		return GNG_OK;
	launch_break(launch, &own);
	if (why)
		*why = launch->broken;
	return status;
}

/* ---- opening ---- */

static enum gng_status open_device(struct gng_launch *launch, int ordinal, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	const struct cuda_api *api = &device->api;
	int major = 0, minor = 0, mapped = 0;
	char address[32] = "";
	enum gng_status status;

	status = cuda_api_say(api, api->device_get(&device->device, ordinal), "cuDeviceGet", why);
	if (status != GNG_OK)
		return status;
	api->device_name(launch->info.device, sizeof(launch->info.device), device->device);
	api->device_attribute(&major, CUDA_CAPABILITY_MAJOR, device->device);
	api->device_attribute(&minor, CUDA_CAPABILITY_MINOR, device->device);
	api->device_attribute(&mapped, CUDA_CAN_MAP_HOST_MEMORY, device->device);
	launch->info.capability = major * 10 + minor;
	if (major < 7 || !mapped)
		return gng_why_set(
			why, GNG_EUNSUPPORTED, 0, "launch.cuda",
			"%s has compute capability %d.%d%s: it wants 7.0 (Volta) or newer",
			launch->info.device, major, minor,
			mapped ? "" : " and maps no memory of the host");
	if (api->device_address(address, sizeof(address), device->device) != CUDA_SUCCESS_CODE ||
	    gng_launch_path_read(&launch->info.path, "", address, NULL) != GNG_OK)
		launch->info.path = (struct gng_launch_path){.node = -1, .l1_aspm = -1};
	return GNG_OK;
}

static enum gng_status open_context(struct cuda_device *device, struct gng_why *why)
{
	const struct cuda_api *api = &device->api;
	enum gng_status status =
		cuda_api_say(api, api->context_retain(&device->context, device->device),
			     "cuDevicePrimaryCtxRetain", why);

	if (status != GNG_OK) {
		device->context = NULL;
		return status;
	}
	status = cuda_api_say(api, api->context_set(device->context), "cuCtxSetCurrent", why);
	if (status == GNG_OK)
		status = cuda_api_say(api,
				      api->stream_create(&device->stream, CUDA_STREAM_NON_BLOCKING),
				      "cuStreamCreate", why);
	return status;
}

/* load_text takes the first PTX text that this driver and GPU take. */
static enum gng_status load_text(struct gng_launch *launch, const char *only, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	const char *const one[] = {only, NULL}, *const *texts = only ? one : launch_ptx;
	enum gng_status status = GNG_EUNSUPPORTED;
	size_t i;

	for (i = 0; texts[i] && status != GNG_OK; i++) {
		status = cuda_api_say(&device->api,
				      device->api.module_load(&device->module, texts[i]),
				      "cuModuleLoadData", why);
		launch->info.text = i;
	}
	if (status != GNG_OK) {
		device->module = NULL;
		return status;
	}
	return cuda_api_say(
		&device->api,
		device->api.module_function(&device->function, device->module, "gonogo_launch"),
		"cuModuleGetFunction", why);
}

static enum gng_status open_ring(struct gng_launch *launch, struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	const struct cuda_api *api = &device->api;
	enum gng_status status = cuda_api_say(
		api, api->host_alloc(&device->ring, LAUNCH_RING_LEN, CUDA_HOST_PORTABLE_MAPPED),
		"cuMemHostAlloc", why);

	if (status != GNG_OK) {
		device->ring = NULL;
		return status;
	}
	launch->slots = device->ring;
	for (size_t i = 0; i < LAUNCH_SLOTS; i++)
		launch->slots[i] = (struct launch_slot){.at = 0};
	status = cuda_api_say(api, api->host_device_pointer(&device->ring_at, device->ring, 0),
			      "cuMemHostGetDevicePointer", why);
	if (status == GNG_OK)
		status = cuda_api_say(api, api->mem_alloc(&device->next_at, sizeof(uint32_t)),
				      "cuMemAlloc", why);
	if (status == GNG_OK)
		status = cuda_api_say(api, api->memset_words(device->next_at, 1, 1), "cuMemsetD32",
				      why);
	return status;
}

static enum gng_status register_packets(struct gng_launch *launch, void *packets,
					struct gng_why *why)
{
	struct cuda_device *device = launch->device;
	const struct cuda_api *api = &device->api;
	const enum gng_status status = cuda_api_say(
		api, api->host_register(packets, launch->packets_len, CUDA_HOST_PORTABLE_MAPPED),
		"cuMemHostRegister", why);

	if (status != GNG_OK)
		return status;
	device->registered = packets;
	return cuda_api_say(api, api->host_device_pointer(&device->packets_at, packets, 0),
			    "cuMemHostGetDevicePointer", why);
}

static enum gng_status open_graph(struct cuda_device *device, struct gng_why *why)
{
	const struct cuda_api *api = &device->api;
	CUgraph graph = NULL;
	enum gng_status launched,
		status = cuda_api_say(api,
				      api->capture_begin(device->stream, CUDA_CAPTURE_THREAD_LOCAL),
				      "cuStreamBeginCapture", why);

	if (status != GNG_OK)
		return status;
	launched = launch_kernel(device, 0, why);
	status = cuda_api_say(api, api->capture_end(device->stream, &graph), "cuStreamEndCapture",
			      launched == GNG_OK ? why : NULL);
	if (launched == GNG_OK && status == GNG_OK) {
		status = cuda_api_say(api, api->graph_instantiate(&device->graph, graph, 0),
				      "cuGraphInstantiateWithFlags", why);
		if (status != GNG_OK)
			device->graph = NULL;
	}
	if (graph)
		api->graph_destroy(graph);
	return launched != GNG_OK ? launched : status;
}

static enum gng_status cuda_open(struct gng_launch *launch,
				 const struct gng_launch_request *request, struct gng_why *why)
{
	struct cuda_device *device = calloc(1, sizeof(*device));
	enum gng_status status;

	launch->device = device;
	launch->own_clock = true;
	launch->ticks_hz = GPU_HZ;
	if (!device)
		return gng_why_set(why, GNG_ENOMEM, 0, "launch.cuda", "no memory");
	status = cuda_api_load(&device->api, &device->library, &launch->info.driver_version,
			       request->libcuda ? request->libcuda : "libcuda.so.1", why);
	if (status == GNG_OK)
		status = open_device(launch, request->device, why);
	if (status == GNG_OK)
		status = open_context(device, why);
	if (status == GNG_OK)
		status = load_text(launch, request->only_text, why);
	if (status == GNG_OK)
		status = open_ring(launch, why);
	if (status == GNG_OK)
		status = register_packets(launch, request->packets, why);
	if (status == GNG_OK && request->backend == GNG_LAUNCH_CUDA_GRAPH)
		status = open_graph(device, why);
	return status;
}

/* ---- closing ---- */

/* give_back: after an error of the device each call fails, and CUDA frees with the context. */
static void give_back(struct cuda_device *device)
{
	const struct cuda_api *api = &device->api;

	if (device->graph)
		api->graph_exec_destroy(device->graph);
	if (device->registered)
		api->host_unregister(device->registered);
	if (device->next_at)
		api->mem_free(device->next_at);
	if (device->ring)
		api->host_free(device->ring);
	if (device->module)
		api->module_unload(device->module);
	if (device->stream)
		api->stream_destroy(device->stream);
	api->context_set(NULL);
	api->context_release(device->device);
}

static void cuda_close(struct gng_launch *launch)
{
	struct cuda_device *device = launch->device;
	bool ended = true;

	if (!device)
		return;
	if (device->context && make_current(device, NULL) == GNG_OK && launch->polling)
		ended = end_kernel(launch, NULL) == GNG_OK || launch->broken.status != GNG_OK;
	/* To free what a running kernel uses would wait for it for ever. */
	if (device->context && ended)
		give_back(device);
	cuda_api_unload(device->library);
	free(device);
}

const struct launch_backend launch_cuda = {.open = cuda_open,
					   .close = cuda_close,
					   .kick = kick,
					   .health = health,
					   .pause = cuda_pause,
					   .pinging = pinging};
