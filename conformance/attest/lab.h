/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab.h - a lab of its own in a folder: a source tree of four tests whose programs are scripts,
 * under git, and a sign-off of it by the real planner, runner, gauge and report. The folder is
 * removed when the process ends.
 */
#ifndef ATTEST_LAB_H
#define ATTEST_LAB_H

#include "../suite.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_attest.h>
#include <gng_gauge.h>
#include <gng_hist.h>
#include <gng_noise.h>
#include <gng_signoff.h>

#define LAB_FLOOR_NS UINT64_C(10000000)

/* weak: the files of one program share them */
__attribute__((weak)) char lab_folder[PATH_MAX / 4];
__attribute__((weak)) char lab_commit[65];

static inline int lab_remove_one(const char *path, const struct stat *about, int kind,
				 struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void lab_remove(void)
{
	nftw(lab_folder, lab_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* lab_path returns the path of name in the lab; eight are good at a time. */
static inline const char *lab_path(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", lab_folder, name);
	return path;
}

static inline void lab_write(const char *name, const char *text, int mode)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s", lab_path(name));
	for (char *at = strchr(path + strlen(lab_folder) + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

/* lab_read_path returns the text of a file, lab_read of one in the lab (caller frees). */
static inline char *lab_read_path(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, (size_t)16 << 20);

	assert_non_null(file);
	assert_non_null(text);
	*len = fread(text, 1, ((size_t)16 << 20) - 1, file);
	assert_int_equal(fclose(file), 0);
	return text;
}

static inline char *lab_read(const char *name, size_t *len)
{
	return lab_read_path(lab_path(name), len);
}

/* lab_shell runs a command in the lab's folder and returns its exit status. */
static inline int lab_shell(const char *command)
{
	char *line;
	int status;

	assert_true(asprintf(&line, "cd '%s' && { %s; } >said 2>&1", lab_folder, command) > 0);
	status = system(line);
	free(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* ---- planting ---- */

#define LAB_END "printf 'assertions\\t3\\ncases\\t0\\t0\\nend\\tok\\n' >&3\n"

static inline void lab_plant_tests(void)
{
	lab_write("tree/impl/toy/CMakeLists.txt", "gng_subsystem(toy)\n", 0644);
	lab_write("tree/impl/toy/requirements.tsv", "T1.ok\tproject\tIt works.\n", 0644);
	lab_write("tree/docs/planned/later.tsv", "T2.later\tproject\tIt will work.\n", 0644);
	lab_write("tree/impl/signoff/tiny.profile",
		  "title a toy\ngrade lab\nname toy.ok.ok_works\npresent\n", 0644);
	lab_write("tree/conformance/toy/ok_test.c",
		  "const struct suite_test suite_tests[] = {\n"
		  "\tTEST(ok_works, \"T1.ok\"),\n\tTEST(ok_skips, \"\"),\n\t{0},\n};\n",
		  0644);
	lab_write("tree/hwtests/toy/fast_hw.c",
		  "const struct suite_test suite_tests[] = {\n\tTEST(fast_ratio, \"\"),\n"
		  "\tTEST_LATENCY(rx_p99, \"\"),\n\t{0},\n};\n",
		  0644);
	lab_write("tree/hwtests/toy/fast.budget", "fast_ratio >= 2 ratio *\nrx_p99 <= 1e9 us *\n",
		  0644);
	lab_write("tree/vectors/toy/a.vec", "# source: here\n# cases: 0\n", 0644);
	lab_write("tree/fuzz/toy/kept.dict", "\"a\"\n", 0644);
	lab_write("tree/.gitignore", "build\nout\n", 0644);
}

static inline void lab_plant_programs(void)
{
	struct gng_hist *hist;
	char *text, *script;

	assert_int_equal(gng_hist_open(&hist, 1, 1000000000, 3), GNG_OK);
	gng_hist_record_n(hist, 5000, 1000);
	assert_int_equal(gng_hist_encode(&text, hist, NULL), GNG_OK);
	gng_hist_close(hist);
	lab_write("tree/build/tests/conformance.toy.ok",
		  "#!/bin/sh\n[ \"$1\" = --list ] && {"
		  " printf 'ok_works\\t0\\tT1.ok\\nok_skips\\t0\\t\\n'; exit 0; }\n"
		  "[ \"$2\" = ok_skips ] && { printf 'skip\\tno such card\\tbuy one\\nend\\tok\\n'"
		  " >&3; exit 77; }\necho it works\n" LAB_END,
		  0755);
	assert_true(asprintf(&script,
			     "#!/bin/sh\n[ \"$1\" = --list ] && {"
			     " printf 'fast_ratio\\t0\\t\\nrx_p99\\t4\\t\\n'; exit 0; }\n"
			     "[ \"$2\" = rx_p99 ] && printf 'measure\\trx_p99\\t5\\tus\\t1000\\tnan"
			     "\\tnan\\t0.99\\t%s\\n' >&3\n"
			     "[ \"$2\" = fast_ratio ] && printf 'measure\\tfast_ratio\\t3\\tratio"
			     "\\t5\\t2.9\\t3.1\\t0\\t\\t2.9\\t3\\t3\\t3.1\\t3.2\\n' >&3\n" LAB_END,
			     text) > 0);
	lab_write("tree/build/tests/hwtests.toy.fast", script, 0755);
	free(script);
	free(text);
}

/* lab_open makes the tree and, if there is git, commits it: lab_commit is "" else. */
static inline void lab_open(void)
{
	const char *tmp = getenv("TMPDIR");
	char *facts, made[PATH_MAX / 4], *head;
	size_t len;

	snprintf(made, sizeof(made), "%s/gonogo-lab-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(made));
	assert_non_null(realpath(made, lab_folder));
	assert_int_equal(atexit(lab_remove), 0);
	unsetenv("GNG_OUT");
	lab_plant_tests();
	lab_plant_programs();
	assert_true(asprintf(&facts,
			     "build\trelease\nsource\t%s/tree\ncompiler\tGNU 12\nlinker\tGNU ld "
			     "2.40\nrun-under\t\n",
			     lab_folder) > 0);
	lab_write("tree/build/gonogo.facts", facts, 0644);
	free(facts);
	if (lab_shell("cd tree && git init -q && git add . && git -c user.name=lab -c "
		      "user.email=lab@lab -c commit.gpgsign=false commit -qm lab && git rev-parse "
		      "HEAD >../head") != 0)
		return;
	head = lab_read("head", &len);
	snprintf(lab_commit, sizeof(lab_commit), "%.*s", (int)strcspn(head, "\n"), head);
	free(head);
}

/* lab_program returns where a program of this build is (eight paths are good at a time). */
static inline const char *lab_program(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];
	const ssize_t len = readlink("/proc/self/exe", path, PATH_MAX / 2);

	assert_true(len > 0);
	path[len] = '\0';
	for (int i = 0; i < 2; i++)
		*strrchr(path, '/') = '\0';
	snprintf(path + strlen(path), PATH_MAX / 2, "/%s", name);
	return path;
}

static inline bool lab_is_built(const char *name)
{
	return access(lab_program(name), X_OK) == 0;
}

/* lab_install puts programs of this build, NULL at the end, beside the lab's own facts. */
static inline void lab_install(const char *const *names)
{
	char *line;

	for (; *names; names++) {
		assert_true(asprintf(&line, "cp '%s' tree/build/", lab_program(*names)) > 0);
		assert_int_equal(lab_shell(line), 0);
		free(line);
	}
}

/* lab_expect runs a command and requires its exit status and a part of what it says. */
static inline void lab_expect(int status, const char *says, const char *command)
{
	const int is = lab_shell(command);
	size_t len;
	char *said = lab_read("said", &len);

	if (is != status || !strstr(said, says))
		fail_msg("%s: exit %d, not %d, or not '%s': %s", command, is, status, says, said);
	free(said);
}

/* ---- a sign-off ---- */

static inline void lab_summary(const struct gng_signoff *signoff)
{
	char *text = gng_signoff_summary(signoff), *line;

	assert_non_null(text);
	assert_true(asprintf(&line, "%s\n", text) > 0);
	lab_write("run/summary.json", line, 0644);
	free(line);
	free(text);
}

static inline void lab_records(struct gng_record **records, size_t *num,
			       const struct gng_plan *plan)
{
	char *text = NULL, *line;
	size_t len, strangers;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < *num; i++) {
		line = gng_record_json(&(*records)[i]);
		fprintf(out, "%s\n", line);
		free(line);
	}
	fclose(out);
	lab_write("run/records.jsonl", text, 0644);
	free(text);
	gng_records_free(*records, *num);
	assert_int_equal(gng_records_read(records, num, &strangers, plan,
					  lab_path("run/records.jsonl"), NULL),
			 GNG_OK);
}

/* lab_floor says to the runner what the floor before the run is. */
static inline double lab_floor(const void *context, double quantile)
{
	return gng_signoff_floor_ns(context, quantile);
}

static inline void lab_write_run(struct gng_signoff *signoff, struct gng_home *home,
				 struct gng_plan *plan)
{
	const struct gng_floor floor = {.at = lab_floor, .context = signoff};
	const struct gng_run_options options = {.home = home,
						.plan = plan,
						.dir = lab_path("run"),
						.num_jobs = 2,
						.num_repeat = 1,
						.budget_scale = 1.0,
						.floor = &floor};
	struct gng_record *records = NULL;
	struct gng_tally tally;
	size_t num = 0;

	assert_int_equal(gng_plan_write(plan, lab_path("run/plan.json"), NULL), GNG_OK);
	assert_int_equal(gng_run(&records, &num, &options, NULL), GNG_OK);
	gng_signoff_rejudge(records, num, signoff);
	lab_records(&records, &num, plan);
	assert_int_equal(gng_tally_records(&tally, plan, records, num, false, NULL), GNG_OK);
	signoff->records = records;
	signoff->num_records = num;
	signoff->tally = &tally;
	assert_int_equal(gng_junit_write(lab_path("run/report.junit.xml"), records, num, NULL),
			 GNG_OK);
	assert_int_equal(gng_ktap_write(lab_path("run/report.ktap"), records, num, NULL), GNG_OK);
	lab_summary(signoff);
	assert_int_equal(gng_signoff_report_write(lab_path("run/index.html"), signoff, NULL),
			 GNG_OK);
	gng_records_free(records, num);
}

/* lab_run runs the tests and writes the files of a sign-off to run/, as gonogo-signoff does. */
static inline struct gng_home *lab_run(void)
{
	struct gng_home *home;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_machine machine;
	struct gng_signoff_item item;
	struct gng_noise before, after;
	struct gng_signoff signoff = {.id = "signoff-20261124T000000.000Z-1",
				      .command = "gonogo signoff --profile tiny",
				      .version = "0.1.0",
				      .started = "2026-11-24T00:00:00Z",
				      .seconds = 1.5};

	assert_int_equal(gng_home_open(&home, lab_path("tree/build"), NULL), GNG_OK);
	assert_int_equal(gng_plan_open(&plan, home, NULL, NULL), GNG_OK);
	assert_int_equal(gng_profile_apply(&profile, plan, home, "tiny", NULL), GNG_OK);
	assert_int_equal(gng_machine_read(&machine, "", "GNU 12", NULL), GNG_OK);
	gng_signoff_item_read(&item, home->source);
	assert_int_equal(gng_noise_measure(&before, LAB_FLOOR_NS, NULL), GNG_OK);
	assert_int_equal(gng_noise_measure(&after, LAB_FLOOR_NS, NULL), GNG_OK);
	signoff.grade = gng_signoff_grade(&profile, &machine);
	signoff.profile = &profile;
	signoff.plan = plan;
	signoff.machine = &machine;
	signoff.item = &item;
	signoff.before = &before;
	signoff.after = &after;
	mkdir(lab_path("run"), 0777);
	lab_write_run(&signoff, home, plan);
	gng_noise_fini(&before);
	gng_noise_fini(&after);
	gng_machine_fini(&machine);
	gng_plan_close(plan);
	return home;
}

/* ---- keys ---- */

/* lab_key makes NAME.pem and NAME.pub and returns the private and the public half. */
struct lab_key {
	struct gng_attest_key *secret, *public;
};

static inline struct lab_key lab_key(const char *name, enum gng_attest_algorithm algorithm)
{
	struct lab_key key;
	char file[64], *text;

	assert_int_equal(gng_attest_key_new(&key.secret, algorithm, NULL), GNG_OK);
	snprintf(file, sizeof(file), "%s.pem", name);
	assert_int_equal(gng_attest_key_save(key.secret, lab_path(file), NULL), GNG_OK);
	snprintf(file, sizeof(file), "%s.pub", name);
	text = gng_attest_key_public(key.secret);
	assert_non_null(text);
	lab_write(file, text, 0644);
	free(text);
	assert_int_equal(gng_attest_key_open(&key.public, lab_path(file), false, NULL), GNG_OK);
	return key;
}

static inline void lab_key_close(struct lab_key *key)
{
	gng_attest_key_close(key->secret);
	gng_attest_key_close(key->public);
}

/* lab_sign runs the lab and signs with the keys (NULL at the end of the list). */
static inline void lab_sign(const struct gng_attest_key *const *keys, size_t num_keys)
{
	struct gng_home *home = lab_run();
	struct gng_why why = {0};

	if (gng_attest_write(lab_path("run"), home, keys, num_keys, &why) != GNG_OK)
		fail_msg("not signed: %s", why.text);
	gng_home_close(home);
}

#endif /* ATTEST_LAB_H */
