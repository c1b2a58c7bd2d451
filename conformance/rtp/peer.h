/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - another implementation as a process of its own, which sends to us or receives from us
 * over loopback. Nothing is lost there: we send only what the receiver has room for, and a stream
 * that comes to us is smaller than the least buffer of a socket.
 */
#ifndef CONFORMANCE_RTP_PEER_H
#define CONFORMANCE_RTP_PEER_H

#include "../command.h"

#include <arpa/inet.h>
#include <gng_rtp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#define PEER_DEADLINE_S 60
#define PEER_SSRC 0x600dcafeu
#define PEER_MAX_PACKETS 1024
#define PEER_MAX_LEN 2048

/* peer_link is a pair of ports, RTP on the even one and RTCP on the next. */
struct peer_link {
	uint16_t port;
	int rtp, rtcp;
};

/* peer_packets is what came on the even port; byes counts BYE of RTCP, compounds what was sound. */
struct peer_packets {
	size_t num, num_compounds, num_byes;
	struct peer_packet {
		size_t len;
		uint8_t bytes[PEER_MAX_LEN];
	} list[PEER_MAX_PACKETS];
};

static inline struct sockaddr_in peer_address(uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static inline bool peer_bind(int *fd, uint16_t port)
{
	const struct sockaddr_in address = peer_address(port);

	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(*fd >= 0);
	if (bind(*fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	close(*fd);
	return false;
}

static inline void peer_close(struct peer_link *link)
{
	close(link->rtp);
	close(link->rtcp);
}

/* peer_listen takes a pair of free ports. */
static inline void peer_listen(struct peer_link *link)
{
	for (unsigned int i = 0; i < 1000; i++) {
		link->port = (uint16_t)(20000 + 2 * (((unsigned int)getpid() + i) % 6000));
		if (!peer_bind(&link->rtp, link->port))
			continue;
		if (peer_bind(&link->rtcp, (uint16_t)(link->port + 1)))
			return;
		close(link->rtp);
	}
	suite_fail("no free pair of ports from 20000 to 32000");
}

/* peer_yield finds a pair of free ports and leaves it to the peer. */
static inline void peer_yield(struct peer_link *link)
{
	peer_listen(link);
	peer_close(link);
	link->rtp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	link->rtcp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(link->rtp >= 0 && link->rtcp >= 0);
}

/* peer_socket says whether somebody listens on a port, and what waits there or was dropped. */
static inline bool peer_socket(uint16_t port, unsigned int *queued, unsigned int *drops)
{
	static const char *const files[] = {"/proc/net/udp", "/proc/net/udp6"};
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(files) && !found; i++) {
		FILE *file = fopen(files[i], "re");
		char line[400];
		unsigned int local;

		while (file && !found && fgets(line, sizeof(line), file))
			found = sscanf(line,
				       " %*[^:]: %*[0-9A-F]:%x %*[0-9A-F]:%*x %*x %*x:%x %*s %*s "
				       "%*s %*s %*s %*s %*s %u",
				       &local, queued, drops) == 3 &&
				local == port;
		if (file)
			fclose(file);
	}
	return found;
}

static inline void peer_nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static inline time_t peer_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* peer_waits fails the test where the child is at its end already, or the time. */
static inline void peer_waits(pid_t child, time_t since, const char *what)
{
	siginfo_t info = {0};

	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	if (info.si_pid == child) {
		const int status = command_finish(child);

		suite_fail("%s: the peer ended with %d: %s", what, status, command_err);
	}
	if (peer_seconds() > since + PEER_DEADLINE_S)
		suite_fail("%s: nothing for %d s", what, PEER_DEADLINE_S);
	peer_nap();
}

/* peer_ready waits until the child listens. */
static inline void peer_ready(const struct peer_link *link, pid_t child)
{
	const time_t since = peer_seconds();
	unsigned int queued, drops;

	while (!peer_socket(link->port, &queued, &drops))
		peer_waits(child, since, "RTP");
	while (!peer_socket((uint16_t)(link->port + 1), &queued, &drops))
		peer_waits(child, since, "RTCP");
}

/* peer_drained waits until the child has taken all. */
static inline void peer_drained(const struct peer_link *link, pid_t child)
{
	const time_t since = peer_seconds();
	unsigned int queued = 0, drops = 0;

	while (peer_socket(link->port, &queued, &drops) && queued > 0)
		peer_waits(child, since, "to take a packet");
	assert_int_equal(drops, 0);
}

static inline void peer_send(const struct peer_link *link, pid_t child, const uint8_t *bytes,
			     size_t len)
{
	const struct sockaddr_in to = peer_address(link->port);

	peer_drained(link, child);
	assert_int_equal(sendto(link->rtp, bytes, len, 0, (const struct sockaddr *)&to, sizeof(to)),
			 len);
}

/* peer_bye says the end of the stream, as a compound of report, name and BYE. */
static inline void peer_bye(const struct peer_link *link, pid_t child)
{
	const struct sockaddr_in to = peer_address((uint16_t)(link->port + 1));
	const struct gng_rtp_report report = {.ssrc = PEER_SSRC};
	uint8_t out[200];
	size_t len = 0;

	assert_int_equal(gng_rtp_report_write(out, sizeof(out), &len, &report, NULL), GNG_OK);
	assert_int_equal(gng_rtp_cname_write(out, sizeof(out), &len, PEER_SSRC, "us", NULL),
			 GNG_OK);
	assert_int_equal(gng_rtp_bye_write(out, sizeof(out), &len, PEER_SSRC, NULL), GNG_OK);
	peer_drained(link, child);
	assert_int_equal(sendto(link->rtcp, out, len, 0, (const struct sockaddr *)&to, sizeof(to)),
			 len);
}

/* peer_sdp writes ours.sdp of one medium. */
static inline void peer_sdp(const struct gng_rtp_media *media)
{
	char text[2000];
	size_t len;

	assert_int_equal(gng_rtp_sdp_write(text, sizeof(text), &len, "127.0.0.1", media, 1, NULL),
			 GNG_OK);
	command_text("ours.sdp", text);
}

/* ---- what comes from a peer ---- */

static inline bool peer_take(int fd, uint8_t *bytes, size_t *len)
{
	const ssize_t got = recv(fd, bytes, PEER_MAX_LEN, MSG_DONTWAIT);

	*len = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static inline void peer_take_control(struct peer_packets *packets, int fd)
{
	uint8_t in[PEER_MAX_LEN];
	struct gng_rtp_control one;
	size_t len, at = 0;

	if (!peer_take(fd, in, &len))
		return;
	assert_int_equal(gng_rtp_control_check(in, len, NULL), GNG_OK);
	packets->num_compounds++;
	while (gng_rtp_control_next(&one, &at, in, len))
		packets->num_byes += one.type == GNG_RTP_BYE;
}

/* peer_collect takes all packets until the child has ended; with none lost and none twice. */
static inline void peer_collect(struct peer_packets *packets, struct peer_link *link, pid_t child)
{
	struct pollfd polls[3] = {{.fd = link->rtp, .events = POLLIN},
				  {.fd = link->rtcp, .events = POLLIN},
				  {.events = POLLIN}};
	int num;

	packets->num = packets->num_compounds = packets->num_byes = 0;
	polls[2].fd = (int)syscall(SYS_pidfd_open, child, 0);
	assert_true(polls[2].fd >= 0);
	do {
		num = poll(polls, 3, PEER_DEADLINE_S * 1000);
		if (polls[0].revents)
			packets->num += peer_take(link->rtp, packets->list[packets->num].bytes,
						  &packets->list[packets->num].len);
		assert_true(packets->num < PEER_MAX_PACKETS);
		if (polls[1].revents)
			peer_take_control(packets, link->rtcp);
	} while (num > 0 && (polls[0].revents || polls[1].revents || !polls[2].revents));
	close(polls[2].fd);
	if (num <= 0)
		suite_fail("nothing from the peer for %d s", PEER_DEADLINE_S);
	if (command_finish(child) != 0)
		suite_fail("the peer failed: %s", command_err);
}

/* peer_read reads packet i, whose sequence number follows that of the one before. */
static inline void peer_read(struct gng_rtp_packet *packet, const struct peer_packets *packets,
			     size_t i)
{
	const uint16_t last = packet->seq;

	assert_int_equal(gng_rtp_read(packet, packets->list[i].bytes, packets->list[i].len, NULL),
			 GNG_OK);
	if (i > 0)
		assert_int_equal(packet->seq, (uint16_t)(last + 1));
}

/* ---- files of the folder, and the table of the report ---- */

/* peer_file returns a file's bytes (caller frees). */
static inline uint8_t *peer_file(const char *name, size_t *len)
{
	FILE *file = command_open(name, "rb");
	uint8_t *bytes;
	long size;

	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	bytes = malloc((size_t)size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
	fclose(file);
	*len = (size_t)size;
	return bytes;
}

/* peer_row puts a line of the table of peers in the record, and fails the test if both differ. */
static inline void peer_row(const char *peer, const char *expected, const char *got)
{
	gng_probe_peer(peer, expected, got);
	if (strcmp(expected, got) != 0)
		suite_fail("%s: expected %s, got %s", peer, expected, got);
	assert_string_equal(expected, got);
}

/* peer_version is the first line that a program says of itself (caller frees). */
static inline char *peer_version(const char *program)
{
	assert_int_equal(command("%s | head -n 1 | cut -d ' ' -f 1-3", program), 0);
	command_out[strcspn(command_out, "\n")] = '\0';
	return strdup(command_out);
}

#endif /* CONFORMANCE_RTP_PEER_H */
