/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedlat.bpf.c - how long threads wait for a CPU, and who had it. Programs on the scheduler's
 * tracepoints with BTF; the fields of struct task_struct are found at load (CO-RE).
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../schedlat_shared.h"

struct task_struct {
	int pid, tgid;
	unsigned int __state;
	char comm[SCHEDLAT_COMM_LEN];
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct schedlat_waiting);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SCHEDLAT_MAX_THREADS);
	__type(key, unsigned int);
	__type(value, struct schedlat_thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, unsigned int);
	__type(value, struct schedlat_control);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SCHEDLAT_NUM_RECORDS);
	__type(key, unsigned int);
	__type(value, struct schedlat_record);
} recorder SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} events SEC(".maps");

static __always_inline struct schedlat_control *settings(void)
{
	const unsigned int zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

static __always_inline int is_target(const struct schedlat_control *set, struct task_struct *task)
{
	if (task->pid == 0) /* the idle task waits for nothing */
		return 0;
	if (set->target == SCHEDLAT_PROCESS)
		return task->tgid == (int)set->process;
	if (set->target == SCHEDLAT_COMM)
		for (int i = 0; i < SCHEDLAT_COMM_LEN; i++) {
			if (task->comm[i] != set->comm[i])
				return 0;
			if (!set->comm[i])
				break;
		}
	return 1;
}

static __always_inline void begin_waiting(struct schedlat_control *set, struct task_struct *task)
{
	struct schedlat_waiting *state;

	if (!is_target(set, task))
		return;
	state = bpf_task_storage_get(&waiting, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (state)
		state->since_ns = bpf_ktime_get_ns();
}

/* Two loads: a call of bpf_probe_read_kernel would be a tenth of all that a switch costs. */
static __always_inline void copy_comm(char *to, struct task_struct *task)
{
	const unsigned long long *from = (const unsigned long long *)task->comm;

	((unsigned long long *)to)[0] = from[0];
	((unsigned long long *)to)[1] = from[1];
}

static __always_inline void record(struct schedlat_control *set, unsigned long long now,
				   struct task_struct *prev, struct task_struct *next)
{
	struct schedlat_record *one;
	unsigned long long number;
	unsigned int slot;

	if (set->frozen)
		return;
	number = __sync_fetch_and_add(&set->head, 1);
	slot = number & (SCHEDLAT_NUM_RECORDS - 1);
	one = bpf_map_lookup_elem(&recorder, &slot);
	if (!one)
		return;
	one->written = 0;
	one->at_ns = now;
	one->cpu = bpf_get_smp_processor_id();
	one->previous = prev->pid;
	one->next = next->pid;
	copy_comm(one->comm, prev);
	one->written = (unsigned int)number + 1;
}

/* place_of gives a task the next place, once; NULL if there is none left. */
static __always_inline struct schedlat_thread *
place_of(struct schedlat_control *set, struct schedlat_waiting *state, struct task_struct *task)
{
	struct schedlat_thread *thread;
	unsigned int place;

	if (!state->place) {
		state->place = __sync_fetch_and_add(&set->num_threads, 1) + 1;
		place = state->place - 1;
		thread = bpf_map_lookup_elem(&threads, &place);
		if (thread)
			thread->id = task->pid;
		return thread;
	}
	place = state->place - 1;
	return bpf_map_lookup_elem(&threads, &place);
}

static __always_inline void count(struct schedlat_control *set, struct schedlat_waiting *state,
				  struct task_struct *task, unsigned long long delay)
{
	struct schedlat_thread *thread = place_of(set, state, task);
	const unsigned int bucket = schedlat_bucket(delay);

	if (!thread)
		return;
	if (bucket < SCHEDLAT_NUM_BUCKETS)
		thread->counts[bucket]++; /* a thread comes to one CPU at a time */
	if (delay > thread->max_ns || !thread->comm[0]) {
		thread->max_ns = delay;
		copy_comm(thread->comm, task);
	}
}

/* freeze stops the recorder at the first delay over the threshold, and tells the monitor. */
static __always_inline void freeze(struct schedlat_control *set, struct task_struct *task,
				   unsigned long long from, unsigned long long now)
{
	struct schedlat_event *event;

	if (__sync_val_compare_and_swap(&set->frozen, 0, 1) != 0)
		return;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		set->frozen = 0;
		return;
	}
	event->from_ns = from;
	event->until_ns = now;
	event->thread = task->pid;
	event->cpu = bpf_get_smp_processor_id();
	copy_comm(event->comm, task);
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
}

static __always_inline void end_waiting(struct schedlat_control *set, struct task_struct *task,
					unsigned long long now)
{
	struct schedlat_waiting *state;
	unsigned long long from;

	if (!is_target(set, task))
		return;
	state = bpf_task_storage_get(&waiting, task, 0, 0);
	if (!state || !state->since_ns)
		return;
	from = state->since_ns;
	state->since_ns = 0;
	count(set, state, task, now - from);
	if (now - from >= set->threshold_ns)
		freeze(set, task, from, now);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	struct schedlat_control *set = settings();

	if (set)
		begin_waiting(set, task);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	struct schedlat_control *set = settings();

	if (set)
		begin_waiting(set, task);
	return 0;
}

/* Who is preempted, or yields, waits again. */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct schedlat_control *set = settings();
	unsigned long long now;

	if (!set)
		return 0;
	now = bpf_ktime_get_ns();
	record(set, now, prev, next);
	if (preempt || prev->__state == 0)
		begin_waiting(set, prev);
	end_waiting(set, next, now);
	return 0;
}

/* What the kernel wants to hear before a program may use its GPL-only helpers. */
char licence[] SEC("license") = "GPL";
