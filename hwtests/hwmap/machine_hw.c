/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine_hw.c - what a lab profile may expect of this machine, one test each: PASS with the
 * evidence, or SKIP with what is missing and what to do. A profile that names one makes its SKIP
 * a NO-GO.
 */
#include "../suite.h"

#include <gng_hwmap.h>

static void expect(enum gng_hwmap_need need)
{
	static struct gng_hwmap map;
	struct gng_why why = {0};
	char evidence[160], reason[224];

	if (gng_hwmap_read(&map, "", &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (gng_hwmap_has(&map, need, evidence)) {
		gng_probe_assertion();
		gng_probe_note(gng_hwmap_need_name(need), evidence);
	} else {
		snprintf(reason, sizeof(reason), "this machine lacks %s: %s",
			 gng_hwmap_need_name(need), evidence);
		gng_probe_skip(reason, gng_hwmap_remedy(need));
	}
	gng_hwmap_fini(&map);
}

static void has_bare_metal(void **state)
{
	(void)state;
	expect(GNG_HWMAP_BARE_METAL);
}

static void has_tsc_clock(void **state)
{
	(void)state;
	expect(GNG_HWMAP_TSC_CLOCK);
}

static void has_fixed_frequency(void **state)
{
	(void)state;
	expect(GNG_HWMAP_FIXED_FREQUENCY);
}

static void has_isolated_cpus(void **state)
{
	(void)state;
	expect(GNG_HWMAP_ISOLATED_CPUS);
}

static void has_huge_pages(void **state)
{
	(void)state;
	expect(GNG_HWMAP_HUGE_PAGES);
}

static void has_numa(void **state)
{
	(void)state;
	expect(GNG_HWMAP_NUMA);
}

static void has_iommu(void **state)
{
	(void)state;
	expect(GNG_HWMAP_IOMMU);
}

static void has_nic_10g(void **state)
{
	(void)state;
	expect(GNG_HWMAP_NIC_10G);
}

static void has_nvidia_gpu(void **state)
{
	(void)state;
	expect(GNG_HWMAP_NVIDIA_GPU);
}

static void has_nvidia_h100(void **state)
{
	(void)state;
	expect(GNG_HWMAP_NVIDIA_H100);
}

static void has_sound_card(void **state)
{
	(void)state;
	expect(GNG_HWMAP_SOUND_CARD);
}

static void has_preempt_rt(void **state)
{
	(void)state;
	expect(GNG_HWMAP_PREEMPT_RT);
}

static void has_vaes(void **state)
{
	(void)state;
	expect(GNG_HWMAP_VAES);
}

static void has_avx512(void **state)
{
	(void)state;
	expect(GNG_HWMAP_AVX512);
}

const struct suite_test suite_tests[] = {
	TEST(has_bare_metal, "H1.hwmap.expects"),
	TEST(has_tsc_clock, "H1.hwmap.expects"),
	TEST(has_fixed_frequency, "H1.hwmap.expects"),
	TEST(has_isolated_cpus, "H1.hwmap.expects"),
	TEST(has_huge_pages, "H1.hwmap.expects"),
	TEST(has_numa, "H1.hwmap.expects"),
	TEST(has_iommu, "H1.hwmap.expects"),
	TEST(has_nic_10g, "H1.hwmap.expects"),
	TEST(has_nvidia_gpu, "H1.hwmap.expects"),
	TEST(has_nvidia_h100, "H1.hwmap.expects"),
	TEST(has_sound_card, "H1.hwmap.expects"),
	TEST(has_preempt_rt, "H1.hwmap.expects"),
	TEST(has_vaes, "H1.hwmap.expects"),
	TEST(has_avx512, "H1.hwmap.expects"),
	{0},
};
