/* SPDX-License-Identifier: Apache-2.0 */
/* remove.h - removing one leftover. */
#ifndef REMOVE_H
#define REMOVE_H

#include "gng_cli.h"

/* remove_leftover removes what gng_cli_leftovers found at path; 0, or an errno. */
int remove_leftover(enum gng_cli_leftover kind, const char *path);

#endif /* REMOVE_H */
