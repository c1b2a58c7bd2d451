/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_attest.h - signed statements about a sign-off, and the check of them offline.
 *
 * Envelope: DSSE v1.0 (secure-systems-lab/dsse). Statements: in-toto Statement v1, in
 * bundle.intoto.jsonl, one a line: test-result v0.1, gonogo's own signoff/v1, SLSA provenance
 * v1 and, from a reviewer, SVR v0.2. Without a key the lines are the bare statements: DSSE
 * knows no envelope without signatures. ADR 0006 has the reasons.
 */
#ifndef GNG_ATTEST_H
#define GNG_ATTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_gauge.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- keys ---- */

enum gng_attest_algorithm { GNG_ATTEST_ED25519, GNG_ATTEST_P256 };

struct gng_attest_key;

/* gng_attest_key_new makes a key pair. GNG_ESYS if libcrypto cannot. The caller closes it. */
GNG_MUST enum gng_status gng_attest_key_new(struct gng_attest_key **key,
					    enum gng_attest_algorithm algorithm,
					    struct gng_why *why);

/*
 * gng_attest_key_open reads a private key (PEM, PKCS#8, without passphrase) if secret, else a
 * public one (PEM, SubjectPublicKeyInfo). GNG_EINVAL in one sentence if the file cannot be
 * read, is another kind of key, or no key at all: it is the caller's argument that is wrong.
 */
GNG_MUST enum gng_status gng_attest_key_open(struct gng_attest_key **key, const char *path,
					     bool secret, struct gng_why *why);
void gng_attest_key_close(struct gng_attest_key *key);

/* gng_attest_key_save writes the private key to a new file of mode 0600. GNG_EINVAL if a file
 * of that name exists: it is not touched. */
GNG_MUST enum gng_status gng_attest_key_save(const struct gng_attest_key *key, const char *path,
					     struct gng_why *why);

/* gng_attest_key_id is the SHA-256 of the SubjectPublicKeyInfo, 64 hex digits. */
const char *gng_attest_key_id(const struct gng_attest_key *key);
const char *gng_attest_key_algorithm(const struct gng_attest_key *key); /* "Ed25519" */

/* gng_attest_key_public returns the public key as PEM, gng_attest_key_ssh as the line of an
 * authorized_keys file (RFC 8709, RFC 5656) and gng_attest_key_ssh_private the private key in
 * OpenSSH's own format, PROTOCOL.key. The caller frees; NULL if memory ran out. */
char *gng_attest_key_public(const struct gng_attest_key *key);
char *gng_attest_key_ssh(const struct gng_attest_key *key);
char *gng_attest_key_ssh_private(const struct gng_attest_key *key);

/* ---- DSSE ---- */

#define GNG_ATTEST_PAYLOAD_TYPE "application/vnd.in-toto+json"

/* gng_attest_pae returns PAE(type, body) in *len bytes (caller frees), or NULL without memory. */
uint8_t *gng_attest_pae(size_t *len, const char *type, const void *body, size_t body_len);

/* gng_attest_seal returns in *line the envelope of body, signed by each key, as one line of JSON
 * without newline (caller frees). GNG_EINVAL without a key: such an envelope is none. */
GNG_MUST enum gng_status gng_attest_seal(char **line, const char *type, const void *body,
					 size_t body_len, const struct gng_attest_key *const *keys,
					 size_t num_keys, struct gng_why *why);

#define GNG_ATTEST_MAX_KEYS 16

/* gng_attest_envelope is an envelope taken apart once; nothing reads its text again. */
struct gng_attest_envelope {
	char *type; /* payloadType */
	uint8_t *payload;
	size_t payload_len, num_signatures;
	struct gng_attest_signature {
		uint8_t *bytes;
		size_t len;
	} * signatures; /* keyids are not kept: nothing may be decided by them */
};

/*
 * gng_attest_envelope_open decodes line[0..len), base64 in the standard or the URL-safe alphabet,
 * with or without padding. GNG_EFORMAT says what is wrong with it.
 */
GNG_MUST enum gng_status gng_attest_envelope_open(struct gng_attest_envelope *envelope,
						  const char *line, size_t len,
						  struct gng_why *why);
void gng_attest_envelope_fini(struct gng_attest_envelope *envelope);

/*
 * gng_attest_envelope_check sets signed_by[i] for each key that one of the signatures verifies
 * with, and returns the number of distinct keys among them. ECDSA signatures are DER or the
 * 64 bytes r || s. Signatures that verify with no key are passed over.
 */
size_t gng_attest_envelope_check(bool *signed_by, const struct gng_attest_envelope *envelope,
				 const struct gng_attest_key *const *keys, size_t num_keys);

/* ---- a sign-off's folder ---- */

#define GNG_ATTEST_BUNDLE "bundle.intoto.jsonl"

/*
 * gng_attest_write writes the statements about the finished sign-off in dir, and a copy of its
 * profile, signed by each key or, with none, unsigned. home says what was tested. What
 * gng_attest_verify would refuse is not signed: GNG_EFORMAT. dir/index.html is no part of it.
 */
GNG_MUST enum gng_status gng_attest_write(const char *dir, const struct gng_home *home,
					  const struct gng_attest_key *const *keys, size_t num_keys,
					  struct gng_why *why);

/* gng_attest_policy is what somebody demands of a sign-off. */
struct gng_attest_policy {
	const struct gng_attest_key *const *keys; /* trusted public keys; none: not checked */
	size_t num_keys;
	size_t threshold;   /* so many of them must have signed each statement; 0: one */
	const char *commit; /* 7 or more hex digits, and no changes to it; NULL: any */
};

struct gng_attest_result {
	enum gng_overall overall; /* as stated, and as recomputed */
	char grade[16], profile[32], id[128], started[32];
	char commit[65], state[96]; /* "absent" without git */
	bool is_signed, is_dirty;
	struct gng_tally tally;		       /* its decisive record is NULL */
	bool signed_by[GNG_ATTEST_MAX_KEYS];   /* by which of the policy's keys: all statements */
	bool reviewed_by[GNG_ATTEST_MAX_KEYS]; /* by which the reviewer's verdict */
	size_t num_signers, num_statements, num_ignored;
	char ignored[256]; /* why the first line of the bundle was passed over; "" if none was */
};

/*
 * gng_attest_verify checks signatures, then the digest of each file in dir against the statement,
 * then recomputes verdict, statements and projections from records, plan and profile. The first
 * thing that does not fit is GNG_EAUTH (a signature or threshold) or GNG_EFORMAT (anything
 * else) in one sentence. GNG_EINVAL if dir is no folder or the policy is wrong. Lines of the
 * bundle that are unknown, unsigned by the policy's keys or about something else are ignored, as
 * in-toto demands; each of the three statements must remain.
 */
GNG_MUST enum gng_status gng_attest_verify(struct gng_attest_result *result, const char *dir,
					   const struct gng_attest_policy *policy,
					   struct gng_why *why);

/* gng_attest_countersign appends to the bundle of dir, which policy must hold for, the verdict of
 * a reviewer: an SVR statement signed by key. */
GNG_MUST enum gng_status gng_attest_countersign(const char *dir,
						const struct gng_attest_policy *policy,
						const struct gng_attest_key *key,
						struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_ATTEST_H */
