/* SPDX-License-Identifier: Apache-2.0 */
/* request_test.c - EAL arguments: what is asked, how many ports, and what EAL will refuse. */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_dpdk.h>

#define MAX_WORDS 64

struct words {
	char text[2000];
	const char *argv[MAX_WORDS];
	int argc;
};

/* split cuts at single blanks; an empty word stands between two. */
static void split(struct words *words, const char *text)
{
	char *rest = words->text;

	snprintf(words->text, sizeof(words->text), "%s", text);
	words->argc = 0;
	while (rest && *rest && words->argc < MAX_WORDS)
		words->argv[words->argc++] = strsep(&rest, " ");
}

static void read_sound(struct gng_dpdk_request *request, struct words *words, const char *text)
{
	struct gng_why why;

	split(words, text);
	if (gng_dpdk_request_read(request, words->argc, words->argv, &why) != GNG_OK)
		suite_fail("'%s' is refused: %s", text, why.text);
}

static void each_option_is_taken_in_each_of_its_forms(void **state)
{
	struct gng_dpdk_request request;
	struct words words;

	(void)state;
	read_sound(&request, &words, "");
	assert_string_equal(request.file_prefix, "rte");
	assert_int_equal(request.num_ports + request.memory_mb + request.no_pci, 0);
	read_sound(&request, &words,
		   "-l 0,2-3 -m256 --file-prefix=a --huge-dir /h --iova-mode=pa --no-pci");
	assert_int_equal(request.lcores[0], 0xd);
	assert_true(request.has_lcores && request.iova_pa && request.no_pci);
	assert_int_equal(request.memory_mb, 256);
	assert_string_equal(request.file_prefix, "a");
	assert_string_equal(request.huge_dir, "/h");
	read_sound(&request, &words, "-c 5 --socket-mem=64,0,32 --in-memory --huge-unlink=always");
	assert_int_equal(request.lcores[0], 5);
	assert_int_equal(request.memory_mb, 96);
	assert_int_equal(request.node_mb[2], 32);
	assert_true(request.in_memory && !request.no_huge);
	read_sound(&request, &words, "-l 64,127 --proc-type=secondary --no-huge -d /a.so");
	assert_int_equal(request.lcores[1], 0x8000000000000001);
	assert_true(request.is_secondary && request.no_huge);
	assert_string_equal(request.plugins[0], "/a.so");
}

static void ports_are_those_of_devices_and_of_network_vdevs(void **state)
{
	struct gng_dpdk_request request;
	struct words words;

	(void)state;
	read_sound(&request, &words,
		   "-a 0000:01:00.0 --allow=01:00.1 --vdev net_null0 --vdev=crypto_null "
		   "--vdev net_ring0,x=1 word -- --vdev net_null1");
	assert_int_equal(request.num_ports, 4);
	assert_int_equal(request.num_devices, 2);
	assert_int_equal(request.num_vdevs, 3);
	assert_string_equal(request.vdevs[2], "net_ring0,x=1");
}

static const struct {
	const char *arguments, *word;
} refused[] = {
	{"--bogus", "'--bogus'"},
	{"--no-pci=1", "'--no-pci=1'"},
	{"-x", "'-x'"},
	{"-l", "'-l'"},
	{"-l 1-", "'-l 1-'"},
	{"-l 3-2", "'-l 3-2'"},
	{"-l 1024", "'-l 1024'"},
	{"-l 0,", "'-l 0,'"},
	{"-l 0x", "'-l 0x'"},
	{"-c 0", "'-c 0'"},
	{"-c fg", "'-c fg'"},
	{"-m 0", "'-m 0'"},
	{"-m 64M", "'-m 64M'"},
	{"-m -1", "'-m -1'"},
	{"-m 99999999999999999999", "99999999999999999999"},
	{"--socket-mem 1,", "'--socket-mem 1,'"},
	{"--socket-mem 1;2", "'--socket-mem 1;2'"},
	{"--socket-mem 1,1,1,1,1,1,1,1,1", "more nodes"},
	{"--proc-type=third", "'--proc-type third'"},
	{"--iova-mode=dma", "'--iova-mode dma'"},
	{"--file-prefix=%s", "'--file-prefix %s'"},
	{"--no-huge --in-memory", "--in-memory"},
	{"--no-huge --huge-dir /x", "--huge-dir"},
	{"--no-huge --socket-mem 64", "--socket-mem"},
	{"--in-memory --legacy-mem", "--legacy-mem"},
	{"-m 64 --socket-mem 64", "--socket-mem"},
	{"-a 0:1:2.3 -b 0:1:2.4", "-b"},
};

