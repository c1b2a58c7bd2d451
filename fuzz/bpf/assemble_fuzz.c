/* SPDX-License-Identifier: Apache-2.0 */
/* assemble_fuzz.c - a text is a program or is refused with its place, the same both times, and a
 * program of more instructions than its text can say needs a repeat. */
/* bundle: 20 */
#include "../suite.h"

#include <gng_bpf.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_bpf_code first, second;
	struct gng_bpf_map maps[4];
	struct gng_why why = {0};
	char *text = malloc(size + 1);
	size_t num_maps = 0;
	bool taken;

	fuzz_check(text != NULL, "memory", "at the start");
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	taken = gng_bpf_assemble(&first, "f:1", text, &why) == GNG_OK;
	fuzz_check(taken || strncmp(why.text, "f:1", 3) == 0, "the place", "of a refusal");
	fuzz_check(taken == (gng_bpf_assemble(&second, "f:1", text, NULL) == GNG_OK), "the verdict",
		   "of a second reading");
	if (taken) {
		fuzz_check(first.num_insns <= GNG_BPF_MAX_INSNS, "the limit", "of a program");
		fuzz_check(first.num_insns <= size || strstr(text, "repeat"), "the length",
			   "of a program");
		fuzz_check(first.num_insns == second.num_insns &&
				   (first.num_insns == 0 ||
				    memcmp(first.insns, second.insns,
					   first.num_insns * sizeof(first.insns[0])) == 0),
			   "the code", "of a second reading");
		gng_bpf_code_fini(&first);
		gng_bpf_code_fini(&second);
	}
	if (gng_bpf_maps_parse(maps, &num_maps, 4, "f:1", text, NULL) == GNG_OK)
		fuzz_check(num_maps >= 1 && num_maps <= 4, "the number", "of maps");
	fuzz_check(*gng_bpf_classify(1, text) != '\0', "a class", "of a log");
	free(text);
	return 0;
}
