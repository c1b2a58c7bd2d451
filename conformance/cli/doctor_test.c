/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor_test.c - doctor's findings follow from a machine's files: folders that look like
 * /proc and /sys of good and bad machines, and the real command on one of them.
 */
#include "fixture.h"

#include <time.h>

#include <jansson.h>

#include <gng_cli.h>
#include <gng_dpdk.h>

static struct gng_cli_finding findings[GNG_CLI_MAX_FINDINGS];
static size_t num_findings;

static void examine(const char *packages)
{
	struct gng_cli_machine machine;

	gng_cli_machine_at(&machine, fixture_path("root"), packages);
	machine.root = strdup(machine.root); /* fixture_path's storage is static */
	assert_non_null(machine.root);
	num_findings = gng_cli_examine(findings, &machine);
	free((char *)machine.root);
}

static const struct gng_cli_finding *finding(const char *check)
{
	for (size_t i = 0; i < num_findings; i++)
		if (strcmp(findings[i].check, check) == 0)
			return &findings[i];
	return NULL;
}

static void expect_ok(const char *check, const char *evidence)
{
	const struct gng_cli_finding *found = finding(check);

	if (!found)
		fail_msg("no finding is called '%s'", check);
	assert_string_equal(found->evidence, evidence);
	assert_true(found->ok);
	assert_string_equal(found->remedy, "");
}

static void expect_fix(const char *check, const char *evidence, const char *remedy)
{
	const struct gng_cli_finding *found = finding(check);

	if (!found)
		fail_msg("no finding is called '%s'", check);
	assert_string_equal(found->evidence, evidence);
	assert_false(found->ok);
	assert_string_equal(found->remedy, remedy);
}

#define CPU "root/sys/devices/system/cpu"

