/* SPDX-License-Identifier: Apache-2.0 */
/* pair.c - two interfaces, each the other's wire, in a network namespace without a name. */
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "xdp_handle.h"

#define FROM "gonogo-a"
#define TO "gonogo-b"

/* exchange sends one request, hands the answer to found (or NULL), and returns 0 or an errno. */
static int exchange(struct nlmsghdr *request, mnl_cb_t found, void *context)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char answer[16384];
	ssize_t len;
	int error = 0;

	if (!socket)
		return errno;
	request->nlmsg_flags |= NLM_F_REQUEST;
	request->nlmsg_seq = 1;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) != 0 ||
	    mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		error = errno;
	len = error ? 0 : mnl_socket_recvfrom(socket, answer, sizeof(answer));
	if (len < 0 || (!error && mnl_cb_run(answer, (size_t)len, 1, mnl_socket_get_portid(socket),
					     found, context) < 0))
		error = errno;
	mnl_socket_close(socket);
	return error;
}

static int ask(struct nlmsghdr *request)
{
	request->nlmsg_flags |= NLM_F_ACK;
	return exchange(request, NULL, NULL);
}

static struct ifinfomsg *begin(struct nlmsghdr **message, void *bytes, uint16_t type)
{
	*message = mnl_nlmsg_put_header(bytes);
	(*message)->nlmsg_type = type;
	return mnl_nlmsg_put_extra_header(*message, sizeof(struct ifinfomsg));
}

/* describe adds a name and the number of queues: one, so that an AF_XDP socket has all frames. */
static void describe(struct nlmsghdr *message, const char *name)
{
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, 1);
}

static int make(void)
{
	char bytes[1024];
	struct nlmsghdr *message;
	struct nlattr *info, *data, *peer;

	begin(&message, bytes, RTM_NEWLINK);
	message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	describe(message, FROM);
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_str(message, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	describe(message, TO);
	mnl_attr_nest_end(message, peer);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	return ask(message);
}

/* silence keeps an interface from an address of IPv6, whose neighbour messages are no part of the
 * traffic. One message cannot do this and set it up: the kernel would do the latter first. */
static int silence(int interface)
{
	char bytes[1024];
	struct nlmsghdr *message;
	struct nlattr *families, *inet6;

	begin(&message, bytes, RTM_NEWLINK)->ifi_index = interface;
	families = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	inet6 = mnl_attr_nest_start(message, AF_INET6);
	mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(message, inet6);
	mnl_attr_nest_end(message, families);
	return ask(message);
}

/* set sets the flags of an interface, after its name if there is one. */
static int set(int interface, unsigned int flags, const char *name)
{
	char bytes[256];
	struct nlmsghdr *message;
	struct ifinfomsg *link = begin(&message, bytes, RTM_NEWLINK);

	link->ifi_index = interface;
	link->ifi_flags = flags;
	link->ifi_change = IFF_UP;
	if (name)
		mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return ask(message);
}

/* One that is up could not be renamed before Linux 6.2. */
int xdp_rename(int interface, const char *name)
{
	const int error = set(interface, 0, NULL);

	return error ? error : set(interface, IFF_UP, name);
}

/* raise_both returns 0 or an errno. A kernel without IPv6 refuses to silence it. */
static int raise_both(const struct gng_xdp_pair *pair)
{
	const int ends[] = {pair->from, pair->to};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(ends) / sizeof(ends[0]); i++) {
		error = silence(ends[i]);
		if (!error || error == EAFNOSUPPORT || error == EOPNOTSUPP)
			error = set(ends[i], IFF_UP, NULL);
	}
	return error;
}

enum gng_status gng_xdp_remove(int interface, struct gng_why *why)
{
	char bytes[256];
	struct nlmsghdr *message;
	int error;

	begin(&message, bytes, RTM_DELLINK)->ifi_index = interface;
	error = ask(message);
	return error ? xdp_failed(why, "xdp.remove", error, "an interface") : GNG_OK;
}

enum gng_status gng_xdp_pair_open(struct gng_xdp_pair *pair, struct gng_why *why)
{
	struct gng_xdp_pair made = {.before =
					    open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
	int error = 0;

	if (made.before < 0)
		return xdp_failed(why, "xdp.pair", errno, "the network namespace");
	if (unshare(CLONE_NEWNET) != 0) {
		error = errno;
		close(made.before);
		return xdp_failed(why, "xdp.pair", error, "a new network namespace (run as root)");
	}
	error = make();
	made.from = (int)if_nametoindex(FROM);
	made.to = (int)if_nametoindex(TO);
	if (!error)
		error = raise_both(&made);
	if (error) {
		gng_xdp_pair_close(&made);
		return xdp_failed(why, "xdp.pair", error, "a pair of veth");
	}
	*pair = made;
	return GNG_OK;
}

void gng_xdp_pair_close(struct gng_xdp_pair *pair)
{
	if (setns(pair->before, CLONE_NEWNET) != 0)
		pair->from =
			0; /* the thread stays where it is, and takes that along when it ends */
	close(pair->before);
}

static int on_link(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct ifinfomsg))
	{
		struct rtnl_link_stats64 stats;

		if (mnl_attr_get_type(attr) != IFLA_STATS64 ||
		    mnl_attr_get_payload_len(attr) < sizeof(stats.rx_packets) * 8)
			continue;
		memset(&stats, 0, sizeof(stats));
		memcpy(&stats, mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr) < sizeof(stats)
			       ? mnl_attr_get_payload_len(attr)
			       : sizeof(stats));
		*(uint64_t *)context = stats.tx_dropped;
	}
	return MNL_CB_OK;
}

enum gng_status gng_xdp_pair_overrun(const struct gng_xdp_pair *pair, uint64_t *frames,
				     struct gng_why *why)
{
	char bytes[256];
	struct nlmsghdr *message;
	int error;

	*frames = 0;
	begin(&message, bytes, RTM_GETLINK)->ifi_index = pair->from;
	error = exchange(message, on_link, frames);
	return error ? xdp_failed(why, "xdp.overrun", error, "the counters of an interface")
		     : GNG_OK;
}
