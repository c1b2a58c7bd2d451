/* SPDX-License-Identifier: Apache-2.0 */
/* entry.h - what libFuzzer and LeakSanitizer must know of a program that is half Go. */
#ifndef ENTRY_H
#define ENTRY_H

/* entry_signals moves the engine's handlers to the alternate stack; once, at the first input. */
void entry_signals(void);

int __lsan_is_turned_off(void);

#endif /* ENTRY_H */
