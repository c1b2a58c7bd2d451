/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_desk.h - a forger's desk: copies of one real sign-off, each spoiled in one way, with the
 * lab's own key at hand where even an insider must not get through.
 */
#ifndef VERIFY_DESK_H
#define VERIFY_DESK_H

#include "lab.h"

#include <jansson.h>

struct desk {
	struct lab_key lab, second, stranger; /* the first two signed */
	char commit[65];
};

/* A tampering spoils the folder "copy". */
typedef void tamper_fn(const struct desk *desk, const char *a, const char *b, const char *c);

/* who may demand what */
enum demand { LAB, SECOND, BOTH, STRANGER, TWO_OF_LAB_AND_STRANGER, TWICE_THE_SAME, NOBODY };

struct row {
	const char *what;
	tamper_fn *tamper;
	const char *a, *b, *c;
	enum demand demand;
	enum gng_status status;
	const char *says; /* part of the sentence; NULL if it is accepted */
};

extern const struct row desk_rows[];
extern const size_t desk_num_rows;

/* ---- files ---- */
tamper_fn desk_nothing, desk_replace, desk_flip, desk_cut, desk_delete, desk_add, desk_folder,
	desk_link, desk_drop_line, desk_repeat_line, desk_swap_lines;

/* ---- the bundle's lines ---- */
tamper_fn desk_bundle_drop, desk_bundle_repeat, desk_bundle_reverse, desk_bundle_append,
	desk_bundle_member, desk_bundle_url_safe, desk_bundle_more_signatures,
	desk_bundle_no_signatures, desk_bundle_keyids, desk_bundle_payload, desk_bundle_bare,
	desk_bundle_mixed;

/* ---- statements signed anew ---- */
/* desk_forge sets member b of the statement of type a to the JSON c, and signs with a stranger's
 * key; desk_lie signs with the lab's own keys. A dot in b goes one deeper. */
tamper_fn desk_forge, desk_lie;
/* desk_launder replaces b by c in file a and signs the new digest with the lab's own keys. */
tamper_fn desk_launder;

/* desk_lines splits the bundle; the caller frees each and the list. */
char **desk_lines(size_t *num);
void desk_put_lines(char **lines, size_t num);

#endif /* VERIFY_DESK_H */
