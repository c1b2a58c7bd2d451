/* SPDX-License-Identifier: Apache-2.0 */
/* filter_frames.h - frames of each kind that the parser knows, and of those that it refuses. */
#ifndef CONFORMANCE_XDP_FILTER_FRAMES_H
#define CONFORMANCE_XDP_FILTER_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include <gng_xdp.h>

#define FRAME_CAP 256u
#define NUM_FRAMES 16u

/* frame_make writes a frame of TCP or UDP over IPv4 or IPv6 with eight bytes of payload, and
 * returns its length. */
size_t frame_make(uint8_t frame[FRAME_CAP], const struct gng_xdp_flow *flow);

/* frame_named writes one of NUM_FRAMES and returns its length: tags, options, extension headers,
 * fragments, and lengths that lie. */
size_t frame_named(uint8_t frame[FRAME_CAP], size_t which);

#endif /* CONFORMANCE_XDP_FILTER_FRAMES_H */
