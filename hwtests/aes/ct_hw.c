/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_hw.c - does the time of real AES depend on a secret? Welch's t over two classes of keys,
 * tags and paddings for each variant (gng_timing.h), and a control that leaks and must be caught.
 */
/* needs: timing clock */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gng_timing.h>

#include "../../conformance/aes/variant.h"

#define NUM_SAMPLES 60000
#define DEADLINE_NS UINT64_C(1000000000)
#define SEED 0x5eed

/* lab is what a timed operation works with. */
struct lab {
	const struct gng_aes_variant *variant;
	struct subject subject;
	uint64_t random;
	uint8_t sealed[32], text[32], tag[16];
	volatile unsigned int sink;
};

static uint8_t next_byte(struct lab *lab)
{
	lab->random ^= lab->random << 13;
	lab->random ^= lab->random >> 7;
	lab->random ^= lab->random << 17;
	return (uint8_t)(lab->random >> 32);
}

/* fill_bytes does the same work for both: a random byte is drawn, and kept or not. */
static void fill_bytes(struct lab *lab, uint8_t *input, size_t len, unsigned int class_of)
{
	const uint8_t keep = (uint8_t)(0u - class_of);

	for (size_t i = 0; i < len; i++)
		input[i] = (uint8_t)((next_byte(lab) & keep) | (0x5a & ~keep));
}

/* ---- a key: expanded, and four blocks encrypted ---- */

static void fill_key(void *arg, uint8_t *input, unsigned int class_of)
{
	fill_bytes(arg, input, 32, class_of);
}

static void run_key(void *arg, const uint8_t *input)
{
	struct lab *lab = arg;
	uint8_t out[64] = {0};
	struct gng_aes_key key;

	lab->sink += aes_init_with(&key, lab->variant, input, 32);
	lab->sink += gng_aes_ecb_encrypt(&key, out, out, sizeof(out));
	gng_aes_fini(&key);
}

/* ---- a text under one key, sealed ---- */

static void run_seal(void *arg, const uint8_t *input)
{
	struct lab *lab = arg;
	uint8_t out[32];

	lab->sink += mode_gcm_seal(&lab->subject, out, input, 32);
}

/* ---- a tag that is wrong in its first byte, or in its last ---- */

static void fill_tag(void *arg, uint8_t *input, unsigned int class_of)
{
	struct lab *lab = arg;

	memcpy(input, lab->tag, 16);
	input[class_of ? 15 : 0] ^= 1;
}

static void run_open(void *arg, const uint8_t *input)
{
	struct lab *lab = arg;

	memcpy(lab->subject.tag, input, 16);
	lab->sink += mode_gcm_open(&lab->subject, lab->text, lab->sealed, sizeof(lab->sealed));
}

/* ---- a padding that is wrong in its first byte, or in its last but one ---- */

static void fill_padding(void *arg, uint8_t *input, unsigned int class_of)
{
	struct lab *lab = arg;
	uint8_t text[32];

	memset(text, 16, sizeof(text));
	text[class_of ? 30 : 16] ^= 1;
	if (gng_aes_cbc_encrypt(&lab->subject.key, lab->subject.iv, input, text, sizeof(text)) !=
	    GNG_OK)
		fail_msg("a block could not be encrypted");
}

static void run_padding(void *arg, const uint8_t *input)
{
	struct lab *lab = arg;
	size_t len;

	lab->sink += gng_aes_cbc_pkcs7_decrypt(&lab->subject.key, lab->subject.iv, lab->text,
					       sizeof(lab->text), &len, input, 32);
}

/* ---- the control: the same opening with a comparison that leaves early ---- */

#define NUM_LEAKS 8 /* some 200 cycles in all: one leak drowns when others use the CPU */

static void run_leaky_open(void *arg, const uint8_t *input)
{
	struct lab *lab = arg;
	size_t i = 0;

	lab->sink += mode_gcm_seal(&lab->subject, lab->text, lab->sealed, sizeof(lab->sealed));
	for (int k = 0; k < NUM_LEAKS; k++)
		for (i = 0; i < 16 && ((const volatile uint8_t *)lab->tag)[i] == input[i];)
			i++;
	lab->sink += (unsigned int)i;
}

