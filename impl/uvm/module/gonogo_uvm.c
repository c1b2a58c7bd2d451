/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_uvm.c - a model of /dev/nvidia-uvm in a kernel: no GPU. What seccomp's model answers by
 * kcmp, this one takes from where the driver does: the mm of the caller, the struct file behind a
 * descriptor, and mappings that a fork does not copy.
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

#define UVM_OK 0x00
#define UVM_GPU_UUID_NOT_FOUND 0x12
#define UVM_ILLEGAL_ACTION 0x16
#define UVM_INVALID_ADDRESS 0x1e
#define UVM_INVALID_ARGUMENT 0x1f
#define UVM_INVALID_DEVICE 0x26
#define UVM_INVALID_STATE 0x40
#define UVM_NO_MEMORY 0x51
#define UVM_ADDRESS_IN_USE 0x68
#define UVM_NOTHING_TO_DO 0x10006

#define UVM_INITIALIZE 0x30000001
#define UVM_DEINITIALIZE 0x30000002
#define UVM_ALL_FLAGS 3
#define UVM_MULTI_PROCESS 2
#define UVM_PAGE 4096
#define UVM_MAX_SIZE 16384

static char *version = "595.45.04";
module_param(version, charp, 0444);
MODULE_PARM_DESC(version, "what /proc/driver/nvidia/version says");

static uint map_size = 9264;
module_param(map_size, uint, 0444);
MODULE_PARM_DESC(map_size, "bytes of MAP_EXTERNAL_ALLOCATION: 1200 before 550.40.53");

static uint free_size = 16;
module_param(free_size, uint, 0444);
MODULE_PARM_DESC(free_size, "bytes of FREE: 24 before 590.44.01");

enum uvm_kind { UVM_NEW, UVM_SPACE, UVM_MM };

struct uvm_range {
	struct list_head list;
	u64 base, len;
	bool external;
};

/* uvm_file is one open file. */
struct uvm_file {
	struct mutex lock;
	enum uvm_kind kind;
	u64 flags;
	struct mm_struct *mm; /* counted (mmgrab): of the process that initialised it */
	bool mm_alive;
	struct list_head ranges;
};

static const struct file_operations uvm_fops;

/* ---- ranges ---- */

static bool uvm_is_invalid(u64 base, u64 len)
{
	return base % UVM_PAGE || len % UVM_PAGE || !base || !len || base + len < base;
}

static struct uvm_range *uvm_overlap(struct uvm_file *file, u64 base, u64 len)
{
	struct uvm_range *range;

	list_for_each_entry(range, &file->ranges, list) if (base < range->base + range->len &&
							    range->base < base + len) return range;
	return NULL;
}

static u32 uvm_add(struct uvm_file *file, u64 base, u64 len, bool external)
{
	struct uvm_range *range;

	if (uvm_is_invalid(base, len))
		return UVM_INVALID_ADDRESS;
	if (uvm_overlap(file, base, len))
		return UVM_ADDRESS_IN_USE;
	range = kzalloc(sizeof(*range), GFP_KERNEL);
	if (!range)
		return UVM_NO_MEMORY;
	range->base = base;
	range->len = len;
	range->external = external;
	list_add(&range->list, &file->ranges);
	return UVM_OK;
}

static void uvm_drop(struct uvm_range *range)
{
	list_del(&range->list);
	kfree(range);
}

static u32 uvm_free(struct uvm_file *file, u64 base)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	if (!range || range->base != base || !range->external)
		return UVM_INVALID_ADDRESS;
	uvm_drop(range);
	return UVM_OK;
}

static u32 uvm_validate(struct uvm_file *file, u64 base, u64 len)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	return range && range->base == base && range->len == len ? UVM_OK : UVM_INVALID_ADDRESS;
}

/* uvm_wants_gpu: a range that is sound is refused for the GPU that is not registered. */
static u32 uvm_wants_gpu(struct uvm_file *file, u64 base, u64 len)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	if (uvm_is_invalid(base, len) || !range || !range->external ||
	    base + len > range->base + range->len)
		return UVM_INVALID_ADDRESS;
	return UVM_INVALID_DEVICE;
}

