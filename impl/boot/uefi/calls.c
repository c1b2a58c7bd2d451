/* SPDX-License-Identifier: Apache-2.0 */
/* calls.c - cases: the calling convention in both directions, and images that are loaded. */
#include "app.h"

#define NOTIFY_SIGNAL 0x200u
#define LEVEL_CALLBACK 8u
#define READ 1u

/* ---- ABI ---- */

bool app_characters_have_16_bits(void)
{
	return sizeof(L'x') == 2 && sizeof(u"ab") == 6 && sizeof(long) == 4 &&
	       app_system->vendor[0] != 0 && app_system->vendor[0] < 128;
}

bool app_calls_keep_registers(void)
{
	return app_hold(app_system->boot->stall, 1) == 0;
}

static struct {
	uint64_t num;
	void *event, *context;
	uint64_t stack;
} called;

/* on_signal is called by the firmware, with a stack that is 8 short of 16 at its entry. */
static void on_signal(void *event, void *context)
{
	called.num++;
	called.event = event;
	called.context = context;
	called.stack = (uint64_t)__builtin_frame_address(0);
}

bool app_callbacks_are_called(void)
{
	void *event;

	if (app_system->boot->create_event(NOTIFY_SIGNAL, LEVEL_CALLBACK, on_signal, &called,
					   &event) != UEFI_SUCCESS)
		return false;
	return app_system->boot->signal_event(event) == UEFI_SUCCESS && called.num == 1 &&
	       called.event == event && called.context == &called &&
	       app_system->boot->close_event(event) == UEFI_SUCCESS;
}

/* ---- images ---- */

static uint8_t bytes[65536];

/* read_file reads a file of the volume that this application came from; 0 if it cannot. */
static uint64_t read_file(const uefi_char *name)
{
	static const struct uefi_guid volumes = {
		0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
	struct uefi_volume *volume;
	struct uefi_file *root, *file;
	uint64_t len = sizeof(bytes);

	if (app_system->boot->handle_protocol(app_loaded->device, &volumes, (void **)&volume) !=
		    UEFI_SUCCESS ||
	    volume->open(volume, &root) != UEFI_SUCCESS)
		return 0;
	if (root->open(root, &file, name, READ, 0) != UEFI_SUCCESS)
		return 0;
	if (file->read(file, &len, bytes) != UEFI_SUCCESS)
		len = 0;
	file->close(file);
	root->close(root);
	return len;
}

static bool serves(void)
{
	static const struct uefi_guid guid = UEFI_SUM_GUID;
	struct uefi_sum *protocol;

	return app_system->boot->locate_protocol(&guid, NULL, (void **)&protocol) == UEFI_SUCCESS &&
	       protocol->sum(1, 2, 3, 4, 5, 6) == 654321 && protocol->mixed(1, 2, 3, 4, 5) == 54321;
}

/* A driver's memory is of boot services, an application's of the loader. */
bool app_a_driver_loads_and_serves(void)
{
	static const struct uefi_guid loaded = {
		0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
	const uint64_t len = read_file(u"driver.efi");
	struct uefi_loaded *driver;
	uefi_handle image;

	if (!len || serves() ||
	    app_system->boot->load_image(false, app_image, NULL, bytes, len, &image) !=
		    UEFI_SUCCESS ||
	    app_system->boot->handle_protocol(image, &loaded, (void **)&driver) != UEFI_SUCCESS)
		return false;
	return driver->code_type == UEFI_BOOT_CODE && app_loaded->code_type == UEFI_LOADER_CODE &&
	       app_system->boot->start_image(image, NULL, NULL) == UEFI_SUCCESS && serves();
}

/* What the article's options make: 32-bit ELF, which no firmware takes for a driver. */
bool app_an_elf_image_is_refused(void)
{
	const uint64_t len = read_file(u"article.elf");
	uefi_handle image = NULL;
	uefi_status status;

	if (len < 4 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
		return false;
	status = app_system->boot->load_image(false, app_image, NULL, bytes, len, &image);
	return status == UEFI_UNSUPPORTED || status == UEFI_LOAD_ERROR;
}
