/* SPDX-License-Identifier: Apache-2.0 */
/* pc.h - runs an image of x86 on the PCs that QEMU has: always TCG, as a /dev/kvm that exists
 * and does not work makes a guest hang instead of fail. */
#ifndef CONFORMANCE_X86_PC_H
#define CONFORMANCE_X86_PC_H

#include "../bare.h"

#define PC_DEADLINE_S 40
#define PC_SUCCESS 33 /* 2 * 0x10 + 1: nothing but the image's own end gives it */

/* With a clock that counts instructions, 64 ns each, or 1 ns where they are to be counted. */
#define PC_EXACT "shift=6,sleep=off"
#define PC_COUNTED "shift=0,sleep=off"

struct pc_setup {
	const char *compiler, *machine, *processor, *firmware;
};

/* The processor qemu64 has no XSAVE: there the entry saves by FXSAVE. qboot.rom prepares nothing
 * that the image does not need, and takes a tenth of SeaBIOS's time. */
static const struct pc_setup pc_setups[] = {{"gcc", "q35", "max", "qboot.rom"},
					    {"gcc", "pc", "qemu64", "bios-256k.bin"},
					    {"clang", "q35", "max", "qboot.rom"}};

/* pc_run_words fills *run: a PC with nothing but a way to end it, and what words, ended by NULL,
 * add. */
static inline void pc_run_words(struct bare_run *run, int deadline_s, const char *const words[])
{
	const char *argv[48] = {"qemu-system-x86_64",
				"-accel",
				"tcg",
				"-cpu",
				"max",
				"-m",
				"128",
				"-nodefaults",
				"-no-user-config",
				"-no-reboot",
				"-display",
				"none",
				"-monitor",
				"none",
				"-device",
				"isa-debug-exit,iobase=0xf4,iosize=4"};
	size_t at = 16;

	for (size_t i = 0; words[i]; i++) {
		assert_true(at + 1 < COUNT_OF(argv));
		argv[at++] = words[i];
	}
	bare_run(run, argv, deadline_s);
}

/* pc_run_for runs an image; icount is NULL for a clock that goes with that of the host. */
static inline void pc_run_for(struct bare_run *run, const struct pc_setup *setup, const char *image,
			      const char *icount, int deadline_s)
{
	const char *const words[] = {"-machine",
				     setup->machine,
				     "-cpu",
				     setup->processor,
				     "-bios",
				     setup->firmware,
				     "-serial",
				     "stdio",
				     "-kernel",
				     image,
				     "-rtc",
				     "clock=vm",
				     icount ? "-icount" : NULL,
				     icount,
				     NULL};

	pc_run_words(run, deadline_s, words);
}

static inline void pc_run(struct bare_run *run, const struct pc_setup *setup, const char *image,
			  const char *icount)
{
	pc_run_for(run, setup, image, icount, PC_DEADLINE_S);
}

/* pc_image writes the path of an image; false if its compiler was not there. */
static inline bool pc_image(char path[4096], const struct pc_setup *setup, const char *name)
{
	char file[128];

	snprintf(file, sizeof(file), "%s/%s.elf", setup->compiler, name);
	bare_image(path, "x86", file);
	return strcmp(setup->compiler, "gcc") == 0 || access(path, R_OK) == 0;
}

/* pc_passes runs an image on each set-up and judges it; *run is that of the first. */
static inline void pc_passes(struct bare_run *run, const char *name, const char *icount)
{
	char path[4096], what[128];

	for (size_t i = COUNT_OF(pc_setups); i-- > 0;) {
		const struct pc_setup *setup = &pc_setups[i];

		if (!pc_image(path, setup, name))
			continue;
		snprintf(what, sizeof(what), "%s by %s on %s with %s", name, setup->compiler,
			 setup->machine, setup->processor);
		pc_run(run, setup, path, icount);
		bare_judge(run, what, PC_SUCCESS);
	}
}

#endif /* CONFORMANCE_X86_PC_H */