/* ---- judging ---- */

static bool set_up(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	if (variant_skips(&lab->variant))
		return false;
	lab->random = SEED;
	subject_init(&lab->subject, lab->variant, 32);
	fill(lab->text, sizeof(lab->text), 3);
	assert_int_equal(mode_gcm_seal(&lab->subject, lab->sealed, lab->text, sizeof(lab->text)),
			 GNG_OK);
	memcpy(lab->tag, lab->subject.tag, sizeof(lab->tag));
	return true;
}

static void measure(struct gng_timing_result *result, struct lab *lab, size_t len,
		    void (*fill_input)(void *, uint8_t *, unsigned int),
		    void (*run)(void *, const uint8_t *))
{
	const struct gng_timing_subject subject = {len, fill_input, run, lab};
	struct gng_why why = {0};
	char text[128];

	if (gng_timing_measure(result, &subject, NUM_SAMPLES, DEADLINE_NS, SEED, &why) != GNG_OK)
		suite_fail("%s", why.text);
	snprintf(text, sizeof(text), "t %.2f, shift %.2f cycles, %llu and %llu samples", result->t,
		 result->shift_cycles, (unsigned long long)result->n[0],
		 (unsigned long long)result->n[1]);
	gng_probe_note("welch", text);
	gng_probe_assertion();
}

/* judge: |t| over 10 is a leak, from 4.5 on nobody can tell. */
static void judge(size_t len, void (*fill_input)(void *, uint8_t *, unsigned int),
		  void (*run)(void *, const uint8_t *))
{
	struct gng_timing_result result;
	static struct lab lab;
	char text[96];

	if (!set_up(&lab))
		return;
	measure(&result, &lab, len, fill_input, run);
	if (result.verdict == GNG_TIMING_FAIL)
		suite_fail("the time depends on the secret: t is %.1f, %.1f cycles apart", result.t,
			   result.shift_cycles);
	if (result.verdict == GNG_TIMING_PASS)
		return;
	snprintf(text, sizeof(text), "t is %.1f: between 4.5 and 10, or too few samples", result.t);
	gng_probe_inconclusive(text, "repeat it on a quiet machine");
}

static void key_does_not_show_in_time(void **state)
{
	(void)state;
	judge(32, fill_key, run_key);
}

static void text_does_not_show_in_time(void **state)
{
	(void)state;
	judge(32, fill_key, run_seal);
}

static void wrong_byte_of_a_tag_does_not_show_in_time(void **state)
{
	(void)state;
	judge(16, fill_tag, run_open);
}

static void wrong_byte_of_a_padding_does_not_show_in_time(void **state)
{
	(void)state;
	judge(32, fill_padding, run_padding);
}

#define NUM_LOOKS 3 /* others on the CPU blur one look */

static void comparison_that_leaves_early_is_caught(void **state)
{
	struct gng_timing_result result = {.verdict = GNG_TIMING_PASS};
	static struct lab lab;

	(void)state;
	if (!set_up(&lab))
		return;
	for (int i = 0; i < NUM_LOOKS && result.verdict != GNG_TIMING_FAIL; i++)
		measure(&result, &lab, 16, fill_tag, run_leaky_open);
	if (result.verdict == GNG_TIMING_PASS)
		suite_fail("the statistic is blind: t is %.1f for a comparison that leaves early",
			   result.t);
	if (result.verdict != GNG_TIMING_FAIL)
		gng_probe_inconclusive("a comparison that leaves early hardly shows here",
				       "repeat it on a quiet machine");
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(key_does_not_show_in_time, "C1.ct.time"),
	TEST_EACH_VARIANT(text_does_not_show_in_time, "C1.ct.time"),
	TEST_EACH_VARIANT(wrong_byte_of_a_tag_does_not_show_in_time, "C1.ct.time"),
	TEST_EACH_VARIANT(wrong_byte_of_a_padding_does_not_show_in_time, "C1.ct.time"),
	TEST_EACH_VARIANT(comparison_that_leaves_early_is_caught, "C1.ct.time"),
	{0},
};
