/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - the inventory and the needs follow from a machine's files, good and hostile. */
#include "machine.h"

static struct gng_hwmap map;

static void lab_machine_is_read_whole(void **state)
{
	(void)state;
	machine_lab();
	machine_read(&map);
	assert_string_equal(map.cpu_model, "Test CPU 1");
	assert_int_equal(map.num_cpus, 2);
	assert_int_equal(map.num_nodes, 2);
	assert_int_equal(map.num_sound_cards, 1);
	assert_int_equal(map.num_iommu_groups, 1);
	assert_true(map.huge_page_bytes == (uint64_t)2 << 30);
	assert_int_equal(map.num_nics, 2); /* lo has no device */
	assert_string_equal(map.nics[0].name, "Port-1");
	assert_string_equal(map.nics[0].driver, "ice");
	assert_int_equal(map.nics[0].speed_mbit_s, 25000);
	assert_int_equal(map.nics[1].speed_mbit_s, 0); /* "-1": no link */
	assert_int_equal(map.num_gpus, 1);
	assert_string_equal(map.gpus[0].address, "0000:01:00.0");
	assert_int_equal(map.gpus[0].device, 0x2330);
	assert_string_equal(map.gpus[0].model, "NVIDIA H100 80GB HBM3");
	assert_false(map.is_virtual);
	gng_hwmap_fini(&map);
}

static void flags_are_whole_words(void **state)
{
	(void)state;
	machine_lab();
	machine_read(&map);
	assert_true(gng_hwmap_flag(&map, "avx512bw"));
	assert_false(gng_hwmap_flag(&map, "avx512"));
	assert_true(gng_hwmap_flag(&map, "aes"));
	assert_false(gng_hwmap_flag(&map, "es"));
	gng_hwmap_fini(&map);
}

/* Each need is met by the one machine and not by the other, and each says why. */
static void needs_are_met_by_files_alone(void **state)
{
	char evidence[160];

	(void)state;
	machine_lab();
	machine_read(&map);
	for (int need = 0; need < GNG_HWMAP_NUM_NEEDS; need++) {
		gng_probe_assertion();
		if (!gng_hwmap_has(&map, (enum gng_hwmap_need)need, evidence))
			suite_fail("%s: %s", gng_hwmap_need_name((enum gng_hwmap_need)need),
				   evidence);
	}
	gng_hwmap_fini(&map);
	machine_remove();
	machine_bare();
	machine_read(&map);
	for (int need = 0; need < GNG_HWMAP_NUM_NEEDS; need++) {
		assert_false(gng_hwmap_has(&map, (enum gng_hwmap_need)need, evidence));
		assert_true(strlen(evidence) > 8);
		assert_true(strlen(gng_hwmap_remedy((enum gng_hwmap_need)need)) > 8);
	}
	gng_hwmap_fini(&map);
}

static void lacks(enum gng_hwmap_need need, const char *part)
{
	char evidence[160];

	machine_read(&map);
	assert_false(gng_hwmap_has(&map, need, evidence));
	if (!strstr(evidence, part))
		fail_msg("'%s' does not say '%s'", evidence, part);
	gng_hwmap_fini(&map);
}

/* What almost fits is refused, with what was found. */
static void almost_is_not_enough(void **state)
{
	(void)state;
	machine_lab();
	machine_write("sys/class/net/Port-1/speed", "2500\n");
	lacks(GNG_HWMAP_NIC_10G, "the fastest network port is Port-1 (ice) at 2500 Mbit/s");
	machine_write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "511\n");
	machine_write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
	lacks(GNG_HWMAP_HUGE_PAGES, "1022 MiB of huge pages are reserved");
	machine_write("sys/kernel/realtime", "0\n");
	lacks(GNG_HWMAP_PREEMPT_RT, "Linux 6.1.0-rt is not PREEMPT_RT");
	machine_write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: NVIDIA A100\n");
	lacks(GNG_HWMAP_NVIDIA_H100, "the NVIDIA GPU at 0000:01:00.0 is NVIDIA A100");
	machine_write("sys/bus/pci/devices/0000:01:00.0/class", "0x020000\n");
	lacks(GNG_HWMAP_NVIDIA_GPU, "no NVIDIA GPU among 0 display devices");
}

/* Binary bytes, endless lines, a FIFO and numbers that are none: absent, and at once. */
static void hostile_files_count_as_absent(void **state)
{
	static char longest[70000];

	(void)state;
	alarm(10); /* who waits for the FIFO dies */
	machine_lab();
	memset(longest, 'x', sizeof(longest) - 1);
	machine_write("proc/cpuinfo", longest);
	machine_write("sys/kernel/realtime", "1e9 \377\n");
	machine_write("sys/class/net/Port-1/speed", "99999999999999999999999x");
	machine_write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "\001\002");
	machine_write("sys/kernel/mm/hugepages/hugepages-99999999999kB/nr_hugepages", "9\n");
	assert_int_equal(unlink(machine_path("sys/devices/system/cpu/isolated")), 0);
	assert_int_equal(mkfifo(machine_path("sys/devices/system/cpu/isolated"), 0600), 0);
	machine_read(&map);
	assert_int_equal(map.num_cpus, 0);
	assert_string_equal(map.cpu_flags, "");
	assert_string_equal(map.isolated_cpus, "");
	assert_false(map.is_preempt_rt);
	assert_int_equal(map.nics[0].speed_mbit_s, 0);
	assert_true(map.huge_page_bytes == (uint64_t)1 << 30);
	gng_hwmap_fini(&map);
}

static void root_without_proc_is_refused(void **state)
{
	struct gng_why why = {0};

	(void)state;
	machine_make();
	assert_int_equal(gng_hwmap_read(&map, machine_root, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "/proc is empty or absent: name the root"));
}

const struct suite_test suite_tests[] = {
	TEST(lab_machine_is_read_whole, "H1.hwmap.read"),
	TEST(flags_are_whole_words, "H1.hwmap.read"),
	TEST(needs_are_met_by_files_alone, "H1.hwmap.needs"),
	TEST(almost_is_not_enough, "H1.hwmap.needs"),
	TEST(hostile_files_count_as_absent, "H1.hwmap.read"),
	TEST(root_without_proc_is_refused, "H1.hwmap.read"),
	{0},
};
