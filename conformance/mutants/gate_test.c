/* SPDX-License-Identifier: Apache-2.0 */
/* gate_test.c - whole runs on a small tree in git: what changed, what survives, what a kill costs.
 */
/* requires: jansson */
#include "tiny.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../impl/mutants/mutants_campaign.h"

static char *in_tree(const char *name)
{
	return mutants_format("%s/%s", tiny_tree, name);
}

/* git runs a command of git in the tree, as somebody. */
static void git(const char *command)
{
	char *line = mutants_format("git -c user.name=a -c user.email=a@example.org "
				    "-c init.defaultBranch=main %s",
				    command);
	const char *argv[] = {"sh", "-c", line, NULL};
	char *log = in_tree("log");

	assert_int_equal(mutants_run(argv, tiny_tree, log), 0);
	free(line);
	free(log);
}

static bool make_repository(void)
{
	const char *argv[] = {"git", "--version", NULL};
	char *version = mutants_capture(argv, NULL);

	if (!version) {
		gng_probe_skip("git is needed to tell what changed", "apt-get install git");
		return false;
	}
	free(version);
	if (!tiny_can_build())
		return false;
	tiny_make();
	git("init -q && printf '/build/\n/out/\n/log\n' >.gitignore && git add -A");
	git("commit -q -m first");
	return true;
}

/* change edits tiny.c by a script of sed. */
static void change(const char *script)
{
	char *path = in_tree("impl/tiny/tiny.c"), *log = in_tree("log");
	const char *argv[] = {"sed", "-i", "-e", script, path, NULL};

	assert_int_equal(mutants_run(argv, NULL, log), 0);
	free(path);
	free(log);
}

static size_t num_outcomes(void)
{
	char *path = in_tree("out/mutants/tiny.state");
	size_t len, num = 0;
	char *text = mutants_read(path, &len);

	for (const char *at = text; at && (at = strchr(at, '\n')); at++)
		num++;
	free(text);
	free(path);
	return num > 0 ? num - 1 : 0; /* the first line is none */
}

