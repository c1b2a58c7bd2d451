/* SPDX-License-Identifier: Apache-2.0 */
/* qemu.c - the emulator's command line and life. Always TCG: where /dev/kvm exists and does not
 * work, a guest hangs instead of failing. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab_frame.h"
#include "lab_qemu.h"
#include "lab_text.h"

#define NUM_SLOTS 2 /* two guests of two cores load a small machine fully */
#define SLOT_WAIT_S 600

/* ---- the command line ---- */

static bool add(struct gng_lab_list *argv, const char *format, ...) GNG_PRINTF(2, 3);

static bool add(struct gng_lab_list *argv, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	bool added;

	va_start(args, format);
	added = vasprintf(&text, format, args) >= 0 && lab_list_add(argv, text);
	va_end(args);
	free(text);
	return added;
}

#define SOCKETS "{sockets}"

/* add_with_sockets adds text with the folder's path wherever SOCKETS stands. */
static bool add_with_sockets(struct gng_lab_list *argv, const char *text, const char *sockets)
{
	char *whole = NULL;
	size_t len;
	FILE *out = open_memstream(&whole, &len);
	bool added;

	if (!out)
		return false;
	for (const char *at; (at = strstr(text, SOCKETS)); text = at + strlen(SOCKETS))
		fprintf(out, "%.*s%s", (int)(at - text), text, sockets);
	fputs(text, out);
	added = fclose(out) == 0 && lab_list_add(argv, whole);
	free(whole);
	return added;
}

static bool add_all(struct gng_lab_list *argv, const char *option, const struct gng_lab_list *list,
		    const char *sockets)
{
	for (size_t i = 0; i < list->num; i++)
		if (!add(argv, "%s", option) || !add_with_sockets(argv, list->texts[i], sockets))
			return false;
	return true;
}

/* add_memory deals the CPUs to the nodes in turn. */
static bool add_memory(struct gng_lab_list *argv, const struct gng_lab_case *one)
{
	bool added = add(argv, "-m") && add(argv, "%u", one->memory_mib);

	for (size_t i = 0; added && i < one->nodes.num; i++) {
		added = add(argv, "-object") &&
			add(argv, "memory-backend-ram,size=%sM,id=node%zu", one->nodes.texts[i],
			    i) &&
			add(argv, "-numa") && add(argv, "node,nodeid=%zu,memdev=node%zu", i, i);
		for (size_t cpu = i; added && cpu < one->cpus; cpu += one->nodes.num)
			added = add(argv, "-numa") &&
				add(argv, "cpu,node-id=%zu,socket-id=%zu", i, cpu);
	}
	return added;
}

static bool add_kernel(struct gng_lab_list *argv, const struct gng_lab_case *one,
		       const struct gng_lab_kernel *kernel, const char *initramfs)
{
	char *words = NULL;
	size_t len;
	FILE *out = open_memstream(&words, &len);
	bool added;

	if (!out)
		return false;
	fputs("console=ttyS0 quiet panic=-1 oops=panic", out);
	if (one->iommu)
		fputs(" intel_iommu=on", out);
	for (size_t i = 0; i < one->appends.num; i++)
		fprintf(out, " %s", one->appends.texts[i]);
	added = fclose(out) == 0 && add(argv, "-kernel") && add(argv, "%s", kernel->image) &&
		add(argv, "-initrd") && add(argv, "%s", initramfs) && add(argv, "-append") &&
		add(argv, "%s", words);
	free(words);
	return added;
}

static bool add_machine(struct gng_lab_list *argv, const struct gng_lab_case *one)
{
	return add(argv, "-machine") &&
	       add(argv, "q35,kernel-irqchip=%s", one->iommu ? "split" : "off") &&
	       add(argv, "-smp") && add(argv, "%u,sockets=%u", one->cpus, one->cpus);
}

/* add_devices puts the IOMMU first: it must be there before what it is to translate for. */
static bool add_devices(struct gng_lab_list *argv, const struct gng_lab_case *one,
			const char *sockets)
{
	if (one->iommu && !(add(argv, "-device") && add(argv, "intel-iommu")))
		return false;
	return add_all(argv, "-object", &one->objects, sockets) &&
	       add_all(argv, "-netdev", &one->netdevs, sockets) &&
	       add_all(argv, "-device", &one->devices, sockets);
}

/* add_monitor lets a port of the guest lead to the monitor: a chardev has one front end, so there
 * are two of them, joined by a socket. */
