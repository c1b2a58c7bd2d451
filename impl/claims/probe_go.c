/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_go.c - facts about Go: the program facts/, which this library carries, is built with the Go
 * that is installed, or with the one that a claim wants, and run once a process; a record names the
 * fact.
 */
#include "claims_probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE "180"
#define TIMED_OUT 124 /* of timeout(1) */

/* of CMakeLists.txt: facts/main.go, facts/runtime.go */
extern const char claims_facts_main[], claims_facts_runtime[];

/* said is all that the program printed, or NULL with the reason. */
static struct facts {
	bool tried;
	char *said;
	char reason[360];
	char built[80]; /* by which Go, and for which level of processors if one was chosen */
	struct claims_go go;
} any_go, wanted_go;

const char *claims_go_level(uint32_t caps)
{
	const uint32_t v3 = GNG_CPU_AVX2 | GNG_CPU_BMI2;

	if (caps & GNG_CPU_AVX512)
		return "v4";
	if ((caps & v3) == v3)
		return "v3";
	return caps & GNG_CPU_SSE41 ? "v2" : "v1";
}

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

/* last_line is the last that was logged: the compilers begin with whose words follow. */
static void last_line(char line[160], const char *folder)
{
	char path[128], read[160];
	FILE *log;

	snprintf(line, 160, "it says nothing");
	snprintf(path, sizeof(path), "%s/log", folder);
	log = fopen(path, "re");
	while (log && fgets(read, sizeof(read), log))
		if (*read != '\n')
			snprintf(line, 160, "%.*s", (int)strcspn(read, "\n"), read);
	if (log)
		fclose(log);
}

static void give_reason(struct facts *facts, const char *folder, int status)
{
	char line[160];

	last_line(line, folder);
	if (WIFEXITED(status) && WEXITSTATUS(status) == TIMED_OUT)
		snprintf(line, sizeof(line), "it takes longer than " DEADLINE " s");
	snprintf(facts->reason, sizeof(facts->reason),
		 "the program of the facts, which needs gcc and libssl-dev too, cannot be built or "
		 "run %s: %s",
		 facts->built, line);
}

/* run builds and runs in folder, and keeps what was printed. The cache of Go is the user's, or lies
 * in the folder. What is built for a level that this processor lacks ends at once, so it is built
 * for the highest that it has. */
static void run(struct facts *facts, const char *folder)
{
	const char *level = claims_go_level(gng_cpu_caps());
	char command[PATH_MAX + 640];
	size_t cap = 0;
	FILE *pipe;
	int status;

	snprintf(facts->built, sizeof(facts->built), "by %s%s%s", facts->go.version,
		 facts == &wanted_go ? " with GOAMD64=" : "", facts == &wanted_go ? level : "");

	snprintf(command, sizeof(command),
		 "cd '%s' && export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOENV=off &&"
		 " export GOCACHE=\"${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/go-build}\" "
		 "PATH=\"$(dirname '%s'):$PATH\" %s%s && exec 2>log &&"
		 " timeout " DEADLINE " go build -o facts . && timeout " DEADLINE " ./facts",
		 folder, facts->go.program, facts == &wanted_go ? "GOAMD64=" : "",
		 facts == &wanted_go ? level : "");
	pipe = popen(command, "r");
	if (!pipe || getdelim(&facts->said, &cap, EOF, pipe) < 0) {
		free(facts->said);
		facts->said = NULL;
	}
	status = pipe ? pclose(pipe) : -1;
	if (status != 0 || !facts->said) {
		free(facts->said);
		facts->said = NULL;
		give_reason(facts, folder, status);
	}
}

static void find_facts(struct facts *facts, const char *least)
{
	static const char *const names[] = {"main.go", "runtime.go", "go.mod", "facts", "log"};
	char folder[64], path[128];

	if (facts->tried)
		return;
	facts->tried = true;
	if (!claims_go_find(&facts->go, least) || strchr(facts->go.program, '\'')) {
		snprintf(facts->reason, sizeof(facts->reason),
			 "Go is not installed: apt-get install golang-go");
		return;
	}
	snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	if (!mkdtemp(folder)) {
		snprintf(facts->reason, sizeof(facts->reason), "no folder for a Go program");
		return;
	}
	if (write_file(folder, "main.go", claims_facts_main) &&
	    write_file(folder, "runtime.go", claims_facts_runtime) &&
	    write_file(folder, "go.mod", "module facts\n\ngo 1.19\n"))
		run(facts, folder);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

/* facts_of are those of the Go that a claim wants; there is one such version. */
static struct facts *facts_of(const struct gng_claims_claim *claim)
{
	char least[16];

	if (!claims_where_value(least, sizeof(least), claim->where, "go")) {
		find_facts(&any_go, "1.0");
		return &any_go;
	}
	find_facts(&wanted_go, least);
	return &wanted_go;
}

/* value_of returns what stands behind the name, or NULL after it has told why not. */
static const char *value_of(struct claims_finding *finding, const struct facts *facts,
			    const char *name)
{
	const size_t len = strlen(name);

	for (const char *line = facts->said; line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, name, len) == 0 && line[len] == ' ')
			return line + len + 1;
	claims_find(finding, facts->said ? CLAIMS_DOUBT : CLAIMS_ABSENT,
		    facts->said ? "the program of the facts says nothing of '%.80s'" : "%.360s",
		    facts->said ? name : facts->reason);
	return NULL;
}

/* go_true: with = the name of a fact that is true or false. */
static void go_true(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const struct facts *facts = facts_of(claim);
	const char *value = value_of(finding, facts, claim->with);

	if (!value)
		return;
	if (strncmp(value, "true\n", 5) == 0 || strncmp(value, "false\n", 6) == 0)
		claims_find_truth(finding, value[0] == 't',
				  "a Go program with cgo, built here %s and run, finds %.80s %s",
				  facts->built, claim->with, value[0] == 't' ? "true" : "false");
	else
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' is a figure", claim->with);
}

/* go_figure: with = the name of a fact that is a number, or a median with its quartiles. */
static void go_figure(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const struct facts *facts = facts_of(claim);
	const char *value = value_of(finding, facts, claim->with);
	double median, lo, hi;
	int num;

	if (!value)
		return;
	num = sscanf(value, "%lf%*1[ ]%lf %lf", &median, &lo, &hi);
	if (num == 1)
		lo = hi = median;
	if (num == 1 || num == 3)
		claims_find_figure(finding, median, lo, hi,
				   "a Go program with cgo, built here %s and run, measures "
				   "%.80s as %.3g, quartiles %.3g and %.3g",
				   facts->built, claim->with, median, lo, hi);
	else
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' is no figure", claim->with);
}

const struct claims_probe claims_probes_go[] = {
	{"go_true", false, go_true},
	{"go_figure", true, go_figure},
	{0},
};
