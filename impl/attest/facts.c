/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.c - signoff/v1: what only the machine of the run can tell: the tree, the programs, the
 * vectors, the time stamp counter. What cannot be read is the text "absent".
 */
#include "attest_statement.h"

#include <fts.h>
#include <limits.h>
#include <pwd.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <gng_clock.h>
#include <openssl/evp.h>

#include "attest_key.h"

extern char **environ;

#define MAX_DIFF ((size_t)256 << 20)
#define CALIBRATE_NS UINT64_C(100000000)

static json_t *absent(void)
{
	return json_string(ATTEST_ABSENT);
}

/* ---- git ---- */

/* read_all returns what comes from fd until its end (caller frees), or NULL. */
static char *read_all(int fd, size_t *len)
{
	FILE *in = fdopen(fd, "r"), *out;
	char chunk[65536], *text = NULL;
	size_t n;

	out = in ? open_memstream(&text, len) : NULL;
	while (out && (n = fread(chunk, 1, sizeof(chunk), in)) > 0 && ftell(out) < (long)MAX_DIFF)
		fwrite(chunk, 1, n, out);
	if (in)
		fclose(in);
	else
		close(fd);
	if (out && fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* git_says returns the whole answer of git in source, or NULL if it refused. */
static char *git_says(size_t *len, const char *source, const char *const words[])
{
	char *argv[16] = {"git", "-c",		"safe.directory=*", "--no-optional-locks",
			  "-C",	 (char *)source};
	posix_spawn_file_actions_t actions;
	int pipe_fd[2], status = -1;
	size_t num = 6;
	char *text;
	pid_t pid;

	for (size_t i = 0; words[i] && num < 15; i++)
		argv[num++] = (char *)words[i];
	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, "git", &actions, NULL, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fd[1]);
	text = read_all(pipe_fd[0], len);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return text;
	free(text);
	return NULL;
}

static json_t *sha256_json(const char *bytes, size_t len)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char hex[65];

	if (EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return absent();
	attest_hex(hex, digest, 32);
	return json_string(hex);
}

/* untracked_json hashes each file of the list that git ended by NULs. */
static json_t *untracked_json(const char *source, const char *list, size_t len)
{
	json_t *json = json_object();
	char *path, hex[65];

	for (size_t at = 0; at < len; at += strlen(list + at) + 1) {
		if (asprintf(&path, "%s/%s", source, list + at) < 0)
			break;
		json_object_set_new(json, list + at,
				    json_string(attest_sha256(hex, path) ? hex : ATTEST_ABSENT));
		free(path);
	}
	return json;
}

/* tree_json says what the tree was beside the commit: the hash of its changes, and each file
 * that no commit has. A tree of which git says nothing is not called clean. */
static json_t *tree_json(const char *source, const char *commit)
{
	const char *const diff_words[] = {"diff", "--binary", "--no-ext-diff", commit, NULL};
	static const char *const list_words[] = {"ls-files", "-z", "--others", "--exclude-standard",
						 NULL};
	size_t diff_len = 0, list_len = 0;
	char *diff = NULL, *list = NULL;
	json_t *json;

	if (strcmp(commit, ATTEST_ABSENT) != 0) {
		diff = git_says(&diff_len, source, diff_words);
		list = git_says(&list_len, source, list_words);
	}
	if (diff && list)
		json = json_pack("{sb so sI so so}", "dirty", diff_len || list_len, "diff_sha256",
				 sha256_json(diff, diff_len), "diff_bytes", (json_int_t)diff_len,
				 "untracked_sha256", sha256_json(list, list_len), "untracked",
				 untracked_json(source, list, list_len));
	else
		json = json_pack("{ss ss ss}", "dirty", ATTEST_ABSENT, "diff_sha256", ATTEST_ABSENT,
				 "untracked_sha256", ATTEST_ABSENT);
	free(diff);
	free(list);
	return json;
}

/* ---- files that were used ---- */

static bool has_suffix(const char *name, const char *const *suffixes)
{
	if (!suffixes[0])
		return true;
	for (; *suffixes; suffixes++) {
		const size_t len = strlen(*suffixes), all = strlen(name);

		if (all > len && strcmp(name + all - len, *suffixes) == 0)
			return true;
	}
	return false;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

json_t *statement_files(const char *root, const char *folder, const char *const *suffixes)
{
	json_t *json = json_object();
	char *path, hex[65];
	const FTSENT *entry;
	FTS *tree;

	if (asprintf(&path, "%s/%s", root, folder) < 0)
		return json;
	char *roots[] = {path, NULL};
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	while (tree && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F && has_suffix(entry->fts_name, suffixes) &&
		    attest_sha256(hex, entry->fts_path))
			json_object_set_new(json, entry->fts_path + strlen(root) + 1,
					    json_string(hex));
	if (tree)
		fts_close(tree);
	free(path);
	return json;
}

/* ---- builds ---- */

static bool is_used(const struct evidence *evidence, const char *build)
{
	for (size_t i = 0; i < evidence->num_builds; i++)
		if (strcmp(evidence->builds[i], build) == 0)
			return true;
	return false;
}

static void add_build(json_t *builds, json_t *programs, const struct gng_build *build)
{
	static const char *const all[] = {NULL};
	json_t *files = statement_files(build->dir, "tests", all), *hex;
	const char *name;
	char key[512];

	json_array_append_new(builds,
			      json_pack("{ss ss ss ss}", "name", build->name, "compiler",
					build->compiler, "run_under", build->run_under, "linker",
					*build->linker ? build->linker : ATTEST_ABSENT));
	json_object_foreach(files, name, hex)
	{
		snprintf(key, sizeof(key), "%s/%s", build->name, name);
		json_object_set(programs, key, hex);
	}
	json_decref(files);
}

/* gauge_json hashes this program; no digest is made through a link. */
static json_t *gauge_json(void)
{
	char path[PATH_MAX], hex[65];
	const ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len <= 0)
		return absent();
	path[len] = '\0';
	return attest_sha256(hex, path) ? json_string(hex) : absent();
}

static void add_builds(json_t *json, const struct evidence *evidence, const struct gng_home *home)
{
	json_t *builds = json_array(), *programs = json_object();

	for (size_t i = 0; i < home->num_builds; i++)
		if (is_used(evidence, home->builds[i].name))
			add_build(builds, programs, &home->builds[i]);
	json_object_set_new(json, "builds", builds);
	json_object_set_new(json, "programs", programs);
	json_object_set_new(json, "gauge_sha256", gauge_json());
}

/* ---- machine and people ---- */

static json_t *tsc_json(void)
{
	struct gng_clock_rate rate;

	if (gng_clock_calibrate(&rate, CALIBRATE_NS, NULL) != GNG_OK)
		return absent();
	return json_pack("{sf sf sI ss}", "hz", rate.hz, "error_ppm", rate.error_ppm, "elapsed_ns",
			 (json_int_t)rate.elapsed_ns, "clocksource", rate.clocksource);
}

static json_t *pressure_json(const char *path)
{
	char line[256] = "";
	FILE *file = fopen(path, "re");

	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	return *line ? json_string(line) : absent();
}

static json_t *operator_json(void)
{
	const char *name = getenv("GNG_OPERATOR");
	const struct passwd *user = name && *name ? NULL : getpwuid(getuid());
	json_t *json = json_string(user ? user->pw_name : name);

	return json ? json : absent();
}

/* previous_json is the hash of the bundle before, which makes the archive a chain. */
static json_t *previous_json(const struct evidence *evidence)
{
	const char *id = json_string_value(json_object_get(evidence->summary, "previous"));
	char *path, hex[65] = ATTEST_ABSENT;

	if (!id || strchr(id, '/') ||
	    asprintf(&path, "%s/../%s/%s", evidence->dir, id, GNG_ATTEST_BUNDLE) < 0)
		return absent();
	if (!attest_sha256(hex, path))
		snprintf(hex, sizeof(hex), "%s", ATTEST_ABSENT);
	free(path);
	return json_pack("{ss ss}", "id", id, "bundle_sha256", hex);
}

static void add_machine(json_t *json, const struct evidence *evidence)
{
	char now[32];

	statement_now(now);
	json_object_set_new(json, "finished", json_string(now));
	json_object_set_new(json, "tsc", tsc_json());
	json_object_set_new(json, "pressure_cpu", pressure_json("/proc/pressure/cpu"));
	json_object_set_new(json, "pressure_memory", pressure_json("/proc/pressure/memory"));
	json_object_set_new(json, "pressure_io", pressure_json("/proc/pressure/io"));
	json_object_set_new(json, "nic_firmware", statement_ports("", statement_ask_port));
	json_object_set_new(json, "gpu_firmware", statement_gpus(""));
	json_object_set_new(json, "tpm_quote", absent()); /* nothing here asks a TPM */
	json_object_set_new(json, "operator", operator_json());
	json_object_set_new(json, "previous_report", previous_json(evidence));
}

json_t *statement_facts(const struct evidence *evidence, const struct gng_home *home)
{
	static const char *const all[] = {NULL}, *const corpora[] = {".seeds", ".dict", NULL},
				 *const budgets[] = {".budget", NULL};
	const json_t *item = json_object_get(evidence->summary, "item");
	const char *commit = json_string_value(json_object_get(item, "commit"));
	json_t *json = json_object();

	add_builds(json, evidence, home);
	json_object_set_new(json, "vectors", statement_files(home->source, "vectors", all));
	json_object_set_new(json, "corpora", statement_files(home->source, "fuzz", corpora));
	json_object_set_new(json, "budget_files",
			    statement_files(home->source, "hwtests", budgets));
	json_object_set_new(json, "tree", tree_json(home->source, commit ? commit : ATTEST_ABSENT));
	add_machine(json, evidence);
	return json;
}
