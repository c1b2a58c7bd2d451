/* SPDX-License-Identifier: Apache-2.0 */
/* cuda_load.c - libcuda at run time: found, asked for its version and functions, and refused. */
#include "cuda_api.h"

#include <dlfcn.h>
#include <string.h>

static const struct {
	const char *name;
	size_t at;
} functions[] = {
	{"cuDriverGetVersion", offsetof(struct cuda_api, driver_version)},
	{"cuInit", offsetof(struct cuda_api, init)},
	{"cuGetErrorName", offsetof(struct cuda_api, error_name)},
	{"cuDeviceGetCount", offsetof(struct cuda_api, device_count)},
	{"cuDeviceGet", offsetof(struct cuda_api, device_get)},
	{"cuDeviceGetName", offsetof(struct cuda_api, device_name)},
	{"cuDeviceGetAttribute", offsetof(struct cuda_api, device_attribute)},
	{"cuDeviceGetPCIBusId", offsetof(struct cuda_api, device_address)},
	{"cuDevicePrimaryCtxRetain", offsetof(struct cuda_api, context_retain)},
	{"cuDevicePrimaryCtxRelease", offsetof(struct cuda_api, context_release)},
	{"cuCtxSetCurrent", offsetof(struct cuda_api, context_set)},
	{"cuModuleLoadData", offsetof(struct cuda_api, module_load)},
	{"cuModuleUnload", offsetof(struct cuda_api, module_unload)},
	{"cuModuleGetFunction", offsetof(struct cuda_api, module_function)},
	{"cuMemHostAlloc", offsetof(struct cuda_api, host_alloc)},
	{"cuMemFreeHost", offsetof(struct cuda_api, host_free)},
	{"cuMemHostRegister", offsetof(struct cuda_api, host_register)},
	{"cuMemHostUnregister", offsetof(struct cuda_api, host_unregister)},
	{"cuMemHostGetDevicePointer", offsetof(struct cuda_api, host_device_pointer)},
	{"cuMemAlloc", offsetof(struct cuda_api, mem_alloc)},
	{"cuMemFree", offsetof(struct cuda_api, mem_free)},
	{"cuMemsetD32", offsetof(struct cuda_api, memset_words)},
	{"cuStreamCreate", offsetof(struct cuda_api, stream_create)},
	{"cuStreamDestroy", offsetof(struct cuda_api, stream_destroy)},
	{"cuStreamQuery", offsetof(struct cuda_api, stream_query)},
	{"cuStreamSynchronize", offsetof(struct cuda_api, stream_synchronize)},
	{"cuLaunchKernel", offsetof(struct cuda_api, launch_kernel)},
	{"cuStreamBeginCapture", offsetof(struct cuda_api, capture_begin)},
	{"cuStreamEndCapture", offsetof(struct cuda_api, capture_end)},
	{"cuGraphInstantiateWithFlags", offsetof(struct cuda_api, graph_instantiate)},
	{"cuGraphLaunch", offsetof(struct cuda_api, graph_launch)},
	{"cuGraphExecDestroy", offsetof(struct cuda_api, graph_exec_destroy)},
	{"cuGraphDestroy", offsetof(struct cuda_api, graph_destroy)},
};

#define NUM_FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

GNG_STATIC_ASSERT(NUM_FUNCTIONS * sizeof(void (*)(void)) == sizeof(struct cuda_api),
		  "each function of the table has a name");

/* ---- errors in words ---- */

static const struct {
	CUresult error;
	enum gng_status status;
	const char *remedy;
} remedies[] = {
	{CUDA_STUB_LIBRARY, GNG_EUNSUPPORTED,
	 "this is the stub that the toolkit links with, not a driver: take its folder out of "
	 "LD_LIBRARY_PATH and install the driver"},
	{CUDA_NO_DEVICE, GNG_EUNSUPPORTED, "no GPU is seen: nvidia-smi, CUDA_VISIBLE_DEVICES"},
	{CUDA_INVALID_DEVICE, GNG_EUNSUPPORTED, "there is no GPU of that number: nvidia-smi -L"},
	{CUDA_DEVICE_UNAVAILABLE, GNG_EUNSUPPORTED,
	 "another process has the GPU for itself: nvidia-smi -c 0"},
	{CUDA_NO_BINARY_FOR_GPU, GNG_EUNSUPPORTED, "it wants a GPU of Volta or newer"},
	{CUDA_INVALID_PTX, GNG_EUNSUPPORTED, "the PTX text is not of this driver"},
	{CUDA_UNSUPPORTED_PTX, GNG_EUNSUPPORTED, "the PTX text wants a newer driver"},
	{CUDA_SYSTEM_NOT_READY, GNG_EUNSUPPORTED, "is nvidia-fabricmanager running?"},
	{CUDA_DRIVER_MISMATCH, GNG_EUNSUPPORTED,
	 "library and kernel module are of different versions: restart after the upgrade"},
	{CUDA_OPERATING_SYSTEM, GNG_EUNSUPPORTED,
	 "can this user open /dev/nvidiactl, /dev/nvidia0 and /dev/nvidia-uvm?"},
	{CUDA_UNKNOWN, GNG_EUNSUPPORTED, "is the module nvidia_uvm loaded? nvidia-modprobe -u"},
	{CUDA_OUT_OF_MEMORY, GNG_ENOMEM, "free memory of the GPU, or raise ulimit -l"},
};

