/* SPDX-License-Identifier: Apache-2.0 */
/* section.bpf.c - refused: the name of its section says no type of program. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("nowhere/at_all") int no_type(void *context)
{
	return 0;
}

char licence[] SEC("license") = "GPL";
