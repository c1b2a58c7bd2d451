/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the oracle of rejection: what breaks the first rule of a structure, and where. Written
 * apart from impl/boot: every byte is fetched with its bounds, sums have 128 bits.
 */
#ifndef FUZZ_BOOT_RULES_H
#define FUZZ_BOOT_RULES_H

#include "../suite.h"

#include <gng_boot.h>

__extension__ typedef unsigned __int128 rules_wide;

struct rules_input {
	const uint8_t *bytes;
	size_t len;
};

/* rules_broken is the first rule that is broken; error GNG_BOOT_SOUND if there is none. */
struct rules_broken {
	enum gng_boot_error error;
	uint64_t at;
};

FUZZ_UNCOUNTED static inline uint64_t rules_get(const struct rules_input *input, rules_wide at,
						unsigned int width)
{
	uint64_t value = 0;

	if (at >= input->len)
		return 0;
	if (input->len - (size_t)at >= width) {
		memcpy(&value, input->bytes + (size_t)at, width); /* of a little-endian host */
		return value;
	}
	for (unsigned int i = (unsigned int)(input->len - (size_t)at); i-- > 0;)
		value = value << 8 | input->bytes[(size_t)at + i];
	return value;
}

FUZZ_UNCOUNTED static inline struct rules_broken rules_break(enum gng_boot_error error,
							     rules_wide at)
{
	return (struct rules_broken){error, (uint64_t)at};
}

/* rules_has_end says whether bytes from..to hold a 0. */
FUZZ_UNCOUNTED static inline bool rules_has_end(const struct rules_input *input, rules_wide from,
						rules_wide to)
{
	for (; from < to && from < input->len; from++)
		if (input->bytes[(size_t)from] == 0)
			return true;
	return false;
}

/* rules_compare ends the fuzzer unless reader and rules agree. */
FUZZ_UNCOUNTED static inline bool rules_compare(enum gng_status status,
						const struct gng_boot_fault *fault,
						struct rules_broken broken)
{
	const char *name = gng_boot_error_name(broken.error);

	fuzz_check(fault->error == broken.error, "the error", name);
	fuzz_check((status == GNG_OK) == !broken.error, "the status", name);
	if (broken.error) {
		fuzz_check(fault->offset == broken.at, "the offset", name);
		fuzz_check(fault->clause != NULL, "the clause", name);
		fuzz_check(*gng_boot_error_text(fault->error) != '?', "the text", name);
	}
	return status == GNG_OK;
}

#endif /* FUZZ_BOOT_RULES_H */
