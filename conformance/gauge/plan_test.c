/* SPDX-License-Identifier: Apache-2.0 */
/* plan_test.c - tests x variants x builds, what cannot run, what is broken, and the name. */
/* requires: libcrypto jansson */
#include "tree.h"

#include <jansson.h>
#include <openssl/evp.h>

#include "gauge_text.h"

static const char planted_keys[] = "conformance.aes.ecb.ecb_encrypts aesni asan C1.kat\n"
				   "conformance.aes.ecb.ecb_encrypts aesni release C1.kat\n"
				   "conformance.aes.ecb.ecb_encrypts portable asan C1.kat\n"
				   "conformance.aes.ecb.ecb_encrypts portable release C1.kat\n"
				   "conformance.aes.ecb.ecb_refuses  asan \n"
				   "conformance.aes.ecb.ecb_refuses  release \n"
				   "conformance.aes.ecb.ecb_soaks  asan C1.kat\n"
				   "conformance.aes.ecb.ecb_soaks  release C1.kat\n"
				   "conformance.bpf.load.loads  asan B1.load\n"
				   "conformance.bpf.load.loads  release B1.load\n"
				   "conformance.xdp.drop.drops  asan \n"
				   "conformance.xdp.drop.drops  release \n"
				   "fuzz.aes.ecb.replay  asan C1.kat\n"
				   "fuzz.aes.ecb.replay  release C1.kat\n"
				   "hwtests.aes.seal.seal_p99  release C1.fast\n"
				   "hwtests.aes.seal.seal_vs_evp  release C1.fast\n";

static char *keys_of(const struct gng_plan *plan)
{
	char *keys = strdup(""), *longer;

	for (size_t i = 0; i < plan->num_tests; i++) {
		longer = gauge_format("%s%s %s %s %s\n", keys, plan->tests[i].id,
				      plan->tests[i].variant, plan->tests[i].build,
				      plan->tests[i].requirements);
		free(keys);
		keys = longer;
	}
	return keys;
}

static void plan_is_tests_by_variants_by_builds(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	char *keys;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	keys = keys_of(plan);
	assert_string_equal(keys, planted_keys);
	assert_int_equal(gng_plan_find(plan, "conformance.aes.ecb.ecb_soaks", "", "asan")->flags,
			 GNG_TEST_SLOW);
	assert_int_equal(plan->num_subsystems, 4);
	free(keys);
	tree_close(plan, home);
}

static void plan_takes_the_builds_that_are_named(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_why why = {0};

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	assert_int_equal(plan->num_tests, 9);
	assert_null(gng_plan_find(plan, "fuzz.aes.ecb.replay", NULL, "asan"));
	gng_plan_close(plan);
	assert_int_equal(gng_plan_open(&plan, home, "asan", NULL), GNG_OK);
	assert_int_equal(plan->num_tests, 7);
	assert_null(gng_plan_find(plan, "hwtests.aes.seal.seal_p99", NULL, NULL));
	gng_plan_close(plan);
	assert_int_equal(gng_plan_open(&plan, home, "asan msan", &why), GNG_EINVAL);
	assert_string_equal(why.text, "no build is called 'msan' here: there are release asan");
	assert_int_equal(why.sys_errno, 0);
	assert_int_equal(gng_plan_open(&plan, home, "", &why), GNG_EINVAL);
	gng_home_close(home);
}

/* The first build is that of the command, or the first that is named. */
static void plan_takes_once_what_is_the_same_in_every_build(void **state)
{
	const char *id = "conformance.aes.image.boots";
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	tree_write("conformance/aes/image_test.c",
		   "const struct suite_test suite_tests[] = {TEST_ONCE(boots, \"\"), {0}};\n");
	plan = tree_open(&home, "all");
	assert_int_equal(gng_plan_find(plan, id, NULL, "release")->flags, GNG_TEST_ONCE);
	assert_null(gng_plan_find(plan, id, NULL, "asan"));
	gng_plan_close(plan);
	assert_int_equal(gng_plan_open(&plan, home, "asan", NULL), GNG_OK);
	assert_non_null(gng_plan_find(plan, id, NULL, "asan"));
	tree_close(plan, home);
}

static void plan_finds_by_key_or_part_of_it(void **state)
{
	const char *id = "conformance.aes.ecb.ecb_encrypts";
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	for (size_t i = 0; i < plan->num_tests; i++)
		assert_ptr_equal(gng_plan_find(plan, plan->tests[i].id, plan->tests[i].variant,
					       plan->tests[i].build),
				 &plan->tests[i]);
	assert_string_equal(gng_plan_find(plan, id, NULL, "release")->variant, "aesni");
	assert_string_equal(gng_plan_find(plan, id, "portable", NULL)->build, "asan");
	assert_null(gng_plan_find(plan, id, "", NULL));
	assert_null(gng_plan_find(plan, "conformance.aes.ecb", NULL, NULL));
	assert_null(gng_plan_find(plan, "zzz", NULL, NULL));
	tree_close(plan, home);
}

