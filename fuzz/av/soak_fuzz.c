/* SPDX-License-Identifier: Apache-2.0 */
/*
 * soak_fuzz.c - lines of any JSON, each with its right hash, are refused with a reason or add up:
 * no more misses than frames, each with a cause, and as many samples as frames.
 *
 * JSON texts with a line feed between them.
 */
/* bundle: 42 */
#include "../suite.h"

#include <av_soak.h>

#define MAX_TEXT ((size_t)1 << 17)

/* chain writes the lines of data with their hashes, and returns the length. */
static size_t chain(char text[MAX_TEXT], const uint8_t *data, size_t size)
{
	char hash[AV_SOAK_HASH], json[4096];
	size_t len = 0;

	memset(hash, '0', AV_SOAK_HASH - 1);
	hash[AV_SOAK_HASH - 1] = '\0';
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		const size_t part = end ? (size_t)(end - data) : size;
		char *line = NULL;

		if (part >= sizeof(json) || len + part + AV_SOAK_HASH + 2 > MAX_TEXT)
			break;
		memcpy(json, data, part);
		json[part] = '\0';
		if (av_soak_line(&line, hash, json, NULL) != GNG_OK)
			break;
		memcpy(text + len, line, strlen(line));
		len += strlen(line);
		free(line);
		data += part + (end != NULL);
		size -= part + (end != NULL);
	}
	return len;
}

static void check_side(const struct av_soak_side *side)
{
	uint64_t sum = 0;

	for (int cause = 0; cause < GNG_AV_NUM_CAUSES; cause++)
		sum += side->causes[cause];
	fuzz_check(sum == side->misses, "misses without a cause", "read");
	fuzz_check(side->misses <= side->num, "more misses than frames", "read");
	fuzz_check((side->hist ? side->hist->total : 0) == side->num, "samples", "read");
}

static void check_near(const struct av_soak *soak)
{
	uint64_t misses = UINT64_MAX;

	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++)
		for (int side = 0; side < 2; side++)
			fuzz_check(soak->near[kind].num[side] <=
						   (side ? soak->audio.num : soak->video.num) &&
					   soak->near[kind].missed[side] <=
						   soak->near[kind].num[side],
				   "more is near than there was", "read");
	fuzz_check(soak->num_worst <= soak->minutes_missed, "a bad line too many", "read");
	for (size_t i = 0; i < soak->num_worst; i++) {
		const uint64_t now = soak->worst[i].missed[0] + soak->worst[i].missed[1];

		fuzz_check(now > 0 && now <= misses, "the worst are not first", "read");
		misses = now;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[MAX_TEXT];
	const size_t len = chain(text, data, size);
	struct gng_why why = {0};
	struct av_soak soak;

	if (av_soak_read(&soak, "f", text, len, &why) != GNG_OK) {
		fuzz_check(why.text[0] != '\0', "refused without a reason", "read");
		return 0;
	}
	fuzz_check(soak.torn == 0 && soak.good_len == len, "a whole line is torn", "read");
	check_side(&soak.video);
	check_side(&soak.audio);
	check_near(&soak);
	fuzz_check(soak.minutes_missed <= soak.minutes && soak.boots <= soak.segments, "counts",
		   "read");
	av_soak_fini(&soak);
	return 0;
}
