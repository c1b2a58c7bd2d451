/* SPDX-License-Identifier: Apache-2.0 */
/*
 * install_test.c - `make install` as outsiders meet it: programs of their own built by
 * pkg-config and by CMake, C++, and the installed command away from the tree.
 */
/* requires: cmake pkg-config g++ */
#include "../suite.h"

#include <limits.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "/opt/gng" /* below the stage: what is installed is moved, and must not mind */

static char build[PATH_MAX]; /* the build folder */
static char stage[PATH_MAX]; /* a folder of this process, removed at its end */

/* runs says whether a shell command made with printf's rules exits 0. Its output goes to the
 * test's log. */
__attribute__((format(printf, 1, 2))) static bool runs(const char *format, ...)
{
	char command[4 * PATH_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	fflush(NULL);
	return system(command) == 0;
}

/* first_line is what the command printed first, without the newline. */
__attribute__((format(printf, 2, 3))) static void first_line(char line[256], const char *format,
							     ...)
{
	char command[4 * PATH_MAX];
	va_list args;
	FILE *output;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	fflush(NULL);
	output = popen(command, "r");
	assert_non_null(output);
	if (!fgets(line, 256, output))
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
	pclose(output);
}

static void unstage(void)
{
	if (*stage)
		runs("rm -rf '%s'", stage);
}

static void find_build(void)
{
	char self[PATH_MAX - 1] = {0};
	const char *told = getenv("GNG_BUILD_DIR");

	if (!told && readlink("/proc/self/exe", self, sizeof(self) - 1) > 0)
		told = dirname(dirname(self)); /* tests/ stands in the build folder */
	assert_non_null(told);
	snprintf(build, sizeof(build), "%s", told);
}

/* The whole build is ten times as large as its libraries: who needs these takes no more. */
#define WHOLE ""
#define LIBRARY "--component library"

/*
 * installed installs this build or a part of it below stage, once for a process, and returns the
 * folder that the prefix became. NULL, and the test is skipped, in a build that is never installed.
 */
static const char *installed(const char *part)
{
	static char prefix[PATH_MAX + sizeof(PREFIX)];
	const char *tmp = getenv("TMPDIR");

	if (*prefix)
		return prefix;
	find_build();
	if (!runs("test -e '%s/installed/gonogo.pc'", build)) {
		gng_probe_skip("only the release build is installed",
			       "gonogo check --builds release conformance.cli.install");
		return NULL;
	}
	/* gonogo mutants builds this program alone */
	assert_true(runs("test -e '%s/libgonogo.so' || cmake --build '%s' >&2", build, build));
	snprintf(stage, sizeof(stage), "%s/gonogo-install-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(stage));
	atexit(unstage);
	assert_true(runs("umask 022; DESTDIR='%s' cmake --install '%s' --prefix " PREFIX
			 " %s >'%s/log' 2>&1 || { cat '%s/log'; exit 1; }",
			 stage, build, part, stage, stage));
	snprintf(prefix, sizeof(prefix), "%s" PREFIX, stage);
	return prefix;
}

/* outside is the folder of the outsiders' sources. */
static const char *outside(void)
{
	static char path[PATH_MAX];
	char line[256];

	first_line(line, "sed -n 's/^source\t//p' '%s/gonogo.facts'", build);
	snprintf(path, sizeof(path), "%s/conformance/cli/outside", line);
	return path;
}

#define ANSWER "GNG_EAUTH 50"

static void install_serves_a_c_program_by_pkg_config(void **state)
{
	const char *prefix = installed(LIBRARY);
	char line[256];

	(void)state;
	if (!prefix)
		return;
	assert_true(runs("cd '%s' && export PKG_CONFIG_PATH=$(dirname $(find . -name gonogo.pc)) &&"
			 " gcc -Werror '%s/main.c' -o '%s/by-pc' -Wl,-rpath,'%s/lib'"
			 " $(pkg-config --cflags --libs gonogo-hist)",
			 prefix, outside(), stage, prefix));
	first_line(line, "'%s/by-pc'", stage);
	assert_string_equal(line, ANSWER);
}

static void install_serves_a_c_program_by_cmake(void **state)
{
	const char *prefix = installed(LIBRARY);
	char line[256];

	(void)state;
	if (!prefix)
		return;
	assert_true(runs("{ cmake -S '%s' -B '%s/by-cmake' -DCMAKE_PREFIX_PATH='%s' &&"
			 " cmake --build '%s/by-cmake'; } >'%s/log' 2>&1 ||"
			 " { cat '%s/log'; exit 1; }",
			 outside(), stage, prefix, stage, stage, stage));
	first_line(line, "'%s/by-cmake/outside'", stage);
	assert_string_equal(line, ANSWER);
	first_line(line, "'%s/by-cmake/outside-static'", stage);
	assert_string_equal(line, ANSWER);
	assert_false(runs("ldd '%s/by-cmake/outside-static' | grep -q libgonogo", stage));
}

static void install_serves_a_cxx_program_with_every_header(void **state)
{
	const char *prefix = installed(LIBRARY);

	(void)state;
	if (!prefix)
		return;
	assert_true(runs(
		"cd '%s' && { for h in include/gonogo/*.h; do"
		" echo \"#include <${h##*/}>\"; done;"
		" echo 'int main() { return gng_status_name(GNG_OK)[0] != 71; }'; } >../all.cc &&"
		" grep -q gng_base.h ../all.cc &&"
		" g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -Iinclude/gonogo ../all.cc"
		" -o '%s/by-cxx' -Llib -lgonogo -Wl,-rpath,'%s/lib' && '%s/by-cxx'",
		prefix, stage, prefix, stage));
}

static void install_exports_only_gng_names(void **state)
{
	const char *prefix = installed(LIBRARY);

	(void)state;
	if (!prefix)
		return;
	assert_true(runs("nm -D --defined-only '%s/lib/libgonogo.so' | grep -q gng_status_name",
			 prefix));
	assert_false(
		runs("for lib in '%s'/lib/libgonogo*.so; do nm -D --defined-only \"$lib\"; done |"
		     " grep -v ' gng_'",
		     prefix));
}

/* check_each_file: every user may read it, and no path of this machine stands in it. */
static void check_each_file(const char *prefix)
{
	char source[256];

	assert_false(runs("find '%s'/* ! -type l ! -perm -004 | grep .", prefix));
	first_line(source, "sed -n 's/^source\t//p' '%s/gonogo.facts'", build);
	assert_int_equal(source[0], '/');
	assert_false(runs("grep -rlF -e '%s' -e '%s/' -e '%s' '%s'", build, source, stage, prefix));
}

/* check_each_verb: a wrong word is refused in one sentence that begins with the verb. */
static void check_each_verb(const char *prefix)
{
	assert_true(runs(
		"cd '%s' && '%s/bin/gonogo' --help | sed -n 's/^  \\([a-z][a-z]*\\) .*/\\1/p' "
		">verbs &&"
		" [ $(wc -l <verbs) -ge 20 ] && while read -r verb; do"
		" '%s/bin/gonogo' $verb --no-such-option </dev/null >out 2>err; status=$?;"
		" [ $status = 2 ] && [ ! -s out ] && [ $(wc -l <err) = 1 ] &&"
		" grep -q \"^gonogo: $verb: \" err || { echo \"$verb: $status\"; cat err; exit 1; "
		"};"
		" done <verbs",
		stage, prefix, prefix));
}

/* One installation for all that looks at the whole of it: it takes as long as these together. */
static void install_keeps_the_command_whole_away_from_the_tree(void **state)
{
	const char *prefix = installed(WHOLE);

	(void)state;
	if (!prefix)
		return;
	check_each_file(prefix);
	/* "plan" hashes the builds too, and of those only release is installed */
	assert_true(runs("'%s/gonogo' list --json | grep -v '\"plan\":' >'%s/here'", build, stage));
	assert_true(runs("cd '%s' && '%s/bin/gonogo' list --json | grep -v '\"plan\":' >there",
			 stage, prefix));
	assert_true(
		runs("cd '%s' && grep -q conformance.cli.install here && cmp here there", stage));
	assert_true(
		runs("cd '%s' && '%s/bin/gonogo' check conformance.base.status", stage, prefix));
	check_each_verb(prefix);
}

const struct suite_test suite_tests[] = {
	TEST(install_serves_a_c_program_by_pkg_config, "H1.install.library"),
	TEST(install_serves_a_c_program_by_cmake, "H1.install.library"),
	TEST(install_serves_a_cxx_program_with_every_header, "H1.install.library"),
	TEST(install_exports_only_gng_names, "H1.install.library"),
	TEST(install_keeps_the_command_whole_away_from_the_tree,
	     "H1.install.command H1.install.anywhere"),
	{0},
};
