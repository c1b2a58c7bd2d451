/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_memcpy.c - the C library's memcpy of the same bytes: the yardstick of messages that do not
 * fit the caches, where every good AES is as fast as memory. Its strategy depends on glibc's
 * tunables (x86_non_temporal_threshold, x86_rep_movsb_threshold), which a note of the run names.
 */
#include "peer.h"

#include <stdio.h>
#include <string.h>

static enum gng_status memcpy_open(void **state, char title[PEER_TITLE_CAP], void *library,
				   const struct peer_job *job, struct gng_why *why)
{
	(void)library;
	(void)why;
	snprintf(title, PEER_TITLE_CAP, "memcpy");
	*state = (void *)job;
	return GNG_OK;
}

static bool memcpy_work(void *state)
{
	const struct peer_job *job = state;

	memcpy(job->out, job->in, job->len);
	__asm__ volatile("" : : "r"(job->out) : "memory"); /* the copy is wanted */
	return true;
}

static void memcpy_close(void *state)
{
	(void)state;
}

const struct peer_adapter peer_memcpy = {.name = "memcpy",
					 .yardstick = true,
					 .open = memcpy_open,
					 .work = memcpy_work,
					 .close = memcpy_close};
