/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiny.h - a source tree with one small subsystem, which the real build compiles and judges.
 * One function is tested well, one badly and one not at all.
 */
#ifndef MUTANTS_TINY_H
#define MUTANTS_TINY_H

#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../impl/mutants/mutants_files.h"

static const char tiny_c[] = "/* tiny.c */\n"
			     "#include <gng_tiny.h>\n"
			     "#include \"tiny_half.h\"\n"
			     "int gng_tiny_twice(int x)\n"
			     "{\n"
			     "\treturn x * 2;\n"
			     "}\n"
			     "\n"
			     "int gng_tiny_more(int x)\n"
			     "{\n"
			     "\tunsigned int zero = 0;\n"
			     "\n"
			     "\tif (zero > 0u)\n"
			     "\t\tx--;\n"
			     "\treturn x + 1;\n"
			     "}\n"
			     "\n"
			     "int gng_tiny_never(int x)\n"
			     "{\n"
			     "\treturn x - 1;\n"
			     "}\n"
			     "\n"
			     "int gng_tiny_half(int x)\n"
			     "{\n"
			     "\treturn tiny_half(x);\n"
			     "}\n"
			     "\n"
			     "int gng_tiny_child(int x)\n"
			     "{\n"
			     "\treturn x + 1;\n"
			     "}\n"
			     "\n"
			     "int gng_tiny_fatal(void)\n"
			     "{\n"
			     "\treturn 0;\n"
			     "}\n"
			     "_Static_assert(1 == 1, \"one\");\n"
			     "#ifdef __OPTIMIZE__\n"
			     "int gng_tiny_optimised(void)\n"
			     "{\n"
			     "\treturn 1;\n"
			     "}\n"
			     "#else\n"
			     "int gng_tiny_optimised(void) { return 0; }\n"
			     "#endif\n";

static const char tiny_half[] = "static inline int tiny_half(int x)\n"
				"{\n"
				"\treturn x / 2;\n"
				"}\n";

static const char tiny_test[] =
	"#include \"../suite.h\"\n"
	"#include <gng_tiny.h>\n"
	"#include <signal.h>\n"
	"#include <stdlib.h>\n"
	"#include <sys/wait.h>\n"
	"#include <unistd.h>\n"
	"static void twice_doubles(void **state)\n"
	"{\n"
	"\t(void)state;\n"
	"\tassert_int_equal(gng_tiny_twice(3), 6);\n"
	"\tassert_int_equal(gng_tiny_half(8), 4);\n"
	"\tif (gng_tiny_fatal() && atoi(getenv(\"GNG_RUN\")) > 1)\n"
	"\t\tkill(atoi(getenv(\"GNG_RUN\")), SIGKILL); /* who runs this test */\n"
	"\tint status;\n"
	"\tconst pid_t pid = fork();\n"
	"\tif (pid == 0)\n"
	"\t\t_exit(gng_tiny_child(3));\n"
	"\tassert_int_equal(waitpid(pid, &status, 0), pid);\n"
	"\tassert_int_equal(WEXITSTATUS(status), 4);\n"
	"\tassert_true(gng_tiny_more(1) > -9); /* asserts next to nothing */\n"
	"\tassert_true(gng_tiny_optimised() || getenv(\"GNG_COUNTED\"));\n"
	"}\n"
	"const struct suite_test suite_tests[] = {\n"
	"\tTEST(twice_doubles, \"H1.tiny.twice\"),\n"
	"\t{0},\n"
	"};\n";

static char *tiny_tree; /* the runner removes it with TMPDIR */

static inline void tiny_put(const char *name, const char *text)
{
	char *path = mutants_format("%s/%s", tiny_tree, name), *folder = strdup(path);

	*strrchr(folder, '/') = '\0';
	assert_int_equal(mutants_make_folder(folder, NULL), GNG_OK);
	assert_int_equal(mutants_write(path, text, NULL), GNG_OK);
	free(folder);
	free(path);
}

