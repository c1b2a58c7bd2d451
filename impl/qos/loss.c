/* SPDX-License-Identifier: Apache-2.0 */
/* loss.c - how much parity a loss deserves, and where its bits are taken from. */
#include "qos_rules.h"

/* One repair recovers one loss of its group, so a group must be short against the distance of
 * losses: about a third of it. */
static const struct {
	uint32_t loss_ppm; /* above which the group is needed */
	uint8_t group;
} steps[] = {{50000, 3}, {20000, 5}, {10000, 10}, {1000, 20}};

static uint8_t needed(uint64_t expected, uint64_t lost)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (lost * 1000000 > expected * steps[i].loss_ppm)
			return steps[i].group;
	return 0;
}

/* A shorter group is more parity; 0 is none. */
static bool is_more(uint8_t group, uint8_t than)
{
	return group != 0 && (than == 0 || group < than);
}

#define CLEAN_CHECKS 10 /* before parity is taken back */

/* More parity is needed at once; less of it can wait for ten checks in a row. A check without
 * a report changes nothing. */
bool qos_check_loss(struct gng_qos *qos)
{
	const uint8_t want = needed(qos->expected, qos->lost), have = qos->decision.group;
	const bool told = qos->expected > 0;

	qos->expected = qos->lost = 0;
	if (!told)
		return false;
	qos->clean_checks = is_more(have, want) ? (uint8_t)(qos->clean_checks + 1) : 0;
	if (!is_more(want, have) && qos->clean_checks < CLEAN_CHECKS)
		return false;
	qos->clean_checks = 0;
	qos->decision.group = want;
	qos->decision.reason = is_more(want, have) ? "loss" : "no more loss";
	qos_share(qos);
	return true;
}

void qos_share(struct gng_qos *qos)
{
	const uint32_t group = qos->decision.group, kbps = qos->config.kbps;

	qos->decision.parity_kbps = group ? kbps / (group + 1) : 0;
	qos->decision.video_kbps = kbps - qos->decision.parity_kbps;
}
