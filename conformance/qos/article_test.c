/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - the article's rule and ours under the same frames: what each makes of noise, and
 * of a step that it should answer. */
#include "../suite.h"

#include <math.h>
#include <stdio.h>

#include <gng_qos.h>

#define BUDGET_NS 12000000
#define FRAME_NS (GNG_QOS_SLOT_NS / 60)

/* random_of is a generator of Lehmer, 2^31 - 1 and 48271, as the C++ standard's minstd_rand. */
static double random_of(uint64_t *state)
{
	*state = *state * 48271 % 2147483647;
	return ((double)*state - 0.5) / 2147483646;
}

/* A lognormal latency with the median 5 ms, by the method of Box and Muller. */
static uint64_t latency(uint64_t *state, double sigma)
{
	const double u = random_of(state), v = random_of(state);

	return (uint64_t)(5e6 * exp(sigma * sqrt(-2 * log(u)) * cos(6.283185307179586 * v)));
}

/* downgrades counts how often the rule lowers the picture in an hour of such noise; after each it
 * begins anew. */
static int downgrades(enum gng_qos_policy policy, double sigma)
{
	const struct gng_qos_config config = {policy, 0, 0, 4000, BUDGET_NS};
	struct gng_qos qos;
	uint64_t state = 1, now = 0;
	int num = 0;

	assert_int_equal(gng_qos_init(&qos, &config, now, NULL), GNG_OK);
	for (int frame = 0; frame < 3600 * 60; frame++) {
		now += FRAME_NS;
		gng_qos_frame(&qos, latency(&state, sigma));
		if (!gng_qos_tick(&qos, now) || qos.decision.rung == 0)
			continue;
		num++;
		assert_int_equal(gng_qos_init(&qos, &config, now, NULL), GNG_OK);
	}
	return num;
}

/* A gauge judges so many frames of one kind: overload for a minute takes none of them away. */
static void hold_stays_on_its_rung(void **state)
{
	const struct gng_qos_config config = {GNG_QOS_HOLD, 1, 0, 4000, BUDGET_NS};
	struct gng_qos qos;

	(void)state;
	assert_int_equal(gng_qos_init(&qos, &config, 0, NULL), GNG_OK);
	for (uint64_t now = 0; now < 60 * GNG_QOS_SLOT_NS; now += FRAME_NS) {
		gng_qos_frame(&qos, 10 * (uint64_t)BUDGET_NS);
		gng_qos_tick(&qos, now);
		assert_int_equal(qos.decision.rung, 1);
	}
}

/* Latencies that stay far from the budget, P95 at 9.7 ms of 12 at the widest, lower the picture
 * by the article's rule, and never by ours. */
static void noise_far_from_the_budget_triggers_the_article_only(void **state)
{
	char note[96];
	int theirs[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		const double sigma = 0.2 + 0.1 * i;

		theirs[i] = downgrades(GNG_QOS_ARTICLE, sigma);
		assert_int_equal(downgrades(GNG_QOS_BUDGET, i == 2 ? 0.35 : sigma), 0);
	}
	assert_true(theirs[1] >= 2);
	assert_true(theirs[2] > theirs[1]);
	snprintf(note, sizeof(note), "%d, %d and %d in an hour at sigma 0.2, 0.3 and 0.4",
		 theirs[0], theirs[1], theirs[2]);
	gng_probe_note("downgrades by the article's rule", note);
}

/* answered_after returns when the rule lowers the picture after latencies rose to 20 ms; 0 for
 * never. */
static uint64_t answered_after(enum gng_qos_policy policy)
{
	const struct gng_qos_config config = {policy, 0, 0, 4000, BUDGET_NS};
	struct gng_qos qos;

	assert_int_equal(gng_qos_init(&qos, &config, 0, NULL), GNG_OK);
	for (uint64_t frame = 1; frame <= 60 * 60; frame++) {
		gng_qos_frame(&qos, frame <= 600 ? 5000000 : 20000000);
		if (gng_qos_tick(&qos, frame * FRAME_NS) && qos.decision.rung > 0)
			return (frame - 600) * FRAME_NS;
	}
	return 0;
}

/* A step is one rise, and the article's rule wants three. */
static void a_step_from_5_to_20_ms_triggers_ours_only(void **state)
{
	const uint64_t ours = answered_after(GNG_QOS_BUDGET);

	(void)state;
	assert_int_equal(answered_after(GNG_QOS_ARTICLE), 0);
	assert_true(ours > 0 && ours <= GNG_QOS_REACTION_NS);
}

/* Both together: as a detector of overload the rule errs on either side. */
static void the_rule_misses_a_step_and_fires_on_noise(void **state)
{
	(void)state;
	assert_int_equal(answered_after(GNG_QOS_ARTICLE), 0);
	assert_true(downgrades(GNG_QOS_ARTICLE, 0.35) > 0);
}

/* What the rule is made for: three rises in a row, and it answers the third. */
static void three_rises_in_a_row_trigger_the_article(void **state)
{
	const struct gng_qos_config config = {GNG_QOS_ARTICLE, 0, 0, 4000, BUDGET_NS};
	struct gng_qos qos;
	uint64_t now = 0;

	(void)state;
	assert_int_equal(gng_qos_init(&qos, &config, 0, NULL), GNG_OK);
	for (int window = 0; window < 5; window++) {
		gng_qos_frame(&qos, (uint64_t)(3000000 * pow(1.16, window)));
		assert_int_equal(gng_qos_tick(&qos, now += GNG_QOS_ARTICLE_NS), window == 3);
	}
	assert_int_equal(qos.decision.rung, 1);
	for (int window = 0; window < 9; window++) {
		gng_qos_frame(&qos, (uint64_t)(3000000 * pow(1.14, window)));
		assert_false(gng_qos_tick(&qos, now += GNG_QOS_ARTICLE_NS));
	}
}

const struct suite_test suite_tests[] = {
	TEST(noise_far_from_the_budget_triggers_the_article_only, "T5.qos.article T5.qos.stable"),
	TEST(a_step_from_5_to_20_ms_triggers_ours_only, "T5.qos.article"),
	TEST(the_rule_misses_a_step_and_fires_on_noise, "T5.qos.article"),
	TEST(hold_stays_on_its_rung, "T5.qos.ladder"),
	TEST(three_rises_in_a_row_trigger_the_article, "T5.qos.article"),
	{0},
};
