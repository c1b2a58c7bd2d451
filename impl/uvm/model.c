/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - a command under seccomp's user notification (seccomp_unotify(2)): its kernel asks here
 * about each open, and about the ioctls and shared mappings that may be the model's. A raw system
 * call is seen like one of libc, so Go programs are.
 */
#include "uvm_model.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* notification has room for what newer kernels add. */
union notification {
	struct seccomp_notif request;
	uint8_t bytes[1024];
};

union answer {
	struct seccomp_notif_resp response;
	uint8_t bytes[1024];
};

/* ---- in the child ---- */

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define ARG(i) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[i]))

/*
 * filter_child asks about open and openat, about an ioctl whose number is below 2048, begins with
 * 0x30000000 or is _IOWR('F', ...), and about mmap with MAP_SHARED; all else goes on as ever. The
 * two results stand last, so that jumps only go forward.
 */
static int filter_child(void)
{
	struct sock_filter code[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 13),
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 12, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 11, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 7, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 8),
		ARG(1),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 2048, 0, 7),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffffff00),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x30000000, 5, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xc000ff00),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xc0000000 | 'F' << 8, 3, 2),
		ARG(3),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	/* Without the second flag a signal, of which Go sends many, has a call answered twice. */
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER |
				    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			    &program);
}

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* send_listener passes a descriptor; -1 as the byte says that there is none. */
static bool send_listener(int channel, int listener)
{
	char byte = (char)(listener < 0 ? errno : 0);
	struct iovec part = {&byte, 1};
	union control control;
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	memset(&control, 0, sizeof(control));
	if (listener >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &listener, sizeof(listener));
	}
	return sendmsg(channel, &message, 0) == 1;
}

/* receive_listener returns it, or -1 with errno. */
static int receive_listener(int channel)
{
	char byte = 0;
	struct iovec part = {&byte, 1};
	union control control;
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	const struct cmsghdr *header;
	int listener = -1;

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&listener, CMSG_DATA(header), sizeof(listener));
	errno = byte;
	return listener;
}

/* work is what the child does: a command, or a function. */
struct work {
	char *const *argv;
	int (*call)(void *arg);
	void *arg;
};

/* child_main waits until somebody listens: execve opens libraries, and each open asks. */
static void child_main(int channel, const struct work *work)
{
	const int listener = filter_child();
	char go;

	if (send_listener(channel, listener) && listener >= 0 && read(channel, &go, 1) == 1) {
		close(listener);
		if (work->call)
			_exit(work->call(work->arg));
		execvp(work->argv[0], work->argv);
		fprintf(stderr, "gonogo: uvm: %s: %s\n", work->argv[0], strerror(errno));
	}
	_exit(127);
}

/* ---- answering ---- */

static void answer_open(struct uvm_model *model, const struct seccomp_notif *request,
			struct seccomp_notif_resp *response)
{
	const bool at = request->data.nr == SYS_openat;
	const int fd =
		model_open(model, request, request->data.args[at], request->data.args[at + 1]);

	if (fd == -ENODEV) /* it is nothing of the model */
		return;
	response->flags = 0;
	response->val = fd;
	response->error = fd < 0 ? fd : 0;
}

bool model_same_memory(pid_t a, pid_t b)
{
	return a == b || syscall(SYS_kcmp, a, b, KCMP_VM, 0, 0) == 0;
}

pid_t model_process_of(pid_t task)
{
	char path[64], line[128];
	int process = task;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)task);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Tgid: %d", &process) == 1)
			break;
	if (file)
		fclose(file);
	return process;
}

/* call_file returns 0 or an errno; the resource manager's files map nothing here. */
static int call_file(struct uvm_model *model, struct model_file *file, pid_t task,
		     const struct seccomp_data *data)
{
	const uint64_t *args = (const uint64_t *)data->args;
	const bool is_rm = file->kind == MODEL_CONTROL || file->kind == MODEL_DEVICE;

	if (data->nr == SYS_mmap)
		return is_rm ? EINVAL : model_mmap(file, task, args);
	return is_rm ? model_rm_ioctl(model, file, task, (uint32_t)args[1], args[2])
		     : model_ioctl(model, file, task, (uint32_t)args[1], args[2]);
}

static void answer_call(struct uvm_model *model, const struct seccomp_notif *request,
			struct seccomp_notif_resp *response)
{
	const pid_t task = (pid_t)request->pid;
	const bool is_mmap = request->data.nr == SYS_mmap;
	struct model_file *file = model_find(model, task, (int)request->data.args[is_mmap ? 4 : 0]);
	int error;

	if (!file)
		return;
	error = call_file(model, file, task, &request->data);
	if (is_mmap && error == 0)
		return; /* the kernel maps the file at that offset */
	response->flags = 0;
	response->error = -error;
}

