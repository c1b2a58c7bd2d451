/* SPDX-License-Identifier: Apache-2.0 */
/* corpus.c - the inputs of a campaign: seeds in, merges, and nothing lost to a kill. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "farm_campaign.h"

#define ROOM ((uint64_t)64 << 20) /* free bytes under which a campaign stops */
#define UNPACK_S 30
#define MERGE_S 600 /* one hanging input once made a merge last over nine minutes */

static void in(char path[FARM_PATH], const struct farm_campaign *campaign, const char *name)
{
	farm_path(path, "%s/%s", campaign->target->dir, name);
}

bool farm_corpus_room(const struct farm_campaign *campaign, struct gng_why *why)
{
	struct statvfs device;
	uint64_t left;

	if (statvfs(campaign->target->dir, &device) != 0)
		return true;
	left = (uint64_t)device.f_bavail * device.f_frsize;
	if (left >= ROOM)
		return true;
	gng_why_set(why, GNG_ESYS, ENOSPC, "farm.corpus",
		    "%s: %llu MiB are free on this device, a campaign wants %llu: free some, and "
		    "it goes on where it was",
		    campaign->target->dir, (unsigned long long)(left >> 20),
		    (unsigned long long)(ROOM >> 20));
	return false;
}

/* ---- at the start ---- */

static enum gng_status make_folders(const struct farm_campaign *campaign, struct gng_why *why)
{
	static const char *const names[] = {"corpus", "queue", "crashes", "fixed"};
	enum gng_status status = GNG_OK;
	char path[FARM_PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && status == GNG_OK; i++) {
		in(path, campaign, names[i]);
		status = farm_make_dir(path, why);
	}
	for (size_t n = 0; n < campaign->options->num_jobs && status == GNG_OK; n++) {
		farm_path(path, "%s/work/%zu", campaign->target->dir, n);
		status = farm_make_dir(path, why);
	}
	return status;
}

/* mend: what a killed run left goes where it belongs. */
static void mend(struct farm_campaign *campaign)
{
	char corpus[FARM_PATH], path[FARM_PATH], queue[FARM_PATH];
	struct farm_names list;

	in(corpus, campaign, "corpus");
	in(path, campaign, "corpus.next");
	farm_move_all(corpus, path);
	in(queue, campaign, "queue");
	in(path, campaign, "work");
	farm_list(&list, path);
	for (size_t i = 0; i < list.num; i++) {
		farm_path(path, "%s/work/%s", campaign->target->dir, list.names[i]);
		farm_move_all(queue, path);
	}
	farm_list_fini(&list);
	in(path, campaign, "scratch");
	farm_remove(path);
}

/* unpack makes seeds/ anew: of a .seeds file by its test program, or of a folder as it is. */
static enum gng_status unpack(struct farm_campaign *campaign, struct gng_why *why)
{
	const struct farm_target *target = campaign->target;
	struct farm_child child = {0};
	char seeds[FARM_PATH], *line;
	const char *argv[] = {target->replay, "--seeds", target->seeds, "--unpack", seeds, NULL};
	const char *copy[] = {"cp", "-rT", "--", target->seeds, seeds, NULL};
	enum gng_status status;

	in(seeds, campaign, "seeds");
	farm_remove(seeds);
	status = farm_make_dir(seeds, why);
	if (status != GNG_OK || !*target->seeds)
		return status;
	if (*target->id && !*target->replay)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.corpus",
				   "the program that unpacks %s was not built: ci/build release",
				   target->seeds);
	status = farm_child_start(&child, *target->id ? argv : copy, NULL, NULL, why);
	child.deadline_s = farm_now() + UNPACK_S;
	farm_child_wait(&child, campaign->options->stop);
	line = farm_child_line(&child);
	if (status == GNG_OK && child.status != 0)
		status = gng_why_set(why, GNG_EFORMAT, 0, "farm.corpus", "seeds: %s",
				     line ? line : target->seeds);
	free(line);
	farm_child_fini(&child);
	return status;
}

/* link_all gives AFL++ one folder of inputs; it takes no empty one. */
static void link_all(const char *to, const char *from, size_t *num)
{
	char source[FARM_PATH], target[FARM_PATH];
	struct farm_names list;

	farm_list(&list, from);
	for (size_t i = 0; i < list.num; i++) {
		farm_path(source, "%s/%s", from, list.names[i]);
		farm_path(target, "%s/%s", to, list.names[i]);
		*num += link(source, target) == 0;
	}
	farm_list_fini(&list);
}

static enum gng_status prepare_afl(struct farm_campaign *campaign, struct gng_why *why)
{
	char to[FARM_PATH], from[FARM_PATH];
	enum gng_status status;
	size_t num = 0;

	in(to, campaign, "afl-in");
	farm_remove(to);
	status = farm_make_dir(to, why);
	in(from, campaign, "corpus");
	link_all(to, from, &num);
	in(from, campaign, "seeds");
	link_all(to, from, &num);
	farm_path(from, "%s/afl-in/first", campaign->target->dir);
	if (status == GNG_OK) /* at least one input that is not empty */
		status = farm_write(from, "0", 1, why);
	return status;
}

enum gng_status farm_corpus_prepare(struct farm_campaign *campaign, struct gng_why *why)
{
	enum gng_status status = make_folders(campaign, why);
	char corpus[FARM_PATH];

