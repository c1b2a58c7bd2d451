/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab_library.h - libraries that programs load by themselves, and that stand in no list of what
 * they need: plug-ins of DPDK, for instance. Private to impl/lab and its suites.
 */
#ifndef LAB_LIBRARY_H
#define LAB_LIBRARY_H

#include "gng_lab.h"

#define LAB_LIBRARY_FOLDER "/usr/lib/x86_64-linux-gnu"

/* lab_library_parses says whether pattern stays below a folder: relative, and without "..". */
bool lab_library_parses(const char *pattern);

/*
 * lab_library_find appends the path of the one file below folder that each library line of the case
 * means. GNG_EUNSUPPORTED if there is none, as where a package is not installed; GNG_EFORMAT if
 * there are several; both with the line. GNG_ENOMEM.
 */
GNG_MUST enum gng_status lab_library_find(struct gng_lab_list *paths,
					  const struct gng_lab_case *one, const char *folder,
					  struct gng_why *why);

#endif /* LAB_LIBRARY_H */
