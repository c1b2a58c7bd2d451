/* SPDX-License-Identifier: Apache-2.0 */
/* fold.c - the text of `perf script` as counted stacks. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "flame_stacks.h"

/* piece is a part of the input. */
struct piece {
	const char *at;
	size_t len;
};

/* sample is the one being read: leaf first, as perf prints it. */
struct sample {
	bool open;
	struct piece command;
	struct piece frames[GNG_FLAME_MAX_DEPTH];
	bool unknown[GNG_FLAME_MAX_DEPTH]; /* the frame is the path of an object */
	size_t num;			   /* of all; frames keeps the last ones, near the root */
};

struct folding {
	struct sample sample;
	char *text; /* the stacks one after the other; whole once out is closed */
	size_t text_len;
	FILE *out;
	size_t *starts, num_samples, cap;
};

static struct piece trimmed(const char *at, size_t len)
{
	while (len && isspace((unsigned char)at[0])) {
		at++;
		len--;
	}
	while (len && isspace((unsigned char)at[len - 1]))
		len--;
	return (struct piece){at, len};
}

/* object_of takes "(path)" off the end of *line. A path may hold spaces and pairs of parentheses,
 * as in "(/tmp/x (deleted))". */
static struct piece object_of(struct piece *line)
{
	struct piece object = {line->at, 0};
	size_t at = line->len, depth = 0;

	if (at == 0 || line->at[at - 1] != ')')
		return object;
	do {
		at--;
		depth += line->at[at] == ')';
		depth -= line->at[at] == '(';
	} while (at > 0 && depth > 0);
	if (depth > 0)
		return object;
	object = (struct piece){line->at + at + 1, line->len - at - 2};
	*line = trimmed(line->at, at);
	return object;
}

static struct piece file_of(struct piece path)
{
	const char *slash = memrchr(path.at, '/', path.len);

	if (!slash)
		return path;
	return (struct piece){slash + 1, path.len - (size_t)(slash + 1 - path.at)};
}

static bool is_unknown(struct piece symbol)
{
	return symbol.len == 0 || (symbol.len == 9 && memcmp(symbol.at, "[unknown]", 9) == 0);
}

/* take_frame reads "address symbol (object)". */
static bool take_frame(struct sample *sample, struct piece line)
{
	const size_t at = sample->num % GNG_FLAME_MAX_DEPTH;
	struct piece object;
	size_t digits = 0;

	while (digits < line.len && isxdigit((unsigned char)line.at[digits]))
		digits++;
	if (!sample->open || digits == 0 || (digits < line.len && line.at[digits] != ' '))
		return false;
	line = trimmed(line.at + digits, line.len - digits);
	object = object_of(&line);
	sample->unknown[at] = is_unknown(line);
	sample->frames[at] = sample->unknown[at] ? file_of(object) : line;
	sample->num++;
	return true;
}

static void put_frame(FILE *out, const struct sample *sample, size_t at)
{
	const struct piece *frame = &sample->frames[at];
	const bool bare = sample->unknown[at] && (frame->len == 0 || frame->at[0] != '[');

	putc(';', out);
	if (bare)
		putc('[', out);
	if (frame->len == 0)
		fputs("unknown", out);
	flame_name_put(out, frame->at, frame->len);
	if (bare)
		putc(']', out);
}

/* close_sample writes the stack, root first. */
static bool close_sample(struct folding *folding)
{
	struct sample *sample = &folding->sample;
	size_t first;

	if (!sample->open)
		return true;
	if (folding->num_samples + 1 >= folding->cap) {
		const size_t cap = folding->cap ? 2 * folding->cap : 1024;
		size_t *grown = reallocarray(folding->starts, cap, sizeof(*grown));

		if (!grown)
			return false;
		folding->starts = grown;
		folding->cap = cap;
	}
	folding->starts[folding->num_samples++] = (size_t)ftell(folding->out);
	flame_name_put(folding->out, sample->command.at, sample->command.len);
	first = sample->num > GNG_FLAME_MAX_DEPTH ? sample->num - GNG_FLAME_MAX_DEPTH : 0;
	for (size_t i = sample->num; i > first; i--)
		put_frame(folding->out, sample, (i - 1) % GNG_FLAME_MAX_DEPTH);
	sample->open = false;
	sample->num = 0;
	return true;
}

static enum gng_status take_line(struct folding *folding, const char *text, size_t len,
				 size_t number, struct gng_why *why)
{
	const struct piece line = trimmed(text, len);

	if (line.len == 0 || !isspace((unsigned char)text[0])) {
		if (!close_sample(folding))
			return GNG_ENOMEM;
		folding->sample.open = line.len > 0;
		folding->sample.command = line;
		return GNG_OK;
	}
	if (take_frame(&folding->sample, line))
		return GNG_OK;
	return gng_why_set(why, GNG_EFORMAT, 0, "flame.fold",
			   "line %zu is no frame of a sample: '%.*s'", number,
			   (int)(line.len < 40 ? line.len : 40), line.at);
}

static enum gng_status take_lines(struct folding *folding, const char *text, size_t len,
				  struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t at = 0, number = 1; at < len && status == GNG_OK; number++) {
		const char *end = memchr(text + at, '\n', len - at);
		const size_t line = end ? (size_t)(end - text) - at : len - at;

		status = take_line(folding, text + at, line, number, why);
		at += line + 1;
	}
	return status == GNG_OK && !close_sample(folding) ? GNG_ENOMEM : status;
}

/* gather sorts the stacks, which lie one after the other, and writes each once.
 */
static enum gng_status gather(char **folded, const struct folding *folding)
{
	struct flame_stacks stacks = {0};
	size_t folded_len = 0;
	bool ok = true;
	FILE *out;

	for (size_t i = 0; i < folding->num_samples && ok; i++)
		ok = flame_stacks_add(&stacks, folding->text + folding->starts[i],
				      folding->starts[i + 1] - folding->starts[i], 1);
	out = ok ? open_memstream(folded, &folded_len) : NULL;
	if (out) {
		flame_stacks_sort(&stacks);
		for (size_t i = 0; i < stacks.num; i++)
			fprintf(out, "%.*s %llu\n", (int)stacks.all[i].len, stacks.all[i].text,
				(unsigned long long)stacks.all[i].count);
		ok = fclose(out) == 0;
		if (!ok)
			free(*folded);
	}
	flame_stacks_fini(&stacks);
	return ok && out ? GNG_OK : GNG_ENOMEM;
}

enum gng_status gng_flame_fold(char **folded, const char *text, size_t len, struct gng_why *why)
{
	struct folding *folding;
	enum gng_status status;

	if (len > GNG_FLAME_MAX_INPUT)
		return gng_why_set(why, GNG_ELIMIT, 0, "flame.fold",
				   "%zu bytes of samples are more than %u: record a shorter run",
				   len, GNG_FLAME_MAX_INPUT);
	folding = calloc(1, sizeof(*folding)); /* large */
	if (folding)
		folding->out = open_memstream(&folding->text, &folding->text_len);
	status = folding && folding->out ? take_lines(folding, text, len, why) : GNG_ENOMEM;
	if (folding && folding->out && fclose(folding->out) != 0 && status == GNG_OK)
		status = GNG_ENOMEM;
	if (status == GNG_OK && folding->num_samples)
		folding->starts[folding->num_samples] = folding->text_len;
	if (status == GNG_OK)
		status = gather(folded, folding);
	if (folding) {
		free(folding->starts);
		free(folding->text);
	}
	free(folding);
	return status == GNG_ENOMEM ? gng_why_set(why, status, 0, "flame.fold", "no memory")
				    : status;
}
