/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - files, links and modes under a machine's root, and this process as a machine. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dpdk_files.h"

void dpdk_say(struct dpdk_examination *examination, enum gng_dpdk_reason reason, const char *remedy,
	      const char *evidence, ...)
{
	struct gng_dpdk_check *check = &examination->checks[examination->num];
	va_list args;

	if (examination->num == GNG_DPDK_MAX_CHECKS)
		return;
	examination->num++;
	check->name = examination->name;
	check->reason = reason;
	va_start(args, evidence);
	vsnprintf(check->evidence, sizeof(check->evidence), evidence, args);
	va_end(args);
	snprintf(check->remedy, sizeof(check->remedy), "%s",
		 remedy ? remedy : gng_dpdk_reason_remedy(reason));
}

bool dpdk_full(char *full, size_t cap, const struct gng_dpdk_machine *machine, const char *path)
{
	return (size_t)snprintf(full, cap, "%s%s", machine->root, path) < cap;
}

bool dpdk_read(char text[DPDK_TEXT], const struct gng_dpdk_machine *machine, const char *path)
{
	char full[PATH_MAX];
	size_t len = 0;
	ssize_t n = 0;
	int fd;

	*text = '\0';
	if (!dpdk_full(full, sizeof(full), machine, path))
		return false;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	while (len < DPDK_TEXT - 1 && (n = read(fd, text + len, DPDK_TEXT - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	return n >= 0;
}

long dpdk_number(const struct gng_dpdk_machine *machine, const char *path, long otherwise)
{
	char text[DPDK_TEXT], *end;
	long number;

	if (!dpdk_read(text, machine, path))
		return otherwise;
	number = strtol(text, &end, 10);
	while (isspace((unsigned char)*end))
		end++;
	return end == text || *end ? otherwise : number;
}

bool dpdk_exists(const struct gng_dpdk_machine *machine, const char *path)
{
	char full[PATH_MAX];
	struct stat state;

	return dpdk_full(full, sizeof(full), machine, path) && lstat(full, &state) == 0;
}

bool dpdk_link(char *name, size_t cap, const struct gng_dpdk_machine *machine, const char *path)
{
	char full[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t len;

	if (!dpdk_full(full, sizeof(full), machine, path))
		return false;
	len = readlink(full, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	last = strrchr(target, '/');
	return (size_t)snprintf(name, cap, "%s", last ? last + 1 : target) < cap;
}

bool dpdk_has_capability(const struct gng_dpdk_machine *machine, unsigned int capability)
{
	return machine->capabilities >> capability & 1;
}

#define CAP_DAC_OVERRIDE 1

bool dpdk_may(const struct gng_dpdk_machine *machine, const char *path)
{
	char full[PATH_MAX];
	struct stat state;
	unsigned int want;

	if (!dpdk_full(full, sizeof(full), machine, path))
		return false;
	if (*machine->root == '\0')
		return faccessat(AT_FDCWD, full, R_OK | W_OK, AT_EACCESS) == 0;
	if (stat(full, &state) != 0)
		return false;
	want = state.st_uid == machine->uid ? 0600 : 0006;
	return dpdk_has_capability(machine, CAP_DAC_OVERRIDE) || (state.st_mode & want) == want;
}

/* ---- this process ---- */

static uint64_t capabilities_here(void)
{
	const struct gng_dpdk_machine here = {.root = ""};
	char text[DPDK_TEXT];
	const char *at;

	if (!dpdk_read(text, &here, "/proc/self/status"))
		return 0;
	at = strstr(text, "\nCapEff:");
	return at ? strtoull(at + 8, NULL, 16) : 0;
}

void gng_dpdk_machine_here(struct gng_dpdk_machine *machine)
{
	struct rlimit limit = {0};
	cpu_set_t cpus;

	*machine = (struct gng_dpdk_machine){.root = "", .uid = (unsigned int)geteuid()};
	machine->capabilities = capabilities_here();
	getrlimit(RLIMIT_MEMLOCK, &limit);
	machine->memlock_len = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	CPU_ZERO(&cpus);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	for (size_t i = 0; i < CPU_SETSIZE && i < GNG_DPDK_MAX_LCORES; i++)
		if (CPU_ISSET(i, &cpus))
			machine->lcores[i / 64] |= (uint64_t)1 << i % 64;
}
