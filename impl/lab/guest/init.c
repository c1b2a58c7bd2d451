/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.c - the first process of a guest: mounts, follows the orders of the initramfs, tells the
 * host by frames (lab_frame.h), and switches the guest off. It is static and allocates nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "lab_frame.h"

#define ORDERS_CAP ((size_t)1 << 20)
#define MAX_FIELDS 64
#define MODULE_COMPRESSED 4 /* MODULE_INIT_COMPRESSED_FILE, linux/module.h since 5.17 */

static void trouble(const char *what, const char *detail)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %s", what, detail);
	guest_say(LAB_FRAME_TROUBLE, 0, 0, 0, text, strlen(text));
}

/* ---- file systems ---- */

static const struct {
	const char *type, *target, *options;
	bool needed;
} mounts[] = {
	{"proc", "/proc", NULL, true},
	{"sysfs", "/sys", NULL, true},
	{"devtmpfs", "/dev", NULL, true},
	{"devpts", "/dev/pts", NULL, false},
	{"tmpfs", "/dev/shm", NULL, false},
	{"cgroup2", "/sys/fs/cgroup", NULL, false},
	{"bpf", "/sys/fs/bpf", NULL, false},
	{"securityfs", "/sys/kernel/security", NULL, false},
	{"debugfs", "/sys/kernel/debug", NULL, false},
	{"tracefs", "/sys/kernel/tracing", NULL, false},
	{"hugetlbfs", "/dev/hugepages", NULL, false},
};

/* /tmp and /run stay part of the root, which is in memory anyway: a file system there would hide
 * programs that a host keeps below them. */
static void mount_all(void)
{
	chmod("/", 0755); /* anyone may write to a tmpfs, and DPDK then loads no plug-in */
	mkdir("/tmp", 01777);
	mkdir("/run", 0755);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].target, 0755);
		if (mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, mounts[i].options) !=
			    0 &&
		    mounts[i].needed)
			dprintf(2, "init: %s: %s\n", mounts[i].target, strerror(errno));
	}
}

/* An initramfs without /dev/console leaves init without descriptors 0 to 2. */
static void open_console(void)
{
	const int fd = open("/dev/console", O_RDWR);

	for (int i = 0; i < 3 && fd >= 0; i++)
		dup2(fd, i);
}

/* ---- orders ---- */

static void load_module(char **fields, size_t num)
{
	const size_t len = strlen(fields[1]);
	const int flags =
		len > 3 && strcmp(fields[1] + len - 3, ".ko") != 0 ? MODULE_COMPRESSED : 0;
	const int fd = open(fields[1], O_RDONLY | O_CLOEXEC);
	char parameters[512] = "";

	for (size_t i = 2; i < num; i++) {
		strncat(parameters, fields[i], sizeof(parameters) - strlen(parameters) - 2);
		strcat(parameters, " ");
	}
	if (fd < 0 || (syscall(SYS_finit_module, fd, parameters, flags) != 0 && errno != EEXIST))
		trouble(fields[1], strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void write_value(char **fields, size_t num)
{
	const int fd = open(fields[1], O_WRONLY | O_CLOEXEC);

	if (num < 3 || fd < 0 || write(fd, fields[2], strlen(fields[2])) < 0)
		trouble(fields[1], num < 3 ? "no value" : strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* obey follows one order; a module comes before the port is there, so what it complains of is
 * kept by guest_say until then. */
static void obey(char **fields, size_t num)
{
	if (strcmp(fields[0], "module") == 0 && num >= 2)
		load_module(fields, num);
	else if (strcmp(fields[0], "write") == 0 && num >= 2)
		write_value(fields, num);
	else if (strcmp(fields[0], "env") == 0 && num == 2)
		putenv(fields[1]);
	else if (strcmp(fields[0], "run") == 0 && num >= 4)
		guest_run(fields[1], (unsigned int)atoi(fields[2]), &fields[3]);
	else if (strcmp(fields[0], "trouble") == 0 && num == 2)
		trouble("order", fields[1]);
	else
		trouble("an order that this init does not know", fields[0]);
}

static void follow(char *text)
{
	bool greeted = false;

	for (char *line; (line = strsep(&text, "\n"));) {
		char *fields[MAX_FIELDS + 1];
		size_t num = 0;

		while (num < MAX_FIELDS && (fields[num] = strsep(&line, "\t")))
			num++;
		fields[num] = NULL;
		if (*fields[0] == '\0')
			continue;
		if (!greeted && strcmp(fields[0], "module") != 0) {
			guest_greet();
			guest_watch("the boot");
			greeted = true;
		}
		obey(fields, num);
	}
	if (!greeted)
		guest_greet();
}

static char orders[ORDERS_CAP];

static bool read_orders(void)
{
	const int fd = open(LAB_ORDERS, O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? -1 : read(fd, orders, sizeof(orders) - 1);

	if (fd >= 0)
		close(fd);
	return len > 0;
}

int main(void)
{
	mount_all();
	open_console();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (read_orders())
		follow(orders);
	else
		trouble(LAB_ORDERS, "cannot be read");
	guest_leave();
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
