/* SPDX-License-Identifier: Apache-2.0 */
/* model.h - steps of a child on seccomp's model of the devices. */
#ifndef CONFORMANCE_UVM_MODEL_H
#define CONFORMANCE_UVM_MODEL_H

#include "../suite.h"

#include <stdbool.h>

#include <gng_uvm.h>

/* on_machine expects the steps' exit status to be wanted; false after a skip. */
static inline bool on_machine(struct gng_uvm_machine *machine, int (*steps)(void *arg), void *arg,
			      int wanted)
{
	struct gng_why why;
	int status;

	if (gng_uvm_model_call(&status, machine, steps, arg, &why) == GNG_OK) {
		assert_int_equal(status, wanted);
		return true;
	}
	if (why.status != GNG_EUNSUPPORTED)
		suite_fail("%s", why.text);
	gng_probe_skip(why.text, "Linux 5.19 or newer, outside of a sandbox");
	return false;
}

#endif /* CONFORMANCE_UVM_MODEL_H */
