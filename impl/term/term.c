/* SPDX-License-Identifier: Apache-2.0 */
/* term.c - words in colour, figures, and lines that fit into 80 columns. */
#include "gng_term.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const sgr_of_tone[] = {
	[GNG_TERM_PLAIN] = "",	 [GNG_TERM_GOOD] = "32", [GNG_TERM_BAD] = "31",
	[GNG_TERM_DOUBT] = "33", [GNG_TERM_DIM] = "2",	 [GNG_TERM_BOLD] = "1",
};

void gng_term_init(struct gng_term *term, FILE *out)
{
	const char *name = getenv("TERM"), *no_color = getenv("NO_COLOR");
	const bool screen = isatty(fileno(out)) && name && strcmp(name, "dumb") != 0;

	term->out = out;
	term->colour = screen && !(no_color && *no_color);
	term->progress = screen;
}

enum gng_term_tone gng_term_verdict_tone(enum gng_verdict verdict)
{
	switch (verdict) {
	case GNG_PASS:
		return GNG_TERM_GOOD;
	case GNG_FAIL:
	case GNG_ERROR:
		return GNG_TERM_BAD;
	case GNG_INCONCLUSIVE:
		return GNG_TERM_DOUBT;
	default:
		return GNG_TERM_DIM;
	}
}

void gng_term_say(const struct gng_term *term, enum gng_term_tone tone, const char *format, ...)
{
	const bool coloured = term->colour && tone != GNG_TERM_PLAIN;
	va_list args;

	if (coloured)
		fprintf(term->out, "\033[%sm", sgr_of_tone[tone]);
	va_start(args, format);
	vfprintf(term->out, format, args);
	va_end(args);
	if (coloured)
		fputs("\033[0m", term->out);
}

static const char *speaker;

void gng_term_verb(const char *verb)
{
	speaker = verb;
}

void gng_term_error(const char *format, ...)
{
	va_list args;

	fputs("gonogo: ", stderr);
	if (speaker)
		fprintf(stderr, "%s: ", speaker);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

char *gng_term_count(char text[GNG_TERM_FIGURE_CAP], uint64_t count)
{
	char digits[24];
	const int len = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *end = text;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*end++ = ',';
		*end++ = digits[i];
	}
	*end = '\0';
	return text;
}

char *gng_term_duration(char text[GNG_TERM_FIGURE_CAP], double seconds)
{
	const long whole = isfinite(seconds) && seconds < 1e12 ? lround(seconds) : 0;

	if (!(seconds >= 0) || !isfinite(seconds))
		snprintf(text, GNG_TERM_FIGURE_CAP, "-");
	else if (seconds < 59.95)
		snprintf(text, GNG_TERM_FIGURE_CAP, "%.1f s", seconds);
	else if (whole < 3600)
		snprintf(text, GNG_TERM_FIGURE_CAP, "%ld min %ld s", whole / 60, whole % 60);
	else
		snprintf(text, GNG_TERM_FIGURE_CAP, "%ld h %ld min", whole / 3600, whole / 60 % 60);
	return text;
}

char *gng_term_clock(char text[GNG_TERM_FIGURE_CAP], double seconds)
{
	const long whole = isfinite(seconds) && seconds < 1e12 ? lround(seconds) : 0;

	if (!(seconds >= 0) || !isfinite(seconds))
		snprintf(text, GNG_TERM_FIGURE_CAP, "-:--");
	else if (whole < 3600)
		snprintf(text, GNG_TERM_FIGURE_CAP, "%ld:%02ld", whole / 60, whole % 60);
	else
		snprintf(text, GNG_TERM_FIGURE_CAP, "%ld:%02ld:%02ld", whole / 3600,
			 whole / 60 % 60, whole % 60);
	return text;
}

/* put_word writes a word behind blanks, and returns how many columns it took. The file is locked.
 */
static int put_word(FILE *out, int num_blanks, const char *word, int len)
{
	for (int i = 0; i < num_blanks; i++)
		putc_unlocked(' ', out);
	for (int i = 0; i < len; i++)
		putc_unlocked(word[i], out);
	return num_blanks + len;
}

/* lines is wrap and command in one: they differ in what ends and begins a broken line. */
static void lines(FILE *out, int indent, const char *text, const char *broken, int hang)
{
	const int room = GNG_TERM_COLUMNS - 1 - (int)strlen(broken);
	int column = 0;

	flockfile(out); /* once, and not for each byte */
	for (const char *word = text + strspn(text, " \n"); *word; word += strspn(word, " \n")) {
		const int len = (int)strcspn(word, " \n");

		if (column == 0) {
			column = put_word(out, indent, word, len);
		} else if (column + 1 + len <= room) {
			column += put_word(out, 1, word, len);
		} else {
			fputs(broken, out);
			putc_unlocked('\n', out);
			column = put_word(out, indent + hang, word, len);
		}
		word += len;
	}
	putc_unlocked('\n', out);
	funlockfile(out);
}

void gng_term_wrap(FILE *out, int indent, const char *text)
{
	lines(out, indent, text, "", 0);
}

void gng_term_command(FILE *out, int indent, const char *command)
{
	lines(out, indent, command, " \\", 2);
}
