/* SPDX-License-Identifier: Apache-2.0 */
/* journal.c - the journal of a living process: opened, written before each change, undone. */
#include "journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE_CAP 1024

struct gng_journal {
	char path[PATH_MAX];
	int fd;
	size_t num;
	struct gng_journal_change *changes;
};

void journal_folder(char *path)
{
	const char *named = getenv("GNG_JOURNAL");

	if (named && *named)
		snprintf(path, PATH_MAX, "%s", named);
	else if (geteuid() == 0)
		snprintf(path, PATH_MAX, "/run/gonogo");
	else
		snprintf(path, PATH_MAX, "/tmp/gonogo-journal-%u", (unsigned int)geteuid());
}

int journal_folder_trusted(const char *path)
{
	struct stat folder;

	if (lstat(path, &folder) != 0)
		return errno;
	if (!S_ISDIR(folder.st_mode))
		return ENOTDIR;
	return folder.st_uid == geteuid() && !(folder.st_mode & 022) ? 0 : EPERM;
}

int journal_read_some(char *text, size_t cap, const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? -1 : read(fd, text, cap - 1);
	const int error = errno;

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len < 0 ? error : 0;
}

int journal_boot_id(char id[40])
{
	const int error = journal_read_some(id, 40, "/proc/sys/kernel/random/boot_id");

	id[strspn(id, "-0123456789abcdef")] = '\0';
	if (!*id)
		snprintf(id, 40, "unknown");
	return error == ENOENT ? 0 : error;
}

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "journal", "no memory");
}

static enum gng_status make_folder(const char *folder, struct gng_why *why)
{
	int error;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return gng_why_set(why, GNG_ESYS, errno, "journal.open", "%.200s: %s", folder,
				   strerror(errno));
	error = journal_folder_trusted(folder);
	if (error)
		return gng_why_set(why, GNG_EPERM, error, "journal.open",
				   "%.200s: others could write journals there: remove it, or set "
				   "GNG_JOURNAL to a folder of your own",
				   folder);
	return GNG_OK;
}

/* create makes the file under a number that is free: a process may have several journals. */
static enum gng_status create(struct gng_journal *journal, const char *folder, struct gng_why *why)
{
	unsigned long long start = 0;
	char boot[40];
	int error = journal_start_of(&start, getpid());

	if (error == 0)
		error = journal_boot_id(boot);
	/* one without the right owner is a dead process's to all others */
	if (error)
		return gng_why_set(why, GNG_ESYS, error, "journal.open",
				   "/proc does not tell who this process is: %s", strerror(error));
	for (int i = 0; journal->fd < 0 && i < 1000; i++) {
		snprintf(journal->path, sizeof(journal->path), "%.3900s/%d-%llu-%d.journal", folder,
			 getpid(), start, i);
		journal->fd =
			open(journal->path,
			     O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (journal->fd < 0 && errno != EEXIST)
			break;
	}
	if (journal->fd >= 0 &&
	    dprintf(journal->fd, "gonogo/journal/1\t%d\t%llu\t%s\n", getpid(), start, boot) > 0)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "journal.open", "%.200s: %s", journal->path,
			   strerror(errno));
}

enum gng_status gng_journal_open(struct gng_journal **journal, struct gng_why *why)
{
	struct gng_journal *made = calloc(1, sizeof(*made));
	char folder[PATH_MAX];
	enum gng_status status;

	if (!made)
		return no_memory(why);
	made->fd = -1;
	journal_folder(folder);
	status = make_folder(folder, why);
	if (status == GNG_OK)
		status = create(made, folder, why);
	if (status == GNG_OK) {
		*journal = made;
		return GNG_OK;
	}
	if (made->fd >= 0) {
		close(made->fd);
		unlink(made->path);
	}
	free(made);
	return status;
}

/* ---- noting ---- */

