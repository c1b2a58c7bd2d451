/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic_test.c - frames over a pair of veth: those that the kernel makes itself, and those of
 * AF_XDP sockets. What was sent is what arrives, each frame once.
 */
/* needs: hist */
#include "world.h"

#include <sched.h>
#include <stdlib.h>

#define NUM_LIVE 200000u
#define NUM_SENT 20000u

/* world is loaded programs and a pair of interfaces. */
struct world {
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	uint8_t frame[GNG_XDP_FRAME_LEN];
};

static bool world_open(struct world *world, const struct gng_xdp_request *request)
{
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_why why = {0};

	world->xdp = programs_open(request);
	if (!world->xdp)
		return false;
	good(gng_xdp_pair_open(&world->pair, &why), &why);
	gng_xdp_frame_fill(world->frame, &flow);
	return true;
}

static void world_close(struct world *world)
{
	gng_xdp_pair_close(&world->pair);
	programs_close(world->xdp);
}

static void attach(struct world *world, enum gng_xdp_program program, int interface)
{
	struct gng_why why = {0};

	good(gng_xdp_attach(world->xdp, program, interface, GNG_XDP_NATIVE, &why), &why);
}

/* ---- frames that the kernel makes ---- */

/* send_live lets num frames leave at pair.from; false where this kernel makes none. */
static bool send_live(struct world *world, uint32_t num)
{
	struct gng_why why = {0};
	enum gng_status status;

	good(gng_xdp_to_interface(world->xdp, world->pair.from, &why), &why);
	status = gng_xdp_send_live(world->xdp, world->frame, sizeof(world->frame), num, &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "Linux 5.18 or newer, or gonogo lab run xdp-frames");
		return false;
	}
	good(status, &why);
	return true;
}

static void each_live_frame_is_filtered(void **state)
{
	const struct gng_xdp_request request = {.max_tuples = 4};
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_why why = {0};
	struct world world;
	uint32_t number;

	(void)state;
	if (!world_open(&world, &request))
		return;
	good(gng_xdp_add_tuple(world.xdp, &number, &flow, true, &why), &why);
	attach(&world, GNG_XDP_FILTER, world.pair.to);
	if (send_live(&world, NUM_LIVE)) {
		uint64_t overrun;

		good(gng_xdp_pair_overrun(&world.pair, &overrun, &why), &why);
		assert_int_equal(gng_xdp_hits(world.xdp, number) + overrun, NUM_LIVE);
		assert_int_equal(gng_xdp_counts(world.xdp).dropped + overrun, NUM_LIVE);
		assert_true(overrun < NUM_LIVE / 10);
	}
	world_close(&world);
}

/* In generic mode frames that are redirected to a veth are lost: the control of all that counts. */
static void live_frames_are_lost_in_generic_mode(void **state)
{
	struct gng_why why = {0};
	struct world world;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	good(gng_xdp_attach(world.xdp, GNG_XDP_DROP, world.pair.to, GNG_XDP_GENERIC, &why), &why);
	if (send_live(&world, 10000))
		assert_int_equal(gng_xdp_counts(world.xdp).dropped, 0);
	world_close(&world);
}

/* ---- a thread that receives ---- */

/* last_cpu is one that this process may use, and if there are two, another than the first. */
static int last_cpu(void)
{
	cpu_set_t may;
	int last = -1;

	assert_int_equal(sched_getaffinity(0, sizeof(may), &may), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may))
			last = cpu;
	return last;
}

static uint64_t cpu_ns(int process)
{
	struct timespec used;
	clockid_t id;

	assert_int_equal(clock_getcpuclockid(process, &id), 0);
	assert_int_equal(clock_gettime(id, &used), 0);
	return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

static void on_cpu(void *context, const struct gng_xdp_sample *sample)
{
	assert_int_equal(sample->cpu, *(const int *)context);
}

static uint64_t arrived(void *context)
{
	return gng_xdp_counts(((const struct world *)context)->xdp).arrived;
}

/* send_to sends to a thread that is bound to a CPU. Each of these frames has number 0 and so is
 * sampled, as long as the ring has room. */
static void send_to(struct world *world, int thread)
{
	const uint64_t before = cpu_ns(thread);
	struct gng_why why = {0};
	struct gng_xdp_rate rate;
	uint64_t overrun;
	cpu_set_t one;
	int cpu = last_cpu();

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(thread, sizeof(one), &one), 0);
	good(gng_xdp_rate_of(&rate, world->xdp, world->frame, sizeof(world->frame), 5000, arrived,
			     world, &why),
	     &why);
	good(gng_xdp_pair_overrun(&world->pair, &overrun, &why), &why);
	assert_int_equal(rate.arrived + overrun, rate.sent);
	assert_true(rate.arrived > 0 && cpu_ns(thread) > before);
	assert_true(gng_xdp_samples(world->xdp, on_cpu, &cpu) > 0);
}

