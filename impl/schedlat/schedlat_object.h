/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat_object.h - the compiled programs for the kernel, an ELF object within this library. */
#ifndef SCHEDLAT_OBJECT_H
#define SCHEDLAT_OBJECT_H

extern const char schedlat_object[], schedlat_object_end[];

#endif /* SCHEDLAT_OBJECT_H */
