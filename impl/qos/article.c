/* SPDX-License-Identifier: Apache-2.0 */
/* article.c - the article's rule of load: three rises of P99 by more than 15 % in a row. */
#include "qos_rules.h"

/* The article names one step, 1080p to 720p, and no way back. */
bool qos_check_article(struct gng_qos *qos, uint64_t now_ns)
{
	const uint64_t now = qos->p99_ns, last = qos->last_p99_ns;
	/* now > 1.15 * last without overflow; a frame that never came is UINT64_MAX */
	const bool rose = last > 0 && now > last && now - last > last / 100 * 15;

	qos->last_p99_ns = now;
	qos->p99_ns = 0;
	qos->overloads = rose ? (uint8_t)(qos->overloads + 1) : 0;
	if (qos->overloads < 3 || qos->decision.rung != 0)
		return false;
	qos_move(qos, 1, now_ns, "P99 rose three times");
	return true;
}
