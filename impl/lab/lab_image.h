/* SPDX-License-Identifier: Apache-2.0 */
/* lab_image.h - the initramfs of a guest. Private to impl/lab and its suites. */
#ifndef LAB_IMAGE_H
#define LAB_IMAGE_H

#include <stdint.h>

#include "gng_lab.h"

/* ---- an archive in cpio's newc format, gzip ---- */

/* lab_image is one that is being written. Folders appear by themselves, each name once. */
struct lab_image {
	void *out; /* gzFile */
	const char *path;
	struct gng_lab_list names;
	uint64_t len;
	unsigned int inode;
};

GNG_MUST enum gng_status lab_image_open(struct lab_image *image, const char *path,
					struct gng_why *why);

/* lab_image_put adds a file of mode (permission bits) at name, an absolute path in the guest. A
 * name that is there already is left as it is. GNG_ELIMIT beyond 4 GiB. */
GNG_MUST enum gng_status lab_image_put(struct lab_image *image, const char *name, const void *bytes,
				       size_t len, unsigned int mode, struct gng_why *why);

/* lab_image_put_file adds the host's file as name; lab_image_put_tree a folder with all that is
 * in it, under its own path, or one file. */
GNG_MUST enum gng_status lab_image_put_file(struct lab_image *image, const char *name,
					    const char *file, struct gng_why *why);
GNG_MUST enum gng_status lab_image_put_tree(struct lab_image *image, const char *path,
					    struct gng_why *why);

/* lab_image_put_program adds an ELF program or library under its own path, with its interpreter
 * and everything that it needs (DT_NEEDED), found as ld.so(8) finds it without a cache. */
GNG_MUST enum gng_status lab_image_put_program(struct lab_image *image, const char *file,
					       struct gng_why *why);

/* lab_image_close writes the end; a file that is not whole is removed. */
GNG_MUST enum gng_status lab_image_close(struct lab_image *image, struct gng_why *why);
void lab_image_abandon(struct lab_image *image);

/* ---- what an ELF file needs ---- */

struct lab_needs {
	char *interpreter;	       /* NULL for a library or a static program */
	struct gng_lab_list libraries; /* DT_NEEDED */
	struct gng_lab_list runpath;   /* DT_RUNPATH or DT_RPATH, $ORIGIN put in */
};

/* lab_needs_read reads file; GNG_EFORMAT if it is no ELF file of this machine. */
GNG_MUST enum gng_status lab_needs_read(struct lab_needs *needs, const char *file,
					struct gng_why *why);
void lab_needs_fini(struct lab_needs *needs);

#endif /* LAB_IMAGE_H */
