/* SPDX-License-Identifier: Apache-2.0 */
/* peer_gcrypt.c - libgcrypt 1.10 (info gcrypt, "Working with cipher handles"): one handle that is
 * reused and gets a new IV for each message. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

/* Numbers of gcrypt.h. */
enum { MODE_ECB = 1, MODE_CBC = 3, MODE_CTR = 6, MODE_GCM = 9 };
enum { AES_128 = 7, AES_256 = 9 };
enum { DISABLE_SECMEM = 37, INITIALIZATION_FINISHED = 38 };

struct gcrypt {
	const struct peer_job *job;
	void *handle;
	unsigned int (*open)(void **handle, int cipher, int mode, unsigned int flags);
	void (*close)(void *handle);
	unsigned int (*set_key)(void *handle, const void *key, size_t len);
	unsigned int (*set_iv)(void *handle, const void *iv, size_t len);
	unsigned int (*set_counter)(void *handle, const void *counter, size_t len);
	unsigned int (*aad)(void *handle, const void *aad, size_t len);
	unsigned int (*encrypt)(void *handle, void *out, size_t cap, const void *in, size_t len);
	unsigned int (*decrypt)(void *handle, void *out, size_t cap, const void *in, size_t len);
	unsigned int (*get_tag)(void *handle, void *tag, size_t len);
	unsigned int (*check_tag)(void *handle, const void *tag, size_t len);
};

static int mode_of(const struct peer_job *job)
{
	if (peer_is_gcm(job))
		return MODE_GCM;
	if (job->mode == PEER_CTR)
		return MODE_CTR;
	return job->mode == PEER_ECB_ENCRYPT ? MODE_ECB : MODE_CBC;
}

/* start names the version and does what gcrypt wants of a program once. */
static enum gng_status start(char title[PEER_TITLE_CAP], void *library, struct gng_why *why)
{
	static const char *const names[] = {"gcry_check_version", "gcry_control"};
	const char *(*check_version)(const char *least);
	unsigned int (*control)(int command, ...);
	void *const to[] = {&check_version, &control};

	if (peer_symbols(library, names, to, 2, why) != GNG_OK)
		return GNG_ESYS;
	snprintf(title, PEER_TITLE_CAP, "libgcrypt %.12s", check_version(NULL));
	control(DISABLE_SECMEM, 0);
	control(INITIALIZATION_FINISHED, 0);
	return GNG_OK;
}

static enum gng_status find_functions(struct gcrypt *gcrypt, void *library, struct gng_why *why)
{
	static const char *const names[] = {"gcry_cipher_open",	   "gcry_cipher_close",
					    "gcry_cipher_setkey",  "gcry_cipher_setiv",
					    "gcry_cipher_setctr",  "gcry_cipher_authenticate",
					    "gcry_cipher_encrypt", "gcry_cipher_decrypt",
					    "gcry_cipher_gettag",  "gcry_cipher_checktag"};
	void *const to[] = {&gcrypt->open,     &gcrypt->close,	     &gcrypt->set_key,
			    &gcrypt->set_iv,   &gcrypt->set_counter, &gcrypt->aad,
			    &gcrypt->encrypt,  &gcrypt->decrypt,     &gcrypt->get_tag,
			    &gcrypt->check_tag};

	return peer_symbols(library, names, to, sizeof(to) / sizeof(to[0]), why);
}

static void gcrypt_close(void *state)
{
	struct gcrypt *gcrypt = state;

	if (gcrypt->handle)
		gcrypt->close(gcrypt->handle);
	free(gcrypt);
}

/* A new key gets a new handle, as in a program with one key for each message. */
static bool gcrypt_rekey(void *state)
{
	struct gcrypt *gcrypt = state;
	const struct peer_job *job = gcrypt->job;

	if (gcrypt->handle)
		gcrypt->close(gcrypt->handle);
	gcrypt->handle = NULL;
	return gcrypt->open(&gcrypt->handle, job->key_len == 16 ? AES_128 : AES_256, mode_of(job),
			    0) == 0 &&
	       gcrypt->set_key(gcrypt->handle, job->key, job->key_len) == 0;
}

static enum gng_status gcrypt_open(void **state, char title[PEER_TITLE_CAP], void *library,
				   const struct peer_job *job, struct gng_why *why)
{
	struct gcrypt *gcrypt = calloc(1, sizeof(*gcrypt));
	enum gng_status status;

	if (!gcrypt)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.gcrypt", "no memory");
	gcrypt->job = job;
	status = start(title, library, why);
	if (status == GNG_OK)
		status = find_functions(gcrypt, library, why);
	if (status == GNG_OK && !gcrypt_rekey(gcrypt))
		status = gng_why_set(why, GNG_ESYS, 0, "peer.gcrypt", "it refuses the key");
	if (status == GNG_OK)
		*state = gcrypt;
	else
		gcrypt_close(gcrypt);
	return status;
}

static bool set_iv(const struct gcrypt *gcrypt)
{
	const struct peer_job *job = gcrypt->job;

	if (job->mode == PEER_ECB_ENCRYPT)
		return true;
	if (job->mode == PEER_CTR)
		return gcrypt->set_counter(gcrypt->handle, job->iv, 16) == 0;
	if (!peer_is_gcm(job))
		return gcrypt->set_iv(gcrypt->handle, job->iv, 16) == 0;
	return gcrypt->set_iv(gcrypt->handle, job->iv, PEER_NONCE) == 0 &&
	       gcrypt->aad(gcrypt->handle, job->aad, PEER_AAD) == 0;
}

static bool gcrypt_work(void *state)
{
	const struct gcrypt *gcrypt = state;
	const struct peer_job *job = gcrypt->job;
	const bool encrypts = peer_encrypts(job);

	if (!set_iv(gcrypt) || (encrypts ? gcrypt->encrypt : gcrypt->decrypt)(
				       gcrypt->handle, job->out, job->len, job->in, job->len) != 0)
		return false;
	if (job->mode == PEER_GCM_SEAL)
		return gcrypt->get_tag(gcrypt->handle, job->out + job->len, PEER_TAG) == 0;
	return job->mode != PEER_GCM_OPEN ||
	       gcrypt->check_tag(gcrypt->handle, job->tag, PEER_TAG) == 0;
}

const struct peer_adapter peer_gcrypt = {.name = "libgcrypt",
					 .library = "libgcrypt.so.20",
					 .package = "libgcrypt20",
					 .open = gcrypt_open,
					 .rekey = gcrypt_rekey,
					 .work = gcrypt_work,
					 .close = gcrypt_close};
