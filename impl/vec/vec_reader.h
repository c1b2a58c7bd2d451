/* SPDX-License-Identifier: Apache-2.0 */
/* vec_reader.h - what the parts of the reader share. Private to impl/vec. */
#ifndef VEC_READER_H
#define VEC_READER_H

#include "gng_vec.h"

#include <jansson.h>

#define VEC_NAME_LEN 120 /* of a file, in messages: the remedy must fit into gng_why too */
#define VEC_HERE_LEN (VEC_NAME_LEN + 16)

/* vec_attr is a named value, or a flag (text NULL). name and text live in the reader's copy of
 * the file or in the JSON tree, or text in owned. */
struct vec_attr {
	const char *name, *text;
	char *owned;
	uint8_t *bytes; /* once decoded */
	size_t bytes_len;
	uint32_t line;
	bool was_read;
};

struct gng_vec_case {
	char here[VEC_HERE_LEN];
	char id[32];
	const char *file;
	size_t num_inherited, num_attrs; /* attrs[0..num_inherited) outlive the case */
	struct vec_attr attrs[GNG_VEC_MAX_ATTRS];
};

/* vec_text is the text that is being read, NUL-terminated, lines counted from 1. */
struct vec_text {
	char *start, *at, *end;
	char *held;    /* a line that was read and handed back */
	uint32_t line; /* of what comes next */
};

/* vec_json is the parsed tree, and where in the text the search for the next tcId goes on. */
struct vec_json {
	json_t *root, *groups;
	size_t group, test; /* the next one */
	const char *at;
	uint32_t line;
};

struct gng_vec {
	char name[VEC_NAME_LEN];
	enum gng_status (*next)(struct gng_vec *vec, bool *found, struct gng_why *why);
	struct vec_text text;
	struct vec_json json;
	struct gng_vec_case now;
	bool is_declared, at_end, section_ended;
	uint64_t num_declared, num_read;
	const char *declared_by;
	struct gng_why failed; /* the error that ended reading */
};

/* attributes (attrs.c) */
void vec_case_begin(struct gng_vec_case *one);
void vec_case_place(struct gng_vec_case *one, uint32_t line);
void vec_case_end_section(struct gng_vec_case *one);
enum gng_status vec_case_add(struct gng_vec_case *one, const struct vec_attr *attr, bool inherited,
			     struct gng_why *why);

/* formats: open checks the head of the text and sets vec->next */
enum gng_status vec_lines_open(struct gng_vec *vec, struct gng_why *why);
enum gng_status vec_json_open(struct gng_vec *vec, struct gng_why *why);

/* text (text.c) */
enum gng_status vec_text_read(struct vec_text *text, const char *path, struct gng_why *why);
enum gng_status vec_text_copy(struct vec_text *text, const char *from, size_t len,
			      struct gng_why *why);
enum gng_status vec_text_check(const struct vec_text *text, const char *name, struct gng_why *why);
void vec_text_fini(struct vec_text *text);
char *vec_text_line(struct vec_text *text); /* the next, trimmed in place; NULL at the end */
void vec_text_hold(struct vec_text *text, char *line);
char *vec_trim(char *start, char *end);
void vec_shown_name(char shown[VEC_NAME_LEN], const char *path);
bool vec_parse_count(uint64_t *count, const char *text);

#endif /* VEC_READER_H */
