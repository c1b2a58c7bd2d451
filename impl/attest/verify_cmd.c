/* SPDX-License-Identifier: Apache-2.0 */
/* verify_cmd.c - `gonogo verify DIR`: somebody else's sign-off, checked offline (docs/CLI.md). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_attest.h>
#include <gng_term.h>
#include <jansson.h>

#define USAGE 2
#define HARNESS 99
#define UNTRUSTED "signatures not checked against a key you trust"

static const char help[] =
	"usage: gonogo verify DIR [--pubkey FILE]... [OPTION...]\n"
	"\n"
	"Checks a sign-off's folder without network: the signatures of the statements in\n"
	"bundle.intoto.jsonl, the digest of each file, and the verdict, which is made again\n"
	"from plan, records and profile. index.html is not signed.\n"
	"\n"
	"  --pubkey FILE       a public key that you trust (PEM); may be given 16 times\n"
	"  --threshold N       so many of them must have signed (default: 1)\n"
	"  --commit HEX        it must be the sign-off of this commit, without changes\n"
	"  --countersign FILE  if all holds, add your verdict, signed by this private key\n"
	"  --json              one JSON object on stdout\n"
	"\n"
	"Exit status: that of the verdict as signed (0 GO, 1 NO-GO, 3 INCOMPLETE), 2 usage,\n"
	"99 refused: something does not fit, and the first such thing is named.";

struct request {
	const char *dir, *countersign;
	struct gng_attest_key *keys[GNG_ATTEST_MAX_KEYS];
	struct gng_attest_policy policy;
	bool json;
};

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_EINVAL ? USAGE : HARNESS;
}

static int refuse(const struct request *request, const struct gng_why *why)
{
	json_t *json;

	if (request->json && why->status != GNG_EINVAL) {
		json = json_pack("{ss ss}", "verdict", "REFUSED", "reason", why->text);
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(json);
	}
	gng_term_error("%s%s", why->status == GNG_EINVAL ? "" : "refused: ", why->text);
	return why->status == GNG_EINVAL ? USAGE : HARNESS;
}

/* ---- the answer as text ---- */

static void say_keys(const struct request *request, const char *word, const bool *which)
{
	for (size_t i = 0; i < request->policy.num_keys; i++)
		if (which[i])
			printf("%-8s%.8s (%s)\n", word, gng_attest_key_id(request->keys[i]),
			       gng_attest_key_algorithm(request->keys[i]));
}

static void say(const struct request *request, const struct gng_attest_result *result)
{
	struct gng_term term;

	gng_term_init(&term, stdout);
	printf("run     %s, %s\n", result->id, result->started);
	printf("item    %.12s, %s\n", result->commit, result->state);
	say_keys(request, "signed", result->signed_by);
	say_keys(request, "review", result->reviewed_by);
	if (!result->is_signed)
		puts("signed  by nobody");
	if (result->num_ignored)
		printf("passed  over %zu lines of the bundle: %s\n", result->num_ignored,
		       result->ignored);
	gng_term_planned(stdout, &result->tally);
	putchar('\n');
	gng_term_verdict(&term, &result->tally, result->grade, result->profile, NULL);
	if (request->policy.num_keys)
		printf("\nverified: %s, as signed by %zu of %zu keys\n",
		       gng_overall_name(result->overall), result->num_signers,
		       request->policy.num_keys);
	else
		printf("\n%s: the files agree with each other, no more; --pubkey FILE\n",
		       UNTRUSTED);
	fflush(stdout);
}

/* ---- and as JSON ---- */

static json_t *keys_json(const struct request *request, const bool *which)
{
	json_t *list = json_array();

	for (size_t i = 0; i < request->policy.num_keys; i++)
		if (which[i])
			json_array_append_new(list,
					      json_string(gng_attest_key_id(request->keys[i])));
	return list;
}

