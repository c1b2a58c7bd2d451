/* SPDX-License-Identifier: Apache-2.0 */
/* rules_test.c - the controller on a virtual clock: every short trace against a slow model, and
 * what a step, a stall, a day of constant load and a loss make of it. */
#include "../suite.h"
#include "model.h"

#include <math.h>

static const struct gng_qos_config standard = {
	.policy = GNG_QOS_BUDGET, .kbps = 4000, .budget_ns = MODEL_BUDGET};

static void begin(struct gng_qos *qos, enum gng_qos_policy policy)
{
	struct gng_qos_config config = standard;

	config.policy = policy;
	assert_int_equal(gng_qos_init(qos, &config, 0, NULL), GNG_OK);
}

static void the_ladder_is_1080p60_720p60_720p30(void **state)
{
	(void)state;
	assert_int_equal(gng_qos_rung_at(0)->height, 1080);
	assert_int_equal(gng_qos_rung_at(0)->fps, 60);
	assert_int_equal(gng_qos_rung_at(1)->height, 720);
	assert_int_equal(gng_qos_rung_at(1)->fps, 60);
	assert_int_equal(gng_qos_rung_at(2)->height, 720);
	assert_int_equal(gng_qos_rung_at(2)->fps, 30);
	assert_null(gng_qos_rung_at(3));
}

static void a_config_that_makes_no_sense_is_refused(void **state)
{
	struct gng_qos qos;
	struct gng_why why;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct gng_qos_config config = standard;

		config.first_rung = i == 0 ? 3 : 0;
		config.top_rung = i == 1 ? 1 : 0;
		config.kbps = i == 2 ? 0 : 1;
		config.budget_ns = i == 3 ? 0 : 1;
		why.text[0] = '\0';
		assert_int_equal(gng_qos_init(&qos, &config, 0, &why), GNG_EINVAL);
		assert_true(why.text[0] != '\0');
	}
}

/* ---- every trace ---- */

/* walk is a controller, its model, and what must never happen to them. */
struct walk {
	struct gng_qos qos;
	struct model model;
	uint64_t now, switched, num_checks;
};

static void step(struct walk *walk, enum model_slot slot)
{
	const unsigned int before = walk->qos.decision.rung;
	int moved;

	model_tell(&walk->qos, slot);
	walk->now += GNG_QOS_SLOT_NS;
	gng_qos_tick(&walk->qos, walk->now);
	moved = (int)walk->qos.decision.rung - (int)before;
	if (moved != model_step(&walk->model, slot) || walk->qos.decision.restart != (moved != 0))
		suite_fail("at %u s in slot %d the rung moves by %d, and the model by another",
			   (unsigned int)(walk->now / GNG_QOS_SLOT_NS), (int)slot, moved);
	if (moved < 0 && walk->now - walk->switched < GNG_QOS_HOLD_NS)
		suite_fail("it climbs before the hold is over");
	if (moved != 0)
		walk->switched = walk->now;
	walk->num_checks++;
}

static void begin_walk(struct walk *walk)
{
	begin(&walk->qos, GNG_QOS_BUDGET);
	model_init(&walk->model, 0, 0);
	walk->now = walk->switched = walk->num_checks = 0;
}

/* every_trace goes through all traces of depth more parts; a part is one kind of slot, lengths[0],
 * lengths[1], ... times. */
static uint64_t every_trace(const struct walk *from, int depth, const int *lengths, int num_lengths)
{
	uint64_t num = 0;

	for (int choice = 0; depth > 0 && choice < MODEL_NUM_SLOTS * num_lengths; choice++) {
		static struct walk walks[16];
		struct walk *walk = &walks[depth];

		*walk = *from;
		walk->num_checks = 0;
		for (int i = 0; i < lengths[choice / MODEL_NUM_SLOTS]; i++)
			step(walk, (enum model_slot)(choice % MODEL_NUM_SLOTS));
		num += walk->num_checks + every_trace(walk, depth - 1, lengths, num_lengths);
	}
	return num;
}

static void every_trace_of_seven_slots_is_the_model_s(void **state)
{
	static const int lengths[] = {1};
	static struct walk walk;

	(void)state;
	begin_walk(&walk);
	assert_int_equal(every_trace(&walk, 7, lengths, 1), (279936 * 6 - 6) / 5);
}

/* With parts as long as the hold, climbs, failed climbs and proved ones are in the traces. */
static void every_trace_of_four_parts_is_the_model_s(void **state)
{
	static const int lengths[] = {1, 2, 41};
	static struct walk walk;

	(void)state;
	begin_walk(&walk);
	assert_true(every_trace(&walk, 4, lengths, 3) > 1000000);
}

/* ---- steps, stalls, days ---- */

