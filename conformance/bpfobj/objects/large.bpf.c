/* SPDX-License-Identifier: Apache-2.0 */
/* large.bpf.c - refused: its loop ends, but after more than a million steps. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp") __attribute__((naked)) int too_many_steps(void)
{
	asm volatile("r0 = 0; r0 += 1; if r0 < 2000000 goto -2; r0 = 2; exit;");
}

char licence[] SEC("license") = "GPL";
