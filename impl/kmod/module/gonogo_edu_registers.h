/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* gonogo_edu_registers.h - registers of QEMU's device edu (docs/specs/edu.txt), BAR 0. */
#ifndef GONOGO_EDU_REGISTERS_H
#define GONOGO_EDU_REGISTERS_H

#define EDU_ID 0x00
#define EDU_LIVENESS 0x04
#define EDU_FACTORIAL 0x08
#define EDU_STATUS 0x20
#define EDU_IRQ_STATUS 0x24
#define EDU_IRQ_RAISE 0x60
#define EDU_IRQ_ACK 0x64
#define EDU_DMA_SOURCE 0x80
#define EDU_DMA_TARGET 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_COMMAND 0x98
#define EDU_BUFFER 0x40000 /* an address on the device's own side */

#define EDU_STATUS_BUSY 0x01
#define EDU_STATUS_IRQ 0x80 /* raise an interrupt when the factorial is ready */
#define EDU_DMA_START 0x01
#define EDU_DMA_FROM_DEVICE 0x02
#define EDU_DMA_IRQ 0x04

#define EDU_ADDRESS_BITS 28 /* what the device can send on the bus */

#endif /* GONOGO_EDU_REGISTERS_H */
