/* SPDX-License-Identifier: Apache-2.0 */
/* peer_gst.h - GStreamer within the test's own process. */
#ifndef CONFORMANCE_RTP_PEER_GST_H
#define CONFORMANCE_RTP_PEER_GST_H

#include <gst/gst.h>

/* GLib never frees the table of quarks that it outgrows: readers of it take no lock. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libglib-2.0";
}

#endif /* CONFORMANCE_RTP_PEER_GST_H */
