/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender_test.c - the host's end of frames_test.c: it injects frames into the network devices of a
 * guest by unix datagrams (QEMU's -netdev dgram), and each must come back once, in order, whole.
 */
#include "../command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"

#define NUM_PORTS 2
#define WINDOW 16u	/* frames on their way */
#define PROBE_MS 20	/* until the next one */
#define FIRST_MS 120000 /* until the guest has booted and its port is up */
#define ECHO_MS 10000

/* port is a socket and its peer, the guest's device. */
struct port {
	int fd, number, echo_ms;
	struct sockaddr_un guest;
	uint32_t num_sent, num_echoed;
	uint64_t sum, num_probes, num_wrong;
	char amiss[200]; /* why it was given up */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static void name(struct sockaddr_un *address, const char *folder, const char *side, int number)
{
	address->sun_family = AF_UNIX;
	assert_in_range(snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s%d", folder,
				 side, number),
			1, sizeof(address->sun_path) - 1);
}

static int open_socket(const char *folder, const char *side, int number)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un own = {0};

	name(&own, folder, side, number);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&own, sizeof(own)), 0);
	return fd;
}

static void open_port(struct port *port, const char *folder, int number)
{
	*port = (struct port){.number = number, .sum = FRAMES_SUM, .echo_ms = ECHO_MS};
	name(&port->guest, folder, "guest", number);
	port->fd = open_socket(folder, "host", number);
}

/* send_frame is false where QEMU is not there yet, or its queue is full. */
static bool send_frame(struct port *port, const uint8_t *frame, size_t len)
{
	const ssize_t n = sendto(port->fd, frame, len, 0, (const struct sockaddr *)&port->guest,
				 sizeof(port->guest));

	if (n < 0 && errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN &&
	    errno != ENOBUFS)
		snprintf(port->amiss, sizeof(port->amiss), "a frame of %zu bytes: %s", len,
			 strerror(errno));
	return n == (ssize_t)len;
}

/* get waits ms at most for a frame from the guest and returns its kind, 0 for none. */
static int get(struct port *port, int ms)
{
	struct pollfd one = {.fd = port->fd, .events = POLLIN};
	uint8_t frame[2 * FRAMES_MAX] = {0};
	struct frames_head head;
	ssize_t len;

	if (poll(&one, 1, ms) <= 0)
		return 0;
	len = recv(port->fd, frame, sizeof(frame), 0);
	memcpy(&head, frame, sizeof(head));
	if (len < 0 || !frames_is_whole(frame, (size_t)len) || !head.is_echo) {
		port->num_wrong++;
		return '?';
	}
	if (head.kind == FRAMES_DATA) {
		port->num_wrong += head.number != port->num_echoed;
		port->num_echoed++;
	}
	return head.kind;
}

/* repeat sends a frame until its like comes back. */
static bool repeat(struct port *port, enum frames_kind kind, uint32_t number, int ms)
{
	const int64_t end = now_ms() + ms;
	uint8_t frame[FRAMES_MAX];
	const size_t len = frames_make(frame, kind, number, port->sum);

	do {
		if (now_ms() > end)
			snprintf(port->amiss, sizeof(port->amiss),
				 "no frame of kind %c came back in %d ms", kind, ms);
		if (*port->amiss)
			return false;
		port->num_probes += send_frame(port, frame, len);
	} while (get(port, PROBE_MS) != (int)kind);
	return true;
}

/* send_data keeps WINDOW frames on their way. */
static bool send_data(struct port *port)
{
	int64_t last = now_ms();
	uint8_t frame[FRAMES_MAX];

	while (port->num_echoed < FRAMES_NUM && !*port->amiss) {
		const size_t len = frames_make(frame, FRAMES_DATA, port->num_sent, 0);
		const bool more =
			port->num_sent < FRAMES_NUM && port->num_sent - port->num_echoed < WINDOW;

		if (more && send_frame(port, frame, len)) {
			port->sum = frames_add(port->sum, frame, len);
			port->num_sent++;
		} else if (get(port, PROBE_MS) == FRAMES_DATA) {
			last = now_ms();
		} else if (now_ms() - last > port->echo_ms) {
			snprintf(port->amiss, sizeof(port->amiss),
				 "%u were sent, %u came back, then none for %d ms", port->num_sent,
				 port->num_echoed, port->echo_ms);
		}
	}
	return !*port->amiss;
}

