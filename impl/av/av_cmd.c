/* SPDX-License-Identifier: Apache-2.0 */
/* av_cmd.c - `gonogo av`: audio and video with a deadline for every frame. */
#include <stdio.h>
#include <string.h>

#include <gng_options.h>

#include "av_verbs.h"

static const struct gng_options command = {.verb = "av"};

int main(int argc, char **argv)
{
	const char *verb = argc >= 2 ? argv[1] : "";

	if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
		return puts(av_help) == EOF ? AV_EXIT_HARNESS : 0;
	if (strcmp(verb, "run") == 0)
		return av_verb_run(argc - 1, argv + 1);
	if (strcmp(verb, "soak") == 0)
		return av_verb_soak(argc - 1, argv + 1);
	return gng_options_refuse(&command, "it wants a verb, run or soak, and not", verb);
}
