/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_fuzz.c - a journal that is accepted holds only changes that a journal may hold, and says
 * the same when it is written out and read again.
 */
/* bundle: 22 */
#include "../block.h"
#include "../suite.h"

#include <gng_journal.h>
#include <journal_file.h>

static char *write_out(const struct journal_text *parsed)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	fprintf(out, "gonogo/journal/1\t%d\t%llu\t%s\n", parsed->owner.pid, parsed->owner.start,
		parsed->owner.boot);
	for (size_t i = 0; i < parsed->num; i++)
		fprintf(out, "%s\t%s\t%s\n", gng_journal_kind_name(parsed->changes[i].kind),
			parsed->changes[i].what, parsed->changes[i].before);
	fclose(out);
	return text;
}

static void check_again(const struct journal_text *parsed)
{
	char *text = write_out(parsed);
	struct journal_text again;

	fuzz_check(journal_parse(&again, "j", text, NULL) == GNG_OK, "it is refused when written",
		   "journal");
	fuzz_check(again.num == parsed->num && again.owner.pid == parsed->owner.pid,
		   "a change is lost", "journal");
	for (size_t i = 0; i < parsed->num; i++) {
		fuzz_check(strcmp(again.changes[i].what, parsed->changes[i].what) == 0 &&
				   strcmp(again.changes[i].before, parsed->changes[i].before) == 0,
			   "a change differs", "journal");
		fuzz_check(journal_may(&parsed->changes[i]), "a change may not be", "journal");
	}
	free(again.changes);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(64, data, size);
	char *text = fuzz_copy(data, size);
	struct journal_text parsed;
	struct gng_why why;

	if (journal_parse(&parsed, "j", text, all ? &why : NULL) == GNG_OK) {
		if (all)
			check_again(&parsed);
		free(parsed.changes);
	} else {
		fuzz_check(!all || strncmp(why.text, "j:", 2) == 0, "a refusal has no place",
			   "journal");
	}
	return 0;
}