static void what_eal_will_refuse_is_named(void **state)
{
	struct gng_dpdk_request request;
	struct words words;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		split(&words, refused[i].arguments);
		if (gng_dpdk_request_read(&request, words.argc, words.argv, &why) != GNG_EINVAL ||
		    !strstr(why.text, refused[i].word))
			suite_fail("'%s' is not refused by its word: %s", refused[i].arguments,
				   why.text);
		assert_int_equal(why.status, GNG_EINVAL);
	}
}

static void more_devices_than_can_be_judged_are_refused(void **state)
{
	const char *argv[2 * (GNG_DPDK_MAX_DEVICES + 1)];
	struct gng_dpdk_request request;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(argv); i += 2) {
		argv[i] = "--vdev";
		argv[i + 1] = "net_null0";
	}
	assert_int_equal(gng_dpdk_request_read(&request, COUNT_OF(argv) - 2, argv, NULL), GNG_OK);
	assert_int_equal(request.num_vdevs, GNG_DPDK_MAX_DEVICES);
	assert_int_equal(gng_dpdk_request_read(&request, COUNT_OF(argv), argv, NULL), GNG_ELIMIT);
}

/* ---- reasons ---- */

/* Lines as DPDK 22.11.11 of Debian 12 printed them. */
static const struct {
	const char *line;
	enum gng_dpdk_reason reason;
} lines[] = {
	{"EAL: already called initialization.", GNG_DPDK_STARTED},
	{"EAL: lcore 99 unavailable", GNG_DPDK_LCORE},
	{"EAL: invalid core list, please check specified cores are part of 0-1", GNG_DPDK_LCORE},
	{"EAL: FATAL: Cannot init plugins", GNG_DPDK_PLUGIN},
	{"EAL: Cannot create runtime directory", GNG_DPDK_RUNTIME_FOLDER},
	{"EAL: Cannot create lock on '/var/run/dpdk/a/config'. Is another primary process running?",
	 GNG_DPDK_PRIMARY_RUNNING},
	{"EAL: failed to send to (/var/run/dpdk/rte/mp_socket) due to No such file or directory",
	 GNG_DPDK_PRIMARY_ABSENT},
	{"EAL: Cannot open '/var/run/dpdk/a/config' for rte_mem_config", GNG_DPDK_PRIMARY_ABSENT},
	{"EAL: Failed to lock hugepage directory!", GNG_DPDK_MOUNT_DENIED},
	{"EAL: 64 hugepages of size 2097152 reserved, but no mounted hugetlbfs found for that size",
	 GNG_DPDK_MOUNT_ABSENT},
	{"EAL: Not enough memory available on socket 0! Requested: 2048MB, available: 128MB",
	 GNG_DPDK_PAGES_SHORT},
	{"EAL: Cannot get hugepage information.", GNG_DPDK_PAGES_ABSENT},
	{"EAL: FATAL: Cannot use IOVA as 'PA' since physical addresses are not available",
	 GNG_DPDK_PHYSICAL},
	{"EAL:   Expecting 'PA' IOVA mode but current mode is 'VA', not initializing",
	 GNG_DPDK_PHYSICAL},
	{"EAL: Cannot open VFIO container /dev/vfio/vfio, error 13 (Permission denied)",
	 GNG_DPDK_GROUP_DENIED},
	{"EAL: Cannot open VFIO container /dev/vfio/vfio, error 2 (No such file or directory)",
	 GNG_DPDK_VFIO_ABSENT},
	{"EAL: Cannot set up DMA remapping, error 12 (Cannot allocate memory)", GNG_DPDK_MEMLOCK},
	{"EAL: Cannot open /dev/vfio/7: Permission denied", GNG_DPDK_GROUP_DENIED},
	{"EAL: 0000:00:02.0 VFIO group is not viable! Not all devices in IOMMU group bound",
	 GNG_DPDK_GROUP_NOT_VIABLE},
	{"EAL: Unable to parse device 'net_nothing0'", GNG_DPDK_DRIVER_UNKNOWN},
	{"rte_pmd_init_internals(): net_af_packet0: ioctl failed (SIOCGIFINDEX):No such device",
	 GNG_DPDK_INTERFACE_ABSENT},
	{"open_single_rx_pcap(): Couldn't open /x: /x: No such file or directory",
	 GNG_DPDK_FILE_ABSENT},
	{"open_single_rx_pcap(): Couldn't open /x: unknown file format", GNG_DPDK_FILE_WRONG},
	{"open_single_rx_pcap(): Couldn't open /x: /x: Permission denied", GNG_DPDK_PRIVILEGE},
	{"EAL: Failed to create thread for interrupt handling", GNG_DPDK_THREADS},
	{"EAL: failed to create mp thread: Resource temporarily unavailable", GNG_DPDK_THREADS},
	{"TELEMETRY: Error with create socket thread: Resource temporarily unavailable",
	 GNG_DPDK_THREADS},
	{"EAL: FATAL: Invalid 'command line' arguments.", GNG_DPDK_ARGUMENT},
	{"EAL: Detected CPU lcores: 2", GNG_DPDK_READY},
	{"EAL: VFIO modules not loaded, skipping VFIO support...", GNG_DPDK_READY},
	{"EAL: Selected IOVA mode 'VA'", GNG_DPDK_READY},
	{"TELEMETRY: No legacy callbacks, legacy socket not created", GNG_DPDK_READY},
	{"", GNG_DPDK_READY},
};

