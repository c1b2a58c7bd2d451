/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_signoff.h - the sign-off: what was tested on which machine, and the report of it.
 *
 * The report is a projection of the plan and the records, one static HTML file: nothing in
 * it is measured or decided here, and a fact that could not be read is the text "absent".
 */
#ifndef GNG_SIGNOFF_H
#define GNG_SIGNOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_gauge.h>
#include <gng_noise.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_SIGNOFF_ABSENT "absent"

/* ---- the machine and the item tested ---- */

/* gng_machine is a list of facts in the report's order; facts of a group stand together. */
struct gng_machine {
	size_t num_facts;
	struct gng_machine_fact {
		const char *group, *name; /* "Kernel", "release"; static */
		char *value;		  /* one line of UTF-8, or GNG_SIGNOFF_ABSENT; never NULL */
	} * facts;
	bool is_virtual; /* the grade is then never "lab" */
};

/*
 * gng_machine_read reads the facts from the files under root, so that a folder of such files
 * is a machine too. root "" is this machine: only then CPUID, libc and libcrypto are asked.
 * compiler (gng_build.compiler) may be NULL. GNG_ENOMEM. gng_machine_fini frees the facts.
 */
GNG_MUST enum gng_status gng_machine_read(struct gng_machine *machine, const char *root,
					  const char *compiler, struct gng_why *why);
void gng_machine_fini(struct gng_machine *machine);

/* gng_machine_get returns the value of a fact; GNG_SIGNOFF_ABSENT if there is no such fact. */
const char *gng_machine_get(const struct gng_machine *machine, const char *group, const char *name);

/* gng_signoff_item is what was tested: each text is GNG_SIGNOFF_ABSENT if git cannot say. */
struct gng_signoff_item {
	char commit[65], tree[65]; /* lower-case hex */
	char state[96];		   /* "clean tree" or "3 changed files" */
};

/* gng_signoff_item_read asks git about the checkout in source; it changes nothing there. */
void gng_signoff_item_read(struct gng_signoff_item *item, const char *source);

/* ---- the sign-off before this one ---- */

/* gng_signoff_previous is what summary.json and records.jsonl of an earlier run say. */
struct gng_signoff_previous {
	char id[128], verdict[16], grade[16], profile[32], started[32];
	char commit[65];
	size_t num_records, num_strangers;
	struct gng_record *records; /* of tests that this plan has too */
	struct gng_machine machine; /* without order of its own: look facts up by name */
};

/*
 * gng_signoff_previous_read looks for the newest complete sign-off under out. *previous is
 * NULL if there is none that can be read: an archive is no reason to refuse a sign-off.
 */
void gng_signoff_previous_read(struct gng_signoff_previous **previous, const char *out,
			       const struct gng_plan *plan);
void gng_signoff_previous_free(struct gng_signoff_previous *previous);

/* ---- the sign-off ---- */

struct gng_signoff_aside;

/* gng_signoff is all that the report shows. Everything is borrowed. */
struct gng_signoff {
	const char *id;	     /* name of the run's folder */
	const char *command; /* as typed, to repeat it */
	const char *version; /* of gonogo */
	const char *started; /* UTC, ISO 8601 */
	double seconds;
	const char *grade; /* gng_signoff_grade */
	const struct gng_profile *profile;
	const struct gng_plan *plan;
	const struct gng_record *records; /* in the order of records.jsonl */
	size_t num_records;
	const struct gng_tally *tally; /* NULL: the run has not ended */
	const struct gng_machine *machine;
	const struct gng_signoff_item *item;
	const struct gng_noise *before, *after; /* NULL: not measured */
	const struct gng_signoff_previous *previous;
	const char *signers; /* "7b1e90c4 (Ed25519), ..."; NULL: the bundle is not signed */
	const struct gng_signoff_aside *aside; /* shown and not signed; NULL: none */
};

/* gng_signoff_grade returns the profile's grade, but "functional" on a virtual machine, and on one
 * that does not tell whether it is one. */
const char *gng_signoff_grade(const struct gng_profile *profile, const struct gng_machine *machine);

/* gng_signoff_floor_ns returns the worse of both floors at a quantile; NAN without one. */
double gng_signoff_floor_ns(const struct gng_signoff *signoff, double quantile);

/*
 * gng_signoff_rejudge judges every latency again, by the worse of both noise floors, which is
 * known only after the run. A record that was PASS or FAIL by such a figure follows it. It
 * returns the number of records whose verdict changed.
 */
size_t gng_signoff_rejudge(struct gng_record *records, size_t num_records,
			   const struct gng_signoff *signoff);

/*
 * gng_signoff_report_write writes the report to path: under another name first, then renamed,
 * so that a reader sees the old page or the new one. Without a tally it is the page that says
 * INCOMPLETE, for a run that may yet be killed. GNG_ESYS if it cannot be written.
 */
GNG_MUST enum gng_status
gng_signoff_report_write(const char *path, const struct gng_signoff *signoff, struct gng_why *why);

/* gng_signoff_summary returns the JSON of `gonogo signoff --json` (caller frees), or NULL if
 * memory ran out. */
char *gng_signoff_summary(const struct gng_signoff *signoff);

#ifdef __cplusplus
}
#endif

#endif /* GNG_SIGNOFF_H */
