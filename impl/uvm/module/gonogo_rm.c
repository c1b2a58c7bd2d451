/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_rm.c - a model of /dev/nvidiactl and /dev/nvidia0 in a kernel: no GPU. Objects are those
 * of seccomp's model (gonogo_rm_pure.h); what that cannot see is taken from where the driver does:
 * the struct file that owns a client, and its last close, which frees all.
 *
 * Structures are those of 595.45.04. /proc/driver/nvidia/objects says what is allocated.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "gonogo_calls.h"
#include "gonogo_rm_pure.h"

#define RM_MAGIC 'F'
#define RM_NO_STATUS 0xffff
#define RM_MAX_LEN 4096
#define RM_GPU_ID 0x100
#define RM_PCI_VENDOR 0x10de

static char *version = "595.45.04";
module_param(version, charp, 0444);
MODULE_PARM_DESC(version, "what the driver calls itself");

/* rm_lock is of all below; memory of a process is never touched with it held, for who maps
 * something holds the lock of that memory, and then comes here (gonogo_uvm.c). */
static DEFINE_MUTEX(rm_lock);
static struct rm_tree rm_tree = {.num_gpus = 1};
static u32 rm_num_mapped;
static bool rm_is_attached;

static const struct file_operations rm_control_fops, rm_device_fops;

/* rm_row is a call, with the size of its structure and the place of its verdict. */
struct rm_row {
	u32 number, size, status_at;
};

enum { RM_VERSION = 210, RM_CARDS = 200, RM_REGISTER = 201, RM_ALLOC = 43, RM_FREE = 41 };

static const struct rm_row rm_rows[] = {
	{210, 72, RM_NO_STATUS},
	{200, 72, RM_NO_STATUS},
	{201, 4, RM_NO_STATUS},
	{43, 32, 28},
	{41, 16, 12},
	{42, 32, 28},
};

/* ---- calls without a verdict ---- */

static long rm_check_version(u8 *params)
{
	char *theirs = params + 8;

	*(u32 *)(params + 4) = 1;
	if (strncmp(theirs, version, 64) == 0)
		return 0;
	memset(theirs, 0, 64);
	strscpy(theirs, version, 64);
	return *(u32 *)params == '2' ? 0 : -EINVAL;
}

static long rm_cards(u8 *params, u32 len)
{
	memset(params, 0, len);
	params[0] = 1;
	params[8] = 1; /* bus */
	*(u16 *)(params + 12) = RM_PCI_VENDOR;
	*(u32 *)(params + 16) = RM_GPU_ID;
	return 0;
}

/* rm_register keeps the control file open as long as this one is. */
static long rm_register(struct file *opened, int fd)
{
	struct file *control = fget(fd);
	bool done;

	mutex_lock(&rm_lock);
	done = control && control->f_op == &rm_control_fops && control != opened &&
	       !control->private_data && !opened->private_data;
	if (done)
		opened->private_data = control;
	mutex_unlock(&rm_lock);
	if (control && !done)
		fput(control);
	return done ? 0 : -EINVAL;
}

/* ---- allocating ---- */

/* rm_len_of is the size of a class's parameters. */
static u32 rm_len_of(u32 class_number)
{
	switch (class_number) {
	case RM_DEVICE:
	case RM_VASPACE:
		return 56;
	case RM_SUBDEVICE:
		return 4;
	case RM_MEMORY:
		return 128;
	default:
		return 0;
	}
}

static bool rm_read_params(struct rm_request *request, u64 at)
{
	const u32 len = rm_len_of(request->class_number);
	u64 params[16] = {0};
	const u32 *words = (const u32 *)params;

	if (!at || !len)
		return true;
	if (copy_from_user(params, (void __user *)at, len))
		return false;
	request->has_params = true;
	request->instance = words[0];
	if (request->class_number == RM_VASPACE) {
		request->flags = words[1];
		request->big_page_size = words[8];
	}
	request->memory_owner = words[0];
	request->len = params[8];
	return true;
}

