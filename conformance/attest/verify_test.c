/* SPDX-License-Identifier: Apache-2.0 */
/* verify_test.c - a sign-off and its tamperings: each gets its one right answer. */
/* needs: signoff hist noise gauge */
/* requires: jansson */
#include "verify_desk.h"

#include <attest_evidence.h>
#include <attest_statement.h>

static void desk_open(struct desk *desk)
{
	const struct gng_attest_key *keys[2];

	lab_open();
	desk->lab = lab_key("a", GNG_ATTEST_ED25519);
	desk->second = lab_key("b", GNG_ATTEST_P256);
	desk->stranger = lab_key("c", GNG_ATTEST_ED25519);
	keys[0] = desk->lab.secret;
	keys[1] = desk->second.secret;
	lab_sign(keys, 2);
}

static void desk_close(struct desk *desk)
{
	lab_key_close(&desk->lab);
	lab_key_close(&desk->second);
	lab_key_close(&desk->stranger);
}

static void fresh_copy(void)
{
	assert_int_equal(lab_shell("rm -rf copy elsewhere && cp -a run copy"), 0);
}

static struct gng_attest_policy policy_of(const struct desk *desk, enum demand demand,
					  const struct gng_attest_key *keys[2])
{
	static const struct {
		size_t num, threshold;
	} demands[] = {
		[LAB] = {1, 0},		  [SECOND] = {1, 1}, [BOTH] = {2, 2},
		[STRANGER] = {1, 1},	  [NOBODY] = {0, 0}, [TWO_OF_LAB_AND_STRANGER] = {2, 2},
		[TWICE_THE_SAME] = {2, 2}};

	keys[0] = keys[1] = desk->lab.public;
	if (demand == SECOND || demand == BOTH)
		keys[demand == BOTH] = desk->second.public;
	if (demand == STRANGER || demand == TWO_OF_LAB_AND_STRANGER)
		keys[demand != STRANGER] = desk->stranger.public;
	return (struct gng_attest_policy){.keys = keys,
					  .num_keys = demands[demand].num,
					  .threshold = demands[demand].threshold};
}

/* try spoils a copy as the row says and compares the answer; false prints the difference. */
static bool try(const struct desk *desk, const struct row *row)
{
	const struct gng_attest_key *keys[2];
	const struct gng_attest_policy policy = policy_of(desk, row->demand, keys);
	struct gng_attest_result result;
	struct gng_why why = {0};
	enum gng_status status;

	fresh_copy();
	row->tamper(desk, row->a, row->b, row->c);
	status = gng_attest_verify(&result, lab_path("copy"), &policy, &why);
	if (status == row->status && (!row->says || strstr(why.text, row->says)))
		return true;
	print_error("%s: %s '%s'\n", row->what, gng_status_name(status), why.text);
	return false;
}

static void verify_gives_each_tampering_its_answer(void **state)
{
	size_t num_wrong = 0, num_refused = 0;
	struct desk desk;

	(void)state;
	desk_open(&desk);
	for (size_t i = 0; i < desk_num_rows; i++) {
		num_wrong += !try(&desk, &desk_rows[i]);
		num_refused += desk_rows[i].status != GNG_OK;
	}
	desk_close(&desk);
	assert_true(num_refused >= 40);
	assert_int_equal(num_wrong, 0);
}

/* ---- what is said of a sound one ---- */

static void verify_says_what_was_signed(void **state)
{
	const struct gng_attest_key *keys[2];
	struct gng_attest_policy policy;
	struct gng_attest_result result;
	struct gng_machine machine;
	struct desk desk;

	(void)state;
	desk_open(&desk);
	policy = policy_of(&desk, TWO_OF_LAB_AND_STRANGER, keys);
	policy.threshold = 1;
	assert_int_equal(gng_attest_verify(&result, lab_path("run"), &policy, NULL), GNG_OK);
	assert_int_equal(result.overall, GNG_GO);
	assert_string_equal(result.profile, "tiny");
	assert_true(result.is_signed);
	assert_true(result.signed_by[0]);
	assert_false(result.signed_by[1]);
	assert_int_equal(result.num_signers, 1);
	assert_int_equal(result.num_statements, 3);
	assert_int_equal(result.tally.planned, 4);
	assert_int_equal(result.tally.count[GNG_SKIP], 1);
	/* the profile says lab: a virtual machine is never more than functional */
	assert_int_equal(gng_machine_read(&machine, "", NULL, NULL), GNG_OK);
	assert_string_equal(result.grade, machine.is_virtual ? "functional" : "lab");
	gng_machine_fini(&machine);
	desk_close(&desk);
}

