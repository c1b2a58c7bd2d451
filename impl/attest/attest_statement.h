/* SPDX-License-Identifier: Apache-2.0 */
/* attest_statement.h - the in-toto statements about a sign-off. Private to impl/attest and its
 * suites. */
#ifndef ATTEST_STATEMENT_H
#define ATTEST_STATEMENT_H

#include "attest_evidence.h"

/* RFC 2606 reserves .example: nobody can own the name and say what its types mean instead. */
#define STATEMENT_BASE "https://gonogo.example/gonogo"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define STATEMENT_TEST_RESULT "https://in-toto.io/attestation/test-result/v0.1"
#define STATEMENT_SIGNOFF STATEMENT_BASE "/signoff/v1"
#define STATEMENT_PROVENANCE "https://slsa.dev/provenance/v1"
#define STATEMENT_SVR "https://in-toto.io/attestation/svr/v0.2"

/* Each returns a new reference, or NULL without memory. */

/* statement_make takes subject and predicate, also on failure. */
json_t *statement_make(json_t *subject, const char *type, json_t *predicate);

/* statement_subject is the commit (if git knew one), the plan and the records. */
json_t *statement_subject(const struct evidence *evidence);

/* statement_test_result follows from the evidence alone. */
json_t *statement_test_result(const struct evidence *evidence);

/* statement_derived is the part of the signoff/v1 predicate that follows from the evidence;
 * statement_facts the part that only the machine of the run could tell. */
json_t *statement_derived(const struct evidence *evidence);
json_t *statement_facts(const struct evidence *evidence, const struct gng_home *home);

/*
 * statement_ports tells of each network port below root its driver and the versions of driver and
 * firmware, as ask answers; statement_ask_port asks this machine's kernel. statement_gpus tells of
 * each GPU of NVIDIA's driver its model, video BIOS and firmware. "absent" where there is none.
 */
struct ethtool_drvinfo;
json_t *statement_ports(const char *root,
			bool (*ask)(struct ethtool_drvinfo *info, const char *name));
bool statement_ask_port(struct ethtool_drvinfo *info, const char *name);
json_t *statement_gpus(const char *root);

/* statement_provenance follows from the predicate of signoff/v1. */
json_t *statement_provenance(const struct evidence *evidence, const json_t *predicate);

/* statement_review is a reviewer's verdict, SVR v0.2. */
json_t *statement_review(const struct evidence *evidence, const char *now);

/* statement_key writes "id (variant) [build]", the name of a test in every statement. */
void statement_key(char text[320], const struct gng_test *test);

/* statement_record returns the record of a test, or NULL; *hint is 0 before the first call. */
const struct gng_record *statement_record(const struct evidence *evidence,
					  const struct gng_test *test, size_t *hint);

/* statement_now writes the time as UTC, ISO 8601. */
void statement_now(char text[32]);

/* statement_files hashes the regular files below root/folder whose names end in one of the
 * suffixes (NULL at the end; none: all), and puts name -> SHA-256 in order. */
json_t *statement_files(const char *root, const char *folder, const char *const *suffixes);

#endif /* ATTEST_STATEMENT_H */
