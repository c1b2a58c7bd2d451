/* SPDX-License-Identifier: Apache-2.0 */
/* qos.c - the controller: what it is told, and when it checks. */
#include "qos_rules.h"

#include <string.h>

static const struct gng_qos_rung rungs[GNG_QOS_NUM_RUNGS] = {
	{1920, 1080, 60},
	{1280, 720, 60},
	{1280, 720, 30},
};

const struct gng_qos_rung *gng_qos_rung_at(unsigned int rung)
{
	return rung < GNG_QOS_NUM_RUNGS ? &rungs[rung] : NULL;
}

static uint64_t check_ns(const struct gng_qos *qos)
{
	return qos->config.policy == GNG_QOS_ARTICLE ? GNG_QOS_ARTICLE_NS : GNG_QOS_SLOT_NS;
}

enum gng_status gng_qos_init(struct gng_qos *qos, const struct gng_qos_config *config,
			     uint64_t now_ns, struct gng_why *why)
{
	if (config->first_rung >= GNG_QOS_NUM_RUNGS || config->top_rung > config->first_rung)
		return gng_why_set(why, GNG_EINVAL, 0, "qos.init",
				   "rung %u of %u with the ladder cut at %u does not exist",
				   config->first_rung, GNG_QOS_NUM_RUNGS, config->top_rung);
	if (config->kbps == 0 || config->budget_ns == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "qos.init",
				   "a bit rate and a budget above 0 are needed");
	memset(qos, 0, sizeof(*qos));
	qos->config = *config;
	qos->decision = (struct gng_qos_decision){.rung = config->first_rung, .reason = ""};
	qos->switched_ns = qos->calm_ns = now_ns;
	qos->hold_ns = GNG_QOS_HOLD_NS;
	qos->num_slots = 1;
	qos_share(qos);
	qos->next_ns = now_ns + check_ns(qos);
	return GNG_OK;
}

void gng_qos_frame(struct gng_qos *qos, uint64_t latency_ns)
{
	struct gng_qos_slot *slot = &qos->slots[qos->current];
	const uint64_t budget = qos->config.budget_ns;

	slot->frames++;
	slot->missed += latency_ns > budget;
	slot->high += latency_ns > budget - budget / 5;
	slot->low += latency_ns > budget / 2;
	if (latency_ns > qos->p99_ns) /* of at most 12 frames P99 is the largest */
		qos->p99_ns = latency_ns;
}

void gng_qos_wait(struct gng_qos *qos, uint64_t wait_ns)
{
	qos->slots[qos->current].waits += wait_ns >= qos->config.budget_ns / 4;
}

void gng_qos_packets(struct gng_qos *qos, uint32_t expected, uint32_t lost)
{
	qos->expected += expected;
	qos->lost += lost < expected ? lost : expected;
}

void qos_move(struct gng_qos *qos, int step, uint64_t now_ns, const char *reason)
{
	qos->decision.rung = (uint8_t)(qos->decision.rung + step);
	qos->decision.restart = true;
	qos->decision.reason = reason;
	qos->switched_ns = qos->calm_ns = now_ns;
	qos->overloads = 0;
	qos->num_slots = 1;
	qos->slots[qos->current] = (struct gng_qos_slot){0};
	qos->p99_ns = qos->last_p99_ns = 0;
}

static bool check_load(struct gng_qos *qos, uint64_t now_ns)
{
	if (qos->config.policy == GNG_QOS_HOLD)
		return false;
	return qos->config.policy == GNG_QOS_ARTICLE ? qos_check_article(qos, now_ns)
						     : qos_check_budget(qos, now_ns);
}

bool gng_qos_tick(struct gng_qos *qos, uint64_t now_ns)
{
	bool moved, shared;

	if (now_ns < qos->next_ns)
		return false;
	qos->next_ns = now_ns + check_ns(qos);
	qos->decision.restart = false;
	qos->decision.reason = "";
	shared = qos_check_loss(qos);
	moved = check_load(qos, now_ns);
	return moved || shared;
}