static int made_in_child(const struct campaign_options *options, const char *json)
{
	const int fd = open(json, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	int code;

	unsetenv("GNG_OUT");
	if (dup2(fd, 1) != 1 || !freopen("/dev/null", "w", stderr))
		return EXIT_HARNESS;
	code = made_run(options);
	return fflush(stdout) == 0 ? code : EXIT_HARNESS;
}

static pid_t start_made(struct campaign_options options)
{
	char *build = in_tree("build"), *json = in_tree("build/json");
	pid_t pid;

	options.build = build;
	options.json = true;
	options.num_jobs = 2;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(made_in_child(&options, json));
	assert_true(pid > 0);
	free(build);
	free(json);
	return pid;
}

/* run_made runs the command in a process of its own, and returns its exit status, or minus the
 * signal. With kill_at, it is killed when its file has that many outcomes. */
static int run_made(const struct campaign_options *options, size_t kill_at)
{
	const pid_t pid = start_made(*options);
	int status = 0;

	while (kill_at > 0 && waitpid(pid, &status, WNOHANG) == 0) {
		if (num_outcomes() >= kill_at)
			kill(pid, SIGKILL);
		usleep(5000);
	}
	if (kill_at == 0)
		assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static json_t *read_json(void)
{
	char *path = in_tree("build/json");
	json_t *json = json_load_file(path, 0, NULL);

	free(path);
	assert_non_null(json);
	return json;
}

static size_t count(const json_t *json, const char *name)
{
	assert_true(json_is_integer(json_object_get(json, name)));
	return (size_t)json_integer_value(json_object_get(json, name));
}

/* chosen_since lists the ids of the mutants on lines that changed since base (caller frees). */
static char *chosen_since(const char *base)
{
	const struct gng_plan plan = {0};
	char *diff, *untracked, *list = strdup("");
	struct source source;
	struct gng_why why;

	if (source_diff(&diff, &untracked, tiny_tree, base, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(source_open(&source, tiny_tree, &plan, "tiny", &why), GNG_OK);
	source_keep_changed(&source, diff, untracked);
	for (size_t i = 0; i < source.num_mutants; i++)
		if (source.mutants[i].chosen) {
			char *longer = mutants_format("%s%s\n", list, source.mutants[i].id);

			free(list);
			list = longer;
		}
	source_close(&source);
	free(diff);
	free(untracked);
	return list;
}

static void check_chosen(const char *base, const char *want)
{
	char *list = chosen_since(base);

	assert_string_equal(list, want);
	free(list);
}

#define LINE_6                              \
	"impl/tiny/tiny.c:6:arithmetic:1\n" \
	"impl/tiny/tiny.c:6:constant:1\n"   \
	"impl/tiny/tiny.c:6:constant:2\n"
#define LINE_20                              \
	"impl/tiny/tiny.c:20:arithmetic:1\n" \
	"impl/tiny/tiny.c:20:constant:1\n"   \
	"impl/tiny/tiny.c:20:constant:2\n"
#define NEW_FILE "impl/tiny/young.c:1:return:1\n"

/* In the folder, in the index, in a commit, in a new file: all of it has changed since. */
static void git_says_which_lines_changed(void **state)
{
	(void)state;
	if (!make_repository())
		return;
	check_chosen("HEAD", "");
	change("6s/x \\* 2/2 * x/");
	check_chosen("HEAD", LINE_6);
	git("add -A");
	check_chosen("HEAD", LINE_6);
	git("commit -q -m second && git tag two");
	check_chosen("HEAD", "");
	check_chosen("main~1", LINE_6);
	change("20s/x - 1/x  - 1/");
	change("1d"); /* moves every line up by one, and changes none */
	check_chosen("two", "impl/tiny/tiny.c:19:arithmetic:1\n"
			    "impl/tiny/tiny.c:19:constant:1\n"
			    "impl/tiny/tiny.c:19:constant:2\n");
	tiny_put("impl/tiny/young.c", "void young(void) { }\n");
	git("config diff.noprefix true && git config color.ui always");
	change("1i\\\n");
	check_chosen("two", LINE_20 NEW_FILE);
	free(tiny_tree);
}

static void changed_lines_are_judged_and_no_others(void **state)
{
	const struct campaign_options since = {.subsystem = "*", .source = true, .base = "HEAD"};
	json_t *json;
	char *text, *path;
	size_t len;

	(void)state;
	if (!make_repository())
		return;
	change("6s/x \\* 2/2 * x/");
	assert_int_equal(run_made(&since, 0), GNG_GO);
	json = read_json();
	assert_int_equal(count(json, "chosen"), 3); /* 2 + 1, 2 - 1, a division */
	assert_int_equal(count(json, "killed"), 3);
	json_decref(json);
	path = in_tree("out/mutants/tiny.state");
	text = mutants_read(path, &len);
	assert_non_null(strstr(text, "killed\timpl/tiny/tiny.c:6:arithmetic:1\t"
				     "conformance.tiny.value.twice_doubles\t"));
	free(path);
	free(text);
	/* known outcomes are not judged again, and an edit makes them unknown */
	assert_int_equal(run_made(&since, 0), GNG_GO);
	assert_int_equal(num_outcomes(), 3);
	free(tiny_tree);
}

/* What is explained needs no trial with sanitizers in a gate; it stays doubtful for a whole run. */
static void gate_takes_a_reason_for_what_it_says(void **state)
{
	const struct campaign_options since = {.subsystem = "*", .source = true, .base = "HEAD"};
	const struct campaign_options doubted = {
		.subsystem = "tiny", .source = true, .explained = true};
	json_t *json;
	char *text, *path;
	size_t len;

	(void)state;
	if (!make_repository())
		return;
	change("15s/x + 1/1 + x/");
	assert_int_equal(run_made(&since, 0), GNG_NO_GO);
	tiny_put("conformance/tiny/survivors.tsv",
		 "impl/tiny/tiny.c\tarithmetic\treturn 1 + x;\treturn 1 - x;\tstubborn\twhy\n"
		 "impl/tiny/tiny.c\tconstant\treturn 1 + x;\treturn (1 + 1) + x;\tstubborn\twhy\n"
		 "impl/tiny/tiny.c\tconstant\treturn 1 + x;\treturn (1 - 1) + x;\tstubborn\twhy\n");
	path = in_tree("out/mutants/tiny.state");
	assert_int_equal(remove(path), 0);
	assert_int_equal(run_made(&since, 0), GNG_GO);
	json = read_json();
	assert_int_equal(count(json, "explained"), 3);
	json_decref(json);
	text = mutants_read(path, &len);
	assert_non_null(strstr(text, "doubtful\timpl/tiny/tiny.c:15:arithmetic:1\t"));
	assert_null(strstr(text, "survived\t"));
	free(path);
	free(text);
	assert_int_equal(run_made(&doubted, 0), GNG_GO); /* and there all of them are judged */
	json = read_json();
	assert_int_equal(count(json, "chosen"), 3);
	assert_int_equal(count(json, "explained_stubborn"), 3);
	assert_true(json_is_null(json_object_get(json, "score")));
	json_decref(json);
	free(tiny_tree);
}

static void gate_that_executed_nothing_is_an_error(void **state)
{
	const struct campaign_options since = {.subsystem = "*", .source = true, .base = "HEAD"};
	struct campaign_options other = since;

	(void)state;
	if (!make_repository())
		return;
	assert_int_equal(run_made(&since, 0), EXIT_NOTHING);
	change("1s/tiny/a tiny thing/");
	assert_int_equal(run_made(&since, 0), EXIT_NOTHING);
	other.base = "no-such-revision";
	assert_int_equal(run_made(&other, 0), EXIT_USAGE);
	other = (struct campaign_options){.subsystem = "no-such-subsystem", .source = true};
	assert_int_equal(run_made(&other, 0), EXIT_USAGE);
	free(tiny_tree);
}

static void check_survivors(const json_t *json)
{
	const json_t *survivors = json_object_get(json, "survivors"), *one;
	bool found = false;
	size_t index;

	json_array_foreach(survivors, index, one)
	{
		const char *diff = json_string_value(json_object_get(one, "diff"));

		if (strcmp(diff, "-return x + 1;\n+return x - 1;\n") != 0)
			continue;
		found = true;
		assert_string_equal(json_string_value(json_object_get(one, "file")),
				    "impl/tiny/tiny.c");
		assert_int_equal(count(one, "line"), 15);
	}
	assert_true(found);
}

/* What a whole run finds, a killed and resumed one finds as well. */
static void killed_run_goes_on_and_lists_what_survives(void **state)
{
	struct campaign_options all = {.subsystem = "tiny", .source = true};
	size_t before;
	json_t *json;

	(void)state;
	if (!make_repository())
		return;
	all.resume = true;
	assert_int_equal(run_made(&all, 0), EXIT_USAGE); /* there is nothing to go on with */
	all.resume = false;
	assert_int_equal(run_made(&all, 4), -SIGKILL);
	before = num_outcomes();
	assert_true(before >= 4);
	all.resume = true;
	assert_int_equal(run_made(&all, 0), GNG_NO_GO);
	json = read_json();
	assert_true(num_outcomes() >= count(json, "chosen"));
	assert_int_equal(count(json, "not_judged"), 0);
	check_survivors(json);
	json_decref(json);
	tiny_put("conformance/tiny/survivors.tsv",
		 "impl/tiny/tiny.c\tstatement\tx;\ty;\tstubborn\twhy\n");
	assert_int_equal(run_made(&all, 0), GNG_NO_GO); /* a reason for nothing */
	free(tiny_tree);
}

/* A test that fails in the folder of a worker would kill every mutant, and prove nothing. */
static void test_that_fails_without_a_mutant_kills_none(void **state)
{
	const struct campaign_options all = {.subsystem = "tiny", .source = true};

	(void)state;
	if (!make_repository())
		return;
	tiny_put("conformance/tiny/folder_test.c",
		 "#include \"../suite.h\"\n"
		 "#include <gng_tiny.h>\n"
		 "#include <stdlib.h>\n"
		 "#include <string.h>\n"
		 "static void build_is_called_build(void **state)\n"
		 "{\n"
		 "\t(void)state;\n"
		 "\tassert_int_equal(gng_tiny_twice(1), 2);\n"
		 "\tassert_null(strstr(getenv(\"GNG_BUILD_DIR\"), \"/worker-\"));\n"
		 "}\n"
		 "const struct suite_test suite_tests[] = {\n"
		 "\tTEST(build_is_called_build, \"H1.tiny.twice\"),\n"
		 "\t{0},\n"
		 "};\n");
	assert_int_equal(run_made(&all, 0), EXIT_HARNESS);
	assert_int_equal(num_outcomes(), 0);
	free(tiny_tree);
}

const struct suite_test suite_tests[] = {
	TEST(git_says_which_lines_changed, "H1.mutants.changed"),
	TEST_SLOW(changed_lines_are_judged_and_no_others, "H1.mutants.changed"),
	TEST_SLOW(gate_takes_a_reason_for_what_it_says, "H1.mutants.changed"),
	TEST(gate_that_executed_nothing_is_an_error, "H1.mutants.nothing"),
	TEST_SLOW(test_that_fails_without_a_mutant_kills_none, "H1.mutants.outcome"),
	TEST_SLOW(killed_run_goes_on_and_lists_what_survives, "H1.mutants.state"),
	{0},
};