/* exchange says whether each frame came back once, in order and whole. */
static bool exchange(struct port *port)
{
	if (repeat(port, FRAMES_PROBE, 0, FIRST_MS) && send_data(port))
		(void)repeat(port, FRAMES_END, FRAMES_NUM, port->echo_ms);
	printf("port %d: sent %u, came back %u, wrong %llu, probes and ends %llu %s\n",
	       port->number, port->num_sent, port->num_echoed, (unsigned long long)port->num_wrong,
	       (unsigned long long)port->num_probes, port->amiss);
	return !*port->amiss && port->num_sent == FRAMES_NUM && port->num_echoed == FRAMES_NUM &&
	       port->num_wrong == 0;
}

static void each_frame_comes_back_once(void **state)
{
	const char *folder = getenv("GNG_LAB_SOCKETS");
	struct port ports[NUM_PORTS];

	(void)state;
	if (!folder) {
		gng_probe_skip("it sends frames to a guest that runs beside it",
			       "gonogo lab run eal-devices eal-uio eal-translated eal-bypass");
		return;
	}
	for (int i = 0; i < NUM_PORTS; i++)
		open_port(&ports[i], folder, i);
	for (int i = 0; i < NUM_PORTS; i++)
		if (!exchange(&ports[i]))
			suite_fail("port %d: %u sent, %u came back, %llu wrong; %s", i,
				   ports[i].num_sent, ports[i].num_echoed,
				   (unsigned long long)ports[i].num_wrong, ports[i].amiss);
	for (int i = 0; i < NUM_PORTS; i++)
		close(ports[i].fd);
}

/* ---- guests that lose, change, repeat or exchange a frame ---- */

enum fault { NONE, LOSES, CHANGES, REPEATS, SHORTENS, NUM_FAULTS };

#define FAULTY 100u /* the frame's number */

static void echo(int fd, const struct sockaddr_un *host, const uint8_t *frame, size_t len)
{
	struct pollfd one = {.fd = fd, .events = POLLOUT};

	while (sendto(fd, frame, len, 0, (const struct sockaddr *)host, sizeof(*host)) < 0 &&
	       (errno == EAGAIN || errno == ENOBUFS))
		(void)poll(&one, 1, PROBE_MS);
}

/* be_guest echoes until it is killed. */
static void be_guest(int fd, const struct sockaddr_un *host, enum fault fault)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	uint8_t frame[FRAMES_MAX];
	struct frames_head head;

	for (;;) {
		ssize_t len = poll(&one, 1, -1) > 0 ? recv(fd, frame, sizeof(frame), 0) : -1;
		bool is_faulty;

		if (len < (ssize_t)sizeof(head))
			continue;
		memcpy(&head, frame, sizeof(head));
		is_faulty = head.kind == FRAMES_DATA && head.number == FAULTY;
		frame[offsetof(struct frames_head, is_echo)] = 1;
		if (is_faulty && fault == LOSES)
			continue;
		frame[len - 1] ^= is_faulty && fault == CHANGES;
		len -= is_faulty && fault == SHORTENS;
		echo(fd, host, frame, (size_t)len);
		if (is_faulty && fault == REPEATS)
			echo(fd, host, frame, (size_t)len);
	}
}

static bool exchange_with(enum fault fault, const char *folder)
{
	struct sockaddr_un host = {0};
	const int fd = open_socket(folder, "guest", (int)fault);
	struct port port;
	bool good;
	pid_t pid;

	open_port(&port, folder, (int)fault);
	port.echo_ms = 200;
	name(&host, folder, "host", (int)fault);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_guest(fd, &host, fault);
	}
	good = exchange(&port);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(fd);
	close(port.fd);
	return good;
}

static void a_frame_that_is_lost_or_changed_is_noticed(void **state)
{
	(void)state;
	assert_true(exchange_with(NONE, command_folder()));
	for (int fault = NONE + 1; fault < NUM_FAULTS; fault++)
		if (exchange_with((enum fault)fault, command_folder()))
			suite_fail("fault %d was not noticed", fault);
}

const struct suite_test suite_tests[] = {
	TEST(each_frame_comes_back_once, "D1.dpdk.lab"),
	TEST(a_frame_that_is_lost_or_changed_is_noticed, "D1.dpdk.lab"),
	{0},
};
