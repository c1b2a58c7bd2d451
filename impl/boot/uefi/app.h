/* SPDX-License-Identifier: Apache-2.0 */
/* app.h - what the parts of the application share. */
#ifndef BOOT_UEFI_APP_H
#define BOOT_UEFI_APP_H

#include "uefi.h"

extern struct uefi_system *app_system;
extern uefi_handle app_image;
extern struct uefi_loaded *app_loaded;

/* What is said goes to QEMU's debug console: the serial line is the firmware's. */
void app_put(const char *text);
void app_put_number(uint64_t value);

/* Cases, in app.c's order. */
bool app_tables_have_their_sums(void);
bool app_acpi_is_sound(void);
bool app_characters_have_16_bits(void);
bool app_calls_keep_registers(void);
bool app_callbacks_are_called(void);
bool app_a_driver_loads_and_serves(void);
bool app_an_elf_image_is_refused(void);
bool app_the_memory_map_is_normal(void);
bool app_boot_services_are_left(void);
bool app_memory_is_ours_afterwards(void);

/* abi.S: app_hold calls function(argument) with patterns in all registers that a callee keeps, and
 * returns how many it lost. */
uint64_t app_hold(uefi_status (*function)(uint64_t argument), uint64_t argument);

#endif /* BOOT_UEFI_APP_H */
