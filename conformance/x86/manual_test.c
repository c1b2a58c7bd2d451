/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manual_test.c - the emulator against the manual: each probe gives what the manual demands, or
 * what vectors/x86/manual.vec knows of this emulator. A line of that ledger expires: it fails when
 * the emulator begins to agree.
 */
/* requires: gcc qemu-system-x86_64 */
#include "pc.h"

static struct bare_run run, version;

enum finding { AGREES, KNOWN, EXPIRED, WRONG, UNKNOWN };

/* judge compares what was observed; known is "EMULATOR: what" or "", emulator is this one. */
static enum finding judge(const char *manual, const char *known, const char *emulator,
			  const char *observed)
{
	const char *what = strstr(known, ": ");
	const size_t len = what ? (size_t)(what - known) : 0;
	const bool here = what && strlen(emulator) == len && memcmp(known, emulator, len) == 0;

	if (strcmp(observed, manual) == 0)
		return here ? EXPIRED : AGREES;
	if (what && !here)
		return UNKNOWN;
	return here && strcmp(observed, what + 2) == 0 ? KNOWN : WRONG;
}

/* observed_of writes "13 0 here" of a probe; the place is "any" where the manual says so. */
static void observed_of(char observed[64], const char *probe, const char *manual)
{
	char line[96];
	const char *at, *place = strstr(manual, " any");
	size_t len;

	snprintf(line, sizeof(line), "# probe %s ", probe);
	at = strstr(run.output, line);
	if (!at && run.is_late) {
		strcpy(observed, "hang");
		return;
	}
	if (!at)
		suite_fail("the image did not ask %s:\n%s", probe, run.output);
	at += strlen(line);
	len = strcspn(at, "\n");
	snprintf(observed, 64, "%.*s", (int)len, at);
	if (place && strrchr(observed, ' '))
		strcpy(strrchr(observed, ' '), place);
}

static void check_probe(struct gng_vec_case *one, void *emulator)
{
	const char *probe = suite_text(one, "probe"), *manual = suite_text(one, "manual");
	const char *known = "";
	char observed[64];

	suite_text(one, "clause");
	if (gng_vec_text(one, &known, "diverges", NULL) != GNG_OK)
		known = "";
	observed_of(observed, probe, manual);
	switch (judge(manual, known, emulator, observed)) {
	case EXPIRED:
		suite_fail("%s agrees with the manual on %s now: remove its line \"diverges\"",
			   (const char *)emulator, probe);
	case WRONG:
		suite_fail("%s: the manual demands %s, %s gives %s", probe, manual,
			   (const char *)emulator, observed);
	case UNKNOWN:
		gng_probe_inconclusive("this emulator is not in the ledger of divergences",
				       "judge it, and add it to vectors/x86/manual.vec");
		break;
	default:
		gng_probe_assertion();
	}
}

/* emulator_of writes "QEMU 7.2" for "QEMU emulator version 7.2.22 (Debian ...)". */
static void emulator_of(char emulator[32])
{
	const char *argv[] = {"qemu-system-x86_64", "--version", NULL};
	unsigned int major, minor;

	bare_run(&version, argv, PC_DEADLINE_S);
	if (sscanf(version.output, "QEMU emulator version %u.%u", &major, &minor) != 2)
		suite_fail("no version: %s", version.output);
	snprintf(emulator, 32, "QEMU %u.%u", major, minor);
}

static void the_emulator_is_the_manual_but_for_the_ledger(void **state)
{
	char path[4096], emulator[32];

	(void)state;
	emulator_of(emulator);
	assert_true(pc_image(path, &pc_setups[0], "probes"));
	pc_run(&run, &pc_setups[0], path, NULL);
	bare_judge(&run, "probes", PC_SUCCESS);
	suite_vectors("x86/manual.vec", check_probe, emulator);
	assert_int_equal(bare_lines(run.output, "# probe "), 16);
}

static void the_emulator_comes_back_but_for_the_ledger(void **state)
{
	char path[4096], emulator[32];

	(void)state;
	emulator_of(emulator);
	assert_true(pc_image(path, &pc_setups[0], "control"));
	pc_run_for(&run, &pc_setups[0], path, NULL, 4);
	if (!run.is_late)
		bare_judge(&run, "control", PC_SUCCESS);
	suite_vectors("x86/wedges.vec", check_probe, emulator);
}

static void a_line_of_the_ledger_expires(void **state)
{
	static const char here[] = "QEMU 7.2: none";

	(void)state;
	assert_int_equal(judge("13 0 here", "", "QEMU 7.2", "13 0 here"), AGREES);
	assert_int_equal(judge("13 0 here", here, "QEMU 7.2", "none"), KNOWN);
	assert_int_equal(judge("13 0 here", here, "QEMU 7.2", "13 0 here"), EXPIRED);
	assert_int_equal(judge("13 0 here", here, "QEMU 8.2", "13 0 here"), AGREES);
	assert_int_equal(judge("13 0 here", here, "QEMU 8.2", "none"), UNKNOWN);
	assert_int_equal(judge("13 0 here", here, "QEMU 7.2", "12 0 here"), WRONG);
	assert_int_equal(judge("13 0 here", "", "QEMU 7.2", "none"), WRONG);
	assert_int_equal(judge("13 0 here", "QEMU 7: none", "QEMU 7.2", "none"), UNKNOWN);
}

const struct suite_test suite_tests[] = {
	TEST(the_emulator_is_the_manual_but_for_the_ledger, "K1.x86.manual"),
	TEST_SLOW(the_emulator_comes_back_but_for_the_ledger, "K1.x86.manual"),
	TEST(a_line_of_the_ledger_expires, "K1.x86.manual"),
	{0},
};
