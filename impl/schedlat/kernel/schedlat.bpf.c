/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedlat.bpf.c - how long threads wait for a CPU, and who had it. Programs on the scheduler's
 * tracepoints with BTF; the fields of struct task_struct are found at load (CO-RE).
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../schedlat_blame.h"

struct ns_common {
	unsigned int inum;
} __attribute__((preserve_access_index));

struct pid_namespace {
	struct ns_common ns;
} __attribute__((preserve_access_index));

struct upid {
	int nr;
	struct pid_namespace *ns;
} __attribute__((preserve_access_index));

struct pid {
	unsigned int level;
	struct upid numbers[1];
} __attribute__((preserve_access_index));

struct thread_info {
	unsigned int cpu;
} __attribute__((preserve_access_index));

struct rq {
	unsigned long long clock;
} __attribute__((preserve_access_index));

struct cfs_rq {
	struct rq *rq;
} __attribute__((preserve_access_index));

struct sched_entity {
	struct cfs_rq *cfs_rq;
} __attribute__((preserve_access_index));

struct sched_info {
	unsigned long long run_delay, last_queued;
} __attribute__((preserve_access_index));

struct task_struct {
	struct thread_info thread_info;
	struct sched_entity se;
	struct sched_info sched_info;
	int pid, tgid, on_rq;
	unsigned int __state;
	char comm[SCHEDLAT_COMM_LEN];
	struct pid *thread_pid;
	struct task_struct *group_leader;
} __attribute__((preserve_access_index));

#define ON_RQ_MIGRATING 2 /* of on_rq: it is moved from one run queue to another */

const volatile struct schedlat_settings settings;

/* A look-up in an array is compiled to a few instructions; task storage is a call, twice as dear as
 * all else here but the clock. So a task's state is found by its number in the near table, and in
 * its storage only if another one with the same low bits has that place. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCHEDLAT_NUM_NEAR);
	__type(key, unsigned int);
	__type(value, struct schedlat_waiting);
} near SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct schedlat_waiting);
} waiting SEC(".maps");

/* By a task's number: another one with the same low bits may take its place. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCHEDLAT_NUM_LEFT);
	__type(key, unsigned int);
	__type(value, struct schedlat_left);
} left SEC(".maps");

#define MAPPED(name, len, value_type)              \
	struct {                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);  \
		__uint(map_flags, BPF_F_MMAPABLE); \
		__uint(max_entries, len);          \
		__type(key, unsigned int);         \
		__type(value, value_type);         \
	} name SEC(".maps")

MAPPED(threads, SCHEDLAT_MAX_THREADS, struct schedlat_thread);
MAPPED(control, 1, struct schedlat_control);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* one for each CPU */
	__type(key, unsigned int);
	__type(value, struct schedlat_cpu);
} recorders SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 262144);
} events SEC(".maps");

/* ---- who is who ---- */

#define MAX_LEVELS 4 /* of PID namespaces that are looked through */

/* visible_as is a task's number in the monitor's PID namespace, which is mostly the task's own: the
 * last of those that it has. */
static __always_inline unsigned int visible_as(struct task_struct *task)
{
	/* Read as a number: to a pointer that it knows, an older verifier lets nobody add. */
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	const unsigned int level = pid ? BPF_CORE_READ(pid, level) : 0;

	for (unsigned int i = 0; pid && i < MAX_LEVELS && i <= level; i++) {
		struct upid *at =
			(struct upid *)((char *)pid + bpf_core_field_offset(pid->numbers) +
					(level - i) * bpf_core_type_size(struct upid));
		struct pid_namespace *space = BPF_CORE_READ(at, ns);

		if (BPF_CORE_READ(space, ns.inum) == settings.namespace)
			return BPF_CORE_READ(at, nr);
	}
	return SCHEDLAT_ELSEWHERE;
}

static __always_inline unsigned int id_of(struct task_struct *task)
{
	if (!settings.namespace || task->pid == 0)
		return task->pid;
	return visible_as(task);
}

static __always_inline int is_of_process(struct task_struct *task)
{
	if (!settings.namespace)
		return task->tgid == (int)settings.process;
	return visible_as(BPF_CORE_READ(task, group_leader)) == settings.process;
}

static __always_inline int is_target(struct task_struct *task)
{
	if (task->pid == 0) /* the idle task waits for nothing */
		return 0;
	if (settings.target == SCHEDLAT_PROCESS)
		return is_of_process(task);
	if (settings.target == SCHEDLAT_COMM)
		for (int i = 0; i < SCHEDLAT_COMM_LEN; i++) {
			if (task->comm[i] != settings.comm[i])
				return 0;
			if (!settings.comm[i])
				break;
		}
	return 1;
}

