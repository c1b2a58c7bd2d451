/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_rtp.h - RTP and RTCP, the payloads L16, L24, Opus and H.264, SRTP, and SDP that names them.
 * Spec: RFC 3550 with appendix A; RFC 3551, 3190, 7587, 6184; RFC 3711, 7714; RFC 8866.
 *
 * Rules of every call: lengths are bytes; nothing allocates; pointers are borrowed until the call
 * returns, except where "view" says that a result points into an input. A call that fails leaves
 * its outputs unusable, and why (if not NULL) says what is wrong. GNG_EFORMAT is a bad message,
 * GNG_EINVAL a capacity that is too small or another break of the contract.
 */
#ifndef GNG_RTP_H
#define GNG_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_aes.h>
#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_RTP_HEADER 12
#define GNG_RTP_MAX_CSRC 15
#define GNG_RTP_MAX_PACKET 65535

/* gng_rtp_packet is a packet of RFC 3550 section 5.1. payload and ext are views. */
struct gng_rtp_packet {
	bool marker, has_ext;
	uint8_t payload_type; /* 0..127 */
	uint8_t num_csrc;
	uint8_t pad_len; /* octets of padding, its count included; 0 for none */
	uint16_t seq, ext_profile;
	uint32_t timestamp, ssrc;
	uint32_t csrc[GNG_RTP_MAX_CSRC];
	const uint8_t *ext; /* ext[0..ext_len), a multiple of 4 */
	size_t ext_len;
	const uint8_t *payload;
	size_t payload_len;
};

/*
 * gng_rtp_read takes in[0..len) apart and checks what appendix A.1 asks: version, lengths of CSRC
 * list, extension and padding, and a payload type that is not that of an RTCP report (72 and 73
 * with marker). GNG_EFORMAT otherwise.
 */
GNG_MUST enum gng_status gng_rtp_read(struct gng_rtp_packet *packet, const uint8_t *in, size_t len,
				      struct gng_why *why);

/* gng_rtp_write is the inverse of gng_rtp_read, byte for byte where the padding is of zeros. */
GNG_MUST enum gng_status gng_rtp_write(uint8_t *out, size_t cap, size_t *out_len,
				       const struct gng_rtp_packet *packet, struct gng_why *why);

/* gng_rtp_source is what a receiver knows of one sender: appendices A.1, A.3 and A.8. */
struct gng_rtp_source {
	uint32_t cycles, base_seq, bad_seq, probation, received, expected_prior, received_prior;
	uint32_t transit, jitter; /* jitter scaled by 16 */
	uint16_t max_seq;
	bool has_transit;
};

/* gng_rtp_source_init begins with the first sequence number that was heard, on probation. */
void gng_rtp_source_init(struct gng_rtp_source *source, uint16_t seq);

/* gng_rtp_source_seq judges the sequence number of each packet, the first included: true if it is
 * valid, which it is from the second consecutive one on (MIN_SEQUENTIAL 2). */
bool gng_rtp_source_seq(struct gng_rtp_source *source, uint16_t seq);

/* gng_rtp_source_arrival updates the jitter. arrival is in units of the timestamp. */
void gng_rtp_source_arrival(struct gng_rtp_source *source, uint32_t timestamp, uint32_t arrival);

/* gng_rtp_block is a report block of section 6.4.1. */
struct gng_rtp_block {
	uint32_t ssrc, highest_seq, jitter, last_sr, delay_since_sr;
	int32_t lost; /* -2^23 .. 2^23 - 1 */
	uint8_t fraction_lost;
};

/* gng_rtp_source_report fills all of *block but ssrc, last_sr and delay_since_sr, and begins a new
 * interval of fraction_lost. */
void gng_rtp_source_report(struct gng_rtp_source *source, struct gng_rtp_block *block);

enum gng_rtp_control_type {
	GNG_RTP_SR = 200,
	GNG_RTP_RR = 201,
	GNG_RTP_SDES = 202,
	GNG_RTP_BYE = 203,
	GNG_RTP_APP = 204,
};

/* gng_rtp_control is one packet of a compound; body is a view behind the first 4 octets, without
 * padding. */
struct gng_rtp_control {
	uint8_t type, count;
	const uint8_t *body;
	size_t body_len;
};

/*
 * gng_rtp_control_check applies appendix A.2 to the compound in[0..len): versions, first type SR
 * or RR, padding only on the last, lengths that add up; and each report, SDES, BYE and APP has
 * room for what its count says. GNG_EFORMAT otherwise.
 */
GNG_MUST enum gng_status gng_rtp_control_check(const uint8_t *in, size_t len, struct gng_why *why);

