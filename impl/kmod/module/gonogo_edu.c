/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_edu.c - a driver of QEMU's device edu (docs/specs/edu.txt): registers by a BAR, coherent
 * DMA, an interrupt by message, and a character device with ioctl and mmap.
 *
 * Everything is managed by the device (devm, pcim), so what probe has acquired is given back in
 * reverse order when a later step fails, and when the driver is unbound. fail_at lets the n-th step
 * fail, in any kernel: the test goes through all of them. struct edu alone stays until the last
 * open file is closed, which may be long after the device is gone.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "gonogo_edu_pure.h"
#include "gonogo_edu_registers.h"

#define NAME "gonogo_edu"

#define EDU_WAIT (5 * HZ)

static uint fail_at;
module_param(fail_at, uint, 0644);
MODULE_PARM_DESC(fail_at, "let this step of probe fail: 1, 2, ...; 0 none");

static bool wild;
module_param(wild, bool, 0444);
MODULE_PARM_DESC(wild, "allow transfers from any address of the bus, to be refused by an IOMMU");

struct edu {
	struct kref users;   /* the binding, and each open file */
	struct inode *inode; /* of the first file: all share its mapping; NULL: none was open */
	bool gone;	     /* under lock: nothing below but lock is there */
	struct pci_dev *pci;
	void __iomem *registers;
	void *memory;	   /* coherent */
	struct page *page; /* the one of memory */
	dma_addr_t bus_address;
	struct completion done;
	u32 irq_status; /* of the last interrupt; the completion orders it */
	atomic_t num_irqs;
	int irq;
	struct mutex lock; /* one operation of the device at a time */
	struct miscdevice misc;
};

/* ---- interrupts ---- */

static irqreturn_t edu_interrupt(int irq, void *data)
{
	struct edu *edu = data;
	const u32 status = readl(edu->registers + EDU_IRQ_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, edu->registers + EDU_IRQ_ACK);
	edu->irq_status = status;
	atomic_inc(&edu->num_irqs);
	complete(&edu->done);
	return IRQ_HANDLED;
}

/* edu_await waits for the interrupt of what was started. */
static int edu_await(struct edu *edu)
{
	return wait_for_completion_timeout(&edu->done, EDU_WAIT) ? 0 : -ETIMEDOUT;
}

/* ---- operations; the caller holds the lock ---- */

static int edu_factorial(struct edu *edu, struct gonogo_edu_call *call)
{
	int error;

	reinit_completion(&edu->done);
	writel(EDU_STATUS_IRQ, edu->registers + EDU_STATUS);
	writel(call->in, edu->registers + EDU_FACTORIAL);
	error = edu_await(edu);
	call->out = readl(edu->registers + EDU_FACTORIAL);
	return error;
}

static int edu_raise(struct edu *edu, struct gonogo_edu_call *call)
{
	int error;

	if (!call->in)
		return -EINVAL;
	reinit_completion(&edu->done);
	writel(call->in, edu->registers + EDU_IRQ_RAISE);
	error = edu_await(edu);
	call->out = edu->irq_status;
	return error;
}

static int edu_transfer(struct edu *edu, u64 source, u64 target, u32 len, u32 direction)
{
	reinit_completion(&edu->done);
	writeq(source, edu->registers + EDU_DMA_SOURCE);
	writeq(target, edu->registers + EDU_DMA_TARGET);
	writeq(len, edu->registers + EDU_DMA_COUNT);
	writel(EDU_DMA_START | EDU_DMA_IRQ | direction, edu->registers + EDU_DMA_COMMAND);
	return edu_await(edu);
}

static int edu_copy(struct edu *edu, const struct gonogo_edu_copy *copy)
{
	const u64 ours = edu->bus_address + copy->offset, theirs = EDU_BUFFER + copy->device_offset;

	if (!edu_copy_fits(copy))
		return -EINVAL;
	return copy->to_device ? edu_transfer(edu, ours, theirs, copy->len, 0)
			       : edu_transfer(edu, theirs, ours, copy->len, EDU_DMA_FROM_DEVICE);
}

static int edu_wild(struct edu *edu, struct gonogo_edu_wild *call)
{
	if (!wild)
		return -EPERM;
	if (!edu_inside(0, call->len, GONOGO_EDU_DEVICE_LEN))
		return -EINVAL;
	call->done = edu_transfer(edu, call->bus_address, EDU_BUFFER, call->len, 0) == 0;
	return 0;
}

