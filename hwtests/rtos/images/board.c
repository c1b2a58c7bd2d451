/* SPDX-License-Identifier: Apache-2.0 */
/* board.c - semihosting (IHI 0018) and test lines. */
#include "board.h"

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT 0x20026u

static void semihost(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_print(const char *text)
{
	semihost(SYS_WRITE0, text);
}

void board_print_number(uint32_t number)
{
	char text[11], *at = text + sizeof(text) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	board_print(at);
}

void board_exit(int code)
{
	const uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)code};

	for (;;)
		semihost(SYS_EXIT_EXTENDED, block);
}

static unsigned int num_planned, num_checks, num_failed;

void board_plan(unsigned int num)
{
	num_planned = num;
	board_print("1..");
	board_print_number(num);
	board_print("\n");
}

void board_check(bool ok, const char *name)
{
	num_checks++;
	if (!ok)
		num_failed++;
	board_print(ok ? "ok " : "not ok ");
	board_print_number(num_checks);
	board_print(" - ");
	board_print(name);
	board_print("\n");
}

void board_end(void)
{
	board_exit(num_failed || num_checks != num_planned ? 1 : 0);
}

void board_figure(const char *name, uint32_t value)
{
	board_print("# ");
	board_print(name);
	board_print(" = ");
	board_print_number(value);
	board_print("\n");
}

void board_unexpected(void);
void board_unexpected(void)
{
	board_print("Bail out! an exception that nobody handles\n");
	board_exit(3);
}

__attribute__((weak)) void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what)
{
	(void)task;
	board_print("Bail out! fault ");
	board_print_number(what);
	board_print("\n");
	board_exit(4);
}

void board_irq_enable(unsigned int irq, unsigned int prio)
{
	volatile uint32_t *priorities = &BOARD_REG(0xe000e400u + irq / 4 * 4);
	const unsigned int shift = irq % 4 * 8;

	*priorities = (*priorities & ~(UINT32_C(0xff) << shift)) | prio << (shift + 6);
	BOARD_REG(0xe000e100u) = UINT32_C(1) << irq;
}

void board_irq_pend(unsigned int irq)
{
	BOARD_REG(0xe000e200u) = UINT32_C(1) << irq;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}
