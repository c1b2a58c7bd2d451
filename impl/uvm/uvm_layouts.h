/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_layouts.h - how the tables of layouts are written, from structures that a compiler laid out.
 */
#ifndef UVM_LAYOUTS_H
#define UVM_LAYOUTS_H

#include "gng_uvm.h"

/* FIELD is a member, by our name and by theirs; SIZES are of a structure with a verdict, SIZE of
 * one without. */
#define FIELD(of, member, theirs)                                                               \
	{                                                                                       \
		theirs, offsetof(struct of, member), (uint16_t)sizeof(((struct of *)0)->member) \
	}
#define SIZES(of) (uint16_t)sizeof(struct of), offsetof(struct of, status)
#define SIZE(of) (uint16_t)sizeof(struct of), GNG_UVM_NO_STATUS

#define FIRST "515.43.04" /* of the public versions */

/* The second table of layouts.c. */
extern const struct gng_uvm_layout uvm_rm_layouts[];
extern const size_t uvm_num_rm_layouts;

#endif /* UVM_LAYOUTS_H */