/* tiny_copy takes a part of the real tree, so that the real build judges the small subsystem. */
static inline void tiny_copy(const char *name)
{
	char *from = mutants_format("%s/../%s", getenv("GNG_VECTORS"), name);
	char *to = mutants_format("%s/%s", tiny_tree, name),
	     *log = mutants_format("%s/log", tiny_tree);
	const char *argv[] = {"cp", "-a", from, to, NULL};

	assert_int_equal(mutants_run(argv, NULL, log), 0);
	free(from);
	free(to);
	free(log);
}

/* tiny_keep_cache: what a compiler makes of the copied parts is the same each time, and half of the
 * work. ccache(1) keeps it beside the build, since a test's home is empty, and leaves the name of a
 * test's own folder out of what it compares. */
static inline void tiny_keep_cache(void)
{
	const char *build = getenv("GNG_BUILD_DIR");
	char *cache;

	if (!build || access(build, W_OK) != 0)
		return;
	cache = mutants_format("%s/ccache", build);
	mkdir(cache, 0777); /* a shield lets nobody make it later */
	setenv("CCACHE_DIR", cache, 0);
	setenv("CCACHE_BASEDIR", getenv("TMPDIR"), 1);
	free(cache);
}

static inline void tiny_make(void)
{
	static const char *const parts[] = {"CMakeLists.txt",
					    "cmake",
					    "ci",
					    "impl/base",
					    "impl/vec",
					    "impl/probe",
					    "conformance/suite.c",
					    "conformance/suite.h"};
	char *facts;

	tiny_keep_cache();
	tiny_tree = mutants_format("%s/tree", getenv("TMPDIR"));
	tiny_put("impl/tiny/CMakeLists.txt", "gng_subsystem(tiny NEEDS base)\n");
	tiny_put(
		"impl/tiny/gng_tiny.h",
		"#ifndef T\n#define T\nint gng_tiny_twice(int x);\n"
		"int gng_tiny_more(int x);\nint gng_tiny_never(int x);\nint gng_tiny_half(int x);\n"
		"int gng_tiny_child(int x);\nint gng_tiny_fatal(void);\n"
		"int gng_tiny_optimised(void);\n"
		"#endif\n");
	tiny_put("impl/tiny/tiny_half.h", tiny_half);
	tiny_put("impl/tiny/tiny_other.h", tiny_half); /* which nothing includes */
	tiny_put("impl/tiny/tiny.c", tiny_c);
	tiny_put("impl/tiny/requirements.tsv", "H1.tiny.twice\ttiny\tTwice doubles.\n");
	tiny_put("conformance/tiny/value_test.c", tiny_test);
	tiny_put("fuzz/none", "");
	tiny_put("hwtests/none", "");
	tiny_put("vectors/none", "");
	tiny_put("docs/none", "");
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		tiny_copy(parts[i]);
	/* nobody tests those here */
	tiny_put("impl/base/requirements.tsv", "");
	tiny_put("impl/vec/requirements.tsv", "");
	tiny_put("impl/probe/requirements.tsv", "");
	facts = mutants_format("source\t%s\nbuild\trelease\ncompiler\tany\nrun-under\t\n",
			       tiny_tree);
	tiny_put("build/gonogo.facts", facts);
	free(facts);
}

static inline bool tiny_can_build(void)
{
	static const char *const tools[] = {"cmake", "ninja", "gcov", "cc"};

	for (size_t i = 0; i < COUNT_OF(tools); i++) {
		const char *argv[] = {tools[i], "--version", NULL};
		char *text = mutants_capture(argv, NULL);

		if (!text) {
			gng_probe_skip("cmake, ninja, gcov and cc are needed to build a mutant",
				       "apt-get install cmake ninja-build gcc");
			return false;
		}
		free(text);
	}
	return true;
}

#endif /* MUTANTS_TINY_H */
