/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.h - bytes as operations on page tables, with a model of segments beside them: what is
 * mapped where must be what the model says, to the implementation and to the reference walker.
 *
 * For conformance, the fuzzer and the bare image alike: no allocation, no C library. An operation
 * takes six bytes: what, where, how far, how long, frame, rights.
 */
#ifndef CONFORMANCE_X86_SCRIPT_H
#define CONFORMANCE_X86_SCRIPT_H

#include <gng_x86.h>

#include "walker.h"

#define SCRIPT_TABLES 32u
#define SCRIPT_SEGMENTS 48u
#define SCRIPT_OP 6u
#define SCRIPT_BASE 0x1000000ull /* physical address of table 0 */

struct script_segment {
	uint64_t address, len, frame;
	unsigned int rights;
};

/* script is a run; wrong is the first disagreement, a static sentence, or NULL. */
struct script {
	uint64_t tables[SCRIPT_TABLES][512];
	bool taken[SCRIPT_TABLES];
	unsigned int num_taken;
	unsigned int limit; /* tables that may be taken at a time */
	struct gng_x86_space space;
	struct script_segment segments[SCRIPT_SEGMENTS];
	unsigned int num_segments;
	const char *wrong;
	uint64_t digest; /* of all answers */
};

/* ---- memory ---- */

static inline uint64_t *script_table(void *context, uint64_t address)
{
	struct script *script = context;
	const uint64_t i = (address - SCRIPT_BASE) / 4096;

	if (i >= SCRIPT_TABLES || !script->taken[i]) {
		script->wrong = "a table is used that nobody took";
		return script->tables[0];
	}
	return script->tables[i];
}

static inline uint64_t script_load(const void *context, uint64_t address)
{
	const struct script *script = context;
	const uint64_t i = (address - SCRIPT_BASE) / 4096;

	return i < SCRIPT_TABLES ? script->tables[i][address / 8 % 512] : 0;
}

static inline uint64_t script_take(void *context)
{
	struct script *script = context;

	if (script->num_taken >= script->limit)
		return 0;
	for (unsigned int i = 0; i < SCRIPT_TABLES; i++) {
		if (script->taken[i])
			continue;
		script->taken[i] = true;
		script->num_taken++;
		script->tables[i][0] = script->tables[i][511] = UINT64_MAX; /* as it was left */
		return SCRIPT_BASE + i * 4096ull;
	}
	return 0;
}

static inline void script_give(void *context, uint64_t address)
{
	struct script *script = context;
	const uint64_t i = (address - SCRIPT_BASE) / 4096;

	if (i >= SCRIPT_TABLES || !script->taken[i]) {
		script->wrong = "a table is given back that nobody took";
		return;
	}
	script->taken[i] = false;
	script->num_taken--;
}

/* ---- model: segments of addresses, which know nothing of tables ---- */

static inline struct script_segment *script_find(struct script *script, uint64_t address)
{
	for (unsigned int i = 0; i < script->num_segments; i++)
		if (address >= script->segments[i].address &&
		    address - script->segments[i].address < script->segments[i].len)
			return &script->segments[i];
	return NULL;
}

static inline bool script_conflicts(struct script *script, uint64_t address, uint64_t len)
{
	for (unsigned int i = 0; i < script->num_segments; i++)
		if (script->segments[i].address - address < len)
			return true;
	return script_find(script, address) != NULL;
}

static inline bool script_covered(struct script *script, uint64_t address, uint64_t len)
{
	uint64_t done = 0;

	while (done < len) {
		const struct script_segment *segment = script_find(script, address + done);

		if (!segment)
			return false;
		done += segment->len - (address + done - segment->address);
	}
	return true;
}

/* script_cut makes address the beginning of a segment, if it lies in one. */
static inline void script_cut(struct script *script, uint64_t address)
{
	struct script_segment *segment = script_find(script, address);
	uint64_t head;

	if (!segment || segment->address == address)
		return;
	head = address - segment->address;
	script->segments[script->num_segments] = (struct script_segment){
		address, segment->len - head, segment->frame + head, segment->rights};
	script->num_segments++;
	segment->len = head;
}

/* script_change gives all segments of a range other rights, or removes them. */
static inline void script_change(struct script *script, uint64_t address, uint64_t len, bool remove,
				 unsigned int rights)
{
	script_cut(script, address);
	script_cut(script, address + len);
	for (unsigned int i = script->num_segments; i-- > 0;) {
		if (script->segments[i].address - address >= len)
			continue;
		script->segments[i].rights = rights;
		if (remove)
			script->segments[i] = script->segments[--script->num_segments];
	}
}

