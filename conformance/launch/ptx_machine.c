/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptx_machine.c - an interpreter of the part of PTX (ISA 6.0) that launch.ptx is written in. Lanes
 * run one after the other up to a shfl.sync, where all must meet.
 */
#include "ptx_machine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* lane is one thread of the warp. */
struct lane {
	uint64_t registers[PTX_MAX_REGISTERS];
	size_t line;
	bool done;
	uint64_t steps;
};

struct warp {
	const struct ptx_program *program;
	const uint64_t *parameters;
	struct lane lanes[PTX_LANES];
};

/* ---- reading ---- */

/* next_operand cuts one operand off, braces and brackets whole. */
static char *next_operand(char **at)
{
	char *start = *at + strspn(*at, " \t,"), *end = start;

	for (int depth = 0; *end && (depth || *end != ','); end++)
		depth += (*end == '{') - (*end == '}');
	*at = *end ? end + 1 : end;
	if (*end)
		*end = '\0';
	return start;
}

static void read_registers(struct ptx_program *program, char *at)
{
	while (*at && program->num_registers < PTX_MAX_REGISTERS) {
		char *name = next_operand(&at);

		name += strcspn(name, "%");
		if (*name)
			program->registers[program->num_registers++] = name;
	}
}

static void read_instruction(struct ptx_program *program, char *at)
{
	struct ptx_line *line = &program->lines[program->num_lines++];

	if (*at == '@') {
		line->negated = at[1] == '!';
		line->guard = at + 1 + line->negated;
		at += strcspn(at, " \t");
		*at++ = '\0';
		at += strspn(at, " \t");
	}
	line->op = at;
	at += strcspn(at, " \t");
	if (*at)
		*at++ = '\0';
	while (*at && line->num_operands < PTX_MAX_OPERANDS)
		line->operands[line->num_operands++] = next_operand(&at);
}

static bool read_line(struct ptx_program *program, char *text)
{
	char *comment = strstr(text, "//"), *end;

	if (comment)
		*comment = '\0';
	text += strspn(text, " \t");
	for (end = text + strlen(text); end > text && strchr(" \t;", end[-1]); end--)
		end[-1] = '\0';
	if (*text == '\0' || *text == '{' || *text == '}')
		return true;
	if (strncmp(text, ".reg", 4) == 0) {
		read_registers(program, text + 4 + strcspn(text + 4, "%"));
		return true;
	}
	if (end > text && end[-1] == ':') {
		end[-1] = '\0';
		program->labels[program->num_labels].name = text;
		program->labels[program->num_labels++].line = program->num_lines;
		return program->num_labels < 32;
	}
	if (*text == '.')
		return false;
	read_instruction(program, text);
	return program->num_lines < PTX_MAX_LINES;
}

bool ptx_read(struct ptx_program *program, const char *text)
{
	char *rest, *line;
	const char *body = strstr(text, ".entry");

	memset(program, 0, sizeof(*program));
	body = body ? strchr(body, '{') : NULL;
	program->text = body ? strdup(body + 1) : NULL;
	if (!program->text)
		return false;
	for (rest = program->text; (line = strsep(&rest, "\n"));)
		if (!read_line(program, line))
			return false;
	return program->num_lines > 0;
}

void ptx_free(struct ptx_program *program)
{
	free(program->text);
	program->text = NULL;
}

/* ---- operands ---- */

static uint64_t *register_of(const struct warp *warp, struct lane *lane, const char *name)
{
	static uint64_t nowhere;
	const size_t len = strcspn(name, " ,}]+|");

	for (size_t i = 0; i < warp->program->num_registers; i++)
		if (strlen(warp->program->registers[i]) == len &&
		    strncmp(warp->program->registers[i], name, len) == 0)
			return &lane->registers[i];
	nowhere = 0;
	return &nowhere;
}

static uint64_t value_of(const struct warp *warp, struct lane *lane, const char *text)
{
	if (strcmp(text, "%tid.x") == 0)
		return (uint64_t)(lane - warp->lanes);
	if (strcmp(text, "%globaltimer") == 0)
		return lane->steps;
	return *text == '%' ? *register_of(warp, lane, text) : strtoull(text, NULL, 0);
}

