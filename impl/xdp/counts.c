/* SPDX-License-Identifier: Apache-2.0 */
/* counts.c - what the programs counted, added up over the CPUs. */
#include <bpf/bpf.h>
#include <errno.h>

#include "xdp_handle.h"

/* sum_at adds up one 64-bit number per CPU; 0 if it cannot be read, which no test takes for much.
 */
static uint64_t sum_at(int map, uint32_t key)
{
	struct gng_bpfmap_values values;
	uint64_t sum = 0;

	if (gng_bpfmap_values_open(&values, sizeof(sum), NULL) != GNG_OK)
		return 0;
	if (gng_bpfmap_lookup(map, &key, values.bytes) == 0)
		sum = gng_bpfmap_sum(&values, 0);
	gng_bpfmap_values_close(&values);
	return sum;
}

uint64_t gng_xdp_hits(struct gng_xdp *xdp, uint32_t number)
{
	return sum_at(xdp->hits, number);
}

struct gng_xdp_counts gng_xdp_counts(struct gng_xdp *xdp)
{
	const int map = xdp->counts;

	return (struct gng_xdp_counts){
		.passed = sum_at(map, XDP_PASSED),
		.dropped = sum_at(map, XDP_DROPPED),
		.malformed = sum_at(map, XDP_MALFORMED),
		.echoed = sum_at(map, XDP_ECHOED),
		.arrived = sum_at(map, XDP_ARRIVED),
		.foreign = sum_at(map, XDP_FOREIGN),
		.ran_a = sum_at(map, XDP_RAN_A),
		.ran_b = sum_at(map, XDP_RAN_B),
		.missed = sum_at(map, XDP_MISSED),
	};
}

enum gng_status gng_xdp_latencies(struct gng_xdp *xdp, struct gng_hist *hist, struct gng_why *why)
{
	struct gng_bpfmap_values values;
	const uint32_t key = 0;
	enum gng_status status = gng_bpfmap_values_open(&values, sizeof(struct xdp_hist), why);
	int error;

	if (status != GNG_OK)
		return status;
	error = gng_bpfmap_lookup(xdp->latencies, &key, values.bytes);
	for (unsigned int i = 0; !error && i < GNG_OCTAVE_NUM_BUCKETS; i++) {
		const uint64_t num = gng_bpfmap_sum(&values, i * sizeof(uint64_t));

		if (num)
			gng_hist_record_n(hist, gng_octave_highest(i), num);
	}
	gng_bpfmap_values_close(&values);
	return error ? xdp_failed(why, "xdp.latencies", error, "the histogram") : GNG_OK;
}

static int on_sample(void *context, void *data, size_t len)
{
	const struct gng_xdp *xdp = context;
	const struct xdp_sample *sample = data;

	if (len >= sizeof(*sample))
		xdp->found(xdp->found_context,
			   &(struct gng_xdp_sample){sample->at_ns, sample->latency_ns,
						    sample->number, sample->cpu});
	return 0;
}

int gng_xdp_samples(struct gng_xdp *xdp,
		    void (*found)(void *context, const struct gng_xdp_sample *sample),
		    void *context)
{
	if (!xdp->samples)
		xdp->samples = ring_buffer__new(xdp_map(xdp, "samples"), on_sample, xdp, NULL);
	if (!xdp->samples)
		return -errno;
	xdp->found = found;
	xdp->found_context = context;
	return ring_buffer__consume(xdp->samples);
}
