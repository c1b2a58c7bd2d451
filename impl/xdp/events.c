/* SPDX-License-Identifier: Apache-2.0 */
/* events.c - the article's way: an event of perf for each packet, and a thread that reads them. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "xdp_handle.h"

#define NUM_PAGES 64 /* for each CPU, libbpf's own example */

struct xdp_events {
	struct perf_buffer *buffer;
	struct gng_hist *hist;
	uint64_t taken, lost;
	pthread_t reader;
	bool done;
};

static void on_event(void *context, int cpu, void *data, uint32_t len)
{
	struct xdp_events *events = context;
	uint64_t ns;

	(void)cpu;
	if (len < sizeof(ns))
		return;
	memcpy(&ns, data, sizeof(ns));
	gng_hist_record(events->hist, ns);
	events->taken++;
}

static void on_lost(void *context, int cpu, unsigned long long num)
{
	(void)cpu;
	((struct xdp_events *)context)->lost += num;
}

static void *read_events(void *arg)
{
	struct xdp_events *events = arg;

	while (!__atomic_load_n(&events->done, __ATOMIC_ACQUIRE))
		perf_buffer__poll(events->buffer, 20);
	perf_buffer__consume(events->buffer);
	return NULL;
}

enum gng_status gng_xdp_events_open(struct gng_xdp *xdp, struct gng_hist *hist, struct gng_why *why)
{
	struct xdp_events *made = calloc(1, sizeof(*made));
	int error;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "xdp.events", "no memory");
	made->hist = hist;
	made->buffer =
		perf_buffer__new(xdp_map(xdp, "stamps"), NUM_PAGES, on_event, on_lost, made, NULL);
	error = made->buffer ? pthread_create(&made->reader, NULL, read_events, made) : errno;
	if (!error) {
		xdp->events = made;
		return GNG_OK;
	}
	perf_buffer__free(made->buffer);
	free(made);
	return xdp_failed(why, "xdp.events", error, "events of perf");
}

void gng_xdp_events_close(struct gng_xdp *xdp, uint64_t *taken, uint64_t *lost)
{
	struct xdp_events *events = xdp->events;

	*taken = *lost = 0;
	if (!events)
		return;
	__atomic_store_n(&events->done, true, __ATOMIC_RELEASE);
	pthread_join(events->reader, NULL);
	*taken = events->taken;
	*lost = events->lost;
	perf_buffer__free(events->buffer);
	free(events);
	xdp->events = NULL;
}
