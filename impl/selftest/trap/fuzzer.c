/* SPDX-License-Identifier: Apache-2.0 */
/* fuzzer.c - a libFuzzer program whose first input crashes it: exit status 77, a skip to some. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The runner's words are none of libFuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char runs[] = "-runs=10", seed[] = "-seed=1";
	static char *own[] = {NULL, runs, seed, NULL};

	if (*argc == 2 && strcmp((*argv)[1], "--list") == 0) {
		puts("crashes\t0\t");
		exit(0);
	}
	own[0] = (*argv)[0];
	*argv = own;
	*argc = 3;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	abort();
}
