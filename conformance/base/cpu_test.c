/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_test.c - CPU bits: CPUID with XCR0 (Intel SDM), the mask GNG_CPU, this machine. */
#include "../suite.h"

#include <base_cpu.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define AVX512_STATE UINT64_C(0xe7) /* x87, XMM, YMM, opmask, both halves of ZMM */

/* A CPU that has everything, and a kernel that saves every register. */
static const struct base_cpuid everything = {
	.leaf1_ecx = UINT32_MAX,
	.leaf7_ebx = UINT32_MAX,
	.leaf7_ecx = UINT32_MAX,
	.leaf80000001_edx = UINT32_MAX,
	.leaf80000007_edx = UINT32_MAX,
	.xcr0 = AVX512_STATE,
};

#define ALL_BITS ((UINT32_C(1) << 15) - 1)
#define YMM_BITS (GNG_CPU_AVX | GNG_CPU_AVX2 | GNG_CPU_VAES | GNG_CPU_VPCLMUL)

static uint32_t bits_without(uint32_t leaf1_ecx, uint32_t leaf7_ebx, uint32_t leaf7_ecx,
			     uint64_t xcr0)
{
	struct base_cpuid cpuid = everything;

	cpuid.leaf1_ecx &= ~leaf1_ecx;
	cpuid.leaf7_ebx &= ~leaf7_ebx;
	cpuid.leaf7_ecx &= ~leaf7_ecx;
	cpuid.xcr0 &= ~xcr0;
	return base_cpu_bits(&cpuid);
}

static void cpu_bits_of_everything_and_of_nothing(void **state)
{
	const struct base_cpuid nothing = {0};

	(void)state;
	assert_int_equal(base_cpu_bits(&everything), ALL_BITS);
	assert_int_equal(base_cpu_bits(&nothing), 0);
}

