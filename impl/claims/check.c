/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - the expression language of a record: two stacks, so that depth is bounded. */
#include "claims_check.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32
#define EQUAL_WITHIN 1e-9 /* of the larger one: decimal fractions are not exact in binary */

enum op {
	OP_OPEN,
	OP_OR,
	OP_AND,
	OP_LE,
	OP_GE,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_GT,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_NONE
};

/* Longer names first: "<" begins "<=". */
static const struct {
	const char *name;
	enum op op;
	int level; /* binds stronger */
} ops[] = {
	{"or", OP_OR, 1}, {"and", OP_AND, 2}, {"<=", OP_LE, 3}, {">=", OP_GE, 3},
	{"==", OP_EQ, 3}, {"!=", OP_NE, 3},   {"<", OP_LT, 3},	{">", OP_GT, 3},
	{"+", OP_ADD, 4}, {"-", OP_SUB, 4},   {"*", OP_MUL, 5}, {"/", OP_DIV, 5},
};

struct value {
	double number; /* 0 or 1 for a truth */
	bool is_truth;
};

struct machine {
	const char *at;
	const struct gng_claims_number *numbers;
	size_t num_numbers, num_values, num_ops;
	struct value values[MAX_DEPTH];
	enum op stack[MAX_DEPTH];
	struct claims_sides *sides;
	struct gng_why *why;
};

static enum gng_status bad(struct machine *m, const char *what)
{
	return gng_why_set(m->why, GNG_EFORMAT, 0, "claims.check", "%s at '%.24s'", what, m->at);
}

static int level_of(enum op op)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].op == op)
			return ops[i].level;
	return 0;
}

static const char *name_of(enum op op)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].op == op)
			return ops[i].name;
	return "(";
}

static bool compare(enum op op, double left, double right)
{
	const double larger = fabs(left) > fabs(right) ? fabs(left) : fabs(right);
	const bool equal = fabs(left - right) <= EQUAL_WITHIN * larger;

	switch (op) {
	case OP_LE:
		return equal || left < right;
	case OP_GE:
		return equal || left > right;
	case OP_EQ:
		return equal;
	case OP_NE:
		return !equal;
	case OP_LT:
		return !equal && left < right;
	default:
		return !equal && left > right;
	}
}

static double compute(enum op op, double left, double right)
{
	switch (op) {
	case OP_ADD:
		return left + right;
	case OP_SUB:
		return left - right;
	case OP_MUL:
		return left * right;
	case OP_DIV:
		return left / right;
	case OP_AND:
		return left != 0 && right != 0;
	default:
		return left != 0 || right != 0;
	}
}

static void note_sides(struct claims_sides *sides, enum op op, double left, double right,
		       bool holds)
{
	if (sides->known && !sides->holds)
		return;
	*sides = (struct claims_sides){.left = left, .right = right, .holds = holds, .known = true};
	strncpy(sides->operator, name_of(op), sizeof(sides->operator) - 1);
}

/* reduce applies the operator on top to the two values on top. */
static enum gng_status reduce(struct machine *m)
{
	const enum op op = m->stack[m->num_ops - 1];
	const bool joins = op == OP_AND || op == OP_OR, compares = level_of(op) == 3;
	struct value *left, *right;

	if (m->num_values < 2)
		return bad(m, "an operand is missing");
	left = &m->values[m->num_values - 2];
	right = left + 1;
	if (left->is_truth != joins || right->is_truth != joins)
		return bad(m, "'and' and 'or' join comparisons, other operators numbers");
	if (op == OP_DIV && right->number == 0)
		return bad(m, "a division by zero");
	if (compares) {
		const bool holds = compare(op, left->number, right->number);

		note_sides(m->sides, op, left->number, right->number, holds);
		left->number = holds;
	} else {
		left->number = compute(op, left->number, right->number);
	}
	left->is_truth = compares || joins;
	m->num_values--;
	m->num_ops--;
	return GNG_OK;
}

static enum gng_status reduce_to(struct machine *m, int level)
{
	while (m->num_ops && level_of(m->stack[m->num_ops - 1]) >= level &&
	       m->stack[m->num_ops - 1] != OP_OPEN) {
		const enum gng_status status = reduce(m);

		if (status != GNG_OK)
			return status;
	}
	return GNG_OK;
}

