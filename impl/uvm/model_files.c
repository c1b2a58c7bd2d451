/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_files.c - open files of the model. A task gets a file of memory that was opened a second
 * time by its name under /proc: that opening is nobody else's, so that the kernel's word for its
 * last close (IN_CLOSE_WRITE of inotify(7)) comes when all processes, queues of sockets and
 * mappings have let it go, as a driver's release would.
 */
#include "uvm_model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_PATH 64

/* ---- paths ---- */

/* read_path reads a path of a task, page by page: the next one may be missing. */
static void read_path(char path[MAX_PATH], pid_t task, uint64_t at)
{
	size_t len = 0;

	memset(path, 0, MAX_PATH);
	while (len < MAX_PATH - 1 && !memchr(path, 0, len)) {
		const size_t page = 4096 - (at + len) % 4096;
		const size_t part = page < MAX_PATH - 1 - len ? page : MAX_PATH - 1 - len;
		const struct iovec here = {path + len, part}, there = {(void *)(at + len), part};

		if (process_vm_readv(task, &here, 1, &there, 1, 0) != (ssize_t)part)
			break;
		len += part;
	}
}

/* kind_of says what a path is, or -1; a GPU's device is attached from then on. */
static int kind_of(struct uvm_model *model, const char *path)
{
	char device[MAX_PATH];

	if (strcmp(path, "/dev/nvidia-uvm") == 0)
		return MODEL_NEW;
	if (strcmp(path, "/proc/driver/nvidia/version") == 0)
		return MODEL_VERSION;
	if (strcmp(path, "/dev/nvidiactl") == 0)
		return MODEL_CONTROL;
	for (uint32_t i = 0; i < model->machine->num_gpus; i++) {
		snprintf(device, sizeof(device), "/dev/nvidia%u", i);
		if (strcmp(path, device) != 0)
			continue;
		model->is_attached[i] = true;
		return MODEL_DEVICE;
	}
	return -1;
}

/* ---- opening ---- */

/* The offset of a mapping is its address, so a file is as large as the space of addresses, or as
 * the limit of the size of files (ulimit -f) allows. */
off_t model_space_len(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur > (rlim_t)1 << 47)
		return (off_t)1 << 47;
	return (off_t)limit.rlim_cur;
}

static int make_memory(void)
{
	return memfd_create(MODEL_FILE_NAME, MFD_CLOEXEC);
}

/* give puts an open file into the task and returns its descriptor there, or -errno. */
static int give(const struct uvm_model *model, const struct seccomp_notif *request, int fd,
		uint64_t flags)
{
	struct seccomp_notif_addfd add = {.id = request->id,
					  .srcfd = (uint32_t)fd,
					  .newfd_flags = flags & O_CLOEXEC ? O_CLOEXEC : 0};
	const int there = ioctl(model->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);

	return there < 0 ? -errno : there;
}

/* open_version gives a text, of which nothing is asked any more. */
static int open_version(const struct uvm_model *model, const struct seccomp_notif *request,
			uint64_t flags)
{
	const int fd = make_memory();
	int there = -errno;

	if (fd < 0)
		return there;
	if (dprintf(fd,
		    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  model of gonogo, no GPU\n",
		    model->version.text) > 0 &&
	    lseek(fd, 0, SEEK_SET) == 0)
		there = give(model, request, fd, flags);
	close(fd);
	return there;
}

static struct model_file *find_place(struct uvm_model *model)
{
	for (size_t i = 0; i < MODEL_MAX_FILES; i++)
		if (!model->files[i].is_used)
			return &model->files[i];
	return NULL;
}

