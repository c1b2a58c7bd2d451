/* SPDX-License-Identifier: Apache-2.0 */
/* job.c - one attempt of one test: its folder, environment, log, and what came of it. */
#include "gauge_job.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gauge_judge.h"
#include "gauge_program.h"
#include "gauge_text.h"

#define TIMEOUT_S 60u
#define TIMEOUT_SLOW_S 1800u
#define UNDER_FACTOR 20u /* Valgrind slows code down 10 to 50 times */
#define LOG_READ_CAP ((size_t)1 << 20)
#define MAX_WORDS 32
#define NUM_OWN_WORDS 5

static unsigned int timeout_of(const struct gng_test *test, const struct gng_run_options *options)
{
	unsigned int timeout_s =
		options->timeouts_s ? options->timeouts_s[test - options->plan->tests] : 0;

	if (timeout_s == 0)
		timeout_s = options->timeout_s;
	if (timeout_s == 0)
		timeout_s = test->flags & GNG_TEST_SLOW ? TIMEOUT_SLOW_S : TIMEOUT_S;
	if (*program_build(options->home, test)->run_under)
		timeout_s *= UNDER_FACTOR;
	return timeout_s;
}

/* ---- the call ---- */

/* command splits run_under at spaces into argv and adds the program's own words; false if they
 * are too many. */
static bool command(char **argv, char *run_under, char *path, const struct gng_test *test)
{
	char *const own[NUM_OWN_WORDS] = {path, "--run", test->function,
					  *test->variant ? "--variant" : NULL, test->variant};
	size_t n = 0;

	for (char *word; n + NUM_OWN_WORDS < MAX_WORDS && (word = strsep(&run_under, " "));)
		if (*word)
			argv[n++] = word;
	for (size_t i = 0; i < NUM_OWN_WORDS && own[i]; i++)
		argv[n++] = own[i];
	argv[n] = NULL;
	return run_under == NULL;
}

enum {
	ENV_VECTORS,
	ENV_SEEDS,
	ENV_BUILD_DIR,
	ENV_TMPDIR,
	ENV_HOME,
	ENV_OUT,
	ENV_UNDER,
	ENV_RUN,
	NUM_OWN_ENV
};

static const char *const fixed_env[] = {
	"GNG_RUNNER=1", "LC_ALL=C", "TZ=UTC",
	/* a recovered error would exit 0; a leak at exit must not look like a skip (77) */
	"ASAN_OPTIONS=exitcode=86:detect_stack_use_after_return=1",
	"UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=86",
	"MSAN_OPTIONS=exitcode=86:halt_on_error=1", /* its build recovers: conformance.aes.ct */
};

#define NUM_FIXED_ENV (sizeof(fixed_env) / sizeof(fixed_env[0]))

static bool own_env(char *env[NUM_OWN_ENV], const struct job *job,
		    const struct gng_run_options *options)
{
	const struct gng_test *test = job->record->test;
	const char *source = options->home->source;
	const struct gng_build *build = program_build(options->home, test);

	env[ENV_VECTORS] = gauge_format("GNG_VECTORS=%s/vectors", source);
	env[ENV_SEEDS] = program_seeds(options->home, test);
	env[ENV_BUILD_DIR] = gauge_format("GNG_BUILD_DIR=%s", build->dir);
	env[ENV_TMPDIR] = gauge_format("TMPDIR=%s", job->folder);
	env[ENV_HOME] = gauge_format("HOME=%s", job->folder);
	/* a test that runs gonogo itself must not meet this run's lock */
	env[ENV_OUT] = gauge_format("GNG_OUT=%s/out", job->folder);
	env[ENV_UNDER] = gauge_format("GNG_RUN_UNDER=%s", build->run_under);
	/* whose processes these are: doctor kills those of a runner that is dead */
	env[ENV_RUN] = gauge_format("GNG_RUN=%d:%llu", getpid(), gng_journal_start_time(getpid()));
	for (size_t i = 0; i < NUM_OWN_ENV; i++)
		if (!env[i])
			return false;
	return true;
}

