/* SPDX-License-Identifier: Apache-2.0 */
/* tick_systick.c - the tick by SysTick, an optional part of ARMv6-M (DDI 0419, B3.3). */
#include "rtos_kernel.h"

#if defined(__arm__)

#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)
void gng_rtos_systick_start(uint32_t num_cycles)
{
	SYST_RVR = num_cycles - 1;
	SYST_CVR = 0;
	SYST_CSR = 7; /* the processor's clock, with interrupt, enabled */
}

void SysTick_Handler(void)
{
	(void)gng_rtos_tick(1);
}

#endif
