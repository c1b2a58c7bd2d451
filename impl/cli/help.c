/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - the help text of each own verb, 80 columns; the man pages say more. */
#include "cli.h"

#include <string.h>

static const struct {
	const char *verb, *text;
} helps[] = {
	{"check",
	 "usage: gonogo check [SELECT...] [OPTION...]\n"
	 "\n"
	 "Runs tests, each in its own process with a deadline. SELECT is the beginning of\n"
	 "test ids up to a dot: aes, conformance.aes, aes.gcm, or a whole id. Without it\n"
	 "every test runs that is not marked slow.\n"
	 "\n"
	 "  --variants LIST   only these, separated by commas; all: every one (default)\n"
	 "  --builds LIST     release, asan, ...; all: every build (default: release)\n"
	 "  --jobs N          conformance tests side by side (default: 2 a CPU, at most 16)\n"
	 "  --repeat N        N attempts of each test; the worst one counts\n"
	 "  --failed          only what did not pass in the last run\n"
	 "  --timeout S       seconds for each test (default: 60; slow tests 1800)\n"
	 "  --slow            also the tests marked slow\n"
	 "  --json            one JSON object on stdout instead of text\n"
	 "  --junit FILE      also write JUnit XML\n"
	 "  --ktap FILE       also write KTAP version 1\n"
	 "  --out DIR         keep runs in DIR (default: out/ of the tree, or GNG_OUT)\n"
	 "\n"
	 "The last line is `N passed, N failed, N skipped`: failed counts FAIL, ERROR and\n"
	 "MISSING, skipped counts SKIP and INCONCLUSIVE. Exit status: 0 nothing failed,\n"
	 "1 a test failed, 2 usage, 3 interrupted, 4 nothing selected or nothing ran."},
	{"list", "usage: gonogo list [SELECT...] [--json]\n"
		 "\n"
		 "Lists subsystems, tests and requirements. `no` before a test means that it\n"
		 "cannot run here; the reason and what would change that follow."},
	{"show", "usage: gonogo show ID\n"
		 "\n"
		 "ID is a test (suite.subsystem.stem.function) or a requirement (C1.gcm.kat).\n"
		 "Prints requirement, source, last result with the end of its log, and the\n"
		 "command that repeats it."},
	{"doctor",
	 "usage: gonogo doctor [--json] [--leftovers [--dry-run | --remove]]\n"
	 "\n"
	 "Examines this machine and changes nothing. FIX marks what stands in the way\n"
	 "of some test or figure; the remedy is on the next line.\n"
	 "\n"
	 "  --leftovers  find and remove what killed runs left behind: their processes,\n"
	 "               what their journals hold (values of /proc and /sys come back),\n"
	 "               and by the name gonogo* what nobody uses in /tmp (gonogo-*-XXXXXX),\n"
	 "               huge pages, BPF pins, network namespaces and interfaces;\n"
	 "               --remove is the default, --dry-run only lists it"},
};

int cli_help(const char *verb)
{
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (strcmp(helps[i].verb, verb) == 0)
			puts(helps[i].text);
	return GNG_CLI_GO;
}
