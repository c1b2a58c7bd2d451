/* SPDX-License-Identifier: Apache-2.0 */
/* vfio_test.c - the device from user space, behind the IOMMU: it answers as by its driver, and a
 * transfer from an address that this process has not mapped is a fault. */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "guard.h"
#include "operations.h"

#define VFIO "/sys/bus/pci/drivers/vfio-pci/"

static void set_override(const char *driver)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/driver_override", driver_slot);
	assert_int_equal(driver_tell(path, driver), 0);
}

/* bind gives the device to vfio-pci; false: the test is skipped. */
static bool bind(void)
{
	if (!getenv("GNG_LAB") || access(VFIO, F_OK) != 0) {
		gng_probe_skip("a device is given to vfio-pci in guests only",
			       "gonogo lab run kmod-vfio");
		return false;
	}
	if (!behind_an_iommu())
		return false;
	gng_sysfile_each("", DEVICES, driver_look, NULL);
	assert_true(*driver_slot);
	set_override("vfio-pci");
	assert_int_equal(driver_tell("/sys/bus/pci/drivers_probe", driver_slot), 0);
	return true;
}

static void release(void)
{
	assert_int_equal(driver_tell(VFIO "unbind", driver_slot), 0);
	set_override("\n");
}

static void with_vfio(void (*check)(const struct gng_kmod *kmod))
{
	struct gng_kmod kmod;
	struct gng_why why;

	if (!bind())
		return;
	if (gng_kmod_open_vfio(&kmod, driver_slot, &why) != GNG_OK)
		suite_fail("%s", why.text);
	check(&kmod);
	gng_kmod_close(&kmod);
	release();
}

static void registers_answer_by_the_mapped_bar(void **state)
{
	(void)state;
	with_vfio(check_registers);
}

static void each_message_is_an_event(void **state)
{
	(void)state;
	with_vfio(check_interrupts);
}

static void memory_goes_by_the_mapped_address(void **state)
{
	(void)state;
	with_vfio(check_transfers);
}

static void what_lies_outside_is_refused(void **state)
{
	(void)state;
	with_vfio(check_refusals);
}

static void an_address_that_is_not_mapped_is_a_fault(void **state)
{
	(void)state;
	with_vfio(check_wild_fault);
}

static void the_mapped_address_is_none(void **state)
{
	(void)state;
	with_vfio(check_mapped_no_fault);
}

static int count_descriptors(void)
{
	return gng_sysfile_each("", "/proc/self/fd", NULL, NULL);
}

/* Whatever was opened is given back: the device can be had again, and the driver can have it. */
static void it_can_be_opened_again_and_again(void **state)
{
	struct gng_kmod kmod, other;
	struct gng_why why;
	int before;

	(void)state;
	if (!bind())
		return;
	before = count_descriptors();
	for (int i = 0; i < 5; i++) {
		assert_int_equal(gng_kmod_open_vfio(&kmod, driver_slot, &why), GNG_OK);
		assert_int_not_equal(gng_kmod_open_vfio(&other, driver_slot, &why), GNG_OK);
		check_registers(&kmod);
		gng_kmod_close(&kmod);
		assert_int_equal(count_descriptors(), before);
	}
	release();
	assert_int_equal(gng_kmod_open_vfio(&kmod, driver_slot, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "driver_override"));
	assert_int_equal(count_descriptors(), before);
}

static void what_is_no_slot_or_absent_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", "edu", "0000:00:03", "0000:00:03.0x", "../../../../x", "0000:00:g3.0"};
	struct gng_kmod kmod;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(gng_kmod_open_vfio(&kmod, wrong[i], &why), GNG_EINVAL);
		assert_non_null(strstr(why.text, "0000:00:03.0"));
	}
	assert_int_not_equal(gng_kmod_open_vfio(&kmod, "fffe:ff:1f.7", &why), GNG_OK);
	assert_non_null(strstr(why.text, "fffe:ff:1f.7 cannot be driven by vfio"));
	assert_int_equal(kmod.fd, -1);
	assert_null(kmod.vfio);
}

GUEST_PASSES(a_guest_maps_for_the_device, "6.1-cloud", "vfio.memory_goes_by_the_mapped_address",
	     GUEST_IOMMU "module: vfio-pci\nmodule: vfio_iommu_type1\n")

const struct suite_test suite_tests[] = {
	TEST(registers_answer_by_the_mapped_bar, "K8.kmod.vfio"),
	TEST(each_message_is_an_event, "K8.kmod.vfio"),
	TEST(memory_goes_by_the_mapped_address, "K8.kmod.vfio"),
	TEST(what_lies_outside_is_refused, "K8.kmod.vfio"),
	TEST(an_address_that_is_not_mapped_is_a_fault, "K8.kmod.vfio"),
	TEST(the_mapped_address_is_none, "K8.kmod.vfio"),
	TEST(it_can_be_opened_again_and_again, "K8.kmod.vfio"),
	TEST(what_is_no_slot_or_absent_is_refused, "K8.kmod.vfio"),
	TEST_SLOW(a_guest_maps_for_the_device, "K8.kmod.vfio"),
	{0},
};
