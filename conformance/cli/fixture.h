/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h - a small tree of its own for the real command: gonogo copied into a build folder
 * whose one test program is a script that passes, fails, skips, or never ends.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "../suite.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char fixture[PATH_MAX]; /* the folder; empty before fixture_open */

static inline char *fixture_path(const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", fixture, name);
	return path;
}

/* fixture_file writes a file and the folders above it. */
static inline void fixture_file(const char *name, const char *text)
{
	char *path = fixture_path(name);
	FILE *file;

	for (char *slash = path + strlen(fixture) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* fixture_read returns a file's text (caller frees). */
static inline char *fixture_read(const char *name)
{
	FILE *file = fopen(fixture_path(name), "r");
	char *text = NULL;
	size_t cap = 0;

	if (!file)
		return strdup("");
	if (getdelim(&text, &cap, '\0', file) < 0 && text)
		*text = '\0';
	fclose(file);
	return text ? text : strdup("");
}

static int fixture_remove_entry(const char *path, const struct stat *entry, int kind,
				struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

static void fixture_close(void)
{
	if (*fixture)
		nftw(fixture, fixture_remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	*fixture = '\0';
}

/* fixture_build_dir is the folder of the real command. */
static inline const char *fixture_build_dir(void)
{
	static char dir[PATH_MAX];
	const char *told = getenv("GNG_BUILD_DIR");
	ssize_t len;

	if (told)
		return told;
	len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	assert_true(len > 0);
	dir[len] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(dir, '/') = '\0';
	return dir;
}

static inline void fixture_copy(const char *from, const char *name)
{
	const int in = open(from, O_RDONLY),
		  out = open(fixture_path(name), O_WRONLY | O_CREAT, 0777);
	struct stat file;

	assert_true(in >= 0 && out >= 0);
	assert_int_equal(fstat(in, &file), 0);
	for (off_t at = 0; at < file.st_size;)
		assert_true(sendfile(out, in, &at, (size_t)(file.st_size - at)) > 0);
	close(in);
	close(out);
}

/* What a program says on descriptor 3: impl/probe. */
static const char fixture_script[] =
	"#!/bin/sh\n"
	"tell() { printf \"$@\" >&3; }\n"
	"if [ \"$1\" = --list ]; then\n"
	" printf 'passes\\t0\\tH1.demo.pass\\nfails\\t0\\tH1.demo.fail\\n'\n"
	" printf 'begins\\t0\\t\\nskips\\t0\\tH1.demo.pass\\nhangs\\t0\\t\\nis_slow\\t2\\t\\n'\n"
	" exit 0\n"
	"fi\n"
	"case $2 in\n"
	"passes|begins|is_slow) tell 'assertions\\t3\\ncases\\t0\\t0\\nend\\tok\\n';;\n"
	"fails) echo the log of the failure\n"
	" tell 'failed\\tall_test.c:7: 1 is not "
	"2\\nassertions\\t1\\ncases\\t0\\t0\\nend\\tfailed\\n'\n"
	" exit 1;;\n"
	"skips) tell 'skip\\tno such device\\tplug it "
	"in\\nassertions\\t0\\ncases\\t0\\t0\\nend\\tok\\n'\n"
	" exit 77;;\n"
	"hangs) sleep 50;;\n"
	"esac\n";

static const char fixture_table[] =
	"/* SPDX-License-Identifier: Apache-2.0 */\n"
	"#include \"../suite.h\"\n"
	"static void passes(void **state)\n{\n\tthe_body_of_passes();\n}\n"
	"const struct suite_test suite_tests[] = {\n"
	"\tTEST(passes, \"H1.demo.pass\"),\n"
	"\tTEST(fails, \"H1.demo.fail\"),\n"
	"\tTEST(skips, \"H1.demo.pass\"),\n"
	"\tTEST(hangs, \"\"),\n"
	"\tTEST(begins, \"\"),\n"
	"\tTEST_SLOW(is_slow, \"\"),\n"
	"\t{0},\n};\n";

/* fixture_open makes the tree; it is removed when the process ends. */
static inline void fixture_open(void)
{
	const char *tmp = getenv("TMPDIR");
	char facts[2 * PATH_MAX], command[2 * PATH_MAX];

	snprintf(fixture, sizeof(fixture), "%s/cli-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(fixture));
	atexit(fixture_close);
	fixture_file("source/impl/demo/CMakeLists.txt", "gng_subsystem(demo)\n");
	fixture_file("source/impl/demo/gng_demo.h", "\n");
	fixture_file("source/impl/demo/requirements.tsv",
		     "H1.demo.pass\tdemo 1\tIt passes.\nH1.demo.fail\tdemo 2\tIt fails.\n");
	fixture_file("source/conformance/demo/all_test.c", fixture_table);
	snprintf(facts, sizeof(facts),
		 "source\t%s/source\nbuild\trelease\ncompiler\tGNU 12\nrun-under\t\n"
		 "missing\tmirror\tlibglass is not installed: apt-get install libglass-dev\n",
		 fixture);
	fixture_file("build/gonogo.facts", facts);
	fixture_file("build/tests/conformance.demo.all", fixture_script);
	assert_int_equal(chmod(fixture_path("build/tests/conformance.demo.all"), 0755), 0);
	fixture_file("build/gonogo-hello", "#!/bin/sh\necho \"hello $*\"\nexit 7\n");
	assert_int_equal(chmod(fixture_path("build/gonogo-hello"), 0755), 0);
	snprintf(command, sizeof(command), "%s/gonogo", fixture_build_dir());
	fixture_copy(command, "build/gonogo");
}

/* fixture_run runs "gonogo ARGUMENTS" and returns its exit status; what it wrote is in the
 * files "stdout" and "stderr". */
static inline int fixture_run(const char *arguments)
{
	char command[4 * PATH_MAX];
	int status;

	snprintf(command, sizeof(command),
		 "cd %s && GNG_OUT=%s/out ./build/gonogo %s </dev/null >stdout 2>stderr", fixture,
		 fixture, arguments);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* fixture_expect checks that a file holds text. */
static inline void fixture_expect(const char *name, const char *text)
{
	char *held = fixture_read(name);
	const bool found = strstr(held, text) != NULL;

	if (!found)
		print_error("%s lacks \"%s\":\n%s\n", name, text, held);
	free(held);
	assert_true(found);
}

static inline void fixture_expect_end(const char *name, const char *text)
{
	char *held = fixture_read(name);
	const size_t len = strlen(held), text_len = strlen(text);
	const bool ends = len >= text_len && strcmp(held + len - text_len, text) == 0;

	if (!ends)
		print_error("%s does not end in \"%s\":\n%s\n", name, text, held);
	free(held);
	assert_true(ends);
}

#endif /* FIXTURE_H */