static enum gng_status push_value(struct machine *m, double number)
{
	if (m->num_values == MAX_DEPTH)
		return bad(m, "more than 32 operands are open");
	m->values[m->num_values++] = (struct value){number, false};
	return GNG_OK;
}

static enum gng_status push_op(struct machine *m, enum op op)
{
	if (m->num_ops == MAX_DEPTH)
		return bad(m, "more than 32 operators are open");
	m->stack[m->num_ops++] = op;
	return GNG_OK;
}

/* Only plain decimals: strtod would also read hex, "inf" and "nan". */
static enum gng_status take_literal(struct machine *m)
{
	const size_t len = strspn(m->at, "0123456789.");
	char *end;
	const double number = strtod(m->at, &end);
	enum gng_status status;

	if (end != m->at + len)
		return bad(m, "a number is written as 12 or 12.5");
	status = push_value(m, number);
	m->at += len;
	return status;
}

static enum gng_status take_name(struct machine *m)
{
	size_t len = 0;

	while (isalnum((unsigned char)m->at[len]) || m->at[len] == '_')
		len++;
	for (size_t i = 0; len && i < m->num_numbers; i++) {
		enum gng_status status;

		if (strlen(m->numbers[i].name) != len ||
		    strncmp(m->numbers[i].name, m->at, len) != 0)
			continue;
		status = push_value(m, m->numbers[i].value);
		m->at += len;
		return status;
	}
	return bad(m, "no number of that name in the record");
}

/* take_operand reads what may stand where a value is due; *done unless it was "(". */
static enum gng_status take_operand(struct machine *m, bool *done)
{
	*done = *m->at != '(';
	if (*m->at == '(') {
		m->at++;
		return push_op(m, OP_OPEN);
	}
	if (isdigit((unsigned char)*m->at))
		return take_literal(m);
	return take_name(m);
}

static enum gng_status close_one(struct machine *m)
{
	const enum gng_status status = reduce_to(m, 0);

	if (status != GNG_OK)
		return status;
	if (m->num_ops == 0)
		return bad(m, "a ')' without '('");
	m->num_ops--;
	m->at++;
	return GNG_OK;
}

/* take_operator reads what may stand behind a value; *operand if a value is due again. */
static enum gng_status take_operator(struct machine *m, bool *operand)
{
	*operand = false;
	if (*m->at == ')')
		return close_one(m);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		const size_t len = strlen(ops[i].name);
		enum gng_status status;

		if (strncmp(m->at, ops[i].name, len) != 0)
			continue;
		status = reduce_to(m, ops[i].level);
		if (status == GNG_OK)
			status = push_op(m, ops[i].op);
		m->at += len;
		*operand = true;
		return status;
	}
	return bad(m, "an operator is missing");
}

static enum gng_status finish(struct machine *m, bool *holds, bool operand)
{
	enum gng_status status;

	if (operand)
		return bad(m, "the end comes where a value is due");
	status = reduce_to(m, 0);
	if (status != GNG_OK)
		return status;
	if (m->num_ops)
		return bad(m, "a '(' without ')'");
	if (!m->values[0].is_truth)
		return bad(m, "no comparison, as in 'a <= b',");
	*holds = m->values[0].number != 0;
	return GNG_OK;
}

enum gng_status claims_check(bool *holds, struct claims_sides *sides, const char *text,
			     const struct gng_claims_number *numbers, size_t num,
			     struct gng_why *why)
{
	struct machine m = {
		.at = text, .numbers = numbers, .num_numbers = num, .sides = sides, .why = why};
	bool operand = true;

	*sides = (struct claims_sides){0};
	for (;;) {
		enum gng_status status;
		bool done = false;

		m.at += strspn(m.at, " \t");
		if (*m.at == '\0')
			return finish(&m, holds, operand);
		if (operand) {
			status = take_operand(&m, &done);
			operand = !done;
		} else {
			status = take_operator(&m, &operand);
		}
		if (status != GNG_OK)
			return status;
	}
}
