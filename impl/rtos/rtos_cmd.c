/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_cmd.c - the program gonogo-rtos, `gonogo rtos`. */
#include "rtos_verbs.h"

#include <stdio.h>
#include <string.h>

#include <gng_options.h>

static const char help[] =
	"usage: gonogo rtos explore [OPTION...]   every state of a small system\n"
	"       gonogo rtos audit IMAGE...        sizes, memory and instructions of an image\n"
	"\n"
	"gonogo rtos explore --help and gonogo rtos audit --help say more.";

static const struct gng_options command = {.verb = "rtos"};

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (strcmp(word, "explore") == 0)
		return rtos_explore_main(argc - 1, argv + 1);
	if (strcmp(word, "audit") == 0)
		return rtos_audit_main(argc - 1, argv + 1);
	if (argc == 2 && strcmp(word, "--help") == 0)
		return puts(help) == EOF ? GNG_OPTIONS_HARNESS : 0;
	return gng_options_refuse(&command, "it wants explore or audit, not", word);
}