/* open_by_number opens what a descriptor of this process is once more. */
static int open_by_number(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* make_file makes memory that was opened once, and by its name: kernels before 6.14 tell of the
 * close of what memfd_create(2) had opened, too, so that the watch comes after it. */
static int make_file(struct model_file *file, const struct uvm_model *model)
{
	const int memory = make_memory();
	const int fd = memory < 0 ? -1 : open_by_number(memory);
	char path[64];
	struct stat info;

	if (memory >= 0)
		close(memory);
	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	file->watch = inotify_add_watch(model->closes, path, IN_CLOSE_WRITE);
	if (file->watch < 0 || ftruncate(fd, model_space_len()) != 0 || fstat(fd, &info) != 0) {
		close(fd);
		return -1;
	}
	file->dev = info.st_dev;
	file->ino = info.st_ino;
	return fd;
}

static int open_device(struct uvm_model *model, const struct seccomp_notif *request,
		       enum model_kind kind, uint64_t flags)
{
	struct model_file *file = find_place(model), made = {.kind = kind, .is_used = true};
	int fd, there;

	if (!file)
		return -EMFILE;
	fd = make_file(&made, model);
	if (fd < 0)
		return -errno;
	made.id = ++model->num_opened;
	*file = made;
	there = give(model, request, fd, flags);
	close(fd); /* if the task did not get it this is the last close */
	return there;
}

int model_open(struct uvm_model *model, const struct seccomp_notif *request, uint64_t path,
	       uint64_t flags)
{
	char text[MAX_PATH];
	int kind;

	read_path(text, (pid_t)request->pid, path);
	kind = kind_of(model, text);
	if (kind < 0)
		return -ENODEV;
	return kind == MODEL_VERSION ? open_version(model, request, flags)
				     : open_device(model, request, (enum model_kind)kind, flags);
}

struct model_file *model_find(struct uvm_model *model, pid_t task, int fd)
{
	char path[64];
	struct stat info;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)task, fd);
	if (stat(path, &info) != 0)
		return NULL;
	for (size_t i = 0; i < MODEL_MAX_FILES; i++)
		if (model->files[i].is_used && model->files[i].ino == info.st_ino &&
		    model->files[i].dev == info.st_dev)
			return &model->files[i];
	return NULL;
}

/* ---- closing ---- */

void model_hold(struct model_file *holder, struct model_file *file)
{
	holder->holds = file;
	file->num_holders++;
}

/* drop_objects frees what was allocated through a file. They went with it, and are counted so: not
 * as those of rm_release, which went with what stood above them. */
static void drop_objects(struct uvm_model *model, const struct model_file *file)
{
	const uint32_t num_orphans = model->rm.num_orphans, num = rm_count(&model->rm);

	rm_close(&model->rm, file->id);
	model->rm.num_orphans = num_orphans;
	model->machine->num_dropped += num - rm_count(&model->rm);
}

/* release ends a file that nobody has open or holds, and what only it held. */
static void release(struct uvm_model *model, struct model_file *file)
{
	while (file && file->is_closed && file->num_holders == 0) {
		struct model_file *held = file->holds;

		if (file->kind == MODEL_CONTROL)
			drop_objects(model, file);
		if (held && file->kind == MODEL_MM)
			held->mm_released = true;
		if (held)
			held->num_holders--;
		*file = (struct model_file){.is_used = false};
		file = held;
	}
}

static void see_close(struct uvm_model *model, int watch)
{
	for (size_t i = 0; i < MODEL_MAX_FILES; i++) {
		struct model_file *file = &model->files[i];

		if (!file->is_used || file->watch != watch)
			continue;
		inotify_rm_watch(model->closes, watch);
		file->watch = -1;
		file->is_closed = true;
		release(model, file);
		return;
	}
}

void model_see_closes(struct uvm_model *model)
{
	char bytes[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *event;
	ssize_t len;

	while ((len = read(model->closes, bytes, sizeof(bytes))) > 0)
		for (ssize_t at = 0; at < len; at += (ssize_t)sizeof(*event) + event->len) {
			event = (const struct inotify_event *)(bytes + at);
			if (event->mask & IN_CLOSE_WRITE)
				see_close(model, event->wd);
		}
}