static int edu_info(struct edu *edu, struct gonogo_edu_info *info)
{
	info->identification = readl(edu->registers + EDU_ID);
	writel(info->liveness_in, edu->registers + EDU_LIVENESS);
	info->liveness = readl(edu->registers + EDU_LIVENESS);
	info->irq = edu->irq;
	info->num_irqs = atomic_read(&edu->num_irqs);
	info->msi = edu->pci->msi_enabled;
	info->bus_address = edu->bus_address;
	return 0;
}

/* ---- the character device ---- */

union edu_argument {
	struct gonogo_edu_info info;
	struct gonogo_edu_call call;
	struct gonogo_edu_copy copy;
	struct gonogo_edu_wild wild;
};

static int edu_perform(struct edu *edu, unsigned int command, union edu_argument *argument)
{
	switch (command) {
	case GONOGO_EDU_INFO:
		return edu_info(edu, &argument->info);
	case GONOGO_EDU_FACTORIAL:
		return edu_factorial(edu, &argument->call);
	case GONOGO_EDU_RAISE:
		return edu_raise(edu, &argument->call);
	case GONOGO_EDU_COPY:
		return edu_copy(edu, &argument->copy);
	case GONOGO_EDU_WILD:
		return edu_wild(edu, &argument->wild);
	default:
		return -ENOTTY;
	}
}

static struct edu *edu_of(struct file *file)
{
	return container_of(file->private_data, struct edu, misc);
}

static long edu_ioctl(struct file *file, unsigned int command, unsigned long user)
{
	struct edu *edu = edu_of(file);
	union edu_argument argument = {};
	int error;

	if (!edu_is_ours(command, sizeof(argument)))
		return -ENOTTY;
	if (copy_from_user(&argument, (void __user *)user, _IOC_SIZE(command)))
		return -EFAULT;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	error = edu->gone ? -ENODEV : edu_perform(edu, command, &argument);
	mutex_unlock(&edu->lock);
	if (!error && (_IOC_DIR(command) & _IOC_READ) &&
	    copy_to_user((void __user *)user, &argument, _IOC_SIZE(command)))
		error = -EFAULT;
	return error;
}

/* edu_fault maps the page at its first touch. An area is in the list that is zapped before it can
 * be touched, and not yet while edu_mmap is at work: a page that was mapped there would stay mapped
 * if the device went in between. Who waits for the lock can be killed: a call may take seconds. */
static vm_fault_t edu_fault(struct vm_fault *fault)
{
	struct edu *edu = edu_of(fault->vma->vm_file);
	vm_fault_t result = VM_FAULT_SIGBUS;

	if (mutex_lock_killable(&edu->lock))
		return VM_FAULT_NOPAGE;
	if (!edu->gone)
		result = vmf_insert_page(fault->vma, fault->address, edu->page);
	mutex_unlock(&edu->lock);
	return result;
}

static const struct vm_operations_struct edu_area = {.fault = edu_fault};

static void edu_set_flags(struct vm_area_struct *area, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(area, flags);
#else
	area->vm_flags |= flags;
#endif
}

/* edu_mmap takes an area of the page and no other; a private one would be copied at a write. x86
 * needs no other protection for coherent memory. */
static int edu_mmap(struct file *file, struct vm_area_struct *area)
{
	struct edu *edu = edu_of(file);
	int error = 0;

	if (area->vm_pgoff || area->vm_end - area->vm_start != PAGE_SIZE ||
	    !(area->vm_flags & VM_SHARED))
		return -EINVAL;
	if (mutex_lock_killable(&edu->lock))
		return -EINTR;
	if (edu->gone)
		error = -ENODEV;
	edu_set_flags(area, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTDUMP);
	area->vm_ops = &edu_area;
	mutex_unlock(&edu->lock);
	return error;
}

static void edu_free(struct kref *users)
{
	struct edu *edu = container_of(users, struct edu, users);

	if (edu->inode)
		iput(edu->inode);
	kfree(edu);
}

static void edu_put(void *data)
{
	struct edu *edu = data;

	kref_put(&edu->users, edu_free);
}

/* edu_open: misc_open holds its lock, so no two are here, and none while the device deregisters.
 * There may be several nodes of the device, each with a mapping of its own. */
static int edu_open(struct inode *inode, struct file *file)
{
	struct edu *edu = edu_of(file);

	kref_get(&edu->users);
	if (!edu->inode) {
		ihold(inode);
		edu->inode = inode;
	}
	file->f_mapping = edu->inode->i_mapping;
	return 0;
}