/* launder_machine states another machine in the summary and signs that. */
static enum gng_status grade_on(const struct desk *desk, const char *from, const char *to,
				const char *grade)
{
	const struct gng_attest_key *const keys[] = {desk->lab.secret};
	const struct gng_attest_key *trusted[2];
	const struct gng_attest_policy policy = policy_of(desk, LAB, trusted);
	struct gng_attest_result result;
	struct gng_home *home;
	enum gng_status status;
	char was[64], is[64];
	struct gng_why why = {0};

	fresh_copy();
	assert_int_equal(unlink(lab_path("copy/tiny.profile")), 0);
	desk_replace(desk, "summary.json", from, to);
	snprintf(is, sizeof(is), "\"grade\": \"%s\"", grade);
	for (int i = 0; i < 2; i++) {
		char *text;
		size_t len;

		snprintf(was, sizeof(was), "\"grade\": \"%s\"", i ? "lab" : "functional");
		text = lab_read("copy/summary.json", &len);
		if (strstr(text, was))
			desk_replace(desk, "summary.json", was, is);
		free(text);
	}
	assert_int_equal(gng_home_open(&home, lab_path("tree/build"), NULL), GNG_OK);
	status = gng_attest_write(lab_path("copy"), home, keys, 1, &why);
	gng_home_close(home);
	if (status != GNG_OK)
		return status;
	return gng_attest_verify(&result, lab_path("copy"), &policy, &why);
}

static void grade_of_a_virtual_machine_is_functional(void **state)
{
	static const char fact[] = "\"name\": \"virtualised\"";
	static const char yes[] = "\"name\": \"virtualised\", \"value\": \"yes, KVM\", \"was\": 0",
			  absent[] = "\"name\": \"virtualised\", \"value\": \"absent\"",
			  no[] = "\"name\": \"virtualised\", \"value\": \"no\", \"was\": 0";
	struct desk desk;
	char *text, *at, from[256];
	size_t len;

	(void)state;
	desk_open(&desk);
	text = lab_read("run/summary.json", &len);
	at = strstr(text, fact);
	assert_non_null(at);
	snprintf(from, sizeof(from), "%.*s", (int)(strchr(at, '}') - at), at);
	free(text);
	from[strlen(from)] = '\0';
	assert_int_equal(grade_on(&desk, from, yes, "functional"), GNG_OK);
	assert_int_equal(grade_on(&desk, from, yes, "lab"), GNG_EFORMAT);
	assert_int_equal(grade_on(&desk, from, no, "lab"), GNG_OK);
	assert_int_equal(grade_on(&desk, from, no, "functional"), GNG_EFORMAT);
	assert_int_equal(grade_on(&desk, from, absent, "functional"), GNG_OK);
	assert_int_equal(grade_on(&desk, from, absent, "lab"), GNG_EFORMAT);
	desk_close(&desk);
}

/* ---- commits ---- */

static enum gng_status of_commit(const struct desk *desk, const char *commit, const char *says)
{
	const struct gng_attest_key *keys[2];
	struct gng_attest_policy policy = policy_of(desk, LAB, keys);
	struct gng_attest_result result;
	struct gng_why why = {0};
	enum gng_status status;

	policy.commit = commit;
	status = gng_attest_verify(&result, lab_path("run"), &policy, &why);
	if (says && !strstr(why.text, says))
		fail_msg("'%s' does not say '%s'", why.text, says);
	return status;
}

static void verify_refuses_the_replay_of_another_commit(void **state)
{
	char prefix[13];
	struct desk desk;

	(void)state;
	desk_open(&desk);
	if (!*lab_commit)
		return gng_probe_skip("the program git is not here", "apt-get install git");
	snprintf(prefix, sizeof(prefix), "%.12s", lab_commit);
	assert_int_equal(of_commit(&desk, lab_commit, NULL), GNG_OK);
	assert_int_equal(of_commit(&desk, prefix, NULL), GNG_OK);
	assert_int_equal(of_commit(&desk, "0123456", "not of 0123456"), GNG_EFORMAT);
	assert_int_equal(of_commit(&desk, "HEAD", "is no commit"), GNG_EINVAL);
	desk_close(&desk);
}

