/* SPDX-License-Identifier: Apache-2.0 */
/* reader_test.c - claims: a record is read whole, and one that could not be judged is refused. */
#include "../suite.h"

#include "record.h"

static void reader_keeps_every_field(void **state)
{
	static const char *const lines[] = {
		"quote = \xe8\xaf\x8d | x",
		"relation = <=",
		"where = cpus 1",
		"with = it",
		"text = code",
		"flags = -O2",
		"want = ret",
		"check = n < limit",
		"number.n = 12.5 | 12.5 \xce\xbcs",
		"given.limit = 20 | a book",
		"prior = elsewhere",
		"reading = so",
		"conditions = a CPU",
		"probe = cc_accepts",
	};
	struct gng_claims_ledger *ledger = record_open(lines, COUNT_OF(lines));
	const struct gng_claims_claim *claim = ledger->claims;

	(void)state;
	assert_int_equal(ledger->num_claims, 1);
	assert_string_equal(claim->id, "C.9.1");
	assert_string_equal(claim->section, "9");
	assert_int_equal(claim->line, 3);
	assert_string_equal(claim->quote, "\xe8\xaf\x8d | x");
	assert_string_equal(claim->statement, "So.");
	assert_string_equal(claim->reading, "so");
	assert_string_equal(claim->unit, "ns");
	assert_string_equal(claim->conditions, "a CPU");
	assert_string_equal(claim->where, "cpus 1");
	assert_string_equal(claim->method, "look");
	assert_string_equal(claim->probe, "cc_accepts");
	assert_string_equal(claim->with, "it");
	assert_string_equal(claim->text, "code");
	assert_string_equal(claim->flags, "-O2");
	assert_string_equal(claim->want, "ret");
	assert_string_equal(claim->check, "n < limit");
	assert_string_equal(claim->subsystem, "nowhere");
	assert_string_equal(claim->prior, "elsewhere");
	assert_string_equal(claim->here, "t:4");
	assert_true(claim->has_quantity && claim->quantity == 10 && claim->tolerance == 0.1);
	assert_int_equal(claim->relation, GNG_CLAIMS_AT_MOST);
	gng_claims_close(ledger);
}

static void reader_keeps_numbers_and_where_they_are_from(void **state)
{
	static const char *const lines[] = {"check = n < limit", "number.n = 12.5 | about 12.5",
					    "given.limit = 20 | a book"};
	struct gng_claims_ledger *ledger = record_open(lines, COUNT_OF(lines));
	const struct gng_claims_number *numbers = ledger->claims[0].numbers;

	(void)state;
	assert_int_equal(ledger->claims[0].num_numbers, 2);
	assert_string_equal(numbers[0].name, "n");
	assert_true(numbers[0].value == 12.5 && numbers[0].quoted);
	assert_string_equal(numbers[0].from, "about 12.5");
	assert_string_equal(numbers[1].name, "limit");
	assert_true(numbers[1].value == 20 && !numbers[1].quoted);
	assert_ptr_equal(gng_claims_find(ledger, "C.9.1"), &ledger->claims[0]);
	assert_null(gng_claims_find(ledger, "C.9.2"));
	gng_claims_close(ledger);
}

static void expect_refusal(const char *const *lines, size_t num, const char *part)
{
	struct gng_claims_ledger *ledger;
	struct gng_why why = {0};
	char text[RECORD_CAP];

	record_text(text, lines, num);
	if (gng_claims_open_text(&ledger, "t", text, strlen(text), &why) != GNG_EFORMAT)
		suite_fail("%s is accepted", lines[0]);
	assert_null(ledger);
	if (!strstr(why.text, part) || strncmp(why.text, "t:", 2) != 0)
		suite_fail("%s says '%s'", lines[0], why.text);
}

