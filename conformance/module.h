/* SPDX-License-Identifier: Apache-2.0 */
/* module.h - loads a module of impl/SUBSYSTEM/module into the kernel of a guest. */
#ifndef CONFORMANCE_MODULE_H
#define CONFORMANCE_MODULE_H

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* module_load loads build/SUBSYSTEM/RELEASE/NAME.ko; false: the test is skipped. It must be
 * unloaded by the same test. cases are those of the lab to name. */
static inline bool module_load(const char *subsystem, const char *name, const char *parameters,
			       const char *cases)
{
	const char *build = getenv("GNG_BUILD_DIR");
	struct utsname kernel;
	char path[PATH_MAX];
	int fd;

	if (!getenv("GNG_LAB")) {
		gng_probe_skip("modules are loaded into guests only", cases);
		return false;
	}
	assert_int_equal(uname(&kernel), 0);
	snprintf(path, sizeof(path), "%s/%s/%s/%s.ko", build ? build : ".", subsystem,
		 kernel.release, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		gng_probe_skip("the module is not built for this kernel: its headers are missing",
			       "ci/setup lab, then make");
		return false;
	}
	if (syscall(SYS_finit_module, fd, parameters, 0) != 0)
		suite_fail("the module cannot be loaded: %s", strerror(errno));
	close(fd);
	return true;
}

/* module_source reads a module's source, on any machine (caller frees); NULL after a skip. */
static inline char *module_source(const char *subsystem, const char *name)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[PATH_MAX], *text = NULL;
	size_t cap = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../impl/%s/module/%s", vectors ? vectors : "vectors",
		 subsystem, name);
	file = fopen(path, "re");
	if (!file || getdelim(&text, &cap, '\0', file) < 0) {
		free(text);
		text = NULL;
		gng_probe_skip("the module's source is not beside the tests here",
			       "run it in the source tree");
	}
	if (file)
		fclose(file);
	return text;
}

static inline void module_unload(const char *name)
{
	assert_int_equal(syscall(SYS_delete_module, name, O_NONBLOCK), 0);
}

#endif /* CONFORMANCE_MODULE_H */
