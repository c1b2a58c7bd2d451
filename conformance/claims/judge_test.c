/* SPDX-License-Identifier: Apache-2.0 */
/* judge_test.c - claims: check before conditions, conditions before probe, and each verdict. */
#include "../suite.h"

#include "record.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <claims_probe.h>

static void expect(const struct gng_claims_judgement *judgement, enum gng_claims_verdict verdict,
		   const char *part)
{
	if (judgement->verdict != verdict || !strstr(judgement->evidence, part))
		suite_fail("%s: %s", gng_claims_verdict_name(judgement->verdict),
			   judgement->evidence);
	assert_int_equal(judgement->verdict, verdict);
}

static void arithmetic_confirms_what_is_right_and_finds_what_is_not(void **state)
{
	const char *lines[] = {"probe = arithmetic", "check = n * 2 == 10", "number.n = 5 | five"};
	struct gng_claims_judgement judgement = record_judge("/", lines, 3);

	(void)state;
	expect(&judgement, GNG_CLAIMS_CONFIRMED, "10 == 10 is true");
	lines[2] = "number.n = 6 | six";
	judgement = record_judge("/", lines, 3);
	expect(&judgement, GNG_CLAIMS_INCONSISTENT, "12 == 10 is false");
}

/* What contradicts a source outside the article is refuted, not inconsistent. */
static void a_source_refutes(void **state)
{
	const char *lines[] = {"probe = source", "check = n == 10", "given.n = 9 | a data sheet"};
	struct gng_claims_judgement judgement = record_judge("/", lines, 3);

	(void)state;
	expect(&judgement, GNG_CLAIMS_REFUTED, "9 == 10 is false; n: a data sheet");
	lines[2] = "given.n = 10 | a data sheet";
	judgement = record_judge("/", lines, 3);
	expect(&judgement, GNG_CLAIMS_CONFIRMED, "true");
	/* whatever the record calls it */
	lines[0] = "probe = arithmetic";
	lines[2] = "given.n = 9 | a data sheet";
	judgement = record_judge("/", lines, 3);
	expect(&judgement, GNG_CLAIMS_REFUTED, "9 == 10 is false; n: a data sheet");
}

/* A check that holds only shows that the article does not contradict itself. */
static void a_check_beside_a_probe_only_contradicts(void **state)
{
	const char *lines[] = {"where = cpu of nobody", "check = 1 < 2"};
	struct gng_claims_judgement judgement = record_judge("/", lines, 2);

	(void)state;
	expect(&judgement, GNG_CLAIMS_NOT_MEASURABLE_HERE, "needs cpu of nobody; here: ");
	lines[1] = "check = 2 < 1";
	judgement = record_judge("/", lines, 2);
	expect(&judgement, GNG_CLAIMS_INCONSISTENT, "2 < 1 is false");
}

static void unmet_conditions_come_before_any_probe(void **state)
{
	static const char *const missing[] = {
		"where = cpu of nobody", "where = kernel 1.",	"where = driver no_such_driver",
		"where = cpus 100000",	 "where = nodes 10000", "where = program no-such-program",
		"where = go 99.0",	 "where = report -",	"where = cpus 1; cpus 100000",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(missing); i++) {
		const char *lines[] = {missing[i], "probe = sys_priority_max", "quantity = 99"};
		struct gng_claims_judgement judgement = record_judge("/", lines, 3);

		if (judgement.verdict != GNG_CLAIMS_NOT_MEASURABLE_HERE)
			suite_fail("%s: %s", missing[i], judgement.evidence);
		assert_int_not_equal(judgement.evidence[0], '\0');
	}
}

/* A tree of Go tells its version in a file; that of PATH comes first. */
static void a_go_of_the_version_is_looked_for(void **state)
{
	char root[] = P_tmpdir "/gonogo-claims-XXXXXX", path[64], was[4096];
	const char *old = getenv("PATH");
	struct claims_go go;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(was, sizeof(was), "%s", old ? old : "");
	snprintf(path, sizeof(path), "%s/bin", root);
	assert_int_equal(mkdir(path, 0700), 0);
	setenv("PATH", path, 1);
	snprintf(path, sizeof(path), "%s/VERSION", root);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs("go98.7.6\ntime never\n", file);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "%s/bin/go", root);
	assert_int_equal(symlink("/bin/true", path), 0); /* a program, and no tree around it */
	assert_false(claims_go_find(&go, "98.7"));
	unlink(path);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
	assert_true(claims_go_find(&go, "98.7"));
	assert_string_equal(go.version, "go98.7.6");
	assert_string_equal(go.program, path);
	assert_true(claims_go_find(&go, "97.8"));
	assert_false(claims_go_find(&go, "98.8"));
	assert_false(claims_go_find(&go, "99.0"));
	setenv("PATH", was, 1);
	unlink(path);
	snprintf(path, sizeof(path), "%s/bin", root);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/VERSION", root);
	unlink(path);
	assert_int_equal(rmdir(root), 0);
}

static void met_conditions_let_the_probe_judge(void **state)
{
	const char *lines[] = {"where = cpus 1; nodes 0; program sh; kernel ; cpu ",
			       "probe = sys_priority_max", "quantity = 99"};
	struct gng_claims_judgement judgement;

	(void)state;
	lines[0] = "where = cpus 1; program sh";
	judgement = record_judge("/", lines, 3);
	expect(&judgement, GNG_CLAIMS_CONFIRMED, "99");
	lines[2] = "quantity = 50";
	judgement = record_judge("/", lines, 3);
	expect(&judgement, GNG_CLAIMS_REFUTED, "99");
}

