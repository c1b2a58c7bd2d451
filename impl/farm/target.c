/* SPDX-License-Identifier: Apache-2.0 */
/* target.c - finds fuzzers: those of this tree, or all programs of a folder. */
#include "farm_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX "_fuzz"

bool farm_has(const char *program)
{
	const char *path = getenv("PATH");
	char file[FARM_PATH];

	while (path && *path) {
		const size_t len = strcspn(path, ":");

		farm_path(file, "%.*s/%s", (int)len, path, program);
		if (access(file, X_OK) == 0)
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static bool is_program(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode) && access(path, X_OK) == 0;
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* ---- one fuzzer ---- */

static enum farm_class class_of(const char *source)
{
	static const char *const names[] = {
		[FARM_PARSER] = "/* class: parser */",
		[FARM_CRYPTO] = "/* class: crypto */",
		[FARM_DER] = "/* class: der */",
		[FARM_YARDSTICK] = "/* class: yardstick */",
	};
	enum farm_class kind = FARM_PARSER;
	size_t len;
	char *text = farm_read(source, &len);

	for (size_t i = 0; text && i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(text, names[i]))
			kind = (enum farm_class)i;
	free(text);
	return kind;
}

static void keep_if(char kept[FARM_PATH], bool (*exists)(const char *path), const char *path)
{
	farm_path(kept, "%s", exists(path) ? path : "");
}

/* of_go fills in what a fuzzer that is half Go, <subsystem>_go-<stem>_fuzz, has elsewhere: its
 * seeds lie beside its Go source, and no program of its own unpacks them. */
static void of_go(struct farm_target *target, const struct gng_home *home)
{
	const char *at = strstr(target->name, "_go-");
	char path[FARM_PATH];

	if (!at)
		return;
	target->kind = FARM_GO;
	farm_path(path, "%s/fuzz/%.*s/targets/%.*s.seeds", home->source, (int)(at - target->name),
		  target->name, (int)(strlen(at) - strlen("_go-") - strlen(SUFFIX)),
		  at + strlen("_go-"));
	keep_if(target->seeds, is_there, path);
	farm_path(path, "%s/tests/farm_trivial_fuzz", home->builds[0].dir);
	keep_if(target->replay, is_program, path);
}

/* own fills in what a fuzzer of this tree has beside its source. */
static void own(struct farm_target *target, const struct gng_home *home)
{
	const char *build = home->builds[0].dir, *stem = strchr(target->name, '_');
	const int subsystem_len = stem ? (int)(stem - target->name) : 0;
	const int stem_len = stem ? (int)(strlen(stem + 1) - strlen(SUFFIX)) : -1;
	char base[FARM_PATH], path[FARM_PATH];

	if (stem_len <= 0)
		return;
	farm_path(base, "%s/fuzz/%.*s/%.*s", home->source, subsystem_len, target->name, stem_len,
		  stem + 1);
	snprintf(target->id, sizeof(target->id), "fuzz.%.*s.%.*s", subsystem_len, target->name,
		 stem_len, stem + 1);
	farm_path(path, "%s.seeds", base);
	keep_if(target->seeds, is_there, path);
	farm_path(path, "%s.dict", base);
	keep_if(target->dict, is_there, path);
	farm_path(path, "%s/tests/%s", build, target->name);
	keep_if(target->replay, is_program, path);
	farm_path(path, "%s/fuzz/tests/%s", build, target->name);
	keep_if(target->twin, is_program, path);
	farm_path(path, "%s/fuzzcov/tests/%s", build, target->name);
	keep_if(target->coverage, is_program, path);
	farm_path(path, "%s_fuzz.c", base);
	target->kind = class_of(path);
	of_go(target, home);
}

/* foreign takes what OSS-Fuzz would put beside a program, but the seeds as a folder. */
static void foreign(struct farm_target *target, const struct farm_choice *choice)
{
	char path[FARM_PATH];

	if (strcmp(choice->engine, "libfuzzer") == 0)
		farm_path(target->twin, "%s", target->program);
	farm_path(path, "%s/%s_seed_corpus", choice->folder, target->name);
	keep_if(target->seeds, is_there, path);
	farm_path(path, "%s/%s.dict", choice->folder, target->name);
	keep_if(target->dict, is_there, path);
}

/* ---- which of them ---- */

/* matches: name is the id, or a prefix of it that ends at a dot, with or without "fuzz.". */
static bool matches(const struct farm_target *target, const char *name)
{
	const char *ids[] = {target->id, target->id + (*target->id ? strlen("fuzz.") : 0)};

	if (strcmp(target->name, name) == 0)
		return true;
	for (size_t i = 0; i < 2; i++) {
		const size_t len = strlen(name);

		if (len && strncmp(ids[i], name, len) == 0 &&
		    (ids[i][len] == '\0' || ids[i][len] == '.'))
			return true;
	}
	return false;
}

static bool is_wanted(const struct farm_target *target, const struct farm_choice *choice)
{
	for (size_t i = 0; i < choice->num_names; i++)
		if (matches(target, choice->names[i]))
			return true;
	if (target->kind == FARM_YARDSTICK)
		return choice->yardstick;
	return choice->num_names == 0;
}

static enum gng_status check_names(const struct farm_targets *all, const struct farm_choice *choice,
				   struct gng_why *why)
{
	for (size_t i = 0; i < choice->num_names; i++) {
		bool found = false;

		for (size_t j = 0; j < all->num && !found; j++)
			found = matches(&all->all[j], choice->names[i]);
		if (!found)
			return gng_why_set(why, GNG_EINVAL, 0, "farm.target",
					   "'%s' is no fuzzer that was built: gonogo fuzz --list "
					   "names them",
					   choice->names[i]);
	}
	return GNG_OK;
}

static enum gng_status none(const struct farm_choice *choice, const char *folder,
			    struct gng_why *why)
{
	const bool afl = strcmp(choice->engine, "afl") == 0;
	const char *compiler = afl ? "afl-clang-fast" : "clang";

	if (choice->folder)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.target",
				   "%s holds no program whose name ends in _fuzz: build them there",
				   folder);
	if (!farm_has(compiler))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.target",
				   "no fuzzer can be built here, %s is not installed: "
				   "ci/setup %s",
				   compiler, afl ? "afl" : "fuzz");
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.target",
			   "no fuzzer was built in %s: ci/build %s", folder, afl ? "afl" : "fuzz");
}

