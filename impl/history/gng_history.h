/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_history.h - the sign-offs of a lab over the years: one row a sign-off and one a figure, in
 * SQLite. Runs are removed after ten; their rows stay.
 */
#ifndef GNG_HISTORY_H
#define GNG_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_HISTORY_FILE "history.sqlite"

struct gng_history;

/*
 * gng_history_open opens the database at path; with writable it is made if it is missing.
 * GNG_EFORMAT if it is damaged, or is not (or not yet) a history of gonogo; GNG_EINVAL if it is
 * to be read and does not exist; GNG_ESYS if it cannot be opened. Nothing is changed then.
 */
GNG_MUST enum gng_status gng_history_open(struct gng_history **history, const char *path,
					  bool writable, struct gng_why *why);
void gng_history_close(struct gng_history *history);

/*
 * gng_history_set_aside gives a damaged database another name, path.damaged-1 or the next that
 * is free, which it writes to aside. GNG_ESYS if it cannot.
 */
GNG_MUST enum gng_status gng_history_set_aside(char *aside, size_t cap, const char *path,
					       struct gng_why *why);

/* gng_history_add adds the sign-off of which dir holds summary.json, whole or not at all. One
 * that is there already is left as it is. GNG_EFORMAT if the summary is none. */
GNG_MUST enum gng_status gng_history_add(struct gng_history *history, const char *dir,
					 struct gng_why *why);

/* gng_history_signoff is a row, oldest first. Texts live until the next row. */
struct gng_history_signoff {
	const char *id, *started, *verdict, *grade, *profile, *commit, *state;
	long long planned, passed, failed, skipped; /* as in the last line of a check */
	double seconds;
};

/* gng_history_each calls each with every sign-off; it stops at the first false. */
GNG_MUST enum gng_status gng_history_each(struct gng_history *history,
					  bool (*each)(void *context,
						       const struct gng_history_signoff *row),
					  void *context, struct gng_why *why);

/* gng_history_trend is one figure over all sign-offs that measured it. */
struct gng_history_trend {
	const char *id, *variant, *build, *name, *unit;
	int sense;  /* 1: more is better, -1: less is; 0: nothing says so */
	size_t num; /* sign-offs that measured it */
	double first, previous, last, least, most;
	bool is_current; /* the newest sign-off measured it */
};

/* gng_history_trends calls each with every figure of tests whose id begins with prefix ("" all),
 * in the order of ids. */
GNG_MUST enum gng_status gng_history_trends(struct gng_history *history, const char *prefix,
					    bool (*each)(void *context,
							 const struct gng_history_trend *trend),
					    void *context, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_HISTORY_H */
