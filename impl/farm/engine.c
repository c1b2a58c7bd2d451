/* SPDX-License-Identifier: Apache-2.0 */
/* engine.c - how libFuzzer and AFL++ are started, asked how far they are, and emptied. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "farm_campaign.h"

bool farm_is_afl(const struct farm_campaign *campaign)
{
	return strcmp(campaign->options->engine, "afl") == 0;
}

/* quarantine_size_mb: with the default of 256 each execution touches memory that is new to the
 * process, and page faults were half the time of vec_reader_fuzz; one input frees far less than 16.
 * handle_abort: else libFuzzer alone reports an abort(), without what triage reads. AFL++ wants
 * abort_on_error and no symbols, and refuses to start without, whatever the user's options are. */
static char asan[512], ubsan[256];
static const char *const libfuzzer_env[] = {asan, ubsan, NULL};
static const char *const afl_env[] = {
	"ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0:quarantine_size_mb=16",
	"MSAN_OPTIONS=exit_code=86:abort_on_error=1:symbolize=0",
	"UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:symbolize=0",
	"AFL_NO_UI=1",
	"AFL_NO_AFFINITY=1",
	"AFL_SKIP_CPUFREQ=1",
	"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1",
	"AFL_AUTORESUME=1",
	"AFL_IGNORE_SEED_PROBLEMS=1",
	NULL,
};

/* A crash is looked at with the whole oracle: of the inputs between it and a smaller one, the part
 * that 1 input in 64 gets would else see few (fuzz/suite.h). */
const char *const *farm_env_triage(void)
{
	static const char *env[sizeof(libfuzzer_env) / sizeof(libfuzzer_env[0]) + 1];
	size_t num = 0;

	for (const char *const *each = farm_env(false); *each; each++)
		env[num++] = *each;
	env[num++] = "GONOGO_FUZZ_ALL=1";
	env[num] = NULL;
	return env;
}

const char *const *farm_env(bool afl)
{
	const char *user = getenv("ASAN_OPTIONS"), *user_ubsan = getenv("UBSAN_OPTIONS");

	if (afl)
		return afl_env;
	snprintf(asan, sizeof(asan),
		 "ASAN_OPTIONS=handle_abort=1:quarantine_size_mb=16:dedup_token_length=%d:%s",
		 GNG_FARM_MAX_FRAMES, user ? user : "");
	snprintf(ubsan, sizeof(ubsan), "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:%s",
		 user_ubsan ? user_ubsan : "");
	return libfuzzer_env;
}

/* ---- libFuzzer ---- */

static unsigned int whole_seconds(const struct farm_campaign *campaign)
{
	const double left_s = ceil(campaign->end_s - farm_now());

	return left_s > 1 ? (unsigned int)left_s : 1; /* 0 would mean for ever */
}

static size_t num_words(const char *const *argv)
{
	size_t num = 0;

	while (argv[num])
		num++;
	return num;
}

const char *farm_schedule(const struct farm_target *target)
{
	return target->kind == FARM_CRYPTO ? "-entropic=0" : "-entropic=1";
}

/* Fork mode would ignore timeouts and running out of memory, so it is not used. */
static enum gng_status start_libfuzzer(struct farm_campaign *campaign, size_t n,
				       struct gng_why *why)
{
	const struct farm_target *target = campaign->target;
	char corpus[FARM_PATH], seeds[FARM_PATH], prefix[FARM_PATH], dict[FARM_PATH];
	char time[64], work[FARM_PATH];
	const char *argv[16] = {target->program,
				FARM_LIMITS,
				"-max_len=4096",
				"-reload=1",
				"-print_funcs=0", /* each would start a symboliser */
				"-print_final_stats=1",
				farm_schedule(target),
				time,
				prefix,
				corpus,
				seeds};

	farm_path(corpus, "%s/corpus", target->dir);
	farm_path(seeds, "%s/seeds", target->dir);
	farm_path(work, "%s/work/%zu", target->dir, n);
	farm_path(prefix, "-artifact_prefix=%s/", work);
	snprintf(time, sizeof(time), "-max_total_time=%u", whole_seconds(campaign));
	if (*target->dict) {
		farm_path(dict, "-dict=%s", target->dict);
		argv[num_words(argv)] = dict;
	}
	return farm_child_start(&campaign->workers[n].child, argv, farm_env(false), work, why);
}

/* ---- AFL++ ---- */

static enum gng_status start_afl(struct farm_campaign *campaign, size_t n, struct gng_why *why)
{
	const struct farm_target *target = campaign->target;
	char input[FARM_PATH], output[FARM_PATH], name[32], time[32], work[FARM_PATH];
	const char *argv[24] = {"afl-fuzz", "-i", input, "-o",	 output, n ? "-S" : "-M",    name,
				"-V",	    time, "-m",	 "none", "-t",	 FARM_AFL_TIMEOUT_MS};
	size_t num = num_words(argv);

