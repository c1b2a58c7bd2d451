/* SPDX-License-Identifier: Apache-2.0 */
/* guest.h - a test of the driver boots a guest that runs a test of the same program: so planted
 * bugs of the driver are judged where nobody starts the lab. */
#ifndef CONFORMANCE_KMOD_GUEST_H
#define CONFORMANCE_KMOD_GUEST_H

#include "driver.h"

#include <gng_gauge.h>
#include <gng_lab.h>

#define GUEST_DEVICE "device: edu\n"
#define GUEST_IOMMU "iommu: intel\n" GUEST_DEVICE

/* guest_judge boots kernel with more lines in its case, and runs one test; words are of the
 * failure, NULL: there must be none. false: the test is skipped, and has said so. */
static inline bool guest_judge(const char *kernel, const char *test, const char *lines,
			       const char *words)
{
	struct gng_lab_options options = {.dir = "."};
	struct gng_lab_result result;
	struct gng_lab_case one;
	struct gng_home *home;
	struct gng_why why;
	char text[512];
	bool judged;

	snprintf(text, sizeof(text),
		 "title: t\nkernel: %s\nmemory: 256\nboot: 180\ndeadline: 120\nbuilt: kmod\n"
		 "append: no_timer_check\nrun: conformance.kmod.%s\n%s",
		 kernel, test, lines);
	if (gng_home_open(&home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK ||
	    gng_lab_case_parse(&one, "conformance/kmod/t.case", text, &why) != GNG_OK)
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
			suite_fail("%s is %s: %s", test, gng_verdict_name(record->verdict),
				   record->reason ? record->reason : "-");
	}
	gng_lab_result_fini(&result);
	gng_lab_case_fini(&one);
	gng_home_close(home);
	return judged;
}

/* GUEST_PASSES is a slow test: another one of this program passes in a guest. */
#define GUEST_PASSES(name, kernel, test, lines)         \
	static void name(void **state)                  \
	{                                               \
		(void)state;                            \
		guest_judge(kernel, test, lines, NULL); \
	}

#endif /* CONFORMANCE_KMOD_GUEST_H */
