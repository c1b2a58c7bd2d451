/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll_hw.c - cycles that the poll loop takes for a frame between two net_null ports, against
 * testpmd's io forwarding, each in a process of its own on the same CPU, turn by turn; and with
 * --no-huge as the control that must be dearer. A turn is a second, of two the cheaper counts, and
 * both sides run before other processes.
 *
 * The pages are lent by nr_overcommit_hugepages, noted in the journal first.
 */
/* needs: journal dpdk */
/* requires: dpdk-testpmd jansson */
#include "../suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <jansson.h>

#include <gng_dpdk.h>
#include <gng_journal.h>

#include "../../conformance/eal/runtime.h"

#define POOL "/proc/sys/vm/nr_overcommit_hugepages"
#define NUM_PAGES "128\n"
#define VDEVS "--no-pci --no-telemetry --vdev net_null0 --vdev net_null1 "
#define HUGE "--in-memory -m 128 "
#define NO_HUGE "--no-huge -m 128 "

static struct gng_journal *journal;

/* lend_pages waits for other tests that change the pool; the lock goes with the process. */
static bool lend_pages(void)
{
	const int fd = open(POOL, O_RDWR | O_CLOEXEC);

	if (fd < 0 || geteuid() != 0 || flock(fd, LOCK_EX) != 0) {
		gng_probe_skip("huge pages have to be lent", "run as root");
		return false;
	}
	runtime_own();
	assert_int_equal(gng_journal_open(&journal, NULL), GNG_OK);
	assert_int_equal(gng_journal_note(journal, GNG_JOURNAL_VALUE, POOL, NULL), GNG_OK);
	assert_int_equal(write(fd, NUM_PAGES, strlen(NUM_PAGES)), strlen(NUM_PAGES));
	return true;
}

/* are_gone says whether the last command failed because others took the pages that were lent, in
 * the words of gonogo and of EAL. */
static bool are_gone(void)
{
	static const char *const words[] = {"(pages-short)", "(pages-absent)",
					    "Not enough memory available on socket",
					    "no free hugepages", "Cannot get hugepage information"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strstr(command_err, words[i]) || strstr(command_out, words[i]))
			return true;
	return false;
}

/* ours and theirs return 0 if the pages are gone. */
static double ours(const char *memory)
{
	double cycles;
	json_t *run;

	if (command("nice -n -15 timeout 60 gonogo-eal run --time 1 --forward --bare --json -- -l "
		    "0 %s" VDEVS "--file-prefix=gonogo-p%d",
		    memory, (int)getpid()) != 0) {
		if (are_gone())
			return 0;
		suite_fail("%s", command_err);
	}
	run = command_json();
	cycles = json_real_value(json_object_get(run, "cycles_per_frame"));
	json_decref(run);
	assert_true(cycles > 1);
	return cycles;
}

/* remove_named removes a runtime folder that nobody has locked, if it is the one. */
static void remove_named(void *prefix, const char *path)
{
	if (strcmp(strrchr(path, '/') + 1, prefix) == 0)
		(void)!gng_dpdk_remove(path, NULL);
}

/* remove_theirs takes away the folder that testpmd leaves. */
static void remove_theirs(void)
{
	const struct gng_dpdk_machine here = {.root = "", .uid = (unsigned int)geteuid()};
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "gonogo-q%d", (int)getpid());
	gng_dpdk_leftovers(&here, remove_named, prefix);
}

/* theirs: testpmd forwards on a CPU that is not its main one, so that its main one is the last. */
static double theirs(const char *memory)
{
	const char *at;
	double cycles = 0;
	int status;

	status = command("last=$(($(nproc)-1)); sleep 1.5 | nice -n -15 timeout 60 dpdk-testpmd -l "
			 "0,$last "
			 "--main-lcore $last %s" VDEVS
			 "--file-prefix gonogo-q%d -- --forward-mode=io "
			 "--record-core-cycles -a --no-mlockall --total-num-mbufs=8192 2>&1",
			 memory, (int)getpid());
	remove_theirs();
	if (status != 0) {
		if (are_gone())
			return 0;
		suite_fail("testpmd: %s", command_out);
	}
	at = strstr(command_out, "CPU cycles/packet=");
	if (!at || sscanf(at, "CPU cycles/packet=%lf", &cycles) != 1)
		suite_fail("testpmd says no cycles: %s", command_out);
	assert_true(cycles > 1);
	return cycles;
}

