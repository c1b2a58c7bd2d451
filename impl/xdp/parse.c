/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - the parser of the filter, compiled for this machine. */
#include <string.h>

#include "gng_xdp.h"
#include "xdp_parse.h"

GNG_STATIC_ASSERT((int)GNG_XDP_TOO_DEEP == (int)XDP_TOO_DEEP, "two names of one verdict");

enum gng_xdp_parsed gng_xdp_parse(struct gng_xdp_flow *flow, size_t *payload_off, bool *fragment,
				  const uint8_t *frame, size_t len)
{
	struct xdp_flow found = {0};
	const enum xdp_parsed parsed = xdp_parse(&found, frame, frame + len);

	if (parsed != XDP_PARSED)
		return (enum gng_xdp_parsed)parsed;
	*flow = (struct gng_xdp_flow){.version = found.version,
				      .protocol = found.protocol,
				      .source_port = XDP_NET16(found.source_port),
				      .dest_port = XDP_NET16(found.dest_port)};
	memcpy(flow->source, found.source, found.version == 4 ? 4 : 16);
	memcpy(flow->dest, found.dest, found.version == 4 ? 4 : 16);
	*payload_off = found.payload;
	*fragment = found.fragment != 0;
	return GNG_XDP_PARSED;
}
