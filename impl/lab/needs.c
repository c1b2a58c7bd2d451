/* SPDX-License-Identifier: Apache-2.0 */
/* needs.c - what a program needs to run in a guest: its interpreter and libraries (ELF gABI,
 * chapter 5, "Dynamic Section"), by libelf. */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab_image.h"
#include "lab_text.h"

/* ---- reading ---- */

/* add_runpath splits "A:B" and puts the file's own folder for $ORIGIN. */
static bool add_runpath(struct gng_lab_list *runpath, const char *text, const char *file)
{
	const int folder_len = (int)(strrchr(file, '/') ? strrchr(file, '/') - file : 0);
	char *copy = strdup(text), *rest = copy;
	bool added = copy;

	for (char *part; added && (part = strsep(&rest, ":"));) {
		char *path = NULL;

		if (strncmp(part, "$ORIGIN", 7) == 0)
			added = asprintf(&path, "%.*s%s", folder_len, file, part + 7) >= 0;
		else
			added = (path = strdup(part));
		added = added && (!*path || lab_list_add(runpath, path));
		free(path);
	}
	free(copy);
	return added;
}

static bool read_dynamic(struct lab_needs *needs, Elf *elf, Elf_Scn *section,
			 const GElf_Shdr *header, const char *file)
{
	Elf_Data *data = elf_getdata(section, NULL);
	const size_t entry = gelf_fsize(elf, ELF_T_DYN, 1, EV_CURRENT);
	GElf_Dyn dyn;

	for (size_t i = 0; data && entry && i < data->d_size / entry; i++) {
		const char *text;

		if (!gelf_getdyn(data, (int)i, &dyn))
			return false;
		if (dyn.d_tag != DT_NEEDED && dyn.d_tag != DT_RUNPATH && dyn.d_tag != DT_RPATH)
			continue;
		text = elf_strptr(elf, header->sh_link, dyn.d_un.d_val);
		if (!text)
			return false;
		if (!(dyn.d_tag == DT_NEEDED ? lab_list_add(&needs->libraries, text)
					     : add_runpath(&needs->runpath, text, file)))
			return false;
	}
	return data;
}

static bool read_sections(struct lab_needs *needs, Elf *elf, const char *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header))
			return false;
		if (header.sh_type == SHT_DYNAMIC &&
		    !read_dynamic(needs, elf, section, &header, file))
			return false;
	}
	return true;
}

static bool read_interpreter(struct lab_needs *needs, Elf *elf)
{
	size_t num, size;
	const char *bytes = elf_rawfile(elf, &size);
	GElf_Phdr header;

	if (!bytes || elf_getphdrnum(elf, &num) != 0)
		return false;
	for (size_t i = 0; i < num; i++) {
		if (!gelf_getphdr(elf, (int)i, &header))
			return false;
		if (header.p_type != PT_INTERP)
			continue;
		if (header.p_offset >= size || header.p_filesz > size - header.p_offset)
			return false;
		free(needs->interpreter);
		needs->interpreter = strndup(bytes + header.p_offset, header.p_filesz);
	}
	return true;
}

enum gng_status lab_needs_read(struct lab_needs *needs, const char *file, struct gng_why *why)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool whole = false;
	GElf_Ehdr header;
	Elf *elf;

	*needs = (struct lab_needs){0};
	if (fd < 0)
		return gng_why_set(why, GNG_ESYS, errno, "lab.needs", "%s: %s", file,
				   strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
	    header.e_machine == EM_X86_64)
		whole = read_interpreter(needs, elf) && read_sections(needs, elf, file);
	elf_end(elf);
	close(fd);
	if (whole)
		return GNG_OK;
	lab_needs_fini(needs);
	return gng_why_set(why, GNG_EFORMAT, 0, "lab.needs", "%s: no whole ELF file for x86-64",
			   file);
}

void lab_needs_fini(struct lab_needs *needs)
{
	free(needs->interpreter);
	lab_list_fini(&needs->libraries);
	lab_list_fini(&needs->runpath);
	needs->interpreter = NULL;
}

/* ---- finding ---- */

static const char *const folders[] = {"/lib/x86_64-linux-gnu",
				      "/usr/lib/x86_64-linux-gnu",
				      "/lib64",
				      "/usr/lib64",
				      "/lib",
				      "/usr/lib",
				      "/usr/local/lib"};

static char *in_folder(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return NULL;
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *find_library(const struct lab_needs *needs, const char *name)
{
	char *path = strchr(name, '/') ? strdup(name) : NULL;

	for (size_t i = 0; !path && i < needs->runpath.num; i++)
		path = in_folder(needs->runpath.texts[i], name);
	for (size_t i = 0; !path && i < sizeof(folders) / sizeof(folders[0]); i++)
		path = in_folder(folders[i], name);
	return path;
}

/* add_needs appends what file needs to *files, which is a queue. */
static enum gng_status add_needs(struct gng_lab_list *files, const char *file, struct gng_why *why)
{
	struct lab_needs needs;
	enum gng_status status = lab_needs_read(&needs, file, why);

	if (status != GNG_OK)
		return status;
	if (needs.interpreter && !lab_list_has(files, needs.interpreter) &&
	    !lab_list_add(files, needs.interpreter))
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.needs", "no memory");
	for (size_t i = 0; status == GNG_OK && i < needs.libraries.num; i++) {
		char *path = find_library(&needs, needs.libraries.texts[i]);

		if (!path)
			status = gng_why_set(why, GNG_EFORMAT, 0, "lab.needs",
					     "%s needs %s, which is in no folder of libraries",
					     file, needs.libraries.texts[i]);
		else if (!lab_list_has(files, path) && !lab_list_add(files, path))
			status = gng_why_set(why, GNG_ENOMEM, 0, "lab.needs", "no memory");
		free(path);
	}
	lab_needs_fini(&needs);
	return status;
}

enum gng_status lab_image_put_program(struct lab_image *image, const char *file,
				      struct gng_why *why)
{
	struct gng_lab_list files = {0};
	enum gng_status status = GNG_OK;

	if (!lab_list_add(&files, file))
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.needs", "no memory");
	for (size_t i = 0; status == GNG_OK && i < files.num; i++) {
		if (lab_list_has(&image->names, files.texts[i]))
			continue;
		status = add_needs(&files, files.texts[i], why);
		if (status == GNG_OK)
			status = lab_image_put_file(image, files.texts[i], files.texts[i], why);
	}
	lab_list_fini(&files);
	return status;
}
