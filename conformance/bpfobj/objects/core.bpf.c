/* SPDX-License-Identifier: Apache-2.0 */
/* core.bpf.c - refused: it reads a field that no kernel has, and cannot do without. */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int gonogo_has_no_such_field;
} __attribute__((preserve_access_index));

SEC("raw_tp/sched_switch") int no_such_field(void *context)
{
	const struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, gonogo_has_no_such_field);
}

char licence[] SEC("license") = "GPL";
