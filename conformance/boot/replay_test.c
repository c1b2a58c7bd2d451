/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_test.c - the corpora of the fuzzers of firmware through the readers on the bare machine:
 * each must give the host's answer, in whole.
 */
/* needs: acpi pci pe x86 */
/* requires: gcc qemu-system-x86_64 */
#include "../command.h"
#include "../x86/pc.h"

#include "replay.h"

#include "../../fuzz/acpi/mend.h"
#include "../../fuzz/boot/mend.h"
#include "../../fuzz/pci/mend.h"

#define MAX_RECORDS ((size_t)8 << 20)

static uint8_t records[MAX_RECORDS];
static size_t records_len;
static struct bare_run run;

/* Each corpus, and how its fuzzer mends an input before it is read; NULL: it is read as it is. */
static const struct corpus {
	const char *path;
	enum replay_kind kind;
	size_t (*mend)(uint8_t *bytes, size_t len);
} corpora[];

static size_t mend_acpi(uint8_t *bytes, size_t len)
{
	const uint8_t how = bytes[0];

	memmove(bytes, bytes + 1, len - 1);
	mend_table(how, bytes, len - 1);
	return len - 1;
}

static size_t mend_pci(uint8_t *bytes, size_t len)
{
	static uint8_t space[4097];
	size_t space_len;

	memset(space, 0, sizeof(space));
	space_len = mend_space(space, bytes[0], bytes + 1, len - 1);
	memcpy(bytes, space, space_len);
	return space_len;
}

static size_t mend_coreboot_input(uint8_t *bytes, size_t len)
{
	const uint8_t how = bytes[0];

	memmove(bytes, bytes + 1, len - 1);
	if (how & 1)
		mend_coreboot(bytes, len - 1);
	return len - 1;
}

static const struct corpus corpora[] = {
	{"acpi/table", REPLAY_ACPI, mend_acpi},
	{"pci/space", REPLAY_PCI, mend_pci},
	{"pe/image", REPLAY_PE, NULL},
	{"boot/e820", REPLAY_E820, NULL},
	{"boot/multiboot2", REPLAY_MULTIBOOT2, NULL},
	{"boot/coreboot", REPLAY_COREBOOT, mend_coreboot_input},
	{"boot/pvh", REPLAY_PVH, NULL},
	{"x86/paging", REPLAY_PAGING, NULL},
};

static size_t read_hex(uint8_t *bytes, const char *hex)
{
	size_t len = 0;
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		bytes[len++] = (uint8_t)byte;
	return len;
}

static void add_record(const struct corpus *corpus, const char *hex)
{
	struct replay_record record = {.kind = corpus->kind};
	uint8_t *bytes = records + records_len + sizeof(record);
	size_t len;

	assert_true(strlen(hex) / 2 + 8192 < MAX_RECORDS - records_len);
	len = read_hex(bytes, hex);
	if (corpus->mend && len)
		len = corpus->mend(bytes, len);
	record.len = (uint32_t)len;
	memcpy(records + records_len, &record, sizeof(record));
	while (len % 8)
		bytes[len++] = 0;
	records_len += sizeof(record) + len;
}

static bool read_corpus(const struct corpus *corpus)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[4200], *line = NULL;
	size_t cap = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../fuzz/%s.seeds", vectors ? vectors : ".", corpus->path);
	file = fopen(path, "r");
	if (!file)
		return false;
	while (getline(&line, &cap, file) > 0) {
		char *hex = strstr(line, " = ");

		if (*line != '#' && hex)
			add_record(corpus, hex + 3);
	}
	free(line);
	fclose(file);
	return true;
}

static void run_image(void)
{
	char image[4096], module[4200];
	const char *const words[] = {"-machine", "q35", "-bios",   "qboot.rom", "-serial", "stdio",
				     "-kernel",	 image, "-initrd", module,	NULL};

	bare_image(image, "boot/bios", "replay.elf");
	command_write("records", records, records_len);
	snprintf(module, sizeof(module), "%s/records", command_folder());
	pc_run_words(&run, PC_DEADLINE_S, words);
	bare_judge(&run, "replay", PC_SUCCESS);
}

static void the_bare_machine_gives_the_answers_of_the_host(void **state)
{
	struct replay_answers answers;
	char line[96];

	(void)state;
	records_len = 0;
	for (size_t i = 0; i < COUNT_OF(corpora); i++)
		if (!read_corpus(&corpora[i]))
			suite_fail("there are no seeds of %s", corpora[i].path);
	assert_true(replay_all(&answers, records, records_len));
	run_image();
	for (size_t i = 0; i < REPLAY_NUM_KINDS; i++) {
		assert_in_range(answers.num[i], 20, 100000);
		snprintf(line, sizeof(line), "# replay %s %u 0x%016llx\n", replay_names[i],
			 answers.num[i], (unsigned long long)answers.digests[i]);
		if (!strstr(run.output, line))
			suite_fail("the host has '%s', the image:\n%s", line, run.output);
		gng_probe_assertion();
	}
}

/* Each table that the reader knows is there, sound: else its answer would be a refusal everywhere.
 */
static void the_corpus_has_each_table_and_broken_ones(void **state)
{
	size_t num_sound[GNG_ACPI_SLIT + 1] = {0}, num_refused = 0, at = 0;

	(void)state;
	records_len = 0;
	assert_true(read_corpus(&corpora[0]));
	while (at < records_len) {
		struct replay_record record;
		struct gng_acpi_fault fault;
		struct gng_acpi table;

		memcpy(&record, records + at, sizeof(record));
		at += sizeof(record);
		if (gng_acpi_read(&table, &fault, records + at, record.len) == GNG_OK)
			num_sound[table.kind]++;
		else
			num_refused++;
		at += (record.len + 7u) / 8 * 8;
	}
	for (size_t kind = GNG_ACPI_RSDP; kind <= GNG_ACPI_SLIT; kind++)
		assert_in_range(num_sound[kind], 1, 1000);
	assert_in_range(num_refused, 50, 10000);
}

const struct suite_test suite_tests[] = {
	TEST(the_corpus_has_each_table_and_broken_ones, "K5.boot.replay"),
	TEST(the_bare_machine_gives_the_answers_of_the_host, "K5.boot.replay"),
	{0},
};
