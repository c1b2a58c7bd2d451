/* SPDX-License-Identifier: Apache-2.0 */
/* source.h - the folder of the sources, for tests of what is not compiled into the program. */
#ifndef CONFORMANCE_LAUNCH_SOURCE_H
#define CONFORMANCE_LAUNCH_SOURCE_H

#include "../command.h"

/* source_folder is the tree, if it has the file; NULL after a skip. */
static inline const char *source_folder(const char *file)
{
	static char folder[PATH_MAX];
	const char *vectors = getenv("GNG_VECTORS");
	char path[PATH_MAX + 64];

	if (!vectors || !realpath(vectors, folder))
		suite_fail("GNG_VECTORS is not set: run the test with gonogo check");
	*strrchr(folder, '/') = '\0';
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	if (access(path, R_OK) == 0)
		return folder;
	gng_probe_skip("the sources are not beside the tests here", "run it in the source tree");
	return NULL;
}

#endif /* CONFORMANCE_LAUNCH_SOURCE_H */
