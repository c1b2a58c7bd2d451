/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_fuzz.c - rules that are accepted decide frames as a filter with the words of the rule one
 * by one does: a rule matches if each of its words alone does.
 *
 * The text is up to the first zero byte; a frame follows.
 */
/* bundle: 65 */
#include "../block.h"
#include "../suite.h"

#include <gng_frame.h>

static bool is_alone(const char *word)
{
	return strcmp(word, "ip4") == 0 || strcmp(word, "ip6") == 0 || strcmp(word, "udp") == 0 ||
	       strcmp(word, "tcp") == 0;
}

static bool matches_word(const char *rule, const struct gng_frame *frame, const uint8_t *bytes)
{
	struct gng_frame_filter filter = {0};

	fuzz_check(gng_frame_filter_add(&filter, rule, NULL) == GNG_OK, "a word of a rule", rule);
	return gng_frame_filter_match(&filter, frame, bytes);
}

/* matches_all takes the rule apart; it has been accepted, so words with a value have one. */
static bool matches_all(char *text, const struct gng_frame *frame, const uint8_t *bytes)
{
	char *rest = NULL, *word = strtok_r(text, " \t", &rest);
	bool matches = true;

	while ((word = strtok_r(NULL, " \t", &rest))) {
		char rule[200];

		snprintf(rule, sizeof(rule), "accept %s %s", word,
			 is_alone(word) ? "" : strtok_r(NULL, " \t", &rest));
		matches = matches_word(rule, frame, bytes) && matches;
	}
	return matches;
}

/* twice says whether a word stands twice: the last one counts then. */
static bool twice(const char *text, const char *word)
{
	const char *first = strstr(text, word);

	return first && strstr(first + 1, word);
}

static bool has_double(const char *text)
{
	static const char *const words[] = {"vlan", "sport", "dport", "src", "dst"};
	bool found = false;

	for (size_t i = 0; i < 5; i++)
		found |= twice(text, words[i]);
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_frame_filter filter; /* 64 rules, of which an input has one */
	struct gng_frame_fault fault;
	struct gng_frame frame;
	size_t len;
	char *text;

	if (size == 0 || size > 4096)
		return 0;
	len = strnlen((const char *)data, size - 1);
	text = fuzz_copy(data, len);
	filter.num_rules = 0;
	filter.num_matched[0] = filter.num_matched[1] = 0;
	if (gng_frame_filter_add(&filter, text, NULL) != GNG_OK) {
		fuzz_check(filter.num_rules == 0, "a refused rule", "that was kept");
	} else if (gng_frame_read(&frame, &fault, data + len + 1, size - len - 1) == GNG_OK &&
		   !has_double(text)) {
		const bool accepts = filter.rules[0].accept;
		const bool decided = gng_frame_filter_match(&filter, &frame, data + len + 1);
		const bool matched = filter.num_matched[0] == 1;

		fuzz_check(filter.num_matched[0] + filter.num_matched[1] == 1, "the count",
			   "of one frame");
		fuzz_check(decided == (matched && accepts), "the verdict", "of a rule");
		fuzz_check(matched == matches_all(text, &frame, data + len + 1), "the words",
			   "one by one");
	}
	return 0;
}
