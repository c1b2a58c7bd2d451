/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - other libraries' AES behind one shape, loaded at run time, so that the tests build
 * without them and need no foreign header. What cannot be loaded into this process works in one
 * of its own and times itself there.
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
	PEER_GCM_OPEN,
	PEER_NUM_MODES
};

extern const char *const peer_modes[]; /* the words of peer_remote.c, ended by NULL */

#define PEER_NONCE 12 /* GCM uses the first 12 bytes of iv */
#define PEER_TAG 16
#define PEER_AAD 13 /* a TLS 1.2 record header */

/*
 * peer_job is the work of one contestant in one lane. All contestants get equal bytes, and those
 * of a lane in this process read the same buffers. A batch has more than one message, all with
 * one key and iv; PEER_GCM_OPEN has one.
 */
struct peer_job {
	enum peer_mode mode;
	size_t key_len, len, num_messages;
	bool fresh;	     /* each batch has a new key */
	const char *variant; /* for ours only */
	const uint8_t *key, *iv, *aad;
	const uint8_t *in;  /* num_messages times len bytes */
	const uint8_t *tag; /* PEER_GCM_OPEN: of in */
	uint8_t *out;	    /* of each message len bytes, and for PEER_GCM_SEAL the tag */
};

/* peer_stride is the bytes of one message in out. */
size_t peer_stride(const struct peer_job *job);

bool peer_is_gcm(const struct peer_job *job);
bool peer_encrypts(const struct peer_job *job); /* CTR counts as encryption */

#define PEER_TITLE_CAP 32

/* peer_adapter makes a library do a job. */
struct peer_adapter {
	const char *name;    /* "ipsec-mb" */
	const char *library; /* soname, or a pattern of paths */
	const char *kept;    /* file below peer_folder(); library and this NULL: it is in here */
	const char *package; /* that has it in Debian */
	bool yardstick;	     /* it does other work */
	bool program;	     /* kept is a program that speaks as peer_serve does */

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
	/* batch does all messages of job in one call. NULL: they are worked on one by one. */
	bool (*batch)(void *state, const struct peer_job *job);
	void (*close)(void *state);
};

extern const struct peer_adapter peer_ours, peer_aesni, peer_openssl, peer_openssl35,
	peer_boringssl, peer_ipsec_mb, peer_ipsec_mb2, peer_nettle, peer_gcrypt, peer_bearssl,
	peer_go, peer_ring, peer_memcpy;

/* peer_best_variant is what gng_aes_init pins here. */
const char *peer_best_variant(void);

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

/* ---- a worker: an adapter at a job ---- */

struct peer_worker {
	const struct peer_adapter *adapter;
	void *state;
	struct peer_job job; /* what the adapter sees: one message of whole after the other */
	const struct peer_job *whole;
};

/* peer_worker_open opens the adapter for the job, which must outlive the worker. */
enum gng_status peer_worker_open(struct peer_worker *worker, char title[PEER_TITLE_CAP],
				 const struct peer_adapter *adapter, void *library,
				 const struct peer_job *job, struct gng_why *why);
bool peer_worker_work(void *worker); /* a new key if the job is fresh, then all messages */
void peer_worker_close(struct peer_worker *worker);

/* peer_worker_contestant makes it a contestant; without a detour where there is none. */
struct gng_bench_contestant peer_worker_contestant(struct peer_worker *worker, const char *name);

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

/* peer_memory_lay opens memory for both buffers and returns in, or NULL. */
uint8_t *peer_memory_lay(struct peer_memory *memory, size_t in_len, size_t out_len, uint8_t **out);

/* peer_memory_huge_share returns the share of the bytes that lie on huge pages, by the kernel's
 * account. */
double peer_memory_huge_share(const struct peer_memory *memory);

/* peer_memory_text says the share and how this C library's memcpy is tuned, from the tunables of
 * its loader (ld.so(8), --list-tunables). */
#define PEER_MEMORY_CAP 160
void peer_memory_text(char text[PEER_MEMORY_CAP], double huge_share);

/* ---- cases ---- */

