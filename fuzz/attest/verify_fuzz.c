/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_fuzz.c - a bundle that nobody signed holds nothing for a key; every line of it counts
 * once; and noise behind it changes nothing, as in-toto demands. Input: a bundle.
 */
/* class: crypto */
/* bundle: 14 */
#include "../suite.h"

#include <attest_bundle.h>

#define MAX_LINES 512 /* of which a bundle reads the first */

static const struct gng_attest_policy nobody = {.num_keys = 0};

/* key is made anew in each process, so no input can be signed by it. */
static const struct gng_attest_key *key(void)
{
	static struct gng_attest_key *made;

	if (!made && gng_attest_key_new(&made, GNG_ATTEST_ED25519, NULL) != GNG_OK)
		abort();
	return made;
}

static size_t count_lines(const char *text, size_t len)
{
	size_t num = 0;

	for (size_t i = 0; i < len; i++)
		num += text[i] == '\n';
	return num + (len && text[len - 1] != '\n');
}

static void check_same(const struct bundle *one, const struct bundle *other)
{
	fuzz_check(one->num_statements == other->num_statements, "noise adds a statement", "");
	for (size_t i = 0; i < one->num_statements; i++)
		fuzz_check(json_equal(one->statements[i].json, other->statements[i].json),
			   "noise changes a statement", one->statements[i].type);
}

/* check_noisy reads the bundle with noise behind it, and with a key that signed nothing. */
static void check_noisy(const struct bundle *bundle, const uint8_t *data, size_t size)
{
	const struct gng_attest_key *keys[] = {key()};
	const struct gng_attest_policy somebody = {.keys = keys, .num_keys = 1};
	static const char noise[] = "\n{noise\n";
	char *text = malloc(size + sizeof(noise));
	struct bundle other;

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	memcpy(text + size, noise, sizeof(noise));
	if (bundle_read(&other, text, size + sizeof(noise) - 1, &nobody, NULL) != GNG_OK)
		abort();
	if (count_lines(text, size) < MAX_LINES - 2)
		check_same(bundle, &other);
	bundle_fini(&other);
	if (bundle_read(&other, text, size, &somebody, NULL) != GNG_OK)
		abort();
	fuzz_check(other.num_statements == 0, "what nobody signed is accepted", "");
	bundle_fini(&other);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct bundle bundle;

	if (bundle_read(&bundle, text, size, &nobody, NULL) != GNG_OK)
		abort();
	fuzz_check(count_lines(text, size) >= MAX_LINES - 2 ||
			   bundle.num_statements + bundle.num_ignored == count_lines(text, size),
		   "a line is lost", "");
	if (fuzz_one_in(64, data, size))
		check_noisy(&bundle, data, size);
	bundle_fini(&bundle);
	return 0;
}