static void verify_refuses_a_dirty_tree_as_a_commit(void **state)
{
	const struct gng_attest_key *keys[1];
	struct desk desk;

	(void)state;
	lab_open();
	if (!*lab_commit)
		return gng_probe_skip("the program git is not here", "apt-get install git");
	desk.lab = lab_key("a", GNG_ATTEST_ED25519);
	keys[0] = desk.lab.secret;
	lab_write("tree/vectors/toy/b.vec", "new\n", 0644);
	lab_sign(keys, 1);
	assert_int_equal(of_commit(&desk, NULL, NULL), GNG_OK);
	assert_int_equal(of_commit(&desk, lab_commit, "a changed tree"), GNG_EFORMAT);
	lab_key_close(&desk.lab);
}

/* ---- without keys ---- */

static void unsigned_sign_off_has_bare_statements(void **state)
{
	const struct gng_attest_policy nobody = {.keys = NULL};
	struct gng_attest_policy policy;
	const struct gng_attest_key *keys[2];
	struct gng_attest_result result;
	struct gng_why why = {0};
	struct desk desk;
	json_t *json;
	char *text;
	size_t len;

	(void)state;
	lab_open();
	desk.lab = lab_key("a", GNG_ATTEST_ED25519);
	lab_sign(NULL, 0);
	text = lab_read("run/" GNG_ATTEST_BUNDLE, &len);
	*strchr(text, '\n') = '\0';
	json = json_loads(text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "_type")), STATEMENT_TYPE);
	assert_null(json_object_get(json, "payload"));
	json_decref(json);
	free(text);
	assert_int_equal(gng_attest_verify(&result, lab_path("run"), &nobody, &why), GNG_OK);
	assert_false(result.is_signed);
	policy = policy_of(&desk, LAB, keys);
	assert_int_equal(gng_attest_verify(&result, lab_path("run"), &policy, &why), GNG_EAUTH);
	assert_non_null(strstr(why.text, "nobody signed"));
	lab_key_close(&desk.lab);
}

/* ---- the reviewer ---- */

static void reviewer_countersigns_what_holds(void **state)
{
	const struct gng_attest_key *keys[2];
	struct gng_attest_policy policy;
	struct gng_attest_result result;
	struct gng_why why = {0};
	struct desk desk;

	(void)state;
	desk_open(&desk);
	policy = policy_of(&desk, NOBODY, keys);
	fresh_copy();
	assert_int_equal(
		gng_attest_countersign(lab_path("copy"), &policy, desk.stranger.secret, &why),
		GNG_EINVAL);
	policy = policy_of(&desk, TWO_OF_LAB_AND_STRANGER, keys);
	policy.threshold = 1;
	assert_int_equal(
		gng_attest_countersign(lab_path("copy"), &policy, desk.stranger.secret, &why),
		GNG_OK);
	assert_int_equal(gng_attest_verify(&result, lab_path("copy"), &policy, &why), GNG_OK);
	assert_true(result.signed_by[0] && !result.signed_by[1]);
	assert_true(!result.reviewed_by[0] && result.reviewed_by[1]);
	policy = policy_of(&desk, STRANGER, keys); /* the reviewer trusts nobody who signed */
	assert_int_equal(
		gng_attest_countersign(lab_path("copy"), &policy, desk.stranger.secret, &why),
		GNG_EAUTH);
	/* what does not hold gets no review, and its bundle stays as it was */
	fresh_copy();
	policy = policy_of(&desk, LAB, keys);
	desk_flip(&desk, "report.ktap", NULL, NULL);
	assert_int_equal(
		gng_attest_countersign(lab_path("copy"), &policy, desk.stranger.secret, &why),
		GNG_EFORMAT);
	assert_int_equal(lab_shell("cmp run/" GNG_ATTEST_BUNDLE " copy/" GNG_ATTEST_BUNDLE), 0);
	desk_close(&desk);
}

/* ---- what decides ---- */

/* all_passed is the rule of whoever reads nothing else (research harness.md 4). */
static bool all_passed(const json_t *list, const json_t *passed)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		size_t k = 0;

		while (k < json_array_size(passed) &&
		       !json_equal(json_array_get(list, i), json_array_get(passed, k)))
			k++;
		if (k == json_array_size(passed))
			return false;
	}
	return true;
}

