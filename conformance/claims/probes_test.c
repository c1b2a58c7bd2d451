/* SPDX-License-Identifier: Apache-2.0 */
/* probes_test.c - claims: each probe confirms a claim that is true and refutes one that is not. */
/* needs: bench launch */
#include "../gocache.h"
#include "../suite.h"

#include "record.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <claims_probe.h>
#include <gng_launch.h>

#define HANDLER                                                                               \
	"text = void g(void); void f(void) { asm volatile(\"push %rax\"); g(); asm volatile(" \
	"\"pop %rax\"); }"

#define A_TEST "conformance.claims.probes.every_probe_is_tried_here"

/* A pair is a probe with a claim that is true on every x86-64 and one that is false. Figures
 * of speed have wide limits: they must hold on a noisy machine. */
static const struct pair {
	const char *probe;
	const char *right[4], *wrong[4];
} pairs[] = {
	{"aes_latency",
	 {"with = aesenc", "quantity = 5", "tolerance = 0.9"},
	 {"with = aesenc", "quantity = 1", "tolerance = 0.2"}},
	{"aes_per_cycle",
	 {"with = aesenc", "quantity = 1", "tolerance = 3"},
	 {"with = aesenc", "quantity = 40", "tolerance = 0.5"}},
	{"aes_cbc_floor", {NULL}, {"with = 64 blocks 10 rounds 3 cycles 6.2 GHz", "quantity = 50"}},
	{"aes_software_round",
	 {"relation = >=", "quantity = 5"},
	 {"relation = <=", "quantity = 2"}},
	{"aes_gcm_time",
	 {"with = 65536", "relation = >=", "quantity = 1"},
	 {"with = 65536", "relation = <=", "quantity = 0.5"}},
	{"aes_round_order",
	 {"with = aesenc sub shift mix key"},
	 {"with = aesenc sub mix shift key"}},
	{"aes_rounds", {"with = 32", "quantity = 14"}, {"with = 24", "quantity = 10"}},
	{"aes_graph", {"with = key 10"}, {"with = key 9"}},
	{"aes_key_step", {"with = schedule 1"}, {"with = schedule 2"}},
	{"aes_flags", {"with = add"}, {"with = aesenc"}},
	{"aes_vaesenc_operands", {"with = second"}, {"with = first"}},
	{"aes_gain",
	 {"with = wide over chain", "relation = >=", "quantity = 1.5"},
	 {"with = wide over chain", "relation = <=", "quantity = 1"}},
	{"clock_median_method",
	 {"with = 2000", "relation = <=", "quantity = 900000"},
	 {"with = 2000", "relation = <=", "quantity = 0", "tolerance = 0"}},
	{"clock_ends_method",
	 {"with = 20", "relation = <=", "quantity = 20000"},
	 {"with = 20", "relation = >=", "quantity = 200000"}},
	{"clock_core_ratio",
	 {"relation = >=", "quantity = 0.05"},
	 {"relation = <=", "quantity = 0.01"}},
	{"clock_ordered", {"with = fenced"}, {"with = rdtsc"}},
	{"clock_governor", {NULL}, {NULL}}, /* governors_are_read_and_clocks_compared */
	{"as_accepts", {"text = nop; ret"}, {"text = vmovdqu %rsi, %ymm0"}},
	{"cc_accepts",
	 {"text = int f(void) { return 1; }", "flags = -Werror"},
	 {"text = int f(void) { return g(); }", "flags = -Wall -Werror"}},
	{"cc_emits",
	 {HANDLER, "want = ret", "flags = -O2"},
	 {HANDLER, "want = iret", "flags = -O2"}},
	{"cc_lacks",
	 {HANDLER, "want = iret", "flags = -O2"},
	 {HANDLER, "want = ret", "flags = -O2"}},
	{"cc_object",
	 {"text = int f;", "want = ELF64", "flags = -O2"},
	 {"text = int f;", "want = PE/COFF", "flags = -O2"}},
	{"bench_agrees", {"with = cbc128_encrypt_1k openssl"}, {NULL}},
	{"bench_allocations",
	 {"with = cbc128_fresh_1k openssl", "relation = >=", "quantity = 1"},
	 {"with = cbc128_encrypt_1k openssl", "relation = >=", "quantity = 1"}},
	{"sys_priority_max", {"quantity = 99"}, {"quantity = 10"}},
	{"sys_interrupt_line", {"with = LOC"}, {"with = NOLINE"}},
	{"sys_interrupt_moves", {NULL}, {"with = LOC"}},
	{"sys_systemd_accepts",
	 {"with = CPUSchedulingPolicy=fifo"},
	 {"with = CPUSchedulingPolicy=none"}},
	{"go_true", {"with = gobytes_copies"}, {"with = gobytes_aliases"}},
	{"go_figure",
	 {"with = new_cipher_allocs", "quantity = 4", "tolerance = 0.5"},
	 {"with = new_cipher_allocs", "quantity = 0", "tolerance = 0"}},
	{"launch_figure",
	 {"with = cpu-poll p50", "relation = <=", "quantity = 1000000", "tolerance = 0"},
	 {"with = cpu-futex p50", "relation = <=", "quantity = 0.0001", "tolerance = 0"}},
	{"launch_before", {"with = cpu-futex submit done"}, {"with = cpu-futex done submit"}},
	{"aes_joint",
	 {"with = 16384", "relation = >=", "quantity = 0.9"},
	 {"with = 16384", "relation = >=", "quantity = 20"}},
	{"perf_counts", {"with = task-clock,page-faults"}, {"with = task-clock,dummy"}},
	{"perf_flamegraph",
	 {"with = cpu-clock",
	  "where = program perf; program stackcollapse-perf.pl; program flamegraph.pl"},
	 {NULL}}, /* conformance.claims.command.a_pipeline_without_a_picture_is_refuted */
	{"test_shows", {"with = " A_TEST}, {NULL}},
	{"test_refutes", {NULL}, {"with = " A_TEST}},
};