/* ---- judgement ---- */

static inline void script_expect(struct script *script, bool holds, const char *wrong)
{
	if (!holds && !script->wrong)
		script->wrong = wrong;
}

static inline void script_note(struct script *script, uint64_t value)
{
	script->digest = (script->digest ^ value) * 0x100000001b3;
}

/* script_walks compares the reference with what a segment grants. */
static inline void script_walks(struct script *script, const struct script_segment *segment,
				uint64_t address)
{
	const struct walker walker = {.context = script,
				      .load = script_load,
				      .cr3 = script->space.root,
				      .address_bits = script->space.address_bits,
				      .has_1g = script->space.has_1g_pages,
				      .has_nx = true};
	static const unsigned int needed[] = {0, GNG_X86_WRITE, GNG_X86_EXECUTE};
	const struct walker_path path = walker_follow(&walker, address);

	for (unsigned int i = 0; i < 6; i++) {
		const bool user = i >= 3;
		const unsigned int needs = needed[i % 3] | (user ? GNG_X86_USER : 0u);
		const struct walker_result result =
			walker_access(&walker, &path, (enum walker_access)(i % 3), user);
		const bool granted = segment && (segment->rights & needs) == needs;

		script_expect(script, result.canonical && result.faults != granted,
			      "the walker grants what was not given, or not what was");
		if (granted)
			script_expect(script,
				      result.physical ==
					      segment->frame + (address - segment->address),
				      "the walker finds another frame");
		else
			script_expect(script, (result.error & 9) == (segment ? 1u : 0u),
				      "the walker faults for another reason");
	}
}

static inline void script_check(struct script *script, uint64_t address)
{
	const struct script_segment *segment = script_find(script, address);
	struct gng_x86_translation translation = {.rights = 0};
	const enum gng_status status = gng_x86_translate(&script->space, &translation, address);

	script_note(script, (uint64_t)status);
	if ((address >> 47) + 1 > 1 && (address >> 47) != 0x1ffff) {
		script_expect(script, status == GNG_EINVAL, "an address is taken for canonical");
		return;
	}
	script_expect(script, status == (segment ? GNG_OK : GNG_ELIMIT),
		      "an address is mapped that was not, or is not that was");
	if (segment && status == GNG_OK) {
		script_expect(script,
			      translation.frame == segment->frame + (address - segment->address) &&
				      translation.rights == segment->rights,
			      "a translation has another frame or other rights");
		script_note(script, translation.frame ^ translation.page_len);
	}
	script_walks(script, segment, address);
}

/* script_edges checks the ends of a range, and what is next to them. */
static inline void script_edges(struct script *script, uint64_t address, uint64_t len)
{
	script_check(script, address);
	script_check(script, address - 1);
	script_check(script, address + len / 2);
	script_check(script, address + len - 1);
	script_check(script, address + len);
}

/* ---- operations ---- */

struct script_operation {
	uint64_t address, len, frame;
	unsigned int what, rights;
};

/* Lengths of GiB go with addresses of 2 MiB, and those of 2 MiB are few: tables of a thousand small
 * pages show nothing that those of ten do not. */
static inline struct script_operation script_decode(const uint8_t *bytes)
{
	static const uint64_t places[] = {0,
					  0x40000000,
					  0x7fc0000000,
					  0x00007fffc0000000,
					  0xffff800000000000,
					  0xffffff7fc0000000,
					  0xffffffffc0000000,
					  0x00007fffffffe000};
	static const uint64_t units[] = {0x1000, 0x200000, 0x1ff000, 0x3fe00000};
	static const uint64_t lengths[] = {0x1000, 0x200000, 0x40000000, 0x1080};
	static const uint64_t frames[] = {0x1000, 0x200000, 0x40000000, 0xfff0000000};
	const unsigned int unit = bytes[3] >> 6;
	struct script_operation op = {
		.what = bytes[0],
		.address = places[bytes[1] % 8] + (bytes[2] & 63) * units[bytes[2] >> 6],
		.len = (bytes[3] & (unit == 1 || unit == 2 ? 3u : 31u)) * lengths[unit],
		.frame = (bytes[4] & 63) * frames[bytes[4] >> 6],
		.rights = bytes[5] & 63,
	};

	if (unit == 2) {
		op.address &= ~0x1fffffull;
		op.frame &= ~0x1fffffull;
	}
	return op;
}

