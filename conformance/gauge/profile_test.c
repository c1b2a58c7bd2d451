/* SPDX-License-Identifier: Apache-2.0 */
/* profile_test.c - a profile says which tests a sign-off requires, and which it names. */
#include "tree.h"

#include "gauge_text.h"

/* marked lists the release build's tests: N for named, R for required only, - for neither. */
static char *marked(const struct gng_plan *plan)
{
	char *list = strdup(""), *longer;
	const struct gng_test *test;

	for (size_t i = 0; i < plan->num_tests; i++) {
		test = &plan->tests[i];
		longer = gauge_format("%s%s%s%s=%c ", list, test->function,
				      *test->variant ? "/" : "", test->variant,
				      test->named      ? 'N'
				      : test->required ? 'R'
						       : '-');
		assert_true(test->required || !test->named);
		free(list);
		list = longer;
	}
	return list;
}

static void profile_marks(const char *lines, const char *build, const char *expected)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, build);
	struct gng_profile profile;
	struct gng_why why = {0};
	char text[1024], *list;

	snprintf(text, sizeof(text), "title a test\ngrade functional\n%s", lines);
	tree_write("impl/signoff/x.profile", text);
	if (gng_profile_apply(&profile, plan, home, "x", &why) != GNG_OK)
		fail_msg("%s", why.text);
	list = marked(plan);
	assert_string_equal(list, expected);
	free(list);
	tree_close(plan, home);
}

static void profile_marks_what_its_lines_select(void **state)
{
	(void)state;
	tree_plant();
	profile_marks("", NULL,
		      "ecb_encrypts/aesni=- ecb_encrypts/portable=- ecb_refuses=- ecb_soaks=- "
		      "loads=- drops=- replay=- seal_p99=- seal_vs_evp=- ");
	profile_marks("name aes \t portable  \t \nrequire bpf\n", NULL,
		      "ecb_encrypts/aesni=- ecb_encrypts/portable=N ecb_refuses=N ecb_soaks=- "
		      "loads=R drops=- replay=N seal_p99=- seal_vs_evp=N ");
	profile_marks("require aes\nname conformance.aes.ecb.ecb_refuses\n", NULL,
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=N ecb_soaks=- "
		      "loads=- drops=- replay=R seal_p99=- seal_vs_evp=R ");
}

/* What guests run is required, and a SKIP of it names nothing that this machine lacks. */
static void profile_leaves_to_guests_what_they_run(void **state)
{
	(void)state;
	tree_plant();
	profile_marks("system C1\nguest conformance.aes\n", NULL,
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=- ecb_soaks=- "
		      "loads=- drops=- replay=N seal_p99=- seal_vs_evp=N ");
	profile_marks("system C1\nguest aes\nname hwtests.aes\n", NULL,
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=- ecb_soaks=- "
		      "loads=- drops=- replay=R seal_p99=N seal_vs_evp=N ");
}

/* A slow test by its own name only; a latency by its own name or the suite's. */
static void profile_asks_for_slow_tests_and_latencies_by_name(void **state)
{
	(void)state;
	tree_plant();
	profile_marks("name hwtests.aes\nname aes.ecb.ecb_soaks\n", NULL,
		      "ecb_encrypts/aesni=- ecb_encrypts/portable=- ecb_refuses=- ecb_soaks=N "
		      "loads=- drops=- replay=- seal_p99=N seal_vs_evp=N ");
	profile_marks("require aes.seal.seal_p99\n", NULL,
		      "ecb_encrypts/aesni=- ecb_encrypts/portable=- ecb_refuses=- ecb_soaks=- "
		      "loads=- drops=- replay=- seal_p99=R seal_vs_evp=- ");
}

static void profile_requires_what_is_present(void **state)
{
	(void)state;
	tree_plant();
	profile_marks("present\n", NULL,
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=R ecb_soaks=- "
		      "loads=R drops=R replay=R seal_p99=- seal_vs_evp=R ");
}

