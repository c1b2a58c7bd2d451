/* SPDX-License-Identifier: Apache-2.0 */
/* lab_qemu.h - QEMU as a process: its command line, its deadline, its end. Private to impl/lab. */
#ifndef LAB_QEMU_H
#define LAB_QEMU_H

#include <stdbool.h>
#include <sys/types.h>

#include "gng_lab.h"

#define LAB_QEMU "qemu-system-x86_64"
#define LAB_QEMU_PACKAGE "qemu-system-x86"

/* lab_qemu_files are paths of one boot; none has a comma, at which QEMU cuts. */
struct lab_qemu_files {
	const char *initramfs, *console, *sockets;
};

/* lab_qemu_arguments writes the command line for the case to *argv, ended by NULL text. */
GNG_MUST enum gng_status lab_qemu_arguments(struct gng_lab_list *argv,
					    const struct gng_lab_case *one,
					    const struct gng_lab_kernel *kernel,
					    const struct lab_qemu_files *files,
					    struct gng_why *why);

/* lab_qemu is a machine that runs. records_fd delivers what the guest says. Nothing is said to the
 * guest, but to_guest_fd stays open: at the end of its input QEMU takes the host for gone, and the
 * guest's writes would wait for ever. */
struct lab_qemu {
	pid_t pid;
	int records_fd, to_guest_fd;
	bool killed; /* by lab_qemu_stop */
};

/* lab_qemu_start starts it; its own words go to the file at log. It dies with this process. */
GNG_MUST enum gng_status lab_qemu_start(struct lab_qemu *qemu, const struct gng_lab_list *argv,
					const char *log, struct gng_why *why);

/* lab_qemu_stop kills it if it still runs after grace_ms and returns its wait status. */
int lab_qemu_stop(struct lab_qemu *qemu, int grace_ms);

/* lab_slot_take waits until fewer than two guests run on this machine, and returns a descriptor to
 * be closed when ours has ended; -1 if *stop became non-zero or after ten minutes. */
int lab_slot_take(const volatile int *stop);

#endif /* LAB_QEMU_H */
