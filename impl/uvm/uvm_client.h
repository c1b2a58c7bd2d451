/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_client.h - the state of a client, and the frame of a call. */
#ifndef UVM_CLIENT_H
#define UVM_CLIENT_H

#include "uvm_params.h"

struct gng_uvm {
	int fd, mm_fd; /* of MM_INITIALIZE, or -1 */
	struct gng_uvm_version version;
	const char *device;
	uint8_t *here; /* a page that is 1 in this process and 0 in a forked child */
};

struct uvm_call {
	const struct gng_uvm_layout *layout;
	uint8_t params[GNG_UVM_MAX_SIZE] __attribute__((aligned(8)));
};

/* uvm_begin clears the structure of this version; uvm_end makes the call and reads its verdict. */
enum gng_status uvm_begin(struct uvm_call *call, struct gng_uvm *uvm, enum gng_uvm_command command,
			  struct gng_why *why);
enum gng_status uvm_end(struct uvm_call *call, int fd, uint32_t *rm_status, struct gng_why *why);

/* Also of the command: the version of the driver that is loaded, whether it is known, and the
 * device, opened and not initialised (-1, with errno). */
enum gng_status uvm_read_version(struct gng_uvm_version *version, struct gng_why *why);
enum gng_status uvm_check_version(const struct gng_uvm_version *version, struct gng_why *why);
int uvm_open_device(const char *device, struct gng_why *why);

/* here.c: whether this process is the one that opened, and no forked child of it. */
enum gng_status uvm_here_open(uint8_t **here, struct gng_why *why);
bool uvm_is_here(const uint8_t *here);
void uvm_here_close(uint8_t *here); /* safe on NULL */

bool uvm_control_is_model(int fd);

#endif /* UVM_CLIENT_H */