static u32 rm_answer_alloc(struct file *opened, u8 *params)
{
	u32 *words = (u32 *)params;
	struct rm_request request = {.owner = (u64)(uintptr_t)opened,
				     .client = words[0],
				     .parent = words[1],
				     .handle = words[2],
				     .class_number = words[3]};
	u32 status;

	if (!rm_read_params(&request, *(u64 *)(params + 16)))
		return RM_INVALID_ADDRESS;
	mutex_lock(&rm_lock);
	status = rm_allocate(&rm_tree, &request);
	mutex_unlock(&rm_lock);
	words[2] = request.handle;
	return status;
}

/* ---- controls ---- */

static u32 rm_fill_id(u32 *info)
{
	if (info[0] != RM_GPU_ID || !rm_is_attached)
		return RM_INVALID_ARGUMENT;
	memset(info + 1, 0, 28);
	info[7] = -1; /* no NUMA node */
	return RM_OK;
}

static u32 rm_fill_gid(u32 *info)
{
	if ((info[1] & 3) != 2)
		return RM_NOT_SUPPORTED;
	info[2] = 16;
	memcpy(info + 3, "gonogo-model-GPU", 16);
	return RM_OK;
}

static u32 rm_answer_control(struct file *opened, const u32 *words)
{
	void __user *at = (void __user *)*(const u64 *)(words + 4);
	u32 info[67]; /* the larger of both: 268 bytes */
	const u32 len = words[6];
	u32 status;

	mutex_lock(&rm_lock);
	status = rm_check_control(&rm_tree, (u64)(uintptr_t)opened, words[0], words[1], words[2],
				  len);
	mutex_unlock(&rm_lock);
	if (status != RM_OK)
		return status;
	if (copy_from_user(info, at, len))
		return RM_INVALID_ADDRESS;
	status = words[2] == RM_GET_ID_INFO ? rm_fill_id(info) : rm_fill_gid(info);
	return status == RM_OK && copy_to_user(at, info, len) ? RM_INVALID_ADDRESS : status;
}

/* ---- one call ---- */

static u32 rm_answer_free(struct file *opened, const u32 *words)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = rm_release(&rm_tree, (u64)(uintptr_t)opened, words[0], words[2]);
	mutex_unlock(&rm_lock);
	return status;
}

static long rm_answer(struct file *opened, const struct rm_row *row, u8 *params, u32 len)
{
	u32 *words = (u32 *)params, status;

	if (row->number == RM_REGISTER)
		return rm_register(opened, *(int *)params);
	if (opened->f_op != &rm_control_fops)
		return -EINVAL;
	if (row->number == RM_VERSION)
		return rm_check_version(params);
	if (row->number == RM_CARDS)
		return rm_cards(params, len);
	if (row->number == RM_ALLOC)
		status = rm_answer_alloc(opened, params);
	else if (row->number == RM_FREE)
		status = rm_answer_free(opened, words);
	else
		status = rm_answer_control(opened, words);
	*(u32 *)(params + row->status_at) = status;
	return 0;
}

/* rm_find_row: cards come by the number of them, all else is of one size. */
static const struct rm_row *rm_find_row(unsigned int number)
{
	const u32 len = _IOC_SIZE(number);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rm_rows); i++)
		if (rm_rows[i].number == _IOC_NR(number) && _IOC_TYPE(number) == RM_MAGIC)
			return len == rm_rows[i].size || (rm_rows[i].number == RM_CARDS && len &&
							  len % rm_rows[i].size == 0)
				       ? &rm_rows[i]
				       : NULL;
	return NULL;
}

/* rm_refuse: what has no verdict, and what is to have none that refuses, is EIO. */
static long rm_refuse(const struct rm_row *row, u8 *params)
{
	if (row->status_at != RM_NO_STATUS)
		*(u32 *)(params + row->status_at) = fail_status;
	return row->status_at == RM_NO_STATUS || fail_status == RM_OK ? -EIO : 0;
}

static long rm_ioctl(struct file *opened, unsigned int number, unsigned long arg)
{
	const struct rm_row *row = rm_find_row(number);
	const u32 len = _IOC_SIZE(number);
	enum gonogo_fate fate;
	long error;
	u8 *params;

	if (!row || len > RM_MAX_LEN)
		return -EINVAL;
	params = memdup_user((void __user *)arg, len);
	if (IS_ERR(params))
		return PTR_ERR(params);
	mutex_lock(&rm_lock);
	fate = gonogo_fate();
	mutex_unlock(&rm_lock);
	error = fate == GONOGO_IS_REFUSED ? rm_refuse(row, params)
					  : rm_answer(opened, row, params, len);
	if (fate != GONOGO_IS_NOT_TOLD && copy_to_user((void __user *)arg, params, len))
		error = -EFAULT;
	kfree(params);
	return error;
}

