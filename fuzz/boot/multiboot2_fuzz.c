/* SPDX-License-Identifier: Apache-2.0 */
/* multiboot2_fuzz.c - the reader and rows of rules refuse the same bytes at the same place; the
 * tags of what is accepted follow each other. */
/* bundle: 25 */
#include "rules.h"

/* A row: a type, the lengths that it may have, where its text begins (0: it has none). */
struct row {
	uint32_t type, least, most, text;
	bool once;
};

#define ANY 0xffffffffu

static const struct row rows[] = {
	{0, 8, 8, 0, false},	 {1, 9, ANY, 8, true},	  {2, 9, ANY, 8, true},
	{3, 17, ANY, 16, false}, {4, 16, 16, 0, false},	  {5, 20, 20, 0, false},
	{6, 16, ANY, 0, true},	 {7, 784, 784, 0, false}, {8, 31, ANY, 0, false},
	{9, 20, ANY, 0, false},	 {10, 28, 28, 0, false},  {11, 12, 12, 0, false},
	{12, 16, 16, 0, false},	 {13, 16, ANY, 0, false}, {14, 28, ANY, 0, true},
	{15, 44, ANY, 0, true},	 {16, 8, ANY, 0, false},  {17, 16, ANY, 0, false},
	{18, 8, 8, 0, false},	 {19, 12, 12, 0, false},  {20, 16, 16, 0, false},
	{21, 12, 12, 0, false},
};

struct seen {
	unsigned int num[32], modules, tags;
};

/* judge_inside looks at what a row cannot say. */
static struct rules_broken judge_inside(const struct rules_input *input, const struct row *row,
					rules_wide at, uint32_t len, struct seen *seen)
{
	const uint64_t a = rules_get(input, at + 8, 4), b = rules_get(input, at + 12, 4);

	if (row->type == 3 && b < a)
		return rules_break(GNG_BOOT_VALUE, at + 12);
	if (row->type == 3 && seen->modules++ == GNG_BOOT_MAX_MODULES)
		return rules_break(GNG_BOOT_LIMIT, at);
	if (row->type == 6 && (a < 24 || a % 8 != 0))
		return rules_break(GNG_BOOT_VALUE, at + 8);
	if (row->type == 6 && (len - 16) % a != 0)
		return rules_break(GNG_BOOT_LENGTH, at + 4);
	if (row->type == 9 && (rules_wide)a * b + 20 > len)
		return rules_break(GNG_BOOT_BEYOND, at + 8);
	return rules_break(GNG_BOOT_SOUND, 0);
}

static struct rules_broken judge_tag(const struct rules_input *input, rules_wide at,
				     struct seen *seen)
{
	const uint32_t type = (uint32_t)rules_get(input, at, 4),
		       len = (uint32_t)rules_get(input, at + 4, 4);

	seen->tags++;
	if (type >= sizeof(rows) / sizeof(rows[0]))
		return rules_break(GNG_BOOT_SOUND, 0);
	if (len < rows[type].least || len > rows[type].most)
		return rules_break(GNG_BOOT_LENGTH, at + 4);
	if (rows[type].text && !rules_has_end(input, at + rows[type].text, at + len))
		return rules_break(GNG_BOOT_STRING, at + rows[type].text);
	if (rows[type].once && seen->num[type]++)
		return rules_break(GNG_BOOT_TWICE, at);
	return judge_inside(input, &rows[type], at, len, seen);
}

static struct rules_broken judge(const struct rules_input *input, struct seen *seen)
{
	const uint64_t total = rules_get(input, 0, 4);
	struct rules_broken broken;
	uint64_t len;

	if (input->len < 8)
		return rules_break(GNG_BOOT_TRUNCATED, input->len);
	if (total < 16)
		return rules_break(GNG_BOOT_LENGTH, 0);
	if (total > input->len)
		return rules_break(GNG_BOOT_BEYOND, 0);
	for (rules_wide at = 8;; at = (at + len + 7) & ~(rules_wide)7) {
		if (at + 8 > total)
			return rules_break(GNG_BOOT_MISSING, at < total ? at : total);
		len = rules_get(input, at + 4, 4);
		if (len < 8)
			return rules_break(GNG_BOOT_LENGTH, at + 4);
		if (at + len > total)
			return rules_break(GNG_BOOT_BEYOND, at + 4);
		broken = judge_tag(input, at, seen);
		if (broken.error || rules_get(input, at, 4) == 0)
			return broken;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rules_input input = {data, size};
	struct seen seen = {.tags = 0};
	struct gng_boot_fault fault;
	struct gng_boot_mb2 info;
	struct gng_boot_tag tag;
	uint32_t num = 1, end = 8;
	enum gng_status status;

	if (size > 32768)
		return 0;
	status = gng_boot_mb2_read(&info, &fault, data, size);
	if (!rules_compare(status, &fault, judge(&input, &seen)))
		return 0;
	fuzz_check(info.num_tags == seen.tags && info.num_modules == seen.modules, "the number",
		   "of tags");
	for (uint32_t at = 0; gng_boot_mb2_next(&info, &at, &tag); num++) {
		fuzz_check(tag.offset == end && tag.len >= 8 && tag.len <= info.len - tag.offset,
			   "the place", "of a tag");
		end = (tag.offset + tag.len + 7) & ~7u;
	}
	fuzz_check(num == info.num_tags, "the walk", "over tags");
	fuzz_check(!info.map == !seen.num[6] && !info.command_line == !seen.num[1] &&
			   !info.loader == !seen.num[2] &&
			   !info.rsdp == !(seen.num[14] + seen.num[15]),
		   "what was found", "of tags");
	return 0;
}
