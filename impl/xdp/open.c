/* SPDX-License-Identifier: Apache-2.0 */
/* open.c - loads the programs and their maps. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xdp_handle.h"
#include "xdp_object.h"

#define USUAL_BATCH 64 /* as many as a driver receives at once */

static const char *const names[GNG_XDP_NUM_PROGRAMS] = {
	[GNG_XDP_NOTHING] = "nothing",
	[GNG_XDP_DROP] = "drop",
	[GNG_XDP_FILTER] = "filter",
	[GNG_XDP_ECHO] = "echo",
	[GNG_XDP_REDIRECT] = "redirect",
	[GNG_XDP_TO_SOCKET] = "to_socket",
	[GNG_XDP_ARRIVE] = "arrive",
	[GNG_XDP_PROBE] = "probe",
	[GNG_XDP_ONE_CLOCK] = "one_clock",
	[GNG_XDP_TWO_CLOCKS] = "two_clocks",
	[GNG_XDP_ARTICLE] = "article",
	[GNG_XDP_FRAGMENT] = "fragment",
	[GNG_XDP_WORKER_A] = "worker_a",
	[GNG_XDP_WORKER_B] = "worker_b",
	[GNG_XDP_BY_TAIL_CALL] = "by_tail_call",
	[GNG_XDP_BY_VALUE] = "by_value",
};

const char *gng_xdp_program_name(enum gng_xdp_program program)
{
	return names[program];
}

enum gng_status xdp_failed(struct gng_why *why, const char *where, int error, const char *what)
{
	error = error < 0 ? -error : error;
	return gng_why_set(why, error == EPERM || error == EACCES ? GNG_EPERM : GNG_ESYS, error,
			   where, "%s: %s", what, strerror(error));
}

int xdp_map(const struct gng_xdp *xdp, const char *name)
{
	return bpf_object__find_map_fd_by_name(xdp->object, name);
}

const void *gng_xdp_object(size_t *len)
{
	*len = (size_t)(xdp_object_end - xdp_object);
	return xdp_object;
}

int xdp_say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int resize(struct gng_xdp *xdp, const char *name, uint32_t num)
{
	struct bpf_map *map = bpf_object__find_map_by_name(xdp->object, name);

	return map ? bpf_map__set_max_entries(map, num ? num : 1) : -ENOENT;
}

/* size the tables, and tell the programs which of them they need not look at */
static int prepare(struct gng_xdp *xdp, const struct gng_xdp_request *request)
{
	struct bpf_map *constants = bpf_object__find_map_by_name(xdp->object, ".rodata");
	const uint32_t mask = xdp_tables_size(xdp, request->max_tuples);
	const struct xdp_constants values = {request->max_tuples ? mask : 0,
					     request->max_prefixes != 0, request->drop_others};
	int error = constants ? bpf_map__set_initial_value(constants, &values, sizeof(values))
			      : -ENOENT;

	if (!error)
		error = resize(xdp, "tuples4", mask + 1);
	if (!error)
		error = resize(xdp, "tuples6", mask + 1);
	if (!error)
		error = resize(xdp, "prefixes4", request->max_prefixes);
	if (!error)
		error = resize(xdp, "prefixes6", request->max_prefixes);
	return error;
}

static enum gng_status load(struct gng_xdp *xdp, const struct gng_xdp_request *request,
			    struct gng_why *why)
{
	const struct bpf_object_open_opts options = {.sz = sizeof(options), .object_name = "xdp"};
	int error;

	xdp->object =
		bpf_object__open_mem(xdp_object, (size_t)(xdp_object_end - xdp_object), &options);
	if (!xdp->object)
		return xdp_failed(why, "xdp.open", errno, "the programs cannot be opened");
	error = prepare(xdp, request);
	if (error)
		return xdp_failed(why, "xdp.open", error, "the tables cannot be sized");
	error = bpf_object__load(xdp->object);
	if (error)
		return xdp_failed(why, "xdp.open", error, "the programs cannot be loaded");
	return GNG_OK;
}

static enum gng_status find(struct gng_xdp *xdp, struct gng_why *why)
{
	for (size_t i = 0; i < GNG_XDP_NUM_PROGRAMS; i++) {
		const struct bpf_program *program =
			bpf_object__find_program_by_name(xdp->object, names[i]);

		if (!program)
			return xdp_failed(why, "xdp.open", ENOENT, names[i]);
		xdp->programs[i] = bpf_program__fd(program);
	}
	xdp->counts = xdp_map(xdp, "counts");
	xdp->hits = xdp_map(xdp, "hits");
	xdp->latencies = xdp_map(xdp, "latencies");
	xdp->workers = xdp_map(xdp, "workers");
	xdp->control = xdp_map(xdp, "control");
	xdp->ports = xdp_map(xdp, "ports");
	xdp->sockets = xdp_map(xdp, "sockets");
	xdp->mapped = mmap(NULL, sizeof(*xdp->mapped), PROT_READ | PROT_WRITE, MAP_SHARED,
			   xdp->control, 0);
	if (xdp->mapped == MAP_FAILED) {
		xdp->mapped = NULL;
		return xdp_failed(why, "xdp.open", errno, "the control map cannot be mapped");
	}
	if (xdp_tables_map(xdp) != 0)
		return xdp_failed(why, "xdp.open", errno, "a table of tuples cannot be mapped");
	return GNG_OK;
}

enum gng_status gng_xdp_open(struct gng_xdp **xdp, const struct gng_xdp_request *request,
			     struct gng_why *why)
{
	static const struct gng_xdp_request none;
	struct gng_xdp *made = calloc(1, sizeof(*made));
	libbpf_print_fn_t printed;
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "xdp.open", "no memory");
	printed = libbpf_set_print(xdp_say_nothing);
	request = request ? request : &none;
	made->max_prefixes = request->max_prefixes;
	made->batch = request->batch ? request->batch : USUAL_BATCH;
	status = load(made, request, why);
	libbpf_set_print(printed);
	if (status == GNG_OK)
		status = find(made, why);
	if (status == GNG_OK)
		*xdp = made;
	else
		gng_xdp_close(made);
	return status;
}

void gng_xdp_close(struct gng_xdp *xdp)
{
	uint64_t taken, lost;

	if (!xdp)
		return;
	gng_xdp_events_close(xdp, &taken, &lost);
	xdp_let_go(&xdp->sender);
	for (size_t i = 0; i < XDP_MAX_LINKS; i++)
		if (xdp->links[i].fd)
			close(xdp->links[i].fd);
	ring_buffer__free(xdp->samples);
	if (xdp->mapped)
		munmap(xdp->mapped, sizeof(*xdp->mapped));
	xdp_tables_unmap(xdp);
	bpf_object__close(xdp->object);
	free(xdp);
}

int gng_xdp_fd(const struct gng_xdp *xdp, enum gng_xdp_program program)
{
	return xdp->programs[program];
}