static const struct pair *pair_of(const char *probe)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (strcmp(pairs[i].probe, probe) == 0)
			return &pairs[i];
	return NULL;
}

/* check_side judges one claim and returns false for what this machine lacks, which is told. */
static bool check_side(const struct pair *pair, const char *const *given,
		       enum gng_claims_verdict verdict)
{
	const char *lines[6];
	struct gng_claims_judgement judgement;
	char probe[64];
	size_t num = 1;

	if (!given[0])
		return true;
	snprintf(probe, sizeof(probe), "probe = %s", pair->probe);
	lines[0] = probe;
	for (size_t i = 0; i < 4 && given[i]; i++)
		lines[num++] = given[i];
	judgement = record_judge("/", lines, num);
	if (judgement.verdict == GNG_CLAIMS_NOT_MEASURABLE_HERE) {
		gng_probe_note(pair->probe, judgement.evidence);
		return false;
	}
	if (judgement.verdict != verdict)
		suite_fail("%s, %s: %s: %s", pair->probe, given[0],
			   gng_claims_verdict_name(judgement.verdict), judgement.evidence);
	assert_int_equal(judgement.verdict, verdict);
	return true;
}

/* These take a parameter, and doubt one that they do not know. */
static const char *const doubters[] = {
	"aes_latency",	     "aes_per_cycle",	    "aes_cbc_floor",	 "aes_rounds",
	"aes_round_order",   "aes_graph",	    "aes_key_step",	 "aes_gain",
	"clock_ends_method", "clock_median_method", "bench_allocations", "go_true",
	"go_figure",	     "test_shows",	    "test_refutes",	 "launch_figure",
	"launch_before",     "aes_joint",	    "perf_counts"};

static void check_doubts(const char *prefix)
{
	for (size_t i = 0; i < COUNT_OF(doubters); i++) {
		struct gng_claims_judgement judgement;
		char probe[64];
		const char *lines[] = {probe, "with = nonsense indeed"};

		if (strncmp(doubters[i], prefix, strlen(prefix)) != 0)
			continue;
		snprintf(probe, sizeof(probe), "probe = %s", doubters[i]);
		judgement = record_judge("/", lines, 2);
		if (judgement.verdict != GNG_CLAIMS_INCONCLUSIVE &&
		    judgement.verdict != GNG_CLAIMS_NOT_MEASURABLE_HERE)
			suite_fail("%s: %s", doubters[i], judgement.evidence);
		assert_int_not_equal(judgement.evidence[0], '\0');
	}
}

static void check_topic(const char *prefix)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		if (strncmp(pairs[i].probe, prefix, strlen(prefix)) != 0)
			continue;
		check_side(&pairs[i], pairs[i].right, GNG_CLAIMS_CONFIRMED);
		check_side(&pairs[i], pairs[i].wrong, GNG_CLAIMS_REFUTED);
	}
}

static void every_probe_is_tried_here(void **state)
{
	const struct claims_probe *probe;
	size_t num = 0;

	(void)state;
	for (; (probe = claims_probe_at(num)); num++) {
		if (!pair_of(probe->name))
			suite_fail("%s has no pair of claims in this test: add one", probe->name);
		assert_ptr_equal(claims_probe_find(probe->name), probe);
	}
	assert_int_equal(num, COUNT_OF(pairs));
	assert_null(claims_probe_find("arithmetic"));
}

static void aes_probes_judge_both_ways(void **state)
{
	(void)state;
	check_topic("aes_");
}

static void clock_probes_judge_both_ways(void **state)
{
	(void)state;
	check_topic("clock_");
}

