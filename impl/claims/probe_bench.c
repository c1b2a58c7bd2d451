/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_bench.c - what `gonogo bench aes` finds out about other libraries and languages: whether
 * they give the same bytes, and how often a call of theirs allocates. The command is asked, so
 * that there is one way to time a peer; where it or the peer is absent, so is the finding.
 */
#include "claims_probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_aes.h>
#include <jansson.h>

#define COMMAND "gonogo-bench"
#define DEADLINE "120"

/* find_command looks beside this program, and above it where this is a test. */
static bool find_command(char path[600])
{
	static const char *const places[] = {"", "../"};
	char own[512];
	const ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	own[len > 0 ? len : 0] = '\0';
	slash = strrchr(own, '/');
	for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, 600, "%.*s/%s" COMMAND, (int)(slash - own), own, places[i]);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void become_bench(int out, const char *path, const char *mode, const char *peer)
{
	const int nothing = open("/dev/null", O_WRONLY);

	dup2(out, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO); /* the finding names the command that says more */
	close_range(3, ~0u, 0);
	execlp("timeout", "timeout", DEADLINE, path, "aes", "--json", "--mode", mode, "--peers",
	       peer, NULL);
	_exit(127);
}

/* rows_of returns the array that the command prints, or NULL. */
static json_t *rows_of(const char *path, const char *mode, const char *peer)
{
	json_t *rows;
	int ends[2];
	FILE *text;
	pid_t child;

	if (pipe(ends) != 0)
		return NULL;
	child = fork();
	if (child == 0)
		become_bench(ends[1], path, mode, peer);
	close(ends[1]);
	text = fdopen(ends[0], "r");
	rows = text ? json_loadf(text, 0, NULL) : NULL;
	if (text)
		fclose(text);
	if (child > 0)
		waitpid(child, NULL, 0);
	return rows;
}

/* variant_of_caller is what this CPU dispatches to; the bench times the others too. */
static const char *variant_of_caller(void)
{
	static const uint8_t bytes[16];
	struct gng_aes_key key;
	const char *name;

	if (gng_aes_init(&key, bytes, sizeof(bytes)) != GNG_OK)
		return "";
	name = gng_aes_variant_name(&key);
	gng_aes_fini(&key);
	return name;
}

/* ask puts the first row of that case and peer to *row; the caller drops it. False: finding says
 * why there is none. */
static bool ask(json_t **row, struct claims_finding *finding, const char *named, const char *peer)
{
	char path[600], mode[80];
	json_t *rows;

	snprintf(mode, sizeof(mode), "%s_%s", variant_of_caller(), named);

	if (!find_command(path)) {
		claims_find(finding, CLAIMS_ABSENT, COMMAND " is not built here");
		return false;
	}
	rows = rows_of(path, mode, peer);
	*row = json_incref(json_array_get(rows, 0));
	json_decref(rows);
	if (*row)
		return true;
	claims_find(finding, CLAIMS_ABSENT,
		    "the peer %.20s is absent or does not agree: gonogo bench aes --mode %.40s "
		    "--peers %.20s says which, ci/peers makes it ready",
		    peer, mode, peer);
	return false;
}

/* agrees: with = "CASE PEER". The bench times only who gives the same bytes, before and after. */
static void agrees(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char mode[48], peer[24];
	json_t *row;

	if (sscanf(claim->with, "%47s %23s", mode, peer) != 2) {
		claims_find(finding, CLAIMS_DOUBT, "'%.60s' is not CASE PEER", claim->with);
		return;
	}
	if (!ask(&row, finding, mode, peer))
		return;
	claims_find_truth(finding, true, "%s and ours gave the same bytes in %s of %lld bytes",
			  json_string_value(json_object_get(row, "peer_title")),
			  json_string_value(json_object_get(row, "case")),
			  (long long)json_integer_value(json_object_get(row, "size")));
	json_decref(row);
}

/* count_of sets *count to the allocations of a call in that case. */
static bool count_of(double *count, char title[40], struct claims_finding *finding,
		     const char *mode, const char *peer)
{
	const json_t *allocations;
	json_t *row;
	bool ok;

	if (!ask(&row, finding, mode, peer))
		return false;
	allocations = json_object_get(row, "their_allocations");
	ok = json_is_number(allocations);
	*count = json_number_value(allocations);
	snprintf(title, 40, "%s", json_string_value(json_object_get(row, "peer_title")));
	json_decref(row);
	if (!ok)
		claims_find(finding, CLAIMS_ABSENT, "the allocations of %.24s cannot be counted",
			    peer);
	return ok;
}

/* allocations: with = "CASE PEER", or "CASE PEER less CASE" for what the first does more. */
static void allocations(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char mode[48], peer[24], other[48], title[40];
	const int num = sscanf(claim->with, "%47s %23s less %47s", mode, peer, other);
	double count, less = 0;

	if (num < 2) {
		claims_find(finding, CLAIMS_DOUBT, "'%.60s' is not CASE PEER [less CASE]",
			    claim->with);
		return;
	}
	if (!count_of(&count, title, finding, mode, peer) ||
	    (num == 3 && !count_of(&less, title, finding, other, peer)))
		return;
	count -= less;
	claims_find_figure(finding, count, count, count, "%s allocates %.1f times in %s%s%s", title,
			   count, mode, num == 3 ? " more than in " : "", num == 3 ? other : "");
}

const struct claims_probe claims_probes_bench[] = {
	{"bench_agrees", false, agrees},
	{"bench_allocations", true, allocations},
	{0},
};
