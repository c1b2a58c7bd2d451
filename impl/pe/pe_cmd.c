/* SPDX-License-Identifier: Apache-2.0 */
/* pe_cmd.c - the program gonogo-pe, `gonogo pe FILE`: one PE image, read or refused. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <gng_filearg.h>
#include <gng_pe.h>

#define MAX_IMAGE ((size_t)256 << 20)

static const char help[] =
	"usage: gonogo pe FILE [--json]\n"
	"\n"
	"Reads a PE image (PE32 or PE32+): headers, sections and base relocations.\n"
	"\n"
	"  --json   one JSON object on stdout, for a refused image too\n"
	"\n"
	"Exit status: 0 sound, 1 refused (error, offset and clause are named), 2 usage, 99 the\n"
	"file cannot be read.";

static void json_sections(const struct gng_pe *image)
{
	struct gng_pe_section section;

	printf(",\"sections\":[");
	for (uint32_t i = 0; gng_pe_section_at(image, i, &section); i++) {
		printf("%s{\"name\":\"", i ? ",\n" : "");
		for (const char *c = section.name; *c; c++)
			printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
		printf("\",\"address\":%u,\"size\":%u,\"file_at\":%u,\"file_len\":%u,"
		       "\"characteristics\":%u}",
		       section.address, section.size, section.file_at, section.file_len,
		       section.characteristics);
	}
	putchar(']');
}

static void json_relocations(const struct gng_pe *image)
{
	struct gng_pe_relocation one;
	struct gng_pe_walk walk = {0, 0, 0};
	const char *comma = "";

	printf(",\"relocations\":[");
	for (; gng_pe_next(image, &walk, &one); comma = ",")
		printf("%s{\"address\":%u,\"type\":%u}", comma, one.address, one.type);
	putchar(']');
}

static void print_json(const struct gng_pe *image)
{
	printf("{\"format\":\"%s\",\"machine\":%u,\"characteristics\":%u,\"subsystem\":%u,"
	       "\"timestamp\":%u,\"entry\":%u,\"image_base\":\"0x%" PRIx64 "\",\"image_len\":%u,"
	       "\"headers_len\":%u,\"section_alignment\":%u,\"file_alignment\":%u",
	       image->is_64 ? "PE32+" : "PE32", image->machine, image->characteristics,
	       image->subsystem, image->timestamp, image->entry, image->image_base,
	       image->image_len, image->headers_len, image->section_alignment,
	       image->file_alignment);
	json_sections(image);
	json_relocations(image);
	puts("}");
}

static void print_text(const struct gng_pe *image)
{
	struct gng_pe_section section;

	printf("%s for machine %04x, subsystem %u, %u bytes at 0x%" PRIx64 ", entry at %x\n",
	       image->is_64 ? "PE32+" : "PE32", image->machine, image->subsystem, image->image_len,
	       image->image_base, image->entry);
	for (uint32_t i = 0; gng_pe_section_at(image, i, &section); i++)
		printf("  %-8s %8x of %8x, in the file %8x of %8x\n", section.name, section.address,
		       section.size, section.file_at, section.file_len);
	printf("  %u relocations\n", image->num_relocations);
}

static int answer(const char *path, const uint8_t *bytes, size_t len, bool json)
{
	struct gng_pe_fault fault;
	struct gng_pe image;

	if (gng_pe_read(&image, &fault, bytes, len) == GNG_OK) {
		if (json)
			print_json(&image);
		else
			print_text(&image);
		return GNG_FILEARG_OK;
	}
	if (json)
		printf("{\"error\":\"%s\",\"offset\":%zu,\"clause\":\"%s\"}\n",
		       gng_pe_error_name(fault.error), fault.offset, fault.clause);
	fprintf(stderr, "gonogo: pe: %s: at byte %zu: %s (%s); link the image anew\n", path,
		fault.offset, gng_pe_error_text(fault.error), fault.clause);
	return GNG_FILEARG_REFUSED;
}

int main(int argc, char **argv)
{
	static const struct gng_filearg command = {
		.verb = "pe",
		.help = help,
		.give = "give one image",
		.max_len = MAX_IMAGE,
		.answer = answer,
	};

	return gng_filearg_main(&command, argc, argv);
}
