/* SPDX-License-Identifier: Apache-2.0 */
/* signoff_html.h - writing HTML and SVG: every text that is no literal is escaped. */
#ifndef SIGNOFF_HTML_H
#define SIGNOFF_HTML_H

#include <stdio.h>

#include <gng_base.h>
#include <gng_gauge.h>

/*
 * html_text writes text for element content and quoted attributes: & < > " ' become
 * references, control bytes and bytes that are no UTF-8 become U+FFFD. NULL writes nothing.
 */
void html_text(FILE *out, const char *text);

/*
 * html_put writes markup. The format is a literal and goes out as it is; %s is escaped by
 * html_text. Other conversions: %c %d %u %zu %f %g, with flags, width and precision.
 */
void html_put(FILE *out, const char *format, ...) GNG_PRINTF(2, 3);

/* html_id writes a dotted id that may break after each dot, and late in a long last name. */
void html_id(FILE *out, const char *id);

/* html_command writes a command, broken between words and after the dots of long ones. */
void html_command(FILE *out, const char *command);

/* html_verdict writes glyph and word. */
void html_verdict(FILE *out, enum gng_verdict verdict);

/* html_verdict_class is the CSS class and html_verdict_glyph the symbol of a verdict. */
const char *html_verdict_class(enum gng_verdict verdict);
const char *html_verdict_glyph(enum gng_verdict verdict);

/* The style sheet and the glyphs, as they stand in the page. */
extern const char signoff_style[];
extern const char signoff_symbols[];

#endif /* SIGNOFF_HTML_H */
