/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_fuzz.c - a ledger that is accepted says the same when it is written out and read again;
 * one that is not is refused with its place; and checks come out the same each time.
 */
#include "../suite.h"

#include <claims_check.h>
#include <gng_claims.h>

static void field(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%s = %s\n", name, *text ? text : "-");
}

static void optional(FILE *out, const char *name, const char *text)
{
	if (*text)
		field(out, name, text);
}

static void write_claim(FILE *out, const struct gng_claims_claim *claim)
{
	static const char *const relations[] = {"=", "<=", ">="};

	field(out, "id", claim->id);
	field(out, "section", claim->section);
	fprintf(out, "line = %d\n", claim->line);
	field(out, "quote", claim->quote);
	field(out, "statement", claim->statement);
	if (claim->has_quantity)
		fprintf(out, "quantity = %.17f\n", claim->quantity);
	else
		fputs("quantity = -\n", out);
	field(out, "unit", claim->unit);
	field(out, "relation", relations[claim->relation]);
	field(out, "conditions", claim->conditions);
	optional(out, "where", claim->where);
	field(out, "reading", claim->reading);
	field(out, "method", claim->method);
	field(out, "probe", claim->probe);
	optional(out, "with", claim->with);
	optional(out, "text", claim->text);
	optional(out, "flags", claim->flags);
	optional(out, "want", claim->want);
	fprintf(out, "tolerance = %.17f\n", claim->tolerance);
	optional(out, "check", claim->check);
	for (size_t i = 0; i < claim->num_numbers; i++)
		fprintf(out, "%s.%s = %.17f | %s\n", claim->numbers[i].quoted ? "number" : "given",
			claim->numbers[i].name, claim->numbers[i].value, claim->numbers[i].from);
	field(out, "subsystem", claim->subsystem);
	optional(out, "prior", claim->prior);
	fputc('\n', out);
}

static char *write_ledger(const struct gng_claims_ledger *ledger, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	fprintf(out, "# source: fuzz\n# cases: %zu\n\n", ledger->num_claims);
	for (size_t i = 0; i < ledger->num_claims; i++)
		write_claim(out, &ledger->claims[i]);
	fclose(out);
	return text;
}

/* check_checks: the reader has computed each check, so it must come out again. */
static void check_checks(const struct gng_claims_ledger *ledger)
{
	for (size_t i = 0; i < ledger->num_claims; i++) {
		const struct gng_claims_claim *claim = &ledger->claims[i];
		struct claims_sides sides;
		bool holds;

		fuzz_check(!*claim->check ||
				   claims_check(&holds, &sides, claim->check, claim->numbers,
						claim->num_numbers, NULL) == GNG_OK,
			   "an accepted check is not computed", claim->check);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_claims_ledger *ledger, *again;
	struct gng_why why = {0};
	const int all = fuzz_one_in(64, data, size);
	char *first, *second;
	size_t len;

	if (gng_claims_open_text(&ledger, "t", (const char *)data, size, all ? &why : NULL) !=
	    GNG_OK) {
		fuzz_check(ledger == NULL, "a refused ledger is handed out", why.text);
		fuzz_check(!all || strncmp(why.text, "t", 1) == 0, "no place", why.text);
		return 0;
	}
	check_checks(ledger);
	if (!all) {
		gng_claims_close(ledger);
		return 0;
	}
	first = write_ledger(ledger, &len);
	if (gng_claims_open_text(&again, "t", first, len, &why) != GNG_OK)
		fuzz_check(0, "what was written is refused", why.text);
	second = write_ledger(again, &len);
	fuzz_check(strcmp(first, second) == 0, "what was written says something else", first);
	gng_claims_close(ledger);
	gng_claims_close(again);
	free(first);
	free(second);
	return 0;
}
