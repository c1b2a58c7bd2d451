/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_handles.h - `gonogo uvm handles`: from the control device to a mapping and back, by steps. */
#ifndef UVM_HANDLES_H
#define UVM_HANDLES_H

#include "uvm_client.h"

#define HANDLES_MAX_STEPS 64

struct uvm_handles_request {
	const char *control, *device, *uvm; /* devices; NULL: as ever */
	const char *version;		    /* NULL: what the kernel says */
	uint32_t gpu;			    /* of the cards, from 0 on */
};

struct uvm_handles {
	char driver[GNG_UVM_VERSION_CAP];
	bool is_model, has_gpu;
	size_t num_cards, num_steps;
	struct gng_uvm_card card;
	gng_uvm_uuid uuid;
	struct gng_uvm_step steps[HANDLES_MAX_STEPS];
	char reason[256]; /* "" or why not all were as they should */
};

/*
 * uvm_handles_run goes all steps, and back however far it came. GNG_OK: they were made, and reason
 * says how it went. GNG_EUNSUPPORTED: no driver, or no such GPU (with the steps so far); GNG_EPERM,
 * GNG_EFORMAT as of gng_uvm_rm_open.
 */
enum gng_status uvm_handles_run(struct uvm_handles *handles,
				const struct uvm_handles_request *request, struct gng_why *why);

/* Each prints on stdout; verdict is "GO", "NO-GO" or "NOT RUN". */
void uvm_handles_say(const struct uvm_handles *handles, const char *verdict);
void uvm_handles_say_json(const struct uvm_handles *handles, const char *verdict);

/* uvm_say_text prints a string of JSON: a path of the command line may be part of a reason. */
void uvm_say_text(const char *text);

#endif /* UVM_HANDLES_H */
