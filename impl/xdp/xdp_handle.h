/* SPDX-License-Identifier: Apache-2.0 */
/* xdp_handle.h - what the parts of this subsystem know of loaded programs. */
#ifndef XDP_HANDLE_H
#define XDP_HANDLE_H

#include <stdarg.h>

#include <bpf/libbpf.h>

#include <gng_bpfmap.h>

#include "gng_xdp.h"
#include "xdp_shared.h"

#define XDP_MAX_LINKS 8

struct xdp_link {
	int interface, fd; /* fd 0: this place is free */
};

/* xdp_hold is a program that is attached where nothing comes (hold.c). */
struct xdp_hold {
	bool tried, lost; /* lost: this thread did not come back to its namespace */
	int space, link;  /* descriptors, -1 if there are none */
};
void xdp_hold(struct xdp_hold *hold, int program);
void xdp_let_go(struct xdp_hold *hold);

/* xdp_table is tuples of one version of IP, in a map that the filter reads (table.c). */
struct xdp_table {
	const char *name;
	uint8_t *slots; /* mapped */
	size_t slot_len, key_len;
	uint32_t mask, num, max;
};

struct xdp_events;

struct gng_xdp {
	struct bpf_object *object;
	int programs[GNG_XDP_NUM_PROGRAMS];
	int counts, hits, latencies, workers, control, ports, sockets;
	uint32_t num_rules, max_prefixes, batch;
	struct xdp_table tuples4, tuples6;
	struct xdp_link links[XDP_MAX_LINKS];
	struct xdp_control *mapped;
	struct ring_buffer *samples;
	void (*found)(void *context, const struct gng_xdp_sample *sample);
	void *found_context;
	struct xdp_events *events;
	struct xdp_hold sender; /* GNG_XDP_REDIRECT, which makes live frames */
};

/* xdp_failed says what went wrong: EPERM and EACCES are GNG_EPERM, all else is GNG_ESYS. */
enum gng_status xdp_failed(struct gng_why *why, const char *where, int error, const char *what);

/* xdp_say_nothing is for libbpf: errors are told by gng_why, once; it would print them too. */
int xdp_say_nothing(enum libbpf_print_level level, const char *format, va_list args);

/* xdp_map returns the descriptor of a map. */
int xdp_map(const struct gng_xdp *xdp, const char *name);

/* xdp_rename returns 0 or an errno. The interface is down for a moment. */
int xdp_rename(int interface, const char *name);

/* xdp_tables_size sets how many tuples there may be, and returns the mask of both tables; those are
 * as large as xdp_tables_map maps them, once the programs are loaded. The latter is 0 or an errno.
 */
uint32_t xdp_tables_size(struct gng_xdp *xdp, uint32_t max_tuples);
int xdp_tables_map(struct gng_xdp *xdp);
void xdp_tables_unmap(struct gng_xdp *xdp);

/* xdp_table_find returns the rule of a tuple that is there, or NULL. xdp_table_add puts one in that
 * is not there; false if there is no room. */
struct xdp_rule *xdp_table_find(const struct xdp_table *table, const void *key);
bool xdp_table_add(struct xdp_table *table, const void *key, uint32_t number, bool drop);

#endif /* XDP_HANDLE_H */
