/* SPDX-License-Identifier: Apache-2.0 */
/* network_test.c - frames through a bad network on a virtual clock: what arrives is what was sent,
 * and every packet is accounted for. */
#include "../suite.h"
#include "network.h"

#include <math.h>
#include <stdio.h>

static struct network network, second;

static void weather_of(struct av_weather *weather, const char *text)
{
	assert_int_equal(av_weather_read(weather, text, NULL), GNG_OK);
}

static void run_frames(struct network *one, uint32_t num, unsigned int group)
{
	for (uint32_t i = 0; i < num; i++) {
		network_send(one, group);
		network_run(one, (one->frame + 1) * (uint64_t)NETWORK_FRAME_NS);
		network_check(one);
	}
}

static void a_good_network_gives_each_frame_as_sent(void **state)
{
	const struct av_weather weather = {.seed = 1};

	(void)state;
	for (int clear = 0; clear < 2; clear++) {
		network_open(&network, &weather, clear ? NULL : network_key);
		run_frames(&network, 300, 0);
		assert_int_equal(network.whole, 300);
		assert_int_equal(network.intake.counts.lost, 0);
		assert_int_equal(network.intake.counts.accepted, network.sent);
		network_close(&network);
	}
}

/* At 2 % of single losses a group of 5 recovers what a group without parity loses. */
static void parity_recovers_losses(void **state)
{
	struct av_weather weather;
	uint64_t lost[2], whole[2];

	(void)state;
	weather_of(&weather, "loss=20000,delay=400,seed=11");
	for (int parity = 0; parity < 2; parity++) {
		network_open(&network, &weather, network_key);
		run_frames(&network, 2000, parity ? 5 : 0);
		lost[parity] = network.intake.counts.lost;
		whole[parity] = network.whole;
		network_close(&network);
	}
	assert_true(lost[0] > 100);
	assert_true(network.intake.counts.recovered > 100);
	assert_true(lost[1] * 4 < lost[0]);
	assert_true(2000 - whole[1] < (2000 - whole[0]) / 3);
}

static void packets_out_of_order_are_put_in_order(void **state)
{
	struct av_weather weather;

	(void)state;
	weather_of(&weather, "reorder=50000,late=1500,duplicate=20000,jitter=300,seed=5");
	network_open(&network, &weather, NULL); /* SRTP would refuse the second of two itself */
	run_frames(&network, 500, 0);
	network_run(&network, network.now_ns + NETWORK_FRAME_NS);
	assert_true(network.intake.counts.duplicates + network.intake.counts.late > 20);
	assert_true(network.intake.counts.duplicates > 0);
	assert_true(network.relay.counts.reordered > 50);
	assert_true(network.relay.counts.duplicated > 20);
	assert_int_equal(network.whole, 500);
	assert_int_equal(network.intake.counts.lost, 0);
	network_close(&network);
}

static void a_seed_repeats_a_run(void **state)
{
	struct av_weather weather;

	(void)state;
	weather_of(&weather, "loss=30000,burst=3,duplicate=5000,truncate=5000,reorder=5000,"
			     "delay=200,jitter=500,seed=77");
	network_open(&network, &weather, network_key);
	run_frames(&network, 300, 10);
	network_open(&second, &weather, network_key);
	run_frames(&second, 300, 10);
	assert_memory_equal(&network.relay.counts, &second.relay.counts,
			    sizeof(network.relay.counts));
	assert_memory_equal(&network.intake.counts, &second.intake.counts,
			    sizeof(network.intake.counts));
	assert_int_equal(network.whole, second.whole);
	network_close(&second);
	weather.seed = 78;
	network_open(&second, &weather, network_key);
	run_frames(&second, 300, 10);
	assert_memory_not_equal(&network.relay.counts, &second.relay.counts,
				sizeof(network.relay.counts));
	network_close(&second);
	network_close(&network);
}

/* A million packets at 2 % in bursts of 4: loss and mean length of a burst are as asked, within
 * five standard errors. */
static void losses_have_the_rate_and_length_asked_for(void **state)
{
	struct av_weather weather;
	struct av_relay relay;
	struct av_relay_copy copies[2];
	uint64_t bursts = 0;
	bool before = false;

	(void)state;
	weather_of(&weather, "loss=20000,burst=4,seed=3");
	av_relay_init(&relay, &weather);
	for (int i = 0; i < 1000000; i++) {
		const bool lost = av_relay_take(&relay, copies, 100, (uint64_t)i) == 0;

		bursts += lost && !before;
		before = lost;
	}
	assert_in_range(relay.counts.lost, 18200, 21800);
	assert_true(fabs((double)relay.counts.lost / (double)bursts - 4) < 0.25);
}

