/* SPDX-License-Identifier: Apache-2.0 */
/* guest.h - a test of the driver boots a guest that runs a test of the same program: so planted
 * bugs of the driver are judged where nobody starts the lab. */
#ifndef CONFORMANCE_KMOD_GUEST_H
#define CONFORMANCE_KMOD_GUEST_H

#include "driver.h"

#include "../guest.h"

#define GUEST_DEVICE "device: edu\n"
#define GUEST_IOMMU "iommu: intel\n" GUEST_DEVICE

/* guest_judge_driver boots kernel with more lines in its case, and runs one test of the driver. */
static inline bool guest_judge_driver(const char *kernel, const char *test, const char *lines,
				      const char *words)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "title: t\nkernel: %s\nmemory: 256\nboot: 180\ndeadline: 120\nbuilt: kmod\n"
		 "append: no_timer_check\nrun: conformance.kmod.%s\n%s",
		 kernel, test, lines);
	return guest_judge(kernel, text, words);
}

/* GUEST_PASSES is a slow test: another one of this program passes in a guest. */
#define GUEST_PASSES(name, kernel, test, lines)                \
	static void name(void **state)                         \
	{                                                      \
		(void)state;                                   \
		guest_judge_driver(kernel, test, lines, NULL); \
	}

#endif /* CONFORMANCE_KMOD_GUEST_H */
