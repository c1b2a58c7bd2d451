/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dissect_test.c - tshark reads the captures that `av run` writes: every packet is RTP or RTCP of
 * the stream that was meant, none is malformed, and from the repairs as tshark shows them a second
 * decoder makes the packets again. tshark has no dissector for ULPFEC or FlexFEC: of a repair it
 * tells header and payload.
 */
/* requires: jansson tshark x264 openh264 */
#include <jansson.h>

#include "../fec/slow.h"
#include "../fec/sources.h"
#include "../rtp/peer.h"

#include <av_run.h>

#define MAX_SEEN 4096
#define TYPE_ULPFEC 122
#define TYPE_FLEXFEC 123
#define TYPE_FLEXFEC_03 124

/* seen is a packet of RTP in the words of tshark. */
static struct seen {
	unsigned int port, version, marker, type, seq;
	uint32_t timestamp, ssrc, csrc;
	size_t len, payload_len;
	uint8_t bytes[AV_MAX_DATAGRAM], payload[AV_MAX_DATAGRAM];
} seen[MAX_SEEN];
static size_t num_seen;
static struct gng_fec_source media[MAX_SEEN];

/* ---- what tshark says ---- */

/* tshark leaves what it prints in command_out. By itself it takes payload type 99 for RFC 2198. */
static void tshark(const char *arguments)
{
	if (command("HOME=. timeout 60 tshark -n -r a.pcap -d rtp.pt==99,data -d "
		    "udp.port==5004,rtp -d udp.port==5005,rtcp -d udp.port==5006,rtp %s",
		    arguments) != 0)
		suite_fail("tshark failed: %s", command_err);
}

/* unhex reads pairs of digits until what is none, and moves *text behind that. */
static size_t unhex(uint8_t out[AV_MAX_DATAGRAM], char **text)
{
	unsigned int octet;
	size_t len = 0;

	while (len < AV_MAX_DATAGRAM && sscanf(*text, "%2x", &octet) == 1) {
		out[len++] = (uint8_t)octet;
		*text += 2;
	}
	*text += **text != '\0';
	return len;
}

static void read_line(struct seen *to, char *line)
{
	int at = 0;

	if (sscanf(line, "%u,%u,%u,%u,%u,%u,%x,%n", &to->port, &to->version, &to->marker, &to->type,
		   &to->seq, &to->timestamp, &to->ssrc, &at) != 7 ||
	    at == 0)
		suite_fail("tshark does not take this for RTP: %.100s", line);
	line += at;
	to->csrc = (uint32_t)strtoul(line, &line, 16);
	assert_int_equal(*line, ',');
	line++;
	to->len = unhex(to->bytes, &line);
	to->payload_len = unhex(to->payload, &line);
}

/* dissect fills seen with the packets of RTP. */
static void dissect(const char *arguments)
{
	char words[700], *rest, *line;

	snprintf(words, sizeof(words),
		 "%s -Y '!rtcp' -E separator=, -E occurrence=f -T fields -e udp.dstport -e "
		 "rtp.version -e rtp.marker -e rtp.p_type -e rtp.seq -e rtp.timestamp -e rtp.ssrc "
		 "-e rtp.csrc.item -e udp.payload -e rtp.payload",
		 arguments);
	tshark(words);
	num_seen = 0;
	rest = command_out;
	while ((line = strsep(&rest, "\n")) && *line) {
		assert_true(num_seen < MAX_SEEN);
		read_line(&seen[num_seen++], line);
	}
}

/* nothing_is_wrong: no packet is malformed or an error to tshark. What it only warns of are
 * messages of H.264 that it does not decode. */
static void nothing_is_wrong(const char *arguments)
{
	char words[300];

	snprintf(words, sizeof(words),
		 "%s -Y '_ws.malformed || _ws.expert.severity >= 0x800000' -T fields -e "
		 "frame.number -e _ws.expert.message",
		 arguments);
	tshark(words);
	if (*command_out)
		suite_fail("tshark complains: %.300s", command_out);
	gng_probe_assertion();
}

/* ---- streams and repairs ---- */

/* check_stream counts the packets of a source, whose numbers follow each other. */
static size_t check_stream(uint32_t ssrc, unsigned int type, unsigned int port)
{
	unsigned int next = 0;
	size_t num = 0;

	for (size_t i = 0; i < num_seen; i++) {
		if (seen[i].ssrc != ssrc)
			continue;
		if (seen[i].version != 2 || seen[i].type != type || seen[i].port != port ||
		    (num > 0 && seen[i].seq != next))
			suite_fail("packet %zu: version %u, type %u, port %u, number %u", i,
				   seen[i].version, seen[i].type, seen[i].port, seen[i].seq);
		next = (seen[i].seq + 1) & 0xffff;
		num++;
	}
	return num;
}