/* plant is a machine whose latency depends on the rung. */
struct plant {
	uint64_t latency[GNG_QOS_NUM_RUNGS];
	uint64_t now;
	int num_down, num_up;
	uint64_t first_down;
};

static void run_plant(struct plant *plant, struct gng_qos *qos, uint64_t seconds)
{
	const uint64_t until = plant->now + seconds * GNG_QOS_SLOT_NS;

	while (plant->now < until) {
		const unsigned int rung = qos->decision.rung;

		plant->now += GNG_QOS_SLOT_NS / gng_qos_rung_at(rung)->fps;
		gng_qos_frame(qos, plant->latency[rung]);
		if (!gng_qos_tick(qos, plant->now) || qos->decision.rung == rung)
			continue;
		if (qos->decision.rung > rung && plant->num_down++ == 0)
			plant->first_down = plant->now;
		plant->num_up += qos->decision.rung < rung;
	}
}

/* Whenever it begins, a step above the budget is answered by one switch within 5 s, and that one
 * stays the only one while the load lasts. */
static void a_step_overload_is_answered_by_one_switch(void **state)
{
	(void)state;
	for (int phase = 0; phase < 60; phase++) {
		struct plant plant = {.latency = {5000000, 3000000, 3000000}};
		struct gng_qos qos;
		uint64_t begun;

		begin(&qos, GNG_QOS_BUDGET);
		run_plant(&plant, &qos, 7);
		for (int i = 0; i < phase; i++) {
			plant.now += GNG_QOS_SLOT_NS / 60;
			gng_qos_frame(&qos, plant.latency[0]);
			gng_qos_tick(&qos, plant.now);
		}
		assert_int_equal(plant.num_down, 0);
		begun = plant.now;
		plant.latency[0] = 20000000;
		plant.latency[1] = 8000000;
		run_plant(&plant, &qos, 600);
		assert_int_equal(plant.num_down, 1);
		assert_int_equal(plant.num_up, 0);
		assert_int_equal(qos.decision.rung, 1);
		assert_true(plant.first_down - begun <= GNG_QOS_REACTION_NS);
	}
}

/* overload fills seconds of which each tenth frame is missed, with so many waits of wait_ns each,
 * until the rung changes. */
static const char *overload(unsigned int waits, uint64_t wait_ns)
{
	struct gng_qos qos;
	uint64_t now = 0;

	begin(&qos, GNG_QOS_BUDGET);
	for (int slot = 0; slot < 10; slot++) {
		for (int i = 0; i < 60; i++)
			gng_qos_frame(&qos, i % 10 ? MODEL_BUDGET / 4 : UINT64_MAX);
		for (unsigned int i = 0; i < waits; i++)
			gng_qos_wait(&qos, wait_ns);
		now += GNG_QOS_SLOT_NS;
		if (gng_qos_tick(&qos, now))
			return qos.decision.reason;
	}
	return "";
}

/* Six frames a second are missed: three long waits a second are half of them. */
static void waits_are_the_reason_and_move_nothing(void **state)
{
	struct gng_qos qos;

	(void)state;
	assert_string_equal(overload(0, 0), "overload");
	assert_string_equal(overload(2, MODEL_BUDGET / 4), "overload");
	assert_string_equal(overload(3, MODEL_BUDGET / 4), "overload: others had the CPU");
	assert_string_equal(overload(50, MODEL_BUDGET / 4 - 1), "overload");
	begin(&qos, GNG_QOS_BUDGET);
	for (uint64_t slot = 1; slot <= 30; slot++) {
		for (int i = 0; i < 60; i++)
			gng_qos_frame(&qos, MODEL_BUDGET / 4);
		gng_qos_wait(&qos, MODEL_BUDGET);
		assert_false(gng_qos_tick(&qos, slot * GNG_QOS_SLOT_NS));
	}
}

/* A stall of a second, 60 frames lost, moves nothing wherever it falls. */
static void one_stall_moves_nothing(void **state)
{
	(void)state;
	for (int phase = 0; phase < 60; phase++) {
		struct plant plant = {.latency = {7000000, 3000000, 3000000}};
		struct gng_qos qos;

		begin(&qos, GNG_QOS_BUDGET);
		run_plant(&plant, &qos, 7);
		for (int i = 0; i < phase + 60; i++) {
			plant.now += GNG_QOS_SLOT_NS / 60;
			gng_qos_frame(&qos, i < phase ? plant.latency[0] : UINT64_MAX);
			gng_qos_tick(&qos, plant.now);
		}
		run_plant(&plant, &qos, 60);
		assert_int_equal(plant.num_down, 0);
	}
}