	farm_path(input, "%s/afl-in", target->dir);
	farm_path(output, "%s/afl", target->dir);
	farm_path(work, "%s/work/%zu", target->dir, n);
	snprintf(name, sizeof(name), "p%zu", n);
	snprintf(time, sizeof(time), "%u", whole_seconds(campaign));
	if (*target->dict) {
		argv[num++] = "-x";
		argv[num++] = target->dict;
	}
	argv[num++] = "--";
	argv[num++] = target->program;
	return farm_child_start(&campaign->workers[n].child, argv, farm_env(true), work, why);
}

static uint64_t stat_of(const char *text, const char *name)
{
	const char *found = text ? strstr(text, name) : NULL;
	const char *colon = found ? strchr(found, ':') : NULL;

	return colon ? strtoull(colon + 1, NULL, 10) : 0;
}

static void look_at_afl(struct farm_campaign *campaign, size_t n)
{
	struct gng_farm_progress *progress = &campaign->workers[n].progress;
	char path[FARM_PATH], *text;
	size_t len;

	farm_path(path, "%s/afl/p%zu/fuzzer_stats", campaign->target->dir, n);
	text = farm_read(path, &len);
	if (text) {
		progress->executions = stat_of(text, "execs_done");
		progress->coverage = stat_of(text, "edges_found");
		progress->corpus = stat_of(text, "corpus_count");
		progress->exec_per_s = stat_of(text, "execs_per_sec");
	}
	free(text);
}

/* ---- either ---- */

enum gng_status farm_worker_start(struct farm_campaign *campaign, size_t n, struct gng_why *why)
{
	memset(&campaign->workers[n].progress, 0, sizeof(campaign->workers[n].progress));
	return farm_is_afl(campaign) ? start_afl(campaign, n, why)
				     : start_libfuzzer(campaign, n, why);
}

/* final reads "stat::number_of_executed_units: N", which is exact; the lines before are not. */
static void final(struct farm_worker *worker)
{
	static const char name[] = "stat::number_of_executed_units:";
	const char *found = worker->child.len ? memmem(worker->child.tail, worker->child.len, name,
						       strlen(name))
					      : NULL;
	char digits[24] = "";

	if (!found)
		return;
	found += strlen(name);
	for (size_t left = (size_t)(worker->child.tail + worker->child.len - found), i = 0;
	     i < left && i + 1 < sizeof(digits) && found[i] != '\n'; i++)
		digits[i] = found[i];
	worker->progress.executions = strtoull(digits, NULL, 10);
}

void farm_worker_look(struct farm_campaign *campaign, size_t n)
{
	struct farm_worker *worker = &campaign->workers[n];

	if (farm_is_afl(campaign)) {
		look_at_afl(campaign, n);
	} else {
		gng_farm_progress_parse(&worker->progress, worker->child.tail, worker->child.len);
		final(worker);
	}
	if (worker->progress.coverage > campaign->coverage)
		campaign->coverage = worker->progress.coverage;
	if (worker->progress.features > campaign->features)
		campaign->features = worker->progress.features;
}

/* collect moves the files of a folder to queue/ under names that stay apart, each with the end of
 * what the process printed beside it: for a crash that does not come again it is all there is. */
static void collect(struct farm_campaign *campaign, size_t n, const char *folder, bool keep_log)
{
	const struct farm_child *child = &campaign->workers[n].child;
	char from[FARM_PATH], to[FARM_PATH], log[FARM_PATH];
	struct farm_names list;

	farm_list(&list, folder);
	for (size_t i = 0; i < list.num; i++) {
		farm_path(from, "%s/%s", folder, list.names[i]);
		if (strncmp(list.names[i], "slow-unit-", 10) == 0 ||
		    strcmp(list.names[i], "README.txt") == 0) {
			unlink(from);
			continue;
		}
		farm_path(log, "%s/queue/%zu-%s.log", campaign->target->dir, n, list.names[i]);
		farm_path(to, "%s/queue/%zu-%s", campaign->target->dir, n, list.names[i]);
		if (keep_log && child->len &&
		    farm_write(log, child->tail, child->len, NULL) != GNG_OK)
			unlink(log);
		rename(from, to);
	}
	farm_list_fini(&list);
}

void farm_worker_collect(struct farm_campaign *campaign, size_t n)
{
	char folder[FARM_PATH];

	if (!farm_is_afl(campaign)) {
		farm_path(folder, "%s/work/%zu", campaign->target->dir, n);
		collect(campaign, n, folder, true);
		return;
	}
	farm_path(folder, "%s/afl/p%zu/crashes", campaign->target->dir, n);
	collect(campaign, n, folder, false);
	farm_path(folder, "%s/afl/p%zu/hangs", campaign->target->dir, n);
	collect(campaign, n, folder, false);
}