static void no_thread_receives_without_a_program(void **state)
{
	struct gng_why why = {0};
	struct world world;
	int thread = 77;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	assert_int_equal(gng_xdp_pair_thread(&thread, &world.pair, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "a program in native mode"));
	assert_int_equal(thread, 77);
	world_close(&world);
}

static void a_thread_receives_on_the_cpu_that_it_is_given(void **state)
{
	struct gng_why why = {0};
	enum gng_status status;
	struct world world;
	int thread;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	attach(&world, GNG_XDP_ARRIVE, world.pair.to);
	if (send_live(&world, 0)) {
		status = gng_xdp_pair_thread(&thread, &world.pair, &why);
		if (status == GNG_EUNSUPPORTED)
			gng_probe_skip(why.text, "Linux 5.12 or newer, outside of a container");
		else
			good(status, &why);
		if (status == GNG_OK)
			send_to(&world, thread);
	}
	world_close(&world);
}

/* ---- sockets ---- */

/* arrival checks that frames come in their order, each once. */
struct arrival {
	const uint8_t *frame;
	uint32_t next;
	bool good;
};

static void on_frame(void *context, const uint8_t *frame, size_t len)
{
	struct arrival *arrival = context;
	uint32_t number;

	memcpy(&number, frame + 46, sizeof(number)); /* behind the stamp's magic */
	arrival->good = arrival->good && len == GNG_XDP_FRAME_LEN && number == arrival->next &&
			memcmp(frame, arrival->frame, 42) == 0;
	arrival->next++;
}

static struct gng_xdp_socket *socket_open(int interface)
{
	struct gng_xdp_socket *made = NULL;
	struct gng_why why = {0};
	const enum gng_status status = gng_xdp_socket_open(&made, interface, 0, &why);

	good(status, &why);
	return made;
}

/* exchange sends in parts that the receiver's ring has room for. */
static void exchange(struct gng_xdp_socket *sender, struct gng_xdp_socket *receiver,
		     struct arrival *arrival)
{
	struct gng_why why = {0};

	for (uint32_t sent = 0; sent < NUM_SENT; sent += 1000) {
		uint32_t got;

		good(gng_xdp_socket_send(sender, arrival->frame, GNG_XDP_FRAME_LEN, 1000, 0, &why),
		     &why);
		arrival->next = 0;
		got = gng_xdp_socket_receive(receiver, 1000, 2000, on_frame, arrival);
		assert_int_equal(got, 1000);
		assert_true(arrival->good);
	}
	assert_int_equal(gng_xdp_socket_receive(receiver, 1, 10, NULL, NULL), 0);
}

static void a_socket_receives_what_another_sent(void **state)
{
	struct gng_xdp_socket *sender, *receiver;
	struct gng_why why = {0};
	struct arrival arrival;
	struct world world;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	arrival = (struct arrival){.frame = world.frame, .good = true};
	attach(&world, GNG_XDP_TO_SOCKET, world.pair.to);
	sender = socket_open(world.pair.from);
	receiver = socket_open(world.pair.to);
	good(gng_xdp_to_socket(world.xdp, receiver, &why), &why);
	exchange(sender, receiver, &arrival);
	gng_xdp_socket_close(receiver);
	gng_xdp_socket_close(sender);
	world_close(&world);
}

