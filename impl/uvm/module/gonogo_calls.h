/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* gonogo_calls.h - what the model of the resource manager does for that of UVM, and failing calls.
 */
#ifndef GONOGO_CALLS_H
#define GONOGO_CALLS_H

#include <linux/module.h>
#include <linux/types.h>

/* gonogo_rm_calls: verdicts. What map_memory lets through counts as mapped until unmap_memory. */
struct gonogo_rm_calls {
	u32 (*check_vaspace)(u32 client, u32 handle, u32 device);
	u32 (*map_memory)(u32 client, u32 handle, u64 offset, u64 len);
	void (*unmap_memory)(void);
};

extern const struct gonogo_rm_calls gonogo_rm_calls;

/* Of each module by itself, and to be changed while it is loaded. */
static uint num_calls, fail_call, fail_status;
module_param(num_calls, uint, 0644);
MODULE_PARM_DESC(num_calls, "how many there were");
module_param(fail_call, uint, 0644);
MODULE_PARM_DESC(fail_call, "which one is to fail, from 1 on");
module_param(fail_status, uint, 0644);
MODULE_PARM_DESC(fail_status, "its verdict; 0: EIO; ~0: it takes effect, and nothing is told");

enum gonogo_fate { GONOGO_GOES_ON, GONOGO_IS_REFUSED, GONOGO_IS_NOT_TOLD };

/* gonogo_fate counts a call, with the lock of its module held. */
static enum gonogo_fate gonogo_fate(void)
{
	if (++num_calls != fail_call)
		return GONOGO_GOES_ON;
	return fail_status == U32_MAX ? GONOGO_IS_NOT_TOLD : GONOGO_IS_REFUSED;
}

#endif /* GONOGO_CALLS_H */
