/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_uvm.c - a model of /dev/nvidia-uvm in a kernel: no GPU. What seccomp's model answers by
 * kcmp, this one takes from where the driver does: the mm of the caller, the struct file behind a
 * descriptor, and mappings that a fork does not copy. Where gonogo_rm is loaded first, its GPU may
 * be registered, and its memory mapped: handles, order and bounds are what is checked.
 *
 * Structures are those of 595.45.04; map_size and free_size make them those of an older version.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "gonogo_uvm_space.h"

static char *version = "595.45.04";
module_param(version, charp, 0444);
MODULE_PARM_DESC(version, "what /proc/driver/nvidia/version says");

static uint map_size = 9264;
module_param(map_size, uint, 0444);
MODULE_PARM_DESC(map_size, "bytes of MAP_EXTERNAL_ALLOCATION: 1200 before 550.40.53");

static uint free_size = 16;
module_param(free_size, uint, 0444);
MODULE_PARM_DESC(free_size, "bytes of FREE: 24 before 590.44.01");

static const struct file_operations uvm_fops;

/* ---- states ---- */

static u32 uvm_initialize(struct uvm_file *file, u64 flags)
{
	if (file->kind == UVM_SPACE)
		return flags == file->flags ? UVM_OK : UVM_INVALID_ARGUMENT;
	if (file->kind != UVM_NEW || flags & ~(u64)UVM_ALL_FLAGS)
		return UVM_INVALID_ARGUMENT;
	file->flags = flags;
	if (!(flags & UVM_MULTI_PROCESS)) {
		file->mm = current->mm;
		mmgrab(file->mm);
	}
	file->kind = UVM_SPACE;
	return UVM_OK;
}

static u32 uvm_keep(struct uvm_file *file, struct uvm_file *space)
{
	u32 status = UVM_OK;

	if (space->kind != UVM_SPACE)
		status = UVM_INVALID_ARGUMENT;
	else if (!space->mm)
		status = UVM_NOTHING_TO_DO;
	else if (file->kind != UVM_NEW)
		status = UVM_IN_USE;
	else if (space->mm_released)
		status = UVM_PAGE_TABLE_NOT_AVAIL;
	else if (space->mm_alive)
		status = UVM_INVALID_STATE;
	else
		space->mm_alive = true;
	if (status == UVM_OK)
		file->kind = UVM_MM;
	return status;
}

/* uvm_mm_initialize keeps the space open as long as this file is. */
static u32 uvm_mm_initialize(struct uvm_file *file, int fd)
{
	struct file *other = fget(fd);
	u32 status = UVM_INVALID_ARGUMENT;

	if (other && other->f_op == &uvm_fops)
		status = uvm_keep(file, other->private_data);
	if (status == UVM_OK)
		file->keeps = other;
	else if (other)
		fput(other);
	return status;
}

/* ---- calls ---- */

/* uvm_command is a number with the size of its structure and the place of rmStatus. */
struct uvm_command {
	u32 number, size, status_at;
};

static bool uvm_find(struct uvm_command *command, u32 number)
{
	static const struct uvm_command commands[] = {
		{UVM_INITIALIZE, 16, 8},
		{25, 32, 28},
		{26, 20, 16},
		{37, 40, 36},
		{38, 20, 16},
		{39, 8, 4},
		{51, 80, 72},
		{66, 40, 32},
		{72, 24, 16},
		{73, 24, 16},
		{75, 8, 4},
	};
	size_t i;

	*command = (struct uvm_command){number, 0, 0};
	if (number == 33)
		*command = (struct uvm_command){33, map_size, map_size - 4};
	if (number == 34)
		*command = (struct uvm_command){34, free_size, free_size - 8};
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].number == number)
			*command = commands[i];
	return command->size != 0;
}

static u32 uvm_answer_space(struct uvm_file *file, u32 number, u8 *params)
{
	const u64 *words = (const u64 *)params;

	switch (number) {
	case 25:
		return uvm_register_vaspace(file, params);
	case 26:
		return uvm_unregister_vaspace(file, params);
	case 33:
		return uvm_map_external(file, params, map_size);
	case 34:
		return uvm_free(file, words[0]);
	case 37:
		return uvm_register_gpu(file, params);
	case 38:
		return uvm_unregister_gpu(file, params);
	case 39:
		params[0] = 0;
		return UVM_OK;
	case 51:
		return uvm_migrate(file, params);
	case 66:
		return uvm_unmap_external(file, words);
	case 72:
		return uvm_validate(file, words[0], words[1]);
	default: /* 73: uvm_find knows no other */
		return uvm_add(file, words[0], words[1], true);
	}
}

static u32 uvm_answer(struct uvm_file *file, u32 number, u8 *params)
{
	if (number == UVM_INITIALIZE)
		return uvm_initialize(file, *(u64 *)params);
	if (number == 75)
		return uvm_mm_initialize(file, *(int *)params);
	if (file->kind != UVM_SPACE)
		return UVM_ILLEGAL_ACTION;
	return uvm_answer_space(file, number, params);
}

/* uvm_do makes the call; *fate is what becomes of its answer. */
static long uvm_do(enum gonogo_fate *fate, struct uvm_file *file, const struct uvm_command *command,
		   u8 *params)
{
	u32 status;

	mutex_lock(&uvm_lock);
	*fate = gonogo_fate();
	status = *fate == GONOGO_IS_REFUSED ? fail_status
					    : uvm_answer(file, command->number, params);
	mutex_unlock(&uvm_lock);
	*(u32 *)(params + command->status_at) = status;
	return *fate == GONOGO_IS_REFUSED && status == UVM_OK ? -EIO : 0;
}

