/* SPDX-License-Identifier: Apache-2.0 */
/* preflight.c - what decides about a start before any device: CPUs, plugins, runtime folder, the
 * lock of a primary process. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dpdk_files.h"

static void examine_lcores(struct dpdk_examination *examination)
{
	const struct gng_dpdk_request *request = examination->request;
	size_t num = 0;

	examination->name = "lcores";
	for (size_t i = 0; i < GNG_DPDK_MAX_LCORES; i++) {
		const uint64_t bit = (uint64_t)1 << i % 64;

		if (!(request->lcores[i / 64] & bit))
			continue;
		if (!(examination->machine->lcores[i / 64] & bit)) {
			dpdk_say(examination, GNG_DPDK_LCORE, NULL,
				 "CPU %zu is not among those that this process may use", i);
			return;
		}
		num++;
	}
	if (request->has_lcores)
		dpdk_say(examination, GNG_DPDK_READY, NULL, "all %zu may be used", num);
}

static void examine_plugins(struct dpdk_examination *examination)
{
	examination->name = "plugins";
	for (size_t i = 0; i < examination->request->num_plugins; i++) {
		const char *path = examination->request->plugins[i];

		/* a name without a slash is looked for by the dynamic loader */
		if (strchr(path, '/') && !dpdk_exists(examination->machine, path))
			dpdk_say(examination, GNG_DPDK_PLUGIN, NULL, "%s is not there", path);
	}
}

/* As eal_create_runtime_dir does. */
const char *dpdk_runtime_folder(const struct gng_dpdk_machine *machine)
{
	const bool here = *machine->root == '\0';
	const char *folder = here ? getenv("RUNTIME_DIRECTORY") : NULL;

	if (!folder && machine->uid == 0)
		return "/var/run";
	if (!folder && here)
		folder = getenv("XDG_RUNTIME_DIR");
	return folder ? folder : "/tmp";
}

/* --in-memory is a superset of --no-shconf. */
static bool is_unshared(const struct gng_dpdk_request *request)
{
	return request->no_shconf || request->in_memory;
}

static void examine_runtime_folder(struct dpdk_examination *examination)
{
	const char *folder = dpdk_runtime_folder(examination->machine);
	char path[PATH_MAX];

	if (is_unshared(examination->request)) /* EAL goes on without one then */
		return;
	examination->name = "runtime folder";
	snprintf(path, sizeof(path), "%s/dpdk", folder);
	if (!dpdk_exists(examination->machine, path))
		snprintf(path, sizeof(path), "%s", folder);
	if (!dpdk_exists(examination->machine, path))
		dpdk_say(examination, GNG_DPDK_RUNTIME_FOLDER, NULL, "%s is not there", path);
	else if (!dpdk_may(examination->machine, path))
		dpdk_say(examination, GNG_DPDK_RUNTIME_FOLDER, NULL,
			 "%s may not be written by user %u", path, examination->machine->uid);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%s", path);
}

bool dpdk_is_locked(const char *full)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const int fd = open(full, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool locked;

	if (fd < 0)
		return errno != ENOENT && errno != ENOTDIR;
	locked = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return locked;
}

static void examine_primary(struct dpdk_examination *examination)
{
	const struct gng_dpdk_request *request = examination->request;
	char path[PATH_MAX], full[PATH_MAX];
	bool locked;

	if (is_unshared(request)) /* nobody locks anything */
		return;
	examination->name = "primary process";
	snprintf(path, sizeof(path), "%s/dpdk/%s/config", dpdk_runtime_folder(examination->machine),
		 request->file_prefix);
	locked = dpdk_full(full, sizeof(full), examination->machine, path) && dpdk_is_locked(full);
	if (request->is_secondary && !locked)
		dpdk_say(examination, GNG_DPDK_PRIMARY_ABSENT, NULL,
			 "no process holds the lock of %s", path);
	else if (!request->is_secondary && locked)
		dpdk_say(examination, GNG_DPDK_PRIMARY_RUNNING, NULL,
			 "a process holds the lock of %s", path);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "file prefix %s is %s",
			 request->file_prefix, locked ? "there to join" : "free");
}

void dpdk_examine_process(struct dpdk_examination *examination)
{
	examine_lcores(examination);
	examine_plugins(examination);
	examine_runtime_folder(examination);
	examine_primary(examination);
}

size_t gng_dpdk_preflight(struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS],
			  const struct gng_dpdk_request *request,
			  const struct gng_dpdk_machine *machine)
{
	struct dpdk_examination examination = {
		.checks = checks, .request = request, .machine = machine};

	dpdk_examine_process(&examination);
	dpdk_examine_memory(&examination);
	dpdk_examine_devices(&examination);
	dpdk_examine_vdevs(&examination);
	return examination.num;
}

size_t gng_dpdk_preflight_devices(struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS],
				  const struct gng_dpdk_request *request,
				  const struct gng_dpdk_machine *machine)
{
	struct dpdk_examination examination = {
		.checks = checks, .request = request, .machine = machine};

	dpdk_examine_devices(&examination);
	dpdk_examine_vdevs(&examination);
	return examination.num;
}