/* ---- cannot ---- */

static void cannot(const struct gng_plan *plan, const char *id, const char *build,
		   const char *reason, const char *remedy)
{
	const struct gng_test *test = gng_plan_find(plan, id, NULL, build);

	assert_non_null(test);
	assert_non_null(test->cannot);
	assert_string_equal(test->cannot, reason);
	assert_string_equal(test->remedy, remedy);
}

static void plan_says_the_cause_of_what_cannot_be_built(void **state)
{
	const char *reason = "libbpf is not installed", *remedy = "apt-get install libbpf-dev";
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	tree_write(
		"conformance/aes/wire_test.c",
		"/* needs: xdp */\nconst struct suite_test suite_tests[] = {TEST(a, \"\"),{0}};\n");
	tree_facts("build/asan", "asan",
		   "missing\tconformance.aes.wire\timpl/xdp was not built here: gonogo list\n"
		   "missing\tbpf\tlibbpf is not installed: apt-get install libbpf-dev\n"
		   "missing\tfuzz.aes.ecb\tno fuzzing here: use another: compiler\n");
	plan = tree_open(&home, "all");
	cannot(plan, "conformance.bpf.load.loads", "asan", reason, remedy);
	cannot(plan, "conformance.xdp.drop.drops", "asan", reason, remedy);
	cannot(plan, "conformance.aes.wire.a", "asan", reason, remedy);
	cannot(plan, "fuzz.aes.ecb.replay", "asan", "no fuzzing here", "use another: compiler");
	assert_null(gng_plan_find(plan, "conformance.aes.ecb.ecb_refuses", "", "asan")->cannot);
	assert_null(gng_plan_find(plan, "conformance.bpf.load.loads", "", "release")->cannot);
	tree_close(plan, home);
}

/* ---- broken ---- */

static void breaks(const char *id, const char *sentence)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, "all");
	const struct gng_test *test = gng_plan_find(plan, id, NULL, "release");
	size_t num_broken = 0;

	assert_non_null(test);
	assert_non_null(test->broken);
	assert_string_equal(test->broken, sentence);
	for (size_t i = 0; i < plan->num_tests; i++)
		num_broken += plan->tests[i].broken != NULL;
	assert_int_equal(num_broken, 2); /* in both builds, and nothing else */
	tree_close(plan, home);
}

static void plan_breaks_a_name_that_stands_twice(void **state)
{
	(void)state;
	tree_plant();
	tree_write("conformance/aes/ecb_test.c",
		   "const struct suite_test suite_tests[] = {\nTEST(twin, \"C1.kat\"),\n"
		   "TEST(other, \"\"),\nTEST_SLOW(twin, \"\"),\n{0}};\n");
	breaks("conformance.aes.ecb.twin",
	       "conformance/aes/ecb_test.c:4: the name stands in the table twice");
}

static void plan_breaks_a_variant_test_without_variants(void **state)
{
	(void)state;
	tree_plant();
	tree_write("conformance/xdp/drop_test.c",
		   "suite_tests[] = {TEST_EACH_VARIANT(drops, \"\"), {0}};\n");
	breaks("conformance.xdp.drop.drops",
	       "conformance/xdp/drop_test.c:1: runs once a variant, and impl/xdp/CMakeLists.txt "
	       "declares no VARIANTS");
}

static void plan_refuses_a_fuzzer_without_seeds(void **state)
{
	(void)state;
	tree_plant();
	tree_write("fuzz/bpf/load_fuzz.c", "int LLVMFuzzerTestOneInput();\n");
	tree_refuses(GNG_EFORMAT,
		     "fuzz/bpf/load.seeds: is missing: a fuzzer without seeds tests nothing");
	tree_write("fuzz/bpf/load.seeds", "# cases: 1\nempty =\n");
	tree_refuses(GNG_EFORMAT, "fuzz/bpf/load.seeds:1: has no line '# requirements: ID...'");
	tree_write("fuzz/bpf/load.seeds", "");
	tree_refuses(GNG_EFORMAT, "fuzz/bpf/load.seeds:1: has no line '# requirements: ID...'");
}