	if (status != GNG_OK)
		return status;
	mend(campaign);
	status = make_folders(campaign, why); /* mending removes the folders that it empties */
	if (status == GNG_OK)
		status = unpack(campaign, why);
	if (status == GNG_OK && farm_is_afl(campaign))
		status = prepare_afl(campaign, why);
	in(corpus, campaign, "corpus");
	farm_size(&campaign->corpus_before, &campaign->corpus_bytes, corpus);
	campaign->corpus = campaign->corpus_before;
	if (campaign->options->time_s > 0) /* else this run is there to look at what is known */
		campaign->merged_corpus = campaign->corpus;
	return status;
}

/* ---- merges ---- */

enum gng_status farm_merge_start(struct farm_campaign *campaign, struct gng_why *why)
{
	char corpus[FARM_PATH], next[FARM_PATH], prefix[FARM_PATH];
	const char *argv[] = {
		campaign->target->twin, "-merge=1", FARM_LIMITS, prefix, next, corpus, NULL};
	enum gng_status status;

	in(corpus, campaign, "corpus");
	in(next, campaign, "corpus.next");
	farm_path(prefix, "-artifact_prefix=%s/queue/merge-", campaign->target->dir);
	farm_remove(next);
	status = farm_make_dir(next, why);
	farm_list(&campaign->side.before, corpus);
	if (status == GNG_OK)
		status = farm_child_start(&campaign->side.child, argv, farm_env(false), NULL, why);
	campaign->side.child.deadline_s = farm_now() + MERGE_S;
	return status;
}

static bool was_there(const struct farm_names *before, const char *name)
{
	size_t lo = 0, hi = before->num;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;
		const int order = strcmp(before->names[middle], name);

		if (order == 0)
			return true;
		if (order < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return false;
}

/* rescue moves what was found while the merge ran from the old folder into the new one. */
static void rescue(const struct farm_campaign *campaign, const char *corpus, const char *old)
{
	char from[FARM_PATH], to[FARM_PATH];
	struct farm_names list;

	farm_list(&list, old);
	for (size_t i = 0; i < list.num; i++) {
		if (was_there(&campaign->side.before, list.names[i]))
			continue;
		farm_path(from, "%s/%s", old, list.names[i]);
		farm_path(to, "%s/%s", corpus, list.names[i]);
		rename(from, to);
	}
	farm_list_fini(&list);
}

/* A merge that was cut short, or that threw everything away, is not taken. */
void farm_merge_end(struct farm_campaign *campaign)
{
	struct farm_side *side = &campaign->side;
	char corpus[FARM_PATH], next[FARM_PATH];
	uint64_t num, bytes;

	in(corpus, campaign, "corpus");
	in(next, campaign, "corpus.next");
	farm_size(&num, &bytes, next);
	if (side->child.status == 0 && !side->child.timed_out &&
	    (num > 0 || side->before.num == 0) && farm_exchange(corpus, next, NULL) == GNG_OK) {
		rescue(campaign, corpus, next);
		campaign->merges++;
	}
	farm_remove(next);
	farm_list_fini(&side->before);
	farm_size(&campaign->corpus, &campaign->corpus_bytes, corpus);
	campaign->merged_corpus = campaign->corpus;
	campaign->merged_s = farm_now();
}

/* ---- single inputs ---- */

static bool same(const char *path, const char *bytes, size_t len)
{
	size_t other_len;
	struct stat file;
	char *other = stat(path, &file) == 0 && (size_t)file.st_size == len
			      ? farm_read(path, &other_len)
			      : NULL;
	const bool equal = other && other_len == len && memcmp(other, bytes, len) == 0;

	free(other);
	return equal;
}

void farm_corpus_drop(struct farm_campaign *campaign, const char *input)
{
	static const char *const folders[] = {"corpus", "seeds", "afl-in"};
	char folder[FARM_PATH], path[FARM_PATH];
	struct farm_names list;
	size_t len;
	char *bytes = farm_read(input, &len);

	for (size_t f = 0; bytes && f < sizeof(folders) / sizeof(folders[0]); f++) {
		in(folder, campaign, folders[f]);
		farm_list(&list, folder);
		for (size_t i = 0; i < list.num; i++) {
			farm_path(path, "%s/%s", folder, list.names[i]);
			if (same(path, bytes, len))
				unlink(path);
		}
		farm_list_fini(&list);
	}
	free(bytes);
}

static uint64_t hash(const char *bytes, size_t len)
{
	uint64_t sum = UINT64_C(14695981039346656037); /* FNV-1a, 64 bits: a name, no proof */

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return sum;
}

static void import(struct farm_campaign *campaign, const char *folder)
{
	char from[FARM_PATH], to[FARM_PATH];
	struct farm_names list;

	farm_list(&list, folder);
	for (size_t i = 0; i < list.num; i++) {
		size_t len;
		char *bytes;

		if (strncmp(list.names[i], "id:", 3) != 0)
			continue;
		farm_path(from, "%s/%s", folder, list.names[i]);
		bytes = farm_read(from, &len);
		farm_path(to, "%s/corpus/afl-%016llx", campaign->target->dir,
			  (unsigned long long)(bytes ? hash(bytes, len) : 0));
		if (bytes && access(to, F_OK) != 0 && farm_write(to, bytes, len, NULL) != GNG_OK)
			unlink(to);
		free(bytes);
	}
	farm_list_fini(&list);
}

void farm_corpus_import(struct farm_campaign *campaign)
{
	char folder[FARM_PATH];

	for (size_t n = 0; n < campaign->options->num_jobs; n++) {
		farm_path(folder, "%s/afl/p%zu/queue", campaign->target->dir, n);
		import(campaign, folder);
	}
	in(folder, campaign, "corpus");
	farm_size(&campaign->corpus, &campaign->corpus_bytes, folder);
}
