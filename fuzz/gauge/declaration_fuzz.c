/* SPDX-License-Identifier: Apache-2.0 */
/*
 * declaration_fuzz.c - a declaration that is read says the same when it is written out
 * again; and comments put around any text change nothing.
 */
/* bundle: 7 */
#include "../block.h"
#include "../suite.h"

#include <stdarg.h>

#include "gauge_scan.h"

static void check_same(const struct gng_subsystem *a, const struct gng_subsystem *b,
		       const char *how)
{
	fuzz_check(strcmp(a->name, b->name) == 0, "another name", how);
	fuzz_check(strcmp(a->needs, b->needs) == 0, "other needs", how);
	fuzz_check(strcmp(a->packages, b->packages) == 0, "other requirements", how);
	fuzz_check(strcmp(a->variants, b->variants) == 0, "other variants", how);
	fuzz_check(strcmp(a->command, b->command) == 0, "another command", how);
}

static void check_reads(const char *text, enum gng_status status,
			const struct gng_subsystem *subsystem)
{
	struct gng_subsystem again;

	fuzz_check(gauge_declare(&again, "again", "aes", text, NULL) == status, "another status",
		   text);
	if (status != GNG_OK)
		return;
	check_same(subsystem, &again, text);
	gauge_subsystem_fini(&again);
}

static char *format(const char *text, ...) GNG_PRINTF(1, 2);
static char *format(const char *text, ...)
{
	va_list args;
	char *made;

	va_start(args, text);
	if (vasprintf(&made, text, args) < 0)
		abort();
	va_end(args);
	return made;
}

/* In reverse order, and with comments where space may stand. */
static char *write_out(const struct gng_subsystem *subsystem)
{
	return format("gng_subsystem (\n%s#[[ ) ]]COMMAND\t%s VARIANTS %s #)\nREQUIRES %s "
		      "NEEDS;%s\n)\n",
		      subsystem->name, subsystem->command, subsystem->variants, subsystem->packages,
		      subsystem->needs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size), *other;
	const int all = fuzz_one_in(64, data, size);
	struct gng_subsystem subsystem;
	enum gng_status status;

	status = gauge_declare(&subsystem, "input", "aes", text, NULL);
	if (!all)
		goto out;
	other = format("# gng_subsystem(no)\n#[=[ gng_subsystem(no) ]] ]=] \n%s", text);
	check_reads(other, status, &subsystem);
	free(other);
	if (status == GNG_OK) {
		other = write_out(&subsystem);
		check_reads(other, GNG_OK, &subsystem);
		free(other);
	}
out:
	if (status == GNG_OK)
		gauge_subsystem_fini(&subsystem);
	return 0;
}
