/* SPDX-License-Identifier: Apache-2.0 */
/* edits_fuzz.c - tokens cover their source in order, and each edit changes what it says. */
/* bundle: 23 */
#include "../suite.h"

#include <gng_mutants.h>

#include "../../impl/mutants/mutants_statements.h"
#include "../../impl/mutants/mutants_token.h"

static size_t num_lines(const char *text)
{
	size_t num = 0;

	for (; (text = strchr(text, '\n')); text++)
		num++;
	return num;
}

static void check_tokens(const char *text)
{
	struct tokens tokens;
	size_t end = 0, line = 1;

	fuzz_check(tokens_read(&tokens, text), "no memory", "");
	for (size_t i = 0; i < tokens.num; i++) {
		const struct token *token = &tokens.items[i];

		fuzz_check(token->len > 0 && token->offset >= end && token->line >= line,
			   "a token overlaps the one before it", text + token->offset);
		end = token->offset + token->len;
		line = token->line;
		fuzz_check(end <= strlen(text), "a token ends after the text", "");
		fuzz_check(token_match(&tokens, i) >= i, "a bracket closes before it opens", "");
	}
	tokens_fini(&tokens);
}

static void check_statements(const char *text)
{
	struct statements statements;
	size_t end = 0;

	fuzz_check(statements_read(&statements, text), "no memory", "");
	for (size_t i = 0; i < statements.num; i++) {
		const struct statement *statement = &statements.items[i];

		fuzz_check(statement->offset >= end && statement->end > statement->offset,
			   "a statement overlaps the one before it", text + statement->offset);
		fuzz_check(statement->before == NO_STATEMENT || statement->before < i,
			   "a statement comes before itself", text + statement->offset);
		fuzz_check(statement->first <= statement->last, "a statement ends before it begins",
			   text + statement->offset);
		end = statement->end;
	}
	statements_fini(&statements);
}

static void check_edit(const struct gng_edit *edit, const char *text)
{
	char *mutated = gng_edit_apply(edit, text);

	fuzz_check(strcmp(mutated, text) != 0, "an edit changes nothing", edit->text);
	fuzz_check(num_lines(mutated) == num_lines(text), "an edit moves lines", edit->text);
	fuzz_check(strncmp(mutated, text, edit->offset) == 0, "an edit changes what is before it",
		   edit->text);
	fuzz_check(strcmp(mutated + edit->offset + strlen(edit->text),
			  text + edit->offset + edit->len) == 0,
		   "an edit changes what is after it", edit->text);
	free(mutated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_edit *edits;
	const int all = fuzz_one_in(64, data, size), tokens = (int)fuzz_choice(2, data, size);
	char *text = malloc(size + 1);
	size_t num_edits;

	if (size > (all ? 4096 : 512)) /* the work is quadratic, sources are not */
		size = all ? 4096 : 512;
	memcpy(text, data, size);
	text[size] = '\0';
	if (all || tokens)
		check_tokens(text);
	if (all)
		check_statements(text);
	if ((all || !tokens) && gng_edits_of(&edits, &num_edits, text, NULL) == GNG_OK) {
		for (size_t i = all ? 0 : num_edits / 2;
		     i < (all ? num_edits : num_edits / 2 + 1) && i < num_edits; i++)
			check_edit(&edits[i], text);
		gng_edits_free(edits, num_edits);
	}
	free(text);
	return 0;
}