static long uvm_ioctl(struct file *opened, unsigned int number, unsigned long arg)
{
	struct uvm_command command;
	enum gonogo_fate fate;
	long error = 0;
	u8 *params;

	if (number == UVM_DEINITIALIZE)
		return 0;
	if (!uvm_find(&command, number))
		return -ENOSYS;
	if (command.size > UVM_MAX_SIZE)
		return -EINVAL;
	params = kvzalloc(UVM_MAX_SIZE, GFP_KERNEL);
	if (!params)
		return -ENOMEM;
	if (copy_from_user(params, (void __user *)arg, command.size)) {
		error = -EFAULT;
	} else {
		error = uvm_do(&fate, opened->private_data, &command, params);
		if (fate != GONOGO_IS_NOT_TOLD &&
		    copy_to_user((void __user *)arg, params, command.size))
			error = -EFAULT;
	}
	kvfree(params);
	return error;
}

/* ---- mappings ---- */

static vm_fault_t uvm_fault(struct vm_fault *fault)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);

	if (!page)
		return VM_FAULT_OOM;
	fault->page = page; /* its count goes to the mapping */
	return 0;
}

/* uvm_unmapped takes the pages of a mapping out of its range, which may go on at either side. */
static void uvm_unmapped(struct vm_area_struct *vma)
{
	struct uvm_file *file = vma->vm_file->private_data;
	struct uvm_range *range;
	u64 base, end;

	mutex_lock(&uvm_lock);
	range = uvm_overlap(file, vma->vm_start, 1);
	if (range && !range->external) {
		base = range->base;
		end = range->base + range->len;
		uvm_drop(range);
		if (base < vma->vm_start)
			uvm_add(file, base, vma->vm_start - base, false);
		if (vma->vm_end < end)
			uvm_add(file, vma->vm_end, end - vma->vm_end, false);
	}
	mutex_unlock(&uvm_lock);
}

static const struct vm_operations_struct uvm_vm_ops = {
	.fault = uvm_fault,
	.close = uvm_unmapped,
};

static void uvm_set_flags(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTCOPY);
#else
	vma->vm_flags |= VM_DONTEXPAND | VM_DONTCOPY;
#endif
}

static int uvm_mmap(struct file *opened, struct vm_area_struct *vma)
{
	const unsigned long wanted = VM_SHARED | VM_READ | VM_WRITE;
	struct uvm_file *file = opened->private_data;
	int error = 0;

	mutex_lock(&uvm_lock);
	if (file->kind != UVM_SPACE)
		error = -EBADFD;
	else if (file->mm && file->mm != current->mm)
		error = -EOPNOTSUPP;
	else if (vma->vm_start != vma->vm_pgoff << PAGE_SHIFT ||
		 (vma->vm_flags & wanted) != wanted ||
		 uvm_add(file, vma->vm_start, vma->vm_end - vma->vm_start, false) != UVM_OK)
		error = -EINVAL;
	mutex_unlock(&uvm_lock);
	if (error)
		return error;
	uvm_set_flags(vma);
	vma->vm_ops = &uvm_vm_ops;
	return 0;
}

/* ---- files ---- */

static int uvm_open(struct inode *inode, struct file *opened)
{
	struct uvm_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	INIT_LIST_HEAD(&file->ranges);
	opened->private_data = file;
	return 0;
}

static void uvm_let_go(struct file *kept)
{
	struct uvm_file *space = kept->private_data;

	mutex_lock(&uvm_lock);
	space->mm_released = true;
	mutex_unlock(&uvm_lock);
	fput(kept);
}

static int uvm_release(struct inode *inode, struct file *opened)
{
	struct uvm_file *file = opened->private_data;
	struct uvm_range *range, *next;

	mutex_lock(&uvm_lock);
	list_for_each_entry_safe(range, next, &file->ranges, list) uvm_drop(range);
	mutex_unlock(&uvm_lock);
	if (file->keeps)
		uvm_let_go(file->keeps);
	if (file->mm)
		mmdrop(file->mm);
	kfree(file);
	return 0;
}

static const struct file_operations uvm_fops = {
	.owner = THIS_MODULE,
	.open = uvm_open,
	.release = uvm_release,
	.unlocked_ioctl = uvm_ioctl,
	.mmap = uvm_mmap,
};

static struct miscdevice uvm_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "nvidia-uvm",
	.fops = &uvm_fops,
	.mode = 0666,
};

static int uvm_version(struct seq_file *out, void *unused)
{
	seq_printf(out,
		   "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  model of gonogo, no GPU\n",
		   version);
	return 0;
}

/* uvm_find_rm holds the resource manager, which says the version then; else it is said here. */
static int uvm_find_rm(void)
{
	uvm_rm = symbol_get(gonogo_rm_calls);
	if (uvm_rm)
		return 0;
	if (!proc_mkdir("driver/nvidia", NULL))
		return -EEXIST;
	if (proc_create_single("driver/nvidia/version", 0444, NULL, uvm_version))
		return 0;
	remove_proc_subtree("driver/nvidia", NULL);
	return -ENOMEM;
}

static void uvm_leave_rm(void)
{
	if (uvm_rm)
		symbol_put(gonogo_rm_calls);
	else
		remove_proc_subtree("driver/nvidia", NULL);
}

static int __init uvm_init(void)
{
	int error;

	if (map_size < 1200 || map_size > UVM_MAX_SIZE || free_size < 16 || free_size > 24)
		return -EINVAL;
	error = uvm_find_rm();
	if (error)
		return error;
	error = misc_register(&uvm_device);
	if (error)
		uvm_leave_rm();
	return error;
}

static void __exit uvm_exit(void)
{
	misc_deregister(&uvm_device);
	uvm_leave_rm();
}

module_init(uvm_init);
module_exit(uvm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a model of /dev/nvidia-uvm without a GPU");
