/* SPDX-License-Identifier: Apache-2.0 */
/* go.c - which Go is here: that of PATH, or one that Debian has beside it. */
#include "claims_probe.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* version_of reads VERSION of the tree that a program go lies in: "go1.22.12". */
static bool version_of(char version[CLAIMS_GO_CAP], const char *program)
{
	char path[PATH_MAX + 16], *end = NULL;
	bool known = false;
	FILE *file = NULL;

	if (realpath(program, path))
		end = strstr(path, "/bin/go");
	if (end && strcmp(end, "/bin/go") == 0) {
		strcpy(end, "/VERSION");
		file = fopen(path, "re");
	}
	if (file) {
		known = fscanf(file, "%31s", version) == 1;
		fclose(file);
	}
	return known;
}

static bool is_at_least(const char *version, const char *least)
{
	unsigned int major = 0, minor = 0, least_major = 0, least_minor = 0;

	if (sscanf(version, "go%u.%u", &major, &minor) < 1)
		return false;
	sscanf(least, "%u.%u", &least_major, &least_minor);
	return major > least_major || (major == least_major && minor >= least_minor);
}

/* take returns whether a program is a Go that will do; version is told of any. */
static bool take(struct claims_go *go, const char *program, const char *least)
{
	char version[CLAIMS_GO_CAP];

	if (access(program, X_OK) != 0 || !version_of(version, program))
		return false;
	memcpy(go->version, version, sizeof(go->version));
	snprintf(go->program, sizeof(go->program), "%s", program);
	return is_at_least(version, least);
}

static bool take_of_path(struct claims_go *go, const char *least)
{
	const char *path = getenv("PATH");
	char program[PATH_MAX];

	for (; path && *path; path += strspn(path, ":")) {
		const size_t len = strcspn(path, ":");

		if (snprintf(program, sizeof(program), "%.*s/go", (int)len, path) <
			    (int)sizeof(program) &&
		    access(program, X_OK) == 0)
			return take(go, program, least);
		path += len;
	}
	return false;
}

bool claims_go_find(struct claims_go *go, const char *least)
{
	glob_t found = {0};
	bool taken;

	*go = (struct claims_go){.version = "no Go"};
	taken = take_of_path(go, least);
	if (!taken && glob("/usr/lib/go-*/bin/go", 0, NULL, &found) == 0)
		for (size_t i = 0; !taken && i < found.gl_pathc; i++)
			taken = take(go, found.gl_pathv[i], least);
	globfree(&found);
	return taken;
}