enum gng_status cuda_api_say(const struct cuda_api *api, CUresult error, const char *call,
			     struct gng_why *why)
{
	const char *name = NULL;
	const char *remedy = "the kernel log may have an Xid: dmesg | grep -i xid";
	enum gng_status status = GNG_ESYS;

	if (error == CUDA_SUCCESS_CODE)
		return GNG_OK;
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].error == error) {
			status = remedies[i].status;
			remedy = remedies[i].remedy;
		}
	if (!api->error_name || api->error_name(error, &name) != CUDA_SUCCESS_CODE || !name)
		name = "error";
	return gng_why_set(why, status, 0, "launch.cuda", "%s: %.40s %d; %s", call, name,
			   (int)error, remedy);
}

/* ---- loading ---- */

static void put(struct cuda_api *api, size_t at, void *function)
{
	memcpy((char *)api + at, &function, sizeof(function));
}

/* find_early finds what must be called before there is an address of anything else. */
static enum gng_status find_early(struct cuda_api *api, void *library, const char *name,
				  struct gng_why *why)
{
	for (size_t i = 0; i < 3; i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.cuda",
					   "%s has no %s: it is no libcuda", name,
					   functions[i].name);
		put(api, functions[i].at, function);
	}
	return GNG_OK;
}

static enum gng_status check_version(const struct cuda_api *api, int *version, struct gng_why *why)
{
	const CUresult error = api->driver_version(version);

	if (error != CUDA_SUCCESS_CODE)
		return cuda_api_say(api, error, "cuDriverGetVersion", why);
	if (*version >= CUDA_API_VERSION)
		return GNG_OK;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.cuda",
			   "the driver is too old: it has CUDA %d.%d, and 11.4 is wanted, which "
			   "driver 470 and newer have",
			   *version / 1000, *version % 1000 / 10);
}

static CUresult ask(void *library, const char *symbol, void **function)
{
	void *at = dlsym(library, "cuGetProcAddress_v2");
	CUdriverProcAddressQueryResult found;
	cuda_get_address_2 second;
	cuda_get_address first;

	*function = NULL;
	if (at) {
		memcpy(&second, &at, sizeof(second));
		return second(symbol, function, CUDA_API_VERSION, 0, &found);
	}
	at = dlsym(library, "cuGetProcAddress");
	if (!at)
		return CUDA_SUCCESS_CODE;
	memcpy(&first, &at, sizeof(first));
	return first(symbol, function, CUDA_API_VERSION, 0);
}

static enum gng_status find_all(struct cuda_api *api, void *library, struct gng_why *why)
{
	for (size_t i = 0; i < NUM_FUNCTIONS; i++) {
		void *function;
		const CUresult error = ask(library, functions[i].name, &function);

		if (error != CUDA_SUCCESS_CODE)
			return cuda_api_say(api, error, "cuGetProcAddress", why);
		if (!function)
			return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.cuda",
					   "libcuda has no %s: install a driver of CUDA 11.4 or "
					   "newer",
					   functions[i].name);
		put(api, functions[i].at, function);
	}
	return GNG_OK;
}

enum gng_status cuda_api_load(struct cuda_api *api, void **library, int *version, const char *name,
			      struct gng_why *why)
{
	enum gng_status status;

	*api = (struct cuda_api){.init = NULL};
	/* The driver's threads and handlers outlive a dlclose. */
	*library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!*library)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.cuda",
				   "%.120s; install the driver of NVIDIA, whose package has it",
				   dlerror());
	status = find_early(api, *library, name, why);
	if (status == GNG_OK)
		status = check_version(api, version, why);
	if (status == GNG_OK)
		status = cuda_api_say(api, api->init(0), "cuInit", why);
	if (status == GNG_OK)
		status = find_all(api, *library, why);
	if (status != GNG_OK) {
		cuda_api_unload(*library);
		*library = NULL;
	}
	return status;
}

void cuda_api_unload(void *library)
{
	if (library)
		dlclose(library);
}