static void plan_refuses_a_tree_that_contradicts_itself(void **state)
{
	(void)state;
	tree_plant();
	tree_write("impl/xdp/CMakeLists.txt", "gng_subsystem(xdp NEEDS bfp)\n");
	tree_refuses(GNG_EFORMAT, "impl/xdp/CMakeLists.txt: NEEDS bfp");
	tree_write("impl/xdp/CMakeLists.txt", "gng_subsystem(xdp NEEDS bpf)\n");
	tree_write("conformance/dpdk/eal_test.c", "suite_tests[] = {TEST(a, \"\"), {0}};\n");
	tree_refuses(GNG_EFORMAT, "conformance/dpdk: judges no impl/dpdk");
	assert_int_equal(remove(tree_path("conformance/dpdk/eal_test.c")), 0);
	tree_write("conformance/aes/ecb_test.c", "int main;\n");
	tree_refuses(GNG_EFORMAT, "conformance/aes/ecb_test.c:2: the file has no table");
	tree_write("conformance/aes/ecb_test.c", "/* needs: hist rtp */\nint main;\n"
						 "suite_tests[] = {TEST(a, \"C1.kat\"), {0}};\n");
	tree_refuses(
		GNG_EFORMAT,
		"conformance/aes/ecb_test.c: its line 'needs:' names what is no subsystem: hist");
	tree_write("conformance/aes/ecb_test.c", "suite_tests[] = {TEST(a, \"C1.kat\"), {0}};\n");
	tree_write("conformance/aes/Odd-name_test.c", "");
	tree_refuses(GNG_EFORMAT, "conformance/aes/Odd-name_test.c: a stem has only");
}

/* The folder of a build belongs to a tree: one without a subsystem is another one. */
static void plan_refuses_a_tree_without_subsystems(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = NULL;
	struct gng_why why = {0};

	(void)state;
	tree_make();
	tree_facts("build", "release", "");
	tree_refuses(GNG_EFORMAT, "/impl: declares no subsystem: is this the source tree?");
	tree_write("impl/base/notes", "");
	tree_refuses(GNG_EFORMAT, "/impl: declares no subsystem: is this the source tree?");
	tree_write("impl/base/CMakeLists.txt", "# none\n");
	assert_int_equal(gng_home_open(&home, tree_path("build"), &why), GNG_OK);
	assert_int_equal(gng_plan_open(&plan, home, NULL, &why), GNG_EFORMAT);
	assert_int_equal(strncmp(why.text, "impl/base/CMakeLists.txt:2: no gng_subsystem(", 45), 0);
	gng_home_close(home);
	/* of one only, the first */
	tree_write("impl/base/CMakeLists.txt", "gng_subsystem(base NEEDS air)\n");
	tree_refuses(GNG_EFORMAT, "impl/base/CMakeLists.txt: NEEDS air, and there is no impl/air");
}

/* ---- name and projection ---- */

static void plan_is_named_by_its_keys_and_requirements(void **state)
{
	unsigned char digest[32];
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	char text[sizeof(planted_keys)], hex[65], other[65];

	(void)state;
	memcpy(text, planted_keys, sizeof(text));
	for (char *at = text; *at; at++)
		*at = *at == ' ' ? '\t' : *at;
	assert_int_equal(EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL), 1);
	for (size_t i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	tree_plant();
	plan = tree_open(&home, "all");
	assert_string_equal(plan->sha256, hex);
	tree_close(plan, home);
	tree_facts("build/asan", "asan", ""); /* another machine, which has libbpf */
	plan = tree_open(&home, "all");
	assert_string_equal(plan->sha256, hex);
	tree_close(plan, home);
	tree_write("fuzz/aes/ecb.seeds", "# requirements: C1.kat C1.fast\n# cases: 0\n");
	plan = tree_open(&home, "all");
	memcpy(other, plan->sha256, sizeof(other));
	assert_string_not_equal(other, hex);
	tree_close(plan, home);
}

static void check_value(const json_t *value, const char *want)
{
	char *text = json_dumps(value, JSON_SORT_KEYS | JSON_ENCODE_ANY);

	assert_string_equal(text, want);
	free(text);
}

/* check_test compares what the first test with that id is, beyond its name. */
static void check_test(const json_t *plan, const char *id, const char *want)
{
	const json_t *test;
	json_t *facts;
	size_t index;

	json_array_foreach(json_object_get(plan, "tests"), index, test)
	{
		if (strcmp(json_string_value(json_object_get(test, "id")), id) != 0)
			continue;
		facts = json_pack("[OOOOO]", json_object_get(test, "flags"),
				  json_object_get(test, "budgets"),
				  json_object_get(test, "requirement"),
				  json_object_get(test, "file"), json_object_get(test, "line"));
		check_value(facts, want);
		json_decref(facts);
		return;
	}
	fail_msg("there is no %s", id);
}

