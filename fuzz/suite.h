/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - what every fuzzer includes. A fuzzer is one function; libFuzzer calls it when
 * the build has an engine, else fuzz/suite.c replays the seeds of <stem>.seeds.
 *
 * A fuzzer proves equality with an oracle, so it ends in check(): abort() with a line that
 * names the variant and the input's shape. It allocates nothing that it does not free,
 * opens no file, and consumes the same bytes on every machine.
 */
#ifndef FUZZ_SUITE_H
#define FUZZ_SUITE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_base.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* fuzz_check aborts with what when ok is false. */
static inline void fuzz_check(int ok, const char *what, const char *variant)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz: %s (%s)\n", what, variant);
	abort();
}

#endif /* FUZZ_SUITE_H */
