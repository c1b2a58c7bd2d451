/* SPDX-License-Identifier: Apache-2.0 */
/* guard_test.c - behind an IOMMU a transfer to an address that nobody mapped is a fault, and moves
 * nothing. */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "guard.h"

static void with_the_driver(void (*check)(const struct gng_kmod *kmod))
{
	struct gng_kmod kmod;

	if (!behind_an_iommu() || !driver_load("wild=1"))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	check(&kmod);
	gng_kmod_close(&kmod);
	driver_unload();
}

static void an_address_that_nobody_mapped_is_a_fault(void **state)
{
	(void)state;
	with_the_driver(check_wild_fault);
}

static void the_mapped_address_is_none(void **state)
{
	(void)state;
	with_the_driver(check_mapped_no_fault);
}

GUEST_PASSES(a_guest_is_guarded, "6.1-cloud", "guard.an_address_that_nobody_mapped_is_a_fault",
	     GUEST_IOMMU)

const struct suite_test suite_tests[] = {
	TEST(an_address_that_nobody_mapped_is_a_fault, "K8.kmod.iommu"),
	TEST(the_mapped_address_is_none, "K8.kmod.iommu"),
	TEST_SLOW(a_guest_is_guarded, "K8.kmod.iommu"),
	{0},
};