/* ---- for UVM ---- */

static u32 rm_vaspace_of(u32 client, u32 handle, u32 device)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = rm_check_vaspace(&rm_tree, client, handle, device);
	mutex_unlock(&rm_lock);
	return status;
}

static u32 rm_map_memory(u32 client, u32 handle, u64 offset, u64 len)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = rm_check_memory(&rm_tree, client, handle, offset, len);
	rm_num_mapped += status == RM_OK;
	mutex_unlock(&rm_lock);
	return status;
}

static void rm_unmap_memory(void)
{
	mutex_lock(&rm_lock);
	rm_num_mapped--;
	mutex_unlock(&rm_lock);
}

const struct gonogo_rm_calls gonogo_rm_calls = {
	.check_vaspace = rm_vaspace_of,
	.map_memory = rm_map_memory,
	.unmap_memory = rm_unmap_memory,
};
EXPORT_SYMBOL_GPL(gonogo_rm_calls);

/* ---- files ---- */

/* misc_open leaves the device there; here it is the control file, once one is registered. */
static int rm_open(struct inode *inode, struct file *opened)
{
	opened->private_data = NULL;
	mutex_lock(&rm_lock);
	rm_is_attached |= opened->f_op == &rm_device_fops;
	mutex_unlock(&rm_lock);
	return 0;
}

/* rm_release_file is the last close, in whichever process. */
static int rm_release_file(struct inode *inode, struct file *opened)
{
	mutex_lock(&rm_lock);
	rm_close(&rm_tree, (u64)(uintptr_t)opened);
	mutex_unlock(&rm_lock);
	if (opened->private_data)
		fput(opened->private_data);
	return 0;
}

static const struct file_operations rm_control_fops = {
	.owner = THIS_MODULE,
	.open = rm_open,
	.release = rm_release_file,
	.unlocked_ioctl = rm_ioctl,
};

static const struct file_operations rm_device_fops = {
	.owner = THIS_MODULE,
	.open = rm_open,
	.release = rm_release_file,
	.unlocked_ioctl = rm_ioctl,
};

static struct miscdevice rm_control = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "nvidiactl",
	.fops = &rm_control_fops,
	.mode = 0666,
};

static struct miscdevice rm_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "nvidia0",
	.fops = &rm_device_fops,
	.mode = 0666,
};

/* ---- /proc ---- */

static int rm_show_version(struct seq_file *out, void *unused)
{
	seq_printf(out,
		   "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  model of gonogo, no GPU\n",
		   version);
	return 0;
}

static int rm_show_objects(struct seq_file *out, void *unused)
{
	mutex_lock(&rm_lock);
	seq_printf(out, "%u allocated, %u went with what stood above them, %u mapped\n",
		   rm_count(&rm_tree), rm_tree.num_orphans, rm_num_mapped);
	mutex_unlock(&rm_lock);
	return 0;
}

static int rm_make_proc(void)
{
	if (!proc_mkdir("driver/nvidia", NULL))
		return -EEXIST;
	if (proc_create_single("driver/nvidia/version", 0444, NULL, rm_show_version) &&
	    proc_create_single("driver/nvidia/objects", 0444, NULL, rm_show_objects))
		return 0;
	remove_proc_subtree("driver/nvidia", NULL);
	return -ENOMEM;
}

static int __init rm_init(void)
{
	int error = rm_make_proc();

	if (error)
		return error;
	error = misc_register(&rm_control);
	if (!error) {
		error = misc_register(&rm_device);
		if (error)
			misc_deregister(&rm_control);
	}
	if (error)
		remove_proc_subtree("driver/nvidia", NULL);
	return error;
}

static void __exit rm_exit(void)
{
	misc_deregister(&rm_device);
	misc_deregister(&rm_control);
	remove_proc_subtree("driver/nvidia", NULL);
}

module_init(rm_init);
module_exit(rm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a model of /dev/nvidiactl without a GPU");