static const struct {
	const char *file, *text;
} good_files[] = {
	{"root/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu ssse3 sse4_1 aes pclmulqdq avx avx2 "
			      "vaes vpclmulqdq avx512bw rdtscp nonstop_tsc\nbogomips: 1\n"},
	{"root/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"},
	{CPU "/cpu0/cpufreq/scaling_governor", "performance\n"},
	{CPU "/isolated", "8-11\n"},
	{CPU "/nohz_full", "8-11\n"},
	{"root/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "16\n"},
	{"root/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "12\n"},
	{"root/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
	{"root/proc/self/limits",
	 "Limit   Soft Limit  Hard Limit  Units\n"
	 "Max locked memory         unlimited            unlimited  bytes\n"},
	{"root/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n"},
	{"root/sys/kernel/btf/vmlinux", "b"},
	{"root/proc/sys/kernel/unprivileged_bpf_disabled", "2\n"},
	{"root/proc/sys/vm/mmap_rnd_bits", "28\n"},
	{"root/proc/cmdline", "quiet\n"},
	{"root/proc/modules", "a\n"},
	{"root/sys/kernel/security/lockdown", "[none] integrity confidentiality\n"},
	{"root/proc/sys/kernel/perf_event_paranoid", "1\n"},
	{"root/sys/bus/event_source/devices/cpu/type", "4\n"},
	{"root/dev/kvm", ""},
	{"root/proc/version", "Linux version 6.12 #1 SMP PREEMPT_RT\n"},
	{"root/proc/sys/kernel/sched_rt_runtime_us", "-1\n"},
	{"root/sys/kernel/debug/sched/fair_server/cpu0/runtime", "0\n"},
	{"root/sys/bus/pci/drivers/vfio-pci/0000:98:00.0/x", ""},
	{"root/proc/mounts", "none /dev/hugepages hugetlbfs rw 0 0\n"},
	{"root/dev/hugepages/x", ""},
	{"root/var/run/x", ""},
	{"root/tmp/x", ""},
	{"root/sys/kernel/iommu_groups/0/x", ""},
	{"root/sys/kernel/iommu_groups/1/x", ""},
	{"root/sys/devices/system/node/node0/x", ""},
	{"root/sys/devices/system/node/node1/x", ""},
	{"root/dev/nvidia-uvm", ""},
	{"root/dev/nvidiactl", ""},
	{"root/dev/nvidia0", ""},
	{"root/usr/lib/x86_64-linux-gnu/libcuda.so.1", ""},
	{"root/proc/driver/nvidia/version",
	 "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n"},
	{"root/dev/video0", ""},
	{"root/proc/asound/cards", " 0 [Loopback]: Loopback\n"},
};

static void open_good_machine(void)
{
	fixture_open();
	for (size_t i = 0; i < COUNT_OF(good_files); i++)
		fixture_file(good_files[i].file, good_files[i].text);
}

static void a_good_machine_needs_nothing(void **state)
{
	static const char *const expected[][2] = {
		{"host", "bare metal"},
		{"TSC invariant", "clocksource tsc"},
		{"variants", "portable aesni vaes256 vaes512 avx2 avx512"},
		{"frequency", "governor performance"},
		{"huge pages", "12 of 16 x 1 GiB free"},
		{"THP", "madvise"},
		{"memlock", "unlimited"},
		{"BPF", "BTF present, unprivileged_bpf_disabled=2"},
		{"sanitizer start", "vm.mmap_rnd_bits=28"},
		{"modules", "can be loaded"},
		{"PMU", "cpu events, perf_event_paranoid=1"},
		{"preemption", "PREEMPT_RT"},
		{"isolated CPUs", "8-11"},
		{"tick", "stopped on cpu 8-11 while one thread runs"},
		{"RT throttling", "off"},
		{"fair server", "off"},
		{"NIC", "vfio-pci has 0000:98:00.0"},
		{"DPDK", "nothing stands in the way of rte_eal_init"},
		{"IOMMU", "2 groups"},
		{"NUMA", "2 nodes"},
		{"GPU", "/dev/nvidia-uvm, driver 580.95.05"},
		{"launch", "driver 580.95.05, libcuda.so.1"},
		{"capture", "video0 and a sound card"},
		{"leftovers", "no process, folder, mount, pin or interface of ours"},
	};

	(void)state;
	open_good_machine();
	examine(NULL);
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		expect_ok(expected[i][0], expected[i][1]);
	for (size_t i = 0; i < num_findings; i++)
		assert_true(findings[i].ok);
}

/* A device of uio is no network device of the kernel, and is found by its driver. */
static void uio_behind_an_iommu_that_translates_is_found(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		gng_probe_skip("without CAP_SYS_ADMIN uio has another fault first", "run as root");
		return;
	}
	open_good_machine();
	fixture_file("root/sys/bus/pci/drivers/uio_pci_generic/0000:05:00.0/x", "");
	fixture_file("root/sys/bus/pci/devices/0000:05:00.0/vendor", "0x8086\n");
	fixture_file("root/sys/bus/pci/devices/0000:05:00.0/uio/uio0/name", "uio_pci_generic\n");
	fixture_file("root/sys/bus/pci/devices/0000:05:00.0/config", "");
	fixture_file("root/dev/uio0", "");
	fixture_file("root/sys/kernel/iommu_groups/1/type", "DMA-FQ\n");
	assert_int_equal(symlink("../drivers/uio_pci_generic",
				 fixture_path("root/sys/bus/pci/devices/0000:05:00.0/driver")),
			 0);
	assert_int_equal(symlink("../iommu_groups/1",
				 fixture_path("root/sys/bus/pci/devices/0000:05:00.0/iommu_group")),
			 0);
	examine(NULL);
	expect_fix("DPDK", "translated: 0000:05:00.0 on uio_pci_generic, and group 1 is of DMA-FQ",
		   "bind the device to vfio-pci, or boot with iommu=pt");
	fixture_file("root/sys/kernel/iommu_groups/1/type", "identity\n");
	examine(NULL);
	expect_ok("DPDK", "nothing stands in the way of rte_eal_init");
}

static void each_fault_is_found_with_its_remedy(void **state)
{
	static const struct {
		const char *file, *text, *check, *evidence, *remedy;
	} cases[] = {
		{"root/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n",
		 "TSC invariant", "clocksource hpet",
		 "dmesg | grep -i tsc says why the kernel does not trust it"},
		{CPU "/cpu0/cpufreq/scaling_governor", "powersave\n", "frequency",
		 "governor powersave: the clock moves during a measurement",
		 "cpupower frequency-set -g performance"},
		{"root/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "0\n",
		 "huge pages", "0 of 16 x 1 GiB free: all in use", "sysctl -w vm.nr_hugepages=64"},
		{"root/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n",
		 "THP", "never", "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"},
		{"root/proc/self/limits", "Max locked memory  8388608  8388608  bytes\n", "memlock",
		 "8388608 bytes: mlockall and DMA maps fail",
		 "ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit"},
		{"root/proc/self/status", "CapEff:\t0000000000000000\n", "BPF",
		 "BTF present, this process may not load programs",
		 "run as root, or grant CAP_BPF"},
		{"root/proc/sys/vm/mmap_rnd_bits", "32\n", "sanitizer start",
		 "vm.mmap_rnd_bits=32: sanitized programs crash at random",
		 "sysctl -w vm.mmap_rnd_bits=28, or run under setarch -R"},
		{"root/sys/kernel/security/lockdown", "none [integrity] confidentiality\n",
		 "modules", "lockdown=integrity: unsigned modules are refused",
		 "gonogo lab run kmod-edu, or boot with Secure Boot off"},
		{CPU "/isolated", "\n", "isolated CPUs", "none",
		 "add isolcpus=managed_irq,domain,N-M to the kernel command line"},
		{CPU "/nohz_full", "(null)\n", "tick", "every CPU is interrupted by it",
		 "add nohz_full=N-M to the kernel command line"},
		{"root/proc/sys/kernel/sched_rt_runtime_us", "950000\n", "RT throttling",
		 "real-time threads may run 950000 of each 1000000 us", "gonogo rt apply"},
		{"root/sys/kernel/debug/sched/fair_server/cpu0/runtime", "50000000\n",
		 "fair server", "runtime 50 ms a second on cpu 0", "gonogo rt apply"},
		{"root/proc/asound/cards", "--- no soundcards ---\n", "capture",
		 "video0, no sound card", "modprobe -a snd-aloop vivid"},
		{"root/proc/driver/nvidia/version",
		 "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.159  Release Build\n", "GPU",
		 "/dev/nvidia-uvm, driver 580.159, whose structures are not known",
		 "gonogo uvm probe"},
	};

	(void)state;
	open_good_machine();
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		fixture_file(cases[i].file, cases[i].text);
	examine(NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		expect_fix(cases[i].check, cases[i].evidence, cases[i].remedy);
}

static void a_device_that_is_absent_is_found(void **state)
{
	(void)state;
	open_good_machine();
	assert_int_equal(unlink(fixture_path("root/dev/nvidiactl")), 0);
	examine(NULL);
	expect_fix("GPU", "/dev/nvidia-uvm, and no /dev/nvidiactl, which allocates what it maps",
		   "nvidia-modprobe -c 0");
}

static void expect_launch(const char *evidence, const char *remedy)
{
	examine(NULL);
	expect_fix("launch", evidence, remedy);
}

static void why_nothing_is_launched_is_found(void **state)
{
	static const char *const words =
		"NVRM version: NVIDIA UNIX x86_64 Kernel Module  460.32.03  Release Build\n";

	(void)state;
	open_good_machine();
	assert_int_equal(unlink(fixture_path("root/usr/lib/x86_64-linux-gnu/libcuda.so.1")), 0);
	expect_launch("driver 580.95.05, and no libcuda.so.1",
		      "install the driver of NVIDIA, whose package has it");
	fixture_file("root/usr/lib64/libcuda.so.1", "");
	assert_int_equal(unlink(fixture_path("root/dev/nvidia0")), 0);
	expect_launch("driver 580.95.05, and no /dev/nvidia0: no GPU is seen",
		      "nvidia-smi -L; nvidia-modprobe -c 0");
	fixture_file("root/proc/driver/nvidia/version", words);
	expect_launch("driver 460.32.03: the driver is too old",
		      "install driver 470 or newer, which have CUDA 11.4");
	assert_int_equal(unlink(fixture_path("root/proc/driver/nvidia/version")), 0);
	examine(NULL);
	assert_null(finding("launch"));
}

/* What preflight says of the same machine first is what doctor says, reason and evidence. */
static void expect_of_preflight(enum gng_dpdk_reason reason)
{
	const struct gng_dpdk_request request = {.file_prefix = "rte", .no_pci = true};
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	struct gng_dpdk_machine here;
	char want[256];
	size_t num, i = 0;

	gng_dpdk_machine_here(&here);
	here.root = fixture_path("root");
	num = gng_dpdk_preflight(checks, &request, &here);
	while (i < num && checks[i].reason == GNG_DPDK_READY)
		i++;
	assert_true(i < num);
	assert_int_equal(checks[i].reason, reason);
	snprintf(want, sizeof(want), "%s: %s", gng_dpdk_reason_name(reason), checks[i].evidence);
	examine(NULL);
	expect_fix("DPDK", want, checks[i].remedy);
}

static void the_reasons_of_preflight_are_doctor_s(void **state)
{
	(void)state;
	open_good_machine();
	fixture_file("root/proc/mounts", "none /proc proc rw 0 0\n");
	expect_of_preflight(GNG_DPDK_MOUNT_ABSENT);
	open_good_machine();
	fixture_file("root/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "0\n");
	expect_of_preflight(GNG_DPDK_PAGES_ABSENT);
}

static void an_empty_machine_is_examined_too(void **state)
{
	(void)state;
	fixture_open();
	mkdir(fixture_path("root"), 0777);
	examine(NULL);
	expect_fix("variants", "portable: no AES-NI", "use a machine with AES-NI; unset GNG_CPU");
	expect_fix("huge pages", "none reserved", "sysctl -w vm.nr_hugepages=64");
	expect_fix("BPF", "no bpf system call", "use a kernel with CONFIG_BPF_SYSCALL");
	expect_fix("GPU", "no NVIDIA GPU: /dev/nvidia-uvm is absent",
		   "use a machine that has one, then nvidia-modprobe -u");
	assert_null(finding("sanitizer start")); /* nothing is known, so nothing is said */
}

static void missing_packages_are_named_by_tier(void **state)
{
	char *packages;

	(void)state;
	fixture_open();
	fixture_file("root/usr/bin/gcc", "");
	fixture_file("root/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc", "");
	fixture_file("root/usr/include/stdio.h", "");
	fixture_file("root/usr/lib/x86_64-linux-gnu/libglass.so.1", "");
	fixture_file("packages", "# a comment of four words\n"
				 "core gcc program gcc\n"
				 "core zlib pkg-config zlib1g-dev\n"
				 "core libc file libc6-dev /usr/include/stdio.h\n"
				 "core glass library libglass1 libglass.so.1\n"
				 "bpf clang program clang\n"
				 "bpf libbpf pkg-config libbpf-dev\n"
				 "bpf gcc program gcc\n");
	packages = strdup(fixture_path("packages"));
	examine(packages);
	free(packages);
	expect_ok("core", "all 4 installed");
	expect_fix("bpf", "2 of 3 are missing", "apt-get install clang libbpf-dev");
}

static char found_text[PATH_MAX];

static void on_found(void *context, const struct gng_journal_change *change)
{
	const size_t len = strlen(found_text);

	(void)context;
	snprintf(found_text + len, sizeof(found_text) - len, "%s %s%s%s\n",
		 gng_journal_kind_name(change->kind), change->what,
		 *change->before ? " since " : "", change->before);
}

static void make_old(const char *name)
{
	const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

	assert_int_equal(utimensat(AT_FDCWD, fixture_path(name), times, AT_SYMLINK_NOFOLLOW), 0);
}

/* The name of a process may look like the end of it. */
#define STAT(start) "1 (a ) b) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 " start " 1 1\n"

/* make_process writes a process that started then, and whose runner is said to be run. */
static void make_process(const char *pid, const char *run, const char *start)
{
	char name[64], text[160];

	snprintf(name, sizeof(name), "root/proc/%s/stat", pid);
	snprintf(text, sizeof(text), STAT("%s"), start);
	fixture_file(name, text);
	snprintf(name, sizeof(name), "root/proc/%s/environ", pid);
	snprintf(text, sizeof(text), "GNG_RUN=%s", run);
	fixture_file(name, text);
}

/* make_space gives a process a namespace of processes. */
static void make_space(const char *pid, const char *space)
{
	char name[64];

	snprintf(name, sizeof(name), "root/proc/%s/ns/mnt", pid); /* makes the folder */
	fixture_file(name, "");
	snprintf(name, sizeof(name), "root/proc/%s/ns/pid", pid);
	assert_int_equal(symlink(space, fixture_path(name)), 0);
}

static void only_what_is_ours_and_unused_is_left_over(void **state)
{
	static const char *const old[] = {"root/tmp/gonogo-a-Ab12Cd",
					  "root/tmp/gonogo-used-Ab12Cd",
					  "root/tmp/other",
					  "root/mnt/huge/gonogo_0",
					  "root/mnt/huge/gonogo_1",
					  "root/mnt/huge/rtemap_0",
					  "root/tmp/gonogo-lab-0-7.lock",
					  "root/tmp/gonogo-run-zZ9999",
					  "root/tmp/gonogo-boot-zZ9999",
					  "root/tmp/gonogo-env-zZ9999"};
	char *root;

	(void)state;
	fixture_open();
	for (size_t i = 0; i < COUNT_OF(old); i++)
		fixture_file(old[i], "");
	fixture_file("root/tmp/gonogo-young-Ab12Cd", "");
	fixture_file("root/sys/class/net/gonogo0", "");
	fixture_file("root/sys/class/net/eth0", "");
	fixture_file("root/run/netns/gonogo-rx", "");
	fixture_file("root/proc/mounts",
		     "none /proc proc rw 0 0\nnodev /mnt/huge hugetlbfs rw 0 0\n");
	fixture_file("root/proc/77/maps", "7f00-7f01 rw-s 0 0:1 5 /mnt/huge/gonogo_1\n");
	assert_int_equal(symlink("/tmp/gonogo-used-Ab12Cd/deep", fixture_path("root/proc/77/cwd")),
			 0);
	fixture_file("root/proc/77/fd/0", "");
	assert_int_equal(symlink("/tmp/gonogo-lab-0-7.lock", fixture_path("root/proc/77/fd/3")), 0);
	/* a runner writes below it, a guest was booted from it, a test has it as TMPDIR */
	assert_int_equal(
		symlink("/tmp/gonogo-run-zZ9999/records.jsonl", fixture_path("root/proc/77/fd/4")),
		0);
	fixture_file("root/proc/77/cmdline", "qemu -initrd /tmp/gonogo-boot-zZ9999/initrd");
	fixture_file("root/proc/77/environ", "TMPDIR=/tmp/gonogo-env-zZ9999");
	make_process("91", "90:5", "6"); /* its runner lives */
	make_process("92", "90:4", "7"); /* another process has the runner's number */
	make_process("90", "1:1", "5");
	make_process("93", "90:4", "8"); /* its numbers are of another namespace */
	make_space("93", "pid:[2]");
	make_space("92", "pid:[1]");
	make_space("self", "pid:[1]");
	fixture_file("root/proc/1/stat", STAT("1"));
	for (size_t i = 0; i < COUNT_OF(old); i++)
		make_old(old[i]);
	root = strdup(fixture_path("root"));
	assert_int_equal(gng_cli_leftovers(root, on_found, NULL), 5);
	free(root);
	assert_string_equal(
		found_text,
		"process 92 since 7\nfile /tmp/gonogo-a-Ab12Cd\nfile /mnt/huge/gonogo_0\n"
		"network namespace gonogo-rx\ninterface gonogo0\n");
	examine(NULL);
	expect_fix("leftovers", "process 92 and more", "gonogo doctor --leftovers");
}

/* What a user put into /tmp under our name is not ours. */
static void what_a_user_named_is_not_left_over(void **state)
{
	static const char *const theirs[] = {
		"root/tmp/gonogo-report.tar", "root/tmp/gonogo-report",
		"root/tmp/gonogo-20261128",   "root/tmp/gonogo-lab-report",
		"root/tmp/gonogo-a",	      "root/tmp/gonogo-lab-1.txt",
		"root/tmp/gonogo-run-Ab.2Cd", "root/tmp/gonogo-journal-1000"};
	static const char *const ours[] = {"root/tmp/gonogo-lab-0-1.lock",
					   "root/tmp/gonogo-fromgo-4711",
					   "root/tmp/gonogo-test-abcde9"};
	char *root, line[64];

	(void)state;
	fixture_open();
	fixture_file("root/proc/mounts", "");
	for (size_t i = 0; i < COUNT_OF(theirs); i++) {
		fixture_file(theirs[i], "");
		make_old(theirs[i]);
	}
	root = strdup(fixture_path("root"));
	found_text[0] = '\0';
	assert_int_equal(gng_cli_leftovers(root, on_found, NULL), 0);
	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		fixture_file(ours[i], "");
		make_old(ours[i]);
	}
	assert_int_equal(gng_cli_leftovers(root, on_found, NULL), COUNT_OF(ours));
	free(root);
	for (size_t i = 0; i < COUNT_OF(ours); i++) { /* all three are files here */
		snprintf(line, sizeof(line), "file %s\n", ours[i] + strlen("root"));
		assert_non_null(strstr(found_text, line));
	}
}

static void the_command_prints_the_findings(void **state)
{
	json_t *list, *one;
	const char *check, *evidence, *remedy;
	json_error_t error;
	char *text;
	int ok = -1;

	(void)state;
	open_good_machine();
	fixture_file("root/proc/sys/vm/mmap_rnd_bits", "32\n");
	assert_int_equal(fixture_run("doctor --root root"), 0);
	fixture_expect("stdout", "  ok   variants               portable aesni vaes256 vaes512");
	fixture_expect("stdout", "  FIX  sanitizer start        vm.mmap_rnd_bits=32: sanitized "
				 "programs crash at random\n       remedy: sysctl -w");
	fixture_expect_end("stdout", "\n1 of 25 findings want a remedy\n");
	assert_int_equal(fixture_run("doctor --root root --json"), 0);
	text = fixture_read("stdout");
	list = json_loads(text, 0, &error);
	free(text);
	assert_int_equal(json_array_size(list), 25);
	one = json_array_get(list, 0);
	assert_int_equal(json_unpack(one, "{s:s,s:b,s:s,s:s}", "check", &check, "ok", &ok,
				     "evidence", &evidence, "remedy", &remedy),
			 0);
	assert_string_equal(check, "host");
	assert_int_equal(ok, 1);
	json_decref(list);
}

const struct suite_test suite_tests[] = {
	TEST(a_good_machine_needs_nothing, "H1.cli.doctor"),
	TEST(each_fault_is_found_with_its_remedy, "H1.cli.doctor"),
	TEST(uio_behind_an_iommu_that_translates_is_found, "H1.cli.doctor"),
	TEST(a_device_that_is_absent_is_found, "H1.cli.doctor"),
	TEST(why_nothing_is_launched_is_found, "H1.cli.doctor"),
	TEST(the_reasons_of_preflight_are_doctor_s, "H1.cli.doctor"),
	TEST(an_empty_machine_is_examined_too, "H1.cli.doctor"),
	TEST(missing_packages_are_named_by_tier, "H1.cli.doctor"),
	TEST(only_what_is_ours_and_unused_is_left_over, "H1.cli.leftovers"),
	TEST(what_a_user_named_is_not_left_over, "H1.cli.leftovers"),
	TEST(the_command_prints_the_findings, "H1.cli.doctor H1.cli.json"),
	{0},
};
