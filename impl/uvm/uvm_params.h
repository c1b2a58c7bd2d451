/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_params.h - the bytes of a structure, filled and read by the names of a layout. */
#ifndef UVM_PARAMS_H
#define UVM_PARAMS_H

#include "gng_uvm.h"

#include <string.h>

extern const gng_uvm_uuid uvm_cpu_uuid; /* NV_PROCESSOR_UUID_CPU_DEFAULT, nvCpuUuid.c */

static inline const struct gng_uvm_field *uvm_field(const struct gng_uvm_layout *layout,
						    const char *name)
{
	for (size_t i = 0; i < GNG_UVM_MAX_FIELDS && layout->fields[i].name; i++)
		if (strcmp(layout->fields[i].name, name) == 0)
			return &layout->fields[i];
	return NULL;
}

/* uvm_put writes a number, little-endian; a field that this version lacks is left out. */
static inline void uvm_put(uint8_t *params, const struct gng_uvm_layout *layout, const char *name,
			   uint64_t value)
{
	const struct gng_uvm_field *field = uvm_field(layout, name);

	if (field)
		memcpy(params + field->at, &value, field->len < 8 ? field->len : 8);
}

/* uvm_get_at reads a field; one that this version lacks (NULL) is 0. */
static inline uint64_t uvm_get_at(const uint8_t *params, const struct gng_uvm_field *field)
{
	uint64_t value = 0;

	if (field)
		memcpy(&value, params + field->at, field->len < 8 ? field->len : 8);
	return value;
}

static inline uint64_t uvm_get(const uint8_t *params, const struct gng_uvm_layout *layout,
			       const char *name)
{
	return uvm_get_at(params, uvm_field(layout, name));
}

static inline uint32_t uvm_get_status(const uint8_t *params, const struct gng_uvm_layout *layout)
{
	uint32_t status;

	memcpy(&status, params + layout->status_at, sizeof(status));
	return status;
}

static inline void uvm_put_status(uint8_t *params, const struct gng_uvm_layout *layout,
				  uint32_t status)
{
	memcpy(params + layout->status_at, &status, sizeof(status));
}

#endif /* UVM_PARAMS_H */
