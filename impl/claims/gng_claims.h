/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_claims.h - the claims ledger: every statement of the seed article as a record, and what
 * this machine, or arithmetic alone, says about it.
 *
 * A ledger is a folder of text files, one for each section of the article, in the form of a .vec
 * file (gng_vec.h). A record holds what is claimed and how to judge it, and no verdict: that is
 * found anew each time. docs/claims.md lists all records.
 *
 *	id, section, line      C.<section>.<n>; line: of the article, where the quote begins
 *	quote                  verbatim; a line end of the article is a blank here
 *	statement, reading     the claim in English, and how it is read where it has several senses
 *	quantity, unit         the figure claimed, or "-"
 *	relation, tolerance    "=", "<=" or ">="; what a figure may differ, as a share of quantity
 *	conditions, where      as the article states them; those that code can test (see below)
 *	method                 how to judge, for people
 *	probe, with            name of the code that judges, or "-"; its parameter
 *	text, flags, want      further parameters of probes that call a compiler
 *	check                  a comparison of numbers, see below
 *	number.NAME            VALUE | words of the article that state it
 *	given.NAME             VALUE | source outside the article
 *	subsystem              the folder of impl/ that is to judge it
 *	prior                  what research found elsewhere; never a verdict
 *
 * All but relation, where, with, text, flags, want, check, the numbers and prior are mandatory.
 *
 * A check has numbers, names of numbers, + - * /, one comparison (< <= > >= == !=) or several
 * joined by "and" and "or", and parentheses. One that fails makes the claim INCONSISTENT, or
 * REFUTED if the record has a given number: by that the article does not contradict itself.
 *
 * where is a list "KIND VALUE; ...": all must hold, else the claim is NOT-MEASURABLE-HERE.
 *	cpu TEXT       the processor's model name contains TEXT
 *	kernel TEXT    the kernel's release begins with TEXT
 *	driver NAME    a PCI device is bound to this driver
 *	cpus N         at least N CPUs are online
 *	nodes N        at least N NUMA nodes
 *	program NAME   a program of that name in PATH
 *	go VERSION     a Go of that version or later, by which the facts about Go are found
 *	metal -        no hypervisor runs this machine
 *	counters -     the processor's performance counters can be opened
 *	sound -        a sound card
 *	report -       a report from the field, which nobody can repeat: never holds
 */
#ifndef GNG_CLAIMS_H
#define GNG_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gng_claims_verdict {
	GNG_CLAIMS_CONFIRMED,
	GNG_CLAIMS_REFUTED,
	GNG_CLAIMS_INCONSISTENT,	/* the article contradicts itself: needs no machine */
	GNG_CLAIMS_NOT_MEASURABLE_HERE, /* another CPU, device, version, or no compiler */
	GNG_CLAIMS_INCONCLUSIVE, /* measured, and cannot tell; or it takes long and was not asked
				    for */
	GNG_CLAIMS_PENDING,	 /* the subsystem or probe that judges it is not built yet */
	GNG_CLAIMS_NUM_VERDICTS
};

/* gng_claims_verdict_name returns "CONFIRMED", ...; never NULL. */
const char *gng_claims_verdict_name(enum gng_claims_verdict verdict);

/* gng_claims_number is a value that a check may use. */
struct gng_claims_number {
	char *name;
	double value;
	char *from;  /* words of the article, or a source outside it */
	bool quoted; /* from is verbatim from the article */
};

enum gng_claims_relation { GNG_CLAIMS_EQUAL, GNG_CLAIMS_AT_MOST, GNG_CLAIMS_AT_LEAST };

/* gng_claims_claim is one record. Texts that are absent or "-" are "". The ledger owns it. */
struct gng_claims_claim {
	char *id, *section, *quote, *statement, *reading, *unit, *conditions, *where;
	char *method, *probe, *with, *text, *flags, *want, *check, *subsystem, *prior;
	char here[96]; /* file:line of the record */
	int line;      /* of the article */
	bool has_quantity;
	double quantity, tolerance;
	enum gng_claims_relation relation;
	size_t num_numbers;
	struct gng_claims_number *numbers;
};

struct gng_claims_ledger {
	size_t num_claims;
	struct gng_claims_claim *claims; /* by section, then in the order of the file */
};

/*
 * gng_claims_open reads every *.claims of folder; the file's name is the section. GNG_EFORMAT
 * (file:line) for a record that lacks a field or has an unknown one, an id that is not of its
 * section or stands twice, a probe, relation or condition that does not exist, a check that
 * cannot be computed, or no file at all; GNG_ESYS; GNG_ENOMEM. On failure *ledger is NULL.
 */
GNG_MUST enum gng_status gng_claims_open(struct gng_claims_ledger **ledger, const char *folder,
					 struct gng_why *why);

/* gng_claims_open_text reads one file from text[0..len); name stands in messages. */
GNG_MUST enum gng_status gng_claims_open_text(struct gng_claims_ledger **ledger, const char *name,
					      const char *text, size_t len, struct gng_why *why);

/* gng_claims_close frees the ledger. Safe on NULL. */
void gng_claims_close(struct gng_claims_ledger *ledger);

/* gng_claims_find returns the claim with that id, or NULL. */
const struct gng_claims_claim *gng_claims_find(const struct gng_claims_ledger *ledger,
					       const char *id);

struct gng_claims_judgement {
	enum gng_claims_verdict verdict;
	char evidence[640]; /* a sentence with what was computed or measured */
};

/*
 * gng_claims_judge judges one claim now. The check comes first: if the article's own numbers
 * contradict the claim, no machine is needed. Then the conditions, then the probe. source is
 * the root of the tree: without impl/<subsystem> and without a probe the claim is PENDING.
 * It may take a second, call the compiler and change the thread's affinity meanwhile.
 */
void gng_claims_judge(struct gng_claims_judgement *judgement, const struct gng_claims_claim *claim,
		      const char *source);

/*
 * gng_claims_markdown writes docs/claims.md: what is claimed and how it is judged, and the
 * verdicts of checks, which are the same on every machine.
 */
void gng_claims_markdown(FILE *out, const struct gng_claims_ledger *ledger);

/* gng_claims_main is `gonogo claims`: it returns the exit status. */
int gng_claims_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_CLAIMS_H */
