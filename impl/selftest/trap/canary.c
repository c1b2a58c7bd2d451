/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canary.c - a fuzzer's replay that crashes or hangs when it is armed, and only then. It is armed
 * by the environment: libFuzzer learns a canary that waits for certain bytes.
 */
#include "../../../fuzz/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	while (getenv("GNG_FUZZ_HANG"))
		;
	fuzz_check(!getenv("GNG_FUZZ_CANARY"), "the canary is armed", "selftest");
	return 0;
}
