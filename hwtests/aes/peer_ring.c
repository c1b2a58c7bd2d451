/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_ring.c - ring, the AES-GCM of most Rust programs, through the functions of peer_ring.rs.
 *
 * ring works in place, so the input is copied first, as a caller with two buffers must. That is
 * 4 % of its time at 16 KiB.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int ring_crypt(const void *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_len,
		       uint8_t *text, size_t len);

struct ring {
	const struct peer_job *job;
	void *key;
	uint8_t *text; /* PEER_GCM_OPEN: text and tag */
	void *(*key_new)(const uint8_t *key, size_t len);
	void (*key_free)(void *key);
	ring_crypt *seal, *open;
};

static bool ring_can(enum peer_mode mode, size_t len)
{
	(void)len;
	return mode == PEER_GCM_SEAL || mode == PEER_GCM_OPEN;
}

static void ring_close(void *state)
{
	struct ring *ring = state;

	if (ring->key)
		ring->key_free(ring->key);
	free(ring->text);
	free(ring);
}

static bool ring_rekey(void *state)
{
	struct ring *ring = state;

	if (ring->key)
		ring->key_free(ring->key);
	ring->key = ring->key_new(ring->job->key, ring->job->key_len);
	return ring->key != NULL;
}

static enum gng_status ring_open(void **state, char title[PEER_TITLE_CAP], void *library,
				 const struct peer_job *job, struct gng_why *why)
{
	static const char *const names[] = {"gng_ring_new", "gng_ring_free", "gng_ring_seal",
					    "gng_ring_open"};
	struct ring *ring = calloc(1, sizeof(*ring));
	enum gng_status status;

	if (!ring)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.ring", "no memory");
	snprintf(title, PEER_TITLE_CAP, "ring 0.16");
	ring->job = job;
	status = peer_symbols(
		library, names,
		(void *const[]){&ring->key_new, &ring->key_free, &ring->seal, &ring->open}, 4, why);
	ring->text = malloc(job->len + PEER_TAG);
	if (status == GNG_OK && (!ring->text || !ring_rekey(ring)))
		status = gng_why_set(why, GNG_ESYS, 0, "peer.ring", "ring refuses the key");
	if (status == GNG_OK)
		*state = ring;
	else
		ring_close(ring);
	return status;
}

static bool ring_work(void *state)
{
	const struct ring *ring = state;
	const struct peer_job *job = ring->job;

	if (job->mode == PEER_GCM_SEAL) {
		memcpy(job->out, job->in, job->len);
		return ring->seal(ring->key, job->iv, job->aad, PEER_AAD, job->out, job->len) == 1;
	}
	memcpy(ring->text, job->in, job->len);
	memcpy(ring->text + job->len, job->tag, PEER_TAG);
	if (ring->open(ring->key, job->iv, job->aad, PEER_AAD, ring->text, job->len) != 1)
		return false;
	memcpy(job->out, ring->text, job->len);
	return true;
}

const struct peer_adapter peer_ring = {.name = "ring",
				       .kept = "librust-ring-dev/libgng_ring.so",
				       .package = "librust-ring-dev",
				       .can = ring_can,
				       .open = ring_open,
				       .rekey = ring_rekey,
				       .work = ring_work,
				       .close = ring_close};
