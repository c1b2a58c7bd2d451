/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat.c - the module around our monitor of the scheduler, which links libbpf: who had the CPU
 * that a thread of this process waited for. */
#include "../av_module.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gng_schedlat.h>

static void *waits_open(uint64_t threshold_ns, char *said, size_t cap)
{
	const struct gng_schedlat_request request = {.threshold_ns = threshold_ns,
						     .process = (uint32_t)getpid()};
	struct gng_schedlat *monitor = NULL;
	struct gng_why why = {0};

	if (gng_schedlat_open(&monitor, &request, &why) == GNG_OK)
		return monitor;
	snprintf(said, cap, "%s", why.text);
	return NULL;
}

/* copy keeps what can be printed: a thread may call itself any bytes. */
static void copy(char to[AV_THREAD_NAME], const char from[GNG_SCHEDLAT_COMM_LEN])
{
	size_t i = 0;

	for (; i < AV_THREAD_NAME - 1 && from[i]; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
}

static bool waits_next(void *waits, struct av_wait *wait)
{
	struct gng_schedlat_wait one;
	bool found = false;

	if (gng_schedlat_poll(waits, &one, &found, 0, NULL) != GNG_OK || !found)
		return false;
	*wait = (struct av_wait){.from_ns = one.from_ns, .until_ns = one.until_ns};
	copy(wait->thread, one.comm);
	copy(wait->culprit, one.culprit_comm);
	return true;
}

static void waits_close(void *waits)
{
	gng_schedlat_close(waits);
}

__attribute__((visibility("default"))) extern const struct av_module av_module;
const struct av_module av_module = {
	.version = AV_MODULE_VERSION,
	.name = "schedlat",
	.licence = "Apache-2.0",
	.waits_open = waits_open,
	.waits_next = waits_next,
	.waits_close = waits_close,
};
