/* SPDX-License-Identifier: Apache-2.0 */
/* qemu.h - the boards of QEMU that the real-time kernel runs on, and its images on them. */
#ifndef HWTESTS_RTOS_QEMU_H
#define HWTESTS_RTOS_QEMU_H

#include "../suite.h"

#include "../../conformance/bare.h"

#define QEMU_DEADLINE_S 40

struct qemu_board {
	const char *machine, *processor;
};

static const struct qemu_board qemu_boards[] = {{"microbit", "cortex-m0"},
						{"mps2-an385", "cortex-m3"},
						{"mps2-an386", "cortex-m4"},
						{"lm3s6965evb", "cortex-m3"}};

/* qemu_image writes the path of an image. */
static inline void qemu_image(char path[4096], const char *processor, const char *name)
{
	char file[128];

	snprintf(file, sizeof(file), "%s/%s.elf", processor, name);
	bare_image(path, "rtos", file);
}

/* qemu_run fills *run; the caller judges. */
static inline void qemu_run(struct bare_run *run, const char *machine, const char *image,
			    bool icount)
{
	const char *const argv[] = {"qemu-system-arm",
				    "-M",
				    machine,
				    "-display",
				    "none",
				    "-monitor",
				    "none",
				    "-serial",
				    "none",
				    "-accel",
				    "tcg",
				    "-semihosting-config",
				    "enable=on,target=native",
				    "-kernel",
				    image,
				    icount ? "-icount" : NULL,
				    "shift=6,sleep=off",
				    NULL};

	bare_run(run, argv, QEMU_DEADLINE_S);
}

/* qemu_passes runs an image of this build and judges it. */
static inline void qemu_passes(struct bare_run *run, const struct qemu_board *board,
			       const char *name, bool icount)
{
	char path[4096], what[128];

	snprintf(what, sizeof(what), "%s on %s", name, board->machine);
	qemu_image(path, board->processor, name);
	qemu_run(run, board->machine, path, icount);
	bare_judge(run, what, 0);
}

#endif /* HWTESTS_RTOS_QEMU_H */