static void profile_present_leaves_out_what_cannot_run(void **state)
{
	(void)state;
	tree_plant();
	profile_marks("present\nname fuzz\n", "asan",
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=R ecb_soaks=- "
		      "loads=- drops=- replay=N ");
	/* naming it makes its SKIP a NO-GO: that is the point of naming */
	profile_marks("present\nname bpf\n", "asan",
		      "ecb_encrypts/aesni=R ecb_encrypts/portable=R ecb_refuses=R ecb_soaks=- "
		      "loads=N drops=- replay=R ");
}

static void profile_says_what_it_is(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	assert_true(plan->tests[0].required);
	tree_write("impl/signoff/lab-h100.profile",
		   "# the lab\ntitle   H100, in the lab \ngrade lab\nmachine lab-h100\r\n");
	assert_int_equal(gng_profile_apply(&profile, plan, home, "lab-h100", NULL), GNG_OK);
	assert_string_equal(profile.name, "lab-h100");
	assert_string_equal(profile.title, "H100, in the lab");
	assert_string_equal(profile.grade, "lab");
	assert_string_equal(profile.machine, "lab-h100");
	assert_false(plan->tests[0].required);
	tree_close(plan, home);
}

static void refuses(const char *text, enum gng_status status, const char *part)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, NULL);
	struct gng_profile profile;
	struct gng_why why = {0};

	tree_write("impl/signoff/x.profile", text);
	assert_int_equal(gng_profile_apply(&profile, plan, home, "x", &why), status);
	assert_true((why.sys_errno != 0) == (why.status == GNG_ESYS));
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
	tree_close(plan, home);
}

static void profile_is_refused_with_its_line(void **state)
{
	(void)state;
	tree_plant();
	refuses("grade lab\n", GNG_EFORMAT, "a profile needs a title and a grade");
	refuses("\ngrade good\n", GNG_EFORMAT, "impl/signoff/x.profile:2: a grade is functional");
	refuses("title a\ntitle b\n", GNG_EFORMAT, "x.profile:2: the word stands twice");
	refuses("title\n", GNG_EFORMAT, "x.profile:1: the value is missing");
	refuses("name\n", GNG_EFORMAT, "x.profile:1: the line is: name or require");
	refuses("name a b c\n", GNG_EFORMAT, "x.profile:1: the line is: name or require");
	refuses("presents\n", GNG_EFORMAT, "x.profile:1: a line begins with");
	refuses("name ase\n", GNG_EFORMAT,
		"x.profile:1: no test is called 'ase': did you mean 'aes'?");
	refuses("name aes vaes\n", GNG_EFORMAT, "x.profile:1: 'aes' has no test of variant vaes");
	refuses("guest aes\nname aes\n", GNG_EFORMAT,
		"x.profile:1: no line before this one names a test of 'aes'");
	refuses("name aes\nguest bpf\n", GNG_EFORMAT, "x.profile:2: no line before this one");
	refuses("name aes\nguest\n", GNG_EFORMAT, "x.profile:2: no line before this one");
}

/* value returns len characters of a title; the next call overwrites it. */
static const char *title_of(size_t len, const char *word)
{
	static char text[256];
	const size_t begin = (size_t)snprintf(text, sizeof(text), "grade lab\n%s ", word);

	memset(text + begin, 'x', len);
	strcpy(text + begin + len, "\n");
	return text;
}

