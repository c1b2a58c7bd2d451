/* SPDX-License-Identifier: Apache-2.0 */
/* object.c - takes the compiled object into the library, so that no file must be found at run time.
 */
#include "schedlat_object.h"

__asm__(".pushsection .rodata\n"
	".balign 16\n"
	".global schedlat_object\n"
	".hidden schedlat_object\n"
	"schedlat_object:\n"
	".incbin \"schedlat.bpf.o\"\n"
	".global schedlat_object_end\n"
	".hidden schedlat_object_end\n"
	"schedlat_object_end:\n"
	".popsection\n");
