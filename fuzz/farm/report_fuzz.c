/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_fuzz.c - whatever a dying fuzzer prints, its cause is a plain name that does not depend
 * on what follows the report; and a seed that was added to any text is found again.
 */
/* bundle: 12 */
#include "../suite.h"

#include <gng_farm.h>

#define PLAIN "abcdefghijklmnopqrstuvwxyz0123456789_-"

static void check_plain(const struct gng_farm_crash *crash)
{
	fuzz_check(*crash->signature && crash->signature[strspn(crash->signature, PLAIN)] == '\0',
		   "a signature is no plain name", crash->signature);
	fuzz_check(crash->num_frames <= GNG_FARM_MAX_FRAMES, "too many frames", crash->signature);
	for (size_t i = 0; i < crash->num_frames; i++)
		for (const char *c = crash->frames[i]; *c; c++)
			fuzz_check(*c >= 0x20 && *c < 0x7f, "a frame is not printable",
				   crash->signature);
}

/* check_longer parses the report with a summary behind it. */
static void check_longer(const char *log, size_t len)
{
	struct gng_farm_crash crash, again;
	char *longer = malloc(len + 64);
	const bool found = gng_farm_crash_parse(&crash, log, len);

	if (!longer)
		return;
	memcpy(longer, log, len);
	strcpy(longer + len, "\n\nSUMMARY: AddressSanitizer: x /a.c:1 in other\n");
	fuzz_check(gng_farm_crash_parse(&again, longer, len + strlen(longer + len)) == found,
		   "a summary makes a report", crash.signature);
	fuzz_check(strcmp(crash.signature, again.signature) == 0, "what follows counts",
		   crash.signature);
	free(longer);
}

static void check_report(const char *log, size_t len)
{
	struct gng_farm_crash crash;
	struct gng_farm_progress progress = {0};

	(void)gng_farm_crash_parse(&crash, log, len);
	check_plain(&crash);
	gng_farm_progress_parse(&progress, log, len);
}

/* check_seed takes the input as the text of a .seeds file and adds its first bytes to it. */
static void check_seed(const uint8_t *data, size_t size)
{
	const size_t len = size < 8 ? size : 8;
	char *text = malloc(size + 1), *added = NULL, *twice = NULL;
	struct gng_why why = {0};

	if (!text)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (gng_farm_seed_add(&added, "t", text, "new", data, len, &why) != GNG_OK) {
		fuzz_check(strncmp(why.text, "t:", 2) == 0, "no place", why.text);
	} else {
		fuzz_check(gng_farm_seed_add(&twice, "t", added, "newer", data, len, &why) ==
				   GNG_OK,
			   "what was added does not parse", added);
		fuzz_check(strcmp(added, twice) == 0, "what was added is not found", added);
	}
	free(twice);
	free(added);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(64, data, size);

	if (all || fuzz_choice(4, data, size))
		check_report((const char *)data, size);
	if (all)
		check_longer((const char *)data, size);
	if (all || !fuzz_choice(4, data, size))
		check_seed(data, size);
	return 0;
}
