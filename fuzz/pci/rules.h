/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules of a configuration space written a second time, plainly: the oracle.
 *
 * Bytes are claimed one by one, and what was visited is a list that is searched; impl/pci keeps
 * bits for double words. lspci is no oracle for broken spaces: it says "chain looped" and goes on.
 */
#ifndef FUZZ_PCI_RULES_H
#define FUZZ_PCI_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules_broken {
	const char *error; /* NULL: sound */
	size_t offset;
	const char *clause;
	size_t num, num_extended;
};

static inline uint32_t rules_get(const uint8_t *bytes, size_t at, unsigned int width)
{
	uint32_t value = 0;

	while (width--)
		value = value * 256 + bytes[at + width];
	return value;
}

static inline bool rules_break(struct rules_broken *broken, const char *error, size_t offset,
			       const char *clause)
{
	broken->error = error;
	broken->offset = offset;
	broken->clause = clause;
	return false;
}

static inline bool rules_bars(const uint8_t *bytes, struct rules_broken *broken)
{
	const size_t end = bytes[0x0e] % 128 == 0 ? 0x28 : 0x18;

	for (size_t at = 0x10; at < end; at += 4) {
		const uint32_t low_bits = rules_get(bytes, at, 4) % 8;

		if (low_bits == 6)
			return rules_break(broken, "bar-type", at, "PCIe 6, 7.5.1.2.1");
		if (low_bits == 4 && at + 4 == end)
			return rules_break(broken, "bar-alone", at, "PCIe 6, 7.5.1.2.1");
		at += low_bits == 4 ? 4 : 0;
	}
	return true;
}

static inline bool rules_bridge(const uint8_t *bytes, struct rules_broken *broken)
{
	if (bytes[0x19] == 0 && bytes[0x1a] == 0)
		return true;
	if (bytes[0x18] >= bytes[0x19])
		return rules_break(broken, "buses", 0x19, "PCIe 6, 7.5.1.3.3");
	return bytes[0x19] <= bytes[0x1a] ||
	       rules_break(broken, "buses", 0x1a, "PCIe 6, 7.5.1.3.4");
}

static inline bool rules_header(const uint8_t *bytes, size_t len, struct rules_broken *broken)
{
	if (len != 64 && len != 256 && len != 4096)
		return rules_break(broken, "length", len, "PCIe 6, 7.5.1");
	if (bytes[0] == 255 && bytes[1] == 255)
		return rules_break(broken, "absent", 0, "PCIe 6, 7.5.1.1.1");
	if (bytes[0x0e] != 0 && bytes[0x0e] != 1 && bytes[0x0e] != 128 && bytes[0x0e] != 129)
		return rules_break(broken, "layout", 0x0e, "PCIe 6, 7.5.1.1.9");
	return rules_bars(bytes, broken) && (bytes[0x0e] % 128 == 0 || rules_bridge(bytes, broken));
}

/* rules_len: MSI grows by 4 for 64-bit addresses and by 10 for masks. */
static inline size_t rules_len(const uint8_t *bytes, size_t at)
{
	static const uint8_t msi[] = {10, 14, 20, 24};

	if (bytes[at] == 1)
		return 8;
	if (bytes[at] == 5)
		return msi[bytes[at + 2] / 128 + bytes[at + 3] % 2 * 2];
	if (bytes[at] == 9)
		return bytes[at + 2];
	return bytes[at] == 17 ? 12 : 2;
}

static inline bool rules_is_in(const size_t *list, size_t num, size_t what)
{
	while (num--)
		if (list[num] == what)
			return true;
	return false;
}

static inline bool rules_list(const uint8_t *bytes, struct rules_broken *broken)
{
	static const char *const clause = "PCIe 6, 7.5.1.1.11";
	bool taken[256] = {false};
	size_t visited[64], from = 0x34;

	while (bytes[from] >= 4) {
		const size_t at = bytes[from] / 4 * 4, end = at + rules_len(bytes, at);

		if (at < 0x40)
			return rules_break(broken, "pointer", from, clause);
		if (rules_is_in(visited, broken->num, at))
			return rules_break(broken, "loop", from, clause);
		if (bytes[at] == 9 && end < at + 3)
			return rules_break(broken, "value", at + 2, "PCIe 6, 7.9.4");
		if (end > 256)
			return rules_break(broken, "beyond", at, clause);
		for (size_t byte = at; byte < end; byte++) {
			if (taken[byte])
				return rules_break(broken, "overlap", from, clause);
			taken[byte] = true;
		}
		visited[broken->num++] = at;
		from = at + 1;
	}
	return true;
}

static inline bool rules_extended(const uint8_t *bytes, struct rules_broken *broken)
{
	static const char *const clause = "PCIe 6, 7.6.3";
	size_t visited[1024], from = 0x100, at = 0x100;

	if (rules_get(bytes, at, 4) == 0 || rules_get(bytes, at, 4) == 0xffffffff)
		return true;
	while (at != 0) {
		if (at < 0x100)
			return rules_break(broken, "pointer", from, clause);
		if (rules_is_in(visited, broken->num_extended, at))
			return rules_break(broken, "loop", from, clause);
		visited[broken->num_extended++] = at;
		from = at + 2;
		at = rules_get(bytes, at + 2, 2) / 16 / 4 * 4;
	}
	return true;
}

/* rules_judge returns the first rule that bytes[0..len) breaks. */
static inline struct rules_broken rules_judge(const uint8_t *bytes, size_t len)
{
	struct rules_broken broken = {.error = NULL};

	if (!rules_header(bytes, len, &broken) || len == 64)
		return broken;
	if (bytes[6] / 16 % 2 == 1 && !rules_list(bytes, &broken))
		return broken;
	if (len == 4096)
		rules_extended(bytes, &broken);
	return broken;
}

#endif /* FUZZ_PCI_RULES_H */
