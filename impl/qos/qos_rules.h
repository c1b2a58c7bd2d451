/* SPDX-License-Identifier: Apache-2.0 */
/* qos_rules.h - the parts of a check: load by either rule, and parity by loss. */
#ifndef QOS_RULES_H
#define QOS_RULES_H

#include "gng_qos.h"

/* qos_move changes the rung by one step and forgets what was measured on the old one. */
void qos_move(struct gng_qos *qos, int step, uint64_t now_ns, const char *reason);

/* qos_check_budget and qos_check_article are one check of load; both say whether the rung
 * changed. */
bool qos_check_budget(struct gng_qos *qos, uint64_t now_ns);
bool qos_check_article(struct gng_qos *qos, uint64_t now_ns);

/* qos_check_loss chooses the parity; it says whether that changed. */
bool qos_check_loss(struct gng_qos *qos);

/* qos_share divides the bit rate between video and parity. */
void qos_share(struct gng_qos *qos);

#endif /* QOS_RULES_H */