/* address_of reads "[%slot+64]". */
static uint8_t *address_of(const struct warp *warp, struct lane *lane, const char *text)
{
	const char *plus = strchr(text, '+');

	return (uint8_t *)(uintptr_t)(*register_of(warp, lane, text + 1) +
				      (plus ? strtoull(plus + 1, NULL, 0) : 0));
}

/* part_of returns the i-th name of "{%a, %b}". */
static const char *part_of(const char *text, int i)
{
	const char *at = strchr(text, '%');

	return i ? strchr(at + 1, '%') : at;
}

/* ---- instructions ---- */

static bool compare(const char *op, uint32_t a, uint32_t b)
{
	if (strncmp(op, "setp.eq", 7) == 0)
		return a == b;
	if (strncmp(op, "setp.ne", 7) == 0)
		return a != b;
	return strncmp(op, "setp.lt", 7) == 0 ? a < b : a >= b;
}

/* compute does what only registers take part in. False for another instruction. */
static bool compute(uint64_t *result, const char *op, uint64_t a, uint64_t b)
{
	if (strncmp(op, "setp.", 5) == 0)
		*result = compare(op, (uint32_t)a, (uint32_t)b);
	else if (strcmp(op, "add.u64") == 0)
		*result = a + b;
	else if (strcmp(op, "add.u32") == 0)
		*result = (uint32_t)(a + b);
	else if (strcmp(op, "sub.u32") == 0)
		*result = (uint32_t)(a - b);
	else if (strcmp(op, "and.b32") == 0)
		*result = (uint32_t)(a & b);
	else if (strcmp(op, "shl.b32") == 0)
		*result = b < 32 ? (uint32_t)(a << b) : 0;
	else if (strcmp(op, "shr.u32") == 0)
		*result = b < 32 ? (uint32_t)a >> b : 0;
	else if (strcmp(op, "mul.wide.u32") == 0)
		*result = (uint64_t)(uint32_t)a * (uint32_t)b;
	else if (strcmp(op, "cvt.u64.u32") == 0)
		*result = (uint32_t)a;
	else if (strcmp(op, "mov.u32") == 0)
		*result = (uint32_t)a;
	else if (strcmp(op, "mov.u64") == 0 || strcmp(op, "cvta.to.global.u64") == 0)
		*result = a;
	else
		return false;
	return true;
}

static bool load(struct warp *warp, struct lane *lane, const struct ptx_line *line)
{
	const char *type = strrchr(line->op, '.');
	const size_t len = strcmp(type, ".u64") == 0 ? 8 : 4;
	const uint8_t *from;

	if (strncmp(line->op, "ld.param", 8) == 0) {
		static const char *const names[] = {"[p_ring]", "[p_next]", "[p_packets]",
						    "[p_stays]"};

		for (int i = 0; i < 4; i++)
			if (strcmp(line->operands[1], names[i]) == 0)
				*register_of(warp, lane, line->operands[0]) = warp->parameters[i];
		return true;
	}
	from = address_of(warp, lane, line->operands[1]);
	for (int i = 0; i < (strstr(line->op, ".v2.") ? 2 : 1); i++) {
		const char *name = strstr(line->op, ".v2.") ? part_of(line->operands[0], i)
							    : line->operands[0];
		uint64_t value = 0;

		memcpy(&value, from + (size_t)i * len, len);
		*register_of(warp, lane, name) = value;
	}
	return true;
}

static bool store(struct warp *warp, struct lane *lane, const struct ptx_line *line)
{
	const uint64_t value = value_of(warp, lane, line->operands[1]);

	memcpy(address_of(warp, lane, line->operands[0]), &value,
	       strcmp(strrchr(line->op, '.'), ".u64") == 0 ? 8 : 4);
	return true;
}

/* pack is "mov.b64 %x, {%a, %b}" and the other way round: the first name is the lower half. */
static bool pack(struct warp *warp, struct lane *lane, const struct ptx_line *line)
{
	if (line->operands[0][0] == '{') {
		const uint64_t whole = value_of(warp, lane, line->operands[1]);

		*register_of(warp, lane, part_of(line->operands[0], 0)) = (uint32_t)whole;
		*register_of(warp, lane, part_of(line->operands[0], 1)) = whole >> 32;
		return true;
	}
	*register_of(warp, lane, line->operands[0]) =
		*register_of(warp, lane, part_of(line->operands[1], 0)) |
		*register_of(warp, lane, part_of(line->operands[1], 1)) << 32;
	return true;
}

