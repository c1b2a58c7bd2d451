/* SPDX-License-Identifier: Apache-2.0 */
/* assemble.c - a program from text: instructions, labels and what refers to them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_opcodes.h"
#include "bpf_text.h"

#define MAX_LABELS 256

/* builder is a program that is being assembled. */
struct builder {
	struct gng_bpf_code code;
	struct {
		char name[32];
		size_t insn;
	} labels[MAX_LABELS];
	struct bpf_reference references[MAX_LABELS];
	size_t num_labels, num_references;
	const char *place;
	struct gng_why *why;
};

static enum gng_status bad(const struct builder *builder, const char *text, const char *what)
{
	return gng_why_set(builder->why, GNG_EFORMAT, 0, "bpf.assemble", "%s: '%.60s': %s",
			   builder->place, text, what);
}

static enum gng_status reserve(struct builder *builder, size_t num)
{
	struct gng_bpf_code *code = &builder->code;
	const size_t need = code->num_insns + num;
	size_t cap = code->cap ? code->cap : 64;
	struct gng_bpf_insn *grown;

	if (need > GNG_BPF_MAX_INSNS)
		return gng_why_set(builder->why, GNG_ELIMIT, 0, "bpf.assemble",
				   "%s: more than %u instructions", builder->place,
				   GNG_BPF_MAX_INSNS);
	if (need <= code->cap)
		return GNG_OK;
	while (cap < need)
		cap *= 2;
	grown = realloc(code->insns, cap * sizeof(*grown));
	if (!grown)
		return gng_why_set(builder->why, GNG_ENOMEM, 0, "bpf.assemble", "no memory");
	code->insns = grown;
	code->cap = cap;
	return GNG_OK;
}

static enum gng_status add_line(struct builder *builder, const struct bpf_line *line,
				const char *text)
{
	struct gng_bpf_code *code = &builder->code;
	enum gng_status status = reserve(builder, line->num_insns);

	if (status != GNG_OK)
		return status;
	if (line->refers && builder->num_references == MAX_LABELS)
		return bad(builder, text, "more than 256 references to names");
	if (line->refers) {
		builder->references[builder->num_references] = line->reference;
		builder->references[builder->num_references++].insn = code->num_insns;
	}
	memcpy(code->insns + code->num_insns, line->insns,
	       line->num_insns * sizeof(line->insns[0]));
	code->num_insns += line->num_insns;
	return GNG_OK;
}

/* ---- labels ---- */

static long find_label(const struct builder *builder, const char *name)
{
	for (size_t i = 0; i < builder->num_labels; i++)
		if (strcmp(builder->labels[i].name, name) == 0)
			return (long)builder->labels[i].insn;
	return -1;
}

/* take_label takes "NAME:" from the beginning of *text, if it is there. */
static enum gng_status take_label(struct builder *builder, const char **text)
{
	struct bpf_text at = {.at = *text};
	char name[32];

	if (!bpf_text_name(&at, name) || !bpf_text_word(&at, ":"))
		return GNG_OK;
	if (find_label(builder, name) >= 0)
		return bad(builder, name, "the name stands before two instructions");
	if (builder->num_labels == MAX_LABELS)
		return bad(builder, name, "more than 256 names");
	strcpy(builder->labels[builder->num_labels].name, name);
	builder->labels[builder->num_labels++].insn = builder->code.num_insns;
	*text = at.at;
	return GNG_OK;
}

/* resolve sets the distance from behind the instruction, as the instruction set counts. */
static enum gng_status resolve(struct builder *builder)
{
	for (size_t i = 0; i < builder->num_references; i++) {
		const struct bpf_reference *one = &builder->references[i];
		struct gng_bpf_insn *insn = &builder->code.insns[one->insn];
		const long target = find_label(builder, one->name);
		const long distance = target - (long)one->insn - 1;

		if (target < 0)
			return bad(builder, one->name, "no instruction has this name");
		if (one->field == BPF_REF_IMM)
			insn->imm = (int32_t)distance;
		else if (distance < INT16_MIN || distance > INT16_MAX)
			return bad(builder, one->name, "it is too far for goto: use gotol");
		else
			insn->off = (int16_t)distance;
	}
	return GNG_OK;
}

/* ---- text ---- */

static enum gng_status take_instruction(struct builder *builder, const char *text)
{
	enum gng_status status = take_label(builder, &text);
	struct bpf_text at = {.at = text};
	struct bpf_line line;
	const char *what;
	int64_t times = 1;

	if (status != GNG_OK || bpf_text_end(&at))
		return status;
	if (bpf_text_word(&at, "repeat") && (!bpf_text_number(&at, &times) || times < 1))
		return bad(builder, text, "repeat wants a number of times and an instruction");
	if (!bpf_line_read(&line, at.at, &what))
		return bad(builder, text, what);
	while (status == GNG_OK && times-- > 0)
		status = add_line(builder, &line, text);
	return status;
}

static enum gng_status take_text(struct builder *builder, char *rest)
{
	enum gng_status status = GNG_OK;
	char *line, *part;

	while (status == GNG_OK && (line = strsep(&rest, "\n"))) {
		line[strcspn(line, "#")] = '\0';
		while (status == GNG_OK && (part = strsep(&line, ";")))
			status = take_instruction(builder, part);
	}
	return status;
}

enum gng_status gng_bpf_assemble(struct gng_bpf_code *code, const char *place, const char *text,
				 struct gng_why *why)
{
	struct builder *builder = calloc(1, sizeof(*builder));
	char *copy = strdup(text);
	enum gng_status status;

	if (!builder || !copy) {
		free(builder);
		free(copy);
		return gng_why_set(why, GNG_ENOMEM, 0, "bpf.assemble", "no memory");
	}
	builder->place = place;
	builder->why = why;
	status = take_text(builder, copy);
	if (status == GNG_OK)
		status = resolve(builder);
	if (status == GNG_OK)
		*code = builder->code;
	else
		free(builder->code.insns);
	free(builder);
	free(copy);
	return status;
}

void gng_bpf_code_fini(struct gng_bpf_code *code)
{
	free(code->insns);
	*code = (struct gng_bpf_code){0};
}
