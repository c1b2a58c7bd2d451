/* SPDX-License-Identifier: Apache-2.0 */
/* audit_main.c - `gonogo rtos audit`: what an image of the user weighs, and what it executes. */
#include "rtos_image.h"
#include "rtos_verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

#define MAX_IMAGE ((size_t)64 << 20)

static const char help[] =
	"usage: gonogo rtos audit [--v7m] [--json] IMAGE...\n"
	"\n"
	"Reads ELF images for Arm: bytes of ROM and RAM, whether code can be written, and whether\n"
	"each instruction is one of ARMv6-M, or with --v7m of ARMv7-M without floating point.\n"
	"\n"
	"Exit: 0 all are clean, 1 one is not, 2 a file cannot be read.";

static uint8_t *read_file(const char *path, size_t *len, struct gng_why *why)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = file ? malloc(MAX_IMAGE) : NULL, *fitting = NULL;

	if (!bytes) {
		gng_why_set(why, GNG_ESYS, errno, "rtos.audit", "%s", strerror(errno));
	} else {
		*len = fread(bytes, 1, MAX_IMAGE, file);
		fitting = *len < MAX_IMAGE && !ferror(file) ? realloc(bytes, *len + 1) : NULL;
		if (!fitting) {
			gng_why_set(why, GNG_ELIMIT, 0, "rtos.audit",
				    "cannot be read, or is over 64 MiB");
			free(bytes);
		}
	}
	if (file)
		fclose(file);
	return fitting;
}

static void report(const char *path, const struct rtos_image *image, bool json)
{
	if (json) {
		printf("{\"image\":\"");
		for (const char *at = path; *at; at++)
			if (*at == '"' || *at == '\\')
				printf("\\%c", *at);
			else if ((unsigned char)*at >= 0x20)
				putchar(*at);
		printf("\",\"rom\":%u,\"ram\":%u,\"halfwords\":%u,\"wrong\":%u,"
		       "\"first_wrong\":%u,\"writable_code\":%s}\n",
		       image->rom, image->ram, image->num_code, image->num_wrong,
		       image->first_wrong, image->writable_code ? "true" : "false");
		return;
	}
	printf("%s: %u bytes of ROM, %u of RAM, %u halfwords of code\n", path, image->rom,
	       image->ram, image->num_code);
	if (image->num_wrong)
		printf("%s: %u instructions that the processor lacks, the first at 0x%x\n", path,
		       image->num_wrong, image->first_wrong);
	if (image->writable_code)
		printf("%s: code can be written: keep it out of writable segments\n", path);
}

static int audit(const char *path, bool v7m, bool json)
{
	struct rtos_image image;
	struct gng_why why;
	size_t len = 0;
	uint8_t *bytes = read_file(path, &len, &why);
	enum gng_status status;

	if (!bytes) {
		fprintf(stderr, "gonogo: rtos: %s: %s\n", path, why.text);
		return 2;
	}
	status = rtos_image_audit(&image, bytes, len, v7m, &why);
	if (status == GNG_OK)
		report(path, &image, json);
	else
		fprintf(stderr, "gonogo: rtos: %s: %s\n", path, why.text);
	free(bytes);
	if (status != GNG_OK)
		return 2;
	return image.num_wrong || image.writable_code;
}

enum { V7M = GNG_OPTIONS_OWN, JSON };

static const struct option known[] = {{"v7m", no_argument, NULL, V7M},
				      {"json", no_argument, NULL, JSON},
				      {"help", no_argument, NULL, GNG_OPTIONS_HELP},
				      {0}};

struct order {
	bool v7m, json;
};

static bool take_option(void *context, int option)
{
	struct order *order = context;

	return option == V7M ? (order->v7m = true) : (order->json = true);
}

static const struct gng_options command = {
	.verb = "rtos", .help = help, .known = known, .set = take_option};

int rtos_audit_main(int argc, char **argv)
{
	struct order order = {0};
	const int status = gng_options_read(&command, &order, argc, argv);
	int worst = 0;

	if (status != -1)
		return status;
	if (optind == argc)
		return gng_options_refuse(&command, "audit wants the name of an image, not", "");
	for (int i = optind; i < argc; i++) {
		const int code = audit(argv[i], order.v7m, order.json);

		if (code > worst)
			worst = code;
	}
	return worst;
}
