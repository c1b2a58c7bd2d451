/* SPDX-License-Identifier: Apache-2.0 */
/* uefi.h - as much of the UEFI Specification 2.10 as application and driver use: tables by slots,
 * the calling convention of Microsoft's x64 ABI, which their compiler target has. */
#ifndef BOOT_UEFI_H
#define BOOT_UEFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t uefi_status;
typedef void *uefi_handle;
typedef uint16_t uefi_char;

#define UEFI_SUCCESS 0ull
#define UEFI_ERROR(number) (1ull << 63 | (number))
#define UEFI_LOAD_ERROR UEFI_ERROR(1)
#define UEFI_UNSUPPORTED UEFI_ERROR(3)
#define UEFI_BUFFER_TOO_SMALL UEFI_ERROR(5)

struct uefi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct uefi_header {
	uint64_t signature;
	uint32_t revision, len, crc, reserved;
};

struct uefi_memory {
	uint32_t type, unused;
	uint64_t physical, virtual, num_pages, attributes;
};

enum uefi_memory_type {
	UEFI_LOADER_CODE = 1,
	UEFI_BOOT_CODE = 3,
	UEFI_CONVENTIONAL = 7,
	UEFI_ACPI_RECLAIM = 9,
	UEFI_ACPI_NVS = 10,
};

/* uefi_boot: "EFI Boot Services Table"; what is not used is a pointer that keeps its slot. */
struct uefi_boot {
	struct uefi_header header;
	void *unused_0[2];
	uefi_status (*allocate_pages)(uint32_t how, uint32_t type, uint64_t num, uint64_t *at);
	void *unused_1;
	uefi_status (*memory_map)(uint64_t *len, void *map, uint64_t *key, uint64_t *entry_len,
				  uint32_t *version);
	uefi_status (*allocate_pool)(uint32_t type, uint64_t len, void **at);
	uefi_status (*free_pool)(void *at);
	uefi_status (*create_event)(uint32_t type, uint64_t level,
				    void (*notify)(void *event, void *context), void *context,
				    void **event);
	void *unused_2[2];
	uefi_status (*signal_event)(void *event);
	uefi_status (*close_event)(void *event);
	void *unused_3;
	uefi_status (*install_protocol)(uefi_handle *handle, const struct uefi_guid *guid,
					uint32_t type, void *interface);
	void *unused_4[2];
	uefi_status (*handle_protocol)(uefi_handle handle, const struct uefi_guid *guid,
				       void **interface);
	void *unused_5[5];
	uefi_status (*load_image)(bool by_policy, uefi_handle parent, void *path, void *bytes,
				  uint64_t len, uefi_handle *image);
	uefi_status (*start_image)(uefi_handle image, uint64_t *exit_len, uefi_char **exit);
	void *unused_6[2];
	uefi_status (*exit_boot_services)(uefi_handle image, uint64_t key);
	void *unused_7;
	uefi_status (*stall)(uint64_t us);
	void *unused_8[8];
	uefi_status (*locate_protocol)(const struct uefi_guid *guid, void *registration,
				       void **interface);
	void *unused_9[2];
	uefi_status (*crc32)(const void *bytes, uint64_t len, uint32_t *crc);
};

struct uefi_table {
	struct uefi_guid guid;
	void *table;
};

struct uefi_system {
	struct uefi_header header;
	uefi_char *vendor;
	uint32_t revision;
	void *unused[6];
	struct uefi_header *runtime;
	struct uefi_boot *boot;
	uint64_t num_tables;
	struct uefi_table *tables;
};

/* uefi_loaded: "EFI Loaded Image Protocol". */
struct uefi_loaded {
	uint32_t revision;
	uefi_handle parent;
	struct uefi_system *system;
	uefi_handle device;
	void *path, *reserved;
	uint32_t options_len;
	void *options;
	uint8_t *base;
	uint64_t len;
	uint32_t code_type, data_type;
	void *unload;
};

/* uefi_file, uefi_volume: "File Protocol", "Simple File System Protocol". */
struct uefi_file {
	uint64_t revision;
	uefi_status (*open)(struct uefi_file *file, struct uefi_file **opened,
			    const uefi_char *name, uint64_t mode, uint64_t attributes);
	uefi_status (*close)(struct uefi_file *file);
	void *unused;
	uefi_status (*read)(struct uefi_file *file, uint64_t *len, void *bytes);
};

struct uefi_volume {
	uint64_t revision;
	uefi_status (*open)(struct uefi_volume *volume, struct uefi_file **root);
};

/* The protocol that driver.c installs and the application calls. */
#define UEFI_SUM_GUID                          \
	{                                      \
		0x6f6e6f67, 0x6f67, 0x4b35,    \
		{                              \
			1, 2, 3, 4, 5, 6, 7, 8 \
		}                              \
	}

/* uefi_sum has more arguments than registers take, and one that is no integer. */
struct uefi_sum {
	uint64_t (*sum)(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
	double (*mixed)(uint64_t a, double b, uint64_t c, double d, double e);
};

#endif /* BOOT_UEFI_H */
