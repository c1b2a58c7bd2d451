/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold.c - keeps a program known to the kernel as one of XDP. The first one to use a program, and
 * the last, waits for a grace period (bpf_dispatcher_change_prog): 16 to 24 ms at each test run of
 * one that is attached nowhere, which is as long as 100,000 frames take.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <sched.h>
#include <unistd.h>

#include "xdp_handle.h"

#define LOOPBACK 1 /* of each network namespace; nothing is sent there, for it is down */

static int attach(int program)
{
	const struct bpf_link_create_opts options = {.sz = sizeof(options),
						     .flags = XDP_FLAGS_SKB_MODE};

	return bpf_link_create(program, LOOPBACK, BPF_XDP, &options);
}

/* hold_in_new attaches within a namespace that ends with its descriptor. */
static void hold_in_new(struct xdp_hold *hold, int program)
{
	if (unshare(CLONE_NEWNET) != 0)
		return;
	hold->space = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	hold->link = hold->space < 0 ? -1 : attach(program);
}

/* Where it cannot be held, runs take longer: no error. */
void xdp_hold(struct xdp_hold *hold, int program)
{
	int before;

	if (hold->tried)
		return;
	*hold = (struct xdp_hold){.tried = true, .space = -1, .link = -1};
	before = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (before < 0)
		return;
	hold_in_new(hold, program);
	if (setns(before, CLONE_NEWNET) != 0)
		hold->lost = true;
	close(before);
}

void xdp_let_go(struct xdp_hold *hold)
{
	if (!hold->tried)
		return;
	if (hold->link >= 0)
		close(hold->link);
	if (hold->space >= 0)
		close(hold->space);
}
