/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - numbers of linux/bpf.h by name: program, attach and map types, and errno. The numbers
 * are frozen interface; they stand here since a system's header may be older than its kernel. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "bpf_call.h"
#include "gng_bpf.h"

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

static int find(const char *const *names, int num, const char *name)
{
	for (int i = 0; i < num; i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* enum bpf_prog_type */
static const char *const types[] = {
	"unspec",
	"socket_filter",
	"kprobe",
	"sched_cls",
	"sched_act",
	"tracepoint",
	"xdp",
	"perf_event",
	"cgroup_skb",
	"cgroup_sock",
	"lwt_in",
	"lwt_out",
	"lwt_xmit",
	"sock_ops",
	"sk_skb",
	"cgroup_device",
	"sk_msg",
	"raw_tracepoint",
	"cgroup_sock_addr",
	"lwt_seg6local",
	"lirc_mode2",
	"sk_reuseport",
	"flow_dissector",
	"cgroup_sysctl",
	"raw_tracepoint_writable",
	"cgroup_sockopt",
	"tracing",
	"struct_ops",
	"ext",
	"lsm",
	"sk_lookup",
	"syscall",
	"netfilter",
};

int gng_bpf_type(const char *name)
{
	return find(types, COUNT_OF(types), name);
}

/* enum bpf_attach_type, as far as it is expected at load time */
static const struct {
	const char *name;
	int number;
} attaches[] = {
	{"cgroup_inet_ingress", 0},
	{"cgroup_inet_egress", 1},
	{"cgroup_inet_sock_create", 2},
	{"cgroup_inet4_bind", 8},
	{"cgroup_inet6_bind", 9},
	{"cgroup_inet4_connect", 10},
	{"cgroup_inet6_connect", 11},
	{"cgroup_inet4_post_bind", 12},
	{"cgroup_udp4_sendmsg", 14},
	{"cgroup_udp6_sendmsg", 15},
	{"cgroup_sysctl", 18},
	{"cgroup_udp4_recvmsg", 19},
	{"cgroup_getsockopt", 21},
	{"cgroup_setsockopt", 22},
	{"trace_raw_tp", 23},
	{"trace_fentry", 24},
	{"trace_fexit", 25},
	{"modify_return", 26},
	{"lsm_mac", 27},
	{"trace_iter", 28},
	{"xdp_devmap", 33},
	{"xdp_cpumap", 35},
	{"sk_lookup", 36},
	{"xdp", 37},
	{"sk_reuseport_select", 39},
	{"netfilter", 45},
};

int gng_bpf_attach(const char *name)
{
	for (int i = 0; i < COUNT_OF(attaches); i++)
		if (strcmp(attaches[i].name, name) == 0)
			return attaches[i].number;
	return -1;
}

/* enum bpf_map_type */
static const char *const map_types[] = {
	"unspec",
	"hash",
	"array",
	"prog_array",
	"perf_event_array",
	"percpu_hash",
	"percpu_array",
	"stack_trace",
	"cgroup_array",
	"lru_hash",
	"lru_percpu_hash",
	"lpm_trie",
	"array_of_maps",
	"hash_of_maps",
	"devmap",
	"sockmap",
	"cpumap",
	"xskmap",
	"sockhash",
	"cgroup_storage",
	"reuseport_sockarray",
	"percpu_cgroup_storage",
	"queue",
	"stack",
	"sk_storage",
	"devmap_hash",
	"struct_ops",
	"ringbuf",
	"inode_storage",
	"task_storage",
	"bloom_filter",
	"user_ringbuf",
	"cgrp_storage",
	"arena",
};

int bpf_map_type(const char *name)
{
	return find(map_types, COUNT_OF(map_types), name);
}

#define ENOTSUPP_KERNEL 524 /* linux/errno.h, never in errno.h */

const char *gng_bpf_errno_name(int error)
{
	const char *name = strerrorname_np(error);

	if (error == 0)
		return "0";
	if (error == ENOTSUPP_KERNEL)
		return "ENOTSUPP";
	return name ? name : "E?";
}

int gng_bpf_errno(const char *name)
{
	for (int error = 0; error <= ENOTSUPP_KERNEL; error++)
		if (strcmp(gng_bpf_errno_name(error), name) == 0)
			return error;
	return -1;
}

unsigned int gng_bpf_kernel(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname kernel;

	if (uname(&kernel) == 0 && sscanf(kernel.release, "%u.%u", &major, &minor) == 2)
		return major * 1000 + minor;
	return 0;
}
