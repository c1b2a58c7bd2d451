/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - what a driver reads of a structure, and where it writes its verdict. */
#include "uvm_params.h"
#include "uvm_probe.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define PAGE 4096u
#define FILL 0xa5 /* no part of a verdict */

/* ask offers room bytes before the page without access. */
static int ask(int fd, uint32_t number, uint8_t *end, size_t room)
{
	memset(end - GNG_UVM_MAX_SIZE, FILL, GNG_UVM_MAX_SIZE);
	return ioctl(fd, number, end - room) == 0 ? 0 : errno;
}

/* find_size narrows down the fewest bytes that are enough. */
static void find_size(struct gng_uvm_probe *probe, int fd, uint32_t number, uint8_t *end)
{
	size_t lo = 0, hi = GNG_UVM_MAX_SIZE;

	probe->error = ask(fd, number, end, hi);
	while (lo < hi && !probe->error) {
		const size_t middle = lo + (hi - lo) / 2;
		const int error = ask(fd, number, end, middle);

		if (error == 0)
			hi = middle;
		else if (error == EFAULT)
			lo = middle + 1;
		else
			probe->error = error;
	}
	probe->size = probe->error ? 0 : hi;
}

static void find_status(struct gng_uvm_probe *probe, const uint8_t *structure)
{
	const uint32_t wanted = GNG_UVM_ILLEGAL_ACTION;

	probe->status_at = probe->size;
	for (size_t at = 0; at + sizeof(wanted) <= probe->size; at += sizeof(wanted))
		if (memcmp(structure + at, &wanted, sizeof(wanted)) == 0)
			probe->status_at = at;
}

enum gng_status gng_uvm_probe_command(struct gng_uvm_probe *probe, int fd,
				      const struct gng_uvm_layout *layout, struct gng_why *why)
{
	const bool is_rm = layout->command >= GNG_UVM_NUM_COMMANDS;
	uint8_t *base, *end;

	*probe = (struct gng_uvm_probe){.size = 0};
	if (layout->command == GNG_UVM_INITIALIZE || layout->command == GNG_UVM_MM_INITIALIZE)
		return gng_why_set(why, GNG_EINVAL, 0, "uvm.probe",
				   "%s takes effect before it is initialised: it is not probed",
				   gng_uvm_command_name(layout->command));
	if (is_rm && !uvm_can_probe_rm(layout->command))
		return gng_why_set(why, GNG_EINVAL, 0, "uvm.probe",
				   "%s has no refusal that tells its structure: it is not probed",
				   gng_uvm_command_name(layout->command));
	base = mmap(NULL, GNG_UVM_MAX_SIZE + PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return gng_why_set(why, GNG_ENOMEM, errno, "uvm.probe", "no memory for a probe");
	end = base + GNG_UVM_MAX_SIZE;
	mprotect(end, PAGE, PROT_NONE);
	if (is_rm)
		uvm_probe_rm(probe, fd, layout, end);
	else
		find_size(probe, fd, layout->number, end);
	if (!is_rm && probe->size && ask(fd, layout->number, end, probe->size) == 0)
		find_status(probe, end - probe->size);
	munmap(base, GNG_UVM_MAX_SIZE + PAGE);
	return GNG_OK;
}
