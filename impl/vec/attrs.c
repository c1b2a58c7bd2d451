/* SPDX-License-Identifier: Apache-2.0 */
/* attrs.c - the attributes of a case: found without case, decoded when asked for. */
#include "vec_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- filling ---- */

static void truncate_to(struct gng_vec_case *one, size_t num)
{
	for (size_t i = num; i < one->num_attrs; i++) {
		free(one->attrs[i].owned);
		free(one->attrs[i].bytes);
	}
	one->num_attrs = num;
}

void vec_case_begin(struct gng_vec_case *one)
{
	truncate_to(one, one->num_inherited);
	for (size_t i = 0; i < one->num_attrs; i++)
		one->attrs[i].was_read = false;
	one->here[0] = '\0';
	one->id[0] = '\0';
}

void vec_case_place(struct gng_vec_case *one, uint32_t line)
{
	if (one->here[0] == '\0')
		snprintf(one->here, sizeof(one->here), "%s:%" PRIu32, one->file, line);
}

void vec_case_end_section(struct gng_vec_case *one)
{
	truncate_to(one, 0);
	one->num_inherited = 0;
}

enum gng_status vec_case_add(struct gng_vec_case *one, const struct vec_attr *attr, bool inherited,
			     struct gng_why *why)
{
	for (size_t i = 0; i < one->num_attrs; i++) {
		if (strcasecmp(one->attrs[i].name, attr->name) != 0)
			continue;
		if (inherited || i >= one->num_inherited)
			return gng_why_set(why, GNG_EFORMAT, 0, "vec.next",
					   "%s:%" PRIu32 ": '%.32s' stands twice in one case, first"
					   " in line %" PRIu32 ": remove one, or put a blank line"
					   " between two cases",
					   one->file, attr->line, attr->name, one->attrs[i].line);
		one->attrs[i].was_read = true; /* hidden by the case's own */
	}
	if (one->num_attrs == GNG_VEC_MAX_ATTRS)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.next",
				   "%s:%" PRIu32 ": more than %d attributes in one case: put a"
				   " blank line between two cases",
				   one->file, attr->line, GNG_VEC_MAX_ATTRS);
	one->attrs[one->num_attrs++] = *attr;
	if (inherited)
		one->num_inherited = one->num_attrs;
	return GNG_OK;
}

/* ---- reading ---- */

/* The case's own come last, so the search from the end finds them before inherited ones. */
static struct vec_attr *find(struct gng_vec_case *one, const char *name)
{
	for (size_t i = one->num_attrs; i-- > 0;)
		if (strcasecmp(one->attrs[i].name, name) == 0)
			return &one->attrs[i];
	return NULL;
}

static enum gng_status find_value(struct vec_attr **attr, struct gng_vec_case *one,
				  const char *name, struct gng_why *why)
{
	*attr = find(one, name);
	if (!*attr)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.attr",
				   "%s: case %s has no attribute '%.32s': add it", one->here,
				   one->id, name);
	(*attr)->was_read = true;
	if (!(*attr)->text)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.attr",
				   "%s:%" PRIu32 ": '%.32s' is a flag: give it a value", one->file,
				   (*attr)->line, name);
	return GNG_OK;
}

const char *gng_vec_here(const struct gng_vec_case *one)
{
	return one->here;
}

const char *gng_vec_id(const struct gng_vec_case *one)
{
	return one->id;
}

bool gng_vec_has(struct gng_vec_case *one, const char *name)
{
	struct vec_attr *attr = find(one, name);

	if (attr && !attr->text)
		attr->was_read = true;
	return attr != NULL;
}

void gng_vec_skip(struct gng_vec_case *one, const char *name)
{
	struct vec_attr *attr = find(one, name);

	if (attr)
		attr->was_read = true;
}

const char *gng_vec_unread(const struct gng_vec_case *one)
{
	for (size_t i = 0; i < one->num_attrs; i++)
		if (!one->attrs[i].was_read)
			return one->attrs[i].name;
	return NULL;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum gng_status decode(struct vec_attr *attr, const struct gng_vec_case *one,
			      struct gng_why *why)
{
	const size_t len = strlen(attr->text);

	if (len % 2 != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.attr",
				   "%s:%" PRIu32 ": '%.32s' has an odd number of hex digits, %zu:"
				   " complete the last byte",
				   one->file, attr->line, attr->name, len);
	/* exactly as long as the value, so that a sanitizer sees a test read past it */
	attr->bytes = malloc(len / 2);
	if (!attr->bytes && len > 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "vec.attr", "no memory for %zu bytes",
				   len / 2);
	attr->bytes_len = len / 2;
	for (size_t i = 0; i < len; i += 2) {
		const int high = digit(attr->text[i]), low = digit(attr->text[i + 1]);

		if (high < 0 || low < 0) {
			free(attr->bytes);
			attr->bytes = NULL;
			return gng_why_set(why, GNG_EFORMAT, 0, "vec.attr",
					   "%s:%" PRIu32
					   ": '%.32s' is not hex at digit %zu ('%.2s')"
					   ": write two of 0-9, a-f for each byte",
					   one->file, attr->line, attr->name, i + 1 + (high >= 0),
					   attr->text + i);
		}
		attr->bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	return GNG_OK;
}

enum gng_status gng_vec_bytes(struct gng_vec_case *one, const uint8_t **bytes, size_t *len,
			      const char *name, struct gng_why *why)
{
	struct vec_attr *attr;
	enum gng_status status = find_value(&attr, one, name, why);

	*bytes = NULL;
	*len = 0;
	if (status == GNG_OK && !attr->bytes)
		status = decode(attr, one, why);
	if (status != GNG_OK)
		return status;
	*bytes = attr->bytes;
	*len = attr->bytes_len;
	return GNG_OK;
}

enum gng_status gng_vec_int(struct gng_vec_case *one, int64_t *value, const char *name,
			    struct gng_why *why)
{
	struct vec_attr *attr;
	enum gng_status status = find_value(&attr, one, name, why);
	char *end;

	*value = 0;
	if (status != GNG_OK)
		return status;
	errno = 0;
	*value = strtoll(attr->text, &end, 10);
	if (errno == 0 && end != attr->text && *end == '\0')
		return GNG_OK;
	*value = 0;
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.attr",
			   "%s:%" PRIu32 ": '%.32s' is not a decimal number of 64 bits: '%.24s'",
			   one->file, attr->line, attr->name, attr->text);
}

enum gng_status gng_vec_text(struct gng_vec_case *one, const char **text, const char *name,
			     struct gng_why *why)
{
	struct vec_attr *attr;
	enum gng_status status = find_value(&attr, one, name, why);

	*text = status == GNG_OK ? attr->text : "";
	return status;
}
