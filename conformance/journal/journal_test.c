/* SPDX-License-Identifier: Apache-2.0 */
/* journal_test.c - changes are undone newest first, by their process or after its death. */
#include "../suite.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_journal.h>
#include <journal_file.h>

static char root[PATH_MAX / 2];

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_root(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* in_root returns the path of name; the last four live. */
static const char *in_root(const char *name)
{
	static char paths[4][PATH_MAX];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", root, name);
	return path;
}

static void open_root(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/gonogo-journal-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(root));
	assert_int_equal(atexit(remove_root), 0);
	setenv("GNG_JOURNAL", in_root("journals"), 1);
}

static void make_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static struct gng_journal *open_journal(void)
{
	struct gng_journal *journal = NULL;
	struct gng_why why = {0};

	if (gng_journal_open(&journal, &why) != GNG_OK)
		fail_msg("%s", why.text);
	return journal;
}

static void note(struct gng_journal *journal, enum gng_journal_kind kind, const char *what)
{
	struct gng_why why = {0};

	if (gng_journal_note(journal, kind, what, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

/* ---- closing ---- */

static void close_undoes_newest_first(void **state)
{
	struct gng_journal *journal;

	(void)state;
	open_root();
	journal = open_journal();
	note(journal, GNG_JOURNAL_FOLDER, in_root("gonogo-a"));
	assert_int_equal(mkdir(in_root("gonogo-a"), 0700), 0);
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-b"));
	make_file(in_root("gonogo-b"), "b");
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-a/of-ours"));
	make_file(in_root("gonogo-a/of-ours"), "");
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-never-made"));
	assert_int_equal(mkdir(in_root("plain"), 0700), 0); /* reached by a link that goes later */
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-link"));
	assert_int_equal(symlink("plain", in_root("gonogo-link")), 0);
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-link/file"));
	make_file(in_root("gonogo-link/file"), "");
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
	assert_false(exists(in_root("gonogo-a")));
	assert_false(exists(in_root("gonogo-b")));
	assert_false(exists(in_root("gonogo-link")));
	assert_false(exists(in_root("plain/file")));
	assert_int_equal(rmdir(in_root("journals")), 0); /* the journal itself is gone too */
}

static void nothing_is_noted_in_no_journal(void **state)
{
	(void)state;
	assert_int_equal(gng_journal_note(NULL, GNG_JOURNAL_FILE, "/nonexistent/passwd", NULL),
			 GNG_OK);
	assert_int_equal(gng_journal_close(NULL, NULL), GNG_OK);
}

static void what_cannot_be_undone_keeps_its_journal(void **state)
{
	struct gng_journal *journal;
	struct gng_why why = {0};

	(void)state;
	open_root();
	journal = open_journal();
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-a"));
	assert_int_equal(mkdir(in_root("gonogo-a"), 0700), 0); /* not the file that was noted */
	assert_int_equal(gng_journal_close(journal, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "gonogo-a cannot be undone: "));
	assert_int_not_equal(rmdir(in_root("journals")), 0);
}

/* ---- noting ---- */

static void refused(struct gng_journal *journal, enum gng_journal_kind kind, const char *what)
{
	struct gng_why why = {0};

	assert_int_equal(gng_journal_note(journal, kind, what, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "no journal may hold the"));
}

static void only_our_names_and_values_are_noted(void **state)
{
	struct gng_journal *journal;

	(void)state;
	open_root();
	journal = open_journal();
	refused(journal, GNG_JOURNAL_FOLDER, "/nonexistent");
	refused(journal, GNG_JOURNAL_FOLDER, "/tmp/gonogo-a/../../nonexistent");
	refused(journal, GNG_JOURNAL_FOLDER, "/tmp/gonogo-a/..");
	refused(journal, GNG_JOURNAL_FOLDER, "tmp/gonogo");
	refused(journal, GNG_JOURNAL_FILE, "/tmp//gonogo");
	refused(journal, GNG_JOURNAL_FILE, "/tmp/gonogo\nfolder");
	refused(journal, GNG_JOURNAL_MOUNT, "/nonexistent");
	refused(journal, GNG_JOURNAL_NETNS, "default");
	refused(journal, GNG_JOURNAL_NETNS, "gonogo/../x");
	refused(journal, GNG_JOURNAL_INTERFACE, "gonogo-far-too-long");
	refused(journal, GNG_JOURNAL_VALUE, "/nonexistent/passwd");
	refused(journal, GNG_JOURNAL_VALUE, "/proc/sys/../nonexistent");
	refused(journal, GNG_JOURNAL_PROCESS, "0");
	refused(journal, GNG_JOURNAL_PROCESS, "-1");
	refused(journal, GNG_JOURNAL_PROCESS, NULL);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

static void folder_of_others_is_not_trusted(void **state)
{
	struct gng_journal *journal = NULL;
	struct gng_why why = {0};

	(void)state;
	open_root();
	assert_int_equal(mkdir(in_root("journals"), 0777), 0);
	assert_int_equal(chmod(in_root("journals"), 0777), 0);
	assert_int_equal(gng_journal_open(&journal, &why), GNG_EPERM);
	assert_non_null(strstr(why.text, "others could write journals there"));
	make_file(in_root("gonogo-a"), "");
	make_file(in_root("journals/9-9-0.journal"), "");
	assert_int_equal(gng_journal_left(NULL, NULL), 0);
}

/* ---- the dead ---- */

/* leave lets a child note and make a file and a folder, and die without a word. */
static void leave(const char *file, const char *folder)
{
	const pid_t child = fork();
	struct gng_journal *journal;
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		journal = open_journal();
		note(journal, GNG_JOURNAL_FOLDER, folder);
		mkdir(folder, 0700);
		note(journal, GNG_JOURNAL_FILE, file);
		make_file(file, "");
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static char seen[1024];

static void on_found(void *context, const struct gng_journal_change *change)
{
	const size_t len = strlen(seen);

	(void)context;
	snprintf(seen + len, sizeof(seen) - len, "%s %s\n", gng_journal_kind_name(change->kind),
		 strrchr(change->what, '/') + 1);
}

static void on_undone(void *context, const struct gng_journal_change *change, int error)
{
	*(int *)context += error == 0;
	on_found(NULL, change);
}

static void dead_are_recovered_and_living_left_alone(void **state)
{
	struct gng_journal *journal;
	int undone = 0;

	(void)state;
	open_root();
	leave(in_root("gonogo-file"), in_root("gonogo-folder"));
	journal = open_journal();
	note(journal, GNG_JOURNAL_FILE, in_root("gonogo-living"));
	make_file(in_root("gonogo-living"), "");
	assert_int_equal(gng_journal_left(on_found, NULL), 2);
	assert_string_equal(seen, "file gonogo-file\nfolder gonogo-folder\n"); /* newest first */
	assert_true(exists(in_root("gonogo-file")));
	assert_int_equal(gng_journal_recover(on_undone, &undone), 0);
	assert_int_equal(undone, 2);
	assert_false(exists(in_root("gonogo-file")));
	assert_false(exists(in_root("gonogo-folder")));
	assert_true(exists(in_root("gonogo-living")));
	assert_int_equal(gng_journal_left(NULL, NULL), 0);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
	assert_int_equal(rmdir(in_root("journals")), 0);
}

/* write_journal writes one by hand: owner is "pid start boot", with tabs between. */
static void write_journal(const char *owner, const char *lines)
{
	char text[2048];

	mkdir(in_root("journals"), 0700);
	snprintf(text, sizeof(text), "gonogo/journal/1\t%s\n%s", owner, lines);
	make_file(in_root("journals/7-7-0.journal"), text);
}

/* The later of two has noted what the earlier one had written: the value of the first is the last
 * to come back. */
static void journals_are_taken_newest_first(void **state)
{
	static const char *const names[] = {"journals/9-20-0.journal", "journals/7-100-0.journal",
					    "journals/8-3-0.journal", "journals/6-20-1.journal"};
	char name[32], text[2048];

	(void)state;
	open_root();
	mkdir(in_root("journals"), 0700);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "gonogo-%zu", i);
		make_file(in_root(name), "");
		snprintf(text, sizeof(text), "gonogo/journal/1\t7\t7\tunknown\nfile\t%s\t\n",
			 in_root(name));
		make_file(in_root(names[i]), text);
	}
	seen[0] = '\0';
	assert_int_equal(gng_journal_left(on_found, NULL), COUNT_OF(names));
	assert_string_equal(seen, "file gonogo-1\nfile gonogo-0\nfile gonogo-3\nfile gonogo-2\n");
}

static void forged_change_undoes_nothing(void **state)
{
	(void)state;
	open_root();
	write_journal("7\t7\tunknown", "file\t/tmp/../nonexistent/gonogo\t\n");
	assert_int_equal(gng_journal_left(NULL, NULL), 0);
	assert_int_equal(gng_journal_recover(NULL, NULL), 0);
	assert_true(exists(in_root("journals/7-7-0.journal"))); /* nobody can tell what it is */
	assert_int_equal(gng_journal_undo(&(struct gng_journal_change){GNG_JOURNAL_FOLDER,
								       "/nonexistent", ""}),
			 EPERM);
}

/* A value of another boot must not be written over today's; files are still there. */
static void reboot_ends_all_but_files(void **state)
{
	char lines[2 * PATH_MAX];

	(void)state;
	open_root();
	make_file(in_root("gonogo-file"), "");
	snprintf(lines, sizeof(lines), "file\t%s\t\nvalue\t/proc/sys/vm/swappiness\t-7\n",
		 in_root("gonogo-file"));
	write_journal("1\t1\tanother-boot", lines);
	assert_int_equal(gng_journal_left(on_found, NULL), 1);
	assert_string_equal(seen, "file gonogo-file\n");
	assert_int_equal(gng_journal_recover(NULL, NULL), 0);
	assert_false(exists(in_root("gonogo-file")));
}

/* ---- the text ---- */

static void parse_refuses(const char *text, const char *part)
{
	char *copy = strdup(text);
	struct journal_text parsed;
	struct gng_why why = {0};

	assert_int_equal(journal_parse(&parsed, "j", copy, &why), GNG_EFORMAT);
	if (!strstr(why.text, part))
		fail_msg("'%s' lacks '%s'", why.text, part);
	free(copy);
}

#define HEAD "gonogo/journal/1\t7\t8\tabc\n"

static void journals_are_read_up_to_a_kill(void **state)
{
	char text[] = HEAD "file\t/tmp/gonogo-a\t\nvalue\t/proc/sys/vm/x\t5\nfolder\t/tmp/gon";
	struct journal_text parsed;

	(void)state;
	assert_int_equal(journal_parse(&parsed, "j", text, NULL), GNG_OK);
	assert_int_equal(parsed.owner.pid, 7);
	assert_int_equal(parsed.num, 2);
	assert_int_equal(parsed.changes[1].kind, GNG_JOURNAL_VALUE);
	assert_string_equal(parsed.changes[1].before, "5");
	free(parsed.changes);
	parse_refuses("", "j:1: it is no journal");
	parse_refuses("gonogo/journal/2\t7\t8\tabc\n", "j:1: it is no journal");
	parse_refuses(HEAD "file\t/tmp/gonogo-a\n", "j:2: it is no change");
	parse_refuses(HEAD "file\t/tmp/gonogo-a\t\tx\n", "j:2: it is no change");
	parse_refuses(HEAD "file\t/tmp/gonogo-a\t\nfile\t/etc/passwd\t\n", "j:3: it is no change");
	parse_refuses(HEAD "thing\t/tmp/gonogo-a\t\n", "j:2: it is no change");
}

static void start_time_names_a_process(void **state)
{
	const pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(0);
	assert_true(gng_journal_start_time(getpid()) > 0);
	assert_true(gng_journal_start_time(getpid()) >= gng_journal_start_time(1));
	while (gng_journal_start_time(child)) /* a zombie until it is waited for */
		usleep(1000);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(gng_journal_start_time(child) == 0);
}

#define CHOICES "/sys/kernel/mm/transparent_hugepage/enabled"

/* A file of choices, as "always [madvise] never", takes the word and refuses the text that it
 * gives. What is there is written back: nothing changes. */
static void a_choice_comes_back_as_its_word(void **state)
{
	char before[256] = "", after[256] = "";
	const struct gng_journal_change change = {GNG_JOURNAL_VALUE, CHOICES, before};
	FILE *file = fopen(CHOICES, "re");
	int error;

	(void)state;
	if (!file || !fgets(before, sizeof(before), file) || access(CHOICES, W_OK) != 0) {
		if (file)
			fclose(file);
		gng_probe_skip(CHOICES " cannot be written", "run it as root");
		return;
	}
	fclose(file);
	before[strcspn(before, "\n")] = '\0';
	error = gng_journal_undo(&change);
	if (error == EROFS || error == EACCES || error == EPERM) {
		gng_probe_skip(CHOICES " cannot be written", "run it as root");
		return;
	}
	assert_int_equal(error, 0);
	file = fopen(CHOICES, "re");
	assert_non_null(file);
	assert_non_null(fgets(after, sizeof(after), file));
	fclose(file);
	after[strcspn(after, "\n")] = '\0';
	assert_string_equal(after, before);
}

const struct suite_test suite_tests[] = {
	TEST(close_undoes_newest_first, "H1.journal.close"),
	TEST(nothing_is_noted_in_no_journal, "H1.journal.note"),
	TEST(what_cannot_be_undone_keeps_its_journal, "H1.journal.close"),
	TEST(only_our_names_and_values_are_noted, "H1.journal.note"),
	TEST(folder_of_others_is_not_trusted, "H1.journal.trust"),
	TEST(dead_are_recovered_and_living_left_alone, "H1.journal.recover"),
	TEST(journals_are_taken_newest_first, "H1.journal.recover"),
	TEST(forged_change_undoes_nothing, "H1.journal.trust"),
	TEST(reboot_ends_all_but_files, "H1.journal.recover"),
	TEST(journals_are_read_up_to_a_kill, "H1.journal.parse"),
	TEST(start_time_names_a_process, "H1.journal.recover"),
	TEST(a_choice_comes_back_as_its_word, "H1.journal.close"),
	{0},
};