/* Each row clears one CPUID bit, and names the features that go with it. */
static void cpu_bits_follow_their_cpuid_bit(void **state)
{
	static const struct {
		int leaf1_ecx, leaf7_ebx, leaf7_ecx;
		uint32_t lost;
	} rows[] = {
		{1, -1, -1, GNG_CPU_PCLMUL},
		{9, -1, -1, GNG_CPU_SSSE3},
		{19, -1, -1, GNG_CPU_SSE41},
		{25, -1, -1, GNG_CPU_AESNI},
		{27, -1, -1, YMM_BITS | GNG_CPU_AVX512}, /* OSXSAVE: XCR0 does not exist */
		{28, -1, -1, YMM_BITS | GNG_CPU_AVX512},
		{31, -1, -1, GNG_CPU_HYPERVISOR},
		{-1, 5, -1, GNG_CPU_AVX2 | GNG_CPU_AVX512},
		{-1, 8, -1, GNG_CPU_BMI2},
		{-1, 16, -1, GNG_CPU_AVX512}, /* F */
		{-1, 17, -1, GNG_CPU_AVX512}, /* DQ */
		{-1, 29, -1, GNG_CPU_SHA},
		{-1, 30, -1, GNG_CPU_AVX512}, /* BW */
		{-1, 31, -1, GNG_CPU_AVX512}, /* VL */
		{-1, -1, 8, GNG_CPU_GFNI},
		{-1, -1, 9, GNG_CPU_VAES},
		{-1, -1, 10, GNG_CPU_VPCLMUL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(bits_without(rows[i].leaf1_ecx < 0 ? 0 : 1u << rows[i].leaf1_ecx,
					      rows[i].leaf7_ebx < 0 ? 0 : 1u << rows[i].leaf7_ebx,
					      rows[i].leaf7_ecx < 0 ? 0 : 1u << rows[i].leaf7_ecx,
					      0),
				 ALL_BITS & ~rows[i].lost);
}

static void cpu_bits_of_extended_leaves(void **state)
{
	struct base_cpuid cpuid = everything;

	(void)state;
	cpuid.leaf80000001_edx &= ~(1u << 27);
	assert_int_equal(base_cpu_bits(&cpuid), ALL_BITS & ~GNG_CPU_RDTSCP);
	cpuid.leaf80000007_edx &= ~(1u << 8);
	assert_int_equal(base_cpu_bits(&cpuid),
			 ALL_BITS & ~(GNG_CPU_RDTSCP | GNG_CPU_TSC_INVARIANT));
}

/* AVX-512 in CPUID, and a kernel that does not save opmask, ZMM_Hi256 or Hi16_ZMM. */
static void cpu_has_no_avx512_without_its_state(void **state)
{
	(void)state;
	for (unsigned int bit = 5; bit <= 7; bit++)
		assert_int_equal(bits_without(0, 0, 0, UINT64_C(1) << bit),
				 ALL_BITS & ~GNG_CPU_AVX512);
}

static void cpu_has_no_avx_without_its_state(void **state)
{
	(void)state;
	for (unsigned int bit = 1; bit <= 2; bit++)
		assert_int_equal(bits_without(0, 0, 0, UINT64_C(1) << bit),
				 ALL_BITS & ~(YMM_BITS | GNG_CPU_AVX512));
}

static void cpu_mask_clears_features_and_what_is_built_on_them(void **state)
{
	static const struct {
		const char *text;
		uint32_t cleared;
	} rows[] = {
		{NULL, 0},
		{"", 0},
		{"-aesni", GNG_CPU_AESNI | GNG_CPU_VAES},
		{"-pclmul", GNG_CPU_PCLMUL | GNG_CPU_VPCLMUL},
		{"-vaes", GNG_CPU_VAES},
		{"-vaes512", GNG_CPU_AVX512},
		{"-vaes256", GNG_CPU_VAES | GNG_CPU_VPCLMUL},
		{"-vaes512,-vaes256", GNG_CPU_AVX512 | GNG_CPU_VAES | GNG_CPU_VPCLMUL},
		{"-avx2", GNG_CPU_AVX2 | GNG_CPU_AVX512 | GNG_CPU_VAES | GNG_CPU_VPCLMUL},
		{"-avx", YMM_BITS | GNG_CPU_AVX512},
		{"-sha,-gfni,-bmi2", GNG_CPU_SHA | GNG_CPU_GFNI | GNG_CPU_BMI2},
		{"-tsc-invariant", GNG_CPU_TSC_INVARIANT},
	};
	struct gng_why why;
	uint32_t cleared;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleared = UINT32_MAX;
		assert_int_equal(gng_cpu_mask(&cleared, rows[i].text, &why), GNG_OK);
		assert_int_equal(cleared, rows[i].cleared);
	}
}

static void cpu_mask_names_the_first_unknown_token(void **state)
{
	static const struct {
		const char *text, *quoted;
		uint32_t cleared;
	} rows[] = {
		{"-vaes,-avx1024,-nope", "'-avx1024'", GNG_CPU_VAES},
		{"vaes", "'vaes'", 0},	      /* the minus is missing */
		{"-vae", "'-vae'", 0},	      /* a prefix is no name */
		{"-VAES", "'-VAES'", 0},      /* names are lower case */
		{"-sha,", "''", GNG_CPU_SHA}, /* a trailing comma */
		{" -sha", "' -sha'", 0},      /* no blanks */
		{"-", "'-'", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_why why = {0};
		uint32_t cleared = UINT32_MAX;

		assert_int_equal(gng_cpu_mask(&cleared, rows[i].text, &why), GNG_EFORMAT);
		assert_int_equal(cleared, rows[i].cleared);
		assert_non_null(strstr(why.text, rows[i].quoted));
		assert_int_equal(gng_cpu_mask(&cleared, rows[i].text, NULL), GNG_EFORMAT);
	}
}

static void cpu_names_round_trip_through_the_mask(void **state)
{
	(void)state;
	for (uint32_t bit = 1; bit <= GNG_CPU_HYPERVISOR; bit <<= 1) {
		char text[32];
		uint32_t cleared;

		assert_non_null(gng_cpu_name(bit));
		snprintf(text, sizeof(text), "-%s", gng_cpu_name(bit));
		assert_int_equal(gng_cpu_mask(&cleared, text, NULL), GNG_OK);
		assert_int_equal(cleared, base_cpu_with_dependents(bit));
	}
	assert_null(gng_cpu_name(0));
	assert_null(gng_cpu_name(1u << 20));
}

/* flags_line returns the kernel's own list, " fpu vme ... ", or NULL. */
static char *flags_line(void)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char *line = NULL;
	size_t cap = 0;

	while (file && getline(&line, &cap, file) > 0) {
		if (strncmp(line, "flags", 5) != 0)
			continue;
		line[strcspn(line, "\n")] = ' ';
		fclose(file);
		return line;
	}
	if (file)
		fclose(file);
	free(line);
	return NULL;
}

/* The oracle is Linux, which reads CPUID and XCR0 itself. */
static void cpu_detect_agrees_with_the_kernel(void **state)
{
	static const struct {
		uint32_t bit;
		const char *flag;
	} rows[] = {
		{GNG_CPU_SSSE3, " ssse3 "},
		{GNG_CPU_SSE41, " sse4_1 "},
		{GNG_CPU_AESNI, " aes "},
		{GNG_CPU_PCLMUL, " pclmulqdq "},
		{GNG_CPU_AVX, " avx "},
		{GNG_CPU_AVX2, " avx2 "},
		{GNG_CPU_BMI2, " bmi2 "},
		{GNG_CPU_VAES, " vaes "},
		{GNG_CPU_VPCLMUL, " vpclmulqdq "},
		{GNG_CPU_AVX512, " avx512vl "},
		{GNG_CPU_GFNI, " gfni "},
		{GNG_CPU_SHA, " sha_ni "},
		{GNG_CPU_RDTSCP, " rdtscp "},
		{GNG_CPU_HYPERVISOR, " hypervisor "},
	};
	const char *under = getenv("GNG_RUN_UNDER");
	char *flags = flags_line();

	(void)state;
	if (under && *under) {
		free(flags);
		gng_probe_skip("an emulator answers CPUID, not this CPU",
			       "gonogo check --builds release conformance.base.cpu");
		return;
	}
	if (!flags) {
		gng_probe_skip("/proc/cpuinfo lists no flags", "run on x86 Linux with /proc");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal((gng_cpu_detect() & rows[i].bit) != 0,
				 strstr(flags, rows[i].flag) != NULL);
	free(flags);
}

/* caps_of runs gng_cpu_caps in a fresh process, as it reads the environment only once. */
static uint32_t caps_of(const char *mask)
{
	uint32_t caps = UINT32_MAX;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		setenv("GNG_CPU", mask, 1);
		caps = gng_cpu_caps();
		setenv("GNG_CPU", "", 1);
		if (gng_cpu_caps() != caps)
			_exit(1);
		_exit(write(ends[1], &caps, sizeof(caps)) != sizeof(caps));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], &caps, sizeof(caps)), sizeof(caps));
	close(ends[0]);
	close(ends[1]);
	return caps;
}

