/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_fuzz.c - over any trace the controller moves as its slow model, and its parity depends on
 * the reports of loss alone.
 *
 * Byte 0: first and top rung; then one byte a second: bits 0 to 3 the kind of slot, the rest how
 * many of 1,000 packets were lost, times 2.
 */
/* bundle: 40 */
#include "../suite.h"

#include "../../conformance/qos/model.h"

#define MAX_SECONDS 1000

static void check_shares(const struct gng_qos *qos, const struct gng_qos *other)
{
	fuzz_check(qos->decision.group == other->decision.group, "load moved the parity", "loss");
	fuzz_check(qos->decision.video_kbps + qos->decision.parity_kbps == 4000,
		   "parity beside the bit rate", "share");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model model;
	struct gng_qos_config config = {.kbps = 4000, .budget_ns = MODEL_BUDGET};
	struct gng_qos qos, other;
	enum gng_status status;

	if (size < 1)
		return 0;
	config.first_rung = data[0] & 3;
	config.top_rung = data[0] >> 2 & 3;
	status = gng_qos_init(&qos, &config, 0, NULL);
	fuzz_check((status == GNG_OK) ==
			   (config.first_rung < 3 && config.top_rung <= config.first_rung),
		   "verdict", "init");
	if (status != GNG_OK)
		return 0;
	other = qos;
	model_init(&model, config.first_rung, config.top_rung);
	for (size_t i = 1; i < size && i <= MAX_SECONDS; i++) {
		const enum model_slot slot = (enum model_slot)((data[i] & 15) % MODEL_NUM_SLOTS);
		const unsigned int rung = qos.decision.rung;

		model_tell(&qos, slot);
		gng_qos_packets(&qos, 1000, (data[i] >> 4) * 2u);
		gng_qos_packets(&other, 1000, (data[i] >> 4) * 2u);
		gng_qos_tick(&qos, i * GNG_QOS_SLOT_NS);
		gng_qos_tick(&other, i * GNG_QOS_SLOT_NS);
		fuzz_check((int)qos.decision.rung - (int)rung == model_step(&model, slot), "rung",
			   "model");
		check_shares(&qos, &other);
	}
	return 0;
}
