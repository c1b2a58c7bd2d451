/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - other libraries' AES behind one shape, loaded at run time, so that the tests build
 * without them and need no foreign header.
 */
#ifndef AES_PEER_H
#define AES_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_bench.h>

enum peer_mode {
	PEER_ECB_ENCRYPT,
	PEER_CBC_ENCRYPT,
	PEER_CBC_DECRYPT,
	PEER_CTR,
	PEER_GCM_SEAL,
	PEER_GCM_OPEN
};

#define PEER_NONCE 12 /* GCM uses the first 12 bytes of iv */
#define PEER_TAG 16
#define PEER_AAD 13 /* a TLS 1.2 record header */

/* peer_job is the work of one contestant in one lane. All contestants get equal bytes, and
 * those of a lane read the same buffers. */
struct peer_job {
	enum peer_mode mode;
	size_t key_len, len;
	const char *variant; /* for ours only */
	const uint8_t *key, *iv, *aad, *in;
	const uint8_t *tag; /* PEER_GCM_OPEN: of in */
	uint8_t *out;	    /* len bytes, and the tag behind them for PEER_GCM_SEAL */
};

bool peer_is_gcm(const struct peer_job *job);
bool peer_encrypts(const struct peer_job *job); /* CTR counts as encryption */

#define PEER_TITLE_CAP 32

/* peer_adapter makes a library do a job. */
struct peer_adapter {
	const char *name;    /* "ipsec-mb" */
	const char *library; /* soname, or a pattern of paths; NULL: it is in this process */
	const char *package; /* that has it in Debian */
	bool yardstick;	     /* it does other work */

	/* can tells whether the library takes jobs of that mode and length. NULL: all. */
	bool (*can)(enum peer_mode mode, size_t len);

	/* open prepares the job: key schedule and contexts are made here, once. GNG_EUNSUPPORTED
	 * if the library has no such mode, GNG_ESYS if it lacks a function or refuses. */
	enum gng_status (*open)(void **state, char title[PEER_TITLE_CAP], void *library,
				const struct peer_job *job, struct gng_why *why);
	/* rekey does again what a caller does for a new key: key schedule, tables, context. NULL if
	 * that is not timed. */
	bool (*rekey)(void *state);
	bool (*work)(void *state);
	void (*close)(void *state);
};

extern const struct peer_adapter peer_ours, peer_aesni, peer_openssl, peer_boringssl, peer_ipsec_mb,
	peer_nettle, peer_gcrypt, peer_bearssl, peer_memcpy;

/* peer_symbols looks up num functions in library: names[i] goes to *(to[i]), which is a function
 * pointer. GNG_ESYS names the first that is absent. */
enum gng_status peer_symbols(void *library, const char *const *names, void *const *to, size_t num,
			     struct gng_why *why);

/* peer_evp_* drive the EVP cipher interface, which OpenSSL and BoringSSL share. */
enum gng_status peer_evp_open(void **state, void *library, const struct peer_job *job,
			      struct gng_why *why);
bool peer_evp_work(void *state);
bool peer_evp_rekey(void *state);
void peer_evp_close(void *state);

/* ---- memory ---- */

struct peer_memory {
	uint8_t *bytes;
	void *start;
	size_t len, mapped;
	bool huge; /* wanted */
};

/* peer_memory_open returns memory->bytes, or NULL: len bytes that were touched, from 2 MiB on
 * with transparent huge pages if the kernel gives any. */
uint8_t *peer_memory_open(struct peer_memory *memory, size_t len);
void peer_memory_close(struct peer_memory *memory);

/* peer_memory_huge_share returns the share of the bytes that lie on huge pages, by the kernel's
 * account. */
double peer_memory_huge_share(const struct peer_memory *memory);

/* ---- cases ---- */

struct peer_case {
	const char *name;  /* aesni_gcm256_seal_16k */
	const char *label; /* GCM-256 seal */
	enum peer_mode mode;
	size_t key_len, size;
	const char *variant, *peers; /* peers: adapters' names, space-separated */
	bool fresh;		     /* each message has a new key */
};

extern const struct peer_case peer_cases[]; /* ended by {0} */

/* ---- the libraries of this run ---- */

#define PEER_MAX_LIBRARIES 16

struct peer_library {
	char name[24]; /* "openssl3.5" */
	const struct peer_adapter *adapter;
	const char *file; /* from --peer, or NULL: the adapter's */
	bool selected;
	void *handle; /* NULL: not loaded (yet) */
	char reason[256];
};

struct peer_libraries {
	size_t num;
	struct peer_library all[PEER_MAX_LIBRARIES];
};

/* peer_libraries_init lists one library for each adapter, all selected, none loaded. */
void peer_libraries_init(struct peer_libraries *libraries);

/* peer_libraries_add takes NAME=FILE. NAME is an adapter's, or begins with one. */
enum gng_status peer_libraries_add(struct peer_libraries *libraries, const char *text,
				   struct gng_why *why);

/* peer_libraries_select keeps those of a comma-separated list. */
enum gng_status peer_libraries_select(struct peer_libraries *libraries, const char *names,
				      struct gng_why *why);

/* peer_library_load loads it once; false with library->reason if it cannot be. */
bool peer_library_load(struct peer_library *library);

struct peer_library *peer_library_named(struct peer_libraries *libraries, const char *name,
					size_t len);

/* ---- a match ---- */

struct peer_setting {
	size_t num_lanes;
	bool latency; /* of single calls, too */
};

/* peer_match is ours and some peers on one case. */
struct peer_match {
	struct gng_bench_result result;
	struct gng_bench_latency latencies[GNG_BENCH_MAX_CONTESTANTS]; /* 0: not measured */
	double huge_share; /* the least of all lanes; -1: the case is too small to ask */
	size_t num_contestants;
	char titles[GNG_BENCH_MAX_CONTESTANTS][PEER_TITLE_CAP]; /* [0] is ours */
};

/* peer_match_run times libraries[0..num_libraries), all loaded, against ours. Errors of
 * gng_bench_run and of the adapters; GNG_EUNSUPPORTED if this CPU lacks the variant. */
enum gng_status peer_match_run(struct peer_match *match, const struct peer_case *one,
			       struct peer_library *const *libraries, size_t num_libraries,
			       const struct peer_setting *setting, struct gng_why *why);

/* peer_ceiling returns the port limit of the case in bytes a core cycle, 0 if there is none. */
double peer_ceiling(const struct peer_case *one);

#endif /* AES_PEER_H */
