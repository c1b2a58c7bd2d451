/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_cmd.c - the program gonogo-rtos, `gonogo rtos`. */
#include "rtos_verbs.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"usage: gonogo rtos explore [OPTION...]   every state of a small system\n"
	"       gonogo rtos audit IMAGE...        sizes, memory and instructions of an image\n"
	"\n"
	"gonogo rtos VERB --help says more.\n";

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "explore") == 0)
		return rtos_explore_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "audit") == 0)
		return rtos_audit_main(argc - 1, argv + 1);
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	fputs(usage, stderr);
	return 2;
}
