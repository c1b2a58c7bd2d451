/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_cgo.h - the C side of the bridge to Go: what a Go program crosses the boundary for.
 * Spec: the rules for passing pointers in the documentation of Go's command cgo.
 *
 * A crossing costs more than sealing 64 bytes does. So there is one call for one operation, and
 * one for a whole batch; and every call keeps these rules:
 *
 * - Only pointers with lengths pass, never a pointer to memory that holds pointers. A batch says
 *   where its messages are by offsets into one arena.
 * - C keeps no pointer that it was given. What outlives a call is copied into a handle, and
 *   handles lie on the C heap, where Go's collector neither moves nor frees.
 * - Lengths are size_t or uint64_t, never int. A buffer of length 0 may be NULL.
 * - A call-back carries a token, a number; what it means, only Go knows. It returns: no panic
 *   and no longjmp passes through C.
 * - Nothing here aborts, and a NULL handle is GNG_EINVAL. _close is safe on NULL. Out-parameters
 *   have a value on every path.
 * - The overlap rules are those of gng_aes.h: out == in exactly, or apart; else GNG_EINVAL, with
 *   nothing written.
 */
#ifndef GNG_CGO_H
#define GNG_CGO_H

#include <stddef.h>
#include <stdint.h>

#include <gng_aes.h>
#include <gng_base.h>
#include <gng_evp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* GNG_CGO_ABI changes with every change of this header. The Go package compares it with
 * gng_cgo_abi() when it starts, so that a library of another age is refused, not called. */
#define GNG_CGO_ABI 1
uint32_t gng_cgo_abi(void);

/* ---- AEAD: AES-GCM, tag behind the text as in Go's cipher.AEAD ---- */

struct gng_cgo_aead;

/* gng_cgo_aead_open makes a handle for gng_aes_gcm_init's key_len and tag_len. It is immutable:
 * threads share it. *aead is NULL on failure. */
GNG_MUST enum gng_status gng_cgo_aead_open(struct gng_cgo_aead **aead, const uint8_t *key,
					   size_t key_len, size_t tag_len);
void gng_cgo_aead_close(struct gng_cgo_aead *aead);

/* gng_cgo_aead_seal writes ciphertext and tag, out[0..len + tag_len). Errors of
 * gng_aes_gcm_seal. */
GNG_MUST enum gng_status gng_cgo_aead_seal(const struct gng_cgo_aead *aead, uint8_t *out,
					   const uint8_t *in, size_t len, const uint8_t *nonce,
					   size_t nonce_len, const uint8_t *aad, size_t aad_len);

/* gng_cgo_aead_unseal verifies and decrypts in[0..len), tag at its end, to
 * out[0..len - tag_len). GNG_EAUTH if the tag does not verify, or len is below tag_len: what was
 * written is then wiped. */
GNG_MUST enum gng_status gng_cgo_aead_unseal(const struct gng_cgo_aead *aead, uint8_t *out,
					     const uint8_t *in, size_t len, const uint8_t *nonce,
					     size_t nonce_len, const uint8_t *aad, size_t aad_len);

#define GNG_CGO_NONCE 12

/* gng_cgo_item is one message of a batch, by offsets into the arena. len is what goes in: for
 * unsealing it includes the tag. out is written as by the calls above. */
struct gng_cgo_item {
	uint64_t nonce; /* GNG_CGO_NONCE bytes */
	uint64_t aad, aad_len;
	uint64_t in, len;
	uint64_t out;
	uint64_t status; /* written: enum gng_status */
};
GNG_STATIC_ASSERT(sizeof(struct gng_cgo_item) == 56, "Go declares the same fields");

/*
 * gng_cgo_aead_seal_batch and gng_cgo_aead_unseal_batch do items[0..num_items) in one crossing.
 * GNG_EINVAL, with no byte of the arena written, if an item leaves the arena, breaks a rule, or
 * writes what another reads or writes. Otherwise each item has its own status, and the call
 * returns the first that is not GNG_OK: one forged message does not keep back the others.
 */
GNG_MUST enum gng_status gng_cgo_aead_seal_batch(const struct gng_cgo_aead *aead, uint8_t *arena,
						 size_t arena_len, struct gng_cgo_item *items,
						 size_t num_items);
GNG_MUST enum gng_status gng_cgo_aead_unseal_batch(const struct gng_cgo_aead *aead, uint8_t *arena,
						   size_t arena_len, struct gng_cgo_item *items,
						   size_t num_items);

/* ---- block, stream, chain: what cipher.Block, Stream and BlockMode are made of ---- */

struct gng_cgo_block;

/* gng_cgo_block_open makes an immutable AES key. *block is NULL on failure. */
GNG_MUST enum gng_status gng_cgo_block_open(struct gng_cgo_block **block, const uint8_t *key,
					    size_t key_len);
void gng_cgo_block_close(struct gng_cgo_block *block);

/* gng_cgo_block_encrypt and gng_cgo_block_decrypt take whole blocks, each on its own. */
GNG_MUST enum gng_status gng_cgo_block_encrypt(const struct gng_cgo_block *block, uint8_t *out,
					       const uint8_t *in, size_t len);
GNG_MUST enum gng_status gng_cgo_block_decrypt(const struct gng_cgo_block *block, uint8_t *out,
					       const uint8_t *in, size_t len);

enum gng_cgo_mode { GNG_CGO_CTR = 1, GNG_CGO_CBC_ENCRYPT = 2, GNG_CGO_CBC_DECRYPT = 3 };

struct gng_cgo_stream;

/* gng_cgo_stream_open copies key and iv[0..16) into a handle of its own. A stream is state: one
 * thread at a time. *stream is NULL on failure. */
GNG_MUST enum gng_status gng_cgo_stream_open(struct gng_cgo_stream **stream, enum gng_cgo_mode mode,
					     const uint8_t *key, size_t key_len,
					     const uint8_t iv[GNG_AES_BLOCK]);
void gng_cgo_stream_close(struct gng_cgo_stream *stream);

/* gng_cgo_stream_crypt goes on where the last call ended. GNG_EINVAL for a partial block in the
 * CBC modes. A call that fails has moved nothing. */
GNG_MUST enum gng_status gng_cgo_stream_crypt(struct gng_cgo_stream *stream, uint8_t *out,
					      const uint8_t *in, size_t len);

/* ---- what the tests and the table of costs need ---- */

/* gng_cgo_nothing returns 0: what a crossing alone costs. */
int gng_cgo_nothing(void);

/* gng_cgo_seal_many seals the same message num times, in C: what a call costs without a crossing.
 * GNG_EINVAL for num 0. */
GNG_MUST enum gng_status gng_cgo_seal_many(const struct gng_cgo_aead *aead, uint8_t *out,
					   const uint8_t *in, size_t len, const uint8_t *nonce,
					   size_t nonce_len, uint64_t num);

/* gng_cgo_live returns how many handles of this header are open in the process: a leak check that
 * needs no tool. */
int64_t gng_cgo_live(void);

#ifdef __cplusplus
}
#endif

#endif /* GNG_CGO_H */
