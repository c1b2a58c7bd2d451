/* SPDX-License-Identifier: Apache-2.0 */
/* bpfobj_view.h - sections of an object that is checked. */
#ifndef BPFOBJ_VIEW_H
#define BPFOBJ_VIEW_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gng_bpfobj.h"

/* view is an object whose head and section table are within its bytes. */
struct view {
	const uint8_t *bytes;
	size_t len;
	Elf64_Ehdr head;
	struct gng_why *why;
};

/* section is one of them; its bytes are NULL where the file holds none. */
struct section {
	Elf64_Shdr head;
	const uint8_t *bytes;
	unsigned int index;
};

/* view_bad is GNG_EFORMAT: "section INDEX: ...". */
enum gng_status view_bad(const struct view *view, unsigned int index, const char *format, ...)
	GNG_PRINTF(3, 4);

/* btf_check reads the section .BTF. */
enum gng_status btf_check(const struct view *view, const struct section *section);

#endif /* BPFOBJ_VIEW_H */
