/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - a source tree of a few small files in a folder of its own, for the suites of the
 * plan. It is removed when the test's process ends, also after a failed assertion.
 */
#ifndef GAUGE_TREE_H
#define GAUGE_TREE_H

#include "../suite.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_gauge.h>

static char tree_folder[PATH_MAX / 2];

static inline int tree_remove_one(const char *path, const struct stat *about, int kind,
				  struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void tree_remove(void)
{
	nftw(tree_folder, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void tree_make(void)
{
	const char *tmp = getenv("TMPDIR");
	char made[PATH_MAX / 2];

	snprintf(made, sizeof(made), "%s/gonogo-tree-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(made));
	assert_non_null(realpath(made, tree_folder));
	assert_int_equal(atexit(tree_remove), 0);
	unsetenv("GNG_OUT");
}

/* tree_path returns the path of name in the tree; the next call overwrites it. */
static inline const char *tree_path(const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", tree_folder, name);
	return path;
}

/* tree_write makes the file and the folders above it. */
static inline void tree_write(const char *name, const char *text)
{
	char path[2 * PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s", tree_path(name));
	for (char *at = strchr(path + strlen(tree_folder) + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* tree_facts writes the facts of a build of this tree; more are further lines. */
static inline void tree_facts(const char *folder, const char *build, const char *more)
{
	char name[256], text[2 * PATH_MAX];

	snprintf(name, sizeof(name), "%s/gonogo.facts", folder);
	snprintf(text, sizeof(text), "%sbuild\t%s\nsource\t%s\ncompiler\tGNU 12.2.0\nrun-under\t\n",
		 more, build, tree_folder);
	tree_write(name, text);
}

/* tree_plant writes two builds (release, and asan that lacks libbpf) of four subsystems:
 * aes with two variants, and xdp on bpf on base. */
static inline void tree_plant(void)
{
	tree_make();
	tree_write("impl/base/CMakeLists.txt", "gng_subsystem(base)\n");
	tree_write("impl/aes/CMakeLists.txt",
		   "gng_subsystem(aes NEEDS base VARIANTS aesni portable)\n");
	tree_write("impl/bpf/CMakeLists.txt", "gng_subsystem(bpf NEEDS base REQUIRES libbpf)\n");
	tree_write("impl/xdp/CMakeLists.txt", "gng_subsystem(xdp NEEDS bpf)\n");
	tree_write("impl/aes/requirements.tsv", "C1.kat\tFIPS 197 C\tECB encrypts.\n"
						"C1.fast\tproject\tIt is fast.\n");
	tree_write("impl/bpf/requirements.tsv", "B1.load\tproject\tIt loads.\n");
	tree_write("conformance/aes/ecb_test.c",
		   "const struct suite_test suite_tests[] = {\n"
		   "\tTEST(ecb_refuses, \"\"),\n"
		   "\tTEST_EACH_VARIANT(ecb_encrypts, \"C1.kat\"),\n"
		   "\tTEST_SLOW(ecb_soaks, \"C1.kat\"),\n\t{0},\n};\n");
	tree_write("conformance/bpf/load_test.c",
		   "const struct suite_test suite_tests[] = {TEST(loads, \"B1.load\"), {0}};\n");
	tree_write("conformance/xdp/drop_test.c",
		   "const struct suite_test suite_tests[] = {TEST(drops, \"\"), {0}};\n");
	tree_write("hwtests/aes/seal_hw.c", "const struct suite_test suite_tests[] = {\n"
					    "\tTEST(seal_vs_evp, \"C1.fast\"),\n"
					    "\tTEST_LATENCY(seal_p99, \"C1.fast\"),\n\t{0},\n};\n");
	tree_write("hwtests/aes/seal.budget", "# limits\nseal_vs_evp >= 2.8 ratio *\n"
					      "seal_p99 <= 8 us lab\nseal_p99 <= 90 us *\n");
	tree_write("fuzz/aes/ecb_fuzz.c", "int LLVMFuzzerTestOneInput();\n");
	tree_write("fuzz/aes/ecb.seeds", "# requirements: C1.kat\n# cases: 1\nempty =\n");
	tree_facts("build", "release", "");
	tree_facts("build/asan", "asan",
		   "missing\tbpf\tlibbpf is not installed: apt-get install libbpf-dev\n");
}

/* tree_open opens the home and the plan of the planted tree. */
static inline struct gng_plan *tree_open(struct gng_home **home, const char *builds)
{
	struct gng_plan *plan = NULL;
	struct gng_why why = {0};

	if (gng_home_open(home, tree_path("build"), &why) != GNG_OK)
		fail_msg("%s", why.text);
	if (gng_plan_open(&plan, *home, builds, &why) != GNG_OK)
		fail_msg("%s", why.text);
	return plan;
}

static inline void tree_close(struct gng_plan *plan, struct gng_home *home)
{
	gng_plan_close(plan);
	gng_home_close(home);
}

/* tree_refuses expects that the plan cannot be opened, for a reason that has part in it. */
static inline void tree_refuses(enum gng_status status, const char *part)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = NULL;
	struct gng_why why = {0};

	assert_int_equal(gng_home_open(&home, tree_path("build"), &why), GNG_OK);
	assert_int_equal(gng_plan_open(&plan, home, "all", &why), status);
	assert_null(plan);
	assert_true((why.sys_errno != 0) == (why.status == GNG_ESYS));
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
	gng_home_close(home);
}

/* tree_num_open counts the descriptors of this process. */
static inline size_t tree_num_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t num = 0;

	assert_non_null(dir);
	while (readdir(dir))
		num++;
	closedir(dir);
	return num;
}

#endif /* GAUGE_TREE_H */
