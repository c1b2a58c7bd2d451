/* SPDX-License-Identifier: Apache-2.0 */
/* probe_system.c - facts of the kernel and of /proc that claims are about. */
#include "claims_probe.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WATCH_NS 200000000 /* a busy CPU ticks at least 20 times in it (HZ=100) */

static void priority_max(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const int max = sched_get_priority_max(SCHED_FIFO);

	(void)claim;
	claims_find_figure(finding, max, max, max, "sched_get_priority_max(SCHED_FIFO) is %d", max);
}

/* counts_of adds up the line of /proc/interrupts that begins with name; false without it. */
static bool counts_of(const char *name, uint64_t *sum)
{
	FILE *file = fopen("/proc/interrupts", "r");
	char *line = NULL;
	size_t cap = 0;
	bool found = false;

	*sum = 0;
	while (file && !found && getline(&line, &cap, file) > 0) {
		char *at = line + strspn(line, " "), *end;
		const size_t len = strlen(name);

		found = strncmp(at, name, len) == 0 && at[len] == ':';
		for (at += found ? len + 1 : 0; found; at = end) {
			const unsigned long long count = strtoull(at, &end, 10);

			if (end == at || !(isspace((unsigned char)*end) || *end == '\0'))
				break;
			*sum += count;
		}
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

static void stay_busy(void)
{
	struct timespec first, now;

	clock_gettime(CLOCK_MONOTONIC, &first);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - first.tv_sec) * 1000000000LL + now.tv_nsec - first.tv_nsec <
		 WATCH_NS);
}

/* interrupt_line: with = a line of /proc/interrupts; whether the timer ticks come by it. */
static void interrupt_line(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	uint64_t before, after, local_before, local_after;
	bool found, local;

	found = counts_of(claim->with, &before);
	local = counts_of("LOC", &local_before);
	stay_busy();
	counts_of(claim->with, &after);
	counts_of("LOC", &local_after);
	if (!found && !local) {
		claims_find(finding, CLAIMS_ABSENT, "/proc/interrupts has neither line");
		return;
	}
	after -= before;
	local_after -= local_before;
	claims_find_truth(finding, found && after > 0 && after * 2 >= local_after,
			  "in 0.2 s of work line '%s' of /proc/interrupts %s by %llu, the local "
			  "timers (LOC) by %llu",
			  claim->with, found ? "rose" : "does not exist and so rose",
			  (unsigned long long)after, (unsigned long long)local_after);
}

/* interrupt_moves: with = an interrupt; whether the kernel has an affinity for it. */
static void interrupt_moves(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char path[128];
	bool exists;

	snprintf(path, sizeof(path), "/proc/irq/%.60s/smp_affinity", claim->with);
	exists = access(path, F_OK) == 0;
	claims_find_truth(finding, exists, "%s %s", path, exists ? "exists" : "does not exist");
}

/* systemd_accepts: with = one line of [Service]; whether systemd-analyze takes it silently. */
static void systemd_accepts(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char folder[64], path[128], command[256], said[160] = "";
	FILE *file;

	if (!claims_program_found("systemd-analyze")) {
		claims_find(finding, CLAIMS_ABSENT, "systemd-analyze is not installed");
		return;
	}
	snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	if (!mkdtemp(folder)) {
		claims_find(finding, CLAIMS_DOUBT, "no folder for a unit");
		return;
	}
	snprintf(path, sizeof(path), "%s/gonogo-claims.service", folder);
	file = fopen(path, "w");
	if (file) {
		fprintf(file, "[Service]\nExecStart=/bin/true\n%s\n", claim->with);
		fclose(file);
	}
	snprintf(command, sizeof(command),
		 "systemd-analyze verify --man=no --recursive-errors=no '%s' 2>&1 |"
		 " grep '^/.*gonogo-claims.service:3:' | cut -d: -f3-",
		 path);
	file = popen(command, "r");
	if (file) {
		if (!fgets(said, sizeof(said), file))
			said[0] = '\0';
		pclose(file);
	}
	said[strcspn(said, "\n")] = '\0';
	unlink(path);
	rmdir(folder);
	claims_find_truth(finding, said[0] == '\0', "systemd-analyze verify of '%.80s': %s",
			  claim->with, said[0] ? said : "no complaint");
}

const struct claims_probe claims_probes_system[] = {
	{"sys_priority_max", true, priority_max},
	{"sys_interrupt_line", false, interrupt_line},
	{"sys_interrupt_moves", false, interrupt_moves},
	{"sys_systemd_accepts", false, systemd_accepts},
	{0},
};