static void each_line_gives_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		const enum gng_dpdk_reason got = gng_dpdk_reason_of_line(lines[i].line);

		if (got != lines[i].reason)
			suite_fail("'%s' gives %s", lines[i].line, gng_dpdk_reason_name(got));
		assert_int_equal(got, lines[i].reason);
	}
}

static void each_reason_has_words_and_a_remedy(void **state)
{
	(void)state;
	for (int i = 0; i < GNG_DPDK_NUM_REASONS; i++) {
		const enum gng_dpdk_reason reason = (enum gng_dpdk_reason)i;

		assert_true(strlen(gng_dpdk_reason_text(reason)) > 10);
		assert_int_equal(*gng_dpdk_reason_remedy(reason) == '\0', reason == GNG_DPDK_READY);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(gng_dpdk_reason_name(reason),
						gng_dpdk_reason_name((enum gng_dpdk_reason)j));
	}
	assert_string_equal(gng_dpdk_reason_name(GNG_DPDK_NUM_REASONS), "?");
}

const struct suite_test suite_tests[] = {
	TEST(each_option_is_taken_in_each_of_its_forms, "D1.dpdk.preflight"),
	TEST(ports_are_those_of_devices_and_of_network_vdevs, "D1.dpdk.preflight"),
	TEST(what_eal_will_refuse_is_named, "D1.dpdk.preflight"),
	TEST(more_devices_than_can_be_judged_are_refused, "D1.dpdk.preflight"),
	TEST(each_line_gives_its_reason, "D1.dpdk.reasons"),
	TEST(each_reason_has_words_and_a_remedy, "D1.dpdk.reasons"),
	{0},
};