struct peer_case {
	const char *name;  /* aesni_gcm256_seal_16k */
	const char *label; /* GCM-256 seal */
	enum peer_mode mode;
	size_t key_len, size;
	const char *variant, *peers; /* peers: adapters' names, space-separated */
	bool fresh;		     /* each message has a new key */
	size_t batch;		     /* messages in one call; 0: one */
};

extern const struct peer_case peer_cases[]; /* ended by {0} */

/* ---- the libraries of this run ---- */

#define PEER_MAX_LIBRARIES 24

struct peer_library {
	char name[24]; /* "openssl3.5" */
	const struct peer_adapter *adapter;
	const char *file; /* from --peer, or NULL: the adapter's */
	bool selected;
	void *handle; /* NULL: not loaded (yet) */
	char reason[256];
	/* Of a process: what is executed, NULL where the library is loaded into this one. Then
	 * handle is this struct itself. */
	const char *argv[8];
	char path[512], folder[512], loader[600], served[600];
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

/*
 * peer_library_load loads it once; false with library->reason if it cannot be. A file beside which
 * a dynamic loader lies, as in an unpacked libc6, gets a process of its own under that loader:
 * its C library is not ours.
 */
bool peer_library_load(struct peer_library *library);

/* peer_remedy says how an absent library can be had. */
void peer_remedy(char remedy[128], const struct peer_library *library);

/* peer_adapter_named returns the adapter, ours too, or NULL. */
const struct peer_adapter *peer_adapter_named(const char *name, size_t len);

/* peer_adapter_load loads the library of ADAPTER=FILE for the adapter of that name; FILE does not
 * matter for one that needs none. counts: every library calls the malloc of this process. */
const struct peer_adapter *peer_adapter_load(void **library, const char *text, bool counts,
					     struct gng_why *why);

/* peer_library_adapter is that of the library, or peer_remote if it has a process of its own. */
const struct peer_adapter *peer_library_adapter(const struct peer_library *library);

/* peer_folder is where ci/peers keeps what it built: $GONOGO_PEERS, else gonogo/peers in the
 * user's folder for caches. */
void peer_folder(char path[512]);

/* ---- a peer in another process ---- */

/* peer_remote hands a job to the process of a library: handle is a struct peer_library. */
extern const struct peer_adapter peer_remote;
double peer_remote_time_ns(void *state, uint64_t num_calls);
double peer_remote_cpu_s(void *state);
const char *peer_remote_complaint(void *state);

/* peer_in_process makes a library whose work is done by argv[0..num) in a process of its own. */
void peer_in_process(struct peer_library *library, const struct peer_adapter *adapter,
		     const char *const *argv, size_t num);

/* peer_refused runs a match of one against a script and asserts the status and what is said;
 * false, with the test skipped, where this CPU lacks the variant. */
bool peer_refused(const struct peer_case *one, enum gng_status status, const char *part,
		  const char *script);

/* peer_serve is the process: it answers on standard output what peer_remote asks. text is
 * ADAPTER=FILE. Returns the exit status. */
int peer_serve(const char *text);

/* peer_count returns the allocations of one call, as glibc's libmemusage counts them in a
 * process of their own; -1 if they cannot be counted here. */
double peer_count(const struct peer_library *library, const struct peer_job *job);

/* peer_count_serve is that process: num calls of the job on standard input, and the end. */
int peer_count_serve(const char *text, size_t num);

/* peer_job_send carries a job to a process: the line and the bytes that peer_remote.c describes. */
enum gng_status peer_job_send(struct gng_bench_process *process, const struct peer_job *job,
			      struct gng_why *why);

struct peer_library *peer_library_named(struct peer_libraries *libraries, const char *name,
					size_t len);

/* ---- a match ---- */

struct peer_setting {
	size_t num_lanes;
	bool latency;	  /* of single calls, too */
	bool allocations; /* counted, too */
};

/* peer_match is ours and some peers on one case. */
struct peer_match {
	struct gng_bench_result result;
	struct gng_bench_latency latencies[GNG_BENCH_MAX_CONTESTANTS]; /* 0: not measured */
	double huge_share;	      /* the least of all lanes; -1: the case is too small to ask */
	char memory[PEER_MEMORY_CAP]; /* what huge_share says, and the tunables of memcpy; "": too
					 small */
	double allocations[GNG_BENCH_MAX_CONTESTANTS]; /* of one call; -1: not counted */
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
