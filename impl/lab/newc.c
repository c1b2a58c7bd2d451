/* SPDX-License-Identifier: Apache-2.0 */
/* newc.c - writes an initramfs: cpio's "newc" format (Linux, Documentation/driver-api/early-
 * userspace/buffer-format.rst) through gzip. Times are 0, so equal contents are equal bytes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "lab_image.h"
#include "lab_text.h"

#define MODE_FOLDER 0040755u
#define MODE_FILE 0100000u
#define GZIP_LEVEL "1" /* 6 makes it 15 % smaller and takes four times as long */

enum gng_status lab_image_open(struct lab_image *image, const char *path, struct gng_why *why)
{
	*image = (struct lab_image){.path = path, .inode = 1};
	image->out = gzopen(path, "wbe" GZIP_LEVEL);
	if (!image->out)
		return gng_why_set(why, GNG_ESYS, errno, "lab.image", "%s: %s", path,
				   strerror(errno));
	return GNG_OK;
}

static bool write_bytes(struct lab_image *image, const void *bytes, size_t len)
{
	static const char zeros[4];
	const size_t pad = -len & 3;

	return (len == 0 || gzfwrite(bytes, len, 1, image->out) == 1) &&
	       (pad == 0 || gzfwrite(zeros, pad, 1, image->out) == 1);
}

/* put_entry writes header, name and contents. The header's 110 bytes and the name together are
 * padded to a multiple of 4, the contents likewise. */
static enum gng_status put_entry(struct lab_image *image, const char *name, unsigned int mode,
				 const void *bytes, size_t len, struct gng_why *why)
{
	char head[110 + 4096 + 4];
	const int n = snprintf(head, sizeof(head),
			       "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s",
			       image->inode++, mode, 0u, 0u, 1u, 0u, (unsigned int)len, 0u, 0u, 0u,
			       0u, (unsigned int)strlen(name) + 1, 0u, name);

	if (n < 0 || (size_t)n >= sizeof(head) - 4)
		return gng_why_set(why, GNG_ELIMIT, 0, "lab.image", "%.100s...: too long a name",
				   name);
	if (!write_bytes(image, head, (size_t)n + 1) || !write_bytes(image, bytes, len))
		return gng_why_set(why, GNG_ESYS, errno, "lab.image",
				   "%s: cannot be written: is the disk full?", image->path);
	return GNG_OK;
}

/* put_folders adds the folders above name. */
static enum gng_status put_folders(struct lab_image *image, const char *name, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (const char *slash = strchr(name + 1, '/'); slash && status == GNG_OK;
	     slash = strchr(slash + 1, '/')) {
		char *folder = strndup(name, (size_t)(slash - name));

		if (!folder)
			return gng_why_set(why, GNG_ENOMEM, 0, "lab.image", "no memory");
		if (!lab_list_has(&image->names, folder)) {
			status = put_entry(image, folder + 1, MODE_FOLDER, NULL, 0, why);
			if (status == GNG_OK && !lab_list_add(&image->names, folder))
				status = gng_why_set(why, GNG_ENOMEM, 0, "lab.image", "no memory");
		}
		free(folder);
	}
	return status;
}

enum gng_status lab_image_put(struct lab_image *image, const char *name, const void *bytes,
			      size_t len, unsigned int mode, struct gng_why *why)
{
	enum gng_status status;

	if (*name != '/')
		return gng_why_set(why, GNG_EINVAL, 0, "lab.image", "%s: not an absolute path",
				   name);
	if (len > UINT32_MAX || image->len + len > UINT32_MAX)
		return gng_why_set(why, GNG_ELIMIT, 0, "lab.image",
				   "%s: an initramfs holds less than 4 GiB", name);
	if (lab_list_has(&image->names, name))
		return GNG_OK;
	status = put_folders(image, name, why);
	if (status == GNG_OK)
		status = put_entry(image, name + 1, MODE_FILE | mode, bytes, len, why);
	if (status == GNG_OK && !lab_list_add(&image->names, name))
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.image", "no memory");
	image->len += len;
	return status;
}

static enum gng_status put_open(struct lab_image *image, const char *name, int fd,
				const struct stat *info, struct gng_why *why)
{
	const size_t len = (size_t)info->st_size;
	enum gng_status status;
	void *bytes;

	if (len == 0)
		return lab_image_put(image, name, NULL, 0, info->st_mode & 0777u, why);
	bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return gng_why_set(why, GNG_ESYS, errno, "lab.image", "%s: %s", name,
				   strerror(errno));
	status = lab_image_put(image, name, bytes, len, info->st_mode & 0777u, why);
	munmap(bytes, len);
	return status;
}

enum gng_status lab_image_put_file(struct lab_image *image, const char *name, const char *file,
				   struct gng_why *why)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	enum gng_status status;
	struct stat info;

	if (fd < 0 || fstat(fd, &info) != 0)
		status = gng_why_set(why, GNG_ESYS, errno, "lab.image", "%s: %s", file,
				     strerror(errno));
	else if (!S_ISREG(info.st_mode))
		status = gng_why_set(why, GNG_EINVAL, 0, "lab.image", "%s: not a file", file);
	else
		status = put_open(image, name, fd, &info, why);
	if (fd >= 0)
		close(fd);
	return status;
}

/* ---- folders, without recursion: a list that grows while it is read ---- */

static bool add_entries(struct gng_lab_list *paths, const char *folder)
{
	DIR *dir = opendir(folder);
	bool added = dir;
	struct dirent *entry;

	while (added && (entry = readdir(dir))) {
		char *path;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		added = asprintf(&path, "%s/%s", folder, entry->d_name) >= 0 &&
			lab_list_add(paths, path);
		free(path);
	}
	if (dir)
		closedir(dir);
	return added;
}

enum gng_status lab_image_put_tree(struct lab_image *image, const char *path, struct gng_why *why)
{
	struct gng_lab_list paths = {0};
	enum gng_status status = GNG_OK;
	struct stat info;

	if (!lab_list_add(&paths, path))
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.image", "no memory");
	for (size_t i = 0; i < paths.num && status == GNG_OK; i++) {
		/* lstat below the top: a link is left out, and so cannot lead in a circle */
		if ((i ? lstat : stat)(paths.texts[i], &info) != 0)
			status = gng_why_set(why, GNG_ESYS, errno, "lab.image", "%s: %s",
					     paths.texts[i], strerror(errno));
		else if (S_ISDIR(info.st_mode) && !add_entries(&paths, paths.texts[i]))
			status = gng_why_set(why, GNG_ESYS, errno, "lab.image",
					     "%s: cannot be read", paths.texts[i]);
		else if (S_ISREG(info.st_mode))
			status = lab_image_put_file(image, paths.texts[i], paths.texts[i], why);
	}
	lab_list_fini(&paths);
	return status;
}

/* ---- the end ---- */

void lab_image_abandon(struct lab_image *image)
{
	if (image->out)
		gzclose(image->out);
	unlink(image->path);
	lab_list_fini(&image->names);
	image->out = NULL;
}

enum gng_status lab_image_close(struct lab_image *image, struct gng_why *why)
{
	enum gng_status status = put_entry(image, "TRAILER!!!", 0, NULL, 0, why);
	const int closed = gzclose(image->out);

	image->out = NULL;
	if (status == GNG_OK && closed != Z_OK)
		status = gng_why_set(why, GNG_ESYS, errno, "lab.image",
				     "%s: cannot be written: is the disk full?", image->path);
	lab_list_fini(&image->names);
	if (status != GNG_OK)
		unlink(image->path);
	return status;
}