/* Where 1080p is too much and 720p is little, each climb fails and doubles the hold: in T seconds
 * no more climbs than log2(T/40 + 1), and one descent more than that. */
static void a_day_of_such_load_has_few_switches(void **state)
{
	struct plant plant = {.latency = {15000000, 3000000, 3000000}};
	struct gng_qos qos;

	(void)state;
	begin(&qos, GNG_QOS_BUDGET);
	run_plant(&plant, &qos, 86400);
	assert_true(plant.num_up >= 8);
	assert_true(plant.num_up <= (int)log2(86400.0 / 40 + 1));
	assert_in_range(plant.num_down, plant.num_up, plant.num_up + 1);
}

static void it_climbs_back_when_the_load_is_gone(void **state)
{
	struct plant plant = {.latency = {20000000, 14000000, 3000000}};
	struct gng_qos qos;

	(void)state;
	begin(&qos, GNG_QOS_BUDGET);
	run_plant(&plant, &qos, 20);
	assert_int_equal(qos.decision.rung, 2);
	plant.latency[0] = plant.latency[1] = 3000000;
	run_plant(&plant, &qos, 90);
	assert_int_equal(qos.decision.rung, 0);
	assert_int_equal(plant.num_up, 2);
}

/* ---- parity ---- */

/* The parity of 1,000 s of loss is the same under any load, and of the same bit rate. */
static void load_never_raises_parity(void **state)
{
	struct gng_qos calm, loaded;
	uint32_t random = 1;

	(void)state;
	begin(&calm, GNG_QOS_BUDGET);
	begin(&loaded, GNG_QOS_BUDGET);
	for (uint64_t second = 1; second <= 1000; second++) {
		random = random * 1664525 + 1013904223;
		model_tell(&calm, CALM);
		model_tell(&loaded, (enum model_slot)(random >> 8) % MODEL_NUM_SLOTS);
		gng_qos_packets(&calm, 400, (random >> 28) * (second / 100 % 2));
		gng_qos_packets(&loaded, 400, (random >> 28) * (second / 100 % 2));
		gng_qos_tick(&calm, second * GNG_QOS_SLOT_NS);
		gng_qos_tick(&loaded, second * GNG_QOS_SLOT_NS);
		assert_int_equal(loaded.decision.group, calm.decision.group);
		assert_int_equal(loaded.decision.video_kbps + loaded.decision.parity_kbps, 4000);
	}
}

static unsigned int group_after(struct gng_qos *qos, uint64_t *second, uint32_t lost, int checks)
{
	for (int i = 0; i < checks; i++) {
		model_tell(qos, CALM);
		gng_qos_packets(qos, 1000, lost);
		gng_qos_tick(qos, ++*second * GNG_QOS_SLOT_NS);
	}
	return qos->decision.group;
}

static void loss_raises_parity_at_once_and_lowers_it_slowly(void **state)
{
	struct gng_qos qos;
	uint64_t second = 0;

	(void)state;
	begin(&qos, GNG_QOS_BUDGET);
	assert_int_equal(group_after(&qos, &second, 1, 1), 0);
	assert_int_equal(group_after(&qos, &second, 2, 1), 20);
	assert_int_equal(group_after(&qos, &second, 11, 1), 10);
	assert_int_equal(group_after(&qos, &second, 21, 1), 5);
	assert_int_equal(group_after(&qos, &second, 51, 1), 3);
	assert_int_equal(qos.decision.parity_kbps, 1000);
	assert_int_equal(group_after(&qos, &second, 0, 9), 3);
	assert_int_equal(group_after(&qos, &second, 0, 1), 0);
	assert_int_equal(qos.decision.video_kbps, 4000);
}

const struct suite_test suite_tests[] = {
	TEST(the_ladder_is_1080p60_720p60_720p30, "T5.qos.ladder"),
	TEST(a_config_that_makes_no_sense_is_refused, "T5.qos.ladder"),
	TEST(every_trace_of_seven_slots_is_the_model_s, "T5.qos.stable"),
	TEST(every_trace_of_four_parts_is_the_model_s, "T5.qos.stable"),
	TEST(a_step_overload_is_answered_by_one_switch, "T5.qos.stable T5.qos.ladder"),
	TEST(waits_are_the_reason_and_move_nothing, "T5.qos.ladder"),
	TEST(one_stall_moves_nothing, "T5.qos.stable"),
	TEST(a_day_of_such_load_has_few_switches, "T5.qos.stable"),
	TEST(it_climbs_back_when_the_load_is_gone, "T5.qos.stable"),
	TEST(load_never_raises_parity, "T5.qos.ladder"),
	TEST(loss_raises_parity_at_once_and_lowers_it_slowly, "T5.qos.ladder"),
	{0},
};