static int edu_release(struct inode *inode, struct file *file)
{
	edu_put(edu_of(file));
	return 0;
}

static const struct file_operations edu_operations = {
	.owner = THIS_MODULE,
	.open = edu_open,
	.release = edu_release,
	.unlocked_ioctl = edu_ioctl,
	.mmap = edu_mmap,
	.llseek = noop_llseek,
};

/* ---- probe: one step, one acquisition ---- */

static int edu_enable(struct edu *edu)
{
	return pcim_enable_device(edu->pci);
}

static int edu_map(struct edu *edu)
{
	const int error = pcim_iomap_regions(edu->pci, BIT(0), NAME);

	if (!error)
		edu->registers = pcim_iomap_table(edu->pci)[0];
	return error;
}

static int edu_mask(struct edu *edu)
{
	return dma_set_mask_and_coherent(&edu->pci->dev, DMA_BIT_MASK(EDU_ADDRESS_BITS));
}

static int edu_allocate(struct edu *edu)
{
	struct sg_table pages;
	int error;

	BUILD_BUG_ON(GONOGO_EDU_BUFFER_LEN != PAGE_SIZE);
	edu->memory = dmam_alloc_coherent(&edu->pci->dev, GONOGO_EDU_BUFFER_LEN, &edu->bus_address,
					  GFP_KERNEL);
	if (!edu->memory)
		return -ENOMEM;
	error = dma_get_sgtable(&edu->pci->dev, &pages, edu->memory, edu->bus_address,
				GONOGO_EDU_BUFFER_LEN);
	if (error)
		return error;
	edu->page = sg_page(pages.sgl);
	sg_free_table(&pages);
	return 0;
}

static void edu_free_vectors(void *pci)
{
	pci_free_irq_vectors(pci);
}

static int edu_vectors(struct edu *edu)
{
	const int num = pci_alloc_irq_vectors(edu->pci, 1, 1, PCI_IRQ_MSI);

	if (num < 0)
		return num;
	edu->irq = pci_irq_vector(edu->pci, 0);
	return devm_add_action_or_reset(&edu->pci->dev, edu_free_vectors, edu->pci);
}

static int edu_request(struct edu *edu)
{
	return devm_request_irq(&edu->pci->dev, edu->irq, edu_interrupt, 0, NAME, edu);
}

/* edu_deregister ends what open files may do: a call gets ENODEV, and a touch of the memory, which
 * is freed next, SIGBUS. */
static void edu_deregister(void *data)
{
	struct edu *edu = data;

	misc_deregister(&edu->misc);
	mutex_lock(&edu->lock);
	edu->gone = true;
	if (edu->inode)
		unmap_mapping_range(edu->inode->i_mapping, 0, 0, 1);
	mutex_unlock(&edu->lock);
}

static int edu_register(struct edu *edu)
{
	int error;

	edu->misc.minor = MISC_DYNAMIC_MINOR;
	edu->misc.name = NAME;
	edu->misc.fops = &edu_operations;
	error = misc_register(&edu->misc);
	return error ? error : devm_add_action_or_reset(&edu->pci->dev, edu_deregister, edu);
}

static int (*const steps[])(struct edu *edu) = {
	edu_enable, edu_map, edu_mask, edu_allocate, edu_vectors, edu_request, edu_register,
};

/* edu_new makes what the binding has in common with its files. */
static struct edu *edu_new(struct pci_dev *pci)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);

	if (!edu)
		return NULL;
	kref_init(&edu->users);
	edu->pci = pci;
	init_completion(&edu->done);
	mutex_init(&edu->lock);
	return devm_add_action_or_reset(&pci->dev, edu_put, edu) ? NULL : edu;
}

static int edu_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct edu *edu = edu_new(pci);
	int error = edu ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !error && i < ARRAY_SIZE(steps); i++)
		error = fail_at == i + 1 ? -ENOMEM : steps[i](edu);
	if (!error)
		pci_set_master(pci);
	return error;
}

/* edu_remove quiets the device; all else goes with it. */
static void edu_remove(struct pci_dev *pci)
{
	pci_clear_master(pci);
}

static const struct pci_device_id edu_ids[] = {{PCI_DEVICE(0x1234, 0x11e8)}, {}};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = NAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

static int __init gonogo_edu_init(void)
{
	return pci_register_driver(&edu_driver);
}

static void __exit gonogo_edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
}

module_init(gonogo_edu_init);
module_exit(gonogo_edu_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("QEMU's device edu: registers, coherent DMA and interrupts by message");
