/* SPDX-License-Identifier: Apache-2.0 */
/* record.h - a ledger of one record, whole but for what a test replaces or adds. */
#ifndef CONFORMANCE_CLAIMS_RECORD_H
#define CONFORMANCE_CLAIMS_RECORD_H

#include <stdio.h>
#include <string.h>

#include <gng_claims.h>

#define RECORD_CAP 8192

/* record_text writes a ledger of one record; each of lines replaces the line of its name, or
 * is added; a line without "=" removes the field. */
static inline void record_text(char text[RECORD_CAP], const char *const *lines, size_t num)
{
	static const char *const whole[] = {
		"id = C.9.1",	       "section = 9",	"line = 3",  "quote = words",
		"statement = So.",     "quantity = 10", "unit = ns", "conditions = -",
		"reading = -",	       "method = look", "probe = -", "tolerance = 0.1",
		"subsystem = nowhere",
	};
	size_t len = (size_t)sprintf(text, "# source: a test\n# cases: 1\n\n");

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		const size_t name = strcspn(whole[i], " ");
		bool replaced = false;

		for (size_t j = 0; j < num; j++)
			replaced |= strncmp(lines[j], whole[i], name) == 0 &&
				    strchr(" ", lines[j][name]) != NULL;
		if (!replaced)
			len += (size_t)sprintf(text + len, "%s\n", whole[i]);
	}
	for (size_t j = 0; j < num; j++)
		if (strchr(lines[j], '='))
			len += (size_t)snprintf(text + len, RECORD_CAP - len, "%s\n", lines[j]);
}

/* record_open opens such a ledger; it fails the test if it is refused. */
static inline struct gng_claims_ledger *record_open(const char *const *lines, size_t num)
{
	struct gng_claims_ledger *ledger;
	struct gng_why why = {0};
	char text[RECORD_CAP];

	record_text(text, lines, num);
	if (gng_claims_open_text(&ledger, "t", text, strlen(text), &why) != GNG_OK)
		suite_fail("%s", why.text);
	return ledger;
}

/* record_judge judges the one record of such a ledger. */
static inline struct gng_claims_judgement record_judge(const char *source, const char *const *lines,
						       size_t num)
{
	struct gng_claims_ledger *ledger = record_open(lines, num);
	struct gng_claims_judgement judgement;

	gng_claims_judge(&judgement, &ledger->claims[0], source);
	gng_claims_close(ledger);
	return judgement;
}

#endif /* CONFORMANCE_CLAIMS_RECORD_H */
