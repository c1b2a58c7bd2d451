/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - gonogo history as it is typed: text, JSON, a damaged file, exit statuses. */
#include "archive.h"

/* say runs gonogo-history of this build; *said is what it wrote (caller frees). */
static int say(char **said, const char *options)
{
	char own[PATH_MAX] = "", *line;
	size_t len = 0;
	FILE *out;
	int status;

	assert_true(readlink("/proc/self/exe", own, sizeof(own) - 1) > 0);
	for (int i = 0; i < 2; i++)
		*strrchr(own, '/') = '\0';
	assert_true(asprintf(&line, "cd '%s' && '%s/gonogo-history' --out . %s 2>&1",
			     archive_folder, own, options) > 0);
	out = popen(line, "r");
	assert_non_null(out);
	*said = calloc(1, 1 << 16);
	len = fread(*said, 1, (1 << 16) - 1, out);
	assert_true(len < (1 << 16) - 1);
	status = pclose(out);
	free(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void expect(int status, const char *says, const char *options)
{
	char *said;
	const int is = say(&said, options);

	if (is != status || !strstr(said, says))
		fail_msg("%s: exit %d, not %d, or not '%s': %s", options, is, status, says, said);
	free(said);
}

static void history_shows_verdicts_and_what_moved(void **state)
{
	(void)state;
	archive_open();
	expect(2, "there is no history yet", "");
	archive_run(1, "GO", 4, 8);
	archive_run(2, "NO-GO", 2, 8.1);
	expect(0, "", "--add r1");
	expect(0, "No figure moved by 5 %", "");
	expect(0, "", "--add r2");
	expect(0, "NO-GO", "");
	expect(0, "2026-11-02T00:00  NO-GO    here     01234567       5       3        2", "");
	expect(0, "-50.0 % worse", "");
	expect(0, "rx      2      8   8.1  us    +1.2 % worse", "hwtests.a.c");
	expect(4, "No figure has such an id", "conformance");
	expect(4, "\"figures\": []", "--json conformance");
	expect(0, "\"signoffs\": [", "--json");
	expect(0, "\"previous\": 4.0", "--json");
}

static void history_keeps_a_damaged_file(void **state)
{
	(void)state;
	archive_open();
	archive_run(1, "GO", 4, 8);
	archive_write(GNG_HISTORY_FILE, "scribble, more than a header, but no page of a database");
	expect(99, "damaged; nothing was written", "");
	expect(99, "damaged; nothing was written", "--json");
	expect(0, "it is kept as ./history.sqlite.damaged-1", "--add r1");
	expect(0, "2026-11-01", "");
	assert_int_equal(access(archive_path(GNG_HISTORY_FILE ".damaged-1"), F_OK), 0);
	expect(99, "no summary of a sign-off", "--add none");
	expect(2, "unknown option", "--nonsense");
	expect(2, "one SELECT", "a b");
	expect(0, "usage: gonogo history", "--help");
}

/* What stands there and cannot be reached is not what nobody began. */
static void history_behind_a_broken_link_is_no_missing_one(void **state)
{
	static const char *const targets[] = {GNG_HISTORY_FILE, "nowhere"};

	(void)state;
	archive_open();
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		assert_int_equal(symlink(targets[i], archive_path(GNG_HISTORY_FILE)), 0);
		expect(99, "history.sqlite: the history cannot be reached: ", "");
		expect(99, "correct the link", "--json");
		assert_int_equal(unlink(archive_path(GNG_HISTORY_FILE)), 0);
	}
	expect(2, "there is no history yet", "");
}

const struct suite_test suite_tests[] = {
	TEST(history_shows_verdicts_and_what_moved, "H1.history.command H1.history.trend"),
	TEST(history_behind_a_broken_link_is_no_missing_one, "H1.history.damaged"),
	TEST(history_keeps_a_damaged_file, "H1.history.command H1.history.damaged"),
	{0},
};
