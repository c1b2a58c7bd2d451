/* SPDX-License-Identifier: Apache-2.0 */
/* explore_file.c - an unfinished search in a file: numbers, steps, and the states that are left. */
#include "rtos_explore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PLACE "rtos.explore"
#define MAGIC "gonogo rtos explore 1\n"

struct header {
	char magic[24], config[16];
	uint32_t num, num_expanded, num_words, unused;
	uint64_t num_transitions, root_hash;
};

/* root_hash tells whether a file is of this kernel and configuration: the first state, without
 * the addresses of code, which differ in each process. */
static uint64_t root_hash(const struct explore *explore)
{
	const uint64_t words[4] = {sizeof(struct rtos_kernel), sizeof(struct world),
				   explore->config->num_ops, explore->config->num_tasks};
	uint64_t hash = 0;

	for (size_t i = 0; i < 4; i++)
		hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < sizeof(struct rtos_kernel) / 8; i++)
		hash = (hash ^ explore->root.words[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return hash;
}

/* summed is a file with a sum of all that passed: a damaged state would crash the kernel. */
struct summed {
	FILE *file;
	uint64_t sum;
};

static void add(struct summed *summed, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		summed->sum = (summed->sum ^ bytes[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static bool put(struct summed *summed, const void *bytes, size_t len)
{
	add(summed, bytes, len);
	return fwrite(bytes, 1, len, summed->file) == len;
}

static bool get(struct summed *summed, void *bytes, size_t len)
{
	if (fread(bytes, 1, len, summed->file) != len)
		return false;
	add(summed, bytes, len);
	return true;
}

static bool put_all(struct summed *file, const struct explore *explore, const struct header *header)
{
	uint64_t sum;
	bool ok = put(file, header, sizeof(*header)) &&
		  put(file, explore->hashes, explore->num * sizeof(explore->hashes[0])) &&
		  put(file, explore->parents, explore->num * sizeof(explore->parents[0])) &&
		  put(file, explore->steps, explore->num * sizeof(explore->steps[0]));

	for (uint32_t i = explore->num_expanded; ok && i < explore->num; i++) {
		const struct explore_queued *queued = explore->queued[i];

		ok = put(file, &queued->len, sizeof(queued->len)) &&
		     put(file, queued->pairs, (size_t)queued->len * 16);
	}
	sum = file->sum;
	return ok && put(file, &sum, sizeof(sum));
}

enum gng_status explore_save(const struct explore *explore, const char *path, struct gng_why *why)
{
	struct header header = {.num = explore->num,
				.num_expanded = explore->num_expanded,
				.num_words = EXPLORE_WORDS,
				.num_transitions = explore->num_transitions,
				.root_hash = root_hash(explore)};
	struct summed file = {fopen(path, "wb"), 0};
	bool ok;

	memcpy(header.magic, MAGIC, sizeof(MAGIC) - 1);
	snprintf(header.config, sizeof(header.config), "%s", explore->config->name);
	if (!file.file)
		return gng_why_set(why, GNG_ESYS, errno, PLACE, "%s: %s", path, strerror(errno));
	ok = put_all(&file, explore, &header);
	ok = fclose(file.file) == 0 && ok;
	if (!ok)
		return gng_why_set(why, GNG_ESYS, errno, PLACE, "%s: cannot be written whole",
				   path);
	return GNG_OK;
}

static struct explore_queued *get_queued(struct summed *file)
{
	struct explore_queued *queued = NULL;
	uint32_t len;

	if (get(file, &len, sizeof(len)) && len <= EXPLORE_WORDS)
		queued = malloc(sizeof(*queued) + (size_t)len * 16);
	if (!queued)
		return NULL;
	queued->len = len;
	if (!get(file, queued->pairs, (size_t)len * 16)) {
		free(queued);
		return NULL;
	}
	for (uint32_t i = 0; i < len; i++) {
		if (queued->pairs[2 * i] < EXPLORE_WORDS)
			continue;
		free(queued);
		return NULL;
	}
	return queued;
}

static bool get_all(struct summed *file, struct explore *explore, const struct header *header)
{
	const bool ok = get(file, explore->hashes, header->num * sizeof(explore->hashes[0])) &&
			get(file, explore->parents, header->num * sizeof(explore->parents[0])) &&
			get(file, explore->steps, header->num * sizeof(explore->steps[0]));

	if (!ok)
		return false;
	memset(explore->table, 0, explore->table_cap * sizeof(explore->table[0]));
	for (uint32_t i = 0; i < header->num; i++) {
		if (explore->parents[i] > i)
			return false;
		explore_put_hash(explore, i);
	}
	free(explore->queued[0]);
	explore->num_expanded = explore->num = header->num_expanded;
	for (uint32_t i = header->num_expanded; i < header->num; i++, explore->num++) {
		explore->queued[i] = get_queued(file);
		if (!explore->queued[i])
			return false;
	}
	explore->num_transitions = header->num_transitions;
	return true;
}

static bool is_whole(struct summed *file)
{
	const uint64_t sum = file->sum;
	uint64_t stored;

	return get(file, &stored, sizeof(stored)) && stored == sum && fgetc(file->file) == EOF;
}

enum gng_status explore_load(struct explore *explore, const char *path, struct gng_why *why)
{
	struct summed file = {fopen(path, "rb"), 0};
	struct header header;
	bool ok;

	if (!file.file)
		return gng_why_set(why, GNG_ESYS, errno, PLACE, "%s: %s", path, strerror(errno));
	ok = get(&file, &header, sizeof(header)) &&
	     memcmp(header.magic, MAGIC, sizeof(MAGIC) - 1) == 0;
	if (ok && (header.root_hash != root_hash(explore) || header.num_words != EXPLORE_WORDS ||
		   strncmp(header.config, explore->config->name, sizeof(header.config)) != 0)) {
		fclose(file.file);
		return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
				   "%s: is of another kernel or configuration: begin anew", path);
	}
	if (ok && header.num > explore->cap) {
		fclose(file.file);
		return gng_why_set(why, GNG_ELIMIT, 0, PLACE,
				   "%s: has %" PRIu32 " states: ask for more with --max-states",
				   path, header.num);
	}
	ok = ok && header.num_expanded <= header.num && header.num > 0 &&
	     get_all(&file, explore, &header) && is_whole(&file);
	fclose(file.file);
	if (!ok)
		return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
				   "%s: is no saved search, or a damaged one: begin anew", path);
	return GNG_OK;
}
