/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_journal.h - what a program is about to change on this machine, written down before it
 * does, so that it is undone even after kill -9.
 *
 * A journal is the file of one process. The process notes each change before it makes it, and
 * gng_journal_close undoes them all, newest first. If it dies before, gng_journal_recover does
 * the same: the runner calls it after each test, `gonogo doctor --leftovers` for what a killed
 * runner left. docs/adr/0008 says why a file and no line on descriptor 3.
 *
 * Only what bears the name gonogo is ever removed, and only values below /proc/sys, /proc/irq
 * and /sys are ever written back.
 */
#ifndef GNG_JOURNAL_H
#define GNG_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gng_journal_kind {
	GNG_JOURNAL_NETNS,     /* the name of a network namespace, made in /run/netns */
	GNG_JOURNAL_INTERFACE, /* the name of a network interface */
	GNG_JOURNAL_MOUNT,     /* a mount point */
	GNG_JOURNAL_FILE,      /* a file, socket, BPF pin or huge page file that is created */
	GNG_JOURNAL_FOLDER,    /* a folder that is created, and all in it */
	GNG_JOURNAL_VALUE,     /* a file of /proc or /sys whose present value comes back */
	GNG_JOURNAL_PROCESS,   /* the number of a process that is killed */
	GNG_JOURNAL_NUM_KINDS
};

/* gng_journal_kind_name returns "network namespace", ...; never NULL for a kind. */
const char *gng_journal_kind_name(enum gng_journal_kind kind);

struct gng_journal;

/*
 * gng_journal_open makes the journal of this process, in $GNG_JOURNAL, else in /run/gonogo for
 * root and /tmp/gonogo-journal-<uid> for others. A process may have several. GNG_ESYS if the
 * folder cannot be made; GNG_EPERM if it is open to others, who could then have things undone.
 */
GNG_MUST enum gng_status gng_journal_open(struct gng_journal **journal, struct gng_why *why);

/*
 * gng_journal_note writes down a change that the caller makes next. For a VALUE it reads the
 * present value itself. what is a name of at most 15 bytes that begins with "gonogo" (NETNS,
 * INTERFACE), an absolute path of which one part begins so (MOUNT, FILE, FOLDER), a path below
 * /proc/sys, /proc/irq or /sys (VALUE), or a number (PROCESS). GNG_EINVAL for any other, and for
 * a tab or line feed in it; GNG_ESYS if it cannot be written: then do not make the change.
 * journal NULL is GNG_OK, and nothing is noted.
 */
GNG_MUST enum gng_status gng_journal_note(struct gng_journal *journal, enum gng_journal_kind kind,
					  const char *what, struct gng_why *why);

/*
 * gng_journal_close undoes all that was noted, newest first, and removes the journal. What is
 * gone already is no error. GNG_ESYS names the first change that could not be undone; the
 * journal then stays for gng_journal_recover. journal NULL is GNG_OK.
 */
GNG_MUST enum gng_status gng_journal_close(struct gng_journal *journal, struct gng_why *why);

/* gng_journal_change is one line of a journal. Borrowed during the call that hands it out. */
struct gng_journal_change {
	enum gng_journal_kind kind;
	const char *what;
	const char *before; /* the value to come back, or the start time of a process; or "" */
};

/*
 * gng_journal_left calls found for each change that a dead process left in its journal and that
 * still stands, newest first, and returns their number. Nothing is undone. found may be NULL.
 */
size_t gng_journal_left(void (*found)(void *context, const struct gng_journal_change *change),
			void *context);

/*
 * gng_journal_recover undoes what dead processes left, and calls undone (which may be NULL) for
 * each change that still stood, with 0 or the errno of what failed. It returns the number of
 * those that failed, whose journals stay. After a reboot only files and folders are undone.
 */
size_t gng_journal_recover(void (*undone)(void *context, const struct gng_journal_change *change,
					  int error),
			   void *context);

/*
 * gng_journal_undo undoes one change: 0, or an errno (EPERM for a change that no journal may
 * hold). What is gone already is 0.
 */
int gng_journal_undo(const struct gng_journal_change *change);

/* ---- processes ---- */

/* gng_journal_start_time returns when a process started, in clock ticks since boot (proc(5), stat
 * field 22), or 0 if there is none or only a zombie. With the pid it names a process for ever. */
unsigned long long gng_journal_start_time(int pid);

#ifdef __cplusplus
}
#endif

#endif /* GNG_JOURNAL_H */
