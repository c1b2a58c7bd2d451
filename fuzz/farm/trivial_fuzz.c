/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trivial_fuzz.c - the least that a fuzzer can do, by which `gonogo fuzz --rate` measures the
 * others: it costs what the engine itself costs.
 */
/* class: yardstick */
#define FUZZ_IS_SUBJECT
#include "../suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sum = 0, from_end = 0;

	for (size_t i = 0; i < size && i < 16; i++) {
		sum = (uint8_t)(sum + data[i]);
		from_end = (uint8_t)(from_end + data[(size < 16 ? size : 16) - 1 - i]);
	}
	fuzz_check(sum == from_end, "a sum depends on its order", "trivial");
	return 0;
}