static void plan_is_written_as_json(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	const struct gng_plan none = {0};
	struct gng_why why = {0};
	json_t *json, *test;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	assert_int_equal(gng_plan_write(plan, tree_path("plan.json"), NULL), GNG_OK);
	json = json_load_file(tree_path("plan.json"), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "schema")), "gonogo/plan/1");
	assert_string_equal(json_string_value(json_object_get(json, "sha256")), plan->sha256);
	assert_int_equal(json_array_size(json_object_get(json, "tests")), plan->num_tests);
	assert_int_equal(json_array_size(json_object_get(json, "requirements")), 3);
	test = json_array_get(json_object_get(json, "tests"), 8);
	assert_string_equal(json_string_value(json_object_get(test, "cannot")),
			    "libbpf is not installed");
	assert_null(json_object_get(test, "broken"));
	assert_true(json_is_true(json_object_get(test, "selected")));
	assert_true(json_is_true(json_object_get(test, "required")));
	assert_true(json_is_false(json_object_get(test, "named")));
	check_test(json, "conformance.aes.ecb.ecb_encrypts",
		   "[[\"each-variant\"], [], [\"C1.kat\"], \"conformance/aes/ecb_test.c\", 3]");
	check_test(json, "conformance.aes.ecb.ecb_soaks",
		   "[[\"slow\"], [], [\"C1.kat\"], \"conformance/aes/ecb_test.c\", 4]");
	check_test(json, "hwtests.aes.seal.seal_p99",
		   "[[\"latency\"], [{\"limit\": 8.0, \"machine\": \"lab\", \"metric\": "
		   "\"seal_p99\", \"sense\": \"<=\", \"unit\": \"us\"}, {\"limit\": 90.0, "
		   "\"machine\": \"*\", \"metric\": \"seal_p99\", \"sense\": \"<=\", \"unit\": "
		   "\"us\"}], [\"C1.fast\"], \"hwtests/aes/seal_hw.c\", 3]");
	check_test(json, "hwtests.aes.seal.seal_vs_evp",
		   "[[], [{\"limit\": 2.7999999999999998, \"machine\": \"*\", \"metric\": "
		   "\"seal_vs_evp\", \"sense\": \">=\", \"unit\": \"ratio\"}], [\"C1.fast\"], "
		   "\"hwtests/aes/seal_hw.c\", 2]");
	check_value(
		json_object_get(json, "subsystems"),
		"[{\"command\": \"\", \"name\": \"aes\", \"needs\": [\"base\"], \"requires\": "
		"[], \"variants\": [\"aesni\", \"portable\"]}, {\"command\": \"\", \"name\": "
		"\"base\", \"needs\": [], \"requires\": [], \"variants\": []}, {\"command\": \"\", "
		"\"name\": \"bpf\", \"needs\": [\"base\"], \"requires\": [\"libbpf\"], "
		"\"variants\": []}, {\"command\": \"\", \"name\": \"xdp\", \"needs\": [\"bpf\"], "
		"\"requires\": [], \"variants\": []}]");
	json_decref(json);
	assert_int_equal(gng_plan_write(plan, tree_path("no/plan.json"), &why), GNG_ESYS);
	/* a full disk shows at the write of a long plan, and at the end of a short one */
	assert_int_equal(gng_plan_write(plan, "/dev/full", &why), GNG_ESYS);
	assert_int_equal(gng_plan_write(&none, "/dev/full", &why), GNG_ESYS);
	tree_close(plan, home);
}

const struct suite_test suite_tests[] = {
	TEST(plan_is_tests_by_variants_by_builds, "H1.plan.keys"),
	TEST(plan_takes_the_builds_that_are_named, "H1.plan.keys"),
	TEST(plan_takes_once_what_is_the_same_in_every_build, "H1.plan.keys"),
	TEST(plan_finds_by_key_or_part_of_it, "H1.plan.keys"),
	TEST(plan_says_the_cause_of_what_cannot_be_built, "H1.plan.cannot"),
	TEST(plan_breaks_a_name_that_stands_twice, "H1.plan.broken"),
	TEST(plan_breaks_a_variant_test_without_variants, "H1.plan.broken"),
	TEST(plan_refuses_a_fuzzer_without_seeds, "H1.plan.broken"),
	TEST(plan_refuses_a_tree_that_contradicts_itself, "H1.plan.refusals"),
	TEST(plan_refuses_a_tree_without_subsystems, "H1.plan.refusals"),
	TEST(plan_is_named_by_its_keys_and_requirements, "H1.plan.name"),
	TEST(plan_is_written_as_json, "H1.plan.name"),
	{0},
};