/* check_repair makes the first packet that a repair names again, from all others. */
static void check_repair(const struct seen *repair, enum gng_fec_format format, uint32_t ssrc)
{
	const struct seen *lost = NULL;
	uint8_t out[SLOW_MAX_LEN];
	struct slow slow;
	size_t num = 0, out_len;

	assert_true(slow_read(&slow, format, ssrc, repair->payload, repair->payload_len));
	for (size_t i = 0; i < num_seen; i++) {
		if (seen[i].ssrc != ssrc)
			continue;
		if (seen[i].seq == slow.seqs[0])
			lost = &seen[i];
		else
			media[num++] = (struct gng_fec_source){seen[i].bytes, seen[i].len};
	}
	assert_non_null(lost);
	assert_int_equal(slow_recover(&slow, out, &out_len, media, num), 1);
	assert_int_equal(out_len, lost->len);
	assert_memory_equal(out, lost->bytes, lost->len);
}

static size_t check_repairs(unsigned int type, enum gng_fec_format format, uint32_t ssrc)
{
	size_t num = 0;

	for (size_t i = 0; i < num_seen; i++) {
		if (seen[i].type != type || seen[i].ssrc == ssrc)
			continue;
		check_repair(&seen[i], format, ssrc);
		num++;
	}
	return num;
}

/* ---- a run ---- */

/* run_and_dissect runs a second of a network that makes the controller send parity, and checks
 * that tshark finds every packet in its stream. */
static size_t run_and_dissect(const char *option, const char *arguments)
{
	size_t video, sound, repairs;
	char expected[100], got[100], *version;
	json_t *answer;

	(void)command("gonogo-av run --seconds 1 --json --no-noise --pcap a.pcap "
		      "--weather loss=50000,seed=9 %s",
		      option);
	answer = command_json();
	snprintf(expected, sizeof(expected), "%lld packets, none malformed",
		 json_integer_value(json_object_get(answer, "sent")));
	json_decref(answer);
	version = peer_version("tshark --version");
	dissect(arguments);
	video = check_stream(AV_SSRC_VIDEO, AV_TYPE_VIDEO, 5004);
	sound = check_stream(AV_SSRC_AUDIO, AV_TYPE_AUDIO, 5006);
	repairs = check_stream(AV_SSRC_REPAIR, AV_TYPE_REPAIR, 5004);
	assert_int_equal(video + sound + repairs, num_seen);
	assert_true(video >= 60 && sound >= 900 && repairs > 0);
	nothing_is_wrong(arguments);
	snprintf(got, sizeof(got), "%zu packets, none malformed", num_seen);
	peer_row(version, expected, got);
	free(version);
	return repairs;
}

static void a_run_with_parity_is_dissected_and_recovered(void **state)
{
	const size_t repairs = run_and_dissect("--clear", "-d rtp.pt==96,h264");
	char expected[80], got[80];

	(void)state;
	snprintf(expected, sizeof(expected), "%zu of %zu repairs (ULPFEC) recover", repairs,
		 repairs);
	dissect("-d rtp.pt==96,h264");
	snprintf(got, sizeof(got), "%zu of %zu repairs (ULPFEC) recover",
		 check_repairs(AV_TYPE_REPAIR, GNG_FEC_ULPFEC, AV_SSRC_VIDEO), repairs);
	peer_row("a second decoder, by tshark", expected, got);
	tshark("-d rtp.pt==96,h264 -Y 'h264.nal_unit_hdr == 28' -T fields -e "
	       "frame.number");
	assert_true(*command_out != '\0'); /* fragments, so it is read as H.264 */
}

/* Of sealed packets the header is in clear (RFC 3711 section 3.1). */
static void headers_of_sealed_packets_are_dissected(void **state)
{
	(void)state;
	(void)run_and_dissect("", "");
}

/* ---- what no run sends: FlexFEC of both kinds, and RTCP ---- */

static void keep(struct av_tap *tap, const struct gng_rtp_packet *packet)
{
	uint8_t out[AV_MAX_DATAGRAM];
	size_t len;

	assert_int_equal(gng_rtp_write(out, sizeof(out), &len, packet, NULL), GNG_OK);
	av_tap_keep(tap, out, len, 5004);
}