/* One socket sends, an echo stands at the other end, and all frames come back. */
static void an_echo_comes_back(void **state)
{
	struct gng_xdp_flow back = flow_of(1, 9);
	struct gng_xdp_flow flow = back;
	uint8_t expected[GNG_XDP_FRAME_LEN];
	struct gng_xdp_socket *socket;
	struct gng_why why = {0};
	struct arrival arrival;
	struct world world;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	memcpy(back.source, flow.dest, sizeof(back.source));
	memcpy(back.dest, flow.source, sizeof(back.dest));
	back.source_port = flow.dest_port;
	back.dest_port = flow.source_port;
	gng_xdp_frame_fill(expected, &back);
	memcpy(expected, world.frame + 6, 6);
	memcpy(expected + 6, world.frame, 6);
	arrival = (struct arrival){.frame = expected, .good = true};
	attach(&world, GNG_XDP_ECHO, world.pair.to);
	attach(&world, GNG_XDP_TO_SOCKET, world.pair.from);
	socket = socket_open(world.pair.from);
	good(gng_xdp_to_socket(world.xdp, socket, &why), &why);
	for (int i = 0; i < 10; i++) {
		good(gng_xdp_socket_send(socket, world.frame, sizeof(world.frame), 200, 0, &why),
		     &why);
		arrival.next = 0;
		assert_int_equal(gng_xdp_socket_receive(socket, 200, 2000, on_frame, &arrival),
				 200);
		assert_true(arrival.good);
	}
	assert_int_equal(gng_xdp_counts(world.xdp).echoed, 2000);
	gng_xdp_socket_close(socket);
	world_close(&world);
}

/* ---- latencies ---- */

struct sampled {
	uint64_t most_ns;
	uint32_t num, next;
	bool good;
};

static void on_sample(void *context, const struct gng_xdp_sample *sample)
{
	struct sampled *sampled = context;

	sampled->good = sampled->good && sample->number == sampled->next &&
			sample->latency_ns > 0 && sample->at_ns > sample->latency_ns;
	sampled->next += 1024;
	sampled->num++;
	if (sample->latency_ns > sampled->most_ns)
		sampled->most_ns = sample->latency_ns;
}

static void check_latencies(struct world *world, uint64_t elapsed_ns)
{
	struct sampled sampled = {.good = true};
	struct gng_why why = {0};
	struct gng_hist *hist;

	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3), GNG_OK);
	good(gng_xdp_latencies(world->xdp, hist, &why), &why);
	assert_int_equal(hist->total, NUM_SENT);
	assert_true(gng_hist_min(hist) > 0);
	assert_true(gng_hist_max(hist) <= elapsed_ns);
	assert_int_equal(gng_xdp_samples(world->xdp, on_sample, &sampled),
			 (NUM_SENT + 1023) / 1024);
	assert_int_equal(sampled.num, (NUM_SENT + 1023) / 1024);
	assert_true(sampled.good);
	assert_true(sampled.most_ns <= gng_hist_max(hist));
	gng_hist_close(hist);
}

static void each_stamped_frame_is_in_the_histogram(void **state)
{
	struct gng_xdp_socket *socket;
	struct timespec start, end;
	struct gng_why why = {0};
	struct world world;

	(void)state;
	if (!world_open(&world, NULL))
		return;
	attach(&world, GNG_XDP_ARRIVE, world.pair.to);
	socket = socket_open(world.pair.from);
	clock_gettime(CLOCK_MONOTONIC, &start);
	good(gng_xdp_socket_send(socket, world.frame, sizeof(world.frame), NUM_SENT, 0, &why),
	     &why);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(gng_xdp_counts(world.xdp).arrived, NUM_SENT);
	check_latencies(&world, (uint64_t)(end.tv_sec - start.tv_sec + 1) * 1000000000u);
	memset(world.frame + 42, 0, 4); /* without the magic it is anybody's */
	good(gng_xdp_to_interface(world.xdp, world.pair.from, &why), &why);
	gng_xdp_socket_close(socket);
	world_close(&world);
}

const struct suite_test suite_tests[] = {
	TEST(each_live_frame_is_filtered, "B3.xdp.rate"),
	TEST(live_frames_are_lost_in_generic_mode, "B3.xdp.rate"),
	TEST(no_thread_receives_without_a_program, "B3.xdp.rate"),
	TEST(a_thread_receives_on_the_cpu_that_it_is_given, "B3.xdp.rate"),
	TEST(a_socket_receives_what_another_sent, "B3.xdp.rate"),
	TEST(an_echo_comes_back, "B3.xdp.filter"),
	TEST(each_stamped_frame_is_in_the_histogram, "B3.xdp.histogram"),
	{0},
};
