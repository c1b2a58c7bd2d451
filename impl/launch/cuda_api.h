/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuda_api.h - the few functions of the CUDA driver API that are used, as of CUDA 11.4, declared
 * here so that no header of CUDA is needed. conformance/launch/abi_test.c compares each with
 * cudaTypedefs.h where that is installed.
 */
#ifndef CUDA_API_H
#define CUDA_API_H

#include "gng_launch.h"

#ifndef __cuda_cuda_h__ /* of cuda.h */
typedef int CUresult, CUdevice, CUdevice_attribute, CUstreamCaptureMode;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
#endif
#if !defined(__cuda_cuda_h__) || CUDA_VERSION < 12000
typedef int CUdriverProcAddressQueryResult;
#endif

#define CUDA_API_VERSION                                                        \
	11040 /* of the functions asked for: cuGraphInstantiateWithFlags is new \
	       */

#define CUDA_SUCCESS_CODE 0
#define CUDA_OUT_OF_MEMORY 2
#define CUDA_STUB_LIBRARY 34
#define CUDA_DEVICE_UNAVAILABLE 46
#define CUDA_NO_DEVICE 100
#define CUDA_INVALID_DEVICE 101
#define CUDA_NO_BINARY_FOR_GPU 209
#define CUDA_INVALID_PTX 218
#define CUDA_UNSUPPORTED_PTX 222
#define CUDA_OPERATING_SYSTEM 304
#define CUDA_NOT_READY 600
#define CUDA_SYSTEM_NOT_READY 802
#define CUDA_DRIVER_MISMATCH 803
#define CUDA_UNKNOWN 999
#define CUDA_CAPABILITY_MAJOR 75
#define CUDA_CAPABILITY_MINOR 76
#define CUDA_CAN_MAP_HOST_MEMORY 19
#define CUDA_HOST_PORTABLE_MAPPED 3u /* CU_MEMHOSTALLOC_ and _REGISTER_PORTABLE | _DEVICEMAP */
#define CUDA_STREAM_NON_BLOCKING 1u
#define CUDA_CAPTURE_THREAD_LOCAL 1

/* cuGetProcAddress as CUDA 11.3 had it, and as it is since 12.0 under the name of ..._v2 */
typedef CUresult (*cuda_get_address)(const char *symbol, void **function, int version,
				     uint64_t flags);
typedef CUresult (*cuda_get_address_2)(const char *symbol, void **function, int version,
				       uint64_t flags, CUdriverProcAddressQueryResult *found);

/* cuda_api is the table; cuda_api_load fills all of it or none. */
struct cuda_api {
	CUresult (*driver_version)(int *version);
	CUresult (*init)(unsigned int flags);
	CUresult (*error_name)(CUresult error, const char **name);
	CUresult (*device_count)(int *count);
	CUresult (*device_get)(CUdevice *device, int ordinal);
	CUresult (*device_name)(char *name, int len, CUdevice device);
	CUresult (*device_attribute)(int *value, CUdevice_attribute attribute, CUdevice device);
	CUresult (*device_address)(char *address, int len, CUdevice device);
	CUresult (*context_retain)(CUcontext *context, CUdevice device);
	CUresult (*context_release)(CUdevice device);
	CUresult (*context_set)(CUcontext context);
	CUresult (*module_load)(CUmodule *module, const void *image);
	CUresult (*module_unload)(CUmodule module);
	CUresult (*module_function)(CUfunction *function, CUmodule module, const char *name);
	CUresult (*host_alloc)(void **at, size_t len, unsigned int flags);
	CUresult (*host_free)(void *at);
	CUresult (*host_register)(void *at, size_t len, unsigned int flags);
	CUresult (*host_unregister)(void *at);
	CUresult (*host_device_pointer)(CUdeviceptr *pointer, void *at, unsigned int flags);
	CUresult (*mem_alloc)(CUdeviceptr *pointer, size_t len);
	CUresult (*mem_free)(CUdeviceptr pointer);
	CUresult (*memset_words)(CUdeviceptr pointer, unsigned int word, size_t num);
	CUresult (*stream_create)(CUstream *stream, unsigned int flags);
	CUresult (*stream_destroy)(CUstream stream);
	CUresult (*stream_query)(CUstream stream);
	CUresult (*stream_synchronize)(CUstream stream);
	CUresult (*launch_kernel)(CUfunction function, unsigned int grid_x, unsigned int grid_y,
				  unsigned int grid_z, unsigned int block_x, unsigned int block_y,
				  unsigned int block_z, unsigned int shared_len, CUstream stream,
				  void **parameters, void **extra);
	CUresult (*capture_begin)(CUstream stream, CUstreamCaptureMode mode);
	CUresult (*capture_end)(CUstream stream, CUgraph *graph);
	CUresult (*graph_instantiate)(CUgraphExec *exec, CUgraph graph, unsigned long long flags);
	CUresult (*graph_launch)(CUgraphExec exec, CUstream stream);
	CUresult (*graph_exec_destroy)(CUgraphExec exec);
	CUresult (*graph_destroy)(CUgraph graph);
};

/*
 * cuda_api_load loads the library and calls cuInit. GNG_EUNSUPPORTED if there is no library, it is
 * the stub of the toolkit, older than CUDA_API_VERSION or finds no device; GNG_ESYS for other
 * errors. *library is for cuda_api_unload; NULL after a failure.
 */
GNG_MUST enum gng_status cuda_api_load(struct cuda_api *api, void **library, int *version,
				       const char *name, struct gng_why *why);
void cuda_api_unload(void *library);

/* cuda_api_say returns GNG_OK for CUDA_SUCCESS_CODE, else it says what the call and the error were,
 * and what helps. GNG_EUNSUPPORTED where another machine, driver or library is wanted. */
enum gng_status cuda_api_say(const struct cuda_api *api, CUresult error, const char *call,
			     struct gng_why *why);

#endif /* CUDA_API_H */