static void reader_refuses_a_record_that_lacks_a_field(void **state)
{
	static const char *const fields[] = {
		"id",	      "section", "line",   "quote", "statement", "quantity", "unit",
		"conditions", "reading", "method", "probe", "tolerance", "subsystem"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		expect_refusal(&fields[i], 1, fields[i]);
}

static void reader_refuses_what_could_not_be_judged(void **state)
{
	static const struct {
		const char *line, *part;
	} bad[] = {
		{"verdict = CONFIRMED", "no record has a field 'verdict'"},
		{"id = C.9.x", "C.<section>.<number>"},
		{"id = C.8.1", "C.<section>.<number>"},
		{"id = C.9.", "C.<section>.<number>"},
		{"line = 0", "from 1"},
		{"quote = -", "are needed"},
		{"quote = \xff", "not in UTF-8"},
		{"statement = \xe8\xaf\x8d", "not in ASCII"},
		{"statement =", "write '-' for none"},
		{"quantity = ten", "decimal number or '-'"},
		{"quantity = 0x10", "decimal number or '-'"},
		{"quantity = 1e3", "decimal number or '-'"},
		{"tolerance = -1", "a share as 0.1"},
		{"relation = ~", "=, <= or >="},
		{"probe = magic", "there is no probe 'magic'"},
		{"probe = arithmetic", "a check is missing"},
		{"probe = source", "a check is missing"},
		{"check = 1 <", "cannot be computed"},
		{"check = 1 / 0 < 1", "division by zero"},
		{"number.n = 12 | there", "no check uses the number"},
		{"number.n = 12", "VALUE | where"},
		{"given.n = 12 | \xe8\xaf\x8d", "VALUE | where"},
		{"given.n = much | there", "no decimal number"},
		{"where = moon full", "a condition is"},
		{"where = cpu", "a condition is"},
		{"where = cpus 1; kernel", "a condition is"},
		{"subsystem = ../aes", "no folder of impl/"},
	};
	static const char *const no_quantity[] = {"quantity = -", "probe = aes_latency"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		expect_refusal(&bad[i].line, 1, bad[i].part);
	expect_refusal(no_quantity, 2, "a quantity is missing");
}

static void reader_refuses_an_id_that_stands_twice(void **state)
{
	char text[2 * RECORD_CAP];
	struct gng_claims_ledger *ledger;
	struct gng_why why = {0};
	char *body;

	(void)state;
	record_text(text, NULL, 0);
	body = strstr(text, "id =");
	text[strlen(text)] = '\0';
	{
		char copy[RECORD_CAP];

		snprintf(copy, sizeof(copy), "%s", body);
		strcat(text, "\n");
		strcat(text, copy);
	}
	*strstr(text, "cases: 1") = 'c';
	memcpy(strstr(text, "cases: 1"), "cases: 2", 8);
	assert_int_equal(gng_claims_open_text(&ledger, "t", text, strlen(text), &why), GNG_EFORMAT);
	assert_string_equal(why.text, "t:18: the id C.9.1 stands in t:4 already");
}

static void reader_refuses_a_folder_without_claims(void **state)
{
	struct gng_claims_ledger *ledger;
	struct gng_why why = {0};

	(void)state;
	assert_int_equal(gng_claims_open(&ledger, "/proc/self/fdinfo", &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "no claim in any"));
	assert_int_equal(gng_claims_open(&ledger, "/nowhere", &why), GNG_ESYS);
	assert_null(ledger);
}

const struct suite_test suite_tests[] = {
	TEST(reader_keeps_every_field, "H2.claims.record"),
	TEST(reader_keeps_numbers_and_where_they_are_from, "H2.claims.record"),
	TEST(reader_refuses_a_record_that_lacks_a_field, "H2.claims.record H2.claims.refusals"),
	TEST(reader_refuses_what_could_not_be_judged, "H2.claims.refusals"),
	TEST(reader_refuses_an_id_that_stands_twice, "H2.claims.refusals"),
	TEST(reader_refuses_a_folder_without_claims, "H2.claims.refusals"),
	{0},
};
