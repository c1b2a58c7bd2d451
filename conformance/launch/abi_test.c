/* SPDX-License-Identifier: Apache-2.0 */
/*
 * abi_test.c - the declarations of impl/launch/cuda_api.h against those of CUDA's own headers, and
 * the PTX text against CUDA's assembler, where they are installed.
 */
#include "source.h"

#include <cuda_api.h>
#include <launch_ring.h>

/* Each line compares the type of a member with the typedef that cudaTypedefs.h has for it. */
static const char program[] =
	"#include <cuda.h>\n"
	"#include <cudaTypedefs.h>\n"
	"#include \"cuda_api.h\"\n"
	"#define SAME(member, theirs) _Static_assert(__builtin_types_compatible_p(\\\n"
	"	__typeof__(((struct cuda_api *)0)->member), theirs), #theirs)\n"
	"#define EQUAL(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)\n"
	"#define ALIKE(ours, theirs) _Static_assert(__builtin_types_compatible_p(\\\n"
	"	ours, theirs), #theirs)\n"
	"ALIKE(cuda_get_address, PFN_cuGetProcAddress_v11030);\n"
	"#if CUDA_VERSION >= 12000\n"
	"ALIKE(cuda_get_address_2, PFN_cuGetProcAddress_v12000);\n"
	"#endif\n"
	"SAME(driver_version, PFN_cuDriverGetVersion_v2020);\n"
	"SAME(init, PFN_cuInit_v2000);\n"
	"SAME(error_name, PFN_cuGetErrorName_v6000);\n"
	"SAME(device_count, PFN_cuDeviceGetCount_v2000);\n"
	"SAME(device_get, PFN_cuDeviceGet_v2000);\n"
	"SAME(device_name, PFN_cuDeviceGetName_v2000);\n"
	"SAME(device_attribute, PFN_cuDeviceGetAttribute_v2000);\n"
	"SAME(device_address, PFN_cuDeviceGetPCIBusId_v4010);\n"
	"SAME(context_retain, PFN_cuDevicePrimaryCtxRetain_v7000);\n"
	"SAME(context_release, PFN_cuDevicePrimaryCtxRelease_v11000);\n"
	"SAME(context_set, PFN_cuCtxSetCurrent_v4000);\n"
	"SAME(module_load, PFN_cuModuleLoadData_v2000);\n"
	"SAME(module_unload, PFN_cuModuleUnload_v2000);\n"
	"SAME(module_function, PFN_cuModuleGetFunction_v2000);\n"
	"SAME(host_alloc, PFN_cuMemHostAlloc_v2020);\n"
	"SAME(host_free, PFN_cuMemFreeHost_v2000);\n"
	"SAME(host_register, PFN_cuMemHostRegister_v6050);\n"
	"SAME(host_unregister, PFN_cuMemHostUnregister_v4000);\n"
	"SAME(host_device_pointer, PFN_cuMemHostGetDevicePointer_v3020);\n"
	"SAME(mem_alloc, PFN_cuMemAlloc_v3020);\n"
	"SAME(mem_free, PFN_cuMemFree_v3020);\n"
	"SAME(memset_words, PFN_cuMemsetD32_v3020);\n"
	"SAME(stream_create, PFN_cuStreamCreate_v2000);\n"
	"SAME(stream_destroy, PFN_cuStreamDestroy_v4000);\n"
	"SAME(stream_query, PFN_cuStreamQuery_v2000);\n"
	"SAME(stream_synchronize, PFN_cuStreamSynchronize_v2000);\n"
	"SAME(launch_kernel, PFN_cuLaunchKernel_v4000);\n"
	"SAME(capture_begin, PFN_cuStreamBeginCapture_v10010);\n"
	"SAME(capture_end, PFN_cuStreamEndCapture_v10000);\n"
	"SAME(graph_instantiate, PFN_cuGraphInstantiateWithFlags_v11040);\n"
	"SAME(graph_launch, PFN_cuGraphLaunch_v10000);\n"
	"SAME(graph_exec_destroy, PFN_cuGraphExecDestroy_v10000);\n"
	"SAME(graph_destroy, PFN_cuGraphDestroy_v10000);\n"
	"EQUAL(CUDA_STUB_LIBRARY, CUDA_ERROR_STUB_LIBRARY);\n"
	"EQUAL(CUDA_OUT_OF_MEMORY, CUDA_ERROR_OUT_OF_MEMORY);\n"
	"EQUAL(CUDA_DEVICE_UNAVAILABLE, CUDA_ERROR_DEVICE_UNAVAILABLE);\n"
	"EQUAL(CUDA_NO_DEVICE, CUDA_ERROR_NO_DEVICE);\n"
	"EQUAL(CUDA_INVALID_DEVICE, CUDA_ERROR_INVALID_DEVICE);\n"
	"EQUAL(CUDA_NO_BINARY_FOR_GPU, CUDA_ERROR_NO_BINARY_FOR_GPU);\n"
	"EQUAL(CUDA_INVALID_PTX, CUDA_ERROR_INVALID_PTX);\n"
	"EQUAL(CUDA_UNSUPPORTED_PTX, CUDA_ERROR_UNSUPPORTED_PTX_VERSION);\n"
	"EQUAL(CUDA_OPERATING_SYSTEM, CUDA_ERROR_OPERATING_SYSTEM);\n"
	"EQUAL(CUDA_NOT_READY, CUDA_ERROR_NOT_READY);\n"
	"EQUAL(CUDA_SYSTEM_NOT_READY, CUDA_ERROR_SYSTEM_NOT_READY);\n"
	"EQUAL(CUDA_DRIVER_MISMATCH, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH);\n"
	"EQUAL(CUDA_UNKNOWN, CUDA_ERROR_UNKNOWN);\n"
	"EQUAL(CUDA_CAPABILITY_MAJOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);\n"
	"EQUAL(CUDA_CAPABILITY_MINOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);\n"
	"EQUAL(CUDA_CAN_MAP_HOST_MEMORY, CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY);\n"
	"EQUAL(CUDA_HOST_PORTABLE_MAPPED, CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP);\n"
	"EQUAL(CUDA_HOST_PORTABLE_MAPPED,\n"
	"      CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP);\n"
	"EQUAL(CUDA_STREAM_NON_BLOCKING, CU_STREAM_NON_BLOCKING);\n"
	"EQUAL(CUDA_CAPTURE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);\n";