static void a_guest_is_no_metal(void **state)
{
	const char *lines[] = {"where = metal -", "probe = sys_priority_max", "quantity = 99"};
	struct gng_claims_judgement judgement = record_judge("/", lines, 3);

	(void)state;
	if (gng_cpu_detect() & GNG_CPU_HYPERVISOR)
		expect(&judgement, GNG_CLAIMS_NOT_MEASURABLE_HERE, "this is a virtual machine");
	else
		expect(&judgement, GNG_CLAIMS_CONFIRMED, "99");
}

/* sys_priority_max finds 99 on every Linux: a figure to try relation and tolerance on. */
static void a_figure_is_judged_by_relation_and_tolerance(void **state)
{
	static const struct {
		const char *quantity, *tolerance, *relation;
		enum gng_claims_verdict verdict;
	} cases[] = {
		{"quantity = 99", "tolerance = 0", "relation = =", GNG_CLAIMS_CONFIRMED},
		{"quantity = 100", "tolerance = 0.02", "relation = =", GNG_CLAIMS_CONFIRMED},
		{"quantity = 100", "tolerance = 0.005", "relation = =", GNG_CLAIMS_REFUTED},
		{"quantity = 90", "tolerance = 0.05", "relation = =", GNG_CLAIMS_REFUTED},
		{"quantity = 100", "tolerance = 0", "relation = <=", GNG_CLAIMS_CONFIRMED},
		{"quantity = 98", "tolerance = 0", "relation = <=", GNG_CLAIMS_REFUTED},
		{"quantity = 98", "tolerance = 0", "relation = >=", GNG_CLAIMS_CONFIRMED},
		{"quantity = 100", "tolerance = 0", "relation = >=", GNG_CLAIMS_REFUTED},
		{"quantity = 98", "tolerance = 0.02", "relation = <=", GNG_CLAIMS_CONFIRMED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *lines[] = {"probe = sys_priority_max", cases[i].quantity,
				       cases[i].tolerance, cases[i].relation};
		struct gng_claims_judgement judgement = record_judge("/", lines, 4);

		if (judgement.verdict != cases[i].verdict)
			suite_fail("%s, %s, %s", cases[i].quantity, cases[i].tolerance,
				   cases[i].relation);
		assert_int_equal(judgement.verdict, cases[i].verdict);
	}
}

/* A floor that does not forbid a figure shows nothing: the subsystem is to measure it. */
static void what_is_only_possible_stays_pending_until_it_is_built(void **state)
{
	const char *lines[] = {"probe = aes_cbc_floor", "quantity = 100000",
			       "with = 64 blocks 10 rounds 3 cycles 6 GHz"};
	struct gng_claims_judgement judgement = record_judge("/", lines, 3);

	(void)state;
	if (judgement.verdict == GNG_CLAIMS_NOT_MEASURABLE_HERE) {
		gng_probe_skip("this CPU has no AES instructions", "run on one that has");
		return;
	}
	expect(&judgement, GNG_CLAIMS_PENDING, "GHz");
}

static void a_claim_without_probe_is_pending_and_names_the_subsystem(void **state)
{
	static const char *const lines[] = {"subsystem = quux"};
	struct gng_claims_judgement judgement = record_judge("/nowhere", lines, 1);
	char folder[64], impl[80], quux[96];

	(void)state;
	expect(&judgement, GNG_CLAIMS_PENDING, "impl/quux is not built yet");
	snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(folder));
	snprintf(impl, sizeof(impl), "%s/impl", folder);
	snprintf(quux, sizeof(quux), "%s/quux", impl);
	assert_int_equal(mkdir(impl, 0700) | mkdir(quux, 0700), 0);
	judgement = record_judge(folder, lines, 1);
	rmdir(quux);
	rmdir(impl);
	rmdir(folder);
	expect(&judgement, GNG_CLAIMS_PENDING, "impl/quux is built, but no probe");
}

static void verdicts_have_names(void **state)
{
	(void)state;
	assert_string_equal(gng_claims_verdict_name(GNG_CLAIMS_CONFIRMED), "CONFIRMED");
	assert_string_equal(gng_claims_verdict_name(GNG_CLAIMS_NOT_MEASURABLE_HERE),
			    "NOT-MEASURABLE-HERE");
	assert_string_equal(gng_claims_verdict_name(GNG_CLAIMS_PENDING), "PENDING");
	assert_string_equal(gng_claims_verdict_name(GNG_CLAIMS_NUM_VERDICTS), "?");
}

const struct suite_test suite_tests[] = {
	TEST(arithmetic_confirms_what_is_right_and_finds_what_is_not,
	     "H2.claims.verdict H2.claims.check"),
	TEST(a_source_refutes, "H2.claims.verdict"),
	TEST(a_check_beside_a_probe_only_contradicts, "H2.claims.verdict"),
	TEST(unmet_conditions_come_before_any_probe, "H2.claims.where"),
	TEST(a_go_of_the_version_is_looked_for, "H2.claims.where"),
	TEST(met_conditions_let_the_probe_judge, "H2.claims.where"),
	TEST(a_guest_is_no_metal, "H2.claims.where"),
	TEST(a_figure_is_judged_by_relation_and_tolerance, "H2.claims.verdict"),
	TEST(what_is_only_possible_stays_pending_until_it_is_built, "H2.claims.pending"),
	TEST(a_claim_without_probe_is_pending_and_names_the_subsystem, "H2.claims.pending"),
	TEST(verdicts_have_names, "H2.claims.verdict"),
	{0},
};