static bool add_monitor(struct gng_lab_list *argv, const char *name, const char *sockets)
{
	return !name ||
	       (add(argv, "-chardev") &&
		add(argv, "socket,id=qmp,path=%s/qmp,server=on,wait=off", sockets) &&
		add(argv, "-mon") && add(argv, "chardev=qmp,mode=control") &&
		add(argv, "-chardev") && add(argv, "socket,id=qmp-port,path=%s/qmp", sockets) &&
		add(argv, "-device") && add(argv, "virtserialport,chardev=qmp-port,name=%s", name));
}

enum gng_status lab_qemu_arguments(struct gng_lab_list *argv, const struct gng_lab_case *one,
				   const struct gng_lab_kernel *kernel,
				   const struct lab_qemu_files *files, struct gng_why *why)
{
	static const char *const fixed[] = {
		LAB_QEMU,
		"-accel",
		"tcg,thread=multi",
		"-cpu",
		"max",
		"-nodefaults",
		"-no-user-config",
		"-no-reboot",
		"-display",
		"none",
		"-monitor",
		"none",
		"-sandbox",
		"on,obsolete=deny,elevateprivileges=deny,spawn=deny",
		"-device",
		"virtio-serial-pci,disable-legacy=on",
		"-chardev",
		"stdio,id=records,signal=off",
		"-device",
		("virtserialport,chardev=records,name=" LAB_PORT_NAME),
	};
	bool added = true;

	for (size_t i = 0; added && i < sizeof(fixed) / sizeof(fixed[0]); i++)
		added = add(argv, "%s", fixed[i]);
	added = added && add(argv, "-serial") && add(argv, "file:%s", files->console) &&
		add_machine(argv, one) && add_memory(argv, one) &&
		add_kernel(argv, one, kernel, files->initramfs) &&
		add_devices(argv, one, files->sockets) &&
		add_monitor(argv, one->monitor, files->sockets);
	return added ? GNG_OK : gng_why_set(why, GNG_ENOMEM, 0, "lab.qemu", "no memory");
}

/* ---- the process ---- */

static void become(const struct gng_lab_list *argv, int input_fd, int records_fd, const char *log)
{
	const int log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	char **words = calloc(argv->num + 1, sizeof(*words));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0); /* Ctrl-C ends the run in order, not the guest first */
	dup2(input_fd, 0);
	dup2(records_fd, 1);
	dup2(log_fd, 2);
	for (size_t i = 0; words && i < argv->num; i++)
		words[i] = argv->texts[i];
	if (words)
		execvp(words[0], words);
	_exit(127);
}

enum gng_status lab_qemu_start(struct lab_qemu *qemu, const struct gng_lab_list *argv,
			       const char *log, struct gng_why *why)
{
	int input[2] = {-1, -1}, records[2] = {-1, -1};

	qemu->pid = -1;
	qemu->killed = false;
	if (pipe2(input, O_CLOEXEC) == 0 && pipe2(records, O_CLOEXEC) == 0)
		qemu->pid = fork();
	if (qemu->pid == 0)
		become(argv, input[0], records[1], log);
	qemu->to_guest_fd = input[1];
	qemu->records_fd = records[0];
	close(input[0]);
	close(records[1]);
	if (qemu->pid > 0)
		return GNG_OK;
	gng_why_set(why, GNG_ESYS, errno, "lab.qemu", "no pipe or process: %s", strerror(errno));
	close(input[1]);
	close(records[0]);
	return GNG_ESYS;
}

static void nap(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

int lab_qemu_stop(struct lab_qemu *qemu, int grace_ms)
{
	int status = 0;

	close(qemu->records_fd);
	close(qemu->to_guest_fd);
	for (int ms = 0; ms < grace_ms; ms += 10) {
		if (waitpid(qemu->pid, &status, WNOHANG) == qemu->pid)
			return status;
		nap(10);
	}
	kill(qemu->pid, SIGKILL);
	qemu->killed = true;
	waitpid(qemu->pid, &status, 0);
	return status;
}

/* ---- two at once ---- */

static int try_slots(void)
{
	for (int i = 0; i < NUM_SLOTS; i++) {
		char path[64];
		int fd;

		snprintf(path, sizeof(path), P_tmpdir "/gonogo-lab-%u-%d.lock", getuid(), i);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

int lab_slot_take(const volatile int *stop)
{
	int fd = try_slots();

	for (int ms = 0; fd < 0 && ms < SLOT_WAIT_S * 1000 && !(stop && *stop); ms += 100) {
		nap(100);
		fd = try_slots();
	}
	return fd;
}
