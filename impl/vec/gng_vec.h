/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_vec.h - reads files of test vectors, case by case, and believes none of them.
 *
 * Three formats, told apart by content:
 *
 *	.vec        "name = value" lines, a blank line ends a case; the comments before the first
 *	            case hold "# source: ..." and "# cases: N", and both are mandatory
 *	NIST CAVP   .rsp and .txt as published: CRLF or LF, "COUNT = n" begins a case,
 *	            "[Keylen = 128]" and "[ENCRYPT]" are inherited, a bare FAIL is a flag
 *	Wycheproof  JSON: each test is a case and inherits the members of its group
 *
 * A foreign file declares no source, and a CAVP file no number of cases: a file called SOURCES
 * beside it does (gng_vec_source). Names of attributes compare without case.
 *
 * Every error is GNG_EFORMAT (the file), GNG_ESYS (the system), GNG_ENOMEM or GNG_EINVAL (the
 * caller); why names file and line and says what to change.
 */
#ifndef GNG_VEC_H
#define GNG_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_VEC_MAX_LEN ((size_t)64 << 20)	/* bytes of a file */
#define GNG_VEC_MAX_JSON_LEN ((size_t)32 << 20) /* a parsed number costs 20 times its text */
#define GNG_VEC_MAX_ATTRS 64			/* of a case, inherited ones included */

struct gng_vec;
struct gng_vec_case;

/*
 * gng_vec_open reads the file at path and recognises its format. *vec is the caller's to
 * gng_vec_close; on failure it is NULL. SOURCES is looked for in the folder of path.
 */
GNG_MUST enum gng_status gng_vec_open(struct gng_vec **vec, const char *path, struct gng_why *why);

/* gng_vec_open_text is gng_vec_open for text[0..len), which it copies. name stands in messages.
 * No SOURCES is looked for. */
GNG_MUST enum gng_status gng_vec_open_text(struct gng_vec **vec, const char *name, const char *text,
					   size_t len, struct gng_why *why);

/* gng_vec_close frees the reader and all it handed out. Safe on NULL. */
void gng_vec_close(struct gng_vec *vec);

/*
 * gng_vec_next sets *found to the next case, owned by the reader and valid until the next call;
 * at the end of the file to NULL, and then GNG_EFORMAT unless as many cases were found as are
 * declared. After an error every further call returns the same one.
 */
GNG_MUST enum gng_status gng_vec_next(struct gng_vec *vec, struct gng_vec_case **found,
				      struct gng_why *why);

/* gng_vec_declared sets *num_cases to what the file or SOURCES declares and returns true, or
 * returns false if neither does. */
bool gng_vec_declared(const struct gng_vec *vec, uint64_t *num_cases);

/* gng_vec_num_read returns how many cases gng_vec_next has handed out. */
uint64_t gng_vec_num_read(const struct gng_vec *vec);

/* gng_vec_here returns "file:line" of the case, gng_vec_id its COUNT or tcId, or else its
 * ordinal, from 1. Both die with the case. */
const char *gng_vec_here(const struct gng_vec_case *one);
const char *gng_vec_id(const struct gng_vec_case *one);

/* gng_vec_has says whether the case has or inherits the attribute or flag. To ask for a flag is
 * to read it; an attribute with a value stays unread. */
bool gng_vec_has(struct gng_vec_case *one, const char *name);

/*
 * gng_vec_bytes decodes an attribute in hex to *bytes, exactly *len bytes that the reader owns
 * until the next case; len 0 for an empty value. GNG_EFORMAT if there is no such attribute, the
 * number of digits is odd, or one is no hex digit.
 */
GNG_MUST enum gng_status gng_vec_bytes(struct gng_vec_case *one, const uint8_t **bytes, size_t *len,
				       const char *name, struct gng_why *why);

/* gng_vec_int parses a decimal attribute. GNG_EFORMAT if there is none, or it is no int64_t. */
GNG_MUST enum gng_status gng_vec_int(struct gng_vec_case *one, int64_t *value, const char *name,
				     struct gng_why *why);

/* gng_vec_text returns the value as it stands, without blanks around it; of a Wycheproof array
 * or object its compact JSON. It dies with the case. GNG_EFORMAT if there is none. */
GNG_MUST enum gng_status gng_vec_text(struct gng_vec_case *one, const char **text, const char *name,
				      struct gng_why *why);

/* gng_vec_skip marks the attribute or flag, if there is one, as read: it is known and has no
 * bearing on the test ("comment"). */
void gng_vec_skip(struct gng_vec_case *one, const char *name);

/* gng_vec_unread returns the name of the first attribute or flag, inherited ones included, that
 * was never read, or NULL. A vector whose data a test ignores proves less than it says. */
const char *gng_vec_unread(const struct gng_vec_case *one);

/*
 * gng_vec_source is one block of a SOURCES file: lines "file:", "origin:", "licence:",
 * "sha256:" (64 hex digits) and "cases:", all mandatory, a blank line between blocks, "#"
 * comments.
 */
struct gng_vec_source {
	const char *file; /* without a folder */
	const char *origin, *licence, *sha256;
	uint64_t num_cases;
	uint32_t line; /* of "file:" */
};

struct gng_vec_sources;

/* gng_vec_sources_open reads a SOURCES file; gng_vec_sources_close it. On failure *sources is
 * NULL. A missing file is GNG_ESYS with sys_errno ENOENT. */
GNG_MUST enum gng_status gng_vec_sources_open(struct gng_vec_sources **sources, const char *path,
					      struct gng_why *why);

/* gng_vec_sources_open_text reads text[0..len), which it copies; name stands in messages. */
GNG_MUST enum gng_status gng_vec_sources_open_text(struct gng_vec_sources **sources,
						   const char *name, const char *text, size_t len,
						   struct gng_why *why);

/* gng_vec_sources_at returns the i-th block, or NULL behind the last. */
const struct gng_vec_source *gng_vec_sources_at(const struct gng_vec_sources *sources, size_t i);

/* gng_vec_sources_find returns the block of that file, or NULL. */
const struct gng_vec_source *gng_vec_sources_find(const struct gng_vec_sources *sources,
						  const char *file);

/* gng_vec_sources_close frees the blocks. Safe on NULL. */
void gng_vec_sources_close(struct gng_vec_sources *sources);

#ifdef __cplusplus
}
#endif

#endif /* GNG_VEC_H */
