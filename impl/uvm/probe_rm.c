/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_rm.c - structures of the resource manager, found without a client: a call is taken in one
 * size only (else EINVAL), its verdict stands where a refusal appears, and parameters of a class
 * are copied before the client is looked for, so that a page without access tells how many bytes.
 */
#include "uvm_probe.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#define NO_CLIENT 0x676e0000u /* the driver's begin with 0xc1d */
#define NO_CLASS 0x7777u
#define MAX_LEN 64u /* of a call */
#define INVALID_CLASS 0x22u
#define INVALID_CLIENT 0x23u
#define INVALID_OBJECT_HANDLE 0x33u

/* words of a call: NVOS21_PARAMETERS begins alike in all versions, NVOS00 and NVOS54 likewise. */
struct words {
	uint32_t word[MAX_LEN / 4] __attribute__((aligned(8)));
};

static int ask(int fd, uint32_t number, size_t len, struct words *words)
{
	return ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 'F', number, len), words) == 0 ? 0 : errno;
}

/* place_of returns where a word is, or len. */
static size_t place_of(const struct words *words, size_t len, uint32_t wanted)
{
	for (size_t i = 0; i < len / 4; i++)
		if (words->word[i] == wanted)
			return i * 4;
	return len;
}

/* refused fills a call so that it is refused, by the verdict that it returns. */
static uint32_t refused(struct words *words, enum gng_uvm_command command)
{
	*words = (struct words){{NO_CLIENT}};
	if (command == GNG_UVM_RM_ALLOC) {
		words->word[3] = NO_CLASS;
		return INVALID_CLASS;
	}
	words->word[2] = 0x205; /* hObjectOld, or cmd: none is looked at */
	return command == GNG_UVM_RM_FREE ? INVALID_OBJECT_HANDLE : INVALID_CLIENT;
}

static void probe_call(struct gng_uvm_probe *probe, int fd, const struct gng_uvm_layout *layout)
{
	struct words words;

	for (size_t len = 4; len <= MAX_LEN; len += 4) {
		const uint32_t verdict = refused(&words, layout->command);

		probe->error = ask(fd, layout->number, len, &words);
		if (probe->error == EINVAL)
			continue;
		if (probe->error == 0) {
			probe->size = len;
			probe->status_at = place_of(&words, len, verdict);
		}
		return;
	}
}

/* takes says whether len bytes are enough for a class's parameters. */
static bool takes(struct gng_uvm_probe *probe, int fd, uint32_t class_number, uint64_t params)
{
	struct words words = {{NO_CLIENT, NO_CLIENT, 0, class_number}};
	const size_t len = 32; /* NVOS21_PARAMETERS */

	memcpy(&words.word[4], &params, sizeof(params));
	probe->error = ask(fd, 0x2b, len, &words);
	return !probe->error && place_of(&words, len, INVALID_OBJECT_HANDLE) != len;
}

static void probe_class(struct gng_uvm_probe *probe, int fd, const struct gng_uvm_layout *layout,
			const uint8_t *end)
{
	size_t lo = 0, hi = GNG_UVM_MAX_SIZE;

	probe->status_at = GNG_UVM_NO_STATUS;
	if (!takes(probe, fd, layout->number, (uint64_t)(uintptr_t)(end - hi)))
		return;
	while (lo < hi && !probe->error) {
		const size_t middle = lo + (hi - lo) / 2;

		if (takes(probe, fd, layout->number, (uint64_t)(uintptr_t)(end - middle)))
			hi = middle;
		else
			lo = middle + 1;
	}
	probe->size = probe->error ? 0 : hi;
}

bool uvm_can_probe_rm(enum gng_uvm_command command)
{
	return (command >= GNG_UVM_RM_ALLOC && command <= GNG_UVM_RM_CONTROL) ||
	       (command >= GNG_UVM_RM_DEVICE && command <= GNG_UVM_RM_MEMORY);
}

void uvm_probe_rm(struct gng_uvm_probe *probe, int fd, const struct gng_uvm_layout *layout,
		  const uint8_t *end)
{
	if (layout->command <= GNG_UVM_RM_CONTROL)
		probe_call(probe, fd, layout);
	else
		probe_class(probe, fd, layout, end);
}
