/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c - reads records, and refuses what could not be judged. */
#include "claims_ledger.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <gng_vec.h>
#include <jansson.h>

/* fields are the texts of a record. A quote and the words of a number may be Chinese. */
static const struct {
	const char *name;
	size_t offset;
	bool mandatory;
} fields[] = {
	{"id", offsetof(struct gng_claims_claim, id), true},
	{"section", offsetof(struct gng_claims_claim, section), true},
	{"quote", offsetof(struct gng_claims_claim, quote), true},
	{"statement", offsetof(struct gng_claims_claim, statement), true},
	{"reading", offsetof(struct gng_claims_claim, reading), true},
	{"unit", offsetof(struct gng_claims_claim, unit), true},
	{"conditions", offsetof(struct gng_claims_claim, conditions), true},
	{"method", offsetof(struct gng_claims_claim, method), true},
	{"probe", offsetof(struct gng_claims_claim, probe), true},
	{"subsystem", offsetof(struct gng_claims_claim, subsystem), true},
	{"where", offsetof(struct gng_claims_claim, where), false},
	{"with", offsetof(struct gng_claims_claim, with), false},
	{"text", offsetof(struct gng_claims_claim, text), false},
	{"flags", offsetof(struct gng_claims_claim, flags), false},
	{"want", offsetof(struct gng_claims_claim, want), false},
	{"check", offsetof(struct gng_claims_claim, check), false},
	{"prior", offsetof(struct gng_claims_claim, prior), false},
};

static char **field_at(struct gng_claims_claim *claim, size_t offset)
{
	return (char **)((char *)claim + offset);
}

static enum gng_status bad(const struct gng_claims_claim *claim, struct gng_why *why,
			   const char *what, const char *value)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "claims.open", "%s: %s '%.60s'", claim->here, what,
			   value);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool is_utf8(const char *text)
{
	json_t *string = json_string(text); /* refuses anything else */

	json_decref(string);
	return string != NULL;
}

/* take_text copies an attribute; "-" and one that may be absent become "". */
static enum gng_status take_text(struct gng_claims_claim *claim, struct gng_vec_case *one, size_t i,
				 struct gng_why *why)
{
	const char *text = "";
	const bool may_be_chinese = strcmp(fields[i].name, "quote") == 0;

	if (gng_vec_has(one, fields[i].name) || fields[i].mandatory) {
		const enum gng_status status = gng_vec_text(one, &text, fields[i].name, why);

		if (status != GNG_OK)
			return status;
		if (*text == '\0')
			return bad(claim, why, "empty; write '-' for none:", fields[i].name);
	}
	if (!(may_be_chinese ? is_utf8(text) : is_ascii(text)))
		return bad(claim, why,
			   "not in UTF-8, or not in ASCII but for a quote:", fields[i].name);
	*field_at(claim, fields[i].offset) = strdup(strcmp(text, "-") == 0 ? "" : text);
	return *field_at(claim, fields[i].offset)
		       ? GNG_OK
		       : gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
}

static bool parse_decimal(double *value, const char *text)
{
	const size_t len = strspn(text + (*text == '-'), "0123456789.") + (*text == '-');
	char *end;

	*value = strtod(text, &end);
	return len > 0 && isdigit((unsigned char)text[len - 1]) && text[len] == '\0' &&
	       *end == '\0';
}

static enum gng_status take_quantity(struct gng_claims_claim *claim, struct gng_vec_case *one,
				     struct gng_why *why)
{
	const char *quantity, *tolerance, *relation = "=";
	enum gng_status status = gng_vec_text(one, &quantity, "quantity", why);

	if (status == GNG_OK)
		status = gng_vec_text(one, &tolerance, "tolerance", why);
	if (status == GNG_OK && gng_vec_has(one, "relation"))
		status = gng_vec_text(one, &relation, "relation", why);
	if (status != GNG_OK)
		return status;
	claim->has_quantity = strcmp(quantity, "-") != 0;
	if (claim->has_quantity && !parse_decimal(&claim->quantity, quantity))
		return bad(claim, why, "quantity is a decimal number or '-', not", quantity);
	if (strcmp(tolerance, "-") != 0 &&
	    (!parse_decimal(&claim->tolerance, tolerance) || claim->tolerance < 0))
		return bad(claim, why, "tolerance is a share as 0.1, or '-', not", tolerance);
	if (strcmp(relation, "<=") == 0)
		claim->relation = GNG_CLAIMS_AT_MOST;
	else if (strcmp(relation, ">=") == 0)
		claim->relation = GNG_CLAIMS_AT_LEAST;
	else if (strcmp(relation, "=") != 0)
		return bad(claim, why, "relation is =, <= or >=, not", relation);
	return GNG_OK;
}

