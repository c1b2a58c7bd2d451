/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_flame.h - flame graphs: the samples of `perf script` folded to counted
 * stacks, and those drawn as SVG.
 *
 * Folded text has one line a stack: frames from root to leaf with ';' between,
 * a space and the number of samples. That is the form that other flame graph
 * tools read and write.
 */
#ifndef GNG_FLAME_H
#define GNG_FLAME_H

#include <stddef.h>
#include <stdio.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_FLAME_MAX_INPUT (256u << 20)
#define GNG_FLAME_MAX_DEPTH 200 /* frames; what is deeper is cut on the side of the leaf */
#define GNG_FLAME_MAX_NAME 200	/* bytes of a frame's name */

/*
 * gng_flame_fold sets *folded (the caller frees it) to the stacks of
 * text[0..len), which is the output of `perf script -F comm,ip,sym,dso`: for
 * each sample a line with the command, indented lines "address symbol (object)"
 * from the leaf on, and an empty line. The command is the root. A frame without
 * a symbol is named "[object]". ';' in a name becomes ':', control bytes '?',
 * and what is no UTF-8 too. Stacks are sorted, equal ones are one line.
 * GNG_EFORMAT names the line that is neither; GNG_ELIMIT if len is over
 * GNG_FLAME_MAX_INPUT; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_flame_fold(char **folded, const char *text, size_t len,
					struct gng_why *why);

/* gng_flame_box is a frame of the graph: name[0..len) at a level over the command, which is 0,
 * and the samples [start, start + count) of total. depth is that of the whole graph. */
struct gng_flame_box {
	const char *name;
	size_t len, level, depth;
	uint64_t start, count, total;
};

/*
 * gng_flame_each calls each with every box of folded, callees before their caller. Lines may come
 * in any order. GNG_EFORMAT names a line that is no stack, or says that there is none;
 * GNG_ELIMIT if samples add up to 2^53; GNG_ENOMEM. Nothing is called then.
 */
GNG_MUST enum gng_status
gng_flame_each(const char *folded, void (*each)(void *context, const struct gng_flame_box *box),
	       void *context, struct gng_why *why);

/*
 * gng_flame_svg writes the stacks of folded as one <svg> element without style
 * sheet or script, so that it stands alone or inside a page. Boxes have the
 * tooltip "name: N samples, P %"; those narrower than a tenth of a pixel are
 * left out. It fails as gng_flame_each does, and writes nothing then.
 */
GNG_MUST enum gng_status gng_flame_svg(FILE *out, const char *folded, struct gng_why *why);

/* gng_flame_main is `gonogo flame`: it returns the exit status. argv[0] is its
 * name. */
int gng_flame_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_FLAME_H */
