/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - finds and loads a codec beside the program. */
#include "av_module.h"
#include "av_vaapi.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* load_from tries one folder. */
static void *load_from(const char *folder, const char *above, const char *name)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s%s/gonogo-av-%s.so", folder, above, name);
	return access(path, R_OK) == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

enum gng_status av_load(struct av_loaded *loaded, const char *name, struct gng_why *why)
{
	char folder[4096];
	const ssize_t len = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	char *slash;

	*loaded = (struct av_loaded){0};
	if (strcmp(name, av_vaapi.name) == 0) {
		loaded->module = &av_vaapi; /* its library is MIT, and is loaded by itself */
		return GNG_OK;
	}
	folder[len > 0 ? len : 0] = '\0';
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	loaded->handle = load_from(folder, "", name);
	if (!loaded->handle)
		loaded->handle = load_from(folder, "/..", name);
	if (!loaded->handle)
		return gng_why_set(
			why, GNG_EUNSUPPORTED, 0, "av.load",
			"the module gonogo-av-%s.so was not built here: install lib%s-dev "
			"and build again",
			name, name);
	loaded->module = dlsym(loaded->handle, "av_module");
	if (loaded->module && loaded->module->version == AV_MODULE_VERSION)
		return GNG_OK;
	av_unload(loaded);
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "av.load",
			   "gonogo-av-%s.so is no module of this version: build all anew", name);
}

void av_unload(struct av_loaded *loaded)
{
	if (loaded->handle)
		dlclose(loaded->handle);
	*loaded = (struct av_loaded){0};
}
