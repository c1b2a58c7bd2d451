/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_rm.h - the state of a client of the resource manager, and one call. */
#ifndef UVM_RM_H
#define UVM_RM_H

#include "uvm_client.h"

#include <sys/types.h>

#define RM_CAP 512 /* bytes of any structure but cards */

struct gng_uvm_rm {
	struct gng_uvm_rm_request request;
	struct gng_uvm_version version;
	int fd;
	dev_t dev; /* of the open file: fd may be another one's later */
	ino_t ino;
	uint8_t *here;
	uint32_t client; /* 0: none yet */
	uint32_t next;	 /* handle */
	size_t num_kept;
	struct {
		uint32_t object, parent;
		const char *name;
	} kept[GNG_UVM_MAX_OBJECTS]; /* by age */
};

/* rm_call is one ioctl: params has num structures of its layout. */
struct rm_call {
	enum gng_uvm_command command;
	const char *of;
	uint32_t object;
	int fd;
	uint8_t *params;
	size_t num;
};

/* rm_do makes a call, tells the request's step of it, and returns GNG_OK only if errno and verdict
 * are 0. */
enum gng_status rm_do(struct gng_uvm_rm *rm, const struct rm_call *call, uint32_t *rm_status,
		      struct gng_why *why);

const struct gng_uvm_layout *rm_layout(const struct gng_uvm_rm *rm, enum gng_uvm_command command);

/* rm_rest frees what is younger than the first num objects. */
enum gng_status rm_rest(struct gng_uvm_rm *rm, size_t num, struct gng_why *why);

#endif /* UVM_RM_H */