/* present reads what a value file says now; a value of several lines is none to write back. */
static enum gng_status present(char value[VALUE_CAP], const char *path, struct gng_why *why)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	ssize_t len = fd < 0 ? -1 : read(fd, value, VALUE_CAP - 1);
	const int error = errno;

	if (fd >= 0)
		close(fd);
	if (len < 0)
		return gng_why_set(why, GNG_ESYS, error, "journal.note", "%.200s: %s", path,
				   strerror(error));
	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';
	for (char *c = value; *c; c++)
		if (*c == '\t') /* as in ip_local_port_range, where a blank does as well */
			*c = ' ';
	return GNG_OK;
}

static bool remember(struct gng_journal *journal, const struct gng_journal_change *change)
{
	struct gng_journal_change *grown;

	grown = reallocarray(journal->changes, journal->num + 1, sizeof(*grown));
	if (!grown)
		return false;
	journal->changes = grown;
	grown += journal->num;
	grown->kind = change->kind;
	grown->what = strdup(change->what);
	grown->before = strdup(change->before);
	if (!grown->what || !grown->before) {
		free((char *)grown->what);
		free((char *)grown->before);
		return false;
	}
	journal->num++;
	return true;
}

/* append writes the line in one call, so that a kill leaves all of it or a part without end. */
static enum gng_status append(const struct gng_journal *journal,
			      const struct gng_journal_change *change, struct gng_why *why)
{
	char *line = NULL;
	const int len = asprintf(&line, "%s\t%s\t%s\n", gng_journal_kind_name(change->kind),
				 change->what, change->before);
	bool written;

	if (len < 0)
		return no_memory(why);
	written = write(journal->fd, line, (size_t)len) == len;
	free(line);
	if (written)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "journal.note", "%.200s cannot be written: %s",
			   journal->path, strerror(errno));
}

enum gng_status gng_journal_note(struct gng_journal *journal, enum gng_journal_kind kind,
				 const char *what, struct gng_why *why)
{
	struct gng_journal_change change = {.kind = kind, .what = what, .before = ""};
	enum gng_status status = GNG_OK;
	char before[VALUE_CAP];

	if (!journal)
		return GNG_OK;
	if (!what || !journal_may(&change))
		return gng_why_set(why, GNG_EINVAL, 0, "journal.note",
				   "no journal may hold the %s '%.100s': name it gonogo..., or a "
				   "value below /proc/sys, /proc/irq or /sys",
				   gng_journal_kind_name(kind), what ? what : "");
	change.before = before;
	*before = '\0';
	if (kind == GNG_JOURNAL_VALUE)
		status = present(before, what, why);
	else if (kind == GNG_JOURNAL_PROCESS)
		snprintf(before, sizeof(before), "%llu", gng_journal_start_time(atoi(what)));
	if (status == GNG_OK && !remember(journal, &change))
		status = no_memory(why);
	return status == GNG_OK ? append(journal, &change, why) : status;
}

/* ---- undoing ---- */

static enum gng_status undo_all(const struct gng_journal *journal, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = journal->num; i-- > 0;) {
		const int error = gng_journal_undo(&journal->changes[i]);

		if (error && status == GNG_OK)
			status = gng_why_set(why, GNG_ESYS, error, "journal.close",
					     "the %s %.200s cannot be undone: %s; gonogo doctor "
					     "--leftovers tries again",
					     gng_journal_kind_name(journal->changes[i].kind),
					     journal->changes[i].what, strerror(error));
	}
	return status;
}

enum gng_status gng_journal_close(struct gng_journal *journal, struct gng_why *why)
{
	enum gng_status status;

	if (!journal)
		return GNG_OK;
	status = undo_all(journal, why);
	if (status == GNG_OK)
		unlink(journal->path);
	for (size_t i = 0; i < journal->num; i++) {
		free((char *)journal->changes[i].what);
		free((char *)journal->changes[i].before);
	}
	close(journal->fd);
	free(journal->changes);
	free(journal);
	return status;
}
