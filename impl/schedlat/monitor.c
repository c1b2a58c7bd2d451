/* SPDX-License-Identifier: Apache-2.0 */
/* monitor.c - loads the programs, attaches them, and reads what they leave. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gng_schedlat.h"
#include "schedlat_object.h"
#include "schedlat_shared.h"

#define BTF_OF_KERNEL "/sys/kernel/btf/vmlinux"
#define MAX_LINKS 5
#define INITIAL_NAMESPACE 0xeffffffcu /* inode of the first PID namespace (PROC_PID_INIT_INO) */
#define MAX_NAPS 100
#define NAP_NS 1000000
#define THREADS_LEN (SCHEDLAT_MAX_THREADS * sizeof(struct schedlat_thread))

struct gng_schedlat {
	struct bpf_object *object;
	struct bpf_link *links[MAX_LINKS];
	size_t num_links;
	struct ring_buffer *events;
	struct schedlat_thread *threads;
	struct schedlat_control *control;
	struct schedlat_event event; /* the one that was told last */
	uint64_t told_ns;
	bool told, by_queue;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Errors are told by gng_why, once; libbpf would print them too. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static enum gng_status failed(struct gng_why *why, int error, const char *what)
{
	error = error < 0 ? -error : error;
	return gng_why_set(why, error == EPERM || error == EACCES ? GNG_EPERM : GNG_ESYS, error,
			   "schedlat.open", "%s: %s", what, strerror(error));
}

/* on_event takes one event; what it returns lets libbpf leave the others where they are. */
static int on_event(void *context, void *data, size_t len)
{
	struct gng_schedlat *monitor = context;

	if (len < sizeof(monitor->event))
		return 0;
	memcpy(&monitor->event, data, sizeof(monitor->event));
	monitor->told_ns = now_ns();
	monitor->told = true;
	return -ECANCELED;
}

/* ---- opening ---- */

static void *map_of(struct gng_schedlat *monitor, const char *name, size_t len)
{
	const int fd = bpf_object__find_map_fd_by_name(monitor->object, name);
	void *mapped = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return mapped == MAP_FAILED ? NULL : mapped;
}

/* namespace_of_self is 0 for the initial PID namespace, where a task's number needs no look. */
static uint32_t namespace_of_self(void)
{
	struct stat at;

	if (stat("/proc/self/ns/pid", &at) != 0 || at.st_ino == INITIAL_NAMESPACE)
		return 0;
	return (uint32_t)at.st_ino;
}

/* leave_out_wake_ups leaves out the programs that are not needed by queue. */
static int leave_out_wake_ups(struct gng_schedlat *monitor)
{
	static const char *const names[] = {"on_wakeup", "on_wakeup_new"};
	int error = 0;

	for (size_t i = 0; monitor->by_queue && !error && i < sizeof(names) / sizeof(names[0]); i++)
		error = bpf_program__set_autoload(
			bpf_object__find_program_by_name(monitor->object, names[i]), false);
	return error;
}

/* configure sets the constants of the programs, and the sizes that depend on this machine. */
static int configure(struct gng_schedlat *monitor, const struct gng_schedlat_request *request)
{
	struct schedlat_settings settings = {
		.threshold_ns = request->threshold_ns,
		.target = request->process ? SCHEDLAT_PROCESS : SCHEDLAT_ALL,
		.process = request->process,
		.namespace = namespace_of_self(),
		.by_queue = monitor->by_queue,
	};
	struct bpf_object *object = monitor->object;
	struct bpf_map *constants = bpf_object__find_map_by_name(object, ".rodata");
	const int num_cpus = libbpf_num_possible_cpus();
	int error;

	if (request->comm) {
		settings.target = SCHEDLAT_COMM;
		snprintf(settings.comm, sizeof(settings.comm), "%s", request->comm);
	}
	if (num_cpus < 0)
		return num_cpus;
	error = bpf_map__set_initial_value(constants, &settings, sizeof(settings));
	if (!error)
		error = bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "recorders"),
						 (unsigned int)num_cpus);
	return error ? error : leave_out_wake_ups(monitor);
}

