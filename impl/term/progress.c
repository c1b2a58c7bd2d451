/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - one line that is redrawn in place and leaves nothing behind. */
#include "gng_term.h"

#include <math.h>
#include <string.h>

#define BAR 27
#define FRAME_S 0.1

void gng_term_progress_frame(char text[GNG_TERM_COLUMNS], size_t done, size_t total, double share,
			     double eta_s, const char *name)
{
	char bar[BAR + 1], counts[48], eta[GNG_TERM_FIGURE_CAP];
	const double part = share > 0 ? fmin(share, 1) : 0;
	const int filled = (int)(part * BAR);

	memset(bar, '.', BAR);
	memset(bar, '=', (size_t)filled);
	if (filled > 0 && filled < BAR)
		bar[filled - 1] = '>';
	bar[BAR] = '\0';
	snprintf(counts, sizeof(counts), "%zu/%zu", done, total);
	if (snprintf(text, GNG_TERM_COLUMNS, "run     [%s]   %-8s %3d %%  eta %s%s%s", bar, counts,
		     (int)(part * 100), gng_term_clock(eta, eta_s), name ? "  " : "",
		     name ? name : "") < 0)
		*text = '\0'; /* a longer name is cut: the line must not wrap */
}

void gng_term_progress_begin(struct gng_term_progress *progress, const struct gng_term *term,
			     double now_s)
{
	progress->term = term;
	progress->start_s = now_s;
	progress->drawn_s = 0;
}

void gng_term_progress_draw(struct gng_term_progress *progress, double now_s, size_t done,
			    size_t total, double share, const char *name)
{
	const double spent_s = now_s - progress->start_s;
	char text[GNG_TERM_COLUMNS];

	if (!progress->term->progress || spent_s < GNG_TERM_PROGRESS_AFTER_S)
		return;
	if (progress->drawn_s > 0 && now_s - progress->drawn_s < FRAME_S)
		return;
	gng_term_progress_frame(text, done, total, share,
				share > 0 ? spent_s * (1 - share) / share : NAN, name);
	fprintf(progress->term->out, "\r\033[K%s", text);
	fflush(progress->term->out);
	progress->drawn_s = now_s;
}

void gng_term_progress_erase(struct gng_term_progress *progress)
{
	if (progress->drawn_s <= 0)
		return;
	fputs("\r\033[K", progress->term->out);
	fflush(progress->term->out);
	progress->drawn_s = 0;
}
