/* SPDX-License-Identifier: Apache-2.0 */
/* weather.c - the thread that is a bad network between sender and receiver of video. */
#include "av_run.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define MAX_WAITING 1024

/* waiting is a heap of one level: few packets wait, and the least is looked for. */
struct waiting {
	struct av_run *run;
	size_t num;
};

static size_t earliest(const struct waiting *waiting)
{
	const struct av_relay_copy *copies = waiting->run->relayed_copies;
	size_t least = 0;

	for (size_t i = 1; i < waiting->num; i++)
		if (copies[i].due_ns < copies[least].due_ns)
			least = i;
	return least;
}

static void keep(struct waiting *waiting, const struct av_datagram *datagram, uint64_t now_ns)
{
	struct av_run *run = waiting->run;
	struct av_relay_copy copies[2];
	const size_t num = av_relay_take(&run->relay, copies, datagram->len, now_ns);

	for (size_t i = 0; i < num && waiting->num < MAX_WAITING; i++) {
		run->relayed[waiting->num] = *datagram;
		run->relayed_copies[waiting->num++] = copies[i];
	}
}

static void forward_due(struct waiting *waiting, uint64_t now_ns)
{
	struct av_run *run = waiting->run;

	while (waiting->num > 0) {
		const size_t at = earliest(waiting);

		if (run->relayed_copies[at].due_ns > now_ns)
			return;
		(void)!send(run->weather_out, run->relayed[at].bytes, run->relayed_copies[at].len,
			    0);
		waiting->num--;
		run->relayed[at] = run->relayed[waiting->num];
		run->relayed_copies[at] = run->relayed_copies[waiting->num];
	}
}

void *av_weather(void *arg)
{
	struct waiting waiting = {.run = arg};
	struct av_run *run = arg;
	struct pollfd file = {.fd = run->weather_in, .events = POLLIN};

	av_take_class(run, AV_WEATHER);
	while (!av_ending(run)) {
		uint64_t now = av_now(), until = now + AV_SECOND / 500;
		struct timespec wait;
		struct av_datagram datagram;
		ssize_t len;

		if (waiting.num > 0 && run->relayed_copies[earliest(&waiting)].due_ns < until)
			until = run->relayed_copies[earliest(&waiting)].due_ns;
		wait = (struct timespec){.tv_nsec = until > now ? (long)(until - now) : 0};
		ppoll(&file, 1, &wait, NULL);
		len = recv(run->weather_in, datagram.bytes, sizeof(datagram.bytes), MSG_DONTWAIT);
		now = av_now();
		if (len >= 0) {
			datagram.len = (size_t)len;
			keep(&waiting, &datagram, now);
		}
		forward_due(&waiting, now);
	}
	return NULL;
}
