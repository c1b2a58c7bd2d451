/* SPDX-License-Identifier: Apache-2.0 */
/* task.core.c - reads fields of a task by their names in the kernel that it was built on; at load
 * they are found in the one that it runs on (CO-RE). */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define TASK_COMM_LEN 16

/* A name, not a number: in a namespace a process has another number than the kernel knows. */
const volatile char wanted[TASK_COMM_LEN] = "";
int threads = 0, mask = 0;
__u64 runs = 0;

SEC("raw_tp/sys_enter") int look(void *context)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	char name[TASK_COMM_LEN];

	BPF_CORE_READ_INTO(&name, task, comm);
	for (int i = 0; i < TASK_COMM_LEN && wanted[i]; i++)
		if (name[i] != wanted[i])
			return 0;
	threads = BPF_CORE_READ(task, signal, nr_threads);
	mask = BPF_CORE_READ(task, fs, umask);
	__sync_fetch_and_add(&runs, 1);
	return 0;
}

char licence[] SEC("license") = "GPL";
