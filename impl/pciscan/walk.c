/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - buses, devices, functions, and the sizes of what they decode. */
#include "gng_pciscan.h"

#include <string.h>

#define NUM_DEVICES 32
#define NUM_FUNCTIONS 8
#define VENDOR 0x00
#define COMMAND 0x04
#define HEADER 0x0c /* its third byte */
#define BARS 0x10
#define DECODES 0x3u /* of the command: ports and memory */

struct walk {
	const struct gng_pciscan_access *access;
	void (*found)(void *context, const struct gng_pciscan_found *one,
		      enum gng_pciscan_oddity oddity);
	void *context;
	bool visited[256];
	uint8_t pending[256]; /* buses that bridges lead to: a stack */
	size_t num_pending, num;
	struct gng_pciscan_found one;
};

static uint32_t ask(const struct walk *walk, struct gng_pciscan_slot slot, uint16_t offset)
{
	return walk->access->read(walk->access->context, slot, offset);
}

static void read_space(struct walk *walk, struct gng_pciscan_slot slot)
{
	struct gng_pciscan_found *one = &walk->one;

	for (uint16_t i = 0; i < walk->access->len; i += 4) {
		const uint32_t value = ask(walk, slot, i);

		for (unsigned int byte = 0; byte < 4; byte++)
			one->bytes[i + byte] = (uint8_t)(value >> 8 * byte);
	}
	one->slot = slot;
	one->fault = (struct gng_pci_fault){.error = GNG_PCI_SOUND};
	if (gng_pci_read(&one->function, &one->fault, one->bytes, walk->access->len) != GNG_OK)
		memset(&one->function, 0, sizeof(one->function));
}

/* follow puts the bus behind a bridge on the stack, unless there is something odd about it. */
static enum gng_pciscan_oddity follow(struct walk *walk)
{
	const struct gng_pciscan_found *one = &walk->one;
	const uint8_t bus = one->function.secondary;

	if (one->fault.error != GNG_PCI_SOUND || one->function.layout != 1)
		return GNG_PCISCAN_NONE;
	if (bus == 0 && one->function.subordinate == 0)
		return GNG_PCISCAN_NONE; /* not set up yet */
	if (bus < walk->access->first_bus || bus > walk->access->last_bus)
		return GNG_PCISCAN_OUTSIDE;
	if (bus <= one->slot.bus)
		return GNG_PCISCAN_BACK;
	if (walk->visited[bus])
		return GNG_PCISCAN_AGAIN;
	walk->visited[bus] = true;
	walk->pending[walk->num_pending++] = bus;
	return GNG_PCISCAN_NONE;
}

static void visit_device(struct walk *walk, struct gng_pciscan_slot slot)
{
	unsigned int num = 1;

	for (; slot.function < num; slot.function++) {
		if ((ask(walk, slot, VENDOR) & 0xffff) == 0xffff)
			continue;
		if (slot.function == 0 && ask(walk, slot, HEADER) >> 23 & 1)
			num = NUM_FUNCTIONS;
		read_space(walk, slot);
		walk->num++;
		walk->found(walk->context, &walk->one, follow(walk));
	}
}

size_t gng_pciscan_walk(const struct gng_pciscan_access *access,
			void (*found)(void *context, const struct gng_pciscan_found *one,
				      enum gng_pciscan_oddity oddity),
			void *context)
{
	struct walk walk = {.access = access, .found = found, .context = context};

	walk.pending[walk.num_pending++] = access->first_bus;
	walk.visited[access->first_bus] = true;
	while (walk.num_pending) {
		struct gng_pciscan_slot slot = {.bus = walk.pending[--walk.num_pending]};

		for (; slot.device < NUM_DEVICES; slot.device++)
			visit_device(&walk, slot);
	}
	return walk.num;
}

/* ---- sizes ---- */

/* probe writes ones to a register, reads it, and puts the old value back. */
static uint32_t probe(const struct gng_pciscan_access *access, struct gng_pciscan_slot slot,
		      uint16_t offset)
{
	const uint32_t before = access->read(access->context, slot, offset);
	uint32_t mask;

	access->write(access->context, slot, offset, ~UINT32_C(0));
	mask = access->read(access->context, slot, offset);
	access->write(access->context, slot, offset, before);
	return mask;
}

uint64_t gng_pciscan_size(const struct gng_pciscan_access *access,
			  const struct gng_pciscan_found *one, unsigned int bar)
{
	const uint16_t offset = (uint16_t)(BARS + 4 * bar);
	uint32_t command, low, high = 0;

	if (!access->write || bar >= one->function.num_bars ||
	    one->function.bars[bar].kind == GNG_PCI_BAR_UPPER)
		return 0;
	/* the status half is written as zeros: its bits are cleared by ones */
	command = access->read(access->context, one->slot, COMMAND) & 0xffff;
	access->write(access->context, one->slot, COMMAND, command & ~DECODES);
	low = probe(access, one->slot, offset);
	if ((low & 0x7) == 0x4 && bar + 1 < one->function.num_bars)
		high = probe(access, one->slot, (uint16_t)(offset + 4));
	access->write(access->context, one->slot, COMMAND, command);
	return gng_pci_bar_size(low, high);
}
