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

/* mem_thp_mode copies the word in brackets of the text of
 * /sys/kernel/mm/transparent_hugepage/enabled; "absent" if there is none. */
void mem_thp_mode(char mode[16], const char *text);

/* mem_judge writes proof->shortfall for the request. */
void mem_judge(struct gng_mem_proof *proof, const struct gng_mem_request *request);

#endif /* MEM_PROOF_H */
