/* SPDX-License-Identifier: Apache-2.0 */
/* attach.c - programs on interfaces, by links: a link ends with the process that holds it. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "xdp_handle.h"

static struct xdp_link *link_of(struct gng_xdp *xdp, int interface)
{
	for (size_t i = 0; i < XDP_MAX_LINKS; i++)
		if (xdp->links[i].fd && xdp->links[i].interface == interface)
			return &xdp->links[i];
	return NULL;
}

static struct xdp_link *free_link(struct gng_xdp *xdp)
{
	for (size_t i = 0; i < XDP_MAX_LINKS; i++)
		if (!xdp->links[i].fd)
			return &xdp->links[i];
	return NULL;
}

/* titled writes "enp1s0 (interface 2)"; of one that is gone only the number is known. */
static const char *titled(char text[IF_NAMESIZE + 32], int interface)
{
	char name[IF_NAMESIZE];

	if (if_indextoname((unsigned int)interface, name))
		snprintf(text, IF_NAMESIZE + 32, "%s (interface %d)", name, interface);
	else
		snprintf(text, IF_NAMESIZE + 32, "interface %d", interface);
	return text;
}

static enum gng_status refused(struct gng_why *why, int error, int interface)
{
	char title[IF_NAMESIZE + 32];

	static const struct {
		int error;
		enum gng_status status;
		const char *words;
	} reasons[] = {
		{ENODEV, GNG_ESYS, "it is gone"},
		{EINVAL, GNG_ESYS, "it is gone"},
		{EBUSY, GNG_ESYS, "another program is attached there; ip link set dev ... xdp off"},
		{EEXIST, GNG_ESYS, "a program of the other mode is attached there"},
		{EOPNOTSUPP, GNG_EUNSUPPORTED,
		 "its driver has no native mode; take the generic one"},
		{EPERM, GNG_EPERM, "this process may not; root, or CAP_BPF and CAP_NET_ADMIN"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].error == error)
			return gng_why_set(why, reasons[i].status, error, "xdp.attach", "%s: %s",
					   titled(title, interface), reasons[i].words);
	return gng_why_set(why, GNG_ESYS, error, "xdp.attach", "%s: %s", titled(title, interface),
			   strerror(error));
}

enum gng_status gng_xdp_attach_fd(struct gng_xdp *xdp, int program, int interface,
				  enum gng_xdp_mode mode, struct gng_why *why)
{
	const struct bpf_link_create_opts options = {
		.sz = sizeof(options),
		.flags = mode == GNG_XDP_NATIVE ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE,
	};
	struct xdp_link *former = link_of(xdp, interface);
	struct xdp_link *link = former ? former : free_link(xdp);
	int fd;

	if (!link)
		return gng_why_set(why, GNG_EINVAL, 0, "xdp.attach",
				   "%d programs are attached already; detach one", XDP_MAX_LINKS);
	fd = bpf_link_create(program, interface, BPF_XDP, &options);
	if (fd < 0)
		return refused(why, -fd, interface);
	if (former) /* this number was an interface of another namespace, which nothing can name now
		     */
		close(former->fd);
	*link = (struct xdp_link){interface, fd};
	return GNG_OK;
}

enum gng_status gng_xdp_attach(struct gng_xdp *xdp, enum gng_xdp_program program, int interface,
			       enum gng_xdp_mode mode, struct gng_why *why)
{
	return gng_xdp_attach_fd(xdp, xdp->programs[program], interface, mode, why);
}

void gng_xdp_detach(struct gng_xdp *xdp, int interface)
{
	struct xdp_link *link = link_of(xdp, interface);

	if (!link)
		return;
	close(link->fd);
	link->fd = 0;
}

enum gng_status gng_xdp_to_interface(struct gng_xdp *xdp, int interface, struct gng_why *why)
{
	const uint32_t key = 0, value = (uint32_t)interface;
	const int error = bpf_map_update_elem(xdp->ports, &key, &value, BPF_ANY);

	return error ? refused(why, -error, interface) : GNG_OK;
}

/* ---- replacing ---- */

int gng_xdp_replace(struct gng_xdp *xdp, int program, int interface)
{
	const struct xdp_link *link = link_of(xdp, interface);

	return link ? bpf_link_update(link->fd, program, NULL) : -ENODEV;
}

int gng_xdp_swap(struct gng_xdp *xdp, enum gng_xdp_swap way, bool to_b, int interface)
{
	const int program = xdp->programs[to_b ? GNG_XDP_WORKER_B : GNG_XDP_WORKER_A];
	const struct xdp_control control = {.choice = to_b};
	const uint32_t zero = 0;

	switch (way) {
	case GNG_XDP_SWAP_TAIL_CALL:
		return bpf_map_update_elem(xdp->workers, &zero, &program, BPF_ANY);
	case GNG_XDP_SWAP_VALUE:
		return bpf_map_update_elem(xdp->control, &zero, &control, BPF_ANY);
	case GNG_XDP_SWAP_MAPPED:
		__atomic_store_n(&xdp->mapped->choice, to_b, __ATOMIC_RELEASE);
		return 0;
	default:
		return gng_xdp_replace(xdp, program, interface);
	}
}

int gng_xdp_unset(struct gng_xdp *xdp)
{
	const uint32_t zero = 0;

	return bpf_map_delete_elem(xdp->workers, &zero);
}

static uint32_t map_id(int fd)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) == 0 ? info.id : 0;
}

uint32_t gng_xdp_workers_id(const struct gng_xdp *xdp)
{
	return map_id(xdp->workers);
}

uint32_t gng_xdp_control_id(const struct gng_xdp *xdp)
{
	return map_id(xdp->control);
}

uint32_t gng_xdp_program_id(const struct gng_xdp *xdp, enum gng_xdp_program program)
{
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(xdp->programs[program], &info, &len) == 0 ? info.id : 0;
}
