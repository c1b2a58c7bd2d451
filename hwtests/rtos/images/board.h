/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h - what an image asks of the board: output and end by semihosting, test lines.
 *
 * An image prints "1..N", then "ok I - name" or "not ok I - name" for each check and lines that
 * begin with "#", and ends by board_exit. Success is the exit code 0 and N lines of "ok": a
 * program that went astray can end with 0, but not with the right number of lines.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include <gng_rtos.h>

#define BOARD_REG(address) (*(volatile uint32_t *)(address))

void board_print(const char *text);
void board_print_number(uint32_t number);
void board_exit(int code) __attribute__((noreturn));

/* board_plan announces how many checks there are; board_end exits 0 if all were ok. */
void board_plan(unsigned int num);
void board_check(bool ok, const char *name);
void board_end(void) __attribute__((noreturn));

/* board_figure prints "# name = value". */
void board_figure(const char *name, uint32_t value);

/* board_irq_enable lets interrupt irq (of 32) happen at a priority of 0 (first) to 3. */
void board_irq_enable(unsigned int irq, unsigned int prio);
void board_irq_pend(unsigned int irq);

/* The interrupts that an image may define; those it does not are a failure. */
void board_irq0(void);
void board_irq1(void);
void board_irq2(void);

int main(void);

#endif /* BOARD_H */