/* The article states no length; a median of rates of one length may be right by luck. */
static void intervals_of_several_lengths_are_tried(void **state)
{
	static const char *const lines[] = {"probe = clock_median_method", "with = 20000"};
	const struct gng_claims_judgement judgement = record_judge("/", lines, COUNT_OF(lines));
	const char *lengths = strstr(judgement.evidence, "lengths of ");
	unsigned int shortest, longest;

	(void)state;
	if (judgement.verdict == GNG_CLAIMS_NOT_MEASURABLE_HERE)
		return gng_probe_skip(judgement.evidence, "a machine with a time-stamp counter");
	assert_non_null(lengths);
	assert_int_equal(sscanf(lengths, "lengths of %u to %u ns", &shortest, &longest), 2);
	assert_true(shortest > 0 && longest > shortest + shortest / 2);
}

/* ---- governors ---- */

/* judge_governor judges on a folder of one CPU, whose governor is the text, or which has none. */
static struct gng_claims_judgement judge_governor(const char *text)
{
	char folder[PATH_MAX], path[PATH_MAX + 64], with[PATH_MAX + 8];
	const char *lines[] = {"probe = clock_governor", with, "quantity = -", "tolerance = -"};
	struct gng_claims_judgement judgement;
	static const char *const folders[] = {"cpu0/cpufreq", "cpu0", ""};
	FILE *file;

	snprintf(folder, sizeof(folder), "%s/gonogo-claims-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	snprintf(with, sizeof(with), "with = %s", folder);
	for (size_t i = COUNT_OF(folders) - 1; i-- > 0;) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof(path), "%s/cpu0/cpufreq/scaling_governor", folder);
	file = text ? fopen(path, "we") : NULL;
	if (file) {
		fputs(text, file);
		fclose(file);
	}
	judgement = record_judge("/", lines, COUNT_OF(lines));
	unlink(path);
	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		rmdir(path);
	}
	return judgement;
}

static void governors_are_read_and_clocks_compared(void **state)
{
	static const double steady[] = {3.01, 3, 3.02}, turbo[] = {3.5, 3.5, 2.9},
			    slow_start[] = {1.2, 3, 3}, none[] = {0, 0, 0};
	struct gng_claims_judgement judgement = judge_governor(NULL);
	struct claims_finding finding;

	(void)state;
	assert_int_equal(judgement.verdict, GNG_CLAIMS_NOT_MEASURABLE_HERE);
	assert_non_null(strstr(judgement.evidence, "has cpufreq"));
	judgement = judge_governor("powersave\n");
	assert_int_equal(judgement.verdict, GNG_CLAIMS_NOT_MEASURABLE_HERE);
	assert_non_null(strstr(judgement.evidence, "is powersave"));
	judgement = judge_governor("performance\n"); /* of this machine's clock: either */
	if (judgement.verdict != GNG_CLAIMS_CONFIRMED && judgement.verdict != GNG_CLAIMS_REFUTED)
		suite_fail("%s: %s", gng_claims_verdict_name(judgement.verdict),
			   judgement.evidence);
	assert_non_null(strstr(judgement.evidence, "GHz while all CPUs work"));
	claims_governor_judge(&finding, steady);
	assert_int_equal(finding.kind, CLAIMS_HOLDS);
	claims_governor_judge(&finding, turbo);
	assert_int_equal(finding.kind, CLAIMS_FAILS);
	claims_governor_judge(&finding, slow_start);
	assert_int_equal(finding.kind, CLAIMS_FAILS);
	claims_governor_judge(&finding, none);
	assert_int_equal(finding.kind, CLAIMS_ABSENT);
}

static void compiler_probes_judge_both_ways(void **state)
{
	(void)state;
	check_topic("as_");
	check_topic("cc_");
}

static void bench_probes_judge_both_ways(void **state)
{
	(void)state;
	if (!check_side(pair_of("bench_agrees"), pair_of("bench_agrees")->right,
			GNG_CLAIMS_CONFIRMED)) {
		gng_probe_skip("gonogo bench cannot time OpenSSL here",
			       "gonogo bench aes --peers openssl says why");
		return;
	}
	check_topic("bench_");
}

static void system_probes_judge_both_ways(void **state)
{
	(void)state;
	check_topic("sys_");
}

/* One Go program for all: it is built once a process. */
static void go_probes_judge_both_ways_and_doubt_what_they_do_not_know(void **state)
{
	(void)state;
	if (system("command -v go >/dev/null") != 0)
		return gng_probe_skip("Go is not installed", "apt-get install golang-go");
	gocache_keep(getenv("GNG_BUILD_DIR"));
	check_topic("go_");
	check_doubts("go_");
}

