/* SPDX-License-Identifier: Apache-2.0 */
/* mem_room.h - how much memory is left. Private to impl/mem and its suites. */
#ifndef MEM_ROOM_H
#define MEM_ROOM_H

#include "gng_mem.h"

/* mem_room_check is GNG_ENOMEM if the node (or, below 0, the machine) or the cgroup of this
 * process cannot hold len more bytes. What cannot be read is no limit. */
GNG_MUST enum gng_status mem_room_check(size_t len, int node, struct gng_why *why);

/* mem_room_figure returns the bytes of "NAME N kB" in a text of meminfo, 0 if it is not there. */
size_t mem_room_figure(const char *text, const char *name);

/* mem_room_cgroup copies the path of the memory controller from a text of /proc/self/cgroup
 * (cgroups(7)): version 1 if it has one, else version 2. False if there is none. */
bool mem_room_cgroup(char path[4096], const char *text, bool *is_v2);

#endif /* MEM_ROOM_H */
