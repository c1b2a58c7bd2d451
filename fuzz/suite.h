/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - what every fuzzer includes. A fuzzer is one function; libFuzzer calls it when
 * the build has an engine, else fuzz/suite.c replays the seeds of <stem>.seeds.
 *
 * A fuzzer proves equality with an oracle, so it ends in check(): abort() with a line that
 * names the variant and the input's shape, and shows the dear part of its oracle only some inputs
 * of an engine, by fuzz_one_in. It allocates nothing that it does not free,
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

#include "uncounted.h"

/*
 * The entry, with the oracles that are inlined into it, is no code under test: its edges would be
 * explored in place of those of the library, and took a fifth of the time of a quick reader. A file
 * that is its own subject defines FUZZ_IS_SUBJECT.
 */
#ifdef FUZZ_IS_SUBJECT
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#else
FUZZ_UNCOUNTED int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#endif

/* fuzz_check aborts with what when ok is false. */
static inline void fuzz_check(int ok, const char *what, const char *variant)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz: %s (%s)\n", what, variant);
	abort();
}

/* fuzz_replays stands in suite.c, which no engine links. */
extern const int fuzz_replays __attribute__((weak));

/* fuzz_hash is of all bytes of an input, so that a changed byte anywhere is another choice. */
FUZZ_UNCOUNTED static inline uint64_t fuzz_hash(const uint8_t *data, size_t size)
{
	uint64_t hash = size * UINT64_C(0x9e3779b97f4a7c15), word;

	for (; size >= 8; data += 8, size -= 8) {
		memcpy(&word, data, 8);
		hash = ((hash << 23 | hash >> 41) ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	}
	for (word = 0; size > 0; size--)
		word = word << 8 | *data++;
	hash = ((hash << 23 | hash >> 41) ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/*
 * fuzz_one_in says whether the dear part of an oracle looks at this input: under an engine at one
 * in num, 64 mostly, chosen by its bytes so that a finding is found again; in a replay of seeds,
 * and with GONOGO_FUZZ_ALL=1, at each. What is dear is what makes a fuzzer slower than
 * docs/FUZZING.md wants: a second reading, sentences of refusals, a slow reference.
 */
FUZZ_UNCOUNTED static inline int fuzz_one_in(unsigned int num, const uint8_t *data, size_t size)
{
	static int all = -1;

	if (all < 0)
		all = &fuzz_replays != NULL || getenv("GONOGO_FUZZ_ALL") != NULL;
	return all || fuzz_hash(data, size) % num == 0;
}

/* fuzz_choice is one of num things to do with an input of which only one is done; by other bits. */
FUZZ_UNCOUNTED static inline unsigned int fuzz_choice(unsigned int num, const uint8_t *data,
						      size_t size)
{
	return (unsigned int)(fuzz_hash(data, size) >> 40) % num;
}

/* fuzz_text is a text that is written anew for each input: to open a memory stream takes longer
 * than an engine needs for three inputs. Static in a fuzzer, and zero at first. */
struct fuzz_text {
	FILE *file;
	char *text;
	size_t len;
};

static inline FILE *fuzz_text_begin(struct fuzz_text *text)
{
	if (!text->file)
		text->file = open_memstream(&text->text, &text->len);
	if (!text->file || fseek(text->file, 0, SEEK_SET) != 0)
		abort();
	return text->file;
}

/* fuzz_text_end returns what was written, until the next begin. */
static inline char *fuzz_text_end(struct fuzz_text *text)
{
	if (fputc('\0', text->file) == EOF || fflush(text->file) != 0)
		abort();
	text->len--;
	return text->text;
}

#endif /* FUZZ_SUITE_H */
