/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outside_test.c - a Go program outside the tree: the program and the lines of
 * impl/cgo/go/README.md as they stand there, in an empty folder.
 */
/* requires: go */
#include "../gocache.h"
#include "golang.h"

static char folder[PATH_MAX];

static void remove_folder(void)
{
	static const char *const names[] = {"main.go", "go.mod",      "example", "text",
					    "lines",   "text.sealed", "pem",	 "go.sum"};
	char path[PATH_MAX + 32];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void write_text(const char *name, const char *text, size_t len)
{
	char path[PATH_MAX + 32];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* write_block writes the first block of that language of the README. */
static void write_block(const char *readme, const char *language, const char *name)
{
	const char *start = strstr(readme, language), *end;

	assert_non_null(start);
	start += strlen(language);
	end = strstr(start, "```\n");
	assert_non_null(end);
	write_text(name, start, (size_t)(end - start));
}

static char *read_text(const char *format, const char *where)
{
	char path[PATH_MAX + 32], *text = NULL;
	size_t cap = 0;
	FILE *file;

	snprintf(path, sizeof(path), format, where);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(getdelim(&text, &cap, EOF, file) > 0);
	fclose(file);
	return text;
}

static const char certificate[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBNjCB6aADAgECAhQgV3wpFrKhfAvZ4C2azZWqJj6cDjAFBgMrZXAwETEPMA0G\n"
	"A1UEAwwGZ29ub2dvMB4XDTI2MTEyNzAzMDk1OVoXDTM2MTEyNDAzMDk1OVowETEP\n"
	"MA0GA1UEAwwGZ29ub2dvMCowBQYDK2VwAyEADpeZsofakF5ZgWZOPSahcnQfvTh2\n"
	"HwP90z6ubYxf/VCjUzBRMB0GA1UdDgQWBBS9d2mu+U6S6Wxrf35cx3H2Tm7s5TAf\n"
	"BgNVHSMEGDAWgBS9d2mu+U6S6Wxrf35cx3H2Tm7s5TAPBgNVHRMBAf8EBTADAQH/\n"
	"MAUGAytlcANBAL/VBu/EJUAKSsAri44M/spdsB9stSHMsLJHzhl4+4RUV1D4aKYH\n"
	"3ZRscHBE7oSgkYqpTpgbzj0WpVRjY33fYwU=\n"
	"-----END CERTIFICATE-----\n";
static const char fingerprint[] =
	"sha256 6eab2bc1afbd614f2d165998bee773977a7b82b0c45d03daa05d424d49a308ea <nil>\n";
static const char secret[] = "a text that nobody else may read\n";

static void make_folder(const struct golang *go)
{
	const char *tmp = getenv("TMPDIR");
	char *readme;

	snprintf(folder, sizeof(folder), "%s/gonogo-outside-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	atexit(remove_folder);
	readme = read_text("%s/impl/cgo/go/README.md", go->source);
	write_block(readme, "```go\n", "main.go");
	write_block(readme, "```sh\n", "lines");
	free(readme);
	write_text("text", secret, sizeof(secret) - 1);
	write_text("pem", certificate, sizeof(certificate) - 1);
}

/* links_build tells whether the README's way applies: the libraries of build/ beside the sources
 * are those of this build. */
static bool links_build(const struct golang *go)
{
	char beside[PATH_MAX + 16], real[PATH_MAX], own[PATH_MAX];

	snprintf(beside, sizeof(beside), "%s/build", go->source);
	return realpath(beside, real) && realpath(go->build, own) && strcmp(real, own) == 0 &&
	       golang_is_here("%s/libgonogo-cgo.a", own);
}

/* build_program runs the README's lines; for a build elsewhere ci/go takes the place of the last,
 * "go build". */
static void build_program(struct golang *go)
{
	char lines[2 * PATH_MAX + 64], real[PATH_MAX], line[256];
	const char *const words[] = {"/bin/sh",	 "-euc",    lines,  "sh",
				     go->script, go->build, folder, NULL};

	assert_non_null(realpath(go->source, real));
	setenv("GONOGO", real, 1);
	setenv("GOPROXY", "off", 1);
	if (links_build(go))
		snprintf(lines, sizeof(lines), ". ./lines");
	else
		snprintf(lines, sizeof(lines),
			 "grep -v '^go build$' lines >part; . ./part; rm part;"
			 " \"$1\" \"$2\" \"$3\" -- build");
	gocache_keep(go->build);
	if (golang_run(go, folder, words) != 0)
		suite_fail("the lines of the README: %s", golang_complaint(go, line));
	gng_probe_assertion();
}

static void the_program_of_the_readme_does_what_it_says(void **state)
{
	const char *const words[] = {"./example", "text", "pem", NULL};
	struct golang go;
	char *sealed;

	(void)state;
	if (!golang_open(&go))
		return;
	make_folder(&go);
	build_program(&go);
	assert_int_equal(golang_run(&go, folder, words), 0);
	assert_non_null(strstr(go.said, "49 bytes sealed, 33 opened, <nil>\n"));
	assert_non_null(strstr(go.said, fingerprint));
	sealed = read_text("%s/text.sealed", folder);
	assert_null(memmem(sealed, 49, "nobody", 6));
	free(sealed);
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST(the_program_of_the_readme_does_what_it_says, "C3.go.outside"),
	{0},
};
