/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo-claims`: exit status, selection, JSON and docs/claims.md. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

#include <sys/stat.h>

#include "record.h"

static void write_ledger(const char *const *lines, size_t num)
{
	char text[RECORD_CAP];

	record_text(text, lines, num);
	command_text("l/9.claims", text);
}

static void a_refuted_claim_is_no_no_go(void **state)
{
	static const char *const lines[] = {"probe = sys_priority_max", "quantity = 50"};

	(void)state;
	write_ledger(lines, 2);
	assert_int_equal(command("gonogo-claims --ledger l"), 0);
	command_says(command_out, "REFUTED  C.9.1");
	command_says(command_out, "sched_get_priority_max(SCHED_FIFO) is 99");
	assert_string_equal(command_err, "");
}

static void the_table_counts_verdicts_by_section(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	assert_int_equal(command("gonogo-claims --ledger l"), 0);
	command_says(command_out, "Section 9\n");
	command_says(command_out,
		     " 9                0        0           0         0         0        1");
	command_says(command_out,
		     " all              0        0           0         0         0        1");
}

/* A Go that cannot build, on a processor with nothing: what it says is the reason. */
static void the_reason_of_go_is_told(void **state)
{
	static const char *const lines[] = {"probe = go_true", "where = go 99.1", "with = x"};

	(void)state;
	write_ledger(lines, 3);
	command_text("go/VERSION", "go99.1\n");
	command_text("go/bin/go", "#!/bin/sh\necho '# facts' >&2\n"
				  "echo \"no room for $GOAMD64\" >&2\nexit 1\n");
	assert_int_equal(command("chmod +x go/bin/go && PATH=$PWD/go/bin:$PATH "
				 "GNG_CPU=-avx,-sse41 gonogo-claims --ledger l --json"),
			 0);
	command_says(command_out, "NOT-MEASURABLE-HERE");
	command_says(command_out, "by go99.1 with GOAMD64=v1: no room for v1\"");
}

/* Three programs in place of perf and the scripts: what comes out of the last one decides. */
static void a_pipeline_without_a_picture_is_refuted(void **state)
{
	static const char *const lines[] = {"probe = perf_flamegraph", "with = cpu-clock"};
	static const struct {
		const char *perf, *picture, *verdict;
	} cases[] = {
		{"echo x | tee data", "printf '<svg>\\n<rect/>\\n<rect/>\\n<rect/>\\n</svg>\\n'",
		 "CONFIRMED"},
		{"echo x | tee data", "printf '<svg>\\n<rect/>\\n<rect/>\\n<rect/>\\n'", "REFUTED"},
		{"echo x | tee data", ":", "REFUTED"},
		{":", "echo '</svg>'", "NOT-MEASURABLE-HERE"},
		{"[ $1 = script ] || echo x >data", "echo '</svg>'", "NOT-MEASURABLE-HERE"},
	};

	(void)state;
	write_ledger(lines, 2);
	command_text("p/stackcollapse-perf.pl", "#!/bin/sh\ncat\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[128];

		snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", cases[i].perf);
		command_text("p/perf", text);
		snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", cases[i].picture);
		command_text("p/flamegraph.pl", text);
		assert_int_equal(command("chmod +x p/* && PATH=$PWD/p:$PATH "
					 "gonogo-claims --ledger l --json"),
				 0);
		command_says(command_out, cases[i].verdict);
	}
}

static void a_corrupt_ledger_exits_99_with_file_and_line(void **state)
{
	static const char *const lines[] = {"relation = ?"};

	(void)state;
	write_ledger(lines, 1);
	assert_int_equal(command("gonogo-claims --ledger l --json"), 99);
	command_says(command_err, "l/9.claims:4: relation is =, <= or >=, not '?'");
	assert_string_equal(command_out, "");
	assert_int_equal(command("gonogo-claims --ledger nowhere"), 99);
	command_says(command_err, "nowhere: cannot read");
	assert_int_equal(mkfifo(command_path("l/10.claims"), 0600), 0);
	assert_int_equal(command("gonogo-claims --ledger l"), 99);
	command_says(command_err, "l/9.claims:4: relation");
	assert_int_equal(unlink(command_path("l/9.claims")), 0);
	assert_int_equal(command("gonogo-claims --ledger l"), 99);
	command_says(command_err, "l/10.claims: is no regular file");
}

static void a_claim_stands_in_the_file_of_its_section(void **state)
{
	static const char *const lines[] = {"section = 8", "id = C.8.1"};

	(void)state;
	write_ledger(lines, 2);
	assert_int_equal(command("gonogo-claims --ledger l"), 99);
	command_says(command_err, "section 8 belongs into 8.claims");
}

static void usage_exits_2_and_an_unknown_claim_4(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	assert_int_equal(command("gonogo-claims --what"), 2);
	command_says(command_err, "unknown option '--what'");
	assert_int_equal(command("gonogo-claims --ledger"), 2);
	assert_int_equal(command("gonogo-claims --json --markdown"), 2);
	assert_int_equal(command("gonogo-claims --ledger l 8"), 4);
	command_says(command_err,
		     "no claim is called '8': write a section as 2.3 or an id as C.9.1");
	assert_int_equal(command("gonogo-claims --help"), 0);
	command_says(command_out, "usage: gonogo claims");
}

static size_t count_of(const char *arguments)
{
	json_t *list;
	size_t num;

	assert_int_equal(command("gonogo-claims %s", arguments), 0);
	list = command_json();
	num = json_array_size(list);
	json_decref(list);
	return num;
}

/* copy_ledger copies ours without its probes: what is selected is asked here, not what is judged.
 */
static void copy_ledger(void)
{
	assert_int_equal(command("mkdir ours && cp '%s'/claims/*.claims ours && sed -i "
				 "'s/^probe = .*/probe = -/' ours/*",
				 getenv("GNG_VECTORS")),
			 0);
}

static void a_section_or_an_id_selects(void **state)
{
	(void)state;
	write_ledger(NULL, 0);
	copy_ledger();
	assert_int_equal(count_of("--ledger ours --json C.2.3.16"), 1);
	assert_int_equal(count_of("--ledger ours C.3.1.1 C.5.42 --json"), 2);
	assert_int_equal(count_of("--ledger ours 3.1 --json"), 19);
	assert_int_equal(count_of("--ledger ours 3 --json"), 19 + 27 + 22);
}

static void json_has_the_fields_of_the_contract(void **state)
{
	static const char *const lines[] = {"probe = arithmetic", "check = 1 < 2",
					    "quote = \xe8\xaf\x8d"};
	const char *id, *section, *quote, *verdict, *evidence;
	json_t *list;

	(void)state;
	write_ledger(lines, 3);
	assert_int_equal(command("gonogo-claims --ledger l --json"), 0);
	list = command_json();
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_unpack(json_array_get(list, 0), "{s:s,s:s,s:s,s:s,s:s}", "id", &id,
				     "section", &section, "quote", &quote, "verdict", &verdict,
				     "evidence", &evidence),
			 0);
	assert_string_equal(id, "C.9.1");
	assert_string_equal(section, "9");
	assert_string_equal(quote, "\xe8\xaf\x8d");
	assert_string_equal(verdict, "CONFIRMED");
	assert_string_equal(evidence, "1 < 2: 1 < 2 is true");
	json_decref(list);
}

static void docs_claims_is_what_the_command_prints(void **state)
{
	const char *vectors = getenv("GNG_VECTORS");

	(void)state;
	assert_non_null(vectors);
	if (command("test -e '%s/../docs/claims.md'", vectors) != 0)
		return gng_probe_skip("docs/claims.md is not installed", "run in the source tree");
	assert_int_equal(command("gonogo-claims --markdown"), 0);
	assert_non_null(strstr(command_out, "INCONSISTENT: `"));
	assert_null(strstr(command_out, "NOT-MEASURABLE-HERE"));
	if (command("gonogo-claims --markdown | cmp - '%s/../docs/claims.md'", vectors) != 0)
		suite_fail("docs/claims.md is stale: gonogo claims --markdown > docs/claims.md");
}

const struct suite_test suite_tests[] = {
	TEST(a_refuted_claim_is_no_no_go, "H2.claims.exit"),
	TEST(the_table_counts_verdicts_by_section, "H2.claims.verdict"),
	TEST(the_reason_of_go_is_told, "H2.claims.where"),
	TEST(a_pipeline_without_a_picture_is_refuted, "H2.claims.probes"),
	TEST(a_corrupt_ledger_exits_99_with_file_and_line, "H2.claims.exit H2.claims.refusals"),
	TEST(a_claim_stands_in_the_file_of_its_section, "H2.claims.refusals"),
	TEST(usage_exits_2_and_an_unknown_claim_4, "H2.claims.exit"),
	TEST(a_section_or_an_id_selects, "H2.claims.exit"),
	TEST(json_has_the_fields_of_the_contract, "H2.claims.json"),
	TEST(docs_claims_is_what_the_command_prints, "H2.claims.docs"),
	{0},
};
