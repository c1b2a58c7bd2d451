/* SPDX-License-Identifier: Apache-2.0 */
/* parse_fuzz.c - planting a bug in its own old lines gives exactly its new lines. */
/* bundle: 4 */
#include "../block.h"
#include "../suite.h"

#include <gng_mutants.h>

static void check_plant(const struct gng_mutant *mutant)
{
	const char *new_text = mutant->new_text ? mutant->new_text : "";
	char *mutated;
	size_t line;

	fuzz_check(gng_mutant_apply(&mutated, &line, mutant, mutant->old_text, NULL) == GNG_OK,
		   "does not apply to its own old lines", mutant->name);
	fuzz_check(strcmp(mutated, new_text) == 0 && line == 1, "plants something else",
		   mutant->name);
	free(mutated);
	fuzz_check(gng_mutant_apply(&mutated, &line, mutant, "", NULL) == GNG_EFORMAT,
		   "applies to nothing", mutant->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_mutant *mutants;
	const int all = fuzz_one_in(64, data, size);
	const char *text = fuzz_copy(data, size);
	size_t num_mutants;

	if (gng_mutants_parse(&mutants, &num_mutants, "seed", text, NULL) == GNG_OK) {
		for (size_t i = 0; all && i < num_mutants; i++)
			check_plant(&mutants[i]);
		gng_mutants_free(mutants, num_mutants);
	}
	return 0;
}
