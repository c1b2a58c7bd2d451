/* SPDX-License-Identifier: Apache-2.0 */
/* kernels.c - the kernels that guests can boot: Debian packages, unpacked by ci/kernels into a
 * folder of the user's, one folder a package, and the one that ci/debug-kernel builds. */
#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gng_lab.h"

bool gng_lab_selector(char selector[32], const char *release)
{
	static const struct {
		const char *ending, *flavour;
	} flavours[] = {{"-cloud-amd64", "cloud"},
			{"-rt-amd64", "rt"},
			{"-amd64", "standard"},
			{"-debug", "debug"}};
	const char *dot = strchr(release, '.');
	size_t len = strlen(release), series;

	if (!dot || !isdigit((unsigned char)*release))
		return false;
	series = (size_t)(dot + 1 - release) + strspn(dot + 1, "0123456789");
	for (size_t i = 0; i < sizeof(flavours) / sizeof(flavours[0]); i++) {
		const size_t ending = strlen(flavours[i].ending);

		if (len > ending && strcmp(release + len - ending, flavours[i].ending) == 0)
			return snprintf(selector, 32, "%.*s-%s", (int)series, release,
					flavours[i].flavour) < 32;
	}
	return false;
}

/* The runner gives each test a HOME of its own, so the user's own one is asked of passwd. */
static char *cache_folder(void)
{
	const char *own = getenv("GNG_LAB_KERNELS"), *xdg = getenv("XDG_CACHE_HOME");
	const struct passwd *user = getpwuid(getuid());
	char *folder = NULL;
	int len = -1;

	if (own && *own)
		return strdup(own);
	if (xdg && *xdg)
		len = asprintf(&folder, "%s/gonogo/kernels", xdg);
	else if (user)
		len = asprintf(&folder, "%s/.cache/gonogo/kernels", user->pw_dir);
	return len < 0 ? NULL : folder;
}

static void kernel_fini(struct gng_lab_kernel *kernel)
{
	free(kernel->selector);
	free(kernel->release);
	free(kernel->image);
	free(kernel->modules);
}

/* take fills *kernel from the path of a vmlinuz; false if it is no kernel that can be used, as
 * when an unpacking was broken off before its modules.dep was made. */
static bool take(struct gng_lab_kernel *kernel, const char *image)
{
	const char *release = strstr(image, "/boot/vmlinuz-");
	char selector[32], *dep = NULL;
	bool whole;

	if (!release || !gng_lab_selector(selector, release + strlen("/boot/vmlinuz-")))
		return false;
	*kernel = (struct gng_lab_kernel){
		.selector = strdup(selector),
		.release = strdup(release + strlen("/boot/vmlinuz-")),
		.image = strdup(image),
	};
	if (!kernel->selector || !kernel->release || !kernel->image ||
	    asprintf(&kernel->modules, "%.*s/lib/modules/%s", (int)(release - image), image,
		     kernel->release) < 0 ||
	    asprintf(&dep, "%s/modules.dep", kernel->modules) < 0) {
		kernel_fini(kernel);
		return false;
	}
	whole = access(dep, R_OK) == 0 && access(image, R_OK) == 0;
	free(dep);
	if (!whole)
		kernel_fini(kernel);
	return whole;
}

static int newest_first(const void *a, const void *b)
{
	const struct gng_lab_kernel *x = a, *y = b;
	const int order = strverscmp(x->selector, y->selector);

	return order ? order : strverscmp(y->release, x->release);
}

enum gng_status gng_lab_kernels_find(struct gng_lab_kernel **kernels, size_t *num_kernels,
				     struct gng_why *why)
{
	char *folder = cache_folder(), *pattern = NULL;
	glob_t found = {0};

	*num_kernels = 0;
	*kernels = NULL;
	if (!folder || asprintf(&pattern, "%s/*/boot/vmlinuz-*", folder) < 0 ||
	    glob(pattern, 0, NULL, &found) == GLOB_NOSPACE ||
	    !(*kernels = calloc(found.gl_pathc + 1, sizeof(**kernels)))) {
		free(folder);
		free(pattern);
		globfree(&found);
		return gng_why_set(why, GNG_ENOMEM, 0, "lab.kernels", "no memory");
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		*num_kernels += take(&(*kernels)[*num_kernels], found.gl_pathv[i]);
	qsort(*kernels, *num_kernels, sizeof(**kernels), newest_first);
	globfree(&found);
	free(pattern);
	free(folder);
	return GNG_OK;
}

void gng_lab_kernels_free(struct gng_lab_kernel *kernels, size_t num_kernels)
{
	for (size_t i = 0; i < num_kernels; i++)
		kernel_fini(&kernels[i]);
	free(kernels);
}

const struct gng_lab_kernel *gng_lab_kernel_choose(const struct gng_lab_kernel *kernels,
						   size_t num_kernels, const char *selector)
{
	for (size_t i = 0; i < num_kernels; i++)
		if (strcmp(kernels[i].selector, selector) == 0)
			return &kernels[i];
	return NULL;
}
