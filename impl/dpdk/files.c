/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - files, links and modes under a machine's root, and this process as a machine. */
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <mntent.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gng_sysfile.h>

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

bool dpdk_exists(const struct gng_dpdk_machine *machine, const char *path)
{
	char full[PATH_MAX];
	struct stat state;

	return dpdk_full(full, sizeof(full), machine, path) && lstat(full, &state) == 0;
}

/* Magic numbers of libpcap 1.10 (sf-pcap.c, sf-pcapng.c), in either order of bytes. */
bool dpdk_is_no_capture(const struct gng_dpdk_machine *machine, const char *path)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b2cd34, 0xa1b234cd,
					  0xa12b3c4d, 0xa1b23c4d, 0x0a0d0d0a};
	char full[PATH_MAX];
	struct stat state;
	uint32_t magic = 0;
	FILE *file;
	size_t num;

	if (!dpdk_full(full, sizeof(full), machine, path) || stat(full, &state) != 0 ||
	    !S_ISREG(state.st_mode))
		return false;
	file = fopen(full, "re");
	if (!file)
		return false;
	num = fread(&magic, sizeof(magic), 1, file);
	fclose(file);
	for (size_t i = 0; num && i < sizeof(magics) / sizeof(magics[0]); i++)
		if (magic == magics[i] || magic == __builtin_bswap32(magics[i]))
			return false;
	return true;
}

bool dpdk_link(char *name, size_t cap, const struct gng_dpdk_machine *machine, const char *path)
{
	gng_sysfile_link(name, cap, machine->root, path);
	return *name != '\0';
}

FILE *dpdk_mounts(const struct gng_dpdk_machine *machine)
{
	char full[PATH_MAX];

	return dpdk_full(full, sizeof(full), machine, "/proc/mounts") ? setmntent(full, "re")
								      : NULL;
}

bool dpdk_next_hugetlbfs(char at[PATH_MAX], FILE *mounts)
{
	char line[2 * PATH_MAX];
	struct mntent entry;

	while (getmntent_r(mounts, &entry, line, sizeof(line)))
		if (strcmp(entry.mnt_type, "hugetlbfs") == 0)
			return snprintf(at, PATH_MAX, "%s", entry.mnt_dir) < PATH_MAX;
	return false;
}

bool dpdk_has_capability(const struct gng_dpdk_machine *machine, unsigned int capability)
{
	return machine->capabilities >> capability & 1;
}

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
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}, {0}};

	if (syscall(SYS_capget, &header, data) != 0)
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
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
