/* SPDX-License-Identifier: Apache-2.0 */
/* model.h - the rule of load a second time, slowly: from the whole history since the last change,
 * by shares in floating point. */
#ifndef QOS_MODEL_H
#define QOS_MODEL_H

#include <gng_qos.h>

#define MODEL_FRAMES 20
#define MODEL_BUDGET 12000000
#define MODEL_MAX_SLOTS 1024

/* model_slot is what one second looks like. */
enum model_slot { CALM, BUSY, HIGH, MISSED, BURST, SILENT, MODEL_NUM_SLOTS };

struct model {
	unsigned int rung, top, num;
	uint64_t hold; /* in slots */
	bool on_trial;
	uint8_t slots[MODEL_MAX_SLOTS]; /* since the last change */
};

static inline void model_init(struct model *model, unsigned int first, unsigned int top)
{
	model->rung = first;
	model->top = top;
	model->num = 0;
	model->hold = GNG_QOS_HOLD_NS / GNG_QOS_SLOT_NS;
	model->on_trial = false;
}

/* The share of frames of a slot that missed the budget, or took more than 80 % of it. */
static inline double model_missed(unsigned int slot)
{
	return slot == MISSED ? 1 : slot == BURST ? 1.0 / MODEL_FRAMES : 0;
}

static inline double model_high(unsigned int slot)
{
	return slot == HIGH ? 1 : model_missed(slot);
}

/* model_window says whether the five slots that end with slot i are too many. Silent ones have no
 * frames, and count for nothing. */
static inline bool model_window(const struct model *model, unsigned int i)
{
	double missed = 0, high = 0, num = 0;

	for (unsigned int back = 0; back < GNG_QOS_NUM_SLOTS && back <= i; back++) {
		const unsigned int slot = model->slots[i - back];

		missed += model_missed(slot);
		high += model_high(slot);
		num += slot != SILENT;
	}
	return missed > 0.02 * num + 1e-9 || high > 0.05 * num + 1e-9;
}

static inline bool model_overloaded(const struct model *model, unsigned int i)
{
	const unsigned int slot = model->slots[i];

	if (slot == SILENT)
		return true;
	return (model_missed(slot) > 0.02 || model_high(slot) > 0.05) && model_window(model, i);
}

static inline void model_move(struct model *model, int step)
{
	model->rung = (unsigned int)((int)model->rung + step);
	model->num = 0;
}

/* model_step takes one slot and returns how the rung moves. */
static inline int model_step(struct model *model, enum model_slot slot)
{
	unsigned int calm = 0;

	model->slots[model->num++] = (uint8_t)slot;
	if (model->on_trial && model->num >= model->hold) {
		model->on_trial = false;
		model->hold = GNG_QOS_HOLD_NS / GNG_QOS_SLOT_NS;
	}
	if (model->num >= 3 && model_overloaded(model, model->num - 1) &&
	    model_overloaded(model, model->num - 2) && model_overloaded(model, model->num - 3)) {
		if (model->rung == GNG_QOS_NUM_RUNGS - 1)
			return 0;
		model->hold *= model->on_trial ? 2 : 1;
		model->on_trial = false;
		model_move(model, 1);
		return 1;
	}
	while (calm < model->num && model->slots[model->num - 1 - calm] == CALM)
		calm++;
	if (model->rung == model->top || calm < model->hold)
		return 0;
	model_move(model, -1);
	model->on_trial = true;
	return -1;
}

/* model_tell tells the controller the frames of a slot. */
static inline void model_tell(struct gng_qos *qos, enum model_slot slot)
{
	static const uint64_t latencies[MODEL_NUM_SLOTS] = {
		[CALM] = MODEL_BUDGET / 100 * 40,  [BUSY] = MODEL_BUDGET / 100 * 70,
		[HIGH] = MODEL_BUDGET / 100 * 90,  [MISSED] = UINT64_MAX,
		[BURST] = MODEL_BUDGET / 100 * 40,
	};

	if (slot == SILENT)
		return;
	for (int i = 0; i < MODEL_FRAMES - (slot == BURST); i++)
		gng_qos_frame(qos, latencies[slot]);
	if (slot == BURST)
		gng_qos_frame(qos, MODEL_BUDGET + 1);
}

#endif /* QOS_MODEL_H */
