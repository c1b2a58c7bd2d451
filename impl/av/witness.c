/* SPDX-License-Identifier: Apache-2.0 */
/* witness.c - the thread that notices what happens to the machine: a clock that is set, modules and
 * USB devices that come and go, and memory that is short. It changes nothing. */
#include "av_run.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define LOOK_MS 20	 /* at the pressure */
#define PRESSURE_US 2000 /* of a look: a tenth of it */
#define KERNEL_GROUP 1

/* watch is what is watched; -1 is not. */
struct watch {
	int clock, devices, pressure;
	struct av_pressure stalled;
};

/* ---- texts of the kernel ---- */

static const char *value_of(const char *word, const char *key)
{
	const size_t len = strlen(key);

	return strncmp(word, key, len) == 0 ? word + len : NULL;
}

enum gng_av_near_kind av_uevent_kind(const char *bytes, size_t len)
{
	while (len > 0) {
		const size_t word = strnlen(bytes, len);
		const char *value = word < len ? value_of(bytes, "SUBSYSTEM=") : NULL;

		if (value && strcmp(value, "module") == 0)
			return GNG_AV_MODULE;
		if (value && strcmp(value, "usb") == 0)
			return GNG_AV_USB;
		if (word == len)
			break;
		bytes += word + 1;
		len -= word + 1;
	}
	return GNG_AV_QUIET;
}

bool av_pressure_is_short(struct av_pressure *pressure, const char *text)
{
	const char *total = strncmp(text, "some ", 5) == 0 ? strstr(text, "total=") : NULL;
	const struct av_pressure before = *pressure;

	*pressure = (struct av_pressure){total != NULL, total ? strtoull(total + 6, NULL, 10) : 0};
	return before.known && pressure->known && pressure->us - before.us >= PRESSURE_US;
}

/* ---- watching ---- */

/* arm_clock arms a timer of the year 2255, which is cancelled when the clock is set. */
static void arm_clock(int timer)
{
	const struct itimerspec never = {.it_value.tv_sec = 9000000000};

	(void)!timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static int watch_devices(void)
{
	const struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
	const int file = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
				NETLINK_KOBJECT_UEVENT);

	if (file >= 0 && bind(file, (const struct sockaddr *)&group, sizeof(group)) == 0)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}

static bool is_short(struct watch *watch)
{
	char text[256];
	const ssize_t len = pread(watch->pressure, text, sizeof(text) - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	return av_pressure_is_short(&watch->stalled, text);
}

static void watch_open(struct watch *watch)
{
	watch->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	arm_clock(watch->clock);
	watch->devices = watch_devices();
	watch->pressure = open("/proc/pressure/memory", O_RDONLY | O_CLOEXEC);
	watch->stalled = (struct av_pressure){0};
	(void)is_short(watch);
}

static void watch_close(const struct watch *watch)
{
	const int files[] = {watch->clock, watch->devices, watch->pressure};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] >= 0)
			close(files[i]);
}

static void tell(struct av_run *run, enum gng_av_near_kind kind)
{
	const struct av_event event = {.at_ns = av_now(), .kind = kind};

	if (kind != GNG_AV_QUIET)
		av_ring_push(&run->events, &event);
}

/* Only the kernel is believed: what another process sends has its port. */
static void tell_device(struct av_run *run, const struct watch *watch)
{
	char bytes[4096];
	struct sockaddr_nl from = {0};
	socklen_t from_len = sizeof(from);
	const ssize_t len = recvfrom(watch->devices, bytes, sizeof(bytes), 0,
				     (struct sockaddr *)&from, &from_len);

	if (len > 0 && from.nl_pid == 0)
		tell(run, av_uevent_kind(bytes, (size_t)len));
}

static void tell_clock(struct av_run *run, const struct watch *watch)
{
	uint64_t times;

	(void)!read(watch->clock, &times, sizeof(times)); /* it was cancelled: errno says so */
	arm_clock(watch->clock);
	tell(run, GNG_AV_CLOCK);
}

void *av_witness(void *arg)
{
	struct av_run *run = arg;
	struct watch watch;
	struct pollfd files[2];

	av_take_class(run, AV_WITNESS);
	watch_open(&watch);
	files[0] = (struct pollfd){.fd = watch.clock, .events = POLLIN};
	files[1] = (struct pollfd){.fd = watch.devices, .events = POLLIN};
	while (!av_ending(run)) {
		poll(files, 2, LOOK_MS);
		if (files[0].revents & POLLIN)
			tell_clock(run, &watch);
		if (files[1].revents & POLLIN)
			tell_device(run, &watch);
		if (is_short(&watch))
			tell(run, GNG_AV_MEMORY);
	}
	watch_close(&watch);
	return NULL;
}