static enum gng_status load(struct gng_schedlat *monitor,
			    const struct gng_schedlat_request *request, struct gng_why *why)
{
	const struct bpf_object_open_opts options = {.sz = sizeof(options),
						     .object_name = "schedlat"};
	int error;

	if (access(BTF_OF_KERNEL, R_OK) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "schedlat.open",
				   "%s: %s: a kernel with CONFIG_DEBUG_INFO_BTF is needed",
				   BTF_OF_KERNEL, strerror(errno));
	monitor->object = bpf_object__open_mem(
		schedlat_object, (size_t)(schedlat_object_end - schedlat_object), &options);
	if (!monitor->object)
		return failed(why, errno, "the programs cannot be opened");
	error = configure(monitor, request);
	if (error)
		return failed(why, error, "the programs cannot be told what to watch");
	error = bpf_object__load(monitor->object);
	return error ? failed(why, error, "the programs cannot be loaded") : GNG_OK;
}

static enum gng_status map_memory(struct gng_schedlat *monitor, struct gng_why *why)
{
	monitor->threads = map_of(monitor, "threads", THREADS_LEN);
	monitor->control = map_of(monitor, "control", sizeof(*monitor->control));
	if (!monitor->threads || !monitor->control)
		return failed(why, errno, "the maps cannot be mapped");
	monitor->events =
		ring_buffer__new(bpf_object__find_map_fd_by_name(monitor->object, "events"),
				 on_event, monitor, NULL);
	return monitor->events ? GNG_OK : failed(why, errno, "no ring of events");
}

static enum gng_status attach(struct gng_schedlat *monitor, struct gng_why *why)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, monitor->object)
	{
		struct bpf_link *link = NULL;

		if (!bpf_program__autoload(program))
			continue;
		if (monitor->num_links < MAX_LINKS)
			link = bpf_program__attach(program);
		if (!link)
			return failed(why, errno, bpf_program__name(program));
		monitor->links[monitor->num_links++] = link;
	}
	return GNG_OK;
}

/* learn_clock blocks until a switch has told how the clocks differ. */
static void learn_clock(const struct gng_schedlat *monitor)
{
	for (int i = 0; i < MAX_NAPS; i++) {
		if (__atomic_load_n(&monitor->control->ahead_ns, __ATOMIC_RELAXED))
			return;
		nanosleep(&(struct timespec){0, NAP_NS}, NULL);
	}
}

static enum gng_status open_by(struct gng_schedlat **monitor,
			       const struct gng_schedlat_request *request, bool by_queue,
			       struct gng_why *why)
{
	struct gng_schedlat *made = calloc(1, sizeof(*made));
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "schedlat.open", "no memory");
	made->by_queue = by_queue;
	status = load(made, request, why);
	if (status == GNG_OK)
		status = map_memory(made, why);
	if (status == GNG_OK)
		status = attach(made, why);
	if (status != GNG_OK) {
		gng_schedlat_close(made);
		return status;
	}
	if (by_queue)
		learn_clock(made);
	*monitor = made;
	return GNG_OK;
}

/* scheduler_counts says whether the scheduler keeps when it queued a task: then it also counts how
 * often this one ran. */
static bool scheduler_counts(void)
{
	unsigned long long ran_ns, waited_ns, num_times = 0;
	FILE *file = fopen("/proc/thread-self/schedstat", "re");

	if (!file)
		return false;
	if (fscanf(file, "%llu %llu %llu", &ran_ns, &waited_ns, &num_times) != 3)
		num_times = 0;
	fclose(file);
	return num_times > 0;
}

