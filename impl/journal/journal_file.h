/* SPDX-License-Identifier: Apache-2.0 */
/* journal_file.h - the folder of journals and their text. Private to impl/journal, its suites. */
#ifndef JOURNAL_FILE_H
#define JOURNAL_FILE_H

#include "gng_journal.h"

/* journal_folder writes the path of the folder of journals to path (PATH_MAX bytes). */
void journal_folder(char *path);

/* journal_folder_trusted: 0 if only this user can write to the folder, else an errno; ENOENT if
 * there is none. */
int journal_folder_trusted(const char *path);

/* journal_boot_id writes the kernel's boot id (36 bytes), or "unknown" where a kernel has none. An
 * errno if it cannot be told now: then nobody knows who is dead. */
int journal_boot_id(char id[40]);

/* journal_start_of: *start is as gng_journal_start_time, and 0 only if the process is gone. An
 * errno if that cannot be told, as without a descriptor that is free. */
int journal_start_of(unsigned long long *start, int pid);

/* journal_read_some reads the first bytes of a small file, and a NUL, without memory of its own. An
 * errno, or 0. */
int journal_read_some(char *text, size_t cap, const char *path);

/* journal_owner is the first line: who wrote the journal. */
struct journal_owner {
	int pid;
	unsigned long long start;
	char boot[40];
};

/* journal_text is a parsed journal; the changes point into the text that was given. */
struct journal_text {
	struct journal_owner owner;
	size_t num;
	struct gng_journal_change *changes; /* in the order of the file */
};

/*
 * journal_parse reads text (modified). A last line without its end is left out: its writer was
 * killed, and had not begun the change. GNG_EFORMAT with file:line for any other fault.
 */
GNG_MUST enum gng_status journal_parse(struct journal_text *parsed, const char *file, char *text,
				       struct gng_why *why);

/* journal_may: a journal may hold this change. */
bool journal_may(const struct gng_journal_change *change);

/* journal_stands: there is something to undo. */
bool journal_stands(const struct gng_journal_change *change);

#endif /* JOURNAL_FILE_H */