static void words_that_are_no_weather_are_refused(void **state)
{
	static const char *const wrong[] = {"rain=1",	 "loss",    "loss=",	"loss=x",
					    "loss=-1",	 "loss=1x", "burst=0",	"loss=1000000",
					    "seed=1,,x", "=5",	    "delay=1e9"};
	struct av_weather weather;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct gng_why why = {0};

		if (av_weather_read(&weather, wrong[i], &why) != GNG_EFORMAT)
			suite_fail("'%s' was taken", wrong[i]);
		assert_true(why.text[0] != '\0');
	}
	assert_int_equal(av_weather_read(&weather, "", NULL), GNG_OK);
}

/* ---- ten thousand steps ---- */

static void change_weather(struct network *one)
{
	struct av_weather *weather = &one->relay.weather;

	weather->enter_ppm = network_random(one) % 30000;
	weather->leave_ppm = 100000 + network_random(one) % 900000;
	weather->bad_loss_ppm = network_random(one) % 1000001;
	weather->duplicate_ppm = network_random(one) % 20000;
	weather->truncate_ppm = network_random(one) % 20000;
	weather->reorder_ppm = network_random(one) % 20000;
	weather->delay_us = network_random(one) % 3000;
	weather->jitter_us = network_random(one) % 2000;
	weather->reorder_us = network_random(one) % 5000;
}

/* spoil turns a bit of something that is on its way. */
static void spoil(struct network *one)
{
	const size_t at = one->num_waiting ? network_random(one) % one->num_waiting : 0;
	struct av_datagram *datagram = &one->waiting[at];

	if (one->num_waiting > 0 && datagram->len > 0)
		datagram->bytes[network_random(one) % datagram->len] ^=
			(uint8_t)(1 << network_random(one) % 8);
}

/* inject is a stranger's datagram. */
static void inject(struct network *one)
{
	struct av_datagram datagram = {.len = network_random(one) % AV_MAX_DATAGRAM};

	for (size_t i = 0; i < datagram.len; i++)
		datagram.bytes[i] = (uint8_t)network_random(one);
	network_relay(one, &datagram);
}

/* fault makes the fault of a step, if it has one: one step in eight. */
static void fault(struct network *one)
{
	switch (network_random(one) % 64) {
	case 0:
	case 1:
		change_weather(one);
		break;
	case 2:
		one->relay.weather.down = !one->relay.weather.down;
		break;
	case 3:
		network_restart(one);
		break;
	case 4:
		spoil(one);
		break;
	case 5:
		inject(one);
		break;
	case 6: /* the encoder fails: a frame is not there */
		one->frame++;
		break;
	case 7: /* the receiver stands still */
		one->now_ns += network_random(one) * UINT64_C(20);
		break;
	default:
		break;
	}
}

static void ten_thousand_faults_lose_count_of_nothing(void **state)
{
	const struct av_weather weather = {.seed = 20260601, .leave_ppm = 500000};
	char note[128];

	(void)state;
	network_open(&network, &weather, network_key);
	for (int i = 0; i < 10000; i++) {
		fault(&network);
		network_send(&network, network_random(&network) % 4 * 5);
		network_run(&network, network.now_ns + NETWORK_FRAME_NS);
		network_check(&network);
	}
	assert_true(network.whole > 1000);
	assert_true(network.relay.counts.lost > 1000);
	assert_true(network.refused + network.intake.counts.refused > 100);
	snprintf(note, sizeof(note), "%llu packets, %llu lost, %llu units whole of %llu",
		 (unsigned long long)network.sent, (unsigned long long)network.relay.counts.lost,
		 (unsigned long long)network.whole, (unsigned long long)network.units);
	gng_probe_note("script", note);
	network_close(&network);
}

const struct suite_test suite_tests[] = {
	TEST(a_good_network_gives_each_frame_as_sent, "T2.av.faults"),
	TEST(parity_recovers_losses, "T2.av.faults"),
	TEST(packets_out_of_order_are_put_in_order, "T2.av.faults"),
	TEST(a_seed_repeats_a_run, "T2.av.faults"),
	TEST(losses_have_the_rate_and_length_asked_for, "T2.av.faults"),
	TEST(words_that_are_no_weather_are_refused, "T2.av.faults"),
	TEST(ten_thousand_faults_lose_count_of_nothing, "T2.av.faults"),
	{0},
};
