/* SPDX-License-Identifier: Apache-2.0 */
/* verify_lines.c - tampering with the bundle, by hand and with the keys of the lab. */
#include "verify_desk.h"

#include <attest_base64.h>
#include <attest_evidence.h>
#include <attest_statement.h>

char **desk_lines(size_t *num)
{
	size_t len;
	char *text = lab_read("copy/" GNG_ATTEST_BUNDLE, &len), *at = text;
	char **lines = calloc(16, sizeof(*lines));

	assert_non_null(lines);
	for (*num = 0; *at && *num < 8; at += strcspn(at, "\n") + 1)
		lines[(*num)++] = strndup(at, strcspn(at, "\n"));
	free(text);
	return lines;
}

void desk_put_lines(char **lines, size_t num)
{
	FILE *file = fopen(lab_path("copy/" GNG_ATTEST_BUNDLE), "we");

	assert_non_null(file);
	for (size_t i = 0; i < num; i++) {
		fprintf(file, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
	assert_int_equal(fclose(file), 0);
}

/* ---- whole lines ---- */

void desk_bundle_drop(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t num;
	char **lines = desk_lines(&num);
	const size_t at = (size_t)atoi(a);

	(void)desk, (void)b, (void)c;
	free(lines[at]);
	memmove(lines + at, lines + at + 1, (num - at - 1) * sizeof(*lines));
	desk_put_lines(lines, num - 1);
}

void desk_bundle_repeat(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t num;
	char **lines = desk_lines(&num);

	(void)desk, (void)b, (void)c;
	lines[num] = strdup(lines[atoi(a)]);
	desk_put_lines(lines, num + 1);
}

void desk_bundle_reverse(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t num;
	char **lines = desk_lines(&num), *first = lines[0];

	(void)desk, (void)a, (void)b, (void)c;
	lines[0] = lines[num - 1];
	lines[num - 1] = first;
	desk_put_lines(lines, num);
}

void desk_bundle_append(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t num;
	char **lines = desk_lines(&num);

	(void)desk, (void)b, (void)c;
	lines[num] = strdup(a);
	desk_put_lines(lines, num + 1);
}

/* ---- members of each envelope ---- */

/* change gives each line to what, which changes the envelope or its first signature. */
static void change(void (*what)(json_t *envelope, const void *context), const void *context)
{
	size_t num;
	char **lines = desk_lines(&num);

	for (size_t i = 0; i < num; i++) {
		json_t *json = json_loads(lines[i], 0, NULL);

		what(json, context);
		free(lines[i]);
		lines[i] = json_dumps(json, JSON_COMPACT);
		json_decref(json);
	}
	desk_put_lines(lines, num);
}

static void set_member(json_t *envelope, const void *context)
{
	const char *const *words = context;

	json_object_set_new(envelope, words[0], json_string(words[1]));
}

void desk_bundle_member(const struct desk *desk, const char *a, const char *b, const char *c)
{
	const char *const words[] = {a, b};

	(void)desk, (void)c;
	change(set_member, words);
}

static void respell(json_t *object, const char *key)
{
	char *text = strdup(json_string_value(json_object_get(object, key)));

	text[strcspn(text, "=")] = '\0';
	for (char *c = text; (c = strpbrk(c, "+/")); c++)
		*c = *c == '+' ? '-' : '_';
	json_object_set_new(object, key, json_string(text));
	free(text);
}

static json_t *signature(json_t *envelope, size_t at)
{
	return json_array_get(json_object_get(envelope, "signatures"), at);
}

static void url_safe(json_t *envelope, const void *context)
{
	(void)context;
	respell(envelope, "payload");
	for (size_t i = 0; i < 2; i++)
		respell(signature(envelope, i), "sig");
}

void desk_bundle_url_safe(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	change(url_safe, NULL);
}

static void more_signatures(json_t *envelope, const void *context)
{
	(void)context;
	json_array_insert_new(json_object_get(envelope, "signatures"), 0,
			      json_pack("{ss ss}", "keyid", "1", "sig", "AAAA"));
}

void desk_bundle_more_signatures(const struct desk *desk, const char *a, const char *b,
				 const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	change(more_signatures, NULL);
}

static void no_signatures(json_t *envelope, const void *context)
{
	(void)context;
	json_array_clear(json_object_get(envelope, "signatures"));
}

void desk_bundle_no_signatures(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	change(no_signatures, NULL);
}

static void swap_keyids(json_t *envelope, const void *context)
{
	(void)context;
	json_object_set_new(signature(envelope, 0), "keyid", json_string("00"));
	json_object_del(signature(envelope, 1), "keyid");
}

void desk_bundle_keyids(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	change(swap_keyids, NULL);
}

/* payload_of returns the statement within an envelope. */
static json_t *payload_of(const json_t *envelope)
{
	const char *text = json_string_value(json_object_get(envelope, "payload"));
	size_t len;
	uint8_t *bytes = attest_base64_decode(&len, text, strlen(text));
	json_t *json = json_loadb((const char *)bytes, len, 0, NULL);

	assert_non_null(json);
	free(bytes);
	return json;
}

/* the same statement with other white space: what it says is equal, its bytes are not */
static void spaced_payload(json_t *envelope, const void *context)
{
	json_t *statement = payload_of(envelope);
	char *text = json_dumps(statement, JSON_INDENT(1));
	char *encoded = attest_base64_encode(text, strlen(text));

	(void)context;
	json_object_set_new(envelope, "payload", json_string(encoded));
	json_decref(statement);
	free(encoded);
	free(text);
}

void desk_bundle_payload(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	change(spaced_payload, NULL);
}

static char *bare(const char *line)
{
	json_t *envelope = json_loads(line, 0, NULL), *statement = payload_of(envelope);
	char *text = json_dumps(statement, JSON_COMPACT);

	json_decref(envelope);
	json_decref(statement);
	return text;
}

static void strip(size_t from)
{
	size_t num;
	char **lines = desk_lines(&num);

	for (size_t i = from; i < num; i++) {
		char *line = lines[i];

		lines[i] = bare(line);
		free(line);
	}
	desk_put_lines(lines, num);
}

void desk_bundle_bare(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	strip(0);
}

void desk_bundle_mixed(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
	strip(2);
}

/* ---- signed anew ---- */

static void set_path(json_t *object, const char *path, const char *value)
{
	char name[64];

	for (const char *dot; (dot = strchr(path, '.')) && dot[1] != '\0'; path = dot + 1) {
		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		object = json_object_get(object, name);
		assert_non_null(object);
		if (strcmp(name, "files") == 0) { /* names of files have dots of their own */
			path = dot + 1;
			break;
		}
	}
	if (value)
		json_object_set_new(object, path, json_loads(value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(object, path);
}

static char *sign(const struct desk *desk, const json_t *statement, bool own)
{
	const struct gng_attest_key *const keys[] = {desk->lab.secret, desk->second.secret},
					   *const other[] = {desk->stranger.secret};
	char *body = json_dumps(statement, JSON_COMPACT), *line;

	assert_int_equal(gng_attest_seal(&line, GNG_ATTEST_PAYLOAD_TYPE, body, strlen(body),
					 own ? keys : other, own ? 2 : 1, NULL),
			 GNG_OK);
	free(body);
	return line;
}

static void resign(const struct desk *desk, const char *type, const char *path, const char *value,
		   bool own)
{
	size_t num;
	char **lines = desk_lines(&num);

	for (size_t i = 0; i < num; i++) {
		json_t *envelope = json_loads(lines[i], 0, NULL);
		json_t *statement = payload_of(envelope);

		if (strstr(json_string_value(json_object_get(statement, "predicateType")), type)) {
			set_path(statement, path, value);
			free(lines[i]);
			lines[i] = sign(desk, statement, own);
		}
		json_decref(statement);
		json_decref(envelope);
	}
	desk_put_lines(lines, num);
}

void desk_forge(const struct desk *desk, const char *a, const char *b, const char *c)
{
	resign(desk, a, b, c, false);
}

void desk_lie(const struct desk *desk, const char *a, const char *b, const char *c)
{
	resign(desk, a, b, c, true);
}

void desk_launder(const struct desk *desk, const char *a, const char *b, const char *c)
{
	char name[128], hex[65], path[192], value[80];

	desk_replace(desk, a, b, c);
	snprintf(name, sizeof(name), "copy/%s", a);
	assert_true(attest_sha256(hex, lab_path(name)));
	snprintf(path, sizeof(path), "predicate.files.%s", a);
	snprintf(value, sizeof(value), "\"%s\"", hex);
	resign(desk, "/signoff/v1", path, value, true);
}
