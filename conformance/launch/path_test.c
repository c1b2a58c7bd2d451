/* SPDX-License-Identifier: Apache-2.0 */
/* path_test.c - the PCIe path of a device, from trees of files as sysfs has them, and worse. */
#include "../command.h"

#include <sys/stat.h>

#include <gng_launch.h>

#define DEVICE "sys/bus/pci/devices/0000:41:00.0"

static void put(const char *path, const char *text)
{
	assert_int_equal(command("mkdir -p \"$(dirname '%s')\" && printf '%%s' '%s' >'%s'", path,
				 text, path),
			 0);
}

static void an_h100_is_read_whole(void **state)
{
	struct gng_launch_path path;
	struct gng_why why;

	(void)state;
	put(DEVICE "/current_link_speed", "32.0 GT/s PCIe\n");
	put(DEVICE "/max_link_speed", "32.0 GT/s PCIe\n");
	put(DEVICE "/current_link_width", "16\n");
	put(DEVICE "/max_link_width", "16\n");
	put(DEVICE "/numa_node", "1\n");
	put(DEVICE "/link/l1_aspm", "0\n");
	put("sys/module/pcie_aspm/parameters/policy",
	    "[default] performance powersave powersupersave \n");
	/* CUDA prints eight digits of a domain, nvidia-smi too, and capitals */
	if (gng_launch_path_read(&path, command_folder(), "00000000:41:00.0", &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_string_equal(path.address, "0000:41:00.0");
	assert_string_equal(path.speed, "32.0 GT/s PCIe");
	assert_int_equal(path.width, 16);
	assert_int_equal(path.max_width, 16);
	assert_int_equal(path.node, 1);
	assert_int_equal(path.l1_aspm, 0);
	assert_string_equal(path.aspm_policy, "[default] performance powersave powersupersave");
	assert_int_equal(gng_launch_path_read(&path, command_folder(), "41:00.0", &why), GNG_OK);
	assert_int_equal(gng_launch_path_read(&path, command_folder(), "41:00.1", &why),
			 GNG_EUNSUPPORTED);
}

static void a_path_is_said_in_words_and_members(void **state)
{
	const struct gng_launch_path path = {"0000:41:00.0",
					     "16.0 GT/s PCIe",
					     "32.0 GT/s PCIe",
					     8,
					     16,
					     1,
					     -1,
					     "[default]",
					     true};
	char words[GNG_LAUNCH_PATH_CAP], members[512] = "";
	FILE *out = fmemopen(members, sizeof(members), "w");

	(void)state;
	assert_string_equal(gng_launch_path_words(words, &path),
			    "0000:41:00.0: 16.0 GT/s PCIe x8 of 32.0 GT/s PCIe x16, node 1, L1 "
			    "not told");
	assert_non_null(out);
	gng_launch_path_json(out, &path);
	fclose(out);
	assert_string_equal(members,
			    "\"pci\":\"0000:41:00.0\",\"speed\":\"16.0 GT/s PCIe\","
			    "\"max_speed\":\"32.0 GT/s PCIe\",\"width\":8,\"max_width\":16,"
			    "\"node\":1,\"l1_aspm\":-1,\"aspm_policy\":\"[default]\","
			    "\"aspm_writable\":true");
}

static void a_cpu_of_another_node_is_far(void **state)
{
	struct gng_launch_path path = {.node = 1};

	(void)state;
	assert_true(gng_launch_path_is_far(&path, 0));
	assert_false(gng_launch_path_is_far(&path, 1));
	assert_false(gng_launch_path_is_far(&path, -1));
	path.node = -1;
	assert_false(gng_launch_path_is_far(&path, 0));
}

static void what_is_not_told_is_unknown(void **state)
{
	static const char *const numbers[] = {"", "-1\n", "x\n", "3 4\n", "99999999999999999999\n"};
	struct gng_launch_path path;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		put(DEVICE "/numa_node", numbers[i]);
		assert_int_equal(
			gng_launch_path_read(&path, command_folder(), "0000:41:00.0", NULL),
			GNG_OK);
		assert_int_equal(path.node, -1);
		assert_int_equal(path.width, -1);
		assert_int_equal(path.l1_aspm, -1);
		assert_string_equal(path.speed, "");
		assert_string_equal(path.aspm_policy, "");
		assert_false(path.aspm_writable);
	}
	put(DEVICE "/current_link_speed", "aspeedthatisagooddeallongerthananythereis");
	assert_int_equal(gng_launch_path_read(&path, command_folder(), "0000:41:00.0", NULL),
			 GNG_OK);
	assert_int_equal(strlen(path.speed), sizeof(path.speed) - 1);
}

static void what_is_no_address_is_named(void **state)
{
	static const char *const wrong[] = {"",
					    "41",
					    "41:00",
					    "0000:41:00.8",
					    "0000:41:20.0",
					    "10000:41:00.0",
					    "0000:141:00.0",
					    "../../../etc",
					    "0000:41:00.0x",
					    "0:0:0.0:0.0.0.0.0",
					    "0000:41:00.0/..",
					    "-1:41:00.0",
					    "0000:41:00.0.1",
					    "41:00.0:1"};
	struct gng_launch_path path;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (gng_launch_path_read(&path, command_folder(), wrong[i], &why) != GNG_EINVAL)
			suite_fail("'%s' was taken", wrong[i]);
	gng_probe_assertion();
}

const struct suite_test suite_tests[] = {
	TEST(an_h100_is_read_whole, "D4.launch.path"),
	TEST(a_path_is_said_in_words_and_members, "D4.launch.path"),
	TEST(a_cpu_of_another_node_is_far, "D4.launch.path"),
	TEST(what_is_not_told_is_unknown, "D4.launch.path"),
	TEST(what_is_no_address_is_named, "D4.launch.path"),
	{0},
};
