/* SPDX-License-Identifier: Apache-2.0 */
/* guest.h - a test boots a guest that runs another test: so planted bugs that show in guests only
 * are judged where nobody starts the lab. */
#ifndef CONFORMANCE_GUEST_H
#define CONFORMANCE_GUEST_H

#include "suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>
#include <gng_lab.h>

/* guest_judge boots kernel for a case, whose text runs one test; words are of the failure, NULL:
 * there must be none. false: the test is skipped, and has said so. */
static inline bool guest_judge(const char *kernel, const char *text, const char *words)
{
	struct gng_lab_options options = {.dir = "."};
	struct gng_lab_result result;
	struct gng_lab_case one;
	struct gng_home *home;
	struct gng_why why;
	bool judged;

	if (gng_home_open(&home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK ||
	    gng_lab_case_parse(&one, "conformance/guest/t.case", text, &why) != GNG_OK)
		suite_fail("%s", why.text);
	options.home = home;
	if (gng_lab_run(&result, &one, kernel, &options, &why) != GNG_OK)
		suite_fail("%s", why.text);
	judged = !result.cannot;
	if (!judged) {
		gng_probe_skip(result.cannot, result.remedy);
	} else {
		const struct gng_record *record = &result.records[0];

		assert_int_equal(result.num_records, 1);
		if (record->verdict != (words ? GNG_FAIL : GNG_PASS) ||
		    (words && !strstr(record->reason, words)))
			suite_fail("%s is %s: %s", one.runs.texts[0],
				   gng_verdict_name(record->verdict),
				   record->reason ? record->reason : "-");
	}
	gng_lab_result_fini(&result);
	gng_lab_case_fini(&one);
	gng_home_close(home);
	return judged;
}

#endif /* CONFORMANCE_GUEST_H */