static void cpu_caps_are_detected_once_and_masked(void **state)
{
	const uint32_t all = gng_cpu_detect();

	(void)state;
	assert_int_equal(caps_of(""), all);
	assert_int_equal(caps_of("-ssse3"), all & ~GNG_CPU_SSSE3);
	assert_int_equal(caps_of("-ssse3,-nonsense"), all & ~GNG_CPU_SSSE3);
}

const struct suite_test suite_tests[] = {
	TEST(cpu_bits_of_everything_and_of_nothing, "H3.base.cpu-bits"),
	TEST(cpu_bits_follow_their_cpuid_bit, "H3.base.cpu-bits"),
	TEST(cpu_bits_of_extended_leaves, "H3.base.cpu-bits"),
	TEST(cpu_has_no_avx512_without_its_state, "H3.base.cpu-state"),
	TEST(cpu_has_no_avx_without_its_state, "H3.base.cpu-state"),
	TEST(cpu_mask_clears_features_and_what_is_built_on_them, "H3.base.cpu-mask"),
	TEST(cpu_mask_names_the_first_unknown_token, "H3.base.cpu-mask-errors"),
	TEST(cpu_names_round_trip_through_the_mask, "H3.base.cpu-mask"),
	TEST(cpu_detect_agrees_with_the_kernel, "H3.base.cpu-detect"),
	TEST(cpu_caps_are_detected_once_and_masked, "H3.base.cpu-caps"),
	{0},
};
