/* SPDX-License-Identifier: Apache-2.0 */
/* object.c - takes the compiled object into the library, so that no file must be found at run time.
 */
#include "xdp_object.h"

__asm__(".pushsection .rodata\n"
	".balign 16\n"
	".global xdp_object\n"
	".hidden xdp_object\n"
	"xdp_object:\n"
	".incbin \"xdp.bpf.o\"\n"
	".global xdp_object_end\n"
	".hidden xdp_object_end\n"
	"xdp_object_end:\n"
	".popsection\n");
