/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_cli.h - the `gonogo` command: its verbs, its dispatch, and what doctor finds.
 *
 * design/CLI.md is the contract: JSON on stdout only with --json, errors as one sentence on
 * stderr, the exit status of enum gng_cli_exit.
 */
#ifndef GNG_CLI_H
#define GNG_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_journal.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_cli_exit is the exit status of every gonogo program. */
enum gng_cli_exit {
	GNG_CLI_GO = 0,
	GNG_CLI_NO_GO = 1,
	GNG_CLI_USAGE = 2,
	GNG_CLI_INCOMPLETE = 3,
	GNG_CLI_NOTHING = 4, /* nothing selected, or nothing of it ran */
	GNG_CLI_HARNESS = 99
};

/*
 * gng_cli_main runs `gonogo` with its arguments and returns the exit status. A verb that is
 * not its own replaces the process by gonogo-<verb>, found beside this program or in
 * ../libexec/gonogo.
 */
int gng_cli_main(int argc, char **argv);

/* The verbs. argv[0] is the verb's name; each returns an exit status. */
int gng_cli_check(int argc, char **argv);
int gng_cli_list(int argc, char **argv);
int gng_cli_show(int argc, char **argv);
int gng_cli_doctor(int argc, char **argv);

/*
 * gng_cli_nearest returns the name nearest to word by edit distance (insertions, deletions,
 * substitutions and neighbours exchanged), or NULL if none is nearer than half of word.
 */
const char *gng_cli_nearest(const char *word, const char *const *names, size_t num_names);

/* ---- doctor ---- */

/* gng_cli_machine is what the probes look at. Everything but these figures is read from files
 * under root ("" for this machine), so a folder of such files is a machine too. */
struct gng_cli_machine {
	const char *root;
	uint32_t cpu;	      /* enum gng_cpu bits */
	uint64_t xcr0;	      /* 0: not known */
	double tsc_hz;	      /* 0: not calibrated */
	const char *packages; /* path of ci/packages.debian, or NULL */
};

/* gng_cli_machine_here fills *machine from this CPU; gng_cli_machine_at from the flags in
 * root's /proc/cpuinfo. root and packages are borrowed. */
void gng_cli_machine_here(struct gng_cli_machine *machine, const char *packages);
void gng_cli_machine_at(struct gng_cli_machine *machine, const char *root, const char *packages);

struct gng_cli_finding {
	const char *group; /* "processor", "memory", ... static */
	char check[24];
	bool ok;
	char evidence[200];
	char remedy[200]; /* "" if ok */
};

#define GNG_CLI_MAX_FINDINGS 48

/* gng_cli_examine runs every probe and returns the number of findings. It changes nothing. */
size_t gng_cli_examine(struct gng_cli_finding findings[GNG_CLI_MAX_FINDINGS],
		       const struct gng_cli_machine *machine);

/*
 * gng_cli_leftovers calls found for each thing that a killed run left under root, in the order in
 * which gng_journal_undo removes them: processes of a dead runner, what stands in the journals of
 * dead processes (root "" only), folders gonogo-* in /tmp in which no process works, and hugepage
 * files, BPF pins, network namespaces and interfaces whose name begins with "gonogo". Returns
 * their number.
 */
size_t gng_cli_leftovers(const char *root,
			 void (*found)(void *context, const struct gng_journal_change *change),
			 void *context);

#ifdef __cplusplus
}
#endif

#endif /* GNG_CLI_H */
