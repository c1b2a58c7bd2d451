/* SPDX-License-Identifier: Apache-2.0 */
/* claims_report.h - what people and programs see of a judged ledger. */
#ifndef CLAIMS_REPORT_H
#define CLAIMS_REPORT_H

#include "gng_claims.h"

/* claims_judged is a claim that was selected, with its judgement. */
struct claims_judged {
	const struct gng_claims_claim *claim;
	struct gng_claims_judgement judgement;
};

/* claims_report_text writes a table of counts and each claim with its evidence. */
void claims_report_text(FILE *out, const struct claims_judged *judged, size_t num);

/* claims_report_json writes the array of docs/CLI.md; false if it cannot be written. */
bool claims_report_json(FILE *out, const struct claims_judged *judged, size_t num);

#endif /* CLAIMS_REPORT_H */
