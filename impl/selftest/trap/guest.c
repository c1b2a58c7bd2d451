/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.c - stubs of two runners that end well whatever became of their guest. emulator.c has a
 * real guest; one with a kernel module belongs to the subsystem that runs modules.
 */
#include <stdio.h>
#include <string.h>

#include <gng_probe.h>

/* An emulator told not to reboot exits 0 when its guest dies of a triple fault: the serial
 * line, which carries the report, just ends. */
static int triple_fault(void)
{
	puts("guest: booting");
	gng_probe_note("guest", "entered long mode");
	return 0;
}

/* insmod returned 0, and that is all this test looks at: none of the module's 12 tests ran. */
static int insmod_returns_0(void)
{
	const int insmod = 0;

	gng_probe_assertion();
	gng_probe_cases(0, 12);
	return gng_probe_end(insmod == 0);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return puts("triple_fault\t0\t\ninsmod_returns_0\t0\t") < 0;
	if (argc == 3 && strcmp(argv[2], "triple_fault") == 0)
		return triple_fault();
	if (argc == 3 && strcmp(argv[2], "insmod_returns_0") == 0)
		return insmod_returns_0();
	return 2;
}