/* ---- what is kept for a task ---- */

static __always_inline struct schedlat_waiting *near_of(struct task_struct *task)
{
	const unsigned int slot = task->pid & (SCHEDLAT_NUM_NEAR - 1);

	return bpf_map_lookup_elem(&near, &slot);
}

/* state_of finds what is kept, or begins it. */
static __always_inline struct schedlat_waiting *state_of(struct task_struct *task)
{
	struct schedlat_waiting *state = near_of(task);
	const unsigned int owner = task->pid;

	if (!state || state->owner == owner)
		return state;
	if (state->owner == 0 && __sync_val_compare_and_swap(&state->owner, 0, owner) == 0)
		return state;
	return bpf_task_storage_get(&waiting, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static __always_inline void begin_waiting(struct task_struct *task, unsigned long long now)
{
	struct schedlat_waiting *state;

	if (!is_target(task))
		return;
	state = state_of(task);
	if (state)
		state->since_ns = now;
}

static __always_inline struct schedlat_control *find_control(void)
{
	const unsigned int zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

/* ---- since when a task waits ---- */

/*
 * Programs on wake-ups would cost as much as that on the switch. But the scheduler itself keeps
 * when it queued a task, until the task runs, by the clock of the run queue; so it need only be
 * known by how much bpf_ktime_get_ns is ahead of that. A switch tells, where a task blocks: there
 * the scheduler has just set its clock, but for a wake-up that was about to preempt. Then the clock
 * is late; so of what is found the least counts, which grows by an 1/1024 of the time, twice as
 * much as NTP may slew.
 */
#define SLEW_SHIFT 10

static __always_inline void set_ahead(struct schedlat_cpu *recorder, unsigned long long now,
				      struct task_struct *prev)
{
	const unsigned long long found = now - prev->se.cfs_rq->rq->clock;
	unsigned long long most = recorder->ahead_ns + ((now - recorder->sampled_ns) >> SLEW_SHIFT);
	struct schedlat_control *set;

	if (!recorder->sampled_ns) {
		most = found;
		set = find_control();
		if (set)
			set->ahead_ns = found; /* for a CPU on which nobody has blocked yet */
	}
	recorder->ahead_ns = (long long)(found - most) < 0 ? found : most;
	recorder->sampled_ns = now;
}

static __always_inline unsigned long long ahead_on(const struct schedlat_cpu *recorder)
{
	struct schedlat_control *set;

	if (recorder->sampled_ns)
		return recorder->ahead_ns;
	set = find_control();
	return set ? set->ahead_ns : 0;
}

/* queued_since is 0 for a task that was not queued since it ran, or that was queued before anything
 * is known of the clocks. */
static __always_inline unsigned long long
queued_since(const struct schedlat_cpu *recorder, struct task_struct *task, unsigned long long now)
{
	const unsigned long long queued = task->sched_info.last_queued;
	const unsigned long long ahead = recorder && queued ? ahead_on(recorder) : 0;

	if (!ahead)
		return 0;
	return queued + ahead < now ? queued + ahead : now;
}

/* block keeps what a task had waited in all, when it ceases to run. */
static __always_inline void block(struct schedlat_cpu *recorder, struct task_struct *prev,
				  unsigned long long now)
{
	struct schedlat_waiting *state;

	if (recorder)
		set_ahead(recorder, now, prev);
	if (!is_target(prev))
		return;
	state = state_of(prev);
	if (state)
		state->delay_ns = prev->sched_info.run_delay + 1;
}

/* moved_since is since when a task waits that is moved: it is on no run queue, and what it waited
 * until now was added up. 0: it does not wait, or was not seen to block. */
static __always_inline unsigned long long
moved_since(const struct schedlat_waiting *state, struct task_struct *task, unsigned long long now)
{
	const unsigned long long delay = task->sched_info.run_delay + 1;

	if (task->on_rq != ON_RQ_MIGRATING || !state->delay_ns || delay <= state->delay_ns)
		return 0;
	return now - (delay - state->delay_ns);
}

/* Two loads: a call of bpf_probe_read_kernel would be a tenth of all that a switch costs. */
static __always_inline void copy_comm(char *to, struct task_struct *task)
{
	const unsigned long long *from = (const unsigned long long *)task->comm;

	((unsigned long long *)to)[0] = from[0];
	((unsigned long long *)to)[1] = from[1];
}

static __always_inline struct schedlat_cpu *recorder_of(unsigned int cpu)
{
	return bpf_map_lookup_elem(&recorders, &cpu);
}

/* record writes to the recorder of this CPU, where nobody else does. */
static __always_inline void record(struct schedlat_cpu *recorder, unsigned long long now,
				   struct task_struct *prev, struct task_struct *next)
{
	struct schedlat_record *one =
		&recorder->records[recorder->written & (SCHEDLAT_NUM_RECORDS - 1)];

	one->at_ns = now;
	one->previous = id_of(prev);
	copy_comm(one->comm, prev);
	recorder->running = (unsigned long long)next;
	recorder->written++;
}

/* place_of gives a task the next place, once; NULL if there is none left. */
static __always_inline struct schedlat_thread *place_of(struct schedlat_waiting *state,
							struct task_struct *task)
{
	struct schedlat_control *set;
	struct schedlat_thread *thread;
	unsigned int place;

	if (state->place) {
		place = state->place - 1;
		return bpf_map_lookup_elem(&threads, &place);
	}
	set = find_control();
	if (!set)
		return 0;
	place = __sync_fetch_and_add(&set->num_threads, 1);
	state->place = place + 1;
	thread = bpf_map_lookup_elem(&threads, &place);
	if (thread)
		thread->id = id_of(task);
	return thread;
}

static __always_inline void count(struct schedlat_waiting *state, struct task_struct *task,
				  unsigned long long delay)
{
	struct schedlat_thread *thread = place_of(state, task);
	const unsigned int bucket = gng_octave_bucket(delay);

	if (!thread)
		return;
	if (bucket < SCHEDLAT_NUM_BUCKETS)
		thread->counts[bucket]++; /* a thread comes to one CPU at a time */
	if (delay > thread->max_ns || !thread->comm[0]) {
		thread->max_ns = delay;
		copy_comm(thread->comm, task);
	}
}

/* ---- a wait over the threshold ---- */

static long look_back(unsigned int back, void *context)
{
	struct schedlat_blame *blame = context;
	struct schedlat_cpu *recorder = recorder_of(blame->cpu);

	return recorder ? schedlat_look(blame, recorder, back) : 1;
}

/* look_into finds who held a CPU from from_ns on. Nobody writes to its recorder meanwhile: the
 * caller has the lock of its run queue. */
static __always_inline void look_into(struct schedlat_blame *blame, struct schedlat_cpu *recorder)
{
	blame->wait = ++recorder->num_waits;
	bpf_loop(SCHEDLAT_NUM_RECORDS, look_back, blame, 0);
}

static __always_inline struct schedlat_left *left_of(struct task_struct *task)
{
	const unsigned int slot = task->pid & (SCHEDLAT_NUM_LEFT - 1);

	return bpf_map_lookup_elem(&left, &slot);
}

static __always_inline int is_of(const struct schedlat_left *at, struct task_struct *task,
				 unsigned long long since)
{
	return at->owner == (unsigned int)task->pid && at->since_ns == since;
}

/* number_of is id_of for a task that is known by its address. */
static __always_inline unsigned int number_of(struct task_struct *task)
{
	const unsigned int pid = BPF_CORE_READ(task, pid);

	return settings.namespace && pid ? visible_as(task) : pid;
}

static __always_inline const struct schedlat_record *record_of(const struct schedlat_cpu *recorder,
							       const struct schedlat_blame *blame)
{
	return &recorder->records[blame->record & (SCHEDLAT_NUM_RECORDS - 1)];
}

/* keep_culprit writes down who was found: one on record, or the one that has the CPU yet. */
static __always_inline void keep_culprit(struct schedlat_left *at,
					 const struct schedlat_blame *blame,
					 const struct schedlat_cpu *recorder,
					 struct task_struct *running)
{
	const struct schedlat_record *one = record_of(recorder, blame);

	at->held_ns = blame->held_ns;
	at->cpu = blame->cpu;
	if (blame->record == SCHEDLAT_RUNNING) {
		at->culprit = number_of(running);
		bpf_core_read(at->comm, sizeof(at->comm), &running->comm);
	} else {
		at->culprit = one->previous;
		__builtin_memcpy(at->comm, one->comm, sizeof(one->comm));
	}
}

/* leave keeps who held the CPU that a waiting task leaves, if nobody held one longer before. */
static __noinline int leave(struct task_struct *task, unsigned int cpu, unsigned long long since,
			    unsigned long long now)
{
	struct schedlat_blame blame = {.from_ns = since, .until_ns = now, .cpu = cpu};
	struct schedlat_cpu *recorder = recorder_of(cpu);
	struct schedlat_left *at = left_of(task);
	struct task_struct *running;

	if (!recorder || !at)
		return 0;
	if (is_of(at, task, since))
		blame.from_ns = at->moved_ns;
	else
		at->held_ns = 0;
	at->owner = task->pid;
	at->since_ns = since;
	at->moved_ns = now;
	look_into(&blame, recorder);
	running = (struct task_struct *)recorder->running;
	if (running)
		schedlat_look_at_running(&blame, recorder, number_of(running));
	if (blame.held_ns > at->held_ns)
		keep_culprit(at, &blame, recorder, running);
	return 0;
}

static __always_inline void name_culprit(struct schedlat_event *event,
					 const struct schedlat_cpu *recorder,
					 const struct schedlat_blame *blame)
{
	const struct schedlat_record *one = record_of(recorder, blame);

	event->held_ns = blame->held_ns;
	event->culprit = one->previous;
	__builtin_memcpy(event->culprit_comm, one->comm, sizeof(one->comm));
}

static __always_inline void name_left(struct schedlat_event *event, const struct schedlat_left *at)
{
	event->held_ns = at->held_ns;
	event->culprit = at->culprit;
	event->cpu = at->cpu;
	__builtin_memcpy(event->culprit_comm, at->comm, sizeof(at->comm));
}

static __always_inline void count_lost(void)
{
	struct schedlat_control *set = find_control();

	if (set)
		__sync_fetch_and_add(&set->num_lost, 1);
}

/* tell finds who held this CPU, or one before it, and tells the monitor. It is done here, at once:
 * a monitor that is kept waiting by the same culprit would find the recorder overwritten, or
 * stopped by an earlier wait. */
static __noinline int tell(unsigned int cpu, struct task_struct *task, unsigned long long from,
			   unsigned long long now)
{
	struct schedlat_blame blame = {.from_ns = from, .until_ns = now, .cpu = cpu};
	struct schedlat_cpu *recorder = recorder_of(cpu);
	struct schedlat_left *before = left_of(task);
	struct schedlat_event *event;

	if (before && !is_of(before, task, from))
		before = 0;
	if (before)
		blame.from_ns = before->moved_ns;
	if (recorder)
		look_into(&blame, recorder);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost();
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->from_ns = from;
	event->until_ns = now;
	event->thread = id_of(task);
	event->cpu = cpu;
	copy_comm(event->comm, task);
	if (before && before->held_ns > blame.held_ns)
		name_left(event, before);
	else if (recorder && blame.held_ns)
		name_culprit(event, recorder, &blame);
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
	return 0;
}

static __always_inline void end_waiting(const struct schedlat_cpu *recorder, unsigned int cpu,
					struct task_struct *task, unsigned long long now)
{
	struct schedlat_waiting *state;
	unsigned long long from;

	if (!is_target(task))
		return;
	state = state_of(task);
	if (!state)
		return;
	from = state->since_ns;
	if (from)
		state->since_ns = 0;
	else if (settings.by_queue)
		from = queued_since(recorder, task, now);
	if (!from)
		return;
	count(state, task, now - from);
	if (now - from >= settings.threshold_ns)
		tell(cpu, task, from, now);
}

/* These two are loaded only where the scheduler does not keep when it queued a task. */
SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	begin_waiting(task, bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	begin_waiting(task, bpf_ktime_get_ns());
	return 0;
}

/* Who is preempted, or yields, waits again. */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	const unsigned int cpu = bpf_get_smp_processor_id();
	const unsigned long long now = bpf_ktime_get_ns();
	struct schedlat_cpu *recorder = recorder_of(cpu);

	if (recorder)
		record(recorder, now, prev, next);
	if (preempt || prev->__state == 0)
		begin_waiting(prev, now);
	else if (settings.by_queue)
		block(recorder, prev, now);
	end_waiting(recorder, cpu, next, now);
	return 0;
}

/* A task that waits is moved with the lock of the run queue that it leaves. */
SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_migrate, struct task_struct *task, int to)
{
	struct schedlat_waiting *state;

	if (!is_target(task))
		return 0;
	state = state_of(task);
	if (state && settings.by_queue && !state->since_ns)
		state->since_ns = moved_since(state, task, bpf_ktime_get_ns());
	if (state && state->since_ns)
		leave(task, task->thread_info.cpu, state->since_ns, bpf_ktime_get_ns());
	return 0;
}

/* A task that is gone leaves its place in the near table to the next one. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task)
{
	struct schedlat_waiting *state = near_of(task);

	if (!state || state->owner != (unsigned int)task->pid)
		return 0;
	state->since_ns = 0;
	state->place = 0;
	state->owner = 0;
	return 0;
}

/* What the kernel wants to hear before a program may use its GPL-only helpers. */
char licence[] SEC("license") = "GPL";