static inline bool script_is_valid(const struct script_operation *op)
{
	const uint64_t last = op->address + (op->len - 1);

	return op->len && op->len % 4096 == 0 && last >= op->address &&
	       (last < 1ull << 47 || op->address >= 0xffff800000000000);
}

static inline void script_map(struct script *script, const struct script_operation *op)
{
	const unsigned int before = script->num_taken;
	const bool valid = script_is_valid(op) && op->rights < 32 &&
			   op->frame + op->len <= 1ull << script->space.address_bits;
	const bool taken = valid && script_conflicts(script, op->address, op->len);
	const enum gng_status status =
		gng_x86_map(&script->space, op->address, op->frame, op->len, op->rights);

	script_note(script, (uint64_t)status);
	if (status == GNG_ENOMEM) {
		script_expect(script, valid && !taken, "there was no need of memory");
		script_expect(script, script->num_taken == before,
			      "tables of a failed map are lost");
		return;
	}
	script_expect(script,
		      status == (!valid	 ? GNG_EINVAL
				 : taken ? GNG_ELIMIT
					 : GNG_OK),
		      "map has another status");
	if (status == GNG_OK)
		script->segments[script->num_segments++] =
			(struct script_segment){op->address, op->len, op->frame, op->rights};
}

static inline void script_alter(struct script *script, const struct script_operation *op,
				bool remove)
{
	const bool valid = script_is_valid(op) && (remove || op->rights < 32);
	const bool covered = valid && script_covered(script, op->address, op->len);
	const enum gng_status status =
		remove ? gng_x86_unmap(&script->space, op->address, op->len)
		       : gng_x86_protect(&script->space, op->address, op->len, op->rights);

	script_note(script, (uint64_t)status);
	if (status == GNG_ENOMEM) {
		script_expect(script, covered, "there was no need of memory");
		return;
	}
	script_expect(script,
		      status == (!valid	   ? GNG_EINVAL
				 : covered ? GNG_OK
					   : GNG_ELIMIT),
		      "unmap or protect has another status");
	if (status == GNG_OK)
		script_change(script, op->address, op->len, remove, op->rights);
}

static inline void script_end(struct script *script)
{
	for (unsigned int i = 0; i < script->num_segments; i++)
		script_edges(script, script->segments[i].address, script->segments[i].len);
	while (script->num_segments && !script->wrong) {
		const struct script_segment *last = &script->segments[script->num_segments - 1];

		script_expect(script,
			      gng_x86_unmap(&script->space, last->address, last->len) == GNG_OK,
			      "a segment cannot be unmapped whole");
		script->num_segments--;
	}
	script_expect(script, script->num_taken == 1, "tables are left of nothing");
	gng_x86_space_close(&script->space);
	script_expect(script, script->num_taken == 0, "tables are left of a closed space");
}

/* script_run runs bytes[0..len): the first byte limits the tables. script->wrong says the rest. */
static inline void script_run(struct script *script, const uint8_t *bytes, size_t len)
{
	for (unsigned int i = 0; i < SCRIPT_TABLES; i++)
		script->taken[i] = false;
	script->num_taken = 0;
	script->wrong = NULL;
	script->num_segments = 0;
	script->digest = 0xcbf29ce484222325;
	script->limit = len && bytes[0] % 4 == 0 ? 1u + bytes[0] / 4 : SCRIPT_TABLES;
	script->space = (struct gng_x86_space){.context = script,
					       .table = script_table,
					       .take = script_take,
					       .give = script_give,
					       .address_bits = 40,
					       .has_1g_pages = len && bytes[0] & 2,
					       .has_no_execute = true};
	if (gng_x86_space_open(&script->space) != GNG_OK) {
		script->wrong = "there is no root";
		return;
	}
	for (size_t at = 1; at + SCRIPT_OP <= len && !script->wrong; at += SCRIPT_OP) {
		const struct script_operation op = script_decode(bytes + at);

		if (script->num_segments + 4 > SCRIPT_SEGMENTS)
			break;
		if (op.what % 4 < 2)
			script_map(script, &op);
		else
			script_alter(script, &op, op.what % 4 == 2);
		script_edges(script, op.address, op.len);
	}
	script_end(script);
}

#endif /* CONFORMANCE_X86_SCRIPT_H */
