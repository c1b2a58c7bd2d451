/* SPDX-License-Identifier: Apache-2.0 */
/* mem_proof.h - the witnesses of a proof. Private to impl/mem and its suites. */
#ifndef MEM_PROOF_H
#define MEM_PROOF_H

#include "gng_mem.h"

/*
 * mem_smaps_add adds to *proof what the lines of /proc/PID/smaps in text[0..len) say of the VMAs
 * that meet [lo, hi). GNG_EFORMAT for a figure that is none, or a range that no VMA covers.
 */
GNG_MUST enum gng_status mem_smaps_add(struct gng_mem_proof *proof, const char *text, size_t len,
				       uintptr_t lo, uintptr_t hi, struct gng_why *why);

/* mem_nodes_add asks move_pages(2) for the node of each page of [base, base + len). */
GNG_MUST enum gng_status mem_nodes_add(struct gng_mem_proof *proof, const void *base, size_t len,
				       struct gng_why *why);

/*
 * Where the kernel balances NUMA nodes it takes the access to a page away, to see who wants it.
 * Until somebody touches that page move_pages says that it is not in memory, and smaps of Linux
 * before 6.6 that it is not huge; one that is just being moved is missing, too.
 */
#define MEM_BALANCED_TRIES 8

/* mem_tries is how often a proof is tried that lacks something: 1 where nothing is balanced. */
int mem_tries(void);

/* mem_nodes_settle looks at each page that is in memory, so that it has its access back. It brings
 * nothing in that was swapped. */
void mem_nodes_settle(const void *base, size_t len);

/* mem_thp_mode copies the word in brackets of the text of
 * /sys/kernel/mm/transparent_hugepage/enabled; "absent" if there is none. */
void mem_thp_mode(char mode[16], const char *text);

/* mem_judge writes proof->shortfall for the request. */
void mem_judge(struct gng_mem_proof *proof, const struct gng_mem_request *request);

#endif /* MEM_PROOF_H */
