/* SPDX-License-Identifier: Apache-2.0 */
/* here.c - a page that is 1 in the process that made it, and 0 in a forked child. */
#include "uvm_client.h"

#include <errno.h>
#include <sys/mman.h>

#define HERE_LEN 4096

enum gng_status uvm_here_open(uint8_t **here, struct gng_why *why)
{
	void *page =
		mmap(NULL, HERE_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*here = NULL;
	if (page == MAP_FAILED)
		return gng_why_set(why, GNG_ENOMEM, errno, "uvm.open", "no memory for a page");
	if (madvise(page, HERE_LEN, MADV_WIPEONFORK) != 0) {
		gng_why_set(why, GNG_ESYS, errno, "uvm.open",
			    "madvise(MADV_WIPEONFORK): %s; Linux 4.14 or newer has it",
			    strerror(errno));
		munmap(page, HERE_LEN);
		return GNG_ESYS;
	}
	*here = page;
	**here = 1;
	return GNG_OK;
}

bool uvm_is_here(const uint8_t *here)
{
	return *(const volatile uint8_t *)here != 0;
}

void uvm_here_close(uint8_t *here)
{
	if (here)
		munmap(here, HERE_LEN);
}
