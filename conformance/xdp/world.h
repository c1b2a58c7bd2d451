/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - what the tests of xdp share: flows, loaded programs, and the proof that nothing of them
 * is left. */
#ifndef CONFORMANCE_XDP_WORLD_H
#define CONFORMANCE_XDP_WORLD_H

#include "../suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <gng_xdp.h>

#define REMEDY "root, or gonogo lab run xdp-frames"
#define UDP 17
#define TCP 6
#define XDP_ABORTED_VERDICT 0u /* enum xdp_action of <linux/bpf.h> */
#define XDP_DROP_VERDICT 1u
#define XDP_PASS_VERDICT 2u
#define XDP_TX_VERDICT 3u

static inline struct gng_xdp_flow flow_of(uint8_t last, uint16_t dest_port)
{
	return (struct gng_xdp_flow){.version = 4,
				     .protocol = UDP,
				     .source = {10, 1, 2, last},
				     .dest = {10, 9, 8, 7},
				     .source_port = 4000,
				     .dest_port = dest_port};
}

/* programs_open skips the test where this process may not load programs, and returns NULL. */
static inline struct gng_xdp *programs_open(const struct gng_xdp_request *request)
{
	struct gng_xdp *xdp = NULL;
	struct gng_why why = {0};
	const enum gng_status status = gng_xdp_open(&xdp, request, &why);

	if (status == GNG_EPERM)
		gng_probe_skip(why.text, REMEDY);
	else if (status != GNG_OK)
		suite_fail("%s", why.text);
	return xdp;
}

/* is_gone waits two seconds at most: the kernel frees a program after a grace period. */
static inline bool is_gone(uint32_t program)
{
	for (int i = 0; i < 200; i++) {
		const int fd = bpf_prog_get_fd_by_id(program);

		if (fd < 0)
			return fd == -ENOENT;
		close(fd);
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	}
	return false;
}

/* programs_close also proves that no program is left. */
static inline void programs_close(struct gng_xdp *xdp)
{
	uint32_t ids[GNG_XDP_NUM_PROGRAMS];

	for (unsigned int i = 0; i < GNG_XDP_NUM_PROGRAMS; i++)
		ids[i] = gng_xdp_program_id(xdp, (enum gng_xdp_program)i);
	gng_xdp_close(xdp);
	for (unsigned int i = 0; i < GNG_XDP_NUM_PROGRAMS; i++)
		assert_true(ids[i] != 0 && is_gone(ids[i]));
}

static inline void good(enum gng_status status, const struct gng_why *why)
{
	if (status != GNG_OK)
		suite_fail("%s", why->text);
}

static inline uint32_t verdict_of(struct gng_xdp *xdp, enum gng_xdp_program program,
				  const uint8_t *frame, size_t len)
{
	uint8_t out[4096];
	size_t out_len = sizeof(out);
	struct gng_why why = {0};
	uint32_t verdict = 0;

	good(gng_xdp_run(&verdict, gng_xdp_fd(xdp, program), frame, len, out, &out_len, &why),
	     &why);
	return verdict;
}

#endif /* CONFORMANCE_XDP_WORLD_H */