/* gng_rtp_control_next sets *one to the packet at *offset of a compound that was checked, and
 * moves on; false at the end. Begin with *offset 0. */
bool gng_rtp_control_next(struct gng_rtp_control *one, size_t *offset, const uint8_t *in,
			  size_t len);

/* gng_rtp_sender is the sender's part of an SR, section 6.4.1. */
struct gng_rtp_sender {
	uint64_t ntp;
	uint32_t timestamp, num_packets, num_octets;
};

/* gng_rtp_report is an SR (has_sender) or RR of up to 31 blocks. */
struct gng_rtp_report {
	uint32_t ssrc;
	bool has_sender;
	uint8_t num_blocks;
	struct gng_rtp_sender sender;
	struct gng_rtp_block blocks[31];
};

/* gng_rtp_report_read reads one SR or RR that gng_rtp_control_next gave. */
GNG_MUST enum gng_status gng_rtp_report_read(struct gng_rtp_report *report,
					     const struct gng_rtp_control *one,
					     struct gng_why *why);

/* gng_rtp_report_write, _cname_write and _bye_write append to out[0..*out_len), so that calls in
 * this order make a compound. A cname has 1 to 255 bytes. */
GNG_MUST enum gng_status gng_rtp_report_write(uint8_t *out, size_t cap, size_t *out_len,
					      const struct gng_rtp_report *report,
					      struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_cname_write(uint8_t *out, size_t cap, size_t *out_len,
					     uint32_t ssrc, const char *cname, struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_bye_write(uint8_t *out, size_t cap, size_t *out_len, uint32_t ssrc,
					   struct gng_why *why);

/* gng_rtp_cname_read sets *cname to a view of the first CNAME of an SDES; false if it has none. */
bool gng_rtp_cname_read(const char **cname, size_t *cname_len, uint32_t *ssrc,
			const struct gng_rtp_control *one);

/* gng_rtp_members is what the interval of RTCP depends on: section 6.3. */
struct gng_rtp_members {
	uint32_t num_members, num_senders; /* this participant included */
	double octets_per_second;	   /* of all RTCP of the session, above 0 */
	double average_octets;		   /* of a compound, with lower headers */
	bool we_sent, initial;
};

/* gng_rtp_control_interval is rtcp_interval() of appendix A.7, in seconds; random is uniform in
 * [0, 1). */
double gng_rtp_control_interval(const struct gng_rtp_members *members, double random);

/*
 * gng_rtp_l16_write and _l24_write put samples in network byte order (RFC 3551 section 4.5.11, RFC
 * 3190 section 4), channels interleaved. A sample of L24 is in -2^23 .. 2^23 - 1, else GNG_EINVAL.
 * _read are the inverses; GNG_EFORMAT unless len is whole frames of num_channels.
 */
GNG_MUST enum gng_status gng_rtp_l16_write(uint8_t *out, size_t cap, size_t *out_len,
					   const int16_t *samples, size_t num_samples,
					   struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_l24_write(uint8_t *out, size_t cap, size_t *out_len,
					   const int32_t *samples, size_t num_samples,
					   struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_l16_read(int16_t *samples, size_t cap, size_t *num_samples,
					  const uint8_t *in, size_t len, unsigned int num_channels,
					  struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_l24_read(int32_t *samples, size_t cap, size_t *num_samples,
					  const uint8_t *in, size_t len, unsigned int num_channels,
					  struct gng_why *why);

/*
 * gng_rtp_opus_duration checks an Opus packet against rules R1 to R7 of RFC 6716 section 3.4 and
 * sets *num_samples to its length in units of the 48 kHz timestamp of RFC 7587 section 4.1.
 */
GNG_MUST enum gng_status gng_rtp_opus_duration(uint32_t *num_samples, const uint8_t *in, size_t len,
					       struct gng_why *why);

#define GNG_RTP_H264_MAX_UNITS 256
#define GNG_RTP_H264_MAX_SET 256

/* gng_rtp_unit is a NAL unit without start code. */
struct gng_rtp_unit {
	const uint8_t *bytes;
	size_t len;
};

/* gng_rtp_h264_pack cuts access units into payloads of RFC 6184, packetization-mode 1. */
struct gng_rtp_h264_pack {
	size_t max_payload; /* at least 3 */
	size_t num_units, next_unit, unit_offset;
	size_t sps_len, pps_len; /* 0: none was seen */
	uint32_t types;		 /* bit n: a unit of type n is among them */
	struct gng_rtp_unit units[GNG_RTP_H264_MAX_UNITS];
	uint8_t sps[GNG_RTP_H264_MAX_SET], pps[GNG_RTP_H264_MAX_SET];
};

/* gng_rtp_h264_pack_init sets the largest payload; GNG_EINVAL unless it is 3 .. 65523. */
GNG_MUST enum gng_status gng_rtp_h264_pack_init(struct gng_rtp_h264_pack *pack, size_t max_payload,
						struct gng_why *why);

/*
 * gng_rtp_h264_pack_begin takes the access unit in[0..len) in the byte stream format of H.264 annex
 * B; it must stay until the last gng_rtp_h264_pack_next. GNG_EFORMAT for no unit, an empty one, one
 * of a type that RFC 6184 uses for itself (0, 24 to 31), and a parameter set behind a slice, which
 * would begin another access unit. Where an IDR picture comes without a parameter set, the last
 * ones seen go ahead of it, but behind an access unit delimiter; never between its slices.
 * GNG_ELIMIT for more than GNG_RTP_H264_MAX_UNITS.
 */
GNG_MUST enum gng_status gng_rtp_h264_pack_begin(struct gng_rtp_h264_pack *pack, const uint8_t *in,
						 size_t len, struct gng_why *why);

/*
 * gng_rtp_h264_pack_units takes an access unit whose encoder says how long its units are: unit i is
 * the next lens[i] bytes of in, its start code among them, and all are len bytes. The bytes are not
 * searched, which takes half of the time of packing; all else is as above. GNG_EFORMAT also for a
 * unit that does not begin with 00 00 01 or 00 00 00 01, and for lengths that do not add up to len.
 */
GNG_MUST enum gng_status gng_rtp_h264_pack_units(struct gng_rtp_h264_pack *pack, const uint8_t *in,
						 size_t len, const size_t *lens, size_t num_lens,
						 struct gng_why *why);

/* gng_rtp_h264_pack_next writes the next payload: a single unit, a STAP-A of what fits, or an FU-A.
 * *marker is true for the last of the access unit only. False when there is no more; out has at
 * least max_payload bytes. */
bool gng_rtp_h264_pack_next(struct gng_rtp_h264_pack *pack, uint8_t *out, size_t *out_len,
			    bool *marker);

enum gng_rtp_h264_event {
	GNG_RTP_H264_MORE = 0,	   /* taken; the access unit is not at its end */
	GNG_RTP_H264_COMPLETE = 1, /* taken; out[0..out_len) is the access unit */
	GNG_RTP_H264_HELD = 2,	   /* not taken, for it begins another: use out, push it again */
};

/* gng_rtp_h264_unpack gathers an access unit in the caller's out[0..cap), annex B again. */
struct gng_rtp_h264_unpack {
	uint8_t *out;
	size_t cap, out_len;
	size_t fragment; /* where the unit of an FU-A in progress begins */
	uint32_t timestamp;
	uint16_t seq;
	uint8_t fragment_header;
	bool started, in_fragment, ended;
	bool damaged; /* something of this access unit is missing */
};

/* gng_rtp_h264_unpack_init begins with a buffer that stays the caller's. */
void gng_rtp_h264_unpack_init(struct gng_rtp_h264_unpack *unpack, uint8_t *out, size_t cap);

/*
 * gng_rtp_h264_unpack_push takes packets in order of sequence; a gap drops the fragment in progress
 * and sets damaged. GNG_EFORMAT for a payload that RFC 6184 forbids, and GNG_EUNSUPPORTED for one
 * of interleaved mode: nothing of it is taken, and the access unit is damaged. GNG_ELIMIT if cap is
 * too small: the access unit is damaged. A packet older than the last is GNG_EINVAL and ignored.
 */
GNG_MUST enum gng_status gng_rtp_h264_unpack_push(struct gng_rtp_h264_unpack *unpack,
						  enum gng_rtp_h264_event *event,
						  const struct gng_rtp_packet *packet,
						  struct gng_why *why);

enum gng_rtp_suite {
	GNG_RTP_AES_CM_128_HMAC_SHA1_80 = 1,
	GNG_RTP_AES_CM_128_HMAC_SHA1_32 = 2,
	GNG_RTP_AEAD_AES_128_GCM = 7, /* the numbers are those of DTLS-SRTP */
	GNG_RTP_AEAD_AES_256_GCM = 8,
};

/* gng_rtp_srtp_keys is the session key of one direction of RTP or of RTCP. */
struct gng_rtp_srtp_keys {
	struct gng_aes_key cipher;
	struct gng_aes_gcm_key aead;
	uint8_t salt[14];
	uint32_t inner[5], outer[5]; /* states of HMAC-SHA1 behind the padded key */
};

/* gng_rtp_srtp is one stream in one direction. gng_rtp_srtp_fini wipes it. */
struct gng_rtp_srtp {
	enum gng_rtp_suite suite;
	uint32_t ssrc, control_index; /* control_index: of the next SRTCP packet that is sent */
	uint64_t top, window, control_top, control_window; /* highest index, and 64 below it */
	uint64_t num_forged, num_replayed;
	bool started, control_started;
	struct gng_rtp_srtp_keys media, control;
};
GNG_STATIC_ASSERT(__alignof__(struct gng_rtp_srtp) <= 8, "cgo aligns Go storage to 8");

/* gng_rtp_srtp_key_len is the length of master key and salt together: 30, 28 or 44; 0 for a number
 * that is no suite. */
size_t gng_rtp_srtp_key_len(enum gng_rtp_suite suite);

/*
 * gng_rtp_srtp_init derives the session keys (RFC 3711 section 4.3, derivation rate 0) from
 * master[0..master_len), key then salt, for packets of ssrc. GNG_EINVAL if the length is wrong.
 */
GNG_MUST enum gng_status gng_rtp_srtp_init(struct gng_rtp_srtp *srtp, enum gng_rtp_suite suite,
					   uint32_t ssrc, const uint8_t *master, size_t master_len,
					   struct gng_why *why);
void gng_rtp_srtp_fini(struct gng_rtp_srtp *srtp);

/*
 * gng_rtp_srtp_protect and gng_rtp_srtp_unprotect work in place on packet[0..*len). protect needs
 * up to 16 bytes more than *len of cap, and refuses to use an index twice (GNG_EINVAL), for that
 * would give away the key of GCM: keep what was sealed, and send that again. GNG_ELIMIT beyond 2^48
 * packets. unprotect: GNG_EAUTH for a packet that was seen before, is older than the window of 64,
 * or does not verify; the packet may then be wiped, and the stream is as it was.
 */
GNG_MUST enum gng_status gng_rtp_srtp_protect(struct gng_rtp_srtp *srtp, uint8_t *packet,
					      size_t cap, size_t *len, struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_srtp_unprotect(struct gng_rtp_srtp *srtp, uint8_t *packet,
						size_t *len, struct gng_why *why);

/* gng_rtp_srtcp_protect and _unprotect do the same for a compound of RTCP, up to 20 bytes more and
 * always encrypted; unprotect takes the clear ones too. GNG_ELIMIT beyond 2^31 packets. */
GNG_MUST enum gng_status gng_rtp_srtcp_protect(struct gng_rtp_srtp *srtp, uint8_t *packet,
					       size_t cap, size_t *len, struct gng_why *why);
GNG_MUST enum gng_status gng_rtp_srtcp_unprotect(struct gng_rtp_srtp *srtp, uint8_t *packet,
						 size_t *len, struct gng_why *why);

enum gng_rtp_codec { GNG_RTP_L16 = 1, GNG_RTP_L24, GNG_RTP_OPUS, GNG_RTP_H264 };

/* gng_rtp_media is one medium of a session description. */
struct gng_rtp_media {
	enum gng_rtp_codec codec;
	uint16_t port;
	uint8_t payload_type;	 /* 96 to 127 */
	uint8_t num_channels;	 /* of audio; Opus always says 2 (RFC 7587 section 7) */
	uint32_t rate;		 /* of the timestamp: 48000 for Opus, 90000 for H.264 */
	uint32_t packet_us;	 /* of L16 and L24; 0 to say nothing */
	size_t sps_len, pps_len; /* of H.264; 0 where they come in the stream only */
	uint8_t sps[GNG_RTP_H264_MAX_SET], pps[GNG_RTP_H264_MAX_SET];
};

/*
 * gng_rtp_sdp_write describes media[0..num_media) sent to address ("127.0.0.1" or "::1") as FFmpeg
 * and GStreamer read it. *text_len does not count the final NUL. GNG_EINVAL for a medium that
 * breaks a rule above.
 */
GNG_MUST enum gng_status gng_rtp_sdp_write(char *text, size_t cap, size_t *text_len,
					   const char *address, const struct gng_rtp_media *media,
					   size_t num_media, struct gng_why *why);

/* gng_rtp_sdp_read is the inverse for such media; GNG_EFORMAT names the line, GNG_EUNSUPPORTED a
 * codec that is none of the four, GNG_ELIMIT more than cap media. */
GNG_MUST enum gng_status gng_rtp_sdp_read(struct gng_rtp_media *media, size_t cap,
					  size_t *num_media, const char *text, size_t len,
					  struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_RTP_H */
