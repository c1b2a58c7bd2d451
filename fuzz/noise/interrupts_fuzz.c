/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupts_fuzz.c - /proc/interrupts of any kernel: the sum of a column is the sum over the
 * lines, each read under the header by itself.
 */
/* bundle: 5 */
#include "../suite.h"

#include <noise_log.h>

#define MAX_LEN 2048

/* sum_of_lines joins the header with one line at a time. */
static uint64_t sum_of_lines(const char *text, int cpu)
{
	const size_t header_len = strcspn(text, "\n");
	char joined[2 * MAX_LEN + 2];
	uint64_t sum = 0;

	memcpy(joined, text, header_len);
	joined[header_len] = '\n';
	for (const char *line = text + header_len; *line; line += strcspn(line, "\n")) {
		const size_t len = strcspn(++line, "\n");

		memcpy(joined + header_len + 1, line, len);
		joined[header_len + 1 + len] = '\0';
		sum += (uint64_t)noise_interrupts_of(joined, cpu);
	}
	return sum & INT64_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(64, data, size), first = all ? -1 : (int)(size % 5) - 1;
	char text[MAX_LEN + 1];

	if (size > MAX_LEN || memchr(data, '\0', size))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (int cpu = first; cpu < (all ? 4 : first + 1); cpu++) {
		const int64_t total = noise_interrupts_of(text, cpu);

		fuzz_check(total >= -1, "range", "interrupts");
		if (total >= 0 && all)
			fuzz_check((uint64_t)total == sum_of_lines(text, cpu), "sum", "interrupts");
	}
	(void)noise_psi_avg10(text);
	return 0;
}
