/* SPDX-License-Identifier: Apache-2.0 */
/* classify_test.c - recorded observations become classes, and files of /proc numbers. */
#include "../suite.h"

#include <fcntl.h>
#include <math.h>
#include <noise_log.h>
#include <string.h>
#include <unistd.h>

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)

#define GAP(from, to, switches, idle, irqs)                                                  \
	{                                                                                    \
		.begin = (from), .end = (to), .num_switches = (switches), .idle_ns = (idle), \
		.num_irqs = (irqs)                                                           \
	}
#define SLEEP(from, to)                                        \
	{                                                      \
		.begin = (from), .end = (to), .is_sleep = true \
	}

/* what the other CPU did during a gap of [10 ms, 30 ms) */
static struct noise_entry ran[] = {GAP(2 * MS, 3 * MS, 0, 0, 0), GAP(40 * MS, 41 * MS, 0, 0, 0)};
static struct noise_entry stood_still[] = {GAP(10 * MS, 30 * MS, 0, 0, 0)};
static struct noise_entry stood_mostly[] = {GAP(11 * MS, 15 * MS, 0, 0, 0),
					    GAP(16 * MS, 26 * MS, 0, 0, 0)};
static struct noise_entry stood_a_little[] = {GAP(5 * MS, 15 * MS, 0, 0, 0)};
static struct noise_entry slept[] = {SLEEP(9 * MS, 31 * MS)};
static struct noise_entry slept_then_stood[] = {SLEEP(0, 15 * MS), GAP(15 * MS, 29 * MS, 0, 0, 0)};
static struct noise_entry slept_then_ran[] = {SLEEP(0, 15 * MS)};

#define LOG(array)                                                 \
	{                                                          \
		.entries = (array), .num_entries = COUNT_OF(array) \
	}

static const struct noise_log nobody[1],
	saw_it_run[] = {LOG(ran)}, saw_it_stand[] = {LOG(stood_still)},
	saw_it_stand_mostly[] = {LOG(stood_mostly)},
	saw_it_stand_a_little[] = {LOG(stood_a_little)}, was_asleep[] = {LOG(slept)},
	woke_and_stood[] = {LOG(slept_then_stood)}, woke_and_ran[] = {LOG(slept_then_ran)};

/* class_with puts the gap on CPU 0 and one other CPU beside it. */
static enum gng_noise_class class_with(struct noise_entry gap, const struct noise_log *other)
{
	const struct noise_log logs[2] = {{.entries = &gap, .num_entries = 1}, other[0]};

	return noise_classify(logs, other == nobody ? 1 : 2, 0, 0);
}

static void gaps_are_classified_by_their_observations(void **state)
{
	static const struct {
		struct noise_entry gap;
		const struct noise_log *other;
		enum gng_noise_class expected;
	} rows[] = {
		/* the kernel says so */
		{GAP(10 * MS, 30 * MS, 1, 20 * MS, 5), saw_it_run, GNG_NOISE_PREEMPTED},
		{GAP(10 * MS, 30 * MS, 2, 10 * MS, 5), saw_it_stand, GNG_NOISE_PREEMPTED},
		{GAP(10 * MS, 30 * MS, 0, 16 * MS, 5), saw_it_run, GNG_NOISE_STEAL},
		{GAP(10 * MS, 30 * MS, 0, 10 * MS, -1), nobody, GNG_NOISE_STEAL},
		/* 19.6 ms, no switch, one interrupt, the thread's clock running: the hypervisor */
		{GAP(10 * MS, 29600 * US, 0, 0, 1), saw_it_run, GNG_NOISE_VCPU_PAUSE},
		/* a pause that ended in a short preemption is still a pause */
		{GAP(10 * MS, 30 * MS, 1, 2 * MS, 3), saw_it_run, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), saw_it_stand, GNG_NOISE_VM_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), saw_it_stand_mostly, GNG_NOISE_VM_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), saw_it_stand_a_little, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), was_asleep, GNG_NOISE_UNEXPLAINED},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), woke_and_stood, GNG_NOISE_VM_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, 0), woke_and_ran, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 30 * MS, 0, 0, -1), nobody, GNG_NOISE_UNEXPLAINED},
		/* interrupts explain 200 us each, 2 ms at most */
		{GAP(10 * MS, 10015 * US, 0, 0, 1), saw_it_run, GNG_NOISE_IRQ},
		{GAP(10 * MS, 10200 * US, 0, 0, 1), saw_it_run, GNG_NOISE_IRQ},
		{GAP(10 * MS, 10201 * US, 0, 0, 1), saw_it_run, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 12 * MS, 0, 0, 10), saw_it_run, GNG_NOISE_IRQ},
		{GAP(10 * MS, 12001 * US, 0, 0, 1000), saw_it_run, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 10015 * US, 0, 0, 0), saw_it_run, GNG_NOISE_VCPU_PAUSE},
		{GAP(10 * MS, 10015 * US, 0, 0, -1), saw_it_run, GNG_NOISE_VCPU_PAUSE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(gng_noise_class_name(class_with(rows[i].gap, rows[i].other)),
				    gng_noise_class_name(rows[i].expected));
}

