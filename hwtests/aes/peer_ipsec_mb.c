/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_ipsec_mb.c - Intel's multi-buffer library 1.x and 2.0: direct calls for GCM, jobs for the
 * other modes. The two structs are the leading parts of IMB_MGR and IMB_JOB in intel-ipsec-mb.h
 * 1.3, whose comment promises that later versions add at the end only; those of 2.0 have the same
 * offsets and numbers.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CIPHER_CBC = 1, CIPHER_CNTR = 2, CIPHER_ECB = 12 }; /* IMB_CIPHER_MODE */
enum { DIR_ENCRYPT = 1, DIR_DECRYPT = 2 };
enum { AUTH_NULL = 8 };
enum { ORDER_CIPHER_HASH = 1, ORDER_HASH_CIPHER = 2 };
enum { STATUS_COMPLETED = 3 };

struct imb_job {
	const void *enc_keys, *dec_keys;
	uint64_t key_len;
	const uint8_t *src;
	uint8_t *dst;
	uint64_t cipher_offset, cipher_len, hash_offset, hash_len;
	const uint8_t *iv;
	uint64_t iv_len;
	uint8_t *tag;
	uint64_t tag_len;
	const void *hash_fields[3];
	int status, mode, direction, hash, order;
};

typedef struct imb_job *imb_step(void *manager);
typedef void imb_expand(const void *key, void *enc_keys, void *dec_keys);
typedef void imb_gcm(const void *key, void *context, uint8_t *out, const uint8_t *in, uint64_t len,
		     const uint8_t *iv, const uint8_t *aad, uint64_t aad_len, uint8_t *tag,
		     uint64_t tag_len);
typedef void imb_gcm_pre(const void *key, void *expanded);

struct imb_manager {
	uint64_t flags, features, reserved[5];
	uint32_t arch;
	int error;
	imb_step *get_next_job, *submit_job, *submit_job_nocheck, *get_completed_job, *flush_job;
	void (*queue_size)(void);
	imb_expand *expand[3]; /* 128, 192, 256 */
	void (*others[15])(void);
	imb_gcm *gcm_encrypt[3], *gcm_decrypt[3];
	void (*gcm_streams[18])(void);
	imb_gcm_pre *gcm_pre[3];
};

struct ipsec_mb {
	const struct peer_job *job;
	struct imb_manager *manager;
	void (*manager_free)(struct imb_manager *manager);
	int mode, direction;
	_Alignas(64) uint8_t enc[15 * 16];
	_Alignas(64) uint8_t dec[15 * 16];
	_Alignas(64) uint8_t gcm_key[4096];    /* larger than gcm_key_data */
	_Alignas(64) uint8_t gcm_context[512]; /* larger than gcm_context_data */
};

static void ipsec_mb_close(void *state)
{
	struct ipsec_mb *mb = state;

	if (mb->manager)
		mb->manager_free(mb->manager);
	free(mb);
}

static bool start(struct ipsec_mb *mb, void *library, char title[PEER_TITLE_CAP],
		  struct gng_why *why)
{
	static const char *const names[] = {"alloc_mb_mgr", "init_mb_mgr_auto", "free_mb_mgr",
					    "imb_get_version_str"};
	struct imb_manager *(*allocate)(uint64_t flags);
	void (*init)(struct imb_manager * manager, int *arch);
	const char *(*version)(void);
	void *const to[] = {&allocate, &init, &mb->manager_free, &version};
	int major = 0, minor = 0;

	if (peer_symbols(library, names, to, 4, why) != GNG_OK)
		return false;
	if (sscanf(version(), "%d.%d", &major, &minor) != 2 || major < 1 || major > 2)
		return false; /* its structs may be others */
	snprintf(title, PEER_TITLE_CAP, "ipsec-mb %d.%d", major, minor);
	mb->manager = allocate(0);
	if (mb->manager)
		init(mb->manager, NULL);
	return mb->manager && mb->manager->error == 0;
}

static void set_mode(struct ipsec_mb *mb)
{
	const struct peer_job *job = mb->job;

	mb->mode = job->mode == PEER_CTR ? CIPHER_CNTR : CIPHER_CBC;
	if (job->mode == PEER_ECB_ENCRYPT)
		mb->mode = CIPHER_ECB;
	mb->direction = job->mode == PEER_CBC_DECRYPT ? DIR_DECRYPT : DIR_ENCRYPT;
}

/* CBC encryption and ECB count in 16 bits: MB_MAX_LEN16 of its sources. Longer jobs fail. */
static bool ipsec_mb_can(enum peer_mode mode, size_t len)
{
	return (mode != PEER_CBC_ENCRYPT && mode != PEER_ECB_ENCRYPT) || len <= 65534;
}

/* A new key is expanded in place: the manager is not of a key. */
static bool ipsec_mb_rekey(void *state)
{
	struct ipsec_mb *mb = state;
	const struct peer_job *job = mb->job;
	const size_t width = job->key_len / 8 - 2;

	if (peer_is_gcm(job))
		mb->manager->gcm_pre[width](job->key, mb->gcm_key);
	else
		mb->manager->expand[width](job->key, mb->enc, mb->dec);
	return true;
}

