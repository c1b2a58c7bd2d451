/* SPDX-License-Identifier: Apache-2.0 */
/* assemble_fuzz.c - a text is a program or is refused with its place, the same both times, and a
 * program of more instructions than its text can say needs a repeat. */
/* bundle: 20 */
#include "../block.h"
#include "../suite.h"

#include <gng_bpf.h>

/* check_again: what was taken or refused is so the second time. */
static void check_again(bool taken, const struct gng_bpf_code *first, const char *text)
{
	struct gng_bpf_code second;

	fuzz_check(taken == (gng_bpf_assemble(&second, "f:1", text, NULL) == GNG_OK), "the verdict",
		   "of a second reading");
	if (!taken)
		return;
	fuzz_check(first->num_insns == second.num_insns &&
			   (first->num_insns == 0 ||
			    memcmp(first->insns, second.insns,
				   first->num_insns * sizeof(first->insns[0])) == 0),
		   "the code", "of a second reading");
	gng_bpf_code_fini(&second);
}

static void check_code(const char *text, size_t size, int all)
{
	struct gng_why why = {0};
	struct gng_bpf_code code;
	const bool taken = gng_bpf_assemble(&code, "f:1", text, all ? &why : NULL) == GNG_OK;

	fuzz_check(taken || !all || strncmp(why.text, "f:1", 3) == 0, "the place", "of a refusal");
	if (all)
		check_again(taken, &code, text);
	if (!taken)
		return;
	fuzz_check(code.num_insns <= GNG_BPF_MAX_INSNS, "the limit", "of a program");
	fuzz_check(code.num_insns <= size || strstr(text, "repeat"), "the length", "of a program");
	gng_bpf_code_fini(&code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(64, data, size);
	struct gng_bpf_map maps[4];
	const char *text = fuzz_copy(data, size);
	size_t num_maps = 0;

	check_code(text, size, all);
	if (all && gng_bpf_maps_parse(maps, &num_maps, 4, "f:1", text, NULL) == GNG_OK)
		fuzz_check(num_maps >= 1 && num_maps <= 4, "the number", "of maps");
	if (all)
		fuzz_check(*gng_bpf_classify(1, text) != '\0', "a class", "of a log");
	return 0;
}
