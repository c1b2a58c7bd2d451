/* SPDX-License-Identifier: Apache-2.0 */
/* gocache.h - what Go has compiled is kept beside the build: a test's own home is empty, and Go's
 * library would be compiled anew each time. */
#ifndef CONFORMANCE_GOCACHE_H
#define CONFORMANCE_GOCACHE_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* gocache_keep names the cache of this build, where it can be written and no other is named. */
static inline void gocache_keep(const char *build)
{
	char path[PATH_MAX + 16];

	if (!build || access(build, W_OK) != 0)
		return;
	snprintf(path, sizeof(path), "%s/go-cache", build);
	setenv("GOCACHE", path, 0);
}

#endif /* CONFORMANCE_GOCACHE_H */
