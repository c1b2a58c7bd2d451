/* SPDX-License-Identifier: Apache-2.0 */
/* xdp_object.h - the compiled programs for the kernel, an ELF object within this library. */
#ifndef XDP_OBJECT_H
#define XDP_OBJECT_H

extern const char xdp_object[], xdp_object_end[];

#endif /* XDP_OBJECT_H */
