/* SPDX-License-Identifier: Apache-2.0 */
/* app.c - a UEFI application that judges its firmware and its own ABI, and reports in KTAP. */
#include "app.h"

int _fltused;
struct uefi_system *app_system;
uefi_handle app_image;
struct uefi_loaded *app_loaded;

static const struct {
	const char *name;
	bool (*run)(void);
} cases[] = {
	{"tables_have_their_sums", app_tables_have_their_sums},
	{"acpi_is_sound", app_acpi_is_sound},
	{"characters_have_16_bits", app_characters_have_16_bits},
	{"calls_keep_registers", app_calls_keep_registers},
	{"callbacks_are_called", app_callbacks_are_called},
	{"a_driver_loads_and_serves", app_a_driver_loads_and_serves},
	{"an_elf_image_is_refused", app_an_elf_image_is_refused},
	{"the_memory_map_is_normal", app_the_memory_map_is_normal},
	{"boot_services_are_left", app_boot_services_are_left},
	{"memory_is_ours_afterwards", app_memory_is_ours_afterwards},
};
#define NUM_CASES (sizeof(cases) / sizeof(cases[0]))

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

void *memcpy(void *to, const void *from, size_t len)
{
	void *end = to;

	__asm__ volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(len) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t len)
{
	void *end = to;

	__asm__ volatile("rep stosb" : "+D"(end), "+c"(len) : "a"(value) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;

	for (; len; len--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void app_put(const char *text)
{
	for (; *text; text++)
		out8(0xe9, (uint8_t)*text);
}

void app_put_number(uint64_t value)
{
	char digits[21];
	unsigned int at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	app_put(digits + at);
}

uefi_status efi_main(uefi_handle image, struct uefi_system *system);

uefi_status efi_main(uefi_handle image, struct uefi_system *system)
{
	static const struct uefi_guid loaded = {
		0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
	bool passed = true;

	app_image = image;
	app_system = system;
	if (system->boot->handle_protocol(image, &loaded, (void **)&app_loaded) != UEFI_SUCCESS)
		return UEFI_LOAD_ERROR;
	app_put("KTAP version 1\n1..");
	app_put_number(NUM_CASES);
	app_put("\n");
	for (unsigned int i = 0; i < NUM_CASES; i++) {
		const bool holds = cases[i].run();

		app_put(holds ? "ok " : "not ok ");
		app_put_number(i + 1);
		app_put(" ");
		app_put(cases[i].name);
		app_put("\n");
		passed = passed && holds;
	}
	out8(0xf4, passed ? 0x10 : 1);
	for (;;)
		__asm__ volatile("cli; hlt");
}
