/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_memory.c - the bytes of a lane. Large ones lie on transparent huge pages, and gng_mem proves
 * it: with pages of 4 KiB a copy of 10 MiB is partly a test of the TLB.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <gng_mem.h>

#define PAGE 4096
#define LOADER "/lib64/ld-linux-x86-64.so.2" /* the path is part of the x86-64 ABI */

static size_t round_up(size_t len, size_t unit)
{
	return (len + unit - 1) / unit * unit;
}

uint8_t *peer_memory_open(struct peer_memory *memory, size_t len)
{
	void *mapped;

	memory->huge = len >= GNG_MEM_HUGE;
	memory->len = round_up(len, memory->huge ? GNG_MEM_HUGE : PAGE);
	memory->mapped = memory->len + (memory->huge ? GNG_MEM_HUGE : 0);
	mapped = mmap(NULL, memory->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (mapped == MAP_FAILED)
		return NULL;
	memory->start = mapped;
	memory->bytes = mapped;
	if (memory->huge) {
		memory->bytes = (uint8_t *)round_up((uintptr_t)mapped, GNG_MEM_HUGE);
		madvise(memory->bytes, memory->len, MADV_HUGEPAGE); /* the proof tells */
	}
	memset(memory->bytes, 1, memory->len);
	return memory->bytes;
}

/* Half a page apart: a load of in[i] behind a store to out[j] with the same low 12 bits of
 * address waits for it on Intel (4K aliasing), and the figures were of that. */
uint8_t *peer_memory_lay(struct peer_memory *memory, size_t in_len, size_t out_len, uint8_t **out)
{
	const size_t room = round_up(in_len > out_len ? in_len : out_len, PAGE);

	if (!peer_memory_open(memory, 2 * room + PAGE))
		return NULL;
	*out = memory->bytes + room + PAGE / 2;
	return memory->bytes;
}

void peer_memory_close(struct peer_memory *memory)
{
	if (memory->start)
		munmap(memory->start, memory->mapped);
	memory->start = NULL;
}

/* Neighbouring mappings of one kind are one line of smaps: what is huge there beyond ours makes the
 * proof a bound from above. */
double peer_memory_huge_share(const struct peer_memory *memory)
{
	struct gng_mem_proof proof;

	if (gng_mem_prove_range(&proof, memory->bytes, memory->len, NULL) != GNG_OK)
		return 0;
	return proof.huge_len >= memory->len ? 1 : (double)proof.huge_len / (double)memory->len;
}

/* ---- what memcpy does ---- */

/* tunable copies the value that the list of the loader gives for name: "name: value (min: ...". */
static bool tunable(char value[24], const char *list, const char *name)
{
	const char *at = strstr(list, name);

	return at && sscanf(at + strlen(name), ": %23s", value) == 1;
}

void peer_memory_text(char text[PEER_MEMORY_CAP], double huge_share)
{
	static char list[16384]; /* of the machine: once a process */
	char streams[24], moves[24];
	FILE *loader = *list ? NULL : popen(LOADER " --list-tunables 2>/dev/null", "re");
	bool known;

	if (loader) {
		list[fread(list, 1, sizeof(list) - 1, loader)] = '\0';
		pclose(loader);
	}
	known = tunable(streams, list, "glibc.cpu.x86_non_temporal_threshold") &&
		tunable(moves, list, "glibc.cpu.x86_rep_movsb_threshold");
	snprintf(text, PEER_MEMORY_CAP,
		 "%.0f %% on huge pages (AnonHugePages of smaps); memcpy: non_temporal_threshold "
		 "%s, rep_movsb_threshold %s",
		 100 * huge_share, known ? streams : "unknown", known ? moves : "unknown");
}
