/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_fuzz.c - whatever the file says, each case of it is counted once, as passed, failed or
 * skipped, and running it again gives the same. The first byte picks a file name, which
 * names the mode.
 */
/* needs: vec */
/* class: crypto */
#include "../suite.h"

#include <gng_vec.h>
#include <gng_vectors.h>

static const char *const names[] = {"ECB.rsp",	"CBC.rsp",    "CTR.rsp",    "gcm.rsp", "gmac.vec",
				    "pkcs.vec", "ECBMCT.rsp", "CBCMCT.rsp", "OFB.rsp", "any.vec"};

#define MAX_LEN 4096 /* a Monte Carlo case is 1,000 operations: few cases fit */

static uint64_t count_cases(enum gng_status *status, const char *name, const char *text, size_t len)
{
	struct gng_vec *vec;
	struct gng_vec_case *one = NULL;
	uint64_t num = 0;

	*status = gng_vec_open_text(&vec, name, text, len, NULL);
	while (*status == GNG_OK && (*status = gng_vec_next(vec, &one, NULL)) == GNG_OK && one)
		num++;
	gng_vec_close(vec);
	return num;
}

static void check_sums(const struct gng_vectors_result *result, uint64_t num_cases,
		       const char *name)
{
	const uint64_t kept = result->failed < GNG_VECTORS_MAX_FAILURES ? result->failed
									: GNG_VECTORS_MAX_FAILURES;

	fuzz_check(result->run == result->passed + result->failed, "run is no sum", name);
	fuzz_check(result->run + result->skipped == num_cases, "a case is not accounted for", name);
	fuzz_check(result->num_failures == kept, "failures are lost", name);
	fuzz_check((result->skipped > 0) == (*result->skip_reason != '\0'), "a skip without reason",
		   name);
	for (size_t i = 0; i < result->num_failures; i++)
		fuzz_check(*result->failures[i].why != '\0' && *result->failures[i].here != '\0',
			   "a failure without place or reason", name);
}

/* check_again counts the cases by the reader alone, and runs the file once more. */
static void check_again(const struct gng_vectors_result *first, enum gng_status status,
			const char *name, const char *text, size_t len)
{
	struct gng_vectors_result second;
	enum gng_status readable;
	const uint64_t num_cases = count_cases(&readable, name, text, len);

	fuzz_check(status == gng_vectors_run_text(&second, name, text, len, NULL),
		   "another status the second time", name);
	if (readable != GNG_OK)
		fuzz_check(status != GNG_OK, "a file that cannot be read was run", name);
	if (status == GNG_OK) {
		check_sums(first, num_cases, name);
		fuzz_check(first->passed == second.passed && first->skipped == second.skipped,
			   "another result the second time", name);
	}
	gng_vectors_result_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_vectors_result first;
	enum gng_status status;
	const char *name, *text = (const char *)data + 1;

	if (size == 0 || size > MAX_LEN)
		return 0;
	name = names[data[0] % (sizeof(names) / sizeof(names[0]))];
	status = gng_vectors_run_text(&first, name, text, size - 1, NULL);
	if (fuzz_one_in(64, data, size))
		check_again(&first, status, name, text, size - 1);
	gng_vectors_result_fini(&first);
	return 0;
}
