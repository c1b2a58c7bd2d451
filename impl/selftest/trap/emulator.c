/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emulator.c - becomes QEMU with an image that keeps half of its plan and then dies of a triple
 * fault: the exit status is 0, and the serial line, which carries the report, just ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EMULATOR "qemu-system-x86_64"

/* find_image writes the path of the image, which is beside the folder of the traps. */
static int find_image(char path[4096])
{
	const ssize_t end = readlink("/proc/self/exe", path, 4000);

	if (end <= 0)
		return 0;
	path[end] = '\0';
	*strrchr(path, '/') = '\0';
	strcat(path, "/../x86/gcc/triple.elf");
	return access(path, R_OK) == 0;
}

static int triple_fault(void)
{
	char image[4096];

	if (!find_image(image)) {
		fputs("the image triple.elf was not built\n", stderr);
		return 2;
	}
	execlp(EMULATOR, EMULATOR, "-accel", "tcg", "-machine", "q35", "-bios", "qboot.rom", "-m",
	       "64", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor",
	       "none", "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
	       "-kernel", image, (char *)NULL);
	perror(EMULATOR);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return puts("triple_fault\t0\t") < 0;
	if (argc == 3 && strcmp(argv[2], "triple_fault") == 0)
		return triple_fault();
	return 2;
}
