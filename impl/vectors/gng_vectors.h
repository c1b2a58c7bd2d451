/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_vectors.h - runs vector files that a user brings against impl/aes: Wycheproof JSON, NIST
 * CAVP .rsp (AESAVS, GCMVS) and the project's .vec.
 *
 * A case counts as passed only after its calls were made and their results compared. What this
 * library cannot do (another algorithm, key, nonce or tag size) is skipped, with a reason.
 */
#ifndef GNG_VECTORS_H
#define GNG_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gng_vectors_algorithm {
	GNG_VECTORS_UNKNOWN,  /* every case is skipped */
	GNG_VECTORS_BY_SHAPE, /* with a tag: GCM; without tag and IV: ECB; else skipped */
	GNG_VECTORS_ECB,
	GNG_VECTORS_CBC,
	GNG_VECTORS_CBC_PKCS7,
	GNG_VECTORS_CTR,
	GNG_VECTORS_GCM,
	GNG_VECTORS_GMAC,
	GNG_VECTORS_ECB_MCT, /* 1,000 chained blocks a case: AESAVS, Monte Carlo test */
	GNG_VECTORS_CBC_MCT
};

/* gng_vectors_algorithm_name returns "AES-GCM", ...; "unknown" for GNG_VECTORS_UNKNOWN. */
const char *gng_vectors_algorithm_name(enum gng_vectors_algorithm algorithm);

/*
 * gng_vectors_recognise tells the algorithm of a file from its text: a Wycheproof file says
 * it in "algorithm", a CAVP file in the comments before its first case; else the file's name
 * holds the mode ("CBCMMT128.rsp"), and else each case is judged by its shape. That cannot tell
 * CBC from OFB and CFB, so cases with an IV and no tag are then skipped. name is the algorithm that
 * the file claims, for messages; at most 63 bytes.
 */
enum gng_vectors_algorithm gng_vectors_recognise(char name[64], const char *path, const char *text,
						 size_t len);

/* gng_vectors_result is what one variant made of one file. */
struct gng_vectors_result {
	char algorithm[64], variant[32];
	uint64_t run, passed, failed, skipped; /* run = passed + failed */
	char skip_reason[160];		       /* of the first skipped case */
	size_t num_failures;		       /* the first GNG_VECTORS_MAX_FAILURES of them */
	struct gng_vectors_failure {
		char here[96]; /* "file:line", its end if it is longer */
		char id[32];   /* COUNT, tcId or ordinal */
		char why[160];
	} * failures; /* owned: gng_vectors_result_fini */
};

#define GNG_VECTORS_MAX_FAILURES 100

/*
 * gng_vectors_run runs every case of the file at path with the variant that this process
 * pins. GNG_EFORMAT (file:line) for a file that is malformed or ends before its declared
 * number of cases, GNG_ESYS if it cannot be read; *result is then empty.
 */
GNG_MUST enum gng_status gng_vectors_run(struct gng_vectors_result *result, const char *path,
					 struct gng_why *why);

/* gng_vectors_run_text is gng_vectors_run for text[0..len); name stands for the path. */
GNG_MUST enum gng_status gng_vectors_run_text(struct gng_vectors_result *result, const char *name,
					      const char *text, size_t len, struct gng_why *why);

void gng_vectors_result_fini(struct gng_vectors_result *result);

/*
 * gng_vectors_run_variants runs the file once for each variant of this machine, each in a
 * child process that masks the faster ones (GNG_CPU), so that a crash is a failed case and
 * not the end. *results (caller frees each with gng_vectors_result_fini, then the array) is
 * fastest first. Errors as gng_vectors_run. The caller must not have called gng_cpu_caps.
 */
GNG_MUST enum gng_status gng_vectors_run_variants(struct gng_vectors_result **results,
						  size_t *num_results, const char *path,
						  struct gng_why *why);

/* gng_vectors_main is the program `gonogo-vectors`; returns its exit status. */
int gng_vectors_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_VECTORS_H */
