/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c - what libFuzzer and LeakSanitizer must know of a program that is half Go. */
#include "entry.h"

#include <signal.h>
#include <stddef.h>

/* LeakSanitizer knows no pointer that lies on Go's heap, and would call all behind it lost. */
int __lsan_is_turned_off(void)
{
	return 1;
}

/* A handler runs on the stack that it interrupts. libFuzzer's own, of SIGALRM above all, which
 * comes with -timeout, would do so on that of a goroutine, of a few KiB: send them to the other
 * stack. */
void entry_signals(void)
{
	struct sigaction action;

	for (int number = 1; number < 32; number++) {
		if (sigaction(number, NULL, &action) != 0 || action.sa_handler == SIG_DFL ||
		    action.sa_handler == SIG_IGN || action.sa_flags & SA_ONSTACK)
			continue;
		action.sa_flags |= SA_ONSTACK;
		(void)sigaction(number, &action, NULL);
	}
}
