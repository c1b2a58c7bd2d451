/* SPDX-License-Identifier: Apache-2.0 */
/* budget.c - our rule of load: shares of an absolute budget, thrice in a row, and back-off. */
#include "qos_rules.h"

/* A stall of up to a second touches two slots; what touches three is no stall. */
#define NUM_OVERLOADS 3

/* add returns the sum of all slots of the window, from the newest back. */
static struct gng_qos_slot add(const struct gng_qos *qos)
{
	struct gng_qos_slot sum = {0};

	for (unsigned int back = 0; back < qos->num_slots; back++) {
		const struct gng_qos_slot *slot =
			&qos->slots[(qos->current + GNG_QOS_NUM_SLOTS - back) % GNG_QOS_NUM_SLOTS];

		sum.frames += slot->frames;
		sum.missed += slot->missed;
		sum.high += slot->high;
		sum.low += slot->low;
		sum.waits += slot->waits;
	}
	return sum;
}

/* More than 2 % missed, or P95 above 80 % of the budget. */
static bool is_overloaded(const struct gng_qos_slot *slot)
{
	return (uint64_t)slot->missed * 50 > slot->frames ||
	       (uint64_t)slot->high * 20 > slot->frames;
}

/* P95 at most 50 % of the budget. */
static bool is_calm(const struct gng_qos_slot *slot)
{
	return !is_overloaded(slot) && (uint64_t)slot->low * 20 <= slot->frames;
}

static void next_slot(struct gng_qos *qos)
{
	qos->current = (uint8_t)((qos->current + 1) % GNG_QOS_NUM_SLOTS);
	if (qos->num_slots < GNG_QOS_NUM_SLOTS)
		qos->num_slots++;
	qos->slots[qos->current] = (struct gng_qos_slot){0};
}

/* A climb that lasted as long as the calm before it has proved itself. */
static void prove_climb(struct gng_qos *qos, uint64_t now_ns)
{
	if (!qos->climbed || now_ns - qos->switched_ns < qos->hold_ns)
		return;
	qos->climbed = false;
	qos->hold_ns = GNG_QOS_HOLD_NS;
}

static bool descend(struct gng_qos *qos, uint64_t now_ns, bool waited)
{
	if (qos->decision.rung + 1 >= GNG_QOS_NUM_RUNGS)
		return false;
	if (qos->climbed && qos->hold_ns <= GNG_QOS_MAX_HOLD_NS / 2)
		qos->hold_ns *= 2;
	qos->climbed = false;
	qos_move(qos, 1, now_ns, waited ? "overload: others had the CPU" : "overload");
	return true;
}

static bool climb(struct gng_qos *qos, uint64_t now_ns)
{
	if (qos->decision.rung <= qos->config.top_rung || now_ns - qos->calm_ns < qos->hold_ns)
		return false;
	qos_move(qos, -1, now_ns, "calm");
	qos->climbed = true;
	return true;
}

/*
 * The newest slot must be overloaded itself, not only the window: one stall stays in the window for
 * five checks, and would else count as several. A slot without frames says nothing but that the
 * sender stands still, which is an overload too.
 */
bool qos_check_budget(struct gng_qos *qos, uint64_t now_ns)
{
	const struct gng_qos_slot newest = qos->slots[qos->current], all = add(qos);
	const bool silent = newest.frames < GNG_QOS_MIN_FRAMES;
	const bool overloaded = silent || (is_overloaded(&newest) && is_overloaded(&all));

	next_slot(qos);
	prove_climb(qos, now_ns);
	qos->overloads = overloaded ? (uint8_t)(qos->overloads + 1) : 0;
	if (overloaded || !is_calm(&newest))
		qos->calm_ns = now_ns;
	if (qos->overloads >= NUM_OVERLOADS) {
		qos->overloads = 0;
		return descend(qos, now_ns, all.waits > 0 && all.waits * 2 >= all.missed);
	}
	return climb(qos, now_ns);
}
