/* SPDX-License-Identifier: Apache-2.0 */
/* probe_test.c - sizes and verdicts found by asking, on models of several versions. */
#include "model.h"
#include "probing.h"

static void on_model(const char *version, const char *asked, int wanted)
{
	struct gng_uvm_machine machine = {.version = version};

	on_machine(&machine, probe_space, (void *)asked, wanted);
}

static void a_version_is_found_as_it_is(void **state)
{
	static const char *const versions[] = {"515.43.04", "545.29.06", "550.54.14", "590.48.01"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(versions); i++)
		on_model(versions[i], versions[i], 0);
}

/* What a client of one version would get wrong on another is as many structures. */
static void another_version_is_found_out(void **state)
{
	(void)state;
	on_model("550.54.14", "545.29.06", 1); /* MAP_EXTERNAL_ALLOCATION */
	on_model("590.48.01", "545.29.06", 2); /* and FREE */
	on_model("580.142", "590.48.01", 1);   /* FREE */
}

/* ---- the resource manager ---- */

/* on_control demands too that no object was made. */
static void on_control(const char *version, const char *asked, int wanted)
{
	struct gng_uvm_machine machine = {.version = version, .num_gpus = 1};

	if (on_machine(&machine, probe_control, (void *)asked, wanted))
		assert_int_equal(machine.num_left, 0);
}

static void the_resource_manager_is_probed_without_a_client(void **state)
{
	static const char *const versions[] = {"515.43.04", "535.43.02", "545.23.06", "580.65.06"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(versions); i++)
		on_control(versions[i], versions[i], 0);
	on_control("530.41.03", "535.43.02", 1); /* an allocation's verdict, in one size */
	on_control("580.65.06", "575.64", 1);	 /* address spaces */
	on_control("595.45.04", "530.41.03", 3); /* and memory */
}

static void what_takes_effect_is_not_probed(void **state)
{
	struct gng_uvm_probe probe;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; gng_uvm_layout_at(i); i++) {
		const struct gng_uvm_layout *layout = gng_uvm_layout_at(i);
		const bool effect = layout->command == GNG_UVM_INITIALIZE ||
				    layout->command == GNG_UVM_MM_INITIALIZE ||
				    (layout->command >= GNG_UVM_RM_CHECK_VERSION &&
				     layout->command <= GNG_UVM_RM_REGISTER_FD) ||
				    layout->command >= GNG_UVM_RM_ID_INFO;

		assert_int_equal(gng_uvm_probe_command(&probe, -1, layout, &why),
				 effect ? GNG_EINVAL : GNG_OK);
		assert_int_equal(probe.size, 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_version_is_found_as_it_is, "D2.uvm.probe D2.uvm.model"),
	TEST(another_version_is_found_out, "D2.uvm.probe D2.uvm.layouts"),
	TEST(the_resource_manager_is_probed_without_a_client, "D2.uvm.probe D2.uvm.control"),
	TEST(what_takes_effect_is_not_probed, "D2.uvm.probe"),
	{0},
};
