/* SPDX-License-Identifier: Apache-2.0 */
/* startup.c - vectors, memory and the two functions that a compiler may call: no C library. */
#include "board.h"

#include <stddef.h>

extern uint32_t data_begin[], data_end[], data_load[], bss_begin[], bss_end[], stack_begin[];

void board_reset(void);
void board_unexpected(void);
void *memset(void *to, int byte, size_t len);
void *memcpy(void *to, const void *from, size_t len);

void board_reset(void)
{
	const uint32_t *from = data_load;

	for (uint32_t *to = data_begin; to < data_end;)
		*to++ = *from++;
	for (uint32_t *to = bss_begin; to < bss_end;)
		*to++ = 0;
	main();
	board_unexpected();
}

__attribute__((weak)) void board_unexpected(void)
{
	for (;;)
		;
}

#define UNEXPECTED __attribute__((weak, alias("board_unexpected")))
UNEXPECTED void NMI_Handler(void);
UNEXPECTED void HardFault_Handler(void);
UNEXPECTED void SVC_Handler(void);
UNEXPECTED void SysTick_Handler(void);
UNEXPECTED void TIMER0_IRQHandler(void);
UNEXPECTED void board_irq0(void);
UNEXPECTED void board_irq1(void);
UNEXPECTED void board_irq2(void);

/* An image that wants the fault report of the kernel asks the linker for gng_rtos_stacked. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16 + 26] = {
	[0] = stack_begin,
	[1] = (void *)board_reset,
	[2] = (void *)NMI_Handler,
	[3 ... 6] = (void *)HardFault_Handler,
	[11] = (void *)SVC_Handler,
	[14] = (void *)PendSV_Handler,
	[15] = (void *)SysTick_Handler,
	[16] = (void *)board_irq0,
	[17] = (void *)board_irq1,
	[18] = (void *)board_irq2,
	[16 + 8] = (void *)TIMER0_IRQHandler,
};

void *memset(void *to, int byte, size_t len)
{
	for (uint8_t *out = to; len > 0; len--)
		*out++ = (uint8_t)byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t len)
{
	const uint8_t *in = from;

	for (uint8_t *out = to; len > 0; len--)
		*out++ = *in++;
	return to;
}