static void answer(struct uvm_model *model)
{
	static union notification notification;
	static union answer reply;
	const struct seccomp_notif *request = &notification.request;

	memset(&notification, 0, sizeof(notification));
	memset(&reply, 0, sizeof(reply));
	if (ioctl(model->listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0)
		return;
	reply.response.id = request->id;
	reply.response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	model_see_closes(model);
	if (request->data.nr == SYS_openat || request->data.nr == SYS_open)
		answer_open(model, request, &reply.response);
	else
		answer_call(model, request, &reply.response);
	ioctl(model->listener, SECCOMP_IOCTL_NOTIF_SEND, &reply); /* it may be dead: ENOENT */
}

/* ---- the run ---- */

/* serve answers until the command ends; what it left behind gets ENOSYS from then on. */
static int serve(struct uvm_model *model, pid_t child)
{
	const int ended = (int)syscall(SYS_pidfd_open, child, 0);
	int status;

	for (;;) {
		struct pollfd ready[] = {{.fd = model->listener, .events = POLLIN},
					 {.fd = ended, .events = POLLIN}};

		if (poll(ready, 2, 20) > 0 && ready[0].revents & POLLIN)
			answer(model);
		if (waitpid(child, &status, WNOHANG) == child)
			break;
	}
	close(ended);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static enum gng_status supervise(int *exit_status, struct uvm_model *model, int channel,
				 pid_t child, struct gng_why *why)
{
	int ignored;

	model->listener = receive_listener(channel);
	if (model->listener < 0) {
		const int error = errno;

		waitpid(child, &ignored, 0);
		return gng_why_set(why, GNG_EUNSUPPORTED, error, "uvm.model",
				   "seccomp's user notification: %s; Linux 5.19 or newer, and no "
				   "sandbox that forbids it",
				   error ? strerror(error) : "the child ended");
	}
	if (send(channel, "g", 1, MSG_NOSIGNAL) != 1) {
		const int error = errno;

		close(model->listener);
		waitpid(child, &ignored, 0);
		return gng_why_set(why, GNG_ESYS, error, "uvm.model", "the child ended");
	}
	*exit_status = serve(model, child);
	model_see_closes(model);
	model->machine->num_left = rm_count(&model->rm);
	model->machine->num_orphans = model->rm.num_orphans;
	close(model->listener);
	return GNG_OK;
}

static enum gng_status run_child(int *exit_status, struct uvm_model *model, const struct work *work,
				 struct gng_why *why)
{
	enum gng_status status;
	int channel[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "uvm.model", "socketpair: %s",
				   strerror(errno));
	fflush(NULL);
	child = fork();
	if (child == 0)
		child_main(channel[1], work);
	close(channel[1]);
	if (child > 0)
		status = supervise(exit_status, model, channel[0], child, why);
	else
		status =
			gng_why_set(why, GNG_ESYS, errno, "uvm.model", "fork: %s", strerror(errno));
	close(channel[0]);
	return status;
}

static enum gng_status run(int *exit_status, struct gng_uvm_machine *machine,
			   const struct work *work, struct gng_why *why)
{
	static struct uvm_model model; /* large */
	enum gng_status status;

	memset(&model, 0, sizeof(model));
	model.machine = machine;
	model.rm.num_gpus = machine->num_gpus;
	machine->num_calls = machine->num_left = machine->num_orphans = machine->num_dropped = 0;
	if (machine->num_gpus > GNG_UVM_MODEL_GPUS)
		return gng_why_set(why, GNG_EINVAL, 0, "uvm.model",
				   "the model has %d GPUs at most, and not %u", GNG_UVM_MODEL_GPUS,
				   machine->num_gpus);
	status = gng_uvm_version_parse(&model.version, machine->version, why);
	if (status != GNG_OK)
		return status;
	if (syscall(SYS_kcmp, getpid(), getpid(), KCMP_VM, 0, 0) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "uvm.model",
				   "kcmp: %s; the kernel wants CONFIG_KCMP", strerror(errno));
	model.closes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (model.closes < 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "uvm.model",
				   "inotify: %s: raise fs.inotify.max_user_instances",
				   strerror(errno));
	status = run_child(exit_status, &model, work, why);
	close(model.closes);
	return status;
}

enum gng_status gng_uvm_model_run(int *exit_status, struct gng_uvm_machine *machine,
				  char *const argv[], struct gng_why *why)
{
	const struct work work = {.argv = argv};

	return run(exit_status, machine, &work, why);
}

enum gng_status gng_uvm_model_call(int *exit_status, struct gng_uvm_machine *machine,
				   int (*call)(void *arg), void *arg, struct gng_why *why)
{
	const struct work work = {.call = call, .arg = arg};

	return run(exit_status, machine, &work, why);
}
