/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - one claim: its check, its conditions, its probe. */
#include "claims_check.h"
#include "claims_probe.h"

#include <string.h>
#include <sys/stat.h>

const char *gng_claims_verdict_name(enum gng_claims_verdict verdict)
{
	static const char *const names[GNG_CLAIMS_NUM_VERDICTS] = {
		"CONFIRMED",	       "REFUTED",      "INCONSISTENT",
		"NOT-MEASURABLE-HERE", "INCONCLUSIVE", "PENDING",
	};

	return (unsigned int)verdict < GNG_CLAIMS_NUM_VERDICTS ? names[verdict] : "?";
}

static bool is_built(const char *source, const char *subsystem)
{
	char path[4096];
	struct stat status;

	snprintf(path, sizeof(path), "%s/impl/%s", source, subsystem);
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* within says whether a value is what the record claims. */
static bool within(const struct gng_claims_claim *claim, double value)
{
	const double room =
		claim->tolerance * (claim->quantity < 0 ? -claim->quantity : claim->quantity);

	if (claim->relation != GNG_CLAIMS_AT_LEAST && value > claim->quantity + room)
		return false;
	return claim->relation == GNG_CLAIMS_AT_MOST || value >= claim->quantity - room;
}

/* Both bounds must agree, and with "=" they must lie on the same side. */
static enum gng_claims_verdict judge_figure(const struct gng_claims_claim *claim,
					    const struct claims_finding *finding)
{
	const bool lo = within(claim, finding->lo), hi = within(claim, finding->hi);
	const bool around = finding->lo < claim->quantity && finding->hi > claim->quantity;

	if (lo && hi)
		return GNG_CLAIMS_CONFIRMED;
	return lo || hi || around ? GNG_CLAIMS_INCONCLUSIVE : GNG_CLAIMS_REFUTED;
}

static enum gng_claims_verdict judge_finding(const struct gng_claims_claim *claim,
					     const struct claims_finding *finding, bool built)
{
	switch (finding->kind) {
	case CLAIMS_FIGURE:
		return judge_figure(claim, finding);
	case CLAIMS_HOLDS:
		return GNG_CLAIMS_CONFIRMED;
	case CLAIMS_FAILS:
	case CLAIMS_IMPOSSIBLE:
		return GNG_CLAIMS_REFUTED;
	case CLAIMS_ABSENT:
		return GNG_CLAIMS_NOT_MEASURABLE_HERE;
	case CLAIMS_POSSIBLE:
		return built ? GNG_CLAIMS_INCONCLUSIVE : GNG_CLAIMS_PENDING;
	default:
		return GNG_CLAIMS_INCONCLUSIVE;
	}
}

static void say(struct gng_claims_judgement *judgement, enum gng_claims_verdict verdict,
		const char *evidence)
{
	judgement->verdict = verdict;
	snprintf(judgement->evidence, sizeof(judgement->evidence), "%s", evidence);
}

/* add_measured puts what a probe found here behind the evidence of a check. */
static void add_measured(struct gng_claims_judgement *judgement,
			 const struct gng_claims_claim *claim)
{
	const struct claims_probe *probe = claims_probe_find(claim->probe);
	const size_t len = strlen(judgement->evidence);
	struct claims_finding finding = {0};

	if (!probe)
		return;
	probe->run(&finding, claim);
	snprintf(judgement->evidence + len, sizeof(judgement->evidence) - len, "; %s",
		 finding.said);
}

/* add_sources names where numbers are from that the article does not state. */
static void add_sources(struct gng_claims_judgement *judgement,
			const struct gng_claims_claim *claim)
{
	for (size_t i = 0; i < claim->num_numbers; i++) {
		const struct gng_claims_number *number = &claim->numbers[i];
		const size_t len = strlen(judgement->evidence);

		if (!number->quoted)
			snprintf(judgement->evidence + len, sizeof(judgement->evidence) - len,
				 "; %s: %.200s", number->name, number->from);
	}
}

/* all_quoted says whether the article itself states all numbers of the record. */
static bool all_quoted(const struct gng_claims_claim *claim)
{
	for (size_t i = 0; i < claim->num_numbers; i++)
		if (!claim->numbers[i].quoted)
			return false;
	return true;
}

/* judge_check returns whether the check decides. What a number from elsewhere contradicts is
 * refuted; only the article can contradict itself. */
static bool judge_check(struct gng_claims_judgement *judgement,
			const struct gng_claims_claim *claim)
{
	const bool by_source = strcmp(claim->probe, "source") == 0;
	const bool alone = by_source || strcmp(claim->probe, "arithmetic") == 0;
	const bool elsewhere = by_source || !all_quoted(claim);
	struct claims_sides sides;
	bool holds = false;
	struct gng_why why;

	if (claim->check[0] == '\0')
		return false;
	if (claims_check(&holds, &sides, claim->check, claim->numbers, claim->num_numbers, &why) !=
	    GNG_OK) {
		say(judgement, GNG_CLAIMS_INCONCLUSIVE, why.text);
		return true;
	}
	if (holds && !alone)
		return false;
	judgement->verdict = holds	 ? GNG_CLAIMS_CONFIRMED
			     : elsewhere ? GNG_CLAIMS_REFUTED
					 : GNG_CLAIMS_INCONSISTENT;
	snprintf(judgement->evidence, sizeof(judgement->evidence), "%s: %.9g %s %.9g is %s",
		 claim->check, sides.left, sides.operator, sides.right,
		 sides.holds ? "true" : "false");
	add_sources(judgement, claim);
	if (!holds)
		add_measured(judgement, claim);
	return true;
}

static void judge_without_probe(struct gng_claims_judgement *judgement,
				const struct gng_claims_claim *claim, bool built)
{
	judgement->verdict = GNG_CLAIMS_PENDING;
	snprintf(judgement->evidence, sizeof(judgement->evidence),
		 built ? "impl/%s is built, but no probe judges this yet"
		       : "impl/%s is not built yet",
		 claim->subsystem);
}

void gng_claims_judge(struct gng_claims_judgement *judgement, const struct gng_claims_claim *claim,
		      const char *source)
{
	const struct claims_probe *probe = claims_probe_find(claim->probe);
	const bool built = is_built(source, claim->subsystem);
	struct claims_finding finding = {.kind = CLAIMS_DOUBT};
	char missing[256];

	*judgement = (struct gng_claims_judgement){.verdict = GNG_CLAIMS_PENDING};
	if (judge_check(judgement, claim))
		return;
	if (!claims_where_met(claim->where, missing)) {
		say(judgement, GNG_CLAIMS_NOT_MEASURABLE_HERE, missing);
		return;
	}
	if (!probe) {
		judge_without_probe(judgement, claim, built);
		return;
	}
	probe->run(&finding, claim);
	say(judgement, judge_finding(claim, &finding, built), finding.said);
}
