/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_guest.c - what a test shows that runs in guests of the lab only. `gonogo lab run` boots
 * them; its answer is kept for the next claim of the same cases.
 */
#include "claims_guest.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define PREFIX "gonogo lab run "
#define DEADLINE_S 1800
#define MAX_ANSWERS 32u

static struct {
	size_t num;
	struct {
		char cases[200];
		json_t *said;
	} list[MAX_ANSWERS];
} answers;

static void forget(void)
{
	for (size_t i = 0; i < answers.num; i++)
		json_decref(answers.list[i].said);
	answers.num = 0;
}

bool claims_guest_cases(char *cases, size_t cap, const char *remedy)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_ ";
	size_t len;

	if (!remedy || strncmp(remedy, PREFIX, strlen(PREFIX)) != 0)
		return false;
	remedy += strlen(PREFIX);
	len = strspn(remedy, letters);
	if (len == 0 || len >= cap)
		return false;
	snprintf(cases, cap, "%.*s", (int)len, remedy);
	return true;
}

/* run_lab boots the guests; their text goes nowhere, their consoles to out/lab. */
static json_t *run_lab(const char *folder, const char *cases)
{
	char command[4600];
	json_t *said;
	FILE *pipe;

	if (strchr(folder, '\''))
		return NULL;
	snprintf(command, sizeof(command),
		 "exec timeout %d '%.4000s/gonogo-lab' run %.200s --json 2>/dev/null </dev/null",
		 DEADLINE_S, folder, cases);
	pipe = popen(command, "re");
	if (!pipe)
		return NULL;
	said = json_loadf(pipe, JSON_DISABLE_EOF_CHECK, NULL);
	pclose(pipe);
	return said;
}

static const json_t *answer_of(const char *folder, const char *cases)
{
	for (size_t i = 0; i < answers.num; i++)
		if (strcmp(answers.list[i].cases, cases) == 0)
			return answers.list[i].said;
	if (answers.num == MAX_ANSWERS)
		return NULL;
	if (answers.num == 0)
		atexit(forget);
	snprintf(answers.list[answers.num].cases, sizeof(answers.list[0].cases), "%s", cases);
	answers.list[answers.num].said = run_lab(folder, cases);
	return answers.list[answers.num++].said;
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

/* seen is what all boots say of one test. */
struct seen {
	size_t num_passed, num_others;
	json_int_t assertions;
	const char *release, *verdict, *reason;
};

static void see(struct seen *seen, const json_t *boot, const json_t *record)
{
	const char *verdict = text_of(record, "verdict");

	if (strcmp(verdict, "PASS") == 0) {
		seen->num_passed++;
		seen->assertions = json_integer_value(json_object_get(record, "assertions"));
		seen->release = text_of(boot, "release");
	} else if (strcmp(verdict, "SKIP") == 0) {
		seen->reason = text_of(record, "reason");
	} else {
		seen->num_others++;
		seen->release = text_of(boot, "release");
		seen->verdict = verdict;
	}
}

static void see_all(struct seen *seen, const char *id, const json_t *said)
{
	const json_t *boot, *record;
	size_t b, r;

	json_array_foreach(json_object_get(said, "boots"), b, boot)
	{
		if (*text_of(boot, "cannot"))
			seen->reason = text_of(boot, "cannot");
		json_array_foreach(json_object_get(boot, "records"), r, record)
		{
			if (strcmp(text_of(record, "id"), id) == 0)
				see(seen, boot, record);
		}
	}
}

void claims_guest_judge(struct claims_finding *finding, const char *id, const json_t *said,
			bool holds)
{
	struct seen seen = {.release = "", .verdict = "", .reason = "the lab did not run it"};

	see_all(&seen, id, said);
	if (seen.num_others)
		claims_find(finding, CLAIMS_DOUBT, "%.120s is %.20s in a guest of Linux %.60s", id,
			    seen.verdict, seen.release);
	else if (seen.num_passed)
		claims_find_truth(finding, holds,
				  "%.120s passes in %zu guest%s, the last of Linux %.60s: %lld "
				  "assertions",
				  id, seen.num_passed, seen.num_passed == 1 ? "" : "s",
				  seen.release, (long long)seen.assertions);
	else
		claims_find(finding, CLAIMS_ABSENT, "%.120s did not run in a guest: %.160s", id,
			    seen.reason);
}

void claims_guest_ask(struct claims_finding *finding, const char *id, const char *folder,
		      const char *cases, bool holds)
{
	claims_guest_judge(finding, id, answer_of(folder, cases), holds);
}
