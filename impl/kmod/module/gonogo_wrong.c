/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_wrong.c - does one thing wrong when it is loaded, so that each detector of the debug
 * kernel is seen to fire. It never harms what is not its own: an overrun ends in its own redzone.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *deed = "none";
module_param(deed, charp, 0444);
MODULE_PARM_DESC(deed, "none, outside, freed, leak, inversion, sleep, shift or mapping");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spin);
static volatile int width = 33; /* which no compiler may know */
static volatile int at = 24;

/* One byte behind 24, in a slot of 32: which SLUB's own redzone does not see at once. */
static void wrong_outside(void)
{
	char *bytes = kmalloc(24, GFP_KERNEL);

	if (bytes)
		((volatile char *)bytes)[at] = 1;
	kfree(bytes);
}

static void wrong_freed(void)
{
	volatile char *bytes = kmalloc(24, GFP_KERNEL);

	kfree((void *)bytes);
	if (bytes)
		(void)bytes[at - 24];
}

static void wrong_leak(void)
{
	volatile char *bytes = kmalloc(1000, GFP_KERNEL);

	if (bytes)
		bytes[0] = 1;
}

/* Both orders, one after the other: nothing hangs, and lockdep needs no more. */
static void wrong_inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void wrong_sleep(void)
{
	spin_lock(&spin);
	msleep(1);
	spin_unlock(&spin);
}

static void wrong_shift(void)
{
	width = 1 << width;
}

/* A mapping of 64 bytes is given back as one of 32, which the memory of a PC never notices. */
static void wrong_mapping(void)
{
	struct platform_device *device =
		platform_device_register_simple("gonogo_wrong", PLATFORM_DEVID_NONE, NULL, 0);
	char *bytes = kmalloc(64, GFP_KERNEL);

	if (!IS_ERR(device) && bytes) {
		const dma_addr_t address = dma_map_single(&device->dev, bytes, 64, DMA_TO_DEVICE);

		if (!dma_mapping_error(&device->dev, address))
			dma_unmap_single(&device->dev, address, 32, DMA_TO_DEVICE);
	}
	if (!IS_ERR(device))
		platform_device_unregister(device);
	kfree(bytes);
}

static void wrong_none(void)
{
}

static const struct {
	const char *name;
	void (*act)(void);
} deeds[] = {
	{"none", wrong_none},	{"outside", wrong_outside},	{"freed", wrong_freed},
	{"leak", wrong_leak},	{"inversion", wrong_inversion}, {"sleep", wrong_sleep},
	{"shift", wrong_shift}, {"mapping", wrong_mapping},
};

static int __init gonogo_wrong_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(deeds); i++)
		if (strcmp(deeds[i].name, deed) == 0) {
			deeds[i].act();
			return 0;
		}
	return -EINVAL;
}

static void __exit gonogo_wrong_exit(void)
{
}

module_init(gonogo_wrong_init);
module_exit(gonogo_wrong_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("what the detectors of a debug kernel must see");
