/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_text.c - what the compiler and the assembler make of the article's lines: gcc reads them
 * from a pipe and writes to a folder that is removed again. Never to /dev/null: an assembler
 * that fails deletes its output.
 */
#include "claims_probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FLAGS 16

struct compilation {
	char folder[64], out[96];
	bool accepted;
};

/* make_words cuts text at blanks, in place, behind words[0..num). */
static size_t make_words(char *words[], size_t num, size_t max, char *text)
{
	for (char *word; num < max && (word = strsep(&text, " "));)
		if (*word)
			words[num++] = word;
	return num;
}

/* feed writes text to the child's stdin; gcc may have gone already. */
static void feed(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		const ssize_t n = write(fd, text, left);

		if (n <= 0)
			break;
		text += n;
		left -= (size_t)n;
	}
	if (write(fd, "\n", 1) < 0)
		close(fd);
	else
		close(fd);
}

static void become_gcc(int in, char *words[])
{
	const int nothing = open("/dev/null", O_WRONLY);

	dup2(in, 0);
	dup2(nothing, 1);
	dup2(nothing, 2);
	setenv("LC_ALL", "C", 1);
	execvp(words[0], words);
	_exit(127);
}

/* run_gcc returns the exit status, or -1. */
static int run_gcc(char *words[], const char *text)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int ends[2], status = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0)
		become_gcc(ends[0], words);
	close(ends[0]);
	feed(ends[1], text);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		status = -1;
	else
		status = WEXITSTATUS(status);
	signal(SIGPIPE, old);
	return status;
}

static void end_compilation(struct compilation *one)
{
	unlink(one->out);
	rmdir(one->folder);
}

/* compile runs gcc over the record's text. what is "-c" or "-S". False: finding says why not;
 * else the caller ends it with end_compilation. */
static bool compile(struct compilation *one, struct claims_finding *finding,
		    const struct gng_claims_claim *claim, char *language, char *what)
{
	char *words[MAX_FLAGS + 8] = {"gcc", "-x", language, what, "-o", one->out, "-"}, *flags;
	int status;

	if (!claims_program_found("gcc")) {
		claims_find(finding, CLAIMS_ABSENT, "gcc is not installed: apt-get install gcc");
		return false;
	}
	snprintf(one->folder, sizeof(one->folder), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	flags = strdup(claim->flags);
	if (!flags || !mkdtemp(one->folder)) {
		free(flags);
		claims_find(finding, CLAIMS_DOUBT, "no folder for the compiler's output");
		return false;
	}
	snprintf(one->out, sizeof(one->out), "%s/out", one->folder);
	make_words(words, 7, MAX_FLAGS + 7, flags);
	status = run_gcc(words, claim->text);
	free(flags);
	one->accepted = status == 0;
	if (status == 0 || status == 1)
		return true;
	claims_find(finding, CLAIMS_DOUBT, "gcc ended with status %d", status);
	end_compilation(one);
	return false;
}

/* as_accepts: text = lines of AT&T assembly. */
static void as_accepts(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	struct compilation one;

	if (!compile(&one, finding, claim, "assembler", "-c"))
		return;
	claims_find_truth(finding, one.accepted, "the assembler %s '%.200s'",
			  one.accepted ? "accepts" : "refuses", claim->text);
	end_compilation(&one);
}

/* cc_accepts: text = C, flags = options. */
static void cc_accepts(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	struct compilation one;

	if (!compile(&one, finding, claim, "c", "-c"))
		return;
	claims_find_truth(finding, one.accepted, "gcc %s %s the record's text", claim->flags,
			  one.accepted ? "accepts" : "refuses");
	end_compilation(&one);
}

/* load reads the compiler's output; the caller frees it. */
static char *load(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!file)
		return NULL;
	n = getdelim(&text, &cap, EOF, file);
	fclose(file);
	if (n < 0) {
		free(text);
		return NULL;
	}
	*len = (size_t)n;
	return text;
}

/* blanks_alike turns tabs into blanks: the compiler writes one, people the other. */
static void blanks_alike(char *text)
{
	for (; *text; text++)
		if (*text == '\t')
			*text = ' ';
}

static void look_for(struct claims_finding *finding, const struct gng_claims_claim *claim,
		     bool wanted)
{
	struct compilation one;
	char *made;
	size_t len;

	if (!compile(&one, finding, claim, "c", "-S"))
		return;
	made = one.accepted ? load(one.out, &len) : NULL;
	if (!made) {
		claims_find(finding, CLAIMS_DOUBT, "gcc %s refuses the record's text",
			    claim->flags);
	} else {
		bool found;

		blanks_alike(made);
		found = strstr(made, claim->want) != NULL;
		claims_find_truth(finding, found == wanted,
				  "gcc %s makes code with%s '%s' of the record's text",
				  claim->flags, found ? "" : "out", claim->want);
	}
	free(made);
	end_compilation(&one);
}

/* cc_emits and cc_lacks: text = C, want = what the assembly must have, or must not have. */
static void cc_emits(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	look_for(finding, claim, true);
}

static void cc_lacks(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	look_for(finding, claim, false);
}

/* format_of tells an object file by its first bytes (ELF specification; PE format, "Machine"). */
static const char *format_of(const char *bytes, size_t len)
{
	if (len > 4 && memcmp(bytes, "\177ELF", 4) == 0)
		return bytes[4] == 1 ? "ELF32" : "ELF64";
	if (len > 1 && (memcmp(bytes, "MZ", 2) == 0 || memcmp(bytes, "\x64\x86", 2) == 0 ||
			memcmp(bytes, "\x4c\x01", 2) == 0))
		return "PE/COFF";
	return "another format";
}

/* cc_object: text = C, want = "ELF32", "ELF64" or "PE/COFF". */
static void cc_object(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	struct compilation one;
	const char *format;
	char *made;
	size_t len = 0;

	if (!compile(&one, finding, claim, "c", "-c"))
		return;
	made = one.accepted ? load(one.out, &len) : NULL;
	format = format_of(made ? made : "", len);
	if (made)
		claims_find_truth(finding, strcmp(format, claim->want) == 0,
				  "gcc %s makes an object in %s, not to be taken for %s",
				  claim->flags, format,
				  strcmp(format, "PE/COFF") == 0 ? "ELF" : "PE/COFF");
	else
		claims_find(finding, CLAIMS_DOUBT, "gcc %s made nothing", claim->flags);
	free(made);
	end_compilation(&one);
}

const struct claims_probe claims_probes_text[] = {
	{"as_accepts", false, as_accepts}, {"cc_accepts", false, cc_accepts},
	{"cc_emits", false, cc_emits},	   {"cc_lacks", false, cc_lacks},
	{"cc_object", false, cc_object},   {0},
};