static enum gng_status take_line(struct gng_claims_claim *claim, struct gng_vec_case *one,
				 struct gng_why *why)
{
	int64_t line;
	const enum gng_status status = gng_vec_int(one, &line, "line", why);

	if (status != GNG_OK)
		return status;
	claim->line = (int)line;
	return line > 0 && line < 1000000
		       ? GNG_OK
		       : bad(claim, why, "line is that of the article, from 1, in", claim->id);
}

/* add_number reads "VALUE | words". */
static enum gng_status add_number(struct gng_claims_claim *claim, struct gng_vec_case *one,
				  const char *attribute, struct gng_why *why)
{
	const bool quoted = strncmp(attribute, "number.", 7) == 0;
	struct gng_claims_number *grown, *number;
	const char *text = "", *bar;
	char value[32];

	if (gng_vec_text(one, &text, attribute, why) != GNG_OK)
		return GNG_EFORMAT;
	bar = strstr(text, " | ");
	snprintf(value, sizeof(value), "%.*s", bar ? (int)(bar - text) : 0, text);
	if (!bar || !is_utf8(bar) || (!quoted && !is_ascii(bar)))
		return bad(claim, why, "write VALUE | where it is from, as text, in", attribute);
	grown = realloc(claim->numbers, (claim->num_numbers + 1) * sizeof(*grown));
	if (!grown)
		return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
	claim->numbers = grown;
	number = &grown[claim->num_numbers++];
	*number = (struct gng_claims_number){.quoted = quoted};
	number->name = strdup(strchr(attribute, '.') + 1);
	number->from = strdup(bar + 3);
	if (!number->name || !number->from)
		return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
	return parse_decimal(&number->value, value)
		       ? GNG_OK
		       : bad(claim, why, "the value before ' | ' is no decimal number in",
			     attribute);
}

/* take_rest reads the numbers; what is then left is unknown. */
static enum gng_status take_rest(struct gng_claims_claim *claim, struct gng_vec_case *one,
				 struct gng_why *why)
{
	const char *name;

	while ((name = gng_vec_unread(one))) {
		enum gng_status status;

		if (strncmp(name, "number.", 7) != 0 && strncmp(name, "given.", 6) != 0)
			return bad(claim, why, "no record has a field", name);
		status = add_number(claim, one, name, why);
		if (status != GNG_OK)
			return status;
	}
	return GNG_OK;
}

static enum gng_status take_record(struct gng_claims_claim *claim, struct gng_vec_case *one,
				   struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	snprintf(claim->here, sizeof(claim->here), "%s", gng_vec_here(one));
	for (size_t i = 0; status == GNG_OK && i < sizeof(fields) / sizeof(fields[0]); i++)
		status = take_text(claim, one, i, why);
	if (status == GNG_OK)
		status = take_line(claim, one, why);
	if (status == GNG_OK)
		status = take_quantity(claim, one, why);
	if (status == GNG_OK)
		status = take_rest(claim, one, why);
	return status == GNG_OK ? claims_record_check(claim, why) : status;
}

static struct gng_claims_claim *new_claim(struct gng_claims_ledger *ledger)
{
	struct gng_claims_claim *grown =
		realloc(ledger->claims, (ledger->num_claims + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	ledger->claims = grown;
	grown += ledger->num_claims++;
	*grown = (struct gng_claims_claim){0};
	return grown;
}

enum gng_status claims_ledger_read(struct gng_claims_ledger *ledger, struct gng_vec *vec,
				   struct gng_why *why)
{
	const size_t before = ledger->num_claims;
	struct gng_vec_case *one;
	enum gng_status status;

	while ((status = gng_vec_next(vec, &one, why)) == GNG_OK && one) {
		struct gng_claims_claim *claim = new_claim(ledger);

		if (!claim)
			return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
		status = take_record(claim, one, why);
		if (status != GNG_OK)
			return status;
	}
	return status == GNG_OK ? claims_ledger_check_ids(ledger, before, why) : status;
}

static void fini_claim(struct gng_claims_claim *claim)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		free(*field_at(claim, fields[i].offset));
	for (size_t i = 0; i < claim->num_numbers; i++) {
		free(claim->numbers[i].name);
		free(claim->numbers[i].from);
	}
	free(claim->numbers);
}

void gng_claims_close(struct gng_claims_ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < ledger->num_claims; i++)
		fini_claim(&ledger->claims[i]);
	free(ledger->claims);
	free(ledger);
}

const struct gng_claims_claim *gng_claims_find(const struct gng_claims_ledger *ledger,
					       const char *id)
{
	for (size_t i = 0; i < ledger->num_claims; i++)
		if (strcmp(ledger->claims[i].id, id) == 0)
			return &ledger->claims[i];
	return NULL;
}