/* headers is the folder of CUDA's; NULL after a skip. */
static const char *headers(void)
{
	static char folder[PATH_MAX];

	command("ls /usr/include/cudaTypedefs.h /usr/local/cuda/include/cudaTypedefs.h | "
		"sed -n '1s|/[^/]*$||p'");
	snprintf(folder, sizeof(folder), "%.*s", (int)strcspn(command_out, "\n"), command_out);
	if (*folder) {
		gng_probe_note("headers", folder);
		return folder;
	}
	gng_probe_skip("CUDA's headers are not installed",
		       "apt-get install nvidia-cuda-toolkit, or NVIDIA's");
	return NULL;
}

static void declarations_are_those_of_cuda(void **state)
{
	const char *source = source_folder("impl/launch/cuda_api.h");
	const char *theirs = source ? headers() : NULL;

	(void)state;
	if (!theirs)
		return;
	command_write("abi.c", program, sizeof(program) - 1);
	if (command("cc -std=gnu11 -Wall -fsyntax-only -I'%s' -I'%s/impl/launch' -I'%s/impl/base' "
		    "-I'%s/impl/clock' -I'%s/impl/hist' abi.c",
		    theirs, source, source, source, source) != 0)
		suite_fail("%s", command_err);
	gng_probe_assertion();
}