static void add(struct farm_targets *targets, const char *folder, const char *name,
		const struct gng_home *home, const struct farm_choice *choice)
{
	const size_t len = strlen(name);
	struct farm_target *target;

	if (len <= strlen(SUFFIX) || len >= FARM_NAME ||
	    strcmp(name + len - strlen(SUFFIX), SUFFIX) != 0)
		return;
	target = &targets->all[targets->num];
	memset(target, 0, sizeof(*target));
	strcpy(target->name, name);
	farm_path(target->program, "%s/%s", folder, name);
	farm_path(target->dir, "%s/%s", choice->out, name);
	if (choice->folder)
		foreign(target, choice);
	else
		own(target, home);
	targets->num += is_program(target->program);
}

static void narrow(struct farm_targets *targets, const struct farm_choice *choice)
{
	size_t kept = 0;

	for (size_t i = 0; i < targets->num; i++)
		if (is_wanted(&targets->all[i], choice))
			targets->all[kept++] = targets->all[i];
	targets->num = kept;
}

enum gng_status farm_targets_open(struct farm_targets *targets, const struct gng_home *home,
				  const struct farm_choice *choice, struct gng_why *why)
{
	const char *engine = strcmp(choice->engine, "afl") == 0 ? "afl" : "fuzz";
	char folder[FARM_PATH];
	struct farm_names list;
	enum gng_status status = GNG_OK;

	memset(targets, 0, sizeof(*targets));
	if (choice->folder)
		farm_path(folder, "%s", choice->folder);
	else
		farm_path(folder, "%s/%s/tests", home->builds[0].dir, engine);
	farm_list(&list, folder);
	targets->all = calloc(list.num + 1, sizeof(*targets->all));
	if (!targets->all)
		status = gng_why_set(why, GNG_ENOMEM, 0, "farm.target", "no memory");
	for (size_t i = 0; i < list.num && status == GNG_OK; i++)
		add(targets, folder, list.names[i], home, choice);
	farm_list_fini(&list);
	if (status == GNG_OK && targets->num == 0)
		status = none(choice, folder, why);
	if (status == GNG_OK)
		status = check_names(targets, choice, why);
	if (status == GNG_OK)
		narrow(targets, choice);
	if (status != GNG_OK)
		farm_targets_close(targets);
	return status;
}

void farm_targets_close(struct farm_targets *targets)
{
	free(targets->all);
	memset(targets, 0, sizeof(*targets));
}