static void go_is_a_pass_of_each_required_test(void **state)
{
	struct evidence evidence;
	json_t *predicate, *result;
	struct gng_why why;

	(void)state;
	lab_open();
	lab_sign(NULL, 0);
	assert_int_equal(evidence_list(&evidence, lab_path("run"), &why), GNG_OK);
	assert_int_equal(evidence_read(&evidence), GNG_OK);
	assert_int_equal(evidence_judge(&evidence), GNG_OK);
	predicate = statement_derived(&evidence);
	result = statement_test_result(&evidence);
	assert_int_equal(evidence.tally.overall, GNG_GO);
	assert_int_equal(evidence.tally.count[GNG_SKIP], 1);
	assert_int_equal(json_array_size(json_object_get(predicate, "required")),
			 evidence.tally.required);
	assert_true(
		all_passed(json_object_get(predicate, "required"),
			   json_object_get(json_object_get(result, "predicate"), "passedTests")));
	json_decref(result);
	json_decref(predicate);
	evidence_close(&evidence);
}

/* ---- what is bound ---- */

static const char *linker_of(const json_t *predicate)
{
	const json_t *builds = json_object_get(predicate, "builds");

	return json_string_value(json_object_get(json_array_get(builds, 0), "linker"));
}

static void statement_binds_everything_listed(void **state)
{
	static const char *const members[] = {
		"verdict",	"grade",	"virtualized",	"profile",	"plan_sha256",
		"required",	"budgets",	"histograms",	"retries",	"seeds",
		"files",	"item",		"machine",	"floor_before", "floor_after",
		"builds",	"programs",	"vectors",	"corpora",	"budget_files",
		"tree",		"tsc",		"pressure_cpu", "operator",	"previous_report",
		"nic_firmware", "gpu_firmware", "tpm_quote",	"gauge_sha256", "finished"};
	struct evidence evidence;
	struct gng_home *home;
	struct gng_why why;
	json_t *predicate;

	(void)state;
	lab_open();
	lab_sign(NULL, 0);
	assert_int_equal(gng_home_open(&home, lab_path("tree/build"), NULL), GNG_OK);
	assert_int_equal(evidence_list(&evidence, lab_path("run"), &why), GNG_OK);
	assert_int_equal(evidence_read(&evidence), GNG_OK);
	assert_int_equal(evidence_judge(&evidence), GNG_OK);
	predicate = statement_derived(&evidence);
	json_t *facts = statement_facts(&evidence, home);
	json_object_update(predicate, facts);
	for (size_t i = 0; i < COUNT_OF(members); i++)
		assert_non_null(json_object_get(predicate, members[i]));
	/* what any machine can tell is told */
	assert_int_equal(json_string_length(json_object_get(predicate, "gauge_sha256")), 64);
	assert_string_equal(linker_of(predicate), "GNU ld 2.40");
	assert_true(json_is_object(json_object_get(predicate, "tsc")));
	assert_int_equal(json_object_size(json_object_get(predicate, "programs")), 2);
	assert_int_equal(json_object_size(json_object_get(predicate, "vectors")), 1);
	assert_int_equal(json_object_size(json_object_get(predicate, "corpora")), 1);
	assert_int_equal(json_object_size(json_object_get(predicate, "budget_files")), 1);
	assert_int_equal(json_array_size(json_object_get(predicate, "histograms")), 1);
	json_decref(facts);
	json_decref(predicate);
	evidence_close(&evidence);
	gng_home_close(home);
}

const struct suite_test suite_tests[] = {
	TEST(verify_gives_each_tampering_its_answer, "H1.attest.tamper H1.attest.projections"),
	TEST(verify_says_what_was_signed, "H1.attest.verify"),
	TEST(grade_of_a_virtual_machine_is_functional, "H1.attest.grade"),
	TEST(verify_refuses_the_replay_of_another_commit, "H1.attest.commit"),
	TEST(verify_refuses_a_dirty_tree_as_a_commit, "H1.attest.commit"),
	TEST(unsigned_sign_off_has_bare_statements, "H1.attest.unsigned"),
	TEST(reviewer_countersigns_what_holds, "H1.attest.review"),
	TEST(go_is_a_pass_of_each_required_test, "H1.attest.independent"),
	TEST(statement_binds_everything_listed, "H1.attest.binds"),
	{0},
};
