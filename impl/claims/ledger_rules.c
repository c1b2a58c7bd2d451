/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_rules.c - what a record must keep to, so that judging it cannot go wrong later. */
#include "claims_check.h"
#include "claims_ledger.h"
#include "claims_probe.h"

#include <string.h>

static enum gng_status bad(const struct gng_claims_claim *claim, struct gng_why *why,
			   const char *what, const char *value)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "claims.open", "%s: %s '%.60s'", claim->here, what,
			   value);
}

/* An id is C.<section>.<n>. */
static bool is_of_section(const char *id, const char *section)
{
	const size_t len = strlen(section);
	const char *n = id + 2 + len + 1;

	return strncmp(id, "C.", 2) == 0 && strncmp(id + 2, section, len) == 0 &&
	       id[2 + len] == '.' && strspn(n, "0123456789") == strlen(n) && *n;
}

static enum gng_status check_probe(const struct gng_claims_claim *claim, struct gng_why *why)
{
	const struct claims_probe *probe = claims_probe_find(claim->probe);
	const bool alone =
		strcmp(claim->probe, "arithmetic") == 0 || strcmp(claim->probe, "source") == 0;

	if (claim->probe[0] && !probe && !alone)
		return bad(claim, why, "there is no probe", claim->probe);
	if (alone && claim->check[0] == '\0')
		return bad(claim, why, "a check is missing for the probe", claim->probe);
	if (probe && probe->figure && !claim->has_quantity)
		return bad(claim, why, "a quantity is missing for the probe", claim->probe);
	return GNG_OK;
}

static enum gng_status check_check(const struct gng_claims_claim *claim, struct gng_why *why)
{
	struct claims_sides sides;
	bool holds;
	struct gng_why inner = {0};

	if (claim->check[0] == '\0')
		return claim->num_numbers
			       ? bad(claim, why, "no check uses the number", claim->numbers[0].name)
			       : GNG_OK;
	if (claims_check(&holds, &sides, claim->check, claim->numbers, claim->num_numbers,
			 &inner) == GNG_OK)
		return GNG_OK;
	return bad(claim, why, "a check that cannot be computed:", inner.text);
}

enum gng_status claims_record_check(const struct gng_claims_claim *claim, struct gng_why *why)
{
	struct gng_why inner = {0};
	enum gng_status status;

	if (!claim->section[0] || !claim->statement[0] || !claim->quote[0] || !claim->subsystem[0])
		return bad(claim, why, "section, quote, statement and subsystem are needed by",
			   claim->id);
	if (strchr(claim->subsystem, '/') || claim->subsystem[0] == '.')
		return bad(claim, why, "no folder of impl/:", claim->subsystem);
	if (!is_of_section(claim->id, claim->section))
		return bad(claim, why, "an id is C.<section>.<number>, not", claim->id);
	status = check_probe(claim, why);
	if (status == GNG_OK)
		status = check_check(claim, why);
	if (status == GNG_OK && claims_where_check(claim->where, &inner) != GNG_OK)
		status = bad(claim, why, inner.text, claim->where);
	return status;
}

enum gng_status claims_ledger_check_ids(const struct gng_claims_ledger *ledger, size_t first,
					struct gng_why *why)
{
	for (size_t i = first; i < ledger->num_claims; i++) {
		const struct gng_claims_claim *claim = &ledger->claims[i];
		const struct gng_claims_claim *other = gng_claims_find(ledger, claim->id);

		if (other != claim)
			return gng_why_set(why, GNG_EFORMAT, 0, "claims.open",
					   "%s: the id %.24s stands in %s already", claim->here,
					   claim->id, other->here);
	}
	return GNG_OK;
}
