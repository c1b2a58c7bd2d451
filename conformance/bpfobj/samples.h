/* SPDX-License-Identifier: Apache-2.0 */
/* samples.h - the objects that this build compiled, and what a test leaves behind. */
#ifndef CONFORMANCE_BPFOBJ_SAMPLES_H
#define CONFORMANCE_BPFOBJ_SAMPLES_H

#include "../suite.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_bpf.h>
#include <gng_bpfobj.h>

#define SAMPLES_REMEDY "root, or gonogo lab run bpfobj-objects"

/* samples_path is the path of a compiled object; NULL, and the test is skipped, if clang was absent
 * when the tree was built. It lives until the next call. */
static inline const char *samples_path(const char *name)
{
	static char path[PATH_MAX];
	const char *build = getenv("GNG_BUILD_DIR");

	snprintf(path, sizeof(path), "%s/bpfobj/%s.bpf.o", build ? build : "build", name);
	if (access(path, R_OK) == 0)
		return path;
	gng_probe_skip("the objects were not compiled: clang was absent",
		       "apt-get install clang, then build again, in the source tree");
	return NULL;
}

/* samples_read returns the bytes of an object, which the caller frees, or NULL as samples_path. */
static inline uint8_t *samples_read(const char *name, size_t *len)
{
	const char *path = samples_path(name);
	FILE *file = path ? fopen(path, "rb") : NULL;
	uint8_t *bytes = malloc((size_t)1 << 20);

	if (!file) {
		free(bytes);
		return NULL;
	}
	assert_non_null(bytes);
	*len = fread(bytes, 1, (size_t)1 << 20, file);
	assert_int_equal(fclose(file), 0);
	assert_true(*len > 1000);
	return bytes;
}

/* samples_open opens one; NULL as samples_path. */
static inline struct gng_bpfobj *samples_open(const char *name)
{
	const char *path = samples_path(name);
	struct gng_bpfobj *object = NULL;
	struct gng_why why;

	if (path && gng_bpfobj_open(&object, path, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return object;
}

/* samples_only sets all programs but one aside. */
static inline void samples_only(struct gng_bpfobj *object, const char *program)
{
	assert_int_equal(gng_bpfobj_autoload(object, NULL, false, NULL), GNG_OK);
	assert_int_equal(gng_bpfobj_autoload(object, program, true, NULL), GNG_OK);
}

/* samples_may says whether this process may load programs; the test is skipped if not. */
static inline bool samples_may(void)
{
	struct gng_bpf_code code;
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type("xdp"), .code = &code};
	enum gng_status status;
	struct gng_why why;
	int fd;

	assert_int_equal(gng_bpf_assemble(&code, "may_load", "r0 = 2; exit", NULL), GNG_OK);
	status = gng_bpf_load(&fd, &program, &why);
	if (status == GNG_OK)
		close(fd);
	else
		gng_probe_skip(why.text, SAMPLES_REMEDY);
	gng_bpf_code_fini(&code);
	return status == GNG_OK;
}

/* samples_load opens and loads the programs of life.bpf.c; NULL, and the test is skipped, where
 * that cannot be. */
static inline struct gng_bpfobj *samples_load(const char *name)
{
	struct gng_bpfobj *object = samples_may() ? samples_open(name) : NULL;
	struct gng_why why;

	if (object && gng_bpfobj_load(object, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return object;
}

/* samples_count_fds counts open descriptors: each program, map and link that is not pinned is one.
 */
static inline size_t samples_count_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t num = 0;

	assert_non_null(folder);
	while (readdir(folder))
		num++;
	closedir(folder);
	return num;
}

#endif /* CONFORMANCE_BPFOBJ_SAMPLES_H */
