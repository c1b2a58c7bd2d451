/* SPDX-License-Identifier: Apache-2.0 */
/* soak_file.c - the file of a soak on the disk: opened, resumed, appended to. */
#include "av_soak.h"

#include "av_pace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static enum gng_status broken(struct gng_why *why, const char *folder, const char *what)
{
	return gng_why_set(why, GNG_ESYS, errno, "av.soak", "%s/soak.log: %s", folder, what);
}

/* read_all returns the bytes of a file; NULL without memory or on a read error. */
static char *read_all(int fd, size_t *len)
{
	struct stat status;
	char *text;

	*len = 0;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return NULL;
	text = malloc((size_t)status.st_size + 1);
	while (text && *len < (size_t)status.st_size) {
		const ssize_t got =
			pread(fd, text + *len, (size_t)status.st_size - *len, (off_t)*len);

		if (got <= 0)
			break;
		*len += (size_t)got;
	}
	return text;
}

static enum gng_status read_fd(struct av_soak *soak, int fd, const char *folder,
			       struct gng_why *why)
{
	char name[256];
	size_t len;
	char *text = read_all(fd, &len);
	enum gng_status status;

	if (!text)
		return broken(why, folder, "cannot be read");
	snprintf(name, sizeof(name), "%.200s/soak.log", folder);
	status = av_soak_read(soak, name, text, len, why);
	free(text);
	return status;
}

/* open_file opens soak.log of a folder; with make it makes both, durably. */
static int open_file(const char *folder, bool make)
{
	const int flags = O_CLOEXEC | (make ? O_RDWR | O_CREAT : O_RDONLY);
	int dir, fd;

	if (make && mkdir(folder, 0777) != 0 && errno != EEXIST)
		return -1;
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	fd = openat(dir, "soak.log", flags, 0666);
	if (fd >= 0 && make)
		(void)fsync(dir);
	close(dir);
	return fd;
}

enum gng_status av_soak_load(struct av_soak *soak, const char *folder, struct gng_why *why)
{
	const int fd = open_file(folder, false);
	enum gng_status status;

	if (fd < 0)
		return broken(why, folder, "cannot be opened");
	status = read_fd(soak, fd, folder, why);
	close(fd);
	return status;
}

static void read_boot(char boot[40])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || fscanf(file, "%36s", boot) != 1)
		snprintf(boot, 40, "unknown");
	if (file)
		fclose(file);
}

static bool draw_id(char id[33])
{
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

/* begin cuts off what a death left half written, and writes the line of this segment. */
static enum gng_status begin(struct av_soak_file *file, const char *folder, const char *config,
			     struct gng_why *why)
{
	char id[33], boot[40] = "";
	enum gng_status status;
	char *json;

	if (file->soak.segments > 0 && strcmp(file->soak.config, config) != 0)
		return gng_why_set(why, GNG_EINVAL, 0, "av.soak",
				   "%s/soak.log is of another configuration, '%.100s': resume with "
				   "that, or name another folder",
				   folder, file->soak.config);
	if (ftruncate(file->fd, (off_t)file->soak.good_len) != 0 ||
	    lseek(file->fd, 0, SEEK_END) < 0)
		return broken(why, folder, "cannot be cut to its last whole line");
	memcpy(id, file->soak.id, sizeof(id));
	if (file->soak.segments == 0 && !draw_id(id))
		return broken(why, folder, "no random bytes for its name");
	read_boot(boot);
	json = av_soak_begin(id, config, boot, av_clock(CLOCK_REALTIME));
	if (!json)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.soak", "no memory");
	status = av_soak_append(file, json, why);
	free(json);
	return status;
}

enum gng_status av_soak_open(struct av_soak_file *file, const char *folder, const char *config,
			     struct gng_why *why)
{
	enum gng_status status;

	memset(file, 0, sizeof(*file));
	file->fd = open_file(folder, true);
	if (file->fd < 0)
		return broken(why, folder, "cannot be opened or made");
	if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
		close(file->fd);
		return gng_why_set(why, GNG_EPERM, errno, "av.soak",
				   "%s/soak.log is in use: another soak runs there", folder);
	}
	status = read_fd(&file->soak, file->fd, folder, why);
	if (status == GNG_OK)
		status = begin(file, folder, config, why);
	if (status != GNG_OK)
		av_soak_close(file);
	return status;
}

enum gng_status av_soak_append(struct av_soak_file *file, const char *json, struct gng_why *why)
{
	char *line = NULL;
	enum gng_status status = av_soak_line(&line, file->soak.hash, json, why);
	const size_t len = status == GNG_OK ? strlen(line) : 0;

	if (status == GNG_OK &&
	    (write(file->fd, line, len) != (ssize_t)len || fdatasync(file->fd) != 0))
		status = gng_why_set(why, GNG_ESYS, errno, "av.soak",
				     "a line could not be put on the disk: is it full?");
	free(line);
	return status;
}

void av_soak_close(struct av_soak_file *file)
{
	av_soak_fini(&file->soak);
	close(file->fd);
}