/* Without CONFIG_FAIR_GROUP_SCHED no task leads to its run queue: by wake-up, then. */
enum gng_status gng_schedlat_open(struct gng_schedlat **monitor,
				  const struct gng_schedlat_request *request, struct gng_why *why)
{
	const libbpf_print_fn_t printed = libbpf_set_print(say_nothing);
	enum gng_status status = GNG_EUNSUPPORTED;

	if (!request->by_wake_up && scheduler_counts())
		status = open_by(monitor, request, true, why);
	if (status != GNG_OK && status != GNG_EPERM && status != GNG_ENOMEM)
		status = open_by(monitor, request, false, why);
	libbpf_set_print(printed);
	return status;
}

bool gng_schedlat_by_queue(const struct gng_schedlat *monitor)
{
	return monitor->by_queue;
}

void gng_schedlat_close(struct gng_schedlat *monitor)
{
	if (!monitor)
		return;
	for (size_t i = 0; i < monitor->num_links; i++)
		bpf_link__destroy(monitor->links[i]);
	ring_buffer__free(monitor->events);
	if (monitor->threads)
		munmap(monitor->threads, THREADS_LEN);
	if (monitor->control)
		munmap(monitor->control, sizeof(*monitor->control));
	bpf_object__close(monitor->object);
	free(monitor);
}

/* ---- what the kernel leaves ---- */

static struct gng_schedlat_wait wait_of(const struct schedlat_event *event, uint64_t told_ns)
{
	struct gng_schedlat_wait wait = {
		.from_ns = event->from_ns,
		.until_ns = event->until_ns,
		.told_ns = told_ns,
		.thread = event->thread,
		.cpu = event->cpu,
		.culprit = event->culprit,
		.held_ns = event->held_ns,
	};

	memcpy(wait.comm, event->comm, sizeof(wait.comm));
	memcpy(wait.culprit_comm, event->culprit_comm, sizeof(wait.culprit_comm));
	return wait;
}

enum gng_status gng_schedlat_poll(struct gng_schedlat *monitor, struct gng_schedlat_wait *wait,
				  bool *found, int timeout_ms, struct gng_why *why)
{
	int result;

	monitor->told = false;
	result = ring_buffer__poll(monitor->events, timeout_ms);
	if (result < 0 && result != -EINTR && !monitor->told)
		return failed(why, result, "the ring of events");
	*found = monitor->told;
	if (monitor->told)
		*wait = wait_of(&monitor->event, monitor->told_ns);
	return GNG_OK;
}

uint32_t gng_schedlat_lost(const struct gng_schedlat *monitor)
{
	return __atomic_load_n(&monitor->control->num_lost, __ATOMIC_RELAXED);
}

static void read_thread(struct gng_schedlat_hist *hist, const struct schedlat_thread *thread)
{
	hist->total = 0;
	hist->max_ns = thread->max_ns;
	for (size_t i = 0; i < SCHEDLAT_NUM_BUCKETS; i++) {
		hist->counts[i] = thread->counts[i];
		hist->total += thread->counts[i];
	}
}

uint32_t gng_schedlat_each(struct gng_schedlat *monitor,
			   void (*fn)(void *arg, uint32_t thread, const char *comm,
				      const struct gng_schedlat_hist *hist),
			   void *arg)
{
	const uint32_t came = __atomic_load_n(&monitor->control->num_threads, __ATOMIC_ACQUIRE);
	const uint32_t num = came < SCHEDLAT_MAX_THREADS ? came : SCHEDLAT_MAX_THREADS;
	char comm[SCHEDLAT_COMM_LEN];
	struct gng_schedlat_hist hist;

	for (uint32_t i = 0; i < num; i++) {
		memcpy(comm, monitor->threads[i].comm, sizeof(comm));
		comm[sizeof(comm) - 1] = '\0';
		read_thread(&hist, &monitor->threads[i]);
		if (hist.total)
			fn(arg, monitor->threads[i].id, comm, &hist);
	}
	return came - num;
}
