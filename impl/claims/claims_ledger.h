/* SPDX-License-Identifier: Apache-2.0 */
/* claims_ledger.h - the parts of the reader: records, what they must keep to, and folders. */
#ifndef CLAIMS_LEDGER_H
#define CLAIMS_LEDGER_H

#include "gng_claims.h"

struct gng_vec;

/* claims_ledger_read appends the records of one file. */
enum gng_status claims_ledger_read(struct gng_claims_ledger *ledger, struct gng_vec *vec,
				   struct gng_why *why);

/* claims_record_check refuses a record whose parts do not fit each other. */
enum gng_status claims_record_check(const struct gng_claims_claim *claim, struct gng_why *why);

/* claims_ledger_check_ids refuses an id of the claims from first on that an earlier one has. */
enum gng_status claims_ledger_check_ids(const struct gng_claims_ledger *ledger, size_t first,
					struct gng_why *why);

#endif /* CLAIMS_LEDGER_H */