static double cheaper(double (*side)(const char *memory), const char *memory)
{
	const double first = side(memory), second = side(memory);

	return first < second ? first : second;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* measure reports how many times what the one side costs the other does. */
static void measure(const char *name, double (*one)(const char *), const char *one_memory,
		    double (*other)(const char *), const char *other_memory)
{
	struct gng_measure ratio = {.unit = "ratio", .n = 10, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	snprintf(ratio.name, sizeof(ratio.name), "%s", name);
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const double cost = cheaper(one, one_memory);
		const double others = cost > 0 ? cheaper(other, other_memory) : 0;

		if (others <= 0) {
			gng_probe_skip("another process took the huge pages that were lent",
				       "gonogo check --slow hwtests.eal.poll, alone");
			return;
		}
		ratio.blocks[i] = sorted[i] = others / cost;
		printf("%s: %.1f cycles, %.2f times\n", name, cost, ratio.blocks[i]);
	}
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), by_size);
	ratio.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	ratio.lo = sorted[0];
	ratio.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&ratio);
}

static void the_poll_loop_costs_what_testpmd_does(void **state)
{
	(void)state;
	if (!lend_pages())
		return;
	measure("the_poll_loop_costs_what_testpmd_does", ours, HUGE, theirs, HUGE);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

static void without_huge_pages_it_is_dearer(void **state)
{
	(void)state;
	if (!lend_pages())
		return;
	measure("without_huge_pages_it_is_dearer", ours, HUGE, ours, NO_HUGE);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

/* of_memory runs a thousand frames and says of what their memory was: -1 if the pages are gone. */
static int of_memory(const char *memory)
{
	json_t *run;
	int huge;

	if (command("timeout 60 gonogo-eal run --frames 1000 --time 20 --bare --json -- -l 0 "
		    "%s" VDEVS "--file-prefix=gonogo-p%d",
		    memory, (int)getpid()) != 0) {
		if (are_gone())
			return -1;
		suite_fail("%s", command_err);
	}
	run = command_json();
	huge = json_is_true(json_object_get(run, "huge_pages"));
	json_decref(run);
	return huge;
}

static void the_control_has_no_huge_pages(void **state)
{
	(void)state;
	runtime_own();
	assert_int_equal(of_memory(NO_HUGE), 0);
	if (!lend_pages())
		return;
	if (of_memory(HUGE) < 0)
		gng_probe_skip("another process took the huge pages that were lent",
			       "gonogo check --slow hwtests.eal.poll, alone");
	else
		assert_int_equal(of_memory(HUGE), 1);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

/* More pages than any machine has: what a run says then is what are_gone knows. */
static void pages_that_are_gone_are_told(void **state)
{
	(void)state;
	runtime_own();
	assert_int_not_equal(
		command("timeout 60 gonogo-eal run --time 1 --bare -- -l 0 --in-memory "
			"-m 8388608 " VDEVS "--file-prefix=gonogo-p%d",
			(int)getpid()),
		0);
	if (!are_gone())
		suite_fail("this is not known: %s", command_err);
	assert_int_equal(command("gonogo-eal run --bogus 2>&1"), 2);
	assert_false(are_gone());
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(pages_that_are_gone_are_told, "D4.dpdk.poll"),
	TEST_SLOW(the_control_has_no_huge_pages, "D4.dpdk.poll"),
	TEST_SLOW(the_poll_loop_costs_what_testpmd_does, "D4.dpdk.poll"),
	TEST_SLOW(without_huge_pages_it_is_dearer, "D4.dpdk.poll"),
	{0},
};
