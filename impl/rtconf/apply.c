/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply.c - writes a plan, with the values of before on disk ahead of each write.
 *
 * The file: "gonogo rt 1 TAB boot id", then a line "path TAB before TAB written" for each write
 * that is about to be made. A line without its newline was cut by a crash; nothing was written for
 * it.
 */
#include "rtconf_partition.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define TITLE "gonogo rt 1"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static void boot_id(char id[64], const char *root)
{
	if (!gng_sysfile_read(id, 64, root, BOOT_ID))
		snprintf(id, 64, "unknown");
}

static enum gng_status cannot_save(const char *saved, struct gng_why *why)
{
	if (errno == EEXIST)
		return gng_why_set(why, GNG_EINVAL, EEXIST, "rtconf.apply",
				   "%s exists: something is applied already; undo it by gonogo rt "
				   "restore first",
				   saved);
	return gng_why_set(why, GNG_ESYS, errno, "rtconf.apply",
			   "%s: cannot keep the values of before: %s; choose another file by "
			   "--saved",
			   saved, strerror(errno));
}

/* put writes a line and waits until it is on disk. */
static bool put(int fd, const char *a, const char *b, const char *c)
{
	char line[3 * GNG_RTCONF_CPUS_TEXT];
	const int len = c ? snprintf(line, sizeof(line), "%s\t%s\t%s\n", a, b, c)
			  : snprintf(line, sizeof(line), "%s\t%s\n", a, b);
	const ssize_t written = write(fd, line, (size_t)len);

	if (written >= 0 && written < len)
		errno = ENOSPC; /* write(2): half a line has no errno of its own */
	return written == len && fsync(fd) == 0;
}

static void write_step(struct gng_rtconf_step *step, const char *root)
{
	char *now = step->answer;

	step->error = rtconf_value_write(root, step->path, step->want);
	if (rtconf_value_read(now, root, step->path) && step->error == 0 &&
	    rtconf_value_is(now, step->want)) {
		step->state = GNG_RTCONF_APPLIED;
		return;
	}
	step->state = GNG_RTCONF_REFUSED;
	if (strcmp(step->before, "absent") == 0) /* half a partition is none */
		(void)rtconf_value_write(root, step->path, step->before);
	if (strcmp(step->knob, "irq") == 0)
		step->note = "the kernel manages this interrupt itself: isolcpus=managed_irq keeps "
			     "it away";
	else if (step->error == EPERM)
		step->note = "this kernel is locked down, or you are not root";
}

enum gng_status gng_rtconf_apply(struct gng_rtconf_plan *plan, const char *saved,
				 struct gng_why *why)
{
	const int fd =
		open(saved, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum gng_status status = GNG_OK;
	char id[64];

	if (fd < 0)
		return cannot_save(saved, why);
	boot_id(id, plan->root);
	if (!put(fd, TITLE, id, NULL))
		status = cannot_save(saved, why);
	for (size_t i = 0; status == GNG_OK && i < plan->num_steps; i++) {
		struct gng_rtconf_step *step = &plan->steps[i];

		if (step->state != GNG_RTCONF_CHANGE)
			continue;
		if (put(fd, step->path, step->before, step->want))
			write_step(step, plan->root);
		else
			status = cannot_save(saved, why);
	}
	close(fd);
	return status;
}

/* ---- restore ---- */

struct change {
	char *path, *before, *written;
};

struct saved {
	char *text;
	size_t num;
	struct change *changes;
};

static void saved_fini(struct saved *saved)
{
	free(saved->text);
	free(saved->changes);
}

/* cut splits a line at its tabs; false if it is none of ours. */
static bool cut(struct change *change, char *line)
{
	change->path = strsep(&line, "\t");
	change->before = strsep(&line, "\t");
	change->written = strsep(&line, "\t");
	return change->written && !line && *change->before && rtconf_value_may(change->path);
}

static enum gng_status parse(struct saved *saved, const char *name, char *rest, struct gng_why *why)
{
	size_t number = 1;