/* uvm_migrate moves nothing: to the CPU, whose identifier ends so, memory may go. */
static u32 uvm_migrate(struct uvm_file *file, const u64 *words)
{
	struct uvm_range *range = uvm_overlap(file, words[0], 1);

	if (uvm_is_invalid(words[0], words[1]))
		return UVM_INVALID_ADDRESS;
	if (words[3] != 0x73772a142c414750ull)
		return UVM_INVALID_DEVICE;
	return range && !range->external && words[0] + words[1] <= range->base + range->len
		       ? UVM_OK
		       : UVM_INVALID_ADDRESS;
}

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

	if (space == file)
		return UVM_INVALID_ARGUMENT;
	mutex_lock_nested(&space->lock, SINGLE_DEPTH_NESTING);
	if (space->kind != UVM_SPACE)
		status = UVM_INVALID_ARGUMENT;
	else if (!space->mm)
		status = UVM_NOTHING_TO_DO;
	else if (file->kind != UVM_NEW)
		status = UVM_INVALID_ARGUMENT;
	else if (space->mm_alive)
		status = UVM_INVALID_STATE;
	else
		space->mm_alive = true;
	mutex_unlock(&space->lock);
	if (status == UVM_OK)
		file->kind = UVM_MM;
	return status;
}

static u32 uvm_mm_initialize(struct uvm_file *file, int fd)
{
	struct file *other = fget(fd);
	u32 status = UVM_INVALID_ARGUMENT;

	if (other && other->f_op == &uvm_fops)
		status = uvm_keep(file, other->private_data);
	if (other)
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
	case 33:
	case 66:
		return uvm_wants_gpu(file, words[0], words[1]);
	case 34:
		return uvm_free(file, words[0]);
	case 37:
		return UVM_GPU_UUID_NOT_FOUND;
	case 39:
		params[0] = 0;
		return UVM_OK;
	case 51:
		return uvm_migrate(file, words);
	case 72:
		return uvm_validate(file, words[0], words[1]);
	case 73:
		return uvm_add(file, words[0], words[1], true);
	default:
		return UVM_INVALID_DEVICE;
	}
}

static u32 uvm_answer(struct uvm_file *file, u32 number, u8 *params)
{
	u32 status;

	mutex_lock(&file->lock);
	if (number == UVM_INITIALIZE)
		status = uvm_initialize(file, *(u64 *)params);
	else if (number == 75)
		status = uvm_mm_initialize(file, *(int *)params);
	else if (file->kind != UVM_SPACE)
		status = UVM_ILLEGAL_ACTION;
	else
		status = uvm_answer_space(file, number, params);
	mutex_unlock(&file->lock);
	return status;
}

static long uvm_ioctl(struct file *opened, unsigned int number, unsigned long arg)
{
	struct uvm_command command;
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
		*(u32 *)(params + command.status_at) =
			uvm_answer(opened->private_data, number, params);
		if (copy_to_user((void __user *)arg, params, command.size))
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

static const struct vm_operations_struct uvm_vm_ops = {.fault = uvm_fault};

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

	mutex_lock(&file->lock);
	if (file->kind != UVM_SPACE)
		error = -EBADFD;
	else if (file->mm && file->mm != current->mm)
		error = -EOPNOTSUPP;
	else if (vma->vm_start != vma->vm_pgoff << PAGE_SHIFT ||
		 (vma->vm_flags & wanted) != wanted ||
		 uvm_add(file, vma->vm_start, vma->vm_end - vma->vm_start, false) != UVM_OK)
		error = -EINVAL;
	mutex_unlock(&file->lock);
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
	mutex_init(&file->lock);
	INIT_LIST_HEAD(&file->ranges);
	opened->private_data = file;
	return 0;
}

static int uvm_release(struct inode *inode, struct file *opened)
{
	struct uvm_file *file = opened->private_data;
	struct uvm_range *range, *next;

	list_for_each_entry_safe(range, next, &file->ranges, list) uvm_drop(range);
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

static int __init uvm_init(void)
{
	int error;

	if (map_size < 1200 || map_size > UVM_MAX_SIZE || free_size < 16 || free_size > 24)
		return -EINVAL;
	if (!proc_mkdir("driver/nvidia", NULL))
		return -EEXIST;
	if (!proc_create_single("driver/nvidia/version", 0444, NULL, uvm_version)) {
		remove_proc_subtree("driver/nvidia", NULL);
		return -ENOMEM;
	}
	error = misc_register(&uvm_device);
	if (error)
		remove_proc_subtree("driver/nvidia", NULL);
	return error;
}

static void __exit uvm_exit(void)
{
	misc_deregister(&uvm_device);
	remove_proc_subtree("driver/nvidia", NULL);
}

module_init(uvm_init);
module_exit(uvm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a model of /dev/nvidia-uvm without a GPU");