static bool say_json(const struct request *request, const struct gng_attest_result *result)
{
	json_t *json = json_pack(
		"{ss ss ss ss ss ss ss sb sb so so sI ss}", "verdict",
		gng_overall_name(result->overall), "grade", result->grade, "profile",
		result->profile, "id", result->id, "started", result->started, "commit",
		result->commit, "state", result->state, "dirty", result->is_dirty, "signed",
		result->is_signed, "signers", keys_json(request, result->signed_by), "reviewers",
		keys_json(request, result->reviewed_by), "ignored", (json_int_t)result->num_ignored,
		"trust", request->policy.num_keys ? "verified" : UNTRUSTED);
	const bool ok = json && json_dumpf(json, stdout, JSON_INDENT(1)) == 0 &&
			putchar('\n') != EOF && fflush(stdout) == 0;

	json_decref(json);
	return ok;
}

static int verify(const struct request *request)
{
	struct gng_attest_result result;
	struct gng_attest_key *key = NULL;
	struct gng_why why = {0};
	enum gng_status status = GNG_OK;

	if (request->countersign) {
		if (gng_attest_key_open(&key, request->countersign, true, &why) != GNG_OK)
			return fail(&why);
		status = gng_attest_countersign(request->dir, &request->policy, key, &why);
		gng_attest_key_close(key);
	}
	if (status == GNG_OK)
		status = gng_attest_verify(&result, request->dir, &request->policy, &why);
	if (status != GNG_OK)
		return refuse(request, &why);
	if (!request->json)
		say(request, &result);
	else if (!say_json(request, &result)) {
		gng_term_error("the JSON could not be written");
		return HARNESS;
	}
	return (int)result.overall;
}

/* ---- options ---- */

enum { PUBKEY = 256, THRESHOLD, COMMIT, COUNTERSIGN, JSON, HELP };

static const struct option long_options[] = {
	{"pubkey", required_argument, NULL, PUBKEY},
	{"threshold", required_argument, NULL, THRESHOLD},
	{"commit", required_argument, NULL, COMMIT},
	{"countersign", required_argument, NULL, COUNTERSIGN},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

static int add_key(struct request *request)
{
	struct gng_why why;

	if (request->policy.num_keys == GNG_ATTEST_MAX_KEYS) {
		gng_term_error("more than %d keys are given", GNG_ATTEST_MAX_KEYS);
		return USAGE;
	}
	if (gng_attest_key_open(&request->keys[request->policy.num_keys], optarg, false, &why) !=
	    GNG_OK)
		return fail(&why);
	request->policy.num_keys++;
	return -1;
}

static int set_threshold(struct request *request)
{
	char *end;
	const unsigned long value = strtoul(optarg, &end, 10);

	if (end == optarg || *end || *optarg == '-' || value < 1 || value > GNG_ATTEST_MAX_KEYS) {
		gng_term_error("--threshold wants a whole number from 1 to %d, not '%s'",
			       GNG_ATTEST_MAX_KEYS, optarg);
		return USAGE;
	}
	request->policy.threshold = value;
	return -1;
}

/* set_option returns -1 to go on, else the exit status. */
static int set_option(struct request *request, int option, char **argv)
{
	switch (option) {
	case PUBKEY:
		return add_key(request);
	case THRESHOLD:
		return set_threshold(request);
	case COMMIT:
		request->policy.commit = optarg;
		return -1;
	case COUNTERSIGN:
		request->countersign = optarg;
		return -1;
	case JSON:
		request->json = true;
		return -1;
	case HELP:
		return puts(help) == EOF ? HARNESS : 0;
	default:
		gng_term_error("%s '%s'; gonogo verify --help",
			       option == ':' ? "a value is missing behind" : "unknown option",
			       argv[optind - 1]);
		return USAGE;
	}
}

static int parse(struct request *request, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status == -1 && (option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
		status = set_option(request, option, argv);
	if (status != -1)
		return status;
	if (argc - optind != 1) {
		gng_term_error("it wants one folder of a sign-off, such as out/signoff; "
			       "gonogo verify --help");
		return USAGE;
	}
	request->dir = argv[optind];
	return -1;
}

int main(int argc, char **argv)
{
	struct request request = {.dir = NULL};
	int status;

	gng_term_verb("verify");
	request.policy.keys = (const struct gng_attest_key *const *)request.keys;
	status = parse(&request, argc, argv);
	if (status == -1)
		status = verify(&request);
	for (size_t i = 0; i < request.policy.num_keys; i++)
		gng_attest_key_close(request.keys[i]);
	return status;
}
