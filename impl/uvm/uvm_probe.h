/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_probe.h - the part of the probe that asks /dev/nvidiactl. */
#ifndef UVM_PROBE_H
#define UVM_PROBE_H

#include "gng_uvm.h"

/* uvm_can_probe_rm: ALLOC, FREE, CONTROL, and parameters of classes. */
bool uvm_can_probe_rm(enum gng_uvm_command command);

/* uvm_probe_rm fills *probe, which is zero; behind end is a page without access. */
void uvm_probe_rm(struct gng_uvm_probe *probe, int fd, const struct gng_uvm_layout *layout,
		  const uint8_t *end);

#endif /* UVM_PROBE_H */