static enum gng_status ipsec_mb_open(void **state, char title[PEER_TITLE_CAP], void *library,
				     const struct peer_job *job, struct gng_why *why)
{
	struct ipsec_mb *mb = aligned_alloc(64, sizeof(*mb));

	if (!mb)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.ipsec-mb", "no memory");
	memset(mb, 0, sizeof(*mb));
	mb->job = job;
	if (!start(mb, library, title, why)) {
		ipsec_mb_close(mb);
		return gng_why_set(why, GNG_ESYS, 0, "peer.ipsec-mb",
				   "the library does not start as versions 1 and 2 do");
	}
	set_mode(mb);
	ipsec_mb_rekey(mb);
	*state = mb;
	return GNG_OK;
}

/* submit hands one message over and returns a job that is done, maybe another, or NULL. */
static struct imb_job *submit(struct ipsec_mb *mb, const uint8_t *in, uint8_t *out)
{
	struct imb_manager *manager = mb->manager;
	struct imb_job *next = manager->get_next_job(manager);

	next->enc_keys = mb->enc;
	next->dec_keys = mb->dec;
	next->key_len = mb->job->key_len;
	next->src = in;
	next->dst = out;
	next->cipher_offset = 0;
	next->cipher_len = mb->job->len;
	next->iv = mb->job->iv;
	next->iv_len = mb->mode == CIPHER_ECB ? 0 : 16;
	next->mode = mb->mode;
	next->direction = mb->direction;
	next->hash = AUTH_NULL;
	next->order = mb->direction == DIR_ENCRYPT ? ORDER_CIPHER_HASH : ORDER_HASH_CIPHER;
	return manager->submit_job(manager);
}

static bool do_job(struct ipsec_mb *mb)
{
	struct imb_job *done = submit(mb, mb->job->in, mb->job->out);

	if (!done) /* CBC encryption waits for companions */
		done = mb->manager->flush_job(mb->manager);
	return done && done->status == STATUS_COMPLETED;
}

static bool do_message(struct ipsec_mb *mb, const struct peer_job *job)
{
	const size_t width = job->key_len / 8 - 2;
	uint8_t tag[PEER_TAG];

	if (job->mode == PEER_GCM_SEAL) {
		mb->manager->gcm_encrypt[width](mb->gcm_key, mb->gcm_context, job->out, job->in,
						job->len, job->iv, job->aad, PEER_AAD,
						job->out + job->len, PEER_TAG);
		return true;
	}
	if (job->mode != PEER_GCM_OPEN)
		return do_job(mb);
	mb->manager->gcm_decrypt[width](mb->gcm_key, mb->gcm_context, job->out, job->in, job->len,
					job->iv, job->aad, PEER_AAD, tag, PEER_TAG);
	return gng_ct_equal(tag, job->tag, PEER_TAG);
}

static bool ipsec_mb_work(void *state)
{
	struct ipsec_mb *mb = state;

	return do_message(mb, mb->job);
}

/* Version 1 has no call for several GCM messages: they are sealed one after the other. */
static bool seal_all(struct ipsec_mb *mb, const struct peer_job *whole)
{
	struct peer_job one = *whole;
	bool done = true;

	for (size_t i = 0; i < whole->num_messages && done; i++) {
		one.in = whole->in + i * whole->len;
		one.out = whole->out + i * peer_stride(whole);
		done = do_message(mb, &one);
	}
	return done;
}

/* A batch fills the lanes of the manager: what the library is for. */
static bool ipsec_mb_batch(void *state, const struct peer_job *job)
{
	struct ipsec_mb *mb = state;
	struct imb_job *done;
	size_t num = 0;

	if (peer_is_gcm(job))
		return seal_all(mb, job);
	for (size_t i = 0; i < job->num_messages; i++) {
		done = submit(mb, job->in + i * job->len, job->out + i * job->len);
		num += done && done->status == STATUS_COMPLETED;
	}
	while ((done = mb->manager->flush_job(mb->manager)))
		num += done->status == STATUS_COMPLETED;
	return num == job->num_messages;
}

const struct peer_adapter peer_ipsec_mb = {.name = "ipsec-mb",
					   .library = "libIPSec_MB.so.1",
					   .package = "libipsec-mb1",
					   .can = ipsec_mb_can,
					   .open = ipsec_mb_open,
					   .rekey = ipsec_mb_rekey,
					   .work = ipsec_mb_work,
					   .batch = ipsec_mb_batch,
					   .close = ipsec_mb_close};

const struct peer_adapter peer_ipsec_mb2 = {.name = "ipsec-mb2",
					    .library = "libIPSec_MB.so.2",
					    .kept = "libipsec-mb2/libIPSec_MB.so.2",
					    .package = "libipsec-mb2",
					    .can = ipsec_mb_can,
					    .open = ipsec_mb_open,
					    .rekey = ipsec_mb_rekey,
					    .work = ipsec_mb_work,
					    .batch = ipsec_mb_batch,
					    .close = ipsec_mb_close};