static void keep_repair(struct av_tap *tap, const struct sources *sources, uint8_t type,
			enum gng_fec_format format)
{
	uint8_t payload[200];
	struct gng_rtp_packet packet = {.payload_type = type,
					.ssrc = 0x66656300u + type,
					.timestamp = type,
					.num_csrc = format == GNG_FEC_FLEXFEC,
					.csrc = {SSRC},
					.payload = payload};

	assert_int_equal(gng_fec_protect(payload, sizeof(payload), &packet.payload_len, format,
					 sources->list, sources->num, NULL),
			 GNG_OK);
	keep(tap, &packet);
}

static void keep_compound(struct av_tap *tap)
{
	const struct gng_rtp_report report = {
		.ssrc = SSRC, .has_sender = true, .sender = {5, 6, 7, 8}};
	uint8_t out[200];
	size_t len = 0;

	assert_int_equal(gng_rtp_report_write(out, sizeof(out), &len, &report, NULL), GNG_OK);
	assert_int_equal(gng_rtp_cname_write(out, sizeof(out), &len, SSRC, "a@b", NULL), GNG_OK);
	assert_int_equal(gng_rtp_bye_write(out, sizeof(out), &len, SSRC, NULL), GNG_OK);
	av_tap_keep(tap, out, len, 5005);
}

static void write_tap(struct av_tap *tap)
{
	const struct av_tap none = {0};

	assert_int_equal(tap->left_out, 0);
	assert_int_equal(av_tap_write(command_path("a.pcap"), tap, &none, NULL), GNG_OK);
}

/* Twelve packets of all shapes, a repair of each kind, and a compound. */
static void repairs_of_every_kind_and_rtcp_are_dissected(void **state)
{
	static uint8_t kept[1 << 14];
	static struct sources sources;
	struct av_tap tap = {.bytes = kept, .cap = sizeof(kept)};

	(void)state;
	make_sources(&sources, 65530, 12, 1);
	for (size_t i = 0; i < sources.num; i++)
		av_tap_keep(&tap, sources.list[i].bytes, sources.list[i].len, 5004);
	keep_repair(&tap, &sources, TYPE_ULPFEC, GNG_FEC_ULPFEC);
	keep_repair(&tap, &sources, TYPE_FLEXFEC, GNG_FEC_FLEXFEC);
	keep_repair(&tap, &sources, TYPE_FLEXFEC_03, GNG_FEC_FLEXFEC_03);
	keep_compound(&tap);
	write_tap(&tap);
	dissect("");
	assert_int_equal(num_seen, 15);
	assert_int_equal(check_repairs(TYPE_ULPFEC, GNG_FEC_ULPFEC, SSRC), 1);
	assert_int_equal(check_repairs(TYPE_FLEXFEC, GNG_FEC_FLEXFEC, SSRC), 1);
	assert_int_equal(check_repairs(TYPE_FLEXFEC_03, GNG_FEC_FLEXFEC_03, SSRC), 1);
	assert_int_equal(seen[13].csrc, SSRC); /* RFC 8627 section 4.2.1: the source is named */
	nothing_is_wrong("");
	tshark("-Y rtcp -E separator=, -E aggregator=+ -T fields -e rtcp.pt -e rtcp.length_check");
	peer_row("tshark", "200+202+203,1\n", command_out);
}

/* What is said to be wrong nowhere must be able to be wrong somewhere: a header that says 15 CSRC
 * and has none. */
static void a_packet_that_is_cut_is_malformed(void **state)
{
	static const uint8_t cut[12] = {0x8f, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
	uint8_t kept[100];
	struct av_tap tap = {.bytes = kept, .cap = sizeof(kept)};

	(void)state;
	av_tap_keep(&tap, cut, sizeof(cut), 5004);
	write_tap(&tap);
	tshark("-Y '_ws.malformed || _ws.expert.severity >= 0x800000' -T fields -e frame.number");
	assert_string_equal(command_out, "1\n");
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(a_run_with_parity_is_dissected_and_recovered, "T3.av.dissect"),
	TEST_SLOW(headers_of_sealed_packets_are_dissected, "T3.av.dissect"),
	TEST_SLOW(repairs_of_every_kind_and_rtcp_are_dissected, "T3.av.dissect"),
	TEST_SLOW(a_packet_that_is_cut_is_malformed, "T3.av.dissect"),
	{0},
};
