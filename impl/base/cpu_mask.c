/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_mask.c - the text of GNG_CPU, and the names of the CPU bits. */
#include "base_cpu.h"

#define NAMED(text) text, sizeof(text) - 1

static const struct mask_name {
	const char *name;
	size_t len;
	uint32_t bits;
} features[] = {
	{NAMED("ssse3"), GNG_CPU_SSSE3},
	{NAMED("sse41"), GNG_CPU_SSE41},
	{NAMED("aesni"), GNG_CPU_AESNI},
	{NAMED("pclmul"), GNG_CPU_PCLMUL},
	{NAMED("avx"), GNG_CPU_AVX},
	{NAMED("avx2"), GNG_CPU_AVX2},
	{NAMED("bmi2"), GNG_CPU_BMI2},
	{NAMED("vaes"), GNG_CPU_VAES},
	{NAMED("vpclmul"), GNG_CPU_VPCLMUL},
	{NAMED("avx512"), GNG_CPU_AVX512},
	{NAMED("gfni"), GNG_CPU_GFNI},
	{NAMED("sha"), GNG_CPU_SHA},
	{NAMED("rdtscp"), GNG_CPU_RDTSCP},
	{NAMED("tsc-invariant"), GNG_CPU_TSC_INVARIANT},
	{NAMED("hypervisor"), GNG_CPU_HYPERVISOR},
	/* levels: not features, but what AES and its like are built in */
	{NAMED("vaes512"), GNG_CPU_AVX512},
	{NAMED("vaes256"), GNG_CPU_VAES | GNG_CPU_VPCLMUL},
};

#define NUM_FEATURES (sizeof(features) / sizeof(features[0]))

const char *gng_cpu_name(uint32_t bit)
{
	for (size_t i = 0; i < NUM_FEATURES; i++)
		if (features[i].bits == bit)
			return features[i].name;
	return NULL;
}

#if __STDC_HOSTED__

#include <string.h>

/* bits_of returns the bits of the name text[0..len), or 0. */
static uint32_t bits_of(const char *text, size_t len)
{
	for (size_t i = 0; i < NUM_FEATURES; i++)
		if (features[i].len == len && memcmp(features[i].name, text, len) == 0)
			return features[i].bits;
	return 0;
}

enum gng_status gng_cpu_mask(uint32_t *cleared, const char *text, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	*cleared = 0;
	if (!text || !*text)
		return GNG_OK;
	for (;;) {
		const size_t len = strcspn(text, ",");
		const uint32_t bits = *text == '-' ? bits_of(text + 1, len - 1) : 0;

		*cleared |= base_cpu_with_dependents(bits);
		if (!bits && status == GNG_OK)
			status = gng_why_set(why, GNG_EFORMAT, 0, "base.cpu-mask",
					     "GNG_CPU: '%.*s' masks no feature: write -NAME, as in "
					     "-vaes512,-avx2",
					     (int)(len < 64 ? len : 64), text);
		if (!text[len])
			return status;
		text += len + 1;
	}
}

#endif /* __STDC_HOSTED__ */