/* newest returns the highest version of a typedef of CUDA's that is not above the one asked for. */
static int newest(const char *typedefs, const char *name, size_t len)
{
	int best = 0;

	for (const char *at = strstr(typedefs, "PFN_cu"); at; at = strstr(at + 1, "PFN_cu")) {
		const int version = strncmp(at, name, len) == 0 && strncmp(at + len, "_v", 2) == 0
					    ? atoi(at + len + 2)
					    : 0;

		if (version > best && version <= CUDA_API_VERSION)
			best = version;
	}
	return best;
}

/* cuGetProcAddress hands out the newest function of a name that is not newer than asked for: the
 * table has that one's type, and no older one's. */
static void each_function_is_the_one_that_is_handed_out(void **state)
{
	const char *theirs = headers(), *at = strstr(program, "PFN_cuDriver");
	size_t num = 0;

	(void)state;
	if (!theirs)
		return;
	command("grep -oE '\\bPFN_cu[A-Za-z0-9]+_v[0-9]+\\b' '%s/cudaTypedefs.h'", theirs);
	for (; at; at = strstr(at + 1, "PFN_cu"), num++) {
		const size_t len = 4 + strcspn(at + 4, "_");

		if (newest(command_out, at, len) != atoi(at + len + 2))
			suite_fail("%.*s: %d is declared, %d is handed out", (int)len, at,
				   atoi(at + len + 2), newest(command_out, at, len));
		gng_probe_assertion();
	}
	assert_int_equal(num, sizeof(struct cuda_api) / sizeof(void (*)(void)));
}

static void the_text_is_taken_by_the_assembler(void **state)
{
	static const char *const architectures[] = {"sm_75", "sm_80", "sm_90"};
	const char *source = source_folder("impl/launch/cuda_api.h");

	(void)state;
	if (!source)
		return;
	if (command("command -v ptxas") != 0) {
		gng_probe_skip("ptxas is not installed",
			       "apt-get install nvidia-cuda-toolkit, or NVIDIA's");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(architectures); i++) {
		if (command("ptxas --warn-on-spills -arch=%s -o kernel.cubin "
			    "'%s/impl/launch/launch.ptx'",
			    architectures[i], source) != 0)
			suite_fail("%s: %s", architectures[i], command_err);
		assert_string_equal(command_err, "");
	}
}

/* The text counts bytes that launch_ring.h lays out, and asks for no more than its first lines say:
 * every instruction of it is in PTX 6.0 (PTX ISA, "Release Notes"). */
static void the_text_fits_the_ring(void **state)
{
	const char *source = source_folder("impl/launch/cuda_api.h");
	char want[5][64];

	(void)state;
	if (!source)
		return;
	assert_int_equal(command("cat '%s/impl/launch/launch.ptx'", source), 0);
	snprintf(want[0], 64, "mul.wide.u32 %%slot, %%low, %zu;", sizeof(struct launch_slot));
	snprintf(want[1], 64, "and.b32 %%low, %%low, %u;", LAUNCH_SLOTS - 1);
	snprintf(want[2], 64, "[%%slot+%zu], %%began;", offsetof(struct launch_slot, device_t3));
	snprintf(want[3], 64, "[%%slot+%zu], %%sum;", offsetof(struct launch_slot, sum));
	snprintf(want[4], 64, "[%%slot+%zu], %%sequence;", offsetof(struct launch_slot, done));
	for (size_t i = 0; i < COUNT_OF(want); i++)
		if (!strstr(command_out, want[i]))
			suite_fail("launch.ptx has no '%s'", want[i]);
	assert_non_null(strstr(command_out, ".version 6.0\n.target sm_70\n"));
	assert_non_null(strstr(command_out, ".visible .entry gonogo_launch("));
	assert_null(strstr(command_out, "sm_80"));
}

const struct suite_test suite_tests[] = {
	TEST(the_text_fits_the_ring, "D4.launch.abi"),
	TEST(declarations_are_those_of_cuda, "D4.launch.abi"),
	TEST(each_function_is_the_one_that_is_handed_out, "D4.launch.abi"),
	TEST(the_text_is_taken_by_the_assembler, "D4.launch.abi"),
	{0},
};