/* Of many witnesses one that went on is enough, wherever it stands; sleepers do not count. */
static void one_running_witness_is_enough(void **state)
{
	struct noise_entry gap = GAP(10 * MS, 30 * MS, 0, 0, 0);
	struct noise_log logs[4] = {saw_it_stand[0],
				    {.entries = &gap, .num_entries = 1},
				    was_asleep[0],
				    saw_it_stand[0]};

	(void)state;
	assert_int_equal(noise_classify(logs, 4, 1, 0), GNG_NOISE_VM_PAUSE);
	logs[3] = saw_it_run[0];
	assert_int_equal(noise_classify(logs, 4, 1, 0), GNG_NOISE_VCPU_PAUSE);
	logs[0] = saw_it_run[0];
	logs[3] = saw_it_stand[0];
	assert_int_equal(noise_classify(logs, 4, 1, 0), GNG_NOISE_VCPU_PAUSE);
}

static void classes_have_names(void **state)
{
	static const char *const names[] = {"preempted",  "steal",    "irq",
					    "vcpu-pause", "vm-pause", "unexplained"};

	(void)state;
	assert_int_equal(COUNT_OF(names), GNG_NOISE_NUM_CLASSES);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_string_equal(gng_noise_class_name((enum gng_noise_class)i), names[i]);
	assert_string_equal(gng_noise_class_name(GNG_NOISE_NUM_CLASSES), "?");
	assert_string_equal(gng_noise_class_name((enum gng_noise_class) - 1), "?");
}

static const char interrupts[] =
	"            CPU0       CPU2       CPU11      \n"
	"  0:         46          0          7   IO-APIC   2-edge      timer\n"
	" 24:          0       1000          0   PCI-MSI 512000-edge  ahci[0000:00:1f.2]\n"
	"NMI:          1          2          3   Non-maskable interrupts\n"
	"LOC:   10000000    2000000 4000000000   Local timer interrupts\n"
	"ERR:          9\n"
	"MIS:          8\n";

static void interrupts_are_summed_by_column(void **state)
{
	(void)state;
	assert_int_equal(noise_interrupts_of(interrupts, 0), 10000047);
	assert_int_equal(noise_interrupts_of(interrupts, 2), 2001002);
	assert_true(noise_interrupts_of(interrupts, 11) == INT64_C(4000000010));
	/* columns are found by name: CPU 1 is offline */
	assert_int_equal(noise_interrupts_of(interrupts, 1), -1);
	assert_int_equal(noise_interrupts_of("", 0), -1);
	assert_int_equal(noise_interrupts_of("CPU0", 0), 0);
	assert_int_equal(noise_interrupts_of("CPU0\nno colon\nx: y\n1: 5", 0), 5);
}

static void psi_is_read_from_the_line_some(void **state)
{
	(void)state;
	assert_true(fabs(noise_psi_avg10("some avg10=75.25 avg60=0.43 avg300=0.16 total=6690018\n"
					 "full avg10=1.00 avg60=0.00 avg300=0.00 total=0\n") -
			 75.25) < 1e-9);
	assert_true(isnan(noise_psi_avg10("")));
	assert_true(isnan(noise_psi_avg10("full avg10=1.00")));
}

static void proc_files_that_do_not_fit_are_unknown(void **state)
{
	const int fd = open("/proc/self/status", O_RDONLY);
	char text[65536];

	(void)state;
	if (fd < 0) {
		gng_probe_skip("/proc/self/status cannot be opened", "mount /proc");
		return;
	}
	assert_true(noise_read(text, sizeof(text), fd));
	assert_non_null(strstr(text, "Name:"));
	assert_true(noise_read(text, sizeof(text), fd)); /* from the start again */
	assert_false(noise_read(text, 16, fd));
	close(fd);
	assert_false(noise_read(text, sizeof(text), fd));
}

const struct suite_test suite_tests[] = {
	TEST(gaps_are_classified_by_their_observations, "H3.noise.classes"),
	TEST(one_running_witness_is_enough, "H3.noise.witness"),
	TEST(classes_have_names, "H3.noise.classes"),
	TEST(interrupts_are_summed_by_column, "H3.noise.proc"),
	TEST(psi_is_read_from_the_line_some, "H3.noise.proc"),
	TEST(proc_files_that_do_not_fit_are_unknown, "H3.noise.proc"),
	{0},
};
