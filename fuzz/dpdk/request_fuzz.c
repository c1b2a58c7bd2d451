/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_fuzz.c - EAL arguments that are accepted mean the same in their other form:
 * "--name=value" against "--name value", and with "--" and more behind them. Any line of a log has
 * one reason, and more text at its ends changes it only to an earlier row's.
 *
 * Words are separated by zero bytes.
 */
/* bundle: 66 */
#include "../block.h"
#include "../suite.h"

#include <gng_dpdk.h>

#define MAX_WORDS 40

struct words {
	char *text;
	const char *argv[2 * MAX_WORDS + 2];
	int argc;
};

static void split(struct words *words, const uint8_t *data, size_t size)
{
	words->text = fuzz_copy(data, size);
	words->argc = 0;
	for (size_t at = 0; at < size && words->argc < MAX_WORDS;
	     at += strlen(words->text + at) + 1)
		words->argv[words->argc++] = words->text + at;
}

/* part takes "--name=value" apart into two words; the values point into the same text. */
static void part(struct words *words)
{
	const char *argv[MAX_WORDS];
	const int argc = words->argc;
	bool ended = false;

	memcpy(argv, words->argv, (size_t)argc * sizeof(argv[0]));
	words->argc = 0;
	for (int i = 0; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		ended |= strcmp(argv[i], "--") == 0;
		words->argv[words->argc++] = argv[i];
		if (ended || strncmp(argv[i], "--", 2) != 0 || !equals ||
		    strncmp(argv[i], "--huge-", 7) == 0) /* two of them need no value */
			continue;
		*equals = '\0';
		words->argv[words->argc++] = equals + 1;
	}
}

static bool is_same(const struct gng_dpdk_request *a, const struct gng_dpdk_request *b)
{
	return a->no_huge == b->no_huge && a->in_memory == b->in_memory && a->no_pci == b->no_pci &&
	       a->is_secondary == b->is_secondary && a->iova_pa == b->iova_pa &&
	       a->memory_mb == b->memory_mb && a->num_ports == b->num_ports &&
	       a->num_devices == b->num_devices && a->num_vdevs == b->num_vdevs &&
	       a->num_plugins == b->num_plugins && strcmp(a->file_prefix, b->file_prefix) == 0 &&
	       memcmp(a->lcores, b->lcores, sizeof(a->lcores)) == 0;
}

/* Whether a value stands in a word of its own decides what the words behind it are, so only
 * requests whose every word is an option are taken apart. */
static bool is_plain(const struct words *words)
{
	for (int i = 0; i < words->argc; i++)
		if (strncmp(words->argv[i], "--", 2) != 0 || !strchr(words->argv[i], '='))
			return false;
	return true;
}

static void check_reason(const char *line)
{
	const enum gng_dpdk_reason reason = gng_dpdk_reason_of_line(line);
	char longer[600];

	fuzz_check((unsigned int)reason < GNG_DPDK_NUM_REASONS, "a reason", "that is none");
	snprintf(longer, sizeof(longer), "EAL: %.500s.", line);
	fuzz_check(strlen(line) > 500 || gng_dpdk_reason_of_line(longer) == reason, "the reason",
		   "of a longer line");
}

/* check_forms reads the words of a request that was taken in their other forms. */
static void check_forms(const struct gng_dpdk_request *first, struct words *words)
{
	const bool plain = is_plain(words);
	struct gng_dpdk_request second;
	enum gng_status status;

	words->argv[words->argc] = "--";
	words->argv[words->argc + 1] = "--no-such-option";
	status = gng_dpdk_request_read(&second, words->argc + 2, words->argv, NULL);
	fuzz_check(status == GNG_OK && is_same(first, &second), "words", "behind --");
	if (!plain)
		return;
	part(words);
	status = gng_dpdk_request_read(&second, words->argc, words->argv, NULL);
	fuzz_check(status == GNG_OK && is_same(first, &second), "options", "taken apart");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_dpdk_request first;
	struct words words;
	enum gng_status status;

	if (size > 2000)
		return 0;
	split(&words, data, size);
	check_reason(words.text);
	status = gng_dpdk_request_read(&first, words.argc, words.argv, NULL);
	fuzz_check(status == GNG_OK || status == GNG_EINVAL || status == GNG_ELIMIT, "the status",
		   "of a request");
	if (status == GNG_OK)
		check_forms(&first, &words);
	return 0;
}
