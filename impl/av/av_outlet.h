/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_outlet.h - the sender's half of the network: an access unit becomes RTP packets, parity and
 * SRTP. Spec: RFC 6184, RFC 5109, RFC 3711 with RFC 7714.
 */
#ifndef AV_OUTLET_H
#define AV_OUTLET_H

#include <gng_fec.h>
#include <gng_rtp.h>

#include "av_module.h"

#define AV_HOT __attribute__((hot)) /* as RTP_HOT: on few pages with what it calls */

#define AV_MAX_PAYLOAD 1180 /* with RTP, parity, SRTP, UDP and IPv6 below 1280, the least MTU */
#define AV_MAX_DATAGRAM 1400
#define AV_MAX_PACKETS 768 /* of an access unit, repairs included */
#define AV_MAX_GROUP 20
#define AV_KEY_LEN 28 /* of GNG_RTP_AEAD_AES_128_GCM, key and salt */

#define AV_SSRC_VIDEO 0x67766964u
#define AV_SSRC_REPAIR 0x67666563u
#define AV_SSRC_AUDIO 0x67617564u
#define AV_TYPE_VIDEO 96
#define AV_TYPE_AUDIO 97
#define AV_TYPE_REPAIR 98
#define AV_TYPE_OPUS 99

/* av_datagram is one packet on its way. */
struct av_datagram {
	size_t len;
	uint8_t bytes[AV_MAX_DATAGRAM];
};

/* av_outlet is about 1.1 MiB: it lies in the arena of a run. */
struct av_outlet {
	struct gng_rtp_h264_pack pack;
	struct gng_rtp_srtp video, repair;
	uint16_t seq, repair_seq;
	unsigned int group, num_grouped; /* group 0: no parity */
	uint32_t timestamp;
	uint8_t header[GNG_RTP_HEADER]; /* of the video packets: sequence number and marker vary */
	struct av_datagram grouped[AV_MAX_GROUP]; /* the sources of the repair to come, in clear */
	size_t num_packets;
	struct av_datagram packets[AV_MAX_PACKETS];
	uint64_t num_sources, num_repairs;
};

/* av_outlet_init begins at seq with keys from master; NULL sends in clear. */
GNG_MUST enum gng_status av_outlet_init(struct av_outlet *outlet, const uint8_t *master,
					uint16_t seq, struct gng_why *why);
void av_outlet_fini(struct av_outlet *outlet);

/* av_outlet_pack makes packets[0..num_packets) of an access unit, in clear. GNG_ELIMIT if they are
 * too many. */
GNG_MUST enum gng_status av_outlet_pack(struct av_outlet *outlet, const struct av_encoded *unit,
					uint32_t timestamp, struct gng_why *why);

/* av_outlet_protect adds the repairs and seals all packets. group is that of the controller, and
 * holds from the next group on. */
GNG_MUST enum gng_status av_outlet_protect(struct av_outlet *outlet, unsigned int group,
					   struct gng_why *why);

#endif /* AV_OUTLET_H */
