/* SPDX-License-Identifier: Apache-2.0 */
/* crash.c - the cause of a crash: kind, message and the own functions nearest to it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "gng_farm.h"

/* piece is a part of the log. */
struct piece {
	const char *at;
	size_t len;
};

static bool begins(struct piece text, const char *prefix)
{
	const size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.at, prefix, len) == 0;
}

static struct piece behind(struct piece text, size_t len)
{
	return (struct piece){text.at + len, text.len - len};
}

/* after sets *rest to what follows the first occurrence of mark in text. */
static bool after(struct piece *rest, struct piece text, const char *mark)
{
	const char *found = memmem(text.at, text.len, mark, strlen(mark));

	if (!found)
		return false;
	*rest = behind(text, (size_t)(found - text.at) + strlen(mark));
	return true;
}

static struct piece take_line(struct piece *text)
{
	const char *end = text->len ? memchr(text->at, '\n', text->len) : NULL;
	const struct piece line = {text->at, end ? (size_t)(end - text->at) : text->len};

	*text = behind(*text, line.len + (end != NULL));
	return line;
}

static struct piece until(struct piece text, const char *ends)
{
	size_t len = 0;

	while (len < text.len && !strchr(ends, text.at[len]))
		len++;
	return (struct piece){text.at, len};
}

static void keep(char *kept, size_t cap, struct piece text)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len + 1 < cap; i++) {
		const char c = text.at[i];

		kept[len++] = c >= 0x20 && c < 0x7f ? c : '?';
	}
	kept[len] = '\0';
}

/* ---- kind and message ---- */

static bool is_address_sanitizer(struct gng_farm_crash *crash, struct piece line)
{
	static const char *const tools[] = {"AddressSanitizer: ", "MemorySanitizer: ",
					    "ThreadSanitizer: ", "UndefinedBehaviorSanitizer: "};
	struct piece what;

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (!after(&what, line, tools[i]))
			continue;
		if (begins(what, "attempting ")) /* "attempting double-free on 0x..." */
			what = behind(what, 11);
		keep(crash->kind, sizeof(crash->kind), until(what, " :("));
		return *crash->kind != '\0';
	}
	return false;
}

static bool is_libfuzzer(struct gng_farm_crash *crash, struct piece line)
{
	struct piece what;

	if (!after(&what, line, "ERROR: libFuzzer: "))
		return false;
	if (begins(what, "timeout"))
		strcpy(crash->kind, "timeout");
	else if (begins(what, "out-of-memory"))
		strcpy(crash->kind, "out-of-memory");
	else if (begins(what, "fuzz target exited"))
		strcpy(crash->kind, "exit");
	else
		strcpy(crash->kind, "signal");
	return true;
}

/* plain drops what differs between two crashes of one cause: digits. */
static void plain(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (!isdigit((unsigned char)*from))
			*to++ = *from;
		else if (to == text || to[-1] != '0')
			*to++ = '0';
	*to = '\0';
}

static bool is_undefined(struct gng_farm_crash *crash, struct piece line)
{
	struct piece what;

	if (!after(&what, line, ": runtime error: "))
		return false;
	strcpy(crash->kind, "undefined");
	keep(crash->message, sizeof(crash->message), what);
	plain(crash->message);
	return true;
}

/* is_headline takes the line that begins a report. */
static bool is_headline(struct gng_farm_crash *crash, struct piece line)
{
	struct piece rest;

	if (begins(line, "fuzz: ")) { /* of fuzz_check: "fuzz: what (variant)" */
		keep(crash->message, sizeof(crash->message), until(behind(line, 6), "("));
		plain(crash->message);
		return false;
	}
	if (after(&rest, line, "ERROR: LeakSanitizer")) {
		strcpy(crash->kind, "leak");
		return true;
	}
	if (begins(line, "SUMMARY"))
		return false;
	return is_undefined(crash, line) || is_libfuzzer(crash, line) ||
	       is_address_sanitizer(crash, line);
}

/* ---- frames ---- */

/* Names that say how a program died, not why. */
static const char *const foreign[] = {
	"__asan",   "__sanitizer", "__ubsan", "__msan",		"__lsan",	"__interceptor_",
	"fuzzer::", "__GI_",	   "__libc_", "__pthread_kill", "pthread_kill", "__assert_fail",
	"raise",    "gsignal",	   "abort",   "_start",		"main",		"fuzz_check",
	"libc.so",  "libc-2",	   NULL,
};
static const char *const interceptors[] = {
	"malloc",  "calloc", "realloc",	      "reallocarray", "free",	"memcpy",
	"memmove", "memset", "memcmp",	      "strlen",	      "strcmp", "strncmp",
	"strcpy",  "strdup", "printf_common", NULL,
};

