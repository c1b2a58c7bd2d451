/* SPDX-License-Identifier: Apache-2.0 */
/* port.c - ports of this machine: two with a cable between them, or one that hears itself. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xdp_handle.h"

#define NUM_PROBES 1000u
#define PATIENCE_MS 10000 /* to negotiate a link of 10 Gbit/s takes some seconds */

/* has_link says whether a port is up and its cable works. */
static bool has_link(int interface)
{
	const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};
	bool runs;

	if (any < 0 || !if_indextoname((unsigned int)interface, request.ifr_name)) {
		close(any);
		return false;
	}
	runs = ioctl(any, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) &&
	       (request.ifr_flags & IFF_RUNNING);
	close(any);
	return runs;
}

static enum gng_status find(int *interface, const char *name, struct gng_why *why)
{
	*interface = (int)if_nametoindex(name);
	if (*interface == 0)
		return gng_why_set(why, GNG_EINVAL, errno, "xdp.ports", "%s: no such interface",
				   name);
	if (!has_link(*interface))
		return gng_why_set(why, GNG_EUNSUPPORTED, ENETDOWN, "xdp.ports",
				   "%s has no link: ip link set %s up, and a cable", name, name);
	return GNG_OK;
}

enum gng_status gng_xdp_ports(struct gng_xdp_pair *pair, const char *to, const char *from,
			      struct gng_why *why)
{
	enum gng_status status;

	*pair = (struct gng_xdp_pair){.before = -1};
	status = find(&pair->to, to, why);
	if (status == GNG_OK)
		status = find(&pair->from, from ? from : to, why);
	return status;
}

static void wait_for_link(int interface)
{
	for (int ms = 0; ms < PATIENCE_MS && !has_link(interface); ms += 10)
		nanosleep(&(struct timespec){0, 10000000}, NULL);
}

enum gng_status gng_xdp_hears(struct gng_xdp *xdp, const struct gng_xdp_pair *pair,
			      const uint8_t *frame, size_t len, uint64_t (*arrived)(void *context),
			      void *context, struct gng_why *why)
{
	char to[IF_NAMESIZE] = "?", from[IF_NAMESIZE] = "?";
	struct gng_xdp_rate rate = {0};
	enum gng_status status;

	wait_for_link(pair->to);
	wait_for_link(pair->from);
	status = gng_xdp_rate_of(&rate, xdp, frame, len, NUM_PROBES, arrived, context, why);
	if (status != GNG_OK || rate.arrived)
		return status;
	if_indextoname((unsigned int)pair->to, to);
	if_indextoname((unsigned int)pair->from, from);
	if (pair->to != pair->from)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "xdp.hears",
				   "none of %u frames that %s sent came to %s: is there a cable "
				   "between them?",
				   NUM_PROBES, from, to);
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "xdp.hears",
			   "none of %u frames that %s sent came back: a port alone wants a plug "
			   "that loops, or a peer that sends frames back; else name the port at "
			   "the other end, --from IF",
			   NUM_PROBES, to);
}
