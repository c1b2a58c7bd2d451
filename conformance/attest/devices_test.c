/* SPDX-License-Identifier: Apache-2.0 */
/* devices_test.c - what a statement says of the firmware of ports and graphics processors. */
/* needs: signoff hist noise gauge sysfile */
/* requires: jansson */
#include "lab.h"

#include <attest_statement.h>
#include <gng_sysfile.h>
#include <linux/ethtool.h>

static const char *at(const json_t *json, const char *device, const char *key)
{
	return json_string_value(json_object_get(json_object_get(json, device), key));
}

/* ---- ports ---- */

static bool a_lab_answers(struct ethtool_drvinfo *info, const char *name)
{
	memset(info, 0, sizeof(*info));
	if (strcmp(name, "enp1s0f1") == 0)
		return false;
	snprintf(info->driver, sizeof(info->driver), "ice");
	memset(info->fw_version, '4', sizeof(info->fw_version)); /* no NUL behind it */
	return true;
}

static void a_port_tells_its_firmware(void **state)
{
	json_t *json;

	(void)state;
	lab_open();
	lab_expect(0, "",
		   "mkdir -p root/sys/class/net/enp1s0f0 root/sys/class/net/enp1s0f1"
		   " root/sys/class/net/lo && for port in 0 1; do"
		   " ln -s ../../../0000:01:00.$port root/sys/class/net/enp1s0f$port/device; done");
	json = statement_ports(lab_path("root"), a_lab_answers);
	assert_int_equal(json_object_size(json), 2); /* lo is no port */
	assert_string_equal(at(json, "enp1s0f0", "driver"), "ice");
	assert_string_equal(at(json, "enp1s0f0", "firmware"), "44444444444444444444444444444444");
	assert_string_equal(at(json, "enp1s0f0", "version"), "absent");
	assert_string_equal(at(json, "enp1s0f1", "firmware"), "absent");
	json_decref(json);
	json = statement_ports(lab_path("tree"), a_lab_answers);
	assert_string_equal(json_string_value(json), "absent");
	json_decref(json);
}

struct seen {
	json_t *json;
	unsigned int num;
};

static void see_port(void *context, const char *root, const char *name)
{
	struct seen *seen = context;
	char path[64], driver[64];

	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device/driver", name);
	gng_sysfile_link(driver, sizeof(driver), root, path);
	if (!*driver)
		return;
	seen->num++;
	if (strcmp(at(seen->json, name, "driver"), driver) != 0)
		fail_msg("%s: the driver is %s, not %s", name, driver,
			 at(seen->json, name, "driver"));
}

static void the_kernel_tells_of_the_ports_of_this_machine(void **state)
{
	struct seen seen = {.json = statement_ports("", statement_ask_port)};

	(void)state;
	gng_sysfile_each("", "/sys/class/net", see_port, &seen);
	json_decref(seen.json);
	if (seen.num == 0)
		return gng_probe_skip("this machine has no network port",
				      "run on a machine with one");
	gng_probe_assertion();
}

/* ---- graphics processors ---- */

static void a_gpu_tells_its_firmware(void **state)
{
	json_t *json;

	(void)state;
	lab_open();
	lab_write("root/proc/driver/nvidia/gpus/0000:62:00.0/information",
		  "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 10\n"
		  "Video BIOS: \t 96.00.99.00.01\nBus Type: \t PCIe\n"
		  "GPU Firmware: \t 535.129.03 \nGPU Excluded:\t No\n",
		  0644);
	lab_write("root/proc/driver/nvidia/gpus/0000:63:00.0/information", "IRQ:", 0644);
	json = statement_gpus(lab_path("root"));
	assert_string_equal(at(json, "0000:62:00.0", "model"), "NVIDIA H100 80GB HBM3");
	assert_string_equal(at(json, "0000:62:00.0", "video_bios"), "96.00.99.00.01");
	assert_string_equal(at(json, "0000:62:00.0", "firmware"), "535.129.03");
	assert_string_equal(at(json, "0000:63:00.0", "firmware"), "absent");
	json_decref(json);
	json = statement_gpus(lab_path("tree"));
	assert_string_equal(json_string_value(json), "absent");
	json_decref(json);
}

const struct suite_test suite_tests[] = {
	TEST(a_port_tells_its_firmware, "H1.attest.binds"),
	TEST(the_kernel_tells_of_the_ports_of_this_machine, "H1.attest.binds"),
	TEST(a_gpu_tells_its_firmware, "H1.attest.binds"),
	{0},
};
