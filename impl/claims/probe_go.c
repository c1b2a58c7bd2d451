/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_go.c - facts about Go: the program facts/, which this library carries, is built with the Go
 * that is installed and run once a process; a record names the fact.
 */
#include "claims_probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE "180"

/* of CMakeLists.txt: facts/main.go, facts/runtime.go */
extern const char claims_facts_main[], claims_facts_runtime[];

/* said is all that the program printed, or NULL with the reason. */
static struct {
	bool tried;
	char *said;
	char reason[160];
} facts;

static bool write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file)
		return false;
	fputs(text, file);
	return fclose(file) == 0;
}

/* run builds and runs in folder, and keeps what was printed. The cache of Go is the user's, or lies
 * in the folder. */
static void run(const char *folder)
{
	char command[512];
	size_t cap = 0;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command),
		 "cd '%s' && export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOENV=off &&"
		 " export GOCACHE=\"${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/go-build}\" "
		 "&&"
		 " timeout " DEADLINE " go build -o facts . 2>log && timeout " DEADLINE " ./facts",
		 folder);
	pipe = popen(command, "r");
	if (!pipe || getdelim(&facts.said, &cap, EOF, pipe) < 0) {
		free(facts.said);
		facts.said = NULL;
	}
	status = pipe ? pclose(pipe) : -1;
	if (status != 0 || !facts.said) {
		free(facts.said);
		facts.said = NULL;
		snprintf(facts.reason, sizeof(facts.reason),
			 "the program of the facts cannot be built or run (status %d): install "
			 "golang-go, gcc and libssl-dev",
			 status);
	}
}

static void find_facts(void)
{
	static const char *const names[] = {"main.go", "runtime.go", "go.mod", "facts", "log"};
	char folder[64], path[128];

	if (facts.tried)
		return;
	facts.tried = true;
	if (!claims_program_found("go")) {
		snprintf(facts.reason, sizeof(facts.reason),
			 "Go is not installed: apt-get install golang-go");
		return;
	}
	snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	if (!mkdtemp(folder)) {
		snprintf(facts.reason, sizeof(facts.reason), "no folder for a Go program");
		return;
	}
	if (write_file(folder, "main.go", claims_facts_main) &&
	    write_file(folder, "runtime.go", claims_facts_runtime) &&
	    write_file(folder, "go.mod", "module facts\n\ngo 1.19\n"))
		run(folder);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

/* value_of returns what stands behind the name, or NULL after it has told why not. */
static const char *value_of(struct claims_finding *finding, const char *name)
{
	const size_t len = strlen(name);
	const char *line;

	find_facts();
	for (line = facts.said; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, name, len) == 0 && line[len] == ' ')
			return line + len + 1;
	claims_find(finding, facts.said ? CLAIMS_DOUBT : CLAIMS_ABSENT,
		    facts.said ? "the program of the facts says nothing of '%.80s'" : "%.160s",
		    facts.said ? name : facts.reason);
	return NULL;
}

/* go_true: with = the name of a fact that is true or false. */
static void go_true(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const char *value = value_of(finding, claim->with);

	if (!value)
		return;
	if (strncmp(value, "true\n", 5) == 0 || strncmp(value, "false\n", 6) == 0)
		claims_find_truth(finding, value[0] == 't',
				  "a Go program with cgo, built and run here, finds %.80s %s",
				  claim->with, value[0] == 't' ? "true" : "false");
	else
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' is a figure", claim->with);
}

/* go_figure: with = the name of a fact that is a number, or a median with its quartiles. */
static void go_figure(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const char *value = value_of(finding, claim->with);
	double median, lo, hi;
	int num;

	if (!value)
		return;
	num = sscanf(value, "%lf%*1[ ]%lf %lf", &median, &lo, &hi);
	if (num == 1)
		lo = hi = median;
	if (num == 1 || num == 3)
		claims_find_figure(finding, median, lo, hi,
				   "a Go program with cgo, built and run here, measures %.80s as "
				   "%.3g, quartiles %.3g and %.3g",
				   claim->with, median, lo, hi);
	else
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' is no figure", claim->with);
}

const struct claims_probe claims_probes_go[] = {
	{"go_true", false, go_true},
	{"go_figure", true, go_figure},
	{0},
};
