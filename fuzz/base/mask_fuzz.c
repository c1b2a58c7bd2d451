/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_fuzz.c - GNG_CPU as anybody may set it: the mask of a list is the union of the masks
 * of its tokens, and it is refused if and only if one of them is.
 */
/* bundle: 1 */
#include "../block.h"
#include "../suite.h"

#define MAX_LEN 1024

static int is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return 0;
	return 1;
}

/* mask_of_each is the union of the masks of the tokens; GNG_EFORMAT if one is refused. */
static enum gng_status mask_of_each(uint32_t *sum, const char *text)
{
	char tokens[MAX_LEN + 1], *rest = tokens, *token;
	enum gng_status status = GNG_OK;

	*sum = 0;
	strcpy(tokens, text);
	while ((token = strsep(&rest, ","))) {
		uint32_t one = 0;

		/* alone, the empty text masks nothing; in a list it is a token left out */
		if (*token == '\0' || gng_cpu_mask(&one, token, NULL) != GNG_OK)
			status = GNG_EFORMAT;
		*sum |= one;
	}
	return status;
}

/* check_all does to a text what is done to one in 64. */
static void check_all(const char *whole, uint32_t cleared, enum gng_status status)
{
	struct gng_why why = {0};
	uint32_t again = 0, sum;

	fuzz_check(status == gng_cpu_mask(&again, whole, &why) && again == cleared, "again",
		   "mask");
	fuzz_check(status == mask_of_each(&sum, whole), "status of the list", "mask");
	fuzz_check(cleared == sum, "bits of the list", "mask");
	fuzz_check(status == GNG_OK || (why.text[0] && is_clean(why.text)), "reason", "mask");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t cleared = 0;
	enum gng_status status;
	const char *whole;

	if (size == 0 || size > MAX_LEN || memchr(data, '\0', size))
		return 0; /* no text of an environment variable, or of the empty list */
	whole = fuzz_copy(data, size);
	status = gng_cpu_mask(&cleared, whole, NULL);
	if (fuzz_one_in(64, data, size))
		check_all(whole, cleared, status);
	return 0;
}
