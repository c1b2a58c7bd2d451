/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - image: the corpora of fuzzers, handed over as a module, through the readers that the
 * host has; what they answer is compared there. */
#include "cases.h"

#include "../replay.h"

#define LOW 0x400ull
#define WINDOW 0xc0000000ull

static struct replay_answers answers;

static enum cases_result each_reader_has_answered(void)
{
	const struct gng_boot_memory memory = {(const uint8_t *)LOW, LOW, WINDOW - LOW};
	struct gng_boot_module module;
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;

	if (gng_boot_pvh_read(&pvh, &fault, &memory, x86_boot_info) != GNG_OK ||
	    !gng_boot_pvh_module(&pvh, 0, &module) || module.address + module.len > WINDOW)
		return CASES_NOT_OK;
	if (!replay_all(&answers, (const uint8_t *)module.address, module.len))
		return CASES_NOT_OK;
	for (unsigned int i = 0; i < REPLAY_NUM_KINDS; i++) {
		x86_put("# replay ");
		x86_put(replay_names[i]);
		x86_put(" ");
		x86_put_number(answers.num[i]);
		x86_put(" ");
		x86_put_hex(answers.digests[i]);
		x86_put("\n");
	}
	return CASES_OK;
}

const struct cases_one cases_all[] = {
	{"each_reader_has_answered", each_reader_has_answered},
	{0},
};
