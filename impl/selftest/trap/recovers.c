/* SPDX-License-Identifier: Apache-2.0 */
/* recovers.c - undefined behaviour in a build that goes on after it, as UBSan's default does. */
/* The location that UBSan keeps is not mapped by -ffile-prefix-map: no path of this machine. */
#line 5 "impl/selftest/trap/recovers.c"
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <gng_probe.h>

int main(int argc, char **argv)
{
	volatile int largest = INT_MAX, wrapped;

	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return puts("overflows\t0\t") < 0;
	wrapped = largest + 1;
	(void)wrapped;
	gng_probe_assertion();
	return gng_probe_end(true);
}