static bool jump(struct warp *warp, struct lane *lane, const char *label)
{
	for (size_t i = 0; i < warp->program->num_labels; i++)
		if (strcmp(warp->program->labels[i].name, label) == 0) {
			lane->line = warp->program->labels[i].line;
			return true;
		}
	return false;
}

static bool execute(struct warp *warp, struct lane *lane, const struct ptx_line *line)
{
	uint64_t a, b, result;

	if (strcmp(line->op, "ret") == 0) {
		lane->done = true;
		return true;
	}
	if (strcmp(line->op, "bra") == 0)
		return jump(warp, lane, line->operands[0]);
	if (strcmp(line->op, "membar.sys") == 0)
		return true;
	if (strncmp(line->op, "ld.", 3) == 0)
		return load(warp, lane, line);
	if (strncmp(line->op, "st.", 3) == 0)
		return store(warp, lane, line);
	if (strcmp(line->op, "mov.b64") == 0)
		return pack(warp, lane, line);
	a = value_of(warp, lane, line->operands[1]);
	b = line->num_operands > 2 ? value_of(warp, lane, line->operands[2]) : 0;
	if (!compute(&result, line->op, a, b))
		return false;
	*register_of(warp, lane, line->operands[0]) = result;
	return true;
}

/* step executes one instruction of a lane; false for one that the machine lacks. */
static bool step(struct warp *warp, struct lane *lane)
{
	const struct ptx_line *line = &warp->program->lines[lane->line++];

	lane->steps++;
	if (line->guard && (*register_of(warp, lane, line->guard) != 0) == line->negated)
		return true;
	return execute(warp, lane, line);
}

static const struct ptx_line *line_of(const struct warp *warp, const struct lane *lane)
{
	return &warp->program->lines[lane->line];
}

static bool waits(const struct warp *warp, const struct lane *lane)
{
	return lane->done || strncmp(line_of(warp, lane)->op, "shfl.sync", 9) == 0;
}

/* exchange is the shfl.sync at which all lanes stand. */
static void exchange(struct warp *warp)
{
	const struct ptx_line *line = line_of(warp, &warp->lanes[0]);
	const bool butterfly = strstr(line->op, ".bfly.") != NULL;
	uint64_t values[PTX_LANES];

	for (size_t i = 0; i < PTX_LANES; i++)
		values[i] = value_of(warp, &warp->lanes[i], line->operands[1]);
	for (size_t i = 0; i < PTX_LANES; i++) {
		struct lane *lane = &warp->lanes[i];
		const uint64_t with = value_of(warp, lane, line->operands[2]);

		*register_of(warp, lane, line->operands[0]) =
			(uint32_t)values[(butterfly ? i ^ with : with) % PTX_LANES];
		lane->line++;
		lane->steps++;
	}
}

/* meet runs each lane up to its next exchange. */
static enum ptx_end meet(struct warp *warp, uint64_t max_steps, const char **at)
{
	for (size_t i = 0; i < PTX_LANES; i++) {
		struct lane *lane = &warp->lanes[i];

		while (!waits(warp, lane)) {
			*at = line_of(warp, lane)->op;
			if (!step(warp, lane))
				return PTX_UNKNOWN;
			if (lane->steps > max_steps)
				return PTX_POLLS;
		}
	}
	for (size_t i = 1; i < PTX_LANES; i++)
		if (warp->lanes[i].done != warp->lanes[0].done ||
		    (!warp->lanes[i].done && warp->lanes[i].line != warp->lanes[0].line))
			return PTX_PARTED;
	return PTX_RETURNED;
}

enum ptx_end ptx_run(const struct ptx_program *program, const uint64_t parameters[4],
		     uint64_t max_steps, const char **at)
{
	static struct warp warp;
	enum ptx_end end;

	memset(&warp, 0, sizeof(warp));
	warp.program = program;
	warp.parameters = parameters;
	while ((end = meet(&warp, max_steps, at)) == PTX_RETURNED && !warp.lanes[0].done) {
		exchange(&warp);
		if (warp.lanes[0].steps > max_steps)
			return PTX_POLLS;
	}
	return end;
}
