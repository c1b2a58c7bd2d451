/* SPDX-License-Identifier: Apache-2.0 */
/* usb_test.c - the interrupt of a USB sound card, which is that of its host controller, is sent to
 * one CPU and then to the other: where it is counted. In a guest. */
/* needs: sysfile */
#include "../suite.h"

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define NUM_REQUESTS 50u
#define CARD "/proc/asound/card0/usbbus"
#define USB_XHCI 0x0c0330ul /* PCI code and ID assignment: base class, subclass, interface */
#define GET_DESCRIPTOR 6    /* USB 2.0, table 9-4 */
#define DEVICE 1	    /* table 9-5 */

/* of the host controller */
static char lines[16][16];
static size_t num_lines;

static void note_line(void *context, const char *root, const char *name)
{
	(void)context;
	(void)root;
	if (num_lines < COUNT_OF(lines))
		snprintf(lines[num_lines++], sizeof(lines[0]), "%.15s", name);
}

static void note_controller(void *context, const char *root, const char *name)
{
	char path[300];

	(void)context;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.200s/class", name);
	if (gng_sysfile_number(root, path) != USB_XHCI)
		return;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.200s/msi_irqs", name);
	gng_sysfile_each(root, path, note_line, NULL);
}

/* device_open opens the sound card as a device of USB: "001/002". */
static int device_open(void)
{
	char name[16], path[64];

	if (!getenv("GNG_LAB") || !gng_sysfile_read(name, sizeof(name), "", CARD))
		return -1;
	snprintf(path, sizeof(path), "/dev/bus/usb/%s", name);
	return open(path, O_RDWR | O_CLOEXEC);
}

static void request(int device, unsigned int num)
{
	uint8_t descriptor[18];
	struct usbdevfs_ctrltransfer transfer = {.bRequestType = 0x80, /* from the device */
						 .bRequest = GET_DESCRIPTOR,
						 .wValue = DEVICE << 8,
						 .wLength = sizeof(descriptor),
						 .timeout = 1000,
						 .data = descriptor};

	while (num--)
		assert_int_equal(ioctl(device, USBDEVFS_CONTROL, &transfer), sizeof(descriptor));
}

/* counts adds up what the controller's lines of /proc/interrupts say of each of two CPUs. */
static void counts(unsigned long long sum[2])
{
	char *text = gng_sysfile_text("", "/proc/interrupts"), *rest = text, *line;

	sum[0] = sum[1] = 0;
	assert_non_null(text);
	while ((line = strsep(&rest, "\n"))) {
		char name[16];
		unsigned long long here[2];

		if (sscanf(line, " %15[^:]: %llu %llu", name, &here[0], &here[1]) != 3)
			continue;
		for (size_t i = 0; i < num_lines; i++)
			for (int cpu = 0; cpu < 2 && strcmp(lines[i], name) == 0; cpu++)
				sum[cpu] += here[cpu];
	}
	free(text);
}

static void send_to(const char *cpu)
{
	for (size_t i = 0; i < num_lines; i++) {
		char path[64];
		int fd;

		snprintf(path, sizeof(path), "/proc/irq/%s/smp_affinity_list", lines[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, cpu, strlen(cpu)), strlen(cpu));
		close(fd);
	}
}

/* The first requests move it: Linux writes a new address to a vector when it comes next. */
static void the_interrupt_of_a_sound_card_goes_where_it_is_sent(void **state)
{
	static const char *const cpus[] = {"1", "0"};
	const int device = device_open();

	(void)state;
	if (device < 0)
		return gng_probe_skip("only a guest has a USB sound card to play with",
				      "gonogo lab run rtconf-usb");
	gng_sysfile_each("", "/sys/bus/pci/devices", note_controller, NULL);
	assert_true(num_lines > 0);
	for (size_t i = 0; i < COUNT_OF(cpus); i++) {
		const int wanted = atoi(cpus[i]);
		unsigned long long before[2], after[2];

		send_to(cpus[i]);
		request(device, 10);
		counts(before);
		request(device, NUM_REQUESTS);
		counts(after);
		assert_true(after[wanted] - before[wanted] >= NUM_REQUESTS);
		assert_int_equal(after[!wanted] - before[!wanted], 0);
	}
	close(device);
}

const struct suite_test suite_tests[] = {
	TEST(the_interrupt_of_a_sound_card_goes_where_it_is_sent, "T1.rtconf.knobs"),
	{0},
};