static void profile_values_end_where_they_say(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_why why = {0};
	char name[40] = "", path[96];

	(void)state;
	tree_plant();
	refuses(title_of(128, "title"), GNG_EFORMAT, "x.profile:2: the value is missing or too");
	refuses(title_of(32, "machine"), GNG_EFORMAT, "x.profile:2: the value is missing or too");
	plan = tree_open(&home, NULL);
	tree_write("impl/signoff/x.profile", title_of(127, "title"));
	assert_int_equal(gng_profile_apply(&profile, plan, home, "x", &why), GNG_OK);
	assert_int_equal(strlen(profile.title), 127);
	assert_string_equal(profile.machine, "");
	tree_write("impl/signoff/x.profile", title_of(31, "title t\nmachine"));
	assert_int_equal(gng_profile_apply(&profile, plan, home, "x", &why), GNG_OK);
	assert_int_equal(strlen(profile.machine), 31);
	for (size_t len = 31; len <= 32; len++) {
		memset(name, 'p', len);
		snprintf(path, sizeof(path), "impl/signoff/%s.profile", name);
		tree_write(path, "title a\ngrade lab\n");
		assert_int_equal(gng_profile_apply(&profile, plan, home, name, &why),
				 len == 31 ? GNG_OK : GNG_EINVAL);
	}
	assert_string_equal(profile.name + 30, "p");
	tree_close(plan, home);
}

static void profile_text_of_a_stranger_is_named_first(void **state)
{
	struct gng_plan plan = {0};
	struct gng_profile profile = {.title = "before"};
	struct gng_why why = {0};
	char text[] = "title a\ngrade lab\n";

	(void)state;
	assert_int_equal(gng_profile_apply_text(&profile, &plan, "a/b", text, &why), GNG_EINVAL);
	assert_int_equal(gng_profile_apply_text(&profile, &plan, "", text, &why), GNG_EINVAL);
	assert_string_equal(profile.title, "before");
	assert_int_equal(gng_profile_apply_text(&profile, &plan, "a-b_9z", text, &why), GNG_OK);
	assert_string_equal(profile.title, "a");
}

static void profile_that_does_not_exist_lists_those_that_do(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_why why = {0};

	(void)state;
	tree_plant();
	tree_write("impl/signoff/here.profile", "title a\ngrade lab\n");
	tree_write("impl/signoff/lab.profile", "title a\ngrade lab\n");
	plan = tree_open(&home, NULL);
	assert_int_equal(gng_profile_apply(&profile, plan, home, "hare", &why), GNG_EINVAL);
	assert_string_equal(why.text, "no profile is called 'hare': there are: here lab");
	assert_int_equal(gng_profile_apply(&profile, plan, home, "../signoff/here", &why),
			 GNG_EINVAL);
	assert_true(plan->tests[0].required); /* nothing was changed */
	tree_close(plan, home);
}

/* sha256sum of the text, as an attestation quotes it: before the reader cuts it into lines. */
static void profile_has_the_hash_of_its_file(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	tree_write("impl/signoff/x.profile", "title a\ngrade lab\n");
	assert_int_equal(gng_profile_apply(&profile, plan, home, "x", NULL), GNG_OK);
	assert_string_equal(profile.sha256,
			    "91d4a8babf6c298acae672bc0fcb0777ba5fb3595a9a75e295b297d6135fba08");
	tree_close(plan, home);
}

const struct suite_test suite_tests[] = {
	TEST(profile_marks_what_its_lines_select, "H1.profile.marks"),
	TEST(profile_leaves_to_guests_what_they_run, "H1.profile.marks"),
	TEST(profile_asks_for_slow_tests_and_latencies_by_name, "H1.profile.marks"),
	TEST(profile_requires_what_is_present, "H1.profile.marks"),
	TEST(profile_present_leaves_out_what_cannot_run, "H1.profile.marks"),
	TEST(profile_says_what_it_is, "H1.profile.file"),
	TEST(profile_has_the_hash_of_its_file, "H1.profile.hash"),
	TEST(profile_is_refused_with_its_line, "H1.profile.file"),
	TEST(profile_values_end_where_they_say, "H1.profile.file"),
	TEST(profile_text_of_a_stranger_is_named_first, "H1.profile.file"),
	TEST(profile_that_does_not_exist_lists_those_that_do, "H1.profile.file"),
	{0},
};
