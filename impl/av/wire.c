/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - UDP over the loopback interface, with the kernel's stamps of each packet:
 * Documentation/networking/timestamping.rst. */
#include "av_run.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (4 << 20)
#define WAIT_US 2000

/* ---- opening ---- */

/* receiver is a socket of its own port of the loopback address; *port is set to it. */
static int receiver(uint16_t *port)
{
	const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1, len = BUFFER_BYTES;
	const struct timeval wait = {.tv_usec = WAIT_US};
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t address_len = sizeof(address);

	if (file < 0)
		return -1;
	setsockopt(file, SOL_SOCKET, SO_RCVBUF, &len, sizeof(len));
	if (setsockopt(file, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0 &&
	    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	    bind(file, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    getsockname(file, (struct sockaddr *)&address, &address_len) == 0) {
		*port = ntohs(address.sin_port);
		return file;
	}
	close(file);
	return -1;
}

static int sender(uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons(port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), len = BUFFER_BYTES;

	if (file < 0)
		return -1;
	setsockopt(file, SOL_SOCKET, SO_SNDBUF, &len, sizeof(len));
	if (connect(file, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return file;
	close(file);
	return -1;
}

/* Software stamps when a packet is handed to the driver, which for the loopback interface is the
 * last moment before it is received. */
static bool stamp_sends(int file)
{
	const int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
			  SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;

	return setsockopt(file, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) == 0;
}

enum gng_status av_wire_open(struct av_run *run, struct gng_why *why)
{
	uint16_t video = 0, audio = 0, weather = 0;
	bool open;

	run->video_out = run->audio_out_fd = run->weather_in = run->weather_out = -1;
	run->video_back = receiver(&video);
	run->audio_back_fd = receiver(&audio);
	open = run->video_back >= 0 && run->audio_back_fd >= 0;
	if (open && run->options->weather) {
		run->weather_in = receiver(&weather);
		run->weather_out = sender(video);
		open = run->weather_in >= 0 && run->weather_out >= 0;
	}
	if (open) {
		run->video_out = sender(weather ? weather : video);
		run->audio_out_fd = sender(audio);
		open = run->video_out >= 0 && run->audio_out_fd >= 0 && stamp_sends(run->video_out);
	}
	if (open)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "av.wire",
			   "no UDP socket with time stamps on the loopback interface: is it up?");
}

void av_wire_close(struct av_run *run)
{
	const int files[] = {run->video_out,	 run->video_back, run->audio_out_fd,
			     run->audio_back_fd, run->weather_in, run->weather_out};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] >= 0)
			close(files[i]);
}

/* ---- sending ---- */

bool av_wire_send(struct av_run *run, const struct av_datagram *datagram)
{
	run->stamps[run->num_stamped % AV_NUM_STAMPS] = av_clock(CLOCK_REALTIME);
	if (send(run->video_out, datagram->bytes, datagram->len, 0) != (ssize_t)datagram->len)
		return false;
	run->num_stamped++;
	atomic_fetch_add_explicit(&run->sent, 1, memory_order_relaxed);
	return true;
}

/* take_stamp reads one message of the error queue; false if it is empty. */
static bool take_stamp(struct av_run *run)
{
	uint8_t control[512], data[64];
	struct iovec part = {data, sizeof(data)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct scm_timestamping stamp = {0};
	struct sock_extended_err about = {0};
	uint64_t at, sample;

	if (recvmsg(run->video_out, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
		if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_TIMESTAMPING)
			memcpy(&stamp, CMSG_DATA(one), sizeof(stamp));
		else if (one->cmsg_level == SOL_IP && one->cmsg_type == IP_RECVERR)
			memcpy(&about, CMSG_DATA(one), sizeof(about));
	}
	if (about.ee_origin != SO_EE_ORIGIN_TIMESTAMPING ||
	    run->num_stamped - about.ee_data > AV_NUM_STAMPS)
		return true;
	at = (uint64_t)stamp.ts[0].tv_sec * AV_SECOND + (uint64_t)stamp.ts[0].tv_nsec;
	sample = at - run->stamps[about.ee_data % AV_NUM_STAMPS];
	run->num_answered++;
	if (sample < AV_SECOND) /* else the clock was set meanwhile: it says nothing */
		av_ring_push(&run->samples, &sample);
	return true;
}

void av_wire_stamps(struct av_run *run)
{
	while (take_stamp(run))
		;
}

/* ---- receiving ---- */

size_t av_wire_receive(int file, uint8_t *bytes, size_t cap, uint64_t *arrived_ns)
{
	uint8_t control[128];
	struct iovec part = {bytes, cap};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	const ssize_t len = recvmsg(file, &message, 0);
	const uint64_t now = av_now(), real = av_clock(CLOCK_REALTIME);
	struct cmsghdr *one;

	*arrived_ns = now;
	if (len <= 0)
		return 0;
	for (one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
		struct timespec stamp;
		uint64_t at;

		if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(one), sizeof(stamp));
		at = (uint64_t)stamp.tv_sec * AV_SECOND + (uint64_t)stamp.tv_nsec;
		if (at <= real && real - at < AV_SECOND)
			*arrived_ns = now - (real - at);
	}
	return (size_t)len;
}
