/* SPDX-License-Identifier: Apache-2.0 */
/* probe_test.c - sizes and verdicts found by asking, on models of several versions. */
#include "model.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* probe_all compares what the model of a version answers with the table. It returns how many
 * differ. */
static int probe_all(void *arg)
{
	const int fd = open("/dev/nvidia-uvm", O_RDWR);
	struct gng_uvm_version version;
	int wrong = 0, probed = 0;

	if (fd < 0 || gng_uvm_version_parse(&version, arg, NULL) != GNG_OK)
		return 100;
	for (int i = 0; i < GNG_UVM_NUM_COMMANDS; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(&version, (enum gng_uvm_command)i);
		struct gng_uvm_probe probe;

		if (!layout || gng_uvm_probe_command(&probe, fd, layout, NULL) != GNG_OK)
			continue;
		probed++;
		wrong += probe.size != layout->size || probe.status_at != layout->status_at;
	}
	close(fd);
	return probed == GNG_UVM_NUM_COMMANDS - 2 ? wrong : 101;
}

static void on_model(const char *version, const char *asked, int wanted)
{
	struct gng_uvm_machine machine = {.version = version};

	on_machine(&machine, probe_all, (void *)asked, wanted);
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

static void what_takes_effect_is_not_probed(void **state)
{
	struct gng_uvm_probe probe;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; gng_uvm_layout_at(i); i++) {
		const struct gng_uvm_layout *layout = gng_uvm_layout_at(i);
		const bool effect = layout->command == GNG_UVM_INITIALIZE ||
				    layout->command == GNG_UVM_MM_INITIALIZE ||
				    layout->command >= GNG_UVM_NUM_COMMANDS;

		assert_int_equal(gng_uvm_probe_command(&probe, -1, layout, &why),
				 effect ? GNG_EINVAL : GNG_OK);
		assert_int_equal(probe.size, 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_version_is_found_as_it_is, "D2.uvm.probe D2.uvm.model"),
	TEST(another_version_is_found_out, "D2.uvm.probe D2.uvm.layouts"),
	TEST(what_takes_effect_is_not_probed, "D2.uvm.probe"),
	{0},
};
