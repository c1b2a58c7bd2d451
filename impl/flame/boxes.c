/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boxes.c - counted stacks as boxes.
 *
 * The stacks are sorted, so one pass with a list of the frames that are open finds everything: a
 * frame is closed, and handed over, when a stack does not share it any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flame_stacks.h"

#define MAX_FRAMES (GNG_FLAME_MAX_DEPTH + 1) /* and the command */

struct frame {
	const char *name;
	size_t len;
	uint64_t start;
};

struct walk {
	void (*each)(void *context, const struct gng_flame_box *box);
	void *context;
	struct frame frames[MAX_FRAMES];
	size_t num, depth; /* open now, and the most there are */
	uint64_t at, total;
};

/* ---- reading ---- */

static bool read_count(uint64_t *count, const char *digits, const char *end)
{
	char *stop;

	errno = 0;
	*count = strtoull(digits, &stop, 10);
	return *digits >= '0' && *digits <= '9' && stop == end && !errno && *count > 0 &&
	       *count < UINT64_C(1) << 53;
}

static size_t depth_of(const char *text, size_t len)
{
	size_t depth = 1;

	for (size_t i = 0; i < len; i++)
		depth += text[i] == ';';
	return depth;
}

static enum gng_status read_stacks(struct flame_stacks *stacks, struct walk *walk,
				   const char *folded, struct gng_why *why)
{
	for (size_t number = 1; *folded; number++) {
		const char *end = strchrnul(folded, '\n');
		const char *space = memrchr(folded, ' ', (size_t)(end - folded));
		const size_t len = space ? (size_t)(space - folded) : 0;
		uint64_t count = 0;

		if (len == 0 || !read_count(&count, space + 1, end) ||
		    depth_of(folded, len) > MAX_FRAMES)
			return gng_why_set(why, GNG_EFORMAT, 0, "flame.boxes",
					   "line %zu is no stack 'frame;frame count'", number);
		if (walk->depth < depth_of(folded, len))
			walk->depth = depth_of(folded, len);
		walk->total += count;
		if (walk->total >= UINT64_C(1) << 53)
			return gng_why_set(why, GNG_ELIMIT, 0, "flame.boxes", "too many samples");
		if (!flame_stacks_add(stacks, folded, len, count))
			return gng_why_set(why, GNG_ENOMEM, 0, "flame.boxes", "no memory");
		folded = *end ? end + 1 : end;
	}
	return stacks->num ? GNG_OK
			   : gng_why_set(why, GNG_EFORMAT, 0, "flame.boxes", "there is no sample");
}

/* ---- walking ---- */

static void hand_over(const struct walk *walk, size_t level)
{
	const struct frame *frame = &walk->frames[level];

	walk->each(walk->context, &(struct gng_flame_box){.name = frame->name,
							  .len = frame->len,
							  .level = level,
							  .depth = walk->depth,
							  .start = frame->start,
							  .count = walk->at - frame->start,
							  .total = walk->total});
}

static void close_to(struct walk *walk, size_t num)
{
	while (walk->num > num)
		hand_over(walk, --walk->num);
}

/* next_frame takes a name off text[0..*len); an empty one is a frame too. */
static struct frame next_frame(const char **text, size_t *len)
{
	const char *end = memchr(*text, ';', *len);
	struct frame frame = {*text, end ? (size_t)(end - *text) : *len, 0};
	const size_t taken = frame.len + (end != NULL);

	*text += taken;
	*len -= taken;
	return frame;
}

static void take_stack(struct walk *walk, const struct flame_stack *stack)
{
	const char *text = stack->text;
	size_t len = stack->len, level = 0;
	const size_t depth = depth_of(text, len);

	for (bool shared = true; level < depth; level++) {
		struct frame frame = next_frame(&text, &len);
		const struct frame *open = &walk->frames[level];

		shared = shared && level < walk->num && open->len == frame.len &&
			 memcmp(open->name, frame.name, frame.len) == 0;
		if (shared)
			continue;
		close_to(walk, level);
		frame.start = walk->at;
		walk->frames[walk->num++] = frame;
	}
	close_to(walk, depth);
	walk->at += stack->count;
}

enum gng_status gng_flame_each(const char *folded,
			       void (*each)(void *context, const struct gng_flame_box *box),
			       void *context, struct gng_why *why)
{
	struct flame_stacks stacks = {0};
	struct walk walk = {.each = each, .context = context};
	enum gng_status status = read_stacks(&stacks, &walk, folded, why);

	if (status == GNG_OK) {
		flame_stacks_sort(&stacks);
		for (size_t i = 0; i < stacks.num; i++)
			take_stack(&walk, &stacks.all[i]);
		close_to(&walk, 0);
	}
	flame_stacks_fini(&stacks);
	return status;
}