static enum gng_status call(struct job *job, const struct gng_run_options *options,
			    struct gng_why *why)
{
	const struct gng_test *test = job->record->test;
	char *run_under = strdup(program_build(options->home, test)->run_under);
	char *path = program_path(options->home, test);
	const char *env[NUM_OWN_ENV + NUM_FIXED_ENV + 1] = {NULL};
	char *own[NUM_OWN_ENV] = {NULL}, *argv[MAX_WORDS + 1];
	const struct nanny_task task = {
		.argv = argv,
		.cwd = job->folder,
		.env = env,
		.timeout_s = timeout_of(test, options),
		.output_fd = job->log_fd,
	};
	enum gng_status status;

	if (!run_under || !path || !own_env(own, job, options)) {
		status = gauge_no_memory(why);
	} else if (!command(argv, run_under, path, test)) {
		status = gng_why_set(why, GNG_EINVAL, 0, "gauge.job",
				     "%s: what it is to run under has more than %d words: write a "
				     "script",
				     test->id, MAX_WORDS - NUM_OWN_WORDS);
	} else {
		memcpy(env, own, sizeof(own));
		memcpy(env + NUM_OWN_ENV, fixed_env, sizeof(fixed_env));
		status = nanny_start(&job->nanny, &task, why);
	}
	for (size_t i = 0; i < NUM_OWN_ENV; i++)
		free(own[i]);
	free(run_under);
	free(path);
	return status;
}

/* ---- folder and log ---- */

static void stamp(char text[32])
{
	struct timespec now;
	struct tm utc;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	len = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + len, 32 - len, ".%03ldZ", now.tv_nsec / 1000000);
}

static enum gng_status open_log(struct job *job, const struct gng_run_options *options,
				struct gng_why *why)
{
	const struct gng_test *test = job->record->test;
	const int flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
	char *path = gauge_format("%s/logs", options->dir);

	if (!path)
		return gauge_no_memory(why);
	mkdir(path, 0777);
	free(path);
	free(job->record->log);
	job->record->log = gauge_format("logs/%s%s%s.%s.log", test->id, *test->variant ? "@" : "",
					test->variant, test->build);
	path = job->record->log ? gauge_format("%s/%s", options->dir, job->record->log) : NULL;
	if (!path)
		return gauge_no_memory(why);
	job->log_fd = open(path, flags, 0666);
	if (job->log_fd < 0)
		gng_why_set(why, GNG_ESYS, errno, "gauge.job", "%s: %s", path, strerror(errno));
	free(path);
	return job->log_fd < 0 ? GNG_ESYS : GNG_OK;
}

/* make_folder goes on without a journal: doctor then finds the folder by its name. */
static enum gng_status make_folder(struct job *job, struct gng_journal *journal,
				   struct gng_why *why)
{
	const char *tmp = getenv("TMPDIR");

