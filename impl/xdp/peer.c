/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c - the filters of xdp-tools: the objects that its library brings, with a rule in their
 * maps. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xdp_handle.h"
#include "xdp_parse.h"

/* What xdp-filter writes into its maps (its common_kern_user.h). */
enum { PEER_SOURCE = 1, PEER_DEST = 2, PEER_UDP = 8 };

struct gng_xdp_peer {
	struct bpf_object *object;
	int program;
};

static const char *const names[GNG_XDP_NUM_PEERS] = {
	[GNG_XDP_PEER_PORT] = "xdpfilt_alw_udp",
	[GNG_XDP_PEER_ADDRESS] = "xdpfilt_alw_ip",
	[GNG_XDP_PEER_ALL] = "xdpfilt_alw_all",
};

const char *gng_xdp_peer_name(enum gng_xdp_peer_kind kind)
{
	return names[kind];
}

int gng_xdp_peer_fd(const struct gng_xdp_peer *peer)
{
	return peer->program;
}

/* xdp_stats_record of xdp-tools: what became of frames, by verdict. */
struct peer_stats {
	uint64_t packets, bytes;
};

uint64_t gng_xdp_peer_dropped(const struct gng_xdp_peer *peer)
{
	const int map = bpf_object__find_map_fd_by_name(peer->object, "xdp_stats_map");
	const uint32_t key = XDP_DROP;
	struct gng_bpfmap_values values;
	uint64_t sum = 0;

	if (gng_bpfmap_values_open(&values, sizeof(struct peer_stats), NULL) != GNG_OK)
		return 0;
	if (gng_bpfmap_lookup(map, &key, values.bytes) == 0)
		sum = gng_bpfmap_sum(&values, 0);
	gng_bpfmap_values_close(&values);
	return sum;
}

/* put writes one flag to the slots of all CPUs. */
static int put(const struct gng_xdp_peer *peer, const char *table, const void *key, uint64_t flags)
{
	const int map = bpf_object__find_map_fd_by_name(peer->object, table);
	struct gng_bpfmap_values values;
	int error;

	if (map < 0)
		return map;
	if (gng_bpfmap_values_open(&values, sizeof(flags), NULL) != GNG_OK)
		return -ENOMEM;
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		memcpy(gng_bpfmap_slot(&values, cpu), &flags, sizeof(flags));
	error = gng_bpfmap_update(map, key, values.bytes, BPF_ANY);
	gng_bpfmap_values_close(&values);
	return error;
}

static int add_rule(const struct gng_xdp_peer *peer, enum gng_xdp_peer_kind kind,
		    const struct gng_xdp_flow *flow)
{
	const uint32_t port = XDP_NET16(flow->dest_port);

	if (kind == GNG_XDP_PEER_ADDRESS)
		return put(peer, "filter_ipv4", flow->source, PEER_SOURCE);
	return put(peer, "filter_ports", &port, PEER_DEST | PEER_UDP);
}

/* load returns 0 or -errno. Its maps would be pinned by name, so that its command finds them. */
static int load(struct gng_xdp_peer *peer, const char *path, const char *name)
{
	const struct bpf_program *program;
	struct bpf_map *map;
	int error;

	peer->object = bpf_object__open_file(path, NULL);
	if (!peer->object)
		return -errno;
	bpf_object__for_each_map(map, peer->object)
	{
		bpf_map__set_pin_path(map, NULL);
	}
	error = bpf_object__load(peer->object);
	program = bpf_object__find_program_by_name(peer->object, name);
	peer->program = program ? bpf_program__fd(program) : -1;
	return error;
}

enum gng_status gng_xdp_peer_open(struct gng_xdp_peer **peer, enum gng_xdp_peer_kind kind,
				  const struct gng_xdp_flow *flow, struct gng_why *why)
{
	struct gng_xdp_peer *made;
	libbpf_print_fn_t printed;
	char path[256];
	int error;

	snprintf(path, sizeof(path), "%s/%s.o", XDP_PEERS, names[kind]);
	if (access(path, R_OK) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "xdp.peer",
				   "%s: %s; apt-get install libxdp1", path, strerror(errno));
	made = calloc(1, sizeof(*made));
	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "xdp.peer", "no memory");
	printed = libbpf_set_print(xdp_say_nothing);
	error = load(made, path, names[kind]);
	libbpf_set_print(printed);
	if (!error)
		error = add_rule(made, kind, flow);
	if (error) {
		gng_xdp_peer_close(made);
		return xdp_failed(why, "xdp.peer", error, names[kind]);
	}
	*peer = made;
	return GNG_OK;
}

void gng_xdp_peer_close(struct gng_xdp_peer *peer)
{
	if (!peer)
		return;
	bpf_object__close(peer->object);
	free(peer);
}