static bool is_foreign(const char *name)
{
	for (size_t i = 0; foreign[i]; i++) {
		const size_t len = strlen(foreign[i]);
		const bool word = isalnum((unsigned char)foreign[i][len - 1]) && *foreign[i] != '_';

		/* "main" is foreign, "main_loop" is not; "__asan_memcpy" is */
		if (strncmp(name, foreign[i], len) == 0 &&
		    (!word || !(isalnum((unsigned char)name[len]) || name[len] == '_')))
			return true;
	}
	for (size_t i = 0; interceptors[i]; i++)
		if (strcmp(name, interceptors[i]) == 0)
			return true;
	return false;
}

/* base cuts what compilers add to a cloned function: ".part.0", ".isra.0", ".cold", ".llvm.1". */
static void base(char *name)
{
	static const char *const suffixes[] = {".part.", ".isra.", ".constprop.", ".cold",
					       ".llvm."};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *suffix = strstr(name, suffixes[i]);

		if (suffix && suffix != name)
			*suffix = '\0';
	}
}

/* is_frame reads "    #1 0x55d1 in name /path:1:2" or "    #1 0x55d1  (/path/module+0x1234)". */
static bool is_frame(char name[96], struct piece line)
{
	struct piece rest;

	while (begins(line, " "))
		line = behind(line, 1);
	if (!begins(line, "#") || line.len < 2 || !isdigit((unsigned char)line.at[1]))
		return false;
	*name = '\0';
	if (after(&rest, line, " in ")) {
		keep(name, 96, until(rest, " ("));
		base(name);
	} else if (after(&rest, line, "(")) {
		struct piece module = until(rest, ")");
		const char *slash = module.len ? memrchr(module.at, '/', module.len) : NULL;

		if (slash)
			module = behind(module, (size_t)(slash + 1 - module.at));
		keep(name, 96, module);
	}
	return true;
}

/* add_frame keeps the innermost frames; of a timeout the outermost. False at the fuzzer. */
static bool add_frame(struct gng_farm_crash *crash, const char *name, bool outermost)
{
	const bool fuzzer = strcmp(name, "LLVMFuzzerTestOneInput") == 0;
	const size_t max = outermost ? 1 : GNG_FARM_MAX_FRAMES;

	if (*name == '\0' || is_foreign(name))
		return true;
	if (fuzzer && crash->num_frames > 0)
		return false;
	if (outermost)
		crash->num_frames = 0;
	else if (crash->num_frames > 0 && strcmp(crash->frames[crash->num_frames - 1], name) == 0)
		return true; /* recursion: its depth is no cause */
	if (crash->num_frames < max)
		snprintf(crash->frames[crash->num_frames++], sizeof(crash->frames[0]), "%s", name);
	return !fuzzer && (outermost || crash->num_frames < max);
}

static void read_frames(struct gng_farm_crash *crash, struct piece text)
{
	const bool outermost = strcmp(crash->kind, "timeout") == 0;
	bool inside = false;
	char name[96];

	while (text.len > 0) {
		const struct piece line = take_line(&text);

		if (is_frame(name, line)) {
			inside = true;
			if (!add_frame(crash, name, outermost))
				return;
		} else if (inside) {
			return; /* only the first stack: others say where memory came from */
		}
	}
}

/* ---- signature ---- */

static uint32_t hash(uint32_t sum, const char *text)
{
	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * 16777619u; /* FNV-1a */
	return sum * 16777619u;
}

static void sign(struct gng_farm_crash *crash)
{
	uint32_t sum = hash(hash(2166136261u, crash->kind), crash->message);
	char *c;

	for (size_t i = 0; i < crash->num_frames; i++)
		sum = hash(sum, crash->frames[i]);
	snprintf(crash->signature, sizeof(crash->signature), "%.24s-%.32s-%08x", crash->kind,
		 crash->num_frames ? crash->frames[0] : "nowhere", sum);
	for (c = crash->signature; *c; c++) {
		*c = (char)tolower((unsigned char)*c);
		if (!isalnum((unsigned char)*c) && *c != '-')
			*c = '_';
	}
}

bool gng_farm_crash_parse(struct gng_farm_crash *crash, const char *log, size_t len)
{
	struct piece text = {log, len};
	bool found = false;

	memset(crash, 0, sizeof(*crash));
	strcpy(crash->kind, "unknown");
	while (text.len > 0 && !found)
		found = is_headline(crash, take_line(&text));
	if (found)
		read_frames(crash, text);
	sign(crash);
	return found;
}