	job->folder = gauge_format("%s/gonogo-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!job->folder)
		return gauge_no_memory(why);
	/* open to others, since some tests give up root before they look at their files */
	if (mkdtemp(job->folder) && chmod(job->folder, 0755) == 0)
		return gng_journal_note(journal, GNG_JOURNAL_FOLDER, job->folder, NULL) ==
				       GNG_ENOMEM
			       ? gauge_no_memory(why)
			       : GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "gauge.job", "%s: a test's folder: %s",
			   job->folder, strerror(errno));
}

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_folder(struct job *job)
{
	if (job->folder)
		nftw(job->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(job->folder);
	job->folder = NULL;
}

/* read_log allocates what there is: nearly all logs are a few lines. */
static char *read_log(const struct job *job)
{
	struct stat file;
	const size_t len =
		fstat(job->log_fd, &file) == 0 && file.st_size > 0 ? (size_t)file.st_size : 0;
	const size_t cap = len < LOG_READ_CAP ? len : LOG_READ_CAP;
	char *text = calloc(1, cap + 1);

	if (text && pread(job->log_fd, text, cap, 0) < 0)
		*text = '\0';
	return text;
}

static void set_repro(struct gng_record *record, const struct gng_run_options *options)
{
	const struct gng_test *test = record->test;
	const bool first = strcmp(test->build, options->home->builds[0].name) == 0;

	free(record->repro);
	record->repro = gauge_format("gonogo check%s %s%s%s%s%s",
				     test->flags & GNG_TEST_SLOW ? " --slow" : "", test->id,
				     *test->variant ? " --variants " : "", test->variant,
				     first ? "" : " --builds ", first ? "" : test->build);
}

enum gng_status job_start(struct job *job, struct gng_record *record,
			  const struct gng_run_options *options, struct gng_journal *journal,
			  struct gng_why *why)
{
	enum gng_status status;

	*job = (struct job){.record = record, .log_fd = -1};
	record->attempt++;
	stamp(record->started);
	set_repro(record, options);
	status = open_log(job, options, why);
	if (status == GNG_OK)
		status = make_folder(job, journal, why);
	if (status == GNG_OK)
		status = call(job, options, why);
	if (status != GNG_OK) {
		remove_folder(job);
		if (job->log_fd >= 0)
			close(job->log_fd);
	}
	return status;
}

bool job_take(struct job *job)
{
	ssize_t n;

	if (job->answer_len == job->answer_cap) {
		const size_t cap = job->answer_cap ? job->answer_cap * 2 : 4096;
		char *grown = realloc(job->answer, cap);

		if (!grown)
			return false;
		job->answer = grown;
		job->answer_cap = cap;
	}
	n = read(job->nanny.result_fd, job->answer + job->answer_len,
		 job->answer_cap - job->answer_len);
	if (n > 0)
		job->answer_len += (size_t)n;
	return n > 0 || (n < 0 && errno == EINTR);
}

/* badness orders verdicts by how much they cost: --repeat reports the worst. */
static const int badness[GNG_NUM_VERDICTS] = {
	[GNG_PASS] = 0,	   [GNG_SKIP] = 1, [GNG_INCONCLUSIVE] = 2,
	[GNG_MISSING] = 3, [GNG_FAIL] = 4, [GNG_ERROR] = 5,
};

/* keep_worse puts attempt into kept if it is the first one or worse. */
static void keep_worse(struct gng_record *kept, struct gng_record *attempt)
{
	struct gng_record *loser = attempt;

	if (kept->attempt == 1 || badness[attempt->verdict] > badness[kept->verdict]) {
		const struct gng_record swap = *kept;

		*kept = *attempt;
		*attempt = swap;
	}
	gng_record_fini(loser);
}

static void judge(struct job *job, const struct gng_run_options *options, bool stopped)
{
	struct gng_record *record = job->record;
	struct gng_record attempt = {.test = record->test, .attempt = record->attempt};
	struct nanny_result result;
	char *log = read_log(job);
	struct judge_evidence evidence = {
		.test = record->test,
		.options = options,
		.stopped = stopped,
		.timeout_s = timeout_of(record->test, options),
		.log = log ? log : "",
	};

	if (job->answer_len >= sizeof(result)) {
		memcpy(&result, job->answer, sizeof(result));
		evidence.result = &result;
		evidence.report = job->answer + sizeof(result);
		result.report_len = job->answer_len - sizeof(result);
	}
	memcpy(attempt.started, record->started, sizeof(attempt.started));
	attempt.log = record->log ? strdup(record->log) : NULL;
	attempt.repro = record->repro ? strdup(record->repro) : NULL;
	judge_execution(&attempt, &evidence);
	keep_worse(record, &attempt);
	free(log);
}

bool job_end(struct job *job, const struct gng_run_options *options, bool stopped)
{
	const unsigned int attempt = job->record->attempt;

	close(job->nanny.result_fd);
	waitpid(job->nanny.pid, NULL, 0);
	judge(job, options, stopped);
	gng_journal_recover(NULL, NULL); /* the test's processes are dead: theirs are undone */
	job->record->attempt = attempt;
	free(job->answer);
	close(job->log_fd);
	remove_folder(job);
	return !stopped && attempt < options->num_repeat;
}