/* GOAMD64 of Go's wiki, MinimumRequirements, by the features that kernels of this tree use. */
static void go_is_built_for_what_the_processor_has(void **state)
{
	const uint32_t v3 = GNG_CPU_SSE41 | GNG_CPU_AVX | GNG_CPU_AVX2 | GNG_CPU_BMI2;

	(void)state;
	assert_string_equal(claims_go_level(0), "v1");
	assert_string_equal(claims_go_level(GNG_CPU_SSE41), "v2");
	assert_string_equal(claims_go_level(v3 & ~(uint32_t)GNG_CPU_BMI2), "v2");
	assert_string_equal(claims_go_level(v3), "v3");
	assert_string_equal(claims_go_level(v3 | GNG_CPU_AVX512), "v4");
}

/* Which interrupts there are differs: the true side takes one that this machine has. */
static void an_interrupt_with_an_affinity_can_be_moved(void **state)
{
	DIR *dir = opendir("/proc/irq");
	char with[300] = "";

	(void)state;
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char path[300];

		snprintf(path, sizeof(path), "/proc/irq/%.60s/smp_affinity", entry->d_name);
		if (entry->d_name[0] != '.' && access(path, F_OK) == 0)
			snprintf(with, sizeof(with), "with = %.60s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (with[0] == '\0') {
		gng_probe_skip("/proc/irq lists no interrupt", "run where /proc/irq is mounted");
		return;
	}
	{
		const char *const given[4] = {with};

		check_side(pair_of("sys_interrupt_moves"), given, GNG_CLAIMS_CONFIRMED);
	}
}

static void perf_probes_judge_both_ways(void **state)
{
	(void)state;
	check_topic("perf_");
	check_doubts("perf_");
}

static void launch_probes_judge_both_ways(void **state)
{
	const struct pair *first = pair_of("launch_before");

	(void)state;
	if (!check_side(first, first->right, GNG_CLAIMS_CONFIRMED)) {
		gng_probe_skip("no launch can be measured here", "a second CPU for the worker");
		return;
	}
	check_topic("launch_");
}

/* What is measured over another link says nothing of that of the article. */
static void a_launch_is_judged_over_the_link_that_was_claimed(void **state)
{
	struct gng_launch_path path = {.speed = "8.0 GT/s PCIe", .width = 8, .l1_aspm = 0};
	char missing[200];

	(void)state;
	assert_true(claims_launch_link_is(&path, "", missing));
	assert_true(claims_launch_link_is(&path, " 8.0 x8", missing));
	assert_false(claims_launch_link_is(&path, " 8.0 x8 L1", missing));
	assert_string_equal(missing, "wants a link with L1, and no probe changes one; here: "
				     "8.0 GT/s PCIe, x8, L1 not allowed");
	path.l1_aspm = 1;
	assert_true(claims_launch_link_is(&path, " 8.0 x8 L1", missing));
	assert_false(claims_launch_link_is(&path, " 8.0 x16", missing));
	snprintf(path.speed, sizeof(path.speed), "32.0 GT/s PCIe");
	assert_false(claims_launch_link_is(&path, " 8.0 x8", missing));
	assert_false(claims_launch_link_is(&path, " 3 x8", missing));
	assert_non_null(strstr(missing, "with 3,"));
}

static void tests_judge_both_ways(void **state)
{
	(void)state;
	check_topic("test_");
}

/* That of Go is asked where its program is built. */
static void probes_doubt_parameters_that_they_do_not_know(void **state)
{
	(void)state;
	check_doubts("aes_");
	check_doubts("clock_");
	check_doubts("bench_");
	check_doubts("test_");
	check_doubts("launch_");
}

const struct suite_test suite_tests[] = {
	TEST(every_probe_is_tried_here, "H2.claims.probes"),
	TEST(aes_probes_judge_both_ways, "H2.claims.probes"),
	TEST(clock_probes_judge_both_ways, "H2.claims.probes"),
	TEST(intervals_of_several_lengths_are_tried, "H2.claims.probes"),
	TEST(go_is_built_for_what_the_processor_has, "H2.claims.probes"),
	TEST(governors_are_read_and_clocks_compared, "H2.claims.probes"),
	TEST(compiler_probes_judge_both_ways, "H2.claims.probes"),
	TEST(bench_probes_judge_both_ways, "H2.claims.probes"),
	TEST(system_probes_judge_both_ways, "H2.claims.probes"),
	TEST(go_probes_judge_both_ways_and_doubt_what_they_do_not_know, "H2.claims.probes"),
	TEST(perf_probes_judge_both_ways, "H2.claims.probes"),
	TEST(launch_probes_judge_both_ways, "H2.claims.probes"),
	TEST(a_launch_is_judged_over_the_link_that_was_claimed, "H2.claims.where"),
	TEST(tests_judge_both_ways, "H2.claims.probes"),
	TEST(an_interrupt_with_an_affinity_can_be_moved, "H2.claims.probes"),
	TEST(probes_doubt_parameters_that_they_do_not_know, "H2.claims.probes"),
	{0},
};
