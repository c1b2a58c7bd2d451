/* SPDX-License-Identifier: Apache-2.0 */
/* case_fuzz.c - a text that is taken as a case is one: within its ranges, and without a control
 * character that could reach a command line; each text is refused or taken alike twice. */
/* bundle: 11 */
#include "../block.h"
#include "../suite.h"

#include <ctype.h>

#include <gng_lab.h>

static void check_list(const struct gng_lab_list *list)
{
	for (size_t i = 0; i < list->num; i++) {
		fuzz_check(*list->texts[i] != '\0', "a value", "of a list");
		for (const char *c = list->texts[i]; *c; c++)
			fuzz_check(!iscntrl((unsigned char)*c) || *c == '\t', "a control character",
				   "of a list");
	}
}

static void check_case(const struct gng_lab_case *one)
{
	fuzz_check(one->title && one->kernels.num && one->runs.num, "what a case must have",
		   "taken");
	fuzz_check(one->cpus >= 1 && one->cpus <= 16, "cpus", "taken");
	fuzz_check(one->boot_s >= 1 && one->deadline_s >= 1, "deadlines", "taken");
	fuzz_check(one->memory_mib >= 1, "memory", "taken");
	check_list(&one->devices);
	check_list(&one->appends);
	check_list(&one->runs);
	check_list(&one->libraries);
	for (size_t i = 0; i < one->libraries.num; i++)
		fuzz_check(*one->libraries.texts[i] != '/' &&
				   !strstr(one->libraries.texts[i], "..") &&
				   one->libraries.lines[i],
			   "a library", "below its folder");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(64, data, size);
	const char *text = fuzz_copy(data, size);
	struct gng_lab_case first, second;
	struct gng_why why = {0};
	bool taken;

	taken = gng_lab_case_parse(&first, "a/b.case", text, all ? &why : NULL) == GNG_OK;
	fuzz_check(taken || !all || strncmp(why.text, "a/b.case:", 9) == 0, "the place",
		   "of a refusal");
	if (all)
		fuzz_check(taken == (gng_lab_case_parse(&second, "a/b.case", text, NULL) == GNG_OK),
			   "the verdict", "of a second reading");
	if (taken && all) {
		fuzz_check(first.memory_mib == second.memory_mib, "memory", "of a second reading");
		gng_lab_case_fini(&second);
	}
	if (taken) {
		check_case(&first);
		gng_lab_case_fini(&first);
	}
	return 0;
}
