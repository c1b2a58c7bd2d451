/* SPDX-License-Identifier: Apache-2.0 */
/* model.h - builds libcuda_model.c as a library of its own and opens back ends on it. */
#ifndef CONFORMANCE_LAUNCH_MODEL_H
#define CONFORMANCE_LAUNCH_MODEL_H

#include "source.h"

#include <dlfcn.h>

#include <gng_launch.h>

#define MODEL_LEN ((size_t)1 << 16)

static uint8_t model_packets[MODEL_LEN] __attribute__((aligned(4096)));

/* model_build returns the path of a new library; NULL after a skip. */
static inline const char *model_build(const char *options)
{
	static char path[PATH_MAX + 32];
	const char *source = source_folder("conformance/launch/libcuda_model.c");

	if (!source)
		return NULL;
	if (command("command -v cc") != 0) {
		gng_probe_skip("there is no C compiler to build the model of libcuda",
			       "apt-get install gcc");
		return NULL;
	}
	if (command("cc -O1 -shared -fPIC -fvisibility=hidden -pthread %s -o libcuda.so.1 "
		    "'%s/conformance/launch/libcuda_model.c'",
		    options, source) != 0)
		suite_fail("%s", command_err);
	snprintf(path, sizeof(path), "%s/libcuda.so.1", command_folder());
	return path;
}

/* model_count asks the model, which is loaded for good. */
static inline int model_count(const char *path, const char *what)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	int (*count)(void);
	void *at;

	assert_non_null(library);
	at = dlsym(library, what);
	assert_non_null(at);
	memcpy(&count, &at, sizeof(count));
	dlclose(library);
	return count();
}

/* model_live returns how many things were not given back, model_kernels how many run or wait. */
static inline int model_live(const char *path)
{
	return model_count(path, "model_live");
}

static inline int model_kernels(const char *path)
{
	return model_count(path, "model_kernels");
}

static inline enum gng_status model_open(struct gng_launch **launch, const char *path,
					 enum gng_launch_backend backend, struct gng_why *why)
{
	const struct gng_launch_request request = {.backend = backend,
						   .packets = model_packets,
						   .packets_len = MODEL_LEN,
						   .cpu = GNG_LAUNCH_ANY_CPU,
						   .libcuda = path};

	for (size_t i = 0; i < MODEL_LEN; i++)
		model_packets[i] = (uint8_t)(i * 40503u >> 8);
	return gng_launch_open(launch, &request, why);
}

static const enum gng_launch_backend model_backends[] = {
	GNG_LAUNCH_CUDA_LAUNCH, GNG_LAUNCH_CUDA_GRAPH, GNG_LAUNCH_CUDA_PERSISTENT};

#endif /* CONFORMANCE_LAUNCH_MODEL_H */
