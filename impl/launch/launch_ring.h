/* SPDX-License-Identifier: Apache-2.0 */
/*
 * launch_ring.h - the ring that caller and device share, and what a back end is.
 *
 * The caller writes a slot's first line, the device its second: no line has two writers. An order
 * is two words that each are written and read whole, and each has the sequence number in its upper
 * bits, so that a reader who gets an old one beside a new one knows it.
 */
#ifndef LAUNCH_RING_H
#define LAUNCH_RING_H

#include "gng_launch.h"

#define LAUNCH_STOP UINT32_C(0xffffffff) /* as a length: the order to end */
#define LAUNCH_AT_BITS 48

struct launch_slot {
	uint64_t at;   /* sequence << 48 | offset of the packet: launch.cu reads both */
	uint64_t size; /* sequence << 32 | bytes */
	uint8_t gap[48];
	uint64_t device_t3; /* the device's clock */
	uint32_t sum;
	uint32_t done; /* sequence, written last */
	uint8_t end[48];
};

GNG_STATIC_ASSERT(sizeof(struct launch_slot) == 128 && offsetof(struct launch_slot, done) == 76,
		  "launch.cu counts these bytes");

#define LAUNCH_SLOTS (GNG_LAUNCH_DEPTH + 1) /* one more for the order to end */
#define LAUNCH_RING_LEN (LAUNCH_SLOTS * sizeof(struct launch_slot))

/* launch_clock is one comparison: when the device's clock was ticks, the TSC was in lo..hi. */
struct launch_clock {
	uint64_t ticks, lo, hi;
};

struct launch_stamps {
	uint64_t t0, t1, t2;
};

struct launch_backend {
	/* open makes the device ready and sets launch->slots; close gives back what open took,
	 * also after half an open. */
	enum gng_status (*open)(struct gng_launch *launch, const struct gng_launch_request *request,
				struct gng_why *why);
	void (*close)(struct gng_launch *launch);
	/* kick makes the device look at the orders: NULL where it polls. */
	enum gng_status (*kick)(struct gng_launch *launch, struct gng_why *why);
	/* health fails if no answer can come any more; NULL: it always can. */
	enum gng_status (*health)(struct gng_launch *launch, struct gng_why *why);
	/* pause ends what polls, until the next order; NULL: nothing has to end. */
	enum gng_status (*pause)(struct gng_launch *launch, struct gng_why *why);
	/* pinging(true) comes before the pings that compare the clocks, pinging(false) behind. */
	enum gng_status (*pinging)(struct gng_launch *launch, bool begins, struct gng_why *why);
};

extern const struct launch_backend launch_cpu, launch_cuda;

struct gng_launch {
	const struct launch_backend *backend;
	struct gng_launch_info info;
	struct launch_slot *slots; /* of the back end */
	void *device;		   /* of the back end */
	const uint8_t *packets;
	size_t packets_len;
	uint64_t submitted, polled;
	uint32_t fruitless; /* polls since the last answer */
	bool polling;	    /* a kernel stays now */
	bool own_clock;	    /* the device's clock is not the TSC */
	double ticks_hz;    /* of the device's clock, nominal */
	uint64_t tick;	    /* greatest common divisor of its differences so far */
	uint64_t last_ticks;
	size_t num_clocks;
	struct launch_clock clocks[2]; /* the last two; [1] is the last */
	struct gng_clock_rate rate;
	uint8_t *here; /* a page that is 1 in this process and 0 in a forked child */
	struct gng_why broken;
	struct launch_stamps stamps[LAUNCH_SLOTS];
};

static inline struct launch_slot *launch_slot_of(const struct gng_launch *launch, uint64_t sequence)
{
	return &launch->slots[(sequence - 1) % LAUNCH_SLOTS];
}

/* launch_order writes an order, the size last: from then on the device may see it. */
static inline void launch_order(struct launch_slot *slot, uint64_t sequence, uint64_t at,
				uint32_t len)
{
	__atomic_store_n(&slot->at, sequence << LAUNCH_AT_BITS | at, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->size, sequence << 32 | len, __ATOMIC_RELEASE);
}

/* launch_is_done says whether the device has answered. */
static inline bool launch_is_done(const struct launch_slot *slot, uint64_t sequence)
{
	return __atomic_load_n(&slot->done, __ATOMIC_ACQUIRE) == (uint32_t)sequence;
}

/* launch_break keeps the first error for all calls to come, and returns it. */
enum gng_status launch_break(struct gng_launch *launch, const struct gng_why *why);

/* launch_stop orders a polling device to end and waits at most 2 s. False if it does not answer. */
bool launch_stop(struct gng_launch *launch);

/* launch_is_here says whether this process opened it: a forked child has a copy of the memory, but
 * neither the thread nor the device. */
static inline bool launch_is_here(const struct gng_launch *launch)
{
	return *(volatile const uint8_t *)launch->here != 0;
}

/* launch_pick_cpu returns the first CPU that this thread may use, on a node (-1: any), but not
 * except; or -1. */
int launch_pick_cpu(int node, int except);

#endif /* LAUNCH_RING_H */