	for (char *end; (end = strchr(rest, '\n')); rest = end + 1) {
		struct change *more = realloc(saved->changes, (saved->num + 1) * sizeof(*more));

		number++;
		*end = '\0';
		if (!more)
			return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.restore", "no memory");
		saved->changes = more;
		if (!cut(&more[saved->num++], rest))
			return gng_why_set(why, GNG_EFORMAT, 0, "rtconf.restore",
					   "%s:%zu: no change that gonogo rt makes; nothing was "
					   "written",
					   name, number);
	}
	return GNG_OK;
}

/* read_saved reads all lines; *same says whether they were written since this machine started. */
static enum gng_status read_saved(struct saved *saved, bool *same, const char *name,
				  const char *root, struct gng_why *why)
{
	const size_t title = strlen(TITLE);
	char id[64], *end;
	size_t len;

	saved->text = gng_sysfile_text("", name);
	if (!saved->text)
		return gng_why_set(why, GNG_EINVAL, 0, "rtconf.restore",
				   "%s cannot be read: nothing was applied, or --saved names "
				   "another file",
				   name);
	end = strchr(saved->text, '\n');
	len = strlen(saved->text);
	if (!end && strncmp(saved->text, TITLE "\t", len < title + 1 ? len : title + 1) == 0)
		return GNG_OK; /* cut before anything was written */
	if (!end || strncmp(saved->text, TITLE "\t", title + 1) != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "rtconf.restore",
				   "%s:1: it does not begin with '" TITLE "'; nothing was written",
				   name);
	*end = '\0';
	boot_id(id, root);
	*same = strcmp(saved->text + title + 1, id) == 0;
	return parse(saved, name, end + 1, why);
}

/* undo puts one value back, unless somebody else has changed it since. */
static void undo(struct gng_rtconf_undone *undone, char now[GNG_RTCONF_CPUS_TEXT], const char *root,
		 const struct change *change)
{
	*undone = (struct gng_rtconf_undone){change->path, change->before, now, GNG_RTCONF_BACK};
	if (!rtconf_value_read(now, root, change->path))
		*now = '\0';
	if (rtconf_value_is(now, change->before))
		return;
	if (*now && !rtconf_value_is(now, change->written) &&
	    !rtconf_partition_unfinished(change->path, now, change->written)) {
		undone->outcome = GNG_RTCONF_FOREIGN;
		return;
	}
	if (rtconf_value_write(root, change->path, change->before) != 0 ||
	    !rtconf_value_read(now, root, change->path) || !rtconf_value_is(now, change->before))
		undone->outcome = GNG_RTCONF_STUCK;
}

enum gng_status gng_rtconf_restore(const char *root, const char *saved,
				   void (*told)(void *context,
						const struct gng_rtconf_undone *undone),
				   void *context, struct gng_why *why)
{
	struct saved list = {0};
	bool same = false;
	enum gng_status status = read_saved(&list, &same, saved, root, why);
	char now[GNG_RTCONF_CPUS_TEXT];

	for (size_t i = status == GNG_OK && same ? list.num : 0; i-- > 0;) {
		struct gng_rtconf_undone undone;

		undo(&undone, now, root, &list.changes[i]);
		if (told)
			told(context, &undone);
		if (undone.outcome == GNG_RTCONF_STUCK && status == GNG_OK)
			status = gng_why_set(why, GNG_ESYS, 0, "rtconf.restore",
					     "%s: the kernel does not take '%.60s' back%s; %s "
					     "stays for another try",
					     undone.path, undone.before,
					     strcmp(undone.before, "absent") == 0
						     ? ": end what runs inside"
						     : "",
					     saved);
	}
	saved_fini(&list);
	if (status == GNG_OK && unlink(saved) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "rtconf.restore",
				   "%s cannot be removed: %s", saved, strerror(errno));
	return status;
}
