/* SPDX-License-Identifier: Apache-2.0 */
/* smaps.c - reads /proc/PID/smaps (proc(5)): a header "LO-HI PERMS ..." and "Name: N kB" lines for
 * each VMA. KernelPageSize says 4 kB for transparent huge pages, so it is not asked. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem_proof.h"

struct reader {
	struct gng_mem_proof *proof;
	uintptr_t lo, hi, covered; /* covered: the range is seen up to there */
	bool inside;
};

static bool is_hex(char c)
{
	return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

/* read_header takes "LO-HI "; false if the line is no header. */
static bool read_header(struct reader *reader, const char *line)
{
	uintptr_t lo, hi;
	char *end;

	if (!is_hex(*line))
		return false;
	lo = strtoull(line, &end, 16);
	if (*end != '-' || !is_hex(end[1]))
		return false;
	hi = strtoull(end + 1, &end, 16);
	if (*end != ' ')
		return false;
	reader->inside = lo < reader->hi && hi > reader->lo;
	if (!reader->inside)
		return true;
	reader->proof->num_vmas++;
	if (lo < reader->lo || hi > reader->hi)
		reader->proof->exact = false;
	if (lo <= reader->covered && hi > reader->covered)
		reader->covered = hi;
	return true;
}

static const char *const wanted[] = {"AnonHugePages:", "Private_Hugetlb:"};

/* read_figure adds the figure of a line that is wanted; false if it is none. */
static bool read_figure(struct reader *reader, const char *line)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const size_t name = strlen(wanted[i]);
		unsigned long long kib;
		char *end;

		if (strncmp(line, wanted[i], name) != 0)
			continue;
		line += name + strspn(line + name, " ");
		kib = strtoull(line, &end, 10);
		if (!isdigit((unsigned char)*line) || strcmp(end, " kB") != 0 ||
		    kib > SIZE_MAX >> 20)
			return false;
		reader->proof->huge_len += (size_t)kib << 10;
	}
	return true;
}

static enum gng_status read_lines(struct reader *reader, char *rest, struct gng_why *why)
{
	char *line;

	for (size_t number = 1; (line = strsep(&rest, "\n")); number++)
		if (!read_header(reader, line) && reader->inside && !read_figure(reader, line))
			return gng_why_set(why, GNG_EFORMAT, 0, "mem.smaps",
					   "smaps:%zu: no figure in kB: %.60s", number, line);
	if (reader->covered < reader->hi)
		return gng_why_set(why, GNG_EFORMAT, 0, "mem.smaps",
				   "smaps: the range is not mapped from 0x%zx on",
				   (size_t)reader->covered);
	return GNG_OK;
}

enum gng_status mem_smaps_add(struct gng_mem_proof *proof, const char *text, size_t len,
			      uintptr_t lo, uintptr_t hi, struct gng_why *why)
{
	struct reader reader = {.proof = proof, .lo = lo, .hi = hi, .covered = lo};
	char *copy = strndup(text, len);
	enum gng_status status;

	if (!copy)
		return gng_why_set(why, GNG_ENOMEM, 0, "mem.smaps", "no memory");
	proof->exact = true;
	status = read_lines(&reader, copy, why);
	free(copy);
	return status;
}

void mem_thp_mode(char mode[16], const char *text)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	strcpy(mode, "absent");
	if (close && close > open + 1 && close - open <= 15) {
		memcpy(mode, open + 1, (size_t)(close - open - 1));
		mode[close - open - 1] = '\0';
	}
}
