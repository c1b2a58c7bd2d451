/* SPDX-License-Identifier: Apache-2.0 */
/* show.c - `gonogo show ID`: one test from requirement to last log, or one requirement. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BODY_LINES 60 /* STYLE.md: no function is longer */
#define LOG_LINES 20

/* ---- requirements ---- */

static const struct gng_requirement *requirement_of(const struct gng_plan *plan, const char *id,
						    size_t len)
{
	for (size_t i = 0; i < plan->num_requirements; i++)
		if (strlen(plan->requirements[i].id) == len &&
		    memcmp(plan->requirements[i].id, id, len) == 0)
			return &plan->requirements[i];
	return NULL;
}

static void print_requirement(const struct gng_requirement *requirement)
{
	printf("%s  (%s)\n", requirement->id, requirement->clause);
	gng_term_wrap(stdout, 2, requirement->text);
	if (requirement->planned)
		printf("  planned in %s:%d, and not built\n", requirement->file, requirement->line);
}

static void print_requirements(const struct gng_plan *plan, const struct gng_test *test)
{
	const char *id = test->requirements;

	for (size_t len; *(id += strspn(id, " ")); id += len) {
		const struct gng_requirement *requirement;

		len = strcspn(id, " ");
		requirement = requirement_of(plan, id, len);
		if (requirement)
			print_requirement(requirement);
	}
}

/* ---- source ---- */

static bool defines(const char *line, const char *function)
{
	const char *name = strstr(line, function);
	const size_t len = strlen(function);

	return name && name > line && !isspace((unsigned char)*line) && name[len] == '(' &&
	       (name[-1] == ' ' || name[-1] == '*') && !strchr(line, ';');
}

/* print_body prints the function from its head to the brace that closes it in column 0. */
static void print_body(const char *path, const char *function)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	int number = 0, printed = 0;

	if (!file) {
		printf("  %s: %s\n", path, strerror(errno));
		return;
	}
	while (printed < MAX_BODY_LINES && getline(&line, &cap, file) > 0) {
		number++;
		if (!printed && !defines(line, function))
			continue;
		printf("%5d  %s", number, line);
		printed++;
		if (*line == '}')
			break;
	}
	free(line);
	fclose(file);
}

static void print_source(const struct gng_home *home, const struct gng_test *test)
{
	char *path;

	printf("source  %s:%d\n", test->file, test->line);
	if (asprintf(&path, "%s/%s", home->source, test->file) < 0)
		return;
	if (strcmp(test->suite, "fuzz") != 0)
		print_body(path, test->function);
	free(path);
}

/* ---- last result ---- */

static void print_tail(const char *path)
{
	char *lines[LOG_LINES] = {NULL};
	FILE *file = fopen(path, "r");
	size_t cap[LOG_LINES] = {0}, num = 0;

	while (file && getline(&lines[num % LOG_LINES], &cap[num % LOG_LINES], file) > 0)
		num++;
	for (size_t i = num > LOG_LINES ? num - LOG_LINES : 0; i < num; i++)
		printf("       | %s", lines[i % LOG_LINES]);
	for (size_t i = 0; i < LOG_LINES; i++)
		free(lines[i]);
	if (file)
		fclose(file);
}

static void print_last(const struct cli_session *session, const struct gng_test *test)
{
	const struct gng_record *last = cli_last_of(session, test);
	char time[GNG_TERM_FIGURE_CAP], *path;
	struct gng_term term;

	if (!last)
		return;
	gng_term_init(&term, stdout);
	printf("last    %s  %s, %llu assertions, %llu cases\n", last->started,
	       gng_term_duration(time, last->seconds), (unsigned long long)last->assertions,
	       (unsigned long long)last->cases);
	gng_term_finding(&term, last);
	if (last->log && asprintf(&path, "%s/%s", session->last_dir, last->log) >= 0) {
		print_tail(path);
		free(path);
	}
}

static void print_again(const struct gng_test *test)
{
	printf("again   gonogo check %s%s\n", test->flags & GNG_TEST_SLOW ? "--slow " : "",
	       test->id);
}

/* ---- the verb ---- */

static int show_test(const struct cli_session *session, const char *id)
{
	const struct gng_plan *plan = session->plan;
	const struct gng_test *test = gng_plan_find(plan, id, NULL, NULL);
	bool ran = false;

	if (!test)
		return -1;
	printf("%s\n\n", test->id);
	print_requirements(plan, test);
	print_source(session->home, test);
	if (test->cannot)
		printf("cannot  %s%s%s\n", test->cannot, test->remedy ? "; remedy: " : "",
		       test->remedy ? test->remedy : "");
	for (size_t i = 0; i < plan->num_tests; i++) {
		if (strcmp(plan->tests[i].id, id) != 0)
			continue;
		ran |= cli_last_of(session, &plan->tests[i]) != NULL;
		print_last(session, &plan->tests[i]);
	}
	if (!ran)
		printf("last    no record in %s\n", session->last_dir);
	print_again(test);
	return GNG_CLI_GO;
}

static int show_requirement(const struct cli_session *session, const char *id)
{
	const struct gng_plan *plan = session->plan;
	const struct gng_requirement *requirement = requirement_of(plan, id, strlen(id));
	const size_t len = strlen(id);
	const char *before = "";

	if (!requirement)
		return -1;
	print_requirement(requirement);
	for (size_t i = 0; i < plan->num_tests; i++) {
		const struct gng_test *test = &plan->tests[i];
		const char *at = test->requirements;

		while (*at && (strncmp(at, id, len) != 0 || (at[len] && at[len] != ' ')))
			at += strcspn(at, " "), at += strspn(at, " ");
		if (*at && strcmp(before, test->id) != 0)
			printf("  %s\n", before = test->id);
	}
	return GNG_CLI_GO;
}

/* unknown lets the selection name the nearest id, so that both verbs guess alike. */
static int unknown(const struct cli_session *session, const char *id)
{
	const char *selectors[] = {id};
	struct gng_why why = {0};

	if (gng_plan_select(session->plan, selectors, 1, NULL, &why) != GNG_OK)
		return cli_fail(&why);
	gng_term_error("'%s' names several tests: gonogo list %s shows them", id, id);
	return GNG_CLI_USAGE;
}

static int show(const struct cli_session *session, const char *id)
{
	int answer = show_test(session, id);

	if (answer < 0)
		answer = show_requirement(session, id);
	return answer < 0 ? unknown(session, id) : answer;
}

int gng_cli_show(int argc, char **argv)
{
	struct cli_session session;
	int answer;

	if (argc != 2 || *argv[1] == '-') {
		gng_term_error("it wants one test or requirement; gonogo help show");
		return GNG_CLI_USAGE;
	}
	answer = cli_session_open(&session, "all", NULL);
	if (answer == 0)
		answer = show(&session, argv[1]);
	cli_session_close(&session);
	return answer;
}
